"""How well each feed does: the age of its newest data, its rate, its refusals, its clock.

Every source is judged, those that announced themselves and those that merely sent something. Pure: `now` is an
argument. What this module does not do: say what is too much; those are rules.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

from feeds.catalogue import Catalogue
from feeds.freshness import age_s
from feeds.model import DeadLetter, Passage, Reading, is_manual
from feeds.registry import SourceFacts
from feeds.validation import RawReading
from geodata.places import PROVINCE_ID

SOURCE: Final = "recorder"
CADENCE_S: Final = 15.0
"""Seconds between two tellings. Source: the metric catalogue."""
PASSAGES_CADENCE_S: Final = 600.0
"""Cadence of a source of passages that announced none: ten minutes without a vehicle happen every night."""
RATE_WINDOW: Final = timedelta(seconds=60)
AHEAD_WINDOW: Final = timedelta(minutes=15)
"""For how long a clock that was ahead is told, so that a slow feed's fault does not flicker."""
FORGET_AFTER: Final = timedelta(hours=24)
"""An unannounced or ended source that is silent for a day is no feed any more."""
MOST_SOURCES: Final = 500
"""Sources judged at most, the ones heard of last: a sender that makes up names must not fill the history."""
DERIVED: Final = ("border", "services", "network", "forecast", "recorder")
"""First words of sources that are our own doing; their age is that of the feed they are derived from."""

_NOT_A_WORD: Final = re.compile(r"[^\w.:-]", re.ASCII)


class _Stamp(msgspec.Struct):
    observed_at: datetime | None = None
    at: datetime | None = None


@dataclass(slots=True)
class _Feed:
    heard_at: datetime
    newest_at: datetime
    metrics: set[str] = field(default_factory=set)
    total: int = 0
    totals: deque[tuple[datetime, int]] = field(default_factory=deque)
    ahead: deque[tuple[datetime, float]] = field(default_factory=deque)


class FeedQuality:
    """What was seen of every feed, and the readings that say it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._feeds: dict[str, _Feed] = {}

    def remember(self, latest: Iterable[Reading]) -> None:
        """Take over what was recorded before this process started; it does not count into the rate."""
        for reading in latest:
            feed = self._feed(reading.source, reading.observed_at, reading.received_at)
            if feed is not None:
                feed.metrics.add(reading.metric)

    def saw_readings(self, readings: Iterable[Reading]) -> None:
        """Take note of readings that were recorded."""
        for reading in readings:
            feed = self._feed(reading.source, reading.observed_at, reading.received_at)
            if feed is not None:
                feed.total += 1
                feed.metrics.add(reading.metric)

    def saw_passages(self, passages: Iterable[Passage]) -> None:
        """Take note of passages that were recorded."""
        for passage in passages:
            feed = self._feed(passage.source, passage.at, passage.received_at)
            if feed is not None:
                feed.total += 1

    def saw_letters(self, letters: Iterable[DeadLetter]) -> None:
        """Take note of refused records: only of how far a clock was ahead, they are counted in history."""
        for letter in letters:
            if letter.reason != "clock_ahead":
                continue
            feed = self._feed(letter.source, letter.received_at, letter.received_at)
            if feed is not None:
                _note_ahead(feed, letter.received_at, _stated_at(letter.payload) or letter.received_at)

    def readings(
        self, now: datetime, announced: Mapping[str, SourceFacts], refused_today: Mapping[str, int]
    ) -> list[RawReading]:
        """Return the figures of every feed as of now.

        Args:
            now: aware.
            announced: what sources said of themselves.
            refused_today: refused records by source since midnight in Hanoi.
        """
        for name in announced:
            if name not in self._feeds:
                self._feed(name, now, now)  # its age counts from here on: it has sent nothing yet
        self._forget(now, announced)
        told: list[RawReading] = []
        for name, feed in self._feeds.items():
            facts = announced.get(name)
            dims = {"feed": _NOT_A_WORD.sub("_", name)}
            for metric, value in (
                ("feed_age_s", age_s(feed.newest_at, now)),
                ("feed_age_cadences", self._age_cadences(feed, facts, now)),
                ("feed_rate_per_s", _rate_per_s(feed, now)),
                ("feed_refused_today", float(refused_today.get(name, 0))),
                ("feed_clock_ahead_s", max((ahead for at, ahead in feed.ahead if now - at < AHEAD_WINDOW), default=0)),
            ):
                upper = self._catalogue[metric].upper
                bounded = value if upper is None else min(value, upper)
                told.append(RawReading(metric, PROVINCE_ID, now, float(bounded), SOURCE, dims, "derived"))
        return told

    def _feed(self, source: str, at: datetime, received_at: datetime) -> _Feed | None:
        feed = self._feeds.get(source)
        if feed is None:
            if source.partition(":")[0] in DERIVED or is_manual(source):
                return None  # a person is no feed: nobody is expected to enter something every minute
            feed = self._feeds[source] = _Feed(received_at, at)
        feed.heard_at = max(feed.heard_at, received_at)
        feed.newest_at = max(feed.newest_at, at)
        if at > received_at:
            _note_ahead(feed, received_at, at)
        return feed

    def _age_cadences(self, feed: _Feed, facts: SourceFacts | None, now: datetime) -> float:
        """Return the age in cadences; 0 for a source that ended as it should.

        What is not the real world is judged by when it was heard of: a recorded day that is replayed is old and well.
        """
        if facts is not None and facts.ended:
            return 0.0
        since = feed.heard_at if facts is not None and facts.simulated else feed.newest_at
        if facts is not None and facts.cadence_s:
            return age_s(since, now) / facts.cadence_s
        cadences = (metric.cadence_s for name in feed.metrics if (metric := self._catalogue.get(name)))
        return age_s(since, now) / min(cadences, default=PASSAGES_CADENCE_S)

    def _forget(self, now: datetime, announced: Mapping[str, SourceFacts]) -> None:
        for name, feed in list(self._feeds.items()):
            facts = announced.get(name)
            if now - feed.heard_at > FORGET_AFTER and (facts is None or facts.ended):
                del self._feeds[name]
        if len(self._feeds) > MOST_SOURCES:
            by_age = sorted(self._feeds, key=lambda name: self._feeds[name].heard_at)
            for name in by_age[: len(by_age) - MOST_SOURCES]:
                del self._feeds[name]


def _note_ahead(feed: _Feed, received_at: datetime, at: datetime) -> None:
    ahead_s = (at - received_at).total_seconds()
    while feed.ahead and (received_at - feed.ahead[0][0] >= AHEAD_WINDOW or feed.ahead[-1][1] <= ahead_s):
        # Older than the window, or never again the largest: a falling queue holds the maximum of a sliding window.
        if feed.ahead[-1][1] <= ahead_s:
            feed.ahead.pop()
        else:
            feed.ahead.popleft()
    feed.ahead.append((received_at, ahead_s))


def _rate_per_s(feed: _Feed, now: datetime) -> float:
    totals = feed.totals
    totals.append((now, feed.total))
    while len(totals) > 2 and now - totals[1][0] >= RATE_WINDOW:
        totals.popleft()
    then, total = totals[0]
    elapsed_s = (now - then).total_seconds()
    return max(0.0, (feed.total - total) / elapsed_s) if elapsed_s > 0 else 0.0


def _stated_at(payload: str) -> datetime | None:
    """Return the instant a refused record stated, None where it cannot be told."""
    try:
        stamp = msgspec.json.decode(payload, type=_Stamp)
    except msgspec.DecodeError:
        return None
    stated = stamp.observed_at or stamp.at
    return stated if stated is not None and stated.tzinfo is not None else None
