"""The simulated public-service centres."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime, timedelta

import pytest

from feeds.catalogue import Catalogue
from feeds.sources.simulator.services import DOSSIERS_A_DAY, ONLINE_SHARE, Services
from feeds.validation import judge_reading
from geodata.places import Places

PROVINCE = "lang-son"
POPULATIONS = {f"commune.{number:05d}": 4_000 + 700 * number for number in range(1, 21)}
MIDNIGHT = datetime(2026, 11, 15, 17, tzinfo=UTC)
"""The beginning of Monday, 16 November 2026, in Hanoi."""


@pytest.fixture
def services() -> Services:
    """Return twenty communes' centres."""
    return Services(11, POPULATIONS, PROVINCE, "simulator")


def totals(services: Services, at: datetime) -> dict[str, float]:
    """Return the province's figures at an instant."""
    return {r.metric: r.value or 0.0 for r in services.readings(PROVINCE, at) if not r.dims}


def test_volume_and_rates_are_those_published(services: Services) -> None:
    """Over eight weeks 2,201 dossiers a day come in, 87.76 % of them online, 99 % settled on time."""
    days = [totals(services, MIDNIGHT + timedelta(days=day, hours=23, minutes=59)) for day in range(56)]
    assert statistics.mean(day["dossiers_received"] for day in days) == pytest.approx(DOSSIERS_A_DAY, rel=0.02)
    online = sum(day["dossiers_online"] for day in days) / sum(day["dossiers_received"] for day in days)
    assert online == pytest.approx(ONLINE_SHARE, abs=0.02)
    assert days[-1]["on_time_rate"] == pytest.approx(0.99, abs=0.006)
    assert days[-1]["online_rate"] == pytest.approx(ONLINE_SHARE, abs=0.02)


@pytest.mark.parametrize("place", [PROVINCE, "commune.00007"])
def test_no_dossier_is_lost(services: Services, place: str) -> None:
    """From hour to hour, what is open grows by what came in and falls by what was settled, over weekends too."""
    before = services.tally(place, MIDNIGHT)
    for hour in range(1, 24 * 9):
        now = services.tally(place, MIDNIGHT + timedelta(hours=hour))
        midnight = hour % 24 == 0
        last = services.tally(place, MIDNIGHT + timedelta(hours=hour, seconds=-1)) if midnight else now
        received = last.received - before.received + (now.received if midnight else 0)
        settled = last.settled - before.settled + (now.settled if midnight else 0)
        assert now.open == before.open + received - settled, hour
        assert 0 <= now.overdue <= now.open
        assert now.online <= now.received
        before = now


def test_counts_begin_anew_at_midnight_in_hanoi_and_only_grow(services: Services) -> None:
    """The day's counts start at 0 and never fall until the next midnight."""
    counts = [services.tally("commune.00003", MIDNIGHT + timedelta(minutes=10 * n)) for n in range(144)]
    assert counts[0].received == counts[0].settled == 0
    for field in ("received", "online", "settled"):
        values = [getattr(count, field) for count in counts]
        assert values == sorted(values)
        assert values[-1] > 0


def test_offices_rest_at_weekends(services: Services) -> None:
    """On a Sunday nothing is settled, and little comes in."""
    sunday = services.tally(PROVINCE, MIDNIGHT + timedelta(days=6, hours=23))
    monday = services.tally(PROVINCE, MIDNIGHT + timedelta(days=7, hours=23))
    assert sunday.settled == 0
    assert 0 < sunday.received < monday.received / 5


def test_the_province_is_the_sum_of_its_tiers(services: Services) -> None:
    """The total is what the communes and the provincial centre have together."""
    at = MIDNIGHT + timedelta(hours=15)
    by_tier: dict[str, dict[str, float]] = {}
    for reading in services.readings(PROVINCE, at):
        by_tier.setdefault(reading.dims.get("tier", "all"), {})[reading.metric] = reading.value or 0.0
    communes = [r for place in POPULATIONS for r in services.readings(place, at) if r.metric == "dossiers_open"]
    for metric in ("dossiers_received", "dossiers_online", "dossiers_settled", "dossiers_open", "dossiers_overdue"):
        assert by_tier["all"][metric] == by_tier["province"][metric] + by_tier["commune"][metric]
    assert by_tier["commune"]["dossiers_open"] == sum(r.value or 0.0 for r in communes)
    assert {r.dims["tier"] for r in communes} == {"commune"}


def test_the_door_takes_every_figure() -> None:
    """No reading is refused, at noon or at night."""
    places, catalogue = Places.load(), Catalogue()
    communes = {place.id: 1_000 for place in places.all("commune")}
    services = Services(2, communes, PROVINCE, "simulator")
    assert len(services.places) == 66
    for at in (MIDNIGHT, MIDNIGHT + timedelta(hours=12)):
        for place in services.places:
            for raw in services.readings(place, at):
                assert judge_reading(raw, "", at, catalogue, places).quality == "good"


def test_an_unknown_place_has_no_centre(services: Services) -> None:
    """Asking for a gate's dossiers is a mistake."""
    with pytest.raises(KeyError):
        services.tally("huu-nghi", MIDNIGHT)
