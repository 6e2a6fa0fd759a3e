"""How a declared feed is doing: one small record a feed, told to every process as a fact on the bus.

A source says what happened (polled, delivered, failed); the state follows from that. What this module does not do:
send anything; the keeper publishes what has changed, at most once a second.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal, Protocol

import msgspec

from feeds.errors import SourceError

State = Literal["running", "waiting", "failing", "paused", "ended", "refused"]
Origin = Literal["file", "desk"]

SENTENCE_CHARACTERS: Final = 500


class FeedFacts(msgspec.Struct, frozen=True):
    """What is known of one declared feed; times in ms since the epoch.

    Attributes:
        name: its name in feeds.yaml or at the feed desk.
        kind: `http`, `websocket`, `folder`, `mqtt`, `probe`, `simulator`.
        source: what its readings carry as source, "" while that is not known.
        state: running (the last attempt was good), waiting (for a first one, or for the bus), failing, paused (by a
            person), ended, refused (its declaration cannot be used).
        since: when this state began.
        polled_at: the last attempt; None before the first.
        ok_at: the last good one.
        next_at: the next one, where that is known.
        error_vi: what is wrong, a sentence; "" when nothing is. Beside `running` it is a note, not a failure.
        error_en: the same in English.
        polls: attempts, or messages or files taken.
        failures: those that failed, and starts after a crash.
        rows: rows read.
        accepted: readings and passages the door took.
        refused: rows, readings and passages refused.
        spooled: payloads waiting on disk for the bus.
        target: host and path, directory, or broker; never a secret.
        mapping: name of the mapping, "" where there is none.
        declared: where it was declared.
        scenario: what a simulator plays.
    """

    name: str
    kind: str = ""
    source: str = ""
    state: State = "waiting"
    since: int = 0
    polled_at: int | None = None
    ok_at: int | None = None
    next_at: int | None = None
    error_vi: str = ""
    error_en: str = ""
    polls: int = 0
    failures: int = 0
    rows: int = 0
    accepted: int = 0
    refused: int = 0
    spooled: int = 0
    target: str = ""
    mapping: str = ""
    declared: Origin = "file"
    scenario: str = ""


class Counted(Protocol):
    """What a status needs of a delivery's tally."""

    rows: int
    accepted: int
    refused_rows: int
    rejected: int
    reasons: dict[str, int]


class Status:
    """The changing state of one feed.

    Args:
        facts: what is known at first.
        clock: the present, aware UTC.
        changed: called after every change.
    """

    def __init__(self, facts: FeedFacts, clock: Callable[[], datetime], changed: Callable[[], None]) -> None:
        self.facts = facts
        self._clock = clock
        self._changed = changed

    def describe(self, **fields: Any) -> None:  # noqa: ANN401 (any field of FeedFacts)
        """Set descriptive fields: kind, source, target, mapping, declared, scenario."""
        self._set(**fields)

    def polled(self, *, next_at: datetime | None = None) -> None:
        """Note an attempt, and when the next one is due."""
        self._set(
            polled_at=to_ms(self._clock()), next_at=to_ms(next_at) if next_at else None, polls=self.facts.polls + 1
        )

    def due(self, next_at: datetime | None) -> None:
        """Note when the next attempt is due."""
        self._set(next_at=to_ms(next_at) if next_at else None)

    def good(self, note: SourceError | None = None) -> None:
        """Note that the provider answered well, with a remark where something is worth saying.

        While payloads still wait for the bus, the feed goes on waiting.
        """
        if self.facts.spooled:
            self._set(ok_at=to_ms(self._clock()))
            return
        self._turn("running", note, ok_at=to_ms(self._clock()))

    def waiting(self, why: SourceError | None = None) -> None:
        """Note that the feed waits: for a first answer, or for the bus."""
        self._turn("waiting", why)

    def failed(self, error: SourceError) -> None:
        """Note a failed attempt."""
        self._turn("failing", error, failures=self.facts.failures + 1)

    def paused(self) -> None:
        """Note that a person paused the feed; what was known of it stays."""
        self._turn("paused", None, next_at=None)

    def refused(self, error: SourceError) -> None:
        """Note that the declaration cannot be used."""
        self._turn("refused", error, next_at=None)

    def ended(self) -> None:
        """Note that a finite feed came to its end."""
        self._turn("ended", None, next_at=None)

    def counted(self, tally: Counted) -> None:
        """Add what a delivery did."""
        self._set(
            rows=self.facts.rows + tally.rows,
            accepted=self.facts.accepted + tally.accepted,
            refused=self.facts.refused + tally.refused_rows + tally.rejected,
        )

    def turned_away(self, records: int = 1) -> None:
        """Add records refused outside any delivery."""
        self._set(refused=self.facts.refused + records)

    def spooled(self, payloads: int) -> None:
        """Note how many payloads wait on disk."""
        if payloads != self.facts.spooled:
            self._set(spooled=payloads)

    def _turn(self, state: State, sentence: SourceError | None, **fields: Any) -> None:  # noqa: ANN401
        since = self.facts.since if state == self.facts.state and self.facts.since else to_ms(self._clock())
        self._set(
            state=state,
            since=since,
            error_vi=sentence.vi[:SENTENCE_CHARACTERS] if sentence else "",
            error_en=sentence.en[:SENTENCE_CHARACTERS] if sentence else "",
            **fields,
        )

    def _set(self, **fields: Any) -> None:  # noqa: ANN401
        self.facts = msgspec.structs.replace(self.facts, **fields)
        self._changed()


def to_ms(at: datetime) -> int:
    """Return an instant in ms since the epoch."""
    return round(at.timestamp() * 1000)
