"""What scenarios do beside the road: sites along a road fall silent, offices and gates rest at Tết."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from feeds.sources.simulator import Simulator
from feeds.sources.simulator.blackout import blackout_outages, sites_along
from feeds.twin.ground import load_ground
from feeds.twin.play import Blackout
from feeds.twin.scenario import NORMAL, scenario_named
from geodata.roads import approach_road
from geodata.sites import load_sites

START = datetime(2026, 11, 22, 17, tzinfo=UTC)
"""The beginning of Monday, 23 November 2026, in Hanoi."""
CUT = START + timedelta(hours=10)
GROUND = [route for route in load_ground(date(2026, 11, 22)) if route.gate == "coc-nam"]
SITES = load_sites()


@pytest.fixture(scope="module")
def province() -> Simulator:
    """Return a province whose fibre and mains towards Hữu Nghị are cut at ten."""
    return Simulator(5, START, [(START, NORMAL), (CUT, scenario_named("network-outage"))], ground=GROUND)


def cluster() -> set[int]:
    """Return the sites that hang on the road, found by measuring each one."""
    road = approach_road("huu-nghi")
    near = set()
    for index, site in enumerate(SITES):
        along_m, off_m = road.nearest(site.lon, site.lat)
        if off_m <= 2_500 and along_m <= 12_000:
            near.add(index)
    return near


def down(province: Simulator, at: datetime) -> set[int]:
    """Return the sites of the cluster that are off the air for another reason than an everyday fault."""
    outages = province.network.outages
    at_s = at.timestamp()
    return {outage.site for outage in outages.beside if outage.starts_s <= at_s < outage.ends_s}


def test_the_sites_along_the_road_fall_silent_and_come_back_one_after_another(province: Simulator) -> None:
    """Three minutes after the cut most are silent, after two hours all, after six hours all are back."""
    expected = cluster()
    assert 80 < len(expected) < 200
    assert down(province, CUT) == set()
    minutes = [len(down(province, CUT + timedelta(minutes=minute))) for minute in (3, 30, 60, 105)]
    assert 0.45 * len(expected) < minutes[0] < 0.75 * len(expected)
    assert minutes == sorted(minutes)
    assert down(province, CUT + timedelta(minutes=105)) == expected
    back = [len(down(province, CUT + timedelta(minutes=240 + 5 * step))) for step in range(24)]
    assert back == sorted(back, reverse=True)
    assert len(set(back)) > 12
    assert back[-1] == 0


def test_each_site_says_itself_that_it_is_off_and_back(province: Simulator) -> None:
    """Every site of the cluster is told silent once and back once by its own reading."""
    told = province.network.site_changes(CUT.timestamp(), (CUT + timedelta(hours=7)).timestamp())
    for index in sorted(cluster())[::10]:
        said = [r.value for r in told if r.metric == "site_on_air" and r.place == SITES[index].id]
        assert said[0] in {0.0, 1.0}
        assert 0.0 in said
        assert said[-1] == 1.0
    untouched = [r for r in told if r.metric == "site_on_air" and r.value == 0.0]
    assert len({r.place for r in untouched} & {SITES[index].id for index in cluster()}) == len(cluster())


def test_an_outage_called_off_ends_within_minutes_and_leaves_its_past_alone() -> None:
    """Back to normal after an hour: until then it was as it would have been, ten minutes later all are back."""
    along = sites_along(SITES, Blackout("huu-nghi", 2_500.0, 12_000.0))
    played = blackout_outages(5, along, 0.0, None)
    called_off = blackout_outages(5, along, 0.0, 3_600.0)
    for at_s in range(0, 3_600, 60):
        silent = [{o.site for o in outages if o.starts_s <= at_s < o.ends_s} for outages in (played, called_off)]
        assert silent[0] == silent[1]
    assert max(outage.ends_s for outage in called_off) <= 4_200
    assert len(called_off) < len(played)


def test_at_tet_offices_rest_and_dossiers_are_conserved() -> None:
    """From the next day on hardly a dossier comes and none is settled; those that are open stay open."""
    province = Simulator(5, START, [(START, NORMAL), (CUT, scenario_named("tet"))], ground=GROUND, sites=SITES[:40])
    services = province.services
    plain = Simulator(5, START, [(START, NORMAL)], ground=GROUND, sites=SITES[:40]).services
    # What was told of the day of the change is not unsaid.
    for hours in (0, 9, 10, 12, 23):
        at = START + timedelta(hours=hours)
        assert services.tally("lang-son", at).received == plain.tally("lang-son", at).received
    noon = START + timedelta(days=3, hours=12)
    assert services.tally("lang-son", noon).received < 0.1 * plain.tally("lang-son", noon).received
    before = services.tally("lang-son", START + timedelta(days=1))
    for hour in range(25, 24 * 9):
        now = services.tally("lang-son", START + timedelta(hours=hour))
        last = services.tally("lang-son", START + timedelta(hours=hour, seconds=-1)) if hour % 24 == 0 else now
        received = last.received - before.received + (now.received if hour % 24 == 0 else 0)
        settled = last.settled - before.settled + (now.settled if hour % 24 == 0 else 0)
        assert now.open == before.open + received - settled, hour
        if 24 <= hour % (24 * 9) < 24 * 6:
            assert now.settled == 0
        before = now


def test_at_tet_the_gates_are_shut_and_visitors_come() -> None:
    """Cargo rests and says so all day; more people than usual cross at Hữu Nghị."""
    first_day = datetime(2027, 2, 6, 5, tzinfo=UTC)
    ground = load_ground(date(2027, 2, 6))
    status = Simulator(5, first_day, [(first_day, NORMAL)], ground=ground, sites=SITES[:4]).status
    readings = status.readings(first_day)
    shut = {r.place: r.value for r in readings if r.metric == "operational_status"}
    assert {shut[gate] for gate in ("huu-nghi", "tan-thanh", "chi-ma", "coc-nam")} == {0.0}
    assert shut["dong-dang"] == 1.0
    assert {r.value for r in readings if r.metric == "lanes_open" and not r.place.startswith("dong")} == {0.0}
    evening = first_day + timedelta(hours=8)
    assert status.passengers_today(evening) > 1.1 * status.passengers_today(evening - timedelta(days=7))
