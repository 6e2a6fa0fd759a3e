"""A WebSocket feed as declared in feeds.yaml; every key is explained in docs/feeds.md."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from feeds.sources.addresses import websocket_address
from feeds.sources.bounds import (
    MAX_PAYLOAD_BYTES,
    check_bytes,
    check_count,
    check_headers,
    check_seconds,
    check_source,
)
from feeds.sources.credentials import Auth
from feeds.sources.spool import MAX_BYTES


class WebSocketSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="websocket"):
    """One WebSocket feed.

    Attributes:
        url: ws or wss; its host must be on the allow-list. Never with a user, a password or a key in it.
        mapping: file under config/; "" for a feed of the desk, which brings its own.
        enabled: False declares it without starting it.
        source: what its readings carry instead of the mapping's source.
        subscribe: text messages sent once after each connection.
        headers: sent with the handshake; no secrets.
        auth: how we prove who we are.
        subprotocols: offered in this order.
        open_timeout_s: for connection and handshake.
        ping_s: seconds between two pings; a connection whose pong does not come within as long is given up.
        idle_s: a connection without any message for so long is taken as half-open and opened anew; 0: never.
        max_bytes: of one message, unpacked.
        max_redirects: followed at most during the handshake, each only to a host on the allow-list.
        ca_file: certificates of an authority of one's own (PEM), under config/ or absolute.
        spool_bytes: how much is kept on disk while the bus is away.
    """

    url: str
    mapping: str = ""
    enabled: bool = True
    source: str = ""
    subscribe: tuple[str, ...] = ()
    headers: dict[str, str] = {}
    auth: Auth | None = None
    subprotocols: tuple[str, ...] = ()
    open_timeout_s: float = 10.0
    ping_s: float = 20.0
    idle_s: float = 300.0
    max_bytes: int = MAX_PAYLOAD_BYTES
    max_redirects: int = 3
    ca_file: str = ""
    spool_bytes: int = MAX_BYTES

    def __post_init__(self) -> None:
        websocket_address(self.url)
        check_source(self.source)
        check_headers(self.headers)
        check_seconds("open_timeout_s", self.open_timeout_s, least=0.05, most=3_600)
        check_seconds("ping_s", self.ping_s, least=0.05, most=3_600)
        if self.idle_s:
            check_seconds("idle_s", self.idle_s, least=0.05)
        check_bytes("max_bytes", self.max_bytes)
        check_bytes("spool_bytes", self.spool_bytes, most=1 << 36)
        check_count("max_redirects", self.max_redirects, least=0, most=10)
        if len(self.subscribe) > 100 or any(len(text) > 65_536 for text in self.subscribe):
            raise ValueError("subscribe: expected at most 100 messages of at most 65536 characters")

    def addresses(self) -> list[tuple[str, int]]:
        """Return host and port of everything it is declared to contact."""
        return [websocket_address(self.url)]

    @property
    def target(self) -> str:
        """Where the data comes from, for people: host and path."""
        parts = urlsplit(self.url)
        return f"{parts.netloc}{parts.path}"
