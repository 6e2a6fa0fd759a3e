"""Live coverage of a small province: what a silent site takes away, and what is no fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from feeds.network.derivation import Derivation
from feeds.validation import RawReading
from tests.unit.feeds.network.conftest import NOW

Say = Callable[..., bool]


def value(readings: list[RawReading], metric: str, place: str = "lang-son", **dims: str) -> float | None:
    """Return the value of a series among readings, None when it is not told."""
    found = [r.value for r in readings if (r.metric, r.place, r.dims) == (metric, place, dims)]
    return found[0] if found else None


def whole(derivation: Derivation, at: datetime = NOW) -> list[RawReading]:
    """Return every figure after judging the sites at an instant."""
    derivation.settle(at)
    return derivation.readings(at, changed_only=False)


@pytest.fixture
def alive(say: Say) -> Say:
    """Return `say` after every site has said that it is on air."""
    for number in (1, 2, 3):
        say(number, 1)
    return say


def test_nothing_is_lost_while_every_site_works(derivation: Derivation, alive: Say) -> None:
    """What is covered is the plan, nothing is lost, no road is dead, and the figures are good."""
    told = whole(derivation)
    assert value(told, "covered_area_lost_km2", technology="4g") == 0
    assert value(told, "covered_population_lost", technology="4g") == 0
    assert value(told, "road_dead_stretch_km", "tan-thanh", road="QL4A") == 0
    assert value(told, "bts_count") == value(told, "bts_expected_count") == 3
    assert {reading.quality for reading in told} == {"good"}
    assert {reading.source for reading in told} == {"network:noc"}
    assert derivation.lost().patches.runs == ()


def test_a_silent_site_takes_its_cells_away_and_gives_them_back(derivation: Derivation, alive: Say) -> None:
    """Its own commune loses; lost and covered together are what was covered; back on air everything is as before."""
    before = whole(derivation)
    alive(1, 0, NOW + timedelta(seconds=1))
    derivation.settle(NOW + timedelta(seconds=1))
    after = derivation.readings(NOW + timedelta(seconds=1), changed_only=True)
    lost = value(after, "covered_area_lost_km2", "commune.05977", technology="4g")
    assert lost
    assert 1 < lost < 3.2  # a circle of 1 km, less what the neighbour 1.4 km away reaches as well
    share = value(after, "commune_coverage_pct", "commune.05977", technology="4g")
    covered = value(before, "commune_coverage_pct", "commune.05977", technology="4g")
    assert share is not None
    assert covered is not None
    assert share + 100 * lost / 28.6 == pytest.approx(covered, abs=0.05)
    assert {reading.place for reading in after} == {"commune.05977", "lang-son", "tan-thanh"}
    assert value(after, "bts_count", "commune.05977") == 1
    picture = derivation.lost()
    assert picture.area_km2 == lost
    assert sum(picture.patches.runs[2::3]) * 28.6 / 400 == pytest.approx(lost, rel=0.01)
    alive(1, 1, NOW + timedelta(seconds=9))
    assert [(r.metric, r.place, r.dims, r.value) for r in whole(derivation, NOW + timedelta(seconds=9))] == [
        (r.metric, r.place, r.dims, r.value) for r in before
    ]


def test_a_dead_stretch_is_named_by_its_kilometres(derivation: Derivation, alive: Say) -> None:
    """Both sites of the road silent: from its first kilometre on there is no 4G, and no signal of any kind."""
    alive(1, 0, NOW + timedelta(seconds=1))
    alive(2, 0, NOW + timedelta(seconds=1))
    told = whole(derivation, NOW + timedelta(seconds=1))
    length = value(told, "road_dead_stretch_km", "tan-thanh", road="QL4A", technology="4g")
    stretches = [stretch for tech, stretch in derivation.lost().stretches if tech == "4g"]
    assert stretches[0].km == length == max(stretch.km for stretch in stretches)
    assert length > 2
    assert {stretch.road for stretch in stretches} == {"QL4A"}
    assert all(stretch.from_km <= stretch.to_km for stretch in stretches)


def test_retired_2g_is_no_fault(derivation: Derivation, alive: Say) -> None:
    """A site whose only technology was retired may say it is off: nothing is lost and nobody expects it."""
    before = whole(derivation)
    alive(4, 0, NOW + timedelta(seconds=1))
    after = whole(derivation, NOW + timedelta(seconds=1))
    assert [(r.metric, r.value) for r in after] == [(r.metric, r.value) for r in before]
    assert derivation.lost().absent == ()


def test_one_technology_off_leaves_the_others(derivation: Derivation, alive: Say) -> None:
    """5G switched off at a site: 5G is lost there, 4G is not, and the site still counts as on air."""
    alive(1, 0, NOW, technology="5g")
    told = whole(derivation)
    assert value(told, "covered_area_lost_km2", technology="5g")
    assert value(told, "covered_area_lost_km2", technology="4g") == 0
    assert (value(told, "bts_count"), value(told, "bts_count", technology="5g")) == (3, 0)


def test_an_unknown_site_counts_in_nothing(derivation: Derivation, alive: Say) -> None:
    """A reading that names a site which is not in the inventory is refused and changes no figure."""
    before = whole(derivation)
    assert alive(9_999, 0) is False
    assert whole(derivation) == before


def test_a_site_nobody_hears_of_is_silent_while_its_source_speaks(derivation: Derivation, alive: Say) -> None:
    """Fifty minutes without a word of one site, the others heard of: it is silent, since its last sign."""
    later = NOW + timedelta(seconds=3_001)
    for number in (2, 3):
        alive(number, 1, later)
    told = whole(derivation, later)
    assert value(told, "covered_area_lost_km2", technology="4g")
    assert derivation.lost().absent == (("site.00001", NOW),)
    assert value(told, "bts_count") == 2


def test_a_feed_that_dies_is_no_outage_of_the_network(derivation: Derivation, alive: Say) -> None:
    """The whole source fell silent: the last word holds, called an estimate, and nothing is lost."""
    told = whole(derivation, NOW + timedelta(hours=2))
    assert value(told, "covered_area_lost_km2", technology="4g") == 0
    assert {reading.quality for reading in told} == {"estimated"}
    assert derivation.lost().absent == ()


@pytest.mark.parametrize(("age_s", "quality"), [(900, "good"), (901, "estimated"), (3_000, "estimated")])
def test_stale_sites_make_an_estimate(derivation: Derivation, alive: Say, age_s: int, quality: str) -> None:
    """Up to three cadences a site's word is as good as new; from then on the figure is an estimate."""
    told = whole(derivation, NOW + timedelta(seconds=age_s))
    assert {reading.quality for reading in told} == {quality}


def test_sites_of_which_nobody_speaks_are_taken_as_planned(derivation: Derivation, say: Say) -> None:
    """One site of three is heard of, and it is off: its loss is told, as an estimate; a count of three is not."""
    say(1, 0)
    told = whole(derivation)
    assert value(told, "covered_area_lost_km2", technology="4g")
    assert value(told, "population_coverage_pct", technology="4g")
    assert value(told, "bts_count") is None
    assert next(r.quality for r in told if r.place == "commune.06001") == "estimated"


def test_a_real_site_among_simulated_ones(derivation: Derivation, say: Say) -> None:
    """The real word beats the simulated one, and the figures carry both names, so that they count as simulated."""
    for number in (1, 2, 3):
        say(number, 1, source="simulator")
    whole(derivation)
    say(1, 0, source="noc")
    derivation.settle(NOW)
    told = derivation.readings(NOW, changed_only=True)
    assert {reading.source for reading in told} == {"network:noc:simulator"}
    assert value(told, "bts_count") == 2
    assert value(told, "population_coverage_pct", "commune.06001", technology="4g") is not None


def test_a_reading_without_a_value_says_nothing(derivation: Derivation, alive: Say) -> None:
    """A missing value is not zero: the site counts as planned, and the figure becomes an estimate."""
    alive(1, None, NOW + timedelta(seconds=1))
    told = whole(derivation, NOW + timedelta(seconds=1))
    assert value(told, "covered_area_lost_km2", technology="4g") == 0
    assert {r.quality for r in told if r.place == "commune.05977"} == {"estimated"}


def test_a_counted_place_is_left_to_who_counts_it(derivation: Derivation, alive: Say) -> None:
    """Where a real source states how many sites are on air, no count of ours goes beside it."""
    derivation.settle(NOW)
    told = derivation.readings(NOW, changed_only=False, stated=["lang-son"])
    assert value(told, "bts_count") is None
    assert value(told, "bts_count", "commune.05977") == 2
