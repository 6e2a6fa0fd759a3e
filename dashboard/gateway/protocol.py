"""The protocol of `/live`, without a socket and without a clock.

Lines number and merge what goes out, outboxes hold what one client has not taken yet, and what a client says is
parsed and metered. The hub moves frames from the lines to the outboxes; the endpoint moves them from the outboxes to
the sockets. What this module does not do: know what a topic contains, or wait for anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
import orjson

from dashboard.errors import DashboardError

TOPICS: Final = ("gates", "services", "network", "programme", "alerts", "feeds")
FAST_TOPICS: Final = frozenset({"gates", "alerts"})
FAST_INTERVAL_S: Final = 0.1
"""Gates and alerts go out on change, at most ten times a second: faster than anybody sees. Source: design §2."""
SLOW_INTERVAL_S: Final = 1.0
"""Everything else goes out once a second. Source: design §2."""
BYTES_PER_S: Final = 256_000
"""What one topic may send to one client on average. Only a flood (a history being filled at 10,000 readings/s) reaches
it; then deltas grow rarer, not the screens' sockets fuller."""
QUEUE_FRAMES: Final = 64
"""Frames one client may have waiting: about five seconds of a busy hour at ten frames a second."""
PING_INTERVAL_S: Final = 5.0
SILENCE_LIMIT_S: Final = 30.0
"""A client that said nothing for this long (six pings) is a half-open socket."""
MESSAGE_BYTES: Final = 4_096
"""The longest message of a client: ten times the longest honest one."""
MESSAGE_BURST: Final = 30
"""Messages a client may send at once: a subscription, a resync of each topic, and pongs that piled up in a pause."""
MESSAGES_PER_S: Final = 2.0
"""Messages a client may send for ever; an honest one sends a pong each five seconds."""

Changes: TypeAlias = dict[str, Any]
"""Path into a topic's data, written `gates/tan-thanh/queue`, → its new value."""


class ClientMessageError(DashboardError, ValueError):
    """A client said something that is no message of the protocol; the sentence says what was expected."""


class Frame(NamedTuple):
    """One frame as every client gets it: encoded once.

    Attributes:
        topic: the topic it belongs to, "" for a ping.
        text: the JSON text.
    """

    topic: str
    text: str


def _encode(message: Mapping[str, Any]) -> str:
    return orjson.dumps(message).decode()


def ping_frame(at_ms: int) -> Frame:
    """Return a ping; `at_ms` lets the client measure its clock against ours."""
    return Frame("", _encode({"type": "ping", "at": at_ms}))


class Line:
    """One topic on its way out: its sequence number and the changes not sent yet.

    Changes to one path between two deltas merge into the last. A change moves to the end when it is repeated, and the
    replacement of an entity takes the place of every earlier change inside it.
    """

    def __init__(self, topic: str, epoch: str, interval_s: float | None = None) -> None:
        self.topic = topic
        self.seq = 0
        self._epoch = epoch
        self._interval_s = interval_s or (FAST_INTERVAL_S if topic in FAST_TOPICS else SLOW_INTERVAL_S)
        self._pending: Changes = {}
        self._not_before_s = float("-inf")

    def add(self, changes: Changes) -> None:
        """Take changes to be sent with the next delta."""
        pending = self._pending
        for path, value in changes.items():
            pending.pop(path, None)
            pending[path] = value

    def wait_s(self, now_s: float) -> float | None:
        """Return the seconds until the next delta may go, 0 for at once, None when nothing waits."""
        if not self._pending:
            return None
        return max(0.0, self._not_before_s - now_s)

    def delta(self, now_s: float, at_ms: int) -> Frame | None:
        """Return the next delta when there is one and its time has come.

        Args:
            now_s: a monotonic clock.
            at_ms: the server's clock, for the frame.
        """
        # `<`: a delta may go exactly one interval after the one before.
        if not self._pending or now_s < self._not_before_s:
            return None
        self.seq += 1
        text = self._frame("delta", at_ms, _without_replaced(self._pending))
        self._pending = {}
        self._not_before_s = now_s + max(self._interval_s, len(text) / BYTES_PER_S)
        return Frame(self.topic, text)

    def snapshot(self, at_ms: int, data: Mapping[str, Any]) -> Frame:
        """Return a snapshot at the present sequence number.

        Changes that wait are in `data` already; the delta that brings them again sets the same values, which changes
        nothing on a screen.
        """
        return Frame(self.topic, self._frame("snapshot", at_ms, data))

    def _frame(self, kind: str, at_ms: int, data: Mapping[str, Any]) -> str:
        return _encode(
            {
                "type": kind,
                "epoch": self._epoch,
                "topic": self.topic,
                "seq": self.seq,
                "at": at_ms,
                "mode": "live",
                "data": data,
            }
        )


def _without_replaced(changes: Changes) -> Changes:
    """Return the changes without those that a later change of an entity around them replaces."""
    later: set[str] = set()
    kept: list[str] = []
    for path in reversed(changes):
        end = path.rfind("/")
        while end > 0 and path[:end] not in later:
            end = path.rfind("/", 0, end)
        if end <= 0:
            later.add(path)
            kept.append(path)
    return {path: changes[path] for path in reversed(kept)}


class Outbox:
    """What one client has not taken yet.

    Backpressure: nobody waits for a slow client. Its outbox is bounded; when it is full everything in it is dropped
    and each of its topics is marked for a snapshot, which is made when the client is ready to take it, and so is as
    new as can be. A slow screen thus shows fewer moments, never older ones, and costs the others nothing.
    """

    def __init__(self, limit: int = QUEUE_FRAMES) -> None:
        self._limit = limit
        self._frames: deque[Frame] = deque()
        self._snapshots: dict[str, None] = {}  # a set that keeps its order
        self.topics: frozenset[str] = frozenset()
        self.overflows = 0

    def __bool__(self) -> bool:
        return bool(self._frames or self._snapshots)

    def subscribe(self, topics: Iterable[str]) -> None:
        """Follow exactly these topics; each one that is new gets a snapshot before its deltas."""
        wanted = tuple(dict.fromkeys(topics))
        for topic in wanted:
            if topic not in self.topics:
                self._snapshots[topic] = None
        self.topics = frozenset(wanted)
        self._snapshots = {topic: None for topic in self._snapshots if topic in self.topics}
        self._frames = deque(frame for frame in self._frames if not frame.topic or frame.topic in self.topics)

    def resync(self, topic: str) -> None:
        """Begin a topic anew with a snapshot; nothing happens when it is not followed."""
        if topic in self.topics:
            self._frames = deque(frame for frame in self._frames if frame.topic != topic)
            self._snapshots[topic] = None

    def put(self, frame: Frame) -> None:
        """Hold a frame for the client, or drop it where it does not need it.

        A topic that waits for its snapshot needs no delta: the snapshot will hold it.
        """
        if frame.topic and (frame.topic not in self.topics or frame.topic in self._snapshots):
            return
        # `>=`: the frame that would be one too many is the one that empties the outbox, so a client that takes frames
        # as fast as they come never loses one, however small the limit.
        if len(self._frames) >= self._limit:
            self.overflows += 1
            self._frames.clear()
            self._snapshots = dict.fromkeys(topic for topic in TOPICS if topic in self.topics)
            return
        self._frames.append(frame)

    def take(self) -> Frame | str | None:
        """Return what the client gets next: a frame, the name of a topic whose snapshot is due, or None.

        Snapshots come first: each one stands for everything that was dropped before it.
        """
        if self._snapshots:
            topic = next(iter(self._snapshots))
            del self._snapshots[topic]
            return topic
        return self._frames.popleft() if self._frames else None


class Subscribe(msgspec.Struct, frozen=True, tag_field="type", tag="subscribe"):
    """Follow exactly these topics."""

    topics: list[str]


class Resync(msgspec.Struct, frozen=True, tag_field="type", tag="resync"):
    """Send a snapshot of the topic: the client saw a gap."""

    topic: str


class Pong(msgspec.Struct, frozen=True, tag_field="type", tag="pong"):
    """The client lives."""


ClientMessage: TypeAlias = Subscribe | Resync | Pong

_messages: Final = msgspec.json.Decoder(Subscribe | Resync | Pong)


def parse_message(text: str | bytes) -> ClientMessage:
    """Return what a client said.

    Raises:
        ClientMessageError: when it is too long, no JSON, of no known type, or names an unknown topic.
    """
    data = text.encode(errors="replace") if isinstance(text, str) else text
    if len(data) > MESSAGE_BYTES:
        raise ClientMessageError(f"a message has at most {MESSAGE_BYTES} bytes, got {len(data)}")
    try:
        message: ClientMessage = _messages.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientMessageError(
            f"expected a JSON object of type subscribe, resync or pong ({str(error)[:80]})"
        ) from error
    if isinstance(message, Subscribe):
        _check_topics(message.topics)
    elif isinstance(message, Resync):
        _check_topics([message.topic])
    return message


def parse_topics(text: str) -> tuple[str, ...]:
    """Return the topics of the query parameter `topics=a,b`; every topic when it is empty.

    Raises:
        ClientMessageError: when one is unknown.
    """
    topics = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    _check_topics(topics)
    return topics or TOPICS


def _check_topics(topics: Sequence[str]) -> None:
    for topic in topics:
        if topic not in TOPICS:
            raise ClientMessageError(f"unknown topic {topic[:32]!r}; known are {', '.join(TOPICS)}")


@dataclass(slots=True)
class MessageBudget:
    """How much a client may say: a bucket of MESSAGE_BURST messages that fills at MESSAGES_PER_S."""

    filled_at_s: float
    left: float = MESSAGE_BURST

    def spend(self, now_s: float) -> bool:
        """Count one message; return False when the client says too much."""
        self.left = min(float(MESSAGE_BURST), self.left + (now_s - self.filled_at_s) * MESSAGES_PER_S)
        self.filled_at_s = now_s
        # `<`: the last whole message in the bucket may still be spent.
        if self.left < 1:
            return False
        self.left -= 1
        return True
