"""The figures of the border as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.border.derivation import GHOST_S, REMEMBER_S, Derivation
from feeds.border.figures import Detail

MINUTE = timedelta(minutes=1)
PHYSICAL = {"queue": "physical"}


def told(derivation, at, **more):
    """Return all figures as of an instant."""
    return derivation.readings(at, **{"changed_only": False, **more})


def feed(derivation, *passages):
    """Count passages."""
    for one in passages:
        derivation.apply(one)


def test_queue_is_who_arrived_and_has_not_left(derivation, trip, value, morning):
    """The big number counts vehicles from the call forward to the fee, and nobody else."""
    feed(derivation, *trip("gone", 0), *trip("here", 40), *trip("declared", 84))
    now = told(derivation, morning + 85 * MINUTE)
    assert value(now, "queue_length_vehicles", **PHYSICAL) == 1
    assert value(now, "queue_length_vehicles", "tan-thanh.a", **PHYSICAL) == 1
    assert value(now, "queue_length_vehicles", queue="physical", direction="export") == 1
    assert value(now, "queue_length_vehicles", queue="virtual", direction="export") == 1
    assert value(now, "queue_length_vehicles", queue="virtual", direction="export", step="declaration") == 1
    step = {"queue": "physical", "direction": "export", "step": "vehicle_inspection"}
    assert value(now, "queue_length_vehicles", **step) == 1
    assert value(now, "queue_length_vehicles", queue="physical", direction="export", goods_class="fruit") == 1
    assert value(now, "conservation_error_vehicles") == 0


def test_steps_add_up_to_the_queue(derivation, trip, value, morning):
    """The seven steps of a direction sum to its queue at any instant."""
    for index in range(30):
        feed(derivation, *trip(f"v{index}", index * 3, each=4 + index % 5))
    for minute in range(0, 120, 7):
        now = told(derivation, morning + minute * MINUTE)
        parts = [
            one.value
            for one in now
            if one.place == "tan-thanh" and "step" in one.dims and one.dims.get("queue") == "physical"
        ]
        assert sum(parts) == value(now, "queue_length_vehicles", **PHYSICAL)


def test_gate_counts_all_its_routes(derivation, trip, value, morning):
    """A gate's median is over the vehicles of all its routes, not over the routes' medians."""
    feed(derivation, *trip("a", 0, each=10), *trip("b", 0, each=20, place="tan-thanh.b", direction="import"))
    feed(derivation, *trip("c", 0, each=11))
    now = told(derivation, morning + 180 * MINUTE)
    assert value(now, "clearance_time_s", stat="median") == 77 * 60
    assert value(now, "clearance_time_s", stat="p90") == pytest.approx(127.4 * 60)
    assert value(now, "clearance_time_s", direction="import", stat="median") == 140 * 60
    assert value(now, "clearance_time_s", "tan-thanh.b", stat="median") == 140 * 60
    assert value(now, "clearance_time_s", "tan-thanh.a", direction="import", stat="median") is None


def test_passages_told_at_a_gate_count_once(derivation, trip, value, morning):
    """A source that names the gate and not the route is counted at the gate."""
    feed(derivation, *trip("a", 0, place="chi-ma"))
    now = told(derivation, morning + 25 * MINUTE)
    assert value(now, "queue_length_vehicles", "chi-ma", **PHYSICAL) == 1


def test_times_of_the_last_four_hours(derivation, trip, value, morning):
    """Wait, dwell and step times are over who finished in the last four hours; then there is no figure at all."""
    feed(derivation, *trip("v", 0, each=10))
    now = told(derivation, morning + 90 * MINUTE)
    assert value(now, "wait_time_s", direction="export", stat="median") == 30 * 60
    assert value(now, "dwell_time_s", direction="export", stat="p90") == 70 * 60
    assert value(now, "step_duration_s", direction="export", step="quarantine", stat="median") == 600
    last = told(derivation, morning + (80 + 240) * MINUTE - timedelta(microseconds=1))
    assert value(last, "dwell_time_s", direction="export", stat="median") == 70 * 60
    after = told(derivation, morning + (80 + 240) * MINUTE)
    assert value(after, "dwell_time_s", direction="export", stat="median") is None


def test_rates_and_counts(derivation, trip, value, morning):
    """Arrivals and throughput are of the last hour, counts of the day in Hanoi."""
    for index in range(6):
        feed(derivation, *trip(f"v{index}", index * 10, each=1))
    now = told(derivation, morning + 60 * MINUTE)
    assert value(now, "arrival_rate_vph", direction="export") == 6
    assert value(now, "throughput_vph", direction="export") == 6
    later = told(derivation, morning + 90 * MINUTE)
    assert value(later, "throughput_vph", direction="export") == 3
    assert value(later, "vehicles_arrived_today", direction="export") == 6
    assert value(later, "vehicles_passed_today", direction="export") == 6
    assert value(later, "goods_tonnes_today", direction="export") == 123
    assert value(later, "fee_vnd_today", direction="export") == 9_000_000
    assert value(later, "service_rate_vph_per_lane", "tan-thanh.a", direction="export") == 3 / 4
    assert value(later, "service_rate_vph_per_lane", direction="export") == 3 / 6
    tomorrow = told(derivation, morning + timedelta(hours=16))
    assert value(tomorrow, "vehicles_passed_today", direction="export") == 0


def test_utilisation_is_busy_time_of_the_lanes(derivation, trip, value, morning):
    """Two lanes with one vehicle for half an hour were busy for a quarter; a crowd keeps them busy, never more."""
    lanes = {"place": "tan-thanh.b", "direction": "export"}
    feed(derivation, *trip("v", 0, each=30, place="tan-thanh.b"))
    half = told(derivation, morning + 135 * MINUTE)
    assert value(half, "utilisation", **lanes) == 15 / 120, "while it is inspected"
    assert value(told(derivation, morning + 150 * MINUTE), "utilisation", **lanes) == 30 / 120
    for index in range(9):
        feed(derivation, *trip(f"w{index}", 0, each=30, place="tan-thanh.b"))
    assert value(told(derivation, morning + 150 * MINUTE), "utilisation", **lanes) == 60 / 120
    assert value(told(derivation, morning + 180 * MINUTE), "utilisation", **lanes) == 60 / 120
    feed(derivation, *trip("night", -600, each=192, place="tan-thanh.b"))
    waited = told(derivation, morning + 240 * MINUTE)
    assert value(waited, "utilisation", **lanes) == 60 / 120, "of a long wait only the last hour counts"


def test_lanes_are_those_of_the_day(derivation, trip, value):
    """Before the route was widened it had one lane less."""
    old = datetime(2025, 6, 1, 1, 0, tzinfo=UTC)
    feed(derivation, *(one.__class__(**_moved(one, old)) for one in trip("v", 0, each=1)))
    now = told(derivation, old + 30 * MINUTE)
    assert value(now, "service_rate_vph_per_lane", "tan-thanh.a", direction="export") == pytest.approx(1 / 3)


def _moved(passage, start):
    fields = {name: getattr(passage, name) for name in passage.__struct_fields__}
    offset = start - datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    return fields | {"at": passage.at + offset, "received_at": passage.received_at + offset}


def test_queue_on_the_road(derivation, passage, value, morning):
    """What the yard does not hold stands on the road, 18 m each, divided by the lanes abreast."""
    for index in range(5):
        feed(derivation, passage(f"v{index}", "transport", "enter", index))
    now = told(derivation, morning + 2 * MINUTE)
    assert value(now, "queue_extent_m") == 1 * 18 / 2
    assert value(told(derivation, morning + 5 * MINUTE), "queue_extent_m") == 3 * 18 / 2
    assert value(now, "queue_extent_m", "tan-thanh.a") is None


def test_unknown_yard_tells_no_extent(derivation, passage, value, morning):
    """Where the yard is not known, no queue on the road is invented."""
    feed(derivation, passage("v", "transport", "enter", 0, place="chi-ma.a"))
    now = told(derivation, morning)
    assert value(now, "queue_extent_m", "chi-ma") is None
    assert value(now, "service_rate_vph_per_lane", "chi-ma.a", direction="export") is None


def test_diverted_today(derivation, passage, value, morning):
    """A vehicle that turned back leaves the queue, is counted, and has not passed."""
    feed(derivation, passage("v", "transport", "enter", 0), passage("v", "transport", "exit", 5, diverted=True))
    now = told(derivation, morning + 6 * MINUTE)
    assert value(now, "diverted_vehicles") == 1
    assert value(now, "queue_length_vehicles", **PHYSICAL) == 0
    assert value(now, "vehicles_passed_today", direction="export") == 0
    assert value(now, "conservation_error_vehicles") == 0


@pytest.mark.parametrize("kind", ["exit only", "twice", "elsewhere", "negative", "after leaving"])
def test_contradictions_are_told(derivation, passage, trip, value, morning, kind):
    """Whatever cannot be true shows as one vehicle that disagrees, once the ten minutes for late news are over."""
    broken = {
        "exit only": [passage("v", "fee_collection", "exit", 5)],
        "twice": [passage("v", "transport", "enter", 4), passage("v", "transport", "enter", 5)],
        "elsewhere": [
            passage("v", "transport", "enter", 1),
            passage("v", "quarantine", "enter", 2),
            passage("v", "transport", "exit", 5),
            passage("v", "transshipment", "enter", 3),
        ],
        "negative": [passage("v", "transport", "enter", 5), passage("v", "transport", "exit", 4)],
        "after leaving": [
            *trip("v", 0, each=1, steps=("transport", "fee_collection")),
            passage("v", "quarantine", "enter", 5),
        ],
    }[kind]
    feed(derivation, *broken)
    assert value(told(derivation, morning + 14 * MINUTE), "conservation_error_vehicles") == 0
    assert value(told(derivation, morning + 15 * MINUTE), "conservation_error_vehicles") == 1
    assert value(told(derivation, morning + 15 * MINUTE), "conservation_error_vehicles", "tan-thanh.a") is None
    assert value(told(derivation, morning + 300 * MINUTE), "conservation_error_vehicles") == 0


def test_late_entry_heals_the_books(derivation, passage, value, morning):
    """An exit that came before its entry is no fault once the entry is there."""
    feed(derivation, passage("v", "transport", "exit", 5))
    told(derivation, morning + 6 * MINUTE)
    feed(derivation, passage("v", "transport", "enter", 1))
    healed = told(derivation, morning + 20 * MINUTE)
    assert value(healed, "conservation_error_vehicles") == 0
    assert value(healed, "queue_length_vehicles", **PHYSICAL) == 1


def test_passages_ahead_wait_for_their_time(derivation, passage, value, morning):
    """A vehicle that will arrive in a minute is not in the queue yet."""
    feed(derivation, passage("v", "transport", "enter", 1))
    assert derivation.readings(morning, changed_only=False) == []
    assert value(told(derivation, morning + MINUTE), "queue_length_vehicles", **PHYSICAL) == 1


def test_duplicates_change_nothing(derivation, trip, morning):
    """Sending everything again leaves every figure as it was, even a day later."""
    passages = trip("a", 0) + trip("b", 30, each=30)
    feed(derivation, *passages)
    first = told(derivation, morning + 100 * MINUTE)
    feed(derivation, *passages)
    assert told(derivation, morning + 100 * MINUTE) == first
    assert derivation.readings(morning + 100 * MINUTE, changed_only=True) == []


def test_only_changes_are_told_when_asked(derivation, passage, value, morning):
    """Between full tellings a queue is told only where it changed."""
    feed(derivation, passage("a", "transport", "enter", 0), passage("b", "transport", "enter", 1, place="chi-ma.a"))
    told(derivation, morning)
    changed = derivation.readings(morning + MINUTE, changed_only=True, detail=Detail.QUEUES)
    assert {one.place for one in changed} == {"chi-ma", "chi-ma.a"}


def test_stock_at_eight_in_the_evening(derivation, passage, trip, value):
    """The stock is who was there at 20:00 exactly, told once, ten minutes later, and observed at 20:00."""
    morning = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    cutoff = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    feed(derivation, passage("stays", "transport", "enter", 0))
    feed(derivation, *trip("leaves", 11 * 60, each=7.5))  # leaves at 20:00 sharp
    feed(derivation, *trip("late", 11 * 60 + 58, each=1))  # arrives at 19:59, leaves at 20:06
    feed(derivation, passage("next", "transport", "enter", 12 * 60 + 1))
    told(derivation, morning)
    assert not _stock(told(derivation, cutoff + 10 * MINUTE - timedelta(seconds=1)))
    stock = _stock(told(derivation, cutoff + 10 * MINUTE))
    assert {one.place: one.value for one in stock} == {"tan-thanh": 2, "tan-thanh.a": 2}
    assert {one.observed_at for one in stock} == {cutoff}
    assert not _stock(told(derivation, cutoff + 20 * MINUTE))
    next_day = _stock(told(derivation, cutoff + timedelta(days=1, minutes=10)))
    assert [one.value for one in next_day] == [2, 2]


def test_stock_after_a_restart(derivation, passage):
    """A process that starts at night tells the evening's stock again, and none for a time it knows nothing of."""
    feed(derivation, passage("v", "transport", "enter", 0))
    stock = _stock(told(derivation, datetime(2026, 11, 22, 20, 0, tzinfo=UTC)))
    assert {one.observed_at for one in stock} == {datetime(2026, 11, 22, 13, 0, tzinfo=UTC)}


def test_no_stock_of_an_evening_before_the_first_passage(derivation, passage, morning):
    """The first day of a source has no stock of the day before."""
    feed(derivation, passage("v", "transport", "enter", 0))
    assert not _stock(told(derivation, morning + MINUTE))


def _stock(readings):
    return [one for one in readings if one.metric == "stock_vehicles"]


def test_state_stays_bounded(derivation, trip, morning):
    """Vehicles that left are forgotten after thirty hours, and their passages sent again then change nothing."""
    for day in range(5):
        feed(derivation, *trip(f"v{day}", day * 1_440, each=1))
    at = morning + timedelta(days=4, hours=1)
    told(derivation, at)  # with the stock of the evenings before
    before = told(derivation, at)
    assert derivation.remembered <= 2
    feed(derivation, *trip("v0", 0, each=1))
    assert told(derivation, at) == before
    assert derivation.ignored == 16


def test_late_by_a_day_still_counts(derivation, passage, value, morning):
    """A gate that was offline for a day is counted right once it is back."""
    feed(derivation, passage("v", "transport", "enter", 0))
    at = morning + timedelta(seconds=REMEMBER_S) - MINUTE
    told(derivation, at)
    feed(derivation, passage("w", "transport", "enter", 0))
    feed(derivation, passage("v", "fee_collection", "enter", 5), passage("v", "fee_collection", "exit", 6))
    assert value(told(derivation, at), "queue_length_vehicles", **PHYSICAL) == 1


def test_ghosts_are_kept_and_told(derivation, passage, trip, value, morning):
    """A vehicle that has not been heard of for a month is still counted, and the books say that something is wrong."""
    feed(derivation, passage("ghost", "transport", "enter", 0), passage("lost", "quarantine", "exit", 0))
    at = morning + timedelta(seconds=GHOST_S)
    fine = told(derivation, at - timedelta(hours=2))
    assert value(fine, "conservation_error_vehicles") == 0
    haunted = told(derivation, at)
    assert value(haunted, "queue_length_vehicles", **PHYSICAL) == 1
    assert value(haunted, "conservation_error_vehicles") == 1
    assert (derivation.ghosts, derivation.remembered) == (1, 1)
    feed(derivation, *trip("new", 43_200 + 10, each=1))
    assert value(told(derivation, at + timedelta(hours=2)), "conservation_error_vehicles") == 1


def test_an_earlier_instant_gives_the_figures_of_the_last(derivation, passage, value, morning):
    """A clock that is set back shows what is known, not what was."""
    feed(derivation, passage("v", "transport", "enter", 5))
    told(derivation, morning + 6 * MINUTE)
    now = told(derivation, morning)
    assert value(now, "queue_length_vehicles", **PHYSICAL) == 1
    assert {one.observed_at for one in now} == {morning}


def test_readings_say_where_they_come_from(derivation, passage, morning, places, gate_facts):
    """Derived figures of a simulator are as simulated as it is, and a long name is still a valid one."""
    feed(derivation, passage("v", "transport", "enter", 0))
    now = told(derivation, morning)
    assert {(one.source, one.method) for one in now} == {("border:platform", "derived")}
    assert len(Derivation(places, gate_facts, "x" * 64).source) == 64


def test_place_without_facts(derivation, passage, value, morning, places):
    """A route nobody entered facts for still has its queue."""
    bare = Derivation(places, {}, "platform")
    feed(bare, passage("v", "transport", "enter", 0, place="unheard-of"))
    now = told(bare, morning)
    assert value(now, "queue_length_vehicles", "unheard-of", **PHYSICAL) == 1
    assert value(now, "conservation_error_vehicles", "unheard-of") == 0


def test_groups_of_figures(derivation, trip, morning):
    """Only the groups that are asked for are told."""
    feed(derivation, *trip("v", 0))
    now = told(derivation, morning + 90 * MINUTE, detail=Detail.CLEARANCE)
    assert {one.metric for one in now} == {"clearance_time_s"}


def test_turned_back_at_the_last_step(derivation, trip, passage, value, morning):
    """A vehicle that is said afterwards to have turned back loses its dwell time and did not pass."""
    feed(derivation, *trip("v", 0))
    at = morning + 90 * MINUTE
    told(derivation, at)
    feed(derivation, passage("v", "fee_collection", "exit", 80, received=85, diverted=True))
    now = told(derivation, at)
    assert value(now, "dwell_time_s", direction="export", stat="median") is None
    assert value(now, "vehicles_passed_today", direction="export") == 0
    assert value(now, "diverted_vehicles") == 1
