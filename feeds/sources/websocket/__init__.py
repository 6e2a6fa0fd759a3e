"""WebSocket as a source: a provider that sends messages by itself over a connection we open."""
