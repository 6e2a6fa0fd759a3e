"""The simulated mobile network, on the shipped sites and their planned coverage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.catalogue import Catalogue
from feeds.sources.simulator.network import Network
from feeds.sources.simulator.outages import REPAIR_MAX_S, Outages
from feeds.twin.chance import hanoi_day
from feeds.validation import RawReading, judge_reading
from geodata.coverage import planned_coverage
from geodata.places import PROVINCE_ID, Places
from geodata.sites import SITE_COUNT, load_sites

NOON = datetime(2026, 11, 16, 5, tzinfo=UTC)
NOON_S = NOON.timestamp()


@pytest.fixture(scope="module")
def network() -> Network:
    """Return the whole network."""
    return Network(3, load_sites(), planned_coverage(), PROVINCE_ID, "simulator")


def value(readings: list[RawReading], metric: str, **dims: str) -> float:
    """Return the one value of a series."""
    [found] = [r.value for r in readings if r.metric == metric and r.dims == dims]
    assert found is not None
    return found


def instant_with(network: Network, *, faults: bool) -> datetime:
    """Return an instant at which sites are off the air, or none is."""
    for minute in range(0, 100_000, 7):
        at = NOON + timedelta(minutes=minute)
        if bool(network.outages.down_at(at.timestamp())) is faults:
            return at
    raise AssertionError("no such instant in seventy days")


def test_availability_is_about_three_nines() -> None:
    """Over ten weeks 99.9 % of the sites' time is on the air."""
    outages = Outages(1, {f"area {n}": range(n * 40, n * 40 + 40) for n in range(70)})
    span_s = 70 * 86_400.0
    lost_s = sum(
        sum(outages.down_seconds(NOON_S + day * 86_400, NOON_S + (day + 1) * 86_400, range(2_800)).values())
        for day in range(70)
    )
    assert 1 - lost_s / (2_800 * span_s) == pytest.approx(0.999, abs=0.0002)


def test_a_fault_has_a_beginning_and_an_end() -> None:
    """A site is off from a fault's first instant and back at its last; nothing lasts beyond a day."""
    outages = Outages(1, {"area": range(500)})
    day = outages.of_day(hanoi_day(NOON_S))
    assert day
    for outage in day:
        assert 0 < outage.ends_s - outage.starts_s <= REPAIR_MAX_S
        assert outage.site in outages.down_at(outage.starts_s)
        others = {o.site for o in outages.between(outage.ends_s - 1, outage.ends_s + 1) if o is not outage}
        assert outage.site in others or outage.site not in outages.down_at(outage.ends_s)


def test_no_sites_have_no_faults() -> None:
    """An empty network is quiet."""
    assert Outages(1, {"area": ()}).of_day(20_000) == []


def test_sites_and_counts_agree(network: Network) -> None:
    """The province's count is the number of sites that report themselves on the air, commune by commune."""
    at = instant_with(network, faults=True)
    sites = network.site_readings(range(network.site_count), at)
    assert len(sites) == SITE_COUNT
    on_air = sum(reading.value == 1 for reading in sites)
    assert on_air < SITE_COUNT
    assert value(network.readings(PROVINCE_ID, at, brief=True), "bts_count") == on_air
    communes = [network.readings(place, at, brief=True) for place in network.places if place != PROVINCE_ID]
    assert sum(value(readings, "bts_count") for readings in communes) == on_air


def test_changes_say_what_the_sites_do(network: Network) -> None:
    """Each change carries the state from its instant on, in time order."""
    changes = network.site_changes(NOON_S, NOON_S + 86_400)
    assert changes
    assert [c.observed_at for c in changes] == sorted(c.observed_at for c in changes)
    numbers = {site.id: index for index, site in enumerate(load_sites())}
    for change in changes:
        [state] = network.site_readings([numbers[change.place]], change.observed_at)
        assert (state.value, state.place) == (change.value, change.place)


def test_coverage_is_left_to_the_derivation(network: Network) -> None:
    """The simulator says which sites are on the air, not what they cover: that is derived, whoever reports them."""
    said = {r.metric for place in network.places for r in network.readings(place, NOON)}
    assert not said & {"population_coverage_pct", "commune_coverage_pct", "bts_count", "bts_expected_count"}
    assert {"rsrp_dbm", "sinr_db", "cell_availability_pct"} <= said


def test_a_retired_technology_is_no_fault(network: Network) -> None:
    """2G was switched off: nothing of it is reported, and 4G is on nearly every site."""
    readings = [r for place in network.places for r in network.readings(place, NOON)]
    assert not [r for r in readings if r.dims.get("technology") == "2g"]
    day = network._day(NOON_S)
    assert "2g" not in day.expected[PROVINCE_ID]
    assert day.expected[PROVINCE_ID]["4g"] > 2_000


def test_radio_figures_breathe_with_the_day(network: Network) -> None:
    """In the evening more of the radio is in use and downloads are slower than before dawn."""
    dawn = network.readings(PROVINCE_ID, NOON.replace(hour=21))
    evening = network.readings(PROVINCE_ID, NOON.replace(hour=13))
    assert value(evening, "prb_utilisation_pct") > value(dawn, "prb_utilisation_pct") + 10
    assert value(evening, "dl_user_throughput_mbps", technology="4g") > 40
    assert value(evening, "dl_user_throughput_mbps", technology="4g") < value(
        dawn, "dl_user_throughput_mbps", technology="4g"
    )


def test_availability_counts_the_faults_of_a_day(network: Network) -> None:
    """A commune whose site was off within 24 h is below 100 %, one whose sites all worked is at 100 %."""
    lost = network.outages.down_seconds(NOON_S - 86_400, NOON_S, range(SITE_COUNT))
    sites = load_sites()
    hurt = {sites[index].commune for index in lost}
    for place in network.places:
        if place != PROVINCE_ID:
            assert (value(network.readings(place, NOON), "cell_availability_pct") < 100) == (place in hurt), place


def test_the_door_takes_every_figure(network: Network) -> None:
    """No reading is refused, and each series is said once."""
    places, catalogue = Places.load(), Catalogue()
    readings = [r for place in network.places for r in network.readings(place, NOON)]
    readings += network.site_readings(range(network.site_count), NOON)
    for raw in readings:
        judge_reading(raw, "", NOON, catalogue, places)
    series = [(r.metric, r.place, tuple(sorted(r.dims.items()))) for r in readings]
    assert len(set(series)) == len(series) > SITE_COUNT + 700


def test_technologies_follow_their_dates(network: Network) -> None:
    """What is expected follows the sites' dates: a year ago there was less 5G, and asking on does not forget today."""

    def expected(at: datetime) -> int:
        return network._day(at.timestamp()).expected[PROVINCE_ID]["5g"]

    today = expected(NOON)
    counts = [expected(NOON - timedelta(days=30 * month)) for month in range(1, 20)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < today
    assert expected(NOON) == today


def test_history_is_brief(network: Network) -> None:
    """What fills in the past is a part of what is said live, with the same values, and the sites on the air."""
    full = {(r.metric, str(r.dims)): r.value for r in network.readings("commune.05977", NOON)}
    brief = {(r.metric, str(r.dims)): r.value for r in network.readings("commune.05977", NOON, brief=True)}
    assert brief.pop(("bts_count", "{}")) > 0
    assert brief.items() < full.items()
