"""What the tests of the read models share: places, origins, and readings made in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.readmodels.origins import Origins
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.model import Reading
from feeds.registry import Registry
from geodata.places import Places

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # 10:00 in Hanoi: every gate is open


@pytest.fixture
def now() -> datetime:
    """Return a morning at which every gate is open."""
    return NOW


@pytest.fixture(scope="session")
def places() -> Places:
    """Return the shipped places; tests that declare more load their own."""
    return Places.load()


@pytest.fixture
def registry(places: Places) -> Registry:
    """Return a registry on an empty bus."""
    return Registry(MemoryBus(), places)


@pytest.fixture
def origins(registry: Registry) -> Origins:
    """Return what is known of the sources: nothing but their names."""
    return Origins(registry, Catalogue())


@pytest.fixture
def reading() -> Callable[..., Reading]:
    """Return a maker of readings; dims are keywords, `age_s` counts back from NOW."""

    def make(
        metric: str,
        place: str,
        value: float | None,
        *,
        source: str = "simulator",
        age_s: float = 0,
        at: datetime | None = None,
        quality: str = "good",
        **dims: str,
    ) -> Reading:
        observed_at = at or NOW - timedelta(seconds=age_s)
        return Reading(metric, place, value, observed_at, observed_at, source, dims, "count", quality)

    return make
