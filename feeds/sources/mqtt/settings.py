"""An MQTT feed as declared in feeds.yaml; every key is explained in docs/feeds.md."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from feeds.sources.bounds import MAX_PAYLOAD_BYTES, check_bytes, check_count, check_seconds, check_source
from feeds.sources.hosts import canonical_host
from feeds.sources.secrets import check_secret_name
from feeds.sources.spool import MAX_BYTES

_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{0,64}", re.ASCII)


class MqttSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="mqtt"):
    """One MQTT feed.

    Attributes:
        host: the broker; must be on the allow-list.
        topics: what is subscribed, with + and # as MQTT knows them.
        port: 1883, or 8883 with TLS.
        mapping: file under config/; "" for a feed of the desk, which brings its own.
        enabled: False declares it without starting it.
        source: what its readings carry instead of the mapping's source.
        envelope: hand the mapping {"topic", "levels", "taken_at", "payload"} instead of the bare payload, for brokers
            that say place or metric in the topic, or no time at all.
        qos: 0, 1 or 2; with 1 or 2 the broker keeps messages for us while we are away.
        client_id: must be unique at the broker; "" makes one from the feed's name.
        user: name to authenticate with, "" for none.
        secret: name of the secret that is the password, "" for none.
        tls: encrypt, and verify the broker's certificate.
        ca_file: certificates of an authority of one's own (PEM), under config/ or absolute.
        version: of the protocol, "5" or "3.1.1". Only 5 lets us tell the broker how large a message may be.
        session_s: how long the broker keeps our session while we are away (version 5).
        keepalive_s: a broker silent for one and a half times as long is given up.
        timeout_s: for connecting and subscribing.
        max_bytes: of one message.
        spool_bytes: how much is kept on disk while the bus is away.
    """

    host: str
    topics: tuple[str, ...]
    port: int = 0
    mapping: str = ""
    enabled: bool = True
    source: str = ""
    envelope: bool = False
    qos: Literal[0, 1, 2] = 1
    client_id: str = ""
    user: str = ""
    secret: str = ""
    tls: bool = False
    ca_file: str = ""
    version: Literal["5", "3.1.1"] = "5"
    session_s: int = 86_400
    keepalive_s: int = 30
    timeout_s: float = 10.0
    max_bytes: int = MAX_PAYLOAD_BYTES
    spool_bytes: int = MAX_BYTES

    def __post_init__(self) -> None:
        if not canonical_host(self.host) or any(letter in self.host for letter in "/@ "):
            raise ValueError(f"host: expected a host name or address, got {self.host[:64]!r}")
        if not 0 <= self.port <= 65_535:
            raise ValueError(f"port: expected 1 to 65535, got {self.port}")
        if not 1 <= len(self.topics) <= 100:
            raise ValueError("topics: expected 1 to 100 topics")
        for topic in self.topics:
            _check_topic(topic)
        if not _CLIENT_ID.fullmatch(self.client_id):
            raise ValueError("client_id: expected at most 64 letters, digits or _ . : -")
        if self.secret:
            check_secret_name(self.secret)
            if not self.user:
                raise ValueError("secret: a password needs a user")
        check_source(self.source)
        check_count("session_s", self.session_s, least=0, most=30 * 86_400)
        check_count("keepalive_s", self.keepalive_s, most=3_600)
        check_seconds("timeout_s", self.timeout_s, least=0.1, most=600)
        check_bytes("max_bytes", self.max_bytes)
        check_bytes("spool_bytes", self.spool_bytes, most=1 << 36)

    @property
    def broker_port(self) -> int:
        """The port to connect to."""
        return self.port or (8883 if self.tls else 1883)

    def addresses(self) -> list[tuple[str, int]]:
        """Return host and port of everything it is declared to contact."""
        return [(self.host, self.broker_port)]

    @property
    def target(self) -> str:
        """Where the data comes from, for people: broker and topics."""
        return f"{self.host}:{self.broker_port} {', '.join(self.topics)}"[:200]


def _check_topic(topic: str) -> None:
    levels = topic.split("/")
    if not topic or "\0" in topic or len(topic.encode()) > 1_024:
        raise ValueError(f"topics: expected a topic of 1 to 1024 bytes, got {topic[:64]!r}")
    for index, level in enumerate(levels):
        if ("+" in level and level != "+") or ("#" in level and (level != "#" or index != len(levels) - 1)):
            raise ValueError(f"topics: + stands for one whole level, # for all at the end; got {topic[:64]!r}")
