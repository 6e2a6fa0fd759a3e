"""What is known of each source: its kind, its cadence, its name, and whether it is simulated.

A source announces itself when it starts (a fact on the bus), so that every process judges its age by its own cadence
and shows its name. A source that never announced itself (a push) is judged by the metric's cadence.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from feeds.bus.codec import FACTS_MARKS, FACTS_PLACES, FACTS_SOURCES
from feeds.bus.port import StreamPort
from feeds.marks import Mark, MarkBook
from feeds.model import is_simulated
from geodata.errors import PlaceError
from geodata.places import Place, Places


class SourceFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a source says of itself.

    Attributes:
        source: its name in readings.
        kind: `simulator`, `push`, `replay`, …
        cadence_s: seconds between its readings; None: each metric's own.
        name_vi: Vietnamese name for screens.
        name_en: English name for screens.
        detail: for example the scenario of a simulator or the file of a replay.
        detail_vi: Vietnamese name of the detail for screens, where it has one.
        detail_en: English name of it.
        detail_at: since when it holds.
        detail_by: who asked for it, "" for the settings.
        ended: True once a finite source (a replay) came to its end, so that its silence is no fault.
    """

    source: str
    kind: str
    cadence_s: float | None = None
    name_vi: str = ""
    name_en: str = ""
    detail: str = ""
    ended: bool = False
    detail_vi: str = ""
    detail_en: str = ""
    detail_at: datetime | None = None
    detail_by: str = ""

    @property
    def simulated(self) -> bool:
        """Whether what it says is not the real world."""
        return is_simulated(self.source) or self.kind in {"simulator", "replay", "exercise"}


class Registry:
    """The sources and declared places known to one process; refreshed from the bus."""

    def __init__(self, bus: StreamPort, places: Places) -> None:
        self._bus = bus
        self.places = places
        self._sources: dict[str, SourceFacts] = {}
        self.marks = MarkBook()
        """The instrument marks that stand; see `refresh_marks`."""

    def source(self, name: str) -> SourceFacts | None:
        """Return what the source said of itself, or None."""
        return self._sources.get(name)

    def sources(self) -> dict[str, SourceFacts]:
        """Return every announced source."""
        return dict(self._sources)

    def cadence_s(self, source: str, metric_cadence_s: float) -> float:
        """Return the cadence by which a reading of that source is judged, in seconds.

        A source's own cadence only ever lengthens the metric's: a slow feed is not late, and a daily figure of a fast
        feed is not lost.
        """
        facts = self._sources.get(source) or self._sources.get(source.rpartition(":")[2])
        if facts is None or facts.cadence_s is None:
            return metric_cadence_s
        return max(facts.cadence_s, metric_cadence_s)

    async def announce(self, facts: SourceFacts) -> None:
        """Publish what a source says of itself."""
        await self._bus.put_facts(FACTS_SOURCES, {facts.source: msgspec.json.encode(facts)})
        self._sources[facts.source] = facts

    async def declare(self, places: list[Place]) -> None:
        """Publish places that a mapping brought along.

        Raises:
            geodata.errors.PlaceError: when an id is taken by another place; nothing is published then.
        """
        for place in places:
            self.places.declare(place)
        if places:
            await self._bus.put_facts(FACTS_PLACES, {place.id: msgspec.json.encode(place) for place in places})

    async def refresh(self) -> None:
        """Take over what other processes announced since."""
        for data in (await self._bus.facts(FACTS_SOURCES)).values():
            facts = msgspec.json.decode(data, type=SourceFacts)
            self._sources[facts.source] = facts
        for data in (await self._bus.facts(FACTS_PLACES)).values():
            place = msgspec.json.decode(data, type=Place)
            try:
                self.places.declare(place)
            except PlaceError:
                continue  # the publisher checked it; only a shipped place of a newer version can be in the way

    async def refresh_marks(self) -> None:
        """Take over the instrument marks that stand now."""
        facts = await self._bus.facts(FACTS_MARKS)
        self.marks = MarkBook(msgspec.json.decode(data, type=Mark) for data in facts.values())

    async def publish_marks(self, standing: Iterable[Mark]) -> None:
        """Tell every process which instrument marks stand; those told before and not named here stand no more."""
        facts = {str(mark.id): msgspec.json.encode(mark) for mark in standing}
        known = await self._bus.facts(FACTS_MARKS)
        news = {number: data for number, data in facts.items() if known.get(number) != data}
        if news:
            await self._bus.put_facts(FACTS_MARKS, news)
        for number in known.keys() - facts.keys():
            await self._bus.drop_fact(FACTS_MARKS, number)
        self.marks = MarkBook(msgspec.json.decode(data, type=Mark) for data in facts.values())
