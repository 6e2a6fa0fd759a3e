"""The topic gates: cards, focus, today's counts and crossings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.readmodels.gates import GatesModel
from geodata.places import Place, Places

QUEUE = "queue_length_vehicles"


@pytest.fixture
def model(origins, places, now):
    """Return the topic without a single reading."""
    return GatesModel(origins, places, now)


def alert(gate="tan-thanh", priority="high", **more):
    """Return a live alert in one line."""
    return {
        "id": "A1", "rule": "r", "priority": priority, "state": "UNACK", "place": gate, "metric": QUEUE, "dims": {},
        "started_at": 1, "updated_at": 1, "threshold": 1_200, "short_vi": "Hàng dài", "short_en": "Long queue", **more,
    }  # fmt: skip


def test_before_any_reading_the_gates_stand_there_empty(model):
    """The five gates are known in the first second, and no figure is invented."""
    data = model.snapshot()
    assert list(data["gates"]) == ["huu-nghi", "tan-thanh", "chi-ma", "coc-nam", "dong-dang"]
    gate = data["gates"]["tan-thanh"]
    assert (gate["name_vi"], gate["markers"], gate["mode"], gate["opens"], gate["closes"], gate["open"]) == (
        "Tân Thanh", "1088/2–1089", "road", "07:00", "20:00", True,
    )  # fmt: skip
    assert (gate["queue"], gate["trend"], gate["queue_yesterday"], gate["bottleneck"]) == (None, None, None, None)
    assert [step["step"] for step in gate["steps"]["export"]][0::7] == ["declaration", "fee_collection"]
    assert (data["gates"]["dong-dang"]["mode"], data["gates"]["dong-dang"]["closes"]) == ("rail", "24:00")
    assert data["focus"] is None
    assert data["today"]["fee_vnd"] == {"cell": None, "yesterday": None}


def test_one_pushed_series_turns_real_while_the_others_stay_simulated(model, reading, now):
    """A real queue at Chi Ma replaces that figure only."""
    model.fold(
        [reading(QUEUE, "chi-ma", 41, queue="physical"), reading("clearance_time_s", "chi-ma", 7_500, stat="median")],
        now,
    )
    changes = model.fold([reading(QUEUE, "chi-ma", 58, source="chi-ma-office", queue="physical")], now)
    assert changes["gates/chi-ma/queue"]["sim"] is False
    gate = model.snapshot()["gates"]["chi-ma"]
    assert (gate["queue"]["v"], gate["clearance_median"]["sim"]) == (58, True)
    assert model.simulated_count == 1


def test_a_queue_without_the_queue_dim_is_the_physical_one(model, reading, now):
    """An outsider's simple reading is shown."""
    model.fold([reading(QUEUE, "coc-nam", 12, source="coc-nam-office")], now)
    assert model.snapshot()["gates"]["coc-nam"]["queue"]["v"] == 12


def test_a_step_of_a_single_route_shows_at_its_gate(model, reading, now):
    """A feed that speaks of the route only is shown at the gate; declaration is the virtual queue."""
    model.fold(
        [
            reading(QUEUE, "chi-ma.1223-1224", 7, direction="export", step="quarantine"),
            reading(QUEUE, "chi-ma", 3, queue="virtual", direction="export", step="declaration"),
        ],
        now,
    )
    steps = model.snapshot()["gates"]["chi-ma"]["steps"]["export"]
    assert (steps[5]["queue"]["v"], steps[0]["queue"]["v"]) == (7, 3)


def test_the_tail_of_the_queue_follows_the_road(model, reading, now):
    """A queue on the road has a line that begins at the gate, and the road at its tail; none has none."""
    changes = model.fold([reading("queue_extent_m", "tan-thanh", 8_200)], now)
    assert len(changes["gates/tan-thanh/extent_line"]) > 2
    assert changes.get("gates/tan-thanh/road", model.snapshot()["gates"]["tan-thanh"]["road"]).startswith("QL")
    changes = model.fold([reading("queue_extent_m", "tan-thanh", 0, at=now + timedelta(seconds=60))], now)
    assert changes["gates/tan-thanh/extent_line"] is None


def test_what_the_gate_says_beats_the_published_hours(model, reading, now):
    """A gate that reports being closed is closed at ten in the morning; once its status is lost the hours hold."""
    changes = model.fold([reading("operational_status", "tan-thanh", 0)], now)
    assert changes["gates/tan-thanh/open"] is False
    assert model.tick(now + timedelta(seconds=3_001))["gates/tan-thanh/open"] is True
    night = now + timedelta(hours=12)
    assert model.tick(night)["gates/tan-thanh/open"] is False


def test_an_alert_colours_its_gate_and_takes_the_focus(model, reading, now):
    """The gate of the gravest alert is the one to look at; one that returned to normal colours nothing."""
    model.fold([reading(QUEUE, gate, 100, queue="physical") for gate in ("huu-nghi", "tan-thanh")], now)
    changes = model.take_alerts([alert(place="tan-thanh.1088-2-1089"), alert(id="A2", priority="low")], now)
    assert (changes["gates/tan-thanh/priority"], changes["gates/tan-thanh/alert"]) == ("high", "A1")
    assert changes["gates/tan-thanh/alert_short_vi"] == "Hàng dài"
    assert changes["focus"] == "tan-thanh"
    changes = model.take_alerts([alert(state="RTNUN")], now)
    assert changes["gates/tan-thanh/priority"] is None


def test_the_step_that_holds_up_is_named_only_when_something_is_wrong(model, reading, now):
    """The slowest step is coloured under a high alert, and not before."""
    model.fold(
        [reading("step_duration_s", "tan-thanh", 13_680, direction="export", step="quarantine", stat="median")], now
    )
    assert model.snapshot()["gates"]["tan-thanh"]["bottleneck"] is None
    assert model.take_alerts([alert()], now)["gates/tan-thanh/bottleneck"] == "quarantine"


def test_a_lost_queue_calls_for_nobody(model, reading, now):
    """A queue of yesterday takes no focus from one of now."""
    model.fold([reading(QUEUE, "tan-thanh", 2_601, age_s=86_400, queue="physical")], now)
    model.fold([reading(QUEUE, "chi-ma", 41, queue="physical")], now)
    model.tick(now + timedelta(seconds=60))
    assert model.snapshot()["focus"] == "chi-ma"
    assert model.snapshot()["gates"]["tan-thanh"]["bottleneck"] is None


def test_the_trend_grows_by_single_buckets_and_moves_whole(model, reading, now):
    """A new value changes one bucket; five minutes later the window moves and comes whole."""
    whole = model.fold([reading(QUEUE, "chi-ma", 41, queue="physical")], now)["gates/chi-ma/trend"]
    assert (whole["today"][-1], whole["threshold"]) == (41, 500)
    later = now + timedelta(seconds=60)
    changes = model.fold([reading(QUEUE, "chi-ma", 44, at=later, queue="physical")], later)
    assert changes["gates/chi-ma/trend/today/287"] == 44
    assert "gates/chi-ma/trend" not in changes
    moved = model.tick(now + timedelta(seconds=300))["gates/chi-ma/trend"]
    assert moved["today"][-2:] == [44, 44]


def test_yesterday_comes_from_history(model, reading, now):
    """What was loaded shows with the next tick: the trend behind, the usual queue, yesterday's count."""
    model.fold(
        [
            reading(QUEUE, "chi-ma", 41, queue="physical"),
            reading("vehicles_passed_today", "chi-ma", 30, direction="export"),
        ],
        now,
    )
    for want in model.wants(now):
        if want.recipes[0][0][1] == "chi-ma" and want.recipes[0][0][2] in {"queue=physical", "direction=export"}:
            want.trend.load([(now - timedelta(days=1), 38.0)], simulated=True)
    model.loaded()
    changes = model.tick(now)
    assert changes["gates/chi-ma/queue_yesterday"] == 38
    assert changes["gates/chi-ma/trend"]["yesterday"][-1] == 38
    assert changes["today/vehicles_export"]["yesterday"] == 38


def test_a_gate_that_does_not_count_leaves_the_sum_out(model, reading, now):
    """A part of the province never passes for the whole: a reporting gate without the count makes it null."""
    counted = [reading("vehicles_passed_today", gate, 10, direction="export") for gate in ("huu-nghi", "tan-thanh")]
    model.fold(counted, now)
    assert model.snapshot()["today"]["vehicles_export"]["cell"]["v"] == 20
    model.fold([reading(QUEUE, "chi-ma", 41, queue="physical")], now)
    assert model.snapshot()["today"]["vehicles_export"]["cell"] is None


def test_wagons_are_no_vehicles_but_carry_goods(model, reading, now):
    """The railway counts for goods and not for vehicles."""
    model.fold(
        [
            reading("vehicles_passed_today", "huu-nghi", 10, direction="import"),
            reading("vehicles_passed_today", "dong-dang", 30, direction="import"),
            reading("goods_tonnes_today", "huu-nghi", 100, direction="export"),
            reading("goods_tonnes_today", "huu-nghi", 100, direction="import"),
            reading("goods_tonnes_today", "dong-dang", 100, direction="export"),
            reading("goods_tonnes_today", "dong-dang", 100, direction="import"),
        ],
        now,
    )
    today = model.snapshot()["today"]
    assert (today["vehicles_import"]["cell"]["v"], today["goods_tonnes"]["cell"]["v"]) == (10, 400)


def test_passengers_are_counted_where_they_pass(model, reading, now):
    """One gate counts passengers; the others need not."""
    model.fold([reading("passengers_today", "huu-nghi", 4_180), reading(QUEUE, "chi-ma", 41, queue="physical")], now)
    assert model.snapshot()["today"]["passengers"]["cell"]["v"] == 4_180


def test_the_province_s_own_count_beats_the_sum(model, reading, now):
    """Where somebody counts for the province, that is shown."""
    model.fold(
        [
            reading("fee_vnd_today", "lang-son", 1.4e9, source="customs"),
            reading("fee_vnd_today", "huu-nghi", 5e8, direction="export"),
            reading("fee_vnd_today", "huu-nghi", 5e8, direction="import"),
        ],
        now,
    )
    assert model.snapshot()["today"]["fee_vnd"]["cell"]["v"] == 1.4e9


def test_another_gate_appears_with_its_first_reading(model, reading, now):
    """A reading at a gate without a card makes one, after the others, in one piece."""
    changes = model.fold([reading(QUEUE, "na-hinh", 3, source="office")], now)
    assert (changes["gates/na-hinh"]["order"], changes["gates/na-hinh"]["queue"]["v"]) == (6, 3)
    assert not any(path.startswith("gates/na-hinh/") for path in changes)
    changes = model.fold([reading(QUEUE, "na-hinh", 4, source="office", at=now + timedelta(seconds=9))], now)
    assert changes["gates/na-hinh/queue"]["v"] == 4


def test_a_declared_crossing_moves_on_its_own_screen(origins, registry, reading, now):
    """A crossing comes whole with its first figure, then figure by figure."""
    places = Places.load()
    places.declare(Place("dorohusk", None, "crossing", "Dorohusk", "Dorohusk", 51.2, 23.8))
    model = GatesModel(origins, places, now)
    changes = model.fold([reading(QUEUE, "dorohusk", 120, source="replay-dpsu", vehicle_type="truck")], now)
    key = "queue_length_vehicles|vehicle_type=truck"
    assert changes["crossings/dorohusk"]["values"][key]["sim"] is True
    later = reading(QUEUE, "dorohusk", 90, source="replay-dpsu", at=now + timedelta(minutes=30), vehicle_type="truck")
    assert model.fold([later], now) == {
        f"crossings/dorohusk/values/{key}": model.snapshot()["crossings"]["dorohusk"]["values"][key]
    }
    model.fold([reading("wait_time_s", "dorohusk", 60, source="replay-dpsu")], now)
    assert set(model.snapshot()["crossings"]["dorohusk"]["values"]) == {key, "wait_time_s"}
