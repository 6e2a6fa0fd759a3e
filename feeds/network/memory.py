"""What the sources last said of each mobile site, and what to make of it now.

A site is silent when the source that speaks for it says so, or when it has said nothing for LOST_FROM cadences while
most of the source's other sites go on speaking. Where a whole source fell silent nothing is known of the sites: the
last word holds, and is called an estimate; so is the plan for a site of which nobody ever spoke. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from feeds.freshness import Freshness, age_s, freshness_of, freshness_until
from feeds.model import Reading
from feeds.selection import VALUELESS, choose
from geodata.sites import Site

METRIC: Final = "site_on_air"
ALIVE_SHARE: Final = 0.5
"""Part of a source's sites that must be heard of before the silence of the others is theirs and not the source's."""


@dataclass(frozen=True, slots=True)
class Word:
    """What one source last said of a site, or of one technology of it; a candidate for `feeds.selection.choose`.

    Attributes:
        source: who said it.
        observed_at: when it was seen.
        received_at: when we heard; of two words of one instant the one heard last is the correction.
        on: whether the site, or the technology, is on air; None where the reading has no value that counts.
        cadence_s: seconds within which the source is expected to say it again.
        simulated: whether the source is not the real world.
        quality: the reading's quality.
        expires_at: of a manual entry, when it stops to speak.
    """

    source: str
    observed_at: datetime
    received_at: datetime
    on: bool | None
    cadence_s: float
    simulated: bool
    quality: str = "good"
    expires_at: datetime | None = None

    def freshness(self, now: datetime) -> Freshness:
        """Return how fresh the word is."""
        if self.expires_at is not None:
            return freshness_until(self.expires_at, now)
        return freshness_of(age_s(self.observed_at, now), self.cadence_s)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is made of a site.

    Attributes:
        on: technologies on air, of those that are expected.
        known: whether anybody spoke of it within what a source is given.
        sure: whether that word is fresh.
        absent_since: its last sign, when it is silent because nothing more was heard of it; else None.
        source: who speaks for it, "" for nobody.
    """

    on: frozenset[str]
    known: bool
    sure: bool
    absent_since: datetime | None
    source: str


class SiteMemory:
    """The newest word of every source on every site.

    Args:
        cadence_s: source → seconds between its readings of a site.
        simulated: source → whether it is not the real world.
    """

    def __init__(self, cadence_s: Callable[[str], float], simulated: Callable[[str], bool]) -> None:
        self._cadence_s = cadence_s
        self._simulated = simulated
        self._words: dict[str, dict[str, dict[str, Word]]] = {}
        self._newest: dict[str, datetime] = {}
        self._lively: frozenset[str] = frozenset()

    @property
    def sites(self) -> Iterable[str]:
        """Ids of the sites that were spoken of."""
        return self._words

    def is_simulated(self, source: str) -> bool:
        """Say whether a source is not the real world."""
        return self._simulated(source)

    def hear(self, reading: Reading) -> bool:
        """Take a reading of METRIC in; say whether it changes what is known."""
        source = reading.source
        self._newest[source] = max(self._newest.get(source, reading.observed_at), reading.observed_at)
        by_source = self._words.setdefault(reading.place, {}).setdefault(reading.dims.get("technology", ""), {})
        held = by_source.get(source)
        if held is not None and (reading.observed_at, reading.received_at) < (held.observed_at, held.received_at):
            return False
        by_source[source] = Word(
            source,
            reading.observed_at,
            reading.received_at,
            reading.value > 0 if reading.value is not None and reading.quality not in VALUELESS else None,
            self._cadence_s(source),
            self._simulated(source),
            reading.quality,
            reading.expires_at,
        )
        return True

    def look(self, now: datetime) -> None:
        """Find out which sources are alive: those that are heard of most of their sites."""
        heard: dict[str, int] = {}
        everyone: dict[str, int] = {}
        for by_technology in self._words.values():
            for source, word in {s: w for words in by_technology.values() for s, w in words.items()}.items():
                everyone[source] = everyone.get(source, 0) + 1
                if word.freshness(now) is not Freshness.LOST:
                    heard[source] = heard.get(source, 0) + 1
        self._lively = frozenset(
            source for source, count in everyone.items() if heard.get(source, 0) >= ALIVE_SHARE * count
        )

    def alive(self, now: datetime) -> bool:
        """Say whether any source was heard of within what it is given."""
        return any(
            freshness_of(age_s(newest, now), self._cadence_s(source)) is not Freshness.LOST
            for source, newest in self._newest.items()
        )

    def verdict(self, site: Site, expected: frozenset[str], now: datetime) -> Verdict:
        """Return what is made of a site now, by the sources found alive at the last `look`."""
        by_technology = self._words.get(site.id)
        if not by_technology:
            return Verdict(expected, known=False, sure=False, absent_since=None, source="")
        on = set(expected)
        sure = True
        source = ""
        absent_since: datetime | None = None
        for technology, words in by_technology.items():
            word = choose(words.values(), now)
            if word is None or (technology and technology not in expected):
                continue
            fresh = word.freshness(now)
            is_on = word.on
            if is_on is None or (fresh is Freshness.LOST and word.expires_at is not None):
                sure = False
                continue
            if fresh is Freshness.LOST and word.source in self._lively:
                is_on = False
                absent_since = word.observed_at
            sure = sure and fresh in {Freshness.LIVE, Freshness.LATE}
            source = source or word.source
            if not is_on:
                on -= {technology} if technology else set(expected)
        return Verdict(frozenset(on), bool(source), sure and bool(source), absent_since, source)


def joined(base: str, sources: Iterable[str], simulated: Mapping[str, bool], longest: int = 64) -> str:
    """Return the name of what is derived from several sources: `network:viettel:simulator`.

    Simulated ones come last, so that whoever looks at any part, or at the last one, finds it simulated. Too many
    names for one become `network:many`, with the simulated one behind where there is any.
    """
    names = sorted(sources, key=lambda name: (simulated[name], name))
    whole = ":".join((base, *names))
    if len(whole) <= longest:
        return whole
    last = [name for name in names if simulated[name]][:1]
    short = ":".join((base, "many", *last))
    return short if len(short) <= longest else f"{base}:many:simulator"
