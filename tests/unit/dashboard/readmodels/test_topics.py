"""The topics services, network, programme and feeds."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from dashboard.readmodels.feeds import FeedsModel
from dashboard.readmodels.network import NetworkModel
from dashboard.readmodels.services import ServicesModel
from feeds.registry import SourceFacts
from geodata.sites import load_sites


@pytest.fixture
def network(origins, places, now):
    """Return the topic network with every shipped site."""
    return NetworkModel(origins, places, load_sites(), now)


def test_every_commune_is_there_from_the_start(origins, places):
    """65 communes with their names, without a figure."""
    data = ServicesModel(origins, places).snapshot()
    assert len(data["communes"]) == 65
    first = next(iter(data["communes"].values()))
    assert first["name_vi"]
    assert first["received"] is None
    assert data["province"]["on_time_rate"] is None


def test_tiers_add_up_for_counts_and_not_for_rates(origins, places, reading, now):
    """Dossiers of both tiers are the province's; a rate of both is not their sum."""
    model = ServicesModel(origins, places)
    model.fold(
        [
            reading("dossiers_received", "lang-son", 1_000, tier="province"),
            reading("dossiers_received", "lang-son", 1_201, tier="commune"),
            reading("on_time_rate", "lang-son", 0.99, tier="province"),
            reading("on_time_rate", "lang-son", 0.97, tier="commune"),
        ],
        now,
    )
    province = model.snapshot()["province"]
    assert (province["received"]["v"], province["on_time_rate"]["v"]) == (2_201, 0.99)
    assert model.simulated_count == 2


def test_a_commune_s_figure_changes_by_its_path(origins, places, reading, now):
    """One reading, one change."""
    model = ServicesModel(origins, places)
    commune = places.all("commune")[0].id
    changes = model.fold([reading("online_rate", commune, 0.9), reading("lanes_open", "chi-ma", 2)], now)
    assert set(changes) == {f"communes/{commune}/online_rate"}


def test_sites_on_air_are_counted(network, reading, now):
    """One silent site of all: it is on the map, and the count says so after the next tick."""
    sites = load_sites()
    states = [reading("site_on_air", site.id, site.id != "site.00012") for site in sites]
    assert set(network.fold(states, now)) == {"silent/site.00012"}
    changes = network.tick(now)
    expected = network.snapshot()["province"]["expected"]["v"]
    assert changes["province/on_air"]["v"] == expected - 1
    assert network.snapshot()["silent"]["site.00012"]["commune"].startswith("commune.")
    back = reading("site_on_air", "site.00012", 1, at=now + timedelta(seconds=60))
    assert network.fold([back], now)["silent/site.00012"] is None
    assert network.tick(now)["province/on_air"]["v"] == expected


def test_a_few_sites_are_not_the_province(network, reading, now):
    """Three known sites make no count of 2,818."""
    network.fold([reading("site_on_air", site.id, 1) for site in load_sites()[:3]], now)
    network.tick(now)
    assert network.snapshot()["province"]["on_air"] is None


def test_a_site_that_says_nothing_any_more_is_not_silent(network, reading, now):
    """Whose reading is lost is unknown, which is something else than off air."""
    network.fold([reading("site_on_air", "site.00012", 0)], now)
    assert network.tick(now + timedelta(seconds=3_000)).get("silent/site.00012", "kept") == "kept"
    assert network.tick(now + timedelta(seconds=3_020))["silent/site.00012"] is None


def test_a_stated_count_beats_our_own(network, reading, now):
    """An operator's own count is shown while it is not lost."""
    network.fold([reading("bts_count", "lang-son", 2_804, source="viettel")], now)
    assert network.snapshot()["province"]["on_air"]["v"] == 2_804


def test_coverage_is_shown_by_technology(network, reading, now):
    """4G and 5G, and 5G of the key areas for the province."""
    network.fold(
        [
            reading("population_coverage_pct", "lang-son", 99.6, technology="4g"),
            reading("population_coverage_pct", "lang-son", 71, technology="5g", area="key"),
            reading("cell_availability_pct", "lang-son", 99.9, technology="4g"),
        ],
        now,
    )
    province = network.snapshot()["province"]
    assert [province[name]["v"] for name in ("coverage_4g", "coverage_5g_key", "availability")] == [99.6, 71, 99.9]
    assert province["coverage_5g"] is None


@pytest.fixture
def feeds(origins, now):
    """Return the topic feeds, nobody heard of yet."""
    return FeedsModel(origins, now)


def test_a_source_is_shown_with_rate_and_newest_instant(feeds, reading, now):
    """A push source that never announced itself is shown by its name."""
    feeds.fold([reading("lanes_open", "chi-ma", 2, source="chi-ma-office", age_s=5) for _ in range(30)])
    changes = feeds.tick(now + timedelta(seconds=10))
    source = changes["sources/chi-ma-office"]
    assert (source["kind"], source["rate_per_s"], source["cadence_s"], source["simulated"]) == ("push", 3.0, 300, False)
    assert source["last_at"] == round((now.timestamp() - 5) * 1000)


def test_how_long_readings_take_to_us_is_told_of_live_ones(feeds, reading, now):
    """A feed that is two minutes behind says so; what history brings says nothing about the way."""
    feeds.fold([reading("lanes_open", "chi-ma", 2, source="office", age_s=120)], live=False)
    feeds.tick(now)
    assert feeds.snapshot()["sources"]["office"]["delay_s"] is None
    late = msgspec.structs.replace(reading("lanes_open", "chi-ma", 2, source="office", age_s=100), received_at=now)
    feeds.fold([late])
    feeds.tick(now)
    assert feeds.snapshot()["sources"]["office"]["delay_s"] == 100.0


def test_a_rate_falls_to_zero_when_a_source_stops(feeds, reading, now):
    """Ten seconds after the last record the rate is 0."""
    feeds.fold([reading("lanes_open", "chi-ma", 2, source="office")])
    for second in range(1, 22):
        feeds.tick(now + timedelta(seconds=second))
    assert feeds.snapshot()["sources"]["office"]["rate_per_s"] == 0


def test_what_history_brings_is_no_rate(feeds, reading, now):
    """State loaded at the start counts as nothing received."""
    feeds.fold([reading("lanes_open", "chi-ma", 2, source="office")], live=False)
    assert feeds.tick(now + timedelta(seconds=1))["sources/office"]["rate_per_s"] == 0


def test_the_topic_says_which_scenario_is_played_who_chose_it_and_since_when(feeds, registry, now):
    """Every screen can name the scenario in its language beside the mark of simulation."""
    assert (feeds.snapshot()["scenario"], feeds.snapshot()["scenario_at"]) == ("", None)
    facts = SourceFacts(
        "simulator", "simulator", detail="tet", detail_vi="Tết Nguyên đán", detail_en="Lunar new year",
        detail_at=now, detail_by="lan",
    )  # fmt: skip
    registry._sources["simulator"] = facts
    feeds.take_sources(registry.sources())
    changes = feeds.tick(now + timedelta(seconds=1))
    told = {key: value for key, value in changes.items() if key.startswith("scenario")}
    assert told == {
        "scenario": "tet",
        "scenario_vi": "Tết Nguyên đán",
        "scenario_en": "Lunar new year",
        "scenario_at": int(now.timestamp() * 1_000),
        "scenario_by": "lan",
    }


def test_an_announced_source_has_its_names_and_a_derived_one_says_so(feeds, registry, reading, now):
    """The simulator by its names and scenario; what is derived from it beside it, as simulated as it."""
    registry._sources["simulator"] = SourceFacts("simulator", "simulator", None, "Bộ mô phỏng", "Simulator", "normal")
    feeds.take_sources(registry.sources())
    feeds.fold(
        [
            reading("lanes_open", "chi-ma", 2, source="border:simulator"),
            reading("feed_age_s", "lang-son", 1, source="recorder", feed="x"),
        ]
    )
    feeds.tick(now)
    data = feeds.snapshot()
    assert (data["scenario"], data["sources"]["simulator"]["name_vi"]) == ("normal", "Bộ mô phỏng")
    assert data["sources"]["border:simulator"]["kind"] == "derived"
    assert data["sources"]["border:simulator"]["simulated"] is True
    assert "recorder" not in data["sources"]


def test_processes_tasks_and_outages_change_by_their_paths(feeds, now):
    """A process that goes and a bus that is down are one change each."""
    feeds.take_processes({"feeds": {"state": "running", "since": 1, "restarts": 0}})
    feeds.take_refused({"office": 3})
    feeds.take_states(bus_up=True, history_up=True, simulated=True)
    feeds.tick(now)
    feeds.take_processes({"feeds": {"state": "down", "since": 1, "restarts": 0}})
    feeds.take_progress({"simulator-history": {"label_vi": "a", "label_en": "b", "done": 1, "total": 7, "at": 1}})
    feeds.take_states(bus_up=False, history_up=True, simulated=True)
    changes = feeds.tick(now)
    assert changes["processes/feeds/state"] == "down"
    assert changes["progress/simulator-history"]["total"] == 7
    assert changes["bus"] == "down"
    assert "history" not in changes
    feeds.take_refused_today({"office": {"bad_value": 2}})
    feeds.take_recorder_lag(7)
    assert feeds.tick(now)["recorder_lag"] == 7
    feeds.take_progress({})
    assert feeds.tick(now) == {"progress/simulator-history": None}


def test_invented_names_do_not_fill_the_screens(feeds, reading, now):
    """A sender of a thousand names is shown in part."""
    for number in range(1_000):
        feeds.fold([reading("lanes_open", "chi-ma", 2, source=f"s{number}")])
    feeds.tick(now)
    assert len(feeds.snapshot()["sources"]) == 500


def told_lost(now, **changes):
    """Return what the recorder tells of lost coverage."""
    return {
        "technology": "4g", "grid": [106.0, 21.2, 0.0025], "cells": [260, 300, 4], "area_km2": 0.3, "population": 120,
        "stretches": [], "absent": {}, "src": "network:noc", "sim": False, "at": round(now.timestamp() * 1000),
    } | changes  # fmt: skip


def test_lost_coverage_is_passed_on(network, now):
    """What is lost comes whole, once; when the recorder is not heard of for ten cadences nobody knows any more."""
    assert network.snapshot()["lost"] is None
    changes = network.take_lost(told_lost(now), now)
    assert changes["lost"]["population"] == 120
    assert "absent" not in changes["lost"]
    assert network.take_lost(told_lost(now), now + timedelta(seconds=2)) == {}
    assert network.snapshot()["lost"]["cells"] == [260, 300, 4]
    assert network.take_lost(told_lost(now), now + timedelta(seconds=3_001)) == {"lost": None}


def test_a_site_of_which_nothing_is_heard_is_marked(network, reading, now):
    """A site alone in its silence stands on the map like one that says it is off, and stays while either holds."""
    since = round(now.timestamp() * 1000) - 3_100_000
    network.take_lost(told_lost(now, absent={"site.00012": since, "site.99999": since}), now)
    assert network.snapshot()["silent"]["site.00012"]["since"] == since
    assert "site.99999" not in network.snapshot()["silent"]
    network.fold([reading("site_on_air", "site.00012", 0)], now)
    back = reading("site_on_air", "site.00012", 1, at=now + timedelta(seconds=9))
    assert network.fold([back], now)["silent/site.00012"]["since"] == since
    assert network.take_lost(told_lost(now), now)["silent/site.00012"] is None
    assert network.snapshot()["silent"] == {}


def test_a_simulated_count_yields_to_the_sites(network, reading, now):
    """A real site falls silent among simulated ones: the count says so, whatever the simulator's own count says."""
    network.fold([reading("site_on_air", site.id, 1) for site in load_sites()], now)
    network.fold([reading("bts_count", "lang-son", 2_818)], now)
    network.fold([reading("site_on_air", "site.00012", 0, source="noc")], now)
    network.tick(now)
    province = network.snapshot()["province"]
    assert province["on_air"]["v"] == province["expected"]["v"] - 1
