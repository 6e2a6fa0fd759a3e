"""MQTT as a source: messages of a broker, acknowledged only once they are safe with us."""
