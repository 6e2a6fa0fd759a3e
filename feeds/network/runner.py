"""The network derivation at work: sites' readings in, coverage through the door, the lost area as a fact.

It is fed by the recorder with what was just recorded. What it tells is idempotent: after a restart the newest word of
every site gives the same figures. What this module does not do: read the bus or the history.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import structlog

from feeds.bus.codec import FACTS_NETWORK, NETWORK_LOST
from feeds.bus.port import StreamPort
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.freshness import Freshness, age_s, freshness_of
from feeds.model import Reading, is_simulated
from feeds.network.derivation import Derivation
from feeds.network.memory import METRIC, SiteMemory
from feeds.network.picture import picture
from feeds.registry import Registry
from feeds.validation import RawReading
from geodata import storage
from geodata.footprints import Footprints, load_footprints
from geodata.sites import Site, load_sites

CADENCE: Final = timedelta(seconds=300)
"""How often every figure is told; the metrics' own cadence."""
PAUSE: Final = timedelta(seconds=1)
"""Between two tellings of what changed: a power cut takes its sites within minutes, not all in one reading."""
BATCH: Final = 2_000
"""Readings sent at once, before anything else gets its turn."""
STATED: Final = "bts_count"

Ground = tuple[Footprints, list[Site]]


def load_ground() -> Ground:
    """Return the footprints and the inventory in use, what each site reaches computed; seconds' work the first time."""
    footprints, sites = load_footprints(), list(load_sites())
    for site in sites:
        for technology in site.technologies:
            footprints.of(site, technology.tech)
    return footprints, sites


class NetworkRunner:
    """Derives live coverage and tells it.

    Args:
        door: where the readings go.
        bus: where the lost area is told.
        registry: cadences and kinds of sources, and places.
        catalogue: the metric's own cadence.
        ground: loads footprints and inventory, when the first site is heard of and whenever other ones come into use.
    """

    def __init__(
        self,
        door: Door,
        bus: StreamPort,
        registry: Registry,
        catalogue: Catalogue,
        ground: Callable[[], Ground] = load_ground,
    ) -> None:
        self._door = door
        self._bus = bus
        self._registry = registry
        self._cadence_s = catalogue[METRIC].cadence_s
        self._ground = ground
        self._memory = SiteMemory(self._cadence_of, self._simulated)
        self._derivation: Derivation | None = None
        self._version = ""
        self._new: set[str] = set()
        self._strange: set[str] = set()
        self._stated: dict[str, dict[str, datetime]] = {}
        self._unsent: list[RawReading] = []
        self._picture: bytes = b""
        self._changed_at: datetime | None = None
        self._whole_at: datetime | None = None
        self._log = structlog.get_logger("network")

    @property
    def derivation(self) -> Derivation | None:
        """The derivation, None until a site was heard of."""
        return self._derivation

    @property
    def strangers(self) -> int:
        """Sites that were spoken of and are not in the inventory; they count in nothing."""
        return len(self._strange)

    def apply(self, readings: Iterable[Reading]) -> None:
        """Take readings in, from the stream or from history; those of other metrics change nothing."""
        for reading in readings:
            if reading.metric == METRIC:
                if self._memory.hear(reading):
                    self._new.add(reading.place)
            elif reading.metric == STATED and not reading.dims and self._is_statement(reading.source):
                held = self._stated.setdefault(reading.place, {})
                held[reading.source] = max(held.get(reading.source, reading.observed_at), reading.observed_at)

    async def tell(self, now: datetime) -> int:
        """Send what is due; return how many readings went.

        Raises:
            BusUnavailableError: when the bus is down; what was derived is kept and goes first next time.
        """
        sent = await self._send()
        if not self._new and self._derivation is None:
            return sent
        if self._changed_at is not None and timedelta(0) <= now - self._changed_at < PAUSE:
            return sent
        derivation = await self._ready()
        derivation.settle(now)
        whole = self._whole_at is None or not timedelta(0) <= now - self._whole_at < CADENCE
        # Nothing new is known while every source is silent: repeating it would make it look fresh.
        due = whole or derivation.changed or not self._picture
        if not due or not self._memory.alive(now):
            return sent
        self._changed_at = now
        if whole:
            self._whole_at = now
        self._unsent += derivation.readings(now, changed_only=not whole, stated=self._counted(now))
        await self._show(derivation, now, whole=whole)
        return sent + await self._send()

    async def _ready(self) -> Derivation:
        """Return the derivation on the ground in use, with everything heard so far."""
        derivation = self._derivation
        if derivation is None or storage.active_name() != self._version:
            self._version = storage.active_name()
            footprints, sites = await asyncio.to_thread(self._ground)
            derivation = self._derivation = Derivation(footprints, sites, self._memory)
            self._new = set(self._memory.sites)
            self._strange = set()
            self._whole_at = None
        for site in self._new:
            if not derivation.heard(site):
                self._strange.add(site)
                if len(self._strange) == 1:
                    self._log.warning("readings name sites that are not in the inventory", first=site)
        self._new = set()
        return derivation

    async def _send(self) -> int:
        sent = 0
        while self._unsent:
            batch = self._unsent[:BATCH]
            await self._door.readings(batch, batch[0].source)
            del self._unsent[: len(batch)]
            sent += len(batch)
        return sent

    async def _show(self, derivation: Derivation, now: datetime, *, whole: bool) -> None:
        """Publish what is lost, when it is something else than before, and with every cadence."""
        simulated = any(self._simulated(part) for part in derivation.source.split(":"))
        shown: dict[str, Any] = picture(derivation.lost(), self._registry.places, derivation.source, simulated, now)
        timeless = msgspec.json.encode({**shown, "at": 0})
        if whole or timeless != self._picture:
            # Empty until it is told, so that an outage of the bus in between is made up for.
            self._picture = b""
            await self._bus.put_facts(FACTS_NETWORK, {NETWORK_LOST: msgspec.json.encode(shown)})
            self._picture = timeless

    def _counted(self, now: datetime) -> list[str]:
        """Return the places for which a real source states how many sites are on air."""
        return [
            place
            for place, by_source in self._stated.items()
            if any(
                freshness_of(age_s(at, now), self._cadence_of(source)) is not Freshness.LOST
                for source, at in by_source.items()
            )
        ]

    def _is_statement(self, source: str) -> bool:
        # A simulator's count yields to the sites themselves, or a real site's silence would not be counted.
        return not source.startswith("network:") and not self._simulated(source)

    def _cadence_of(self, source: str) -> float:
        return self._registry.cadence_s(source, self._cadence_s)

    def _simulated(self, source: str) -> bool:
        facts = self._registry.source(source)
        return is_simulated(source) or (facts is not None and facts.simulated)
