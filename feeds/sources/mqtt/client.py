"""A client whose messages are acknowledged by us, once they are safe, and not by the library on arrival."""

from __future__ import annotations

from typing import Any, Final

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from feeds.sources.context import FeedContext
from feeds.sources.mqtt.settings import MqttSettings
from feeds.sources.tls import tls_context

IN_FLIGHT: Final = 100
"""Messages a broker may have sent us and not seen acknowledged (version 5)."""


class Client(aiomqtt.Client):
    """The connection of one feed; reusable, one at a time.

    aiomqtt 2.5 acknowledges a message when it is put into its queue: one that stood there when the process was killed
    would be lost. paho, underneath, can leave that to its caller; to be removed when aiomqtt offers it.
    """

    def __init__(self, **arguments: Any) -> None:  # noqa: ANN401 (those of aiomqtt.Client)
        super().__init__(**arguments)
        self._client.manual_ack_set(True)

    def acknowledge(self, message: aiomqtt.Message) -> None:
        """Tell the broker that a message is safe."""
        if message.qos:
            self._client.ack(message.mid, message.qos)


def open_client(settings: MqttSettings, context: FeedContext) -> Client:
    """Return the client of a feed, not connected yet.

    Raises:
        SourceError: when a secret or the file of certificates is not there.
    """
    five = settings.version == "5"
    # With QoS 0 the broker keeps nothing for us anyway. The two versions say the same thing in different words.
    fresh = settings.qos == 0
    session: dict[str, Any] = (
        {"clean_start": fresh, "properties": _properties(settings)} if five else {"clean_session": fresh}
    )
    return Client(
        hostname=settings.host,
        port=settings.broker_port,
        username=settings.user or None,
        password=context.secrets.value(settings.secret) if settings.secret else None,
        identifier=settings.client_id or f"lso-{context.name}",
        protocol=aiomqtt.ProtocolVersion.V5 if five else aiomqtt.ProtocolVersion.V311,
        keepalive=settings.keepalive_s,
        timeout=settings.timeout_s,
        tls_context=tls_context(settings.ca_file, context.config_dir) if settings.tls else None,
        **session,
    )


def _properties(settings: MqttSettings) -> Properties:
    properties: Any = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = settings.session_s if settings.qos else 0
    # The packet carries topic and properties beside the payload.
    properties.MaximumPacketSize = settings.max_bytes + 4_096
    properties.ReceiveMaximum = IN_FLIGHT
    return properties  # type: ignore[no-any-return]
