"""When the figures of one source are told: at event time while it catches up, at our time while it is live.

A source that sends its past (a first start, a gap, a file) is told at the ticks of that past, so that history gets a
curve and not one step. A source that is live is told every second where a queue changed, and in full every minute.
A source that fell silent is not told at all: its figures then age on the screens as what they are, old. Pure: `now`
is an argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from feeds.border.figures import Detail

CHANGES_S: Final = 1.0
"""Changes of a queue are gathered for this long. Source: contract between the rooms."""
FULL_S: Final = 60.0
"""The cadence of the figures: kept exactly, it never lets them come near the 90 s from which they are late."""
LIVE_WITHIN: Final = timedelta(minutes=15)
"""A passage told later than this is the past."""
NEARLY_LIVE: Final = timedelta(hours=2)
"""A past that ends within this of now, with nothing more on the bus, has been caught up with: nights are that quiet."""
REST: Final = timedelta(seconds=5)
SILENT_AFTER: Final = timedelta(minutes=10)
"""Ten cadences: what a source that was silent for so long last said counts as lost. Source: `feeds.freshness`."""
TICK: Final = timedelta(minutes=5)
"""Step of the past for the queues: that of the screens' trends."""
MAIN_TICK: Final = timedelta(minutes=15)
FULL_TICK: Final = timedelta(hours=3)
SETTLE: Final = timedelta(minutes=2)
"""The past is told this far behind the newest passage, since passages come a little out of order."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Tick(NamedTuple):
    """One telling: as of when, which figures, and whether only those that changed."""

    at: datetime
    detail: Detail
    changed_only: bool


class Schedule:
    """The times at which one source's figures are told.

    Attributes:
        newest: instant of the newest passage, None before the first.
        catching_up: whether the source is sending its past.
    """

    def __init__(self) -> None:
        self.newest: datetime | None = None
        self.catching_up = False
        self._heard_at: datetime | None = None
        self._silent = True
        self._told_until: datetime | None = None
        self._next_change: datetime | None = None
        self._next_full: datetime | None = None
        self._drained_since: datetime | None = None

    @property
    def silent(self) -> bool:
        """Whether the source said nothing for so long that its figures are not told."""
        return self._silent

    @property
    def past_told_until(self) -> datetime | None:
        """Up to when the past of a source that is catching up has been told; None of one that is not."""
        return self._told_until if self.catching_up else None

    def passed(self, at: datetime, received_at: datetime, now: datetime) -> None:
        """Take note of a passage that was counted."""
        was_silent = self._silent
        if self.newest is None or at >= self.newest:
            self.newest = at
            self._drained_since = None
            # Late when it came to us, or waiting on the bus since (this process was away).
            self.catching_up = received_at - at > LIVE_WITHIN or now - at > LIVE_WITHIN
        if self._heard_at is None or received_at > self._heard_at:
            self._heard_at = received_at
        self._silent = now - self._heard_at > SILENT_AFTER
        if self._told_until is None or (was_silent and not self.catching_up and at - self._told_until > SILENT_AFTER):
            # What happened during a silence that is over is not known: the curve keeps its gap.
            self._told_until = at

    def remembered(self, at: datetime, received_at: datetime, now: datetime) -> None:
        """Take note of a passage that was recorded and told before this process started."""
        self.passed(at, received_at, now)
        self.catching_up = False
        self._told_until = self.newest

    def heard(self, received_at: datetime) -> None:
        """Take note of any other record of the source: a sign of life while no vehicle passes.

        It cannot end a silence, since what passed meanwhile may still be on its way: the next passage does.
        """
        if self._heard_at is not None and received_at > self._heard_at:
            self._heard_at = received_at

    def due(self, now: datetime, *, drained: bool) -> Iterator[Tick]:
        """Yield the tellings that are due, in time order.

        Args:
            now: our time.
            drained: whether every passage on the bus has been counted.
        """
        if self.newest is None or self._heard_at is None or self._told_until is None:
            return
        # A silence of a source that is live is seen before anything is told.
        self._silent = self._silent or now - self._heard_at > SILENT_AFTER
        if self.catching_up and self._has_rested(now, drained) and now - self.newest <= NEARLY_LIVE:
            self.catching_up = False
        if self.catching_up:
            yield from self._past(self.newest - (SETTLE if not self._silent else timedelta(0)))
        elif not self._silent and drained:
            yield from self._past(min(self.newest, now - TICK))
            yield from self._present(now)

    def _has_rested(self, now: datetime, drained: bool) -> bool:
        """Tell whether the bus has had nothing more to give for REST, so that no pause of the sender counts."""
        if not drained:
            self._drained_since = None
        elif self._drained_since is None or self._drained_since > now:
            self._drained_since = now
        return self._drained_since is not None and now - self._drained_since >= REST

    def _past(self, until: datetime) -> Iterator[Tick]:
        assert self._told_until is not None
        tick = _floor(self._told_until, TICK) + TICK
        while tick <= until:
            self._told_until = tick
            yield _tick_of(tick)
            tick += TICK

    def _present(self, now: datetime) -> Iterator[Tick]:
        # A clock that was set back must not silence the figures until it has come round again.
        late = timedelta(seconds=FULL_S)
        if self._next_full is None or now >= self._next_full or self._next_full - now > late:
            self._next_full = now + timedelta(seconds=FULL_S)
            self._next_change = now + timedelta(seconds=CHANGES_S)
            self._told_until = now
            yield Tick(now, Detail.ALL, changed_only=False)
        elif self._next_change is None or now >= self._next_change:
            self._next_change = now + timedelta(seconds=CHANGES_S)
            yield Tick(now, Detail.QUEUES, changed_only=True)


def _tick_of(at: datetime) -> Tick:
    """Return what an instant of the past is told with: more on the quarter hour, everything every three hours.

    On the hour unchanged figures are told too, so that no gap in a curve lasts longer.
    """
    if at == _floor(at, FULL_TICK):
        return Tick(at, Detail.ALL, changed_only=False)
    if at == _floor(at, MAIN_TICK):
        return Tick(at, Detail.MAIN, changed_only=at.minute != 0)
    return Tick(at, Detail.TOTALS, changed_only=True)


def _floor(at: datetime, step: timedelta) -> datetime:
    return at - (at - _EPOCH) % step
