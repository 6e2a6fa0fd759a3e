"""What the engine decides, when, and why."""

import msgspec
import pytest

from alerts.engine import Engine
from alerts.model import Reason
from alerts.rules import RuleSet
from tests.unit.alerts.world import CATALOGUE, PLACES, at, engine_of, queue, rule_set, rule_yaml

HIGH = "queue_length_vehicles > 1000"


def decisions(engine: Engine, readings, seconds: float) -> list[tuple[str, str]]:
    """Return kind and reason of what one step decides."""
    return [(event.kind, event.reason.value) for event in engine.step(readings, at(seconds))]


def test_without_for_a_breach_is_raised_at_once() -> None:
    """A rule that waits for nothing alerts on the first reading above its number, not on one equal to it."""
    engine = engine_of(rule_yaml(HIGH))
    assert decisions(engine, [queue(1000, 0)], 0) == []
    [event] = engine.step([queue(1001, 1)], at(1))
    assert (event.kind, event.reason, event.value, event.started_at) == ("raised", Reason.CONDITION_MET, 1001, at(1))
    assert event.labels["place"] == "tan-thanh"
    assert event.labels["gate"] == "tan-thanh"
    assert event.labels["kind"] == "gate"
    assert event.sources == ("platform",)


def test_for_is_reached_at_its_very_instant_and_told_late_without_harm() -> None:
    """`for: 5m` raises at 300 s, not at 299.999999 s, and a late look still finds the exact instant."""
    engine = engine_of(rule_yaml(HIGH, **{"for": "5m"}))
    assert decisions(engine, [queue(1200, 0)], 0) == []
    assert decisions(engine, [queue(1200, 200)], 299.999999) == []
    [event] = engine.evaluate(at(307))
    assert (event.kind, event.reason, event.at, event.started_at) == ("raised", Reason.HELD_FOR, at(300), at(300))


def test_a_condition_that_ends_at_that_instant_has_not_held() -> None:
    """A reading below the number, received just when `for` is reached, prevents the alert."""
    engine = engine_of(rule_yaml(HIGH, **{"for": "5m"}))
    engine.step([queue(1200, 0)], at(0))
    engine.step([queue(1200, 200)], at(200))
    assert decisions(engine, [queue(900, 300)], 300) == []
    assert decisions(engine, [queue(1200, 301)], 301) == []
    assert decisions(engine, [queue(1200, 500)], 500) == []
    assert decisions(engine, [], 600.999999) == []
    assert decisions(engine, [], 601) == [("raised", "held-for")]


def test_clear_threshold_holds_the_alert_until_the_value_is_well_back() -> None:
    """With clear: 800 an alert above 1,000 stays at 801 and ends at 800; below 1,000 it never begins."""
    engine = engine_of(rule_yaml(HIGH, clear="800"))
    assert decisions(engine, [queue(900, 0)], 0) == []
    assert decisions(engine, [queue(1001, 20)], 20) == [("raised", "condition-met")]
    assert decisions(engine, [queue(801, 40)], 40) == [("updated", "value-changed")]
    [(_, active)] = engine.active()
    assert active.reason is Reason.ABOVE_CLEAR
    assert decisions(engine, [queue(800, 60)], 60) == [("cleared", "condition-over")]
    assert decisions(engine, [queue(801, 80)], 80) == []


def test_keep_firing_for_ends_once_at_least_that_much_has_passed() -> None:
    """`keep_firing_for: 1m` clears 60 s after the condition was over; a new breach meanwhile means it never was."""
    engine = engine_of(rule_yaml(HIGH, keep_firing_for="1m"))
    engine.step([queue(1200, 0)], at(0))
    assert decisions(engine, [queue(10, 10)], 10) == []
    assert next(engine.active())[1].reason is Reason.KEEP_FIRING
    assert decisions(engine, [queue(1200, 69)], 69) == []
    assert decisions(engine, [queue(10, 70)], 70) == []
    assert engine.evaluate(at(129.999999)) == []
    [event] = engine.evaluate(at(130))
    assert (event.kind, event.reason, event.at) == ("cleared", Reason.KEPT_LONG_ENOUGH, at(130))


@pytest.mark.parametrize(("seconds", "expected"), [(299.999999, []), (300, [("cleared", "no-data")])])
def test_look_back_is_five_minutes(seconds: float, expected: list[tuple[str, str]]) -> None:
    """A series of a one-minute cadence is present for 299.999999 s and ended at 300 s."""
    engine = engine_of(rule_yaml(HIGH))
    engine.step([queue(1200, 0)], at(0))
    assert decisions(engine, [], seconds) == expected


def test_look_back_of_a_slow_series_is_three_cadences() -> None:
    """A figure that comes once a day is present for three days."""
    engine = engine_of(rule_yaml("stock_vehicles > 400"))
    day = 86_400
    engine.step([queue(500, 0, metric="stock_vehicles")], at(0))
    assert decisions(engine, [], 3 * day - 1) == []
    assert decisions(engine, [], 3 * day) == [("cleared", "no-data")]


def test_no_data_keep_holds_the_alert_until_data_says_otherwise() -> None:
    """With no_data: keep an alert outlives its series, and ends when a reading says that it is over."""
    engine = engine_of(rule_yaml(HIGH, no_data="keep"))
    engine.step([queue(1200, 0)], at(0))
    assert decisions(engine, [], 3_000) == []
    assert next(engine.active())[1].reason is Reason.KEPT_WITHOUT_DATA
    assert decisions(engine, [queue(10, 3_001)], 3_001) == [("cleared", "condition-over")]


def test_no_data_keep_does_not_stop_a_clock_that_runs() -> None:
    """An alert whose condition was already over when the series ended still clears after keep_firing_for."""
    engine = engine_of(rule_yaml(HIGH, no_data="keep", keep_firing_for="10m"))
    engine.step([queue(1200, 0)], at(0))
    engine.step([queue(10, 60)], at(60))
    assert decisions(engine, [], 659) == []
    assert decisions(engine, [], 660) == [("cleared", "kept-long-enough")]


def test_no_data_alert_alerts_on_the_end_of_a_series() -> None:
    """With no_data: alert the end of a series raises an alert without a value; its return clears it."""
    engine = engine_of(rule_yaml(HIGH, no_data="alert"))
    engine.step([queue(5, 0)], at(0))
    [event] = engine.evaluate(at(300))
    assert (event.kind, event.reason, event.value, event.at) == ("raised", Reason.DATA_ENDED, None, at(300))
    assert engine.evaluate(at(90_000)) == []
    assert decisions(engine, [queue(6, 90_001)], 90_001) == [("cleared", "condition-over")]


def test_a_pending_condition_does_not_outlive_its_series() -> None:
    """A breach that waits for `for` is forgotten when its series ends, whatever no_data says."""
    engine = engine_of(rule_yaml(HIGH, no_data="keep", **{"for": "10m"}))
    engine.step([queue(1200, 0)], at(0))
    assert decisions(engine, [], 3_000) == []
    assert list(engine.active()) == []


@pytest.mark.parametrize("quality", ["late", "missing"])
def test_late_and_missing_readings_decide_nothing(quality: str) -> None:
    """A late reading fills history and raises nothing; a missing one ends nothing before its time."""
    engine = engine_of(rule_yaml(HIGH))
    value = None if quality == "missing" else 5_000
    assert decisions(engine, [queue(value, 0, quality=quality)], 0) == []
    engine.step([queue(1200, 1)], at(1))
    assert decisions(engine, [queue(value and 1, 2, quality=quality)], 2) == []


def test_an_older_reading_changes_nothing_and_a_correction_wins() -> None:
    """What was observed earlier arrives in vain; the same instant with another value is a correction."""
    engine = engine_of(rule_yaml(HIGH))
    engine.step([queue(1200, 10)], at(10))
    assert decisions(engine, [queue(1, 9, received_at=at(11))], 11) == []
    assert decisions(engine, [queue(1, 10, received_at=at(12))], 12) == [("cleared", "condition-over")]


def test_the_same_reading_twice_changes_nothing() -> None:
    """A batch that comes again decides nothing more."""
    engine = engine_of(rule_yaml(HIGH))
    assert len(engine.step([queue(1200, 0)] * 3, at(0))) == 1
    assert engine.step([queue(1200, 0)], at(1)) == []


def test_a_new_value_is_told_at_most_every_fifteen_seconds() -> None:
    """A raised alert tells its value when it changed, but not with each reading."""
    engine = engine_of(rule_yaml(HIGH))
    engine.step([queue(1200, 0)], at(0))
    assert decisions(engine, [queue(1300, 14)], 14) == []
    [event] = engine.step([queue(1400, 15)], at(15))
    assert (event.kind, event.value) == ("updated", 1400)
    assert decisions(engine, [queue(1400, 60)], 60) == []


def test_a_real_source_silences_the_simulated_one_until_it_is_lost() -> None:
    """While a real source reports, the simulator raises nothing; when the real one is lost, it does, as itself."""
    engine = engine_of(rule_yaml(HIGH))
    simulated = {"source": "border:simulator"}
    assert decisions(engine, [queue(10, 0), queue(2_000, 0, **simulated)], 0) == []
    for minute in range(1, 10):
        assert decisions(engine, [queue(2_000 + minute, minute * 60, **simulated)], minute * 60) == []
    assert decisions(engine, [], 600) == []
    [event] = engine.evaluate(at(601))
    assert (event.at, event.sources) == (at(600.000001), ("border:simulator",))
    assert decisions(engine, [queue(20, 602)], 602) == [("cleared", "no-data")]


def test_each_place_has_an_alert_of_its_own() -> None:
    """One rule raises one alert for each series, and another place's reading ends none of them."""
    engine = engine_of(rule_yaml(HIGH))
    events = engine.step([queue(1200, 0), queue(1300, 0, "huu-nghi")], at(0))
    assert [event.labels["place"] for event in events] == ["huu-nghi", "tan-thanh"]
    assert len({event.alert_id for event in events}) == 2
    assert decisions(engine, [queue(5, 1, "huu-nghi")], 1) == [("cleared", "condition-over")]
    assert len(engine.raised_ids()) == 1


def test_a_sum_over_places_is_looked_at_as_a_whole() -> None:
    """An aggregation over all gates alerts on their sum, without a place of its own."""
    engine = engine_of(rule_yaml("sum(queue_length_vehicles) > 1000"))
    assert decisions(engine, [queue(600, 0)], 0) == []
    [event] = engine.step([queue(600, 1, "huu-nghi")], at(1))
    assert (event.value, event.labels) == (1200, {})
    assert decisions(engine, [queue(100, 2)], 2) == [("cleared", "condition-over")]


def test_only_rules_that_ask_for_a_series_look_at_it() -> None:
    """Readings of series no rule asks for leave no trace, in memory or in the state."""
    engine = engine_of(rule_yaml(f'{HIGH[:21]}{{place="tan-thanh", queue="physical"}} > 1000'))
    engine.step([queue(5_000, 0, "huu-nghi"), queue(5_000, 0, dims={"queue": "virtual"})], at(0))
    engine.step([queue(5_000, 1, "huu-nghi"), queue(5_000, 1, "nowhere"), queue(5, 1, metric="lanes_open")], at(1))
    assert engine.dump()["cells:queue_length_vehicles"] == b"[]"
    assert engine.dump_changed() == {}


def test_what_is_lost_is_forgotten() -> None:
    """A series nobody reports any more does not stay in memory."""
    engine = engine_of(rule_yaml(HIGH))
    engine.step([queue(5, 0)], at(0))
    engine.evaluate(at(601))
    assert engine.dump()["cells:queue_length_vehicles"] == b"[]"
    assert engine.due() is None


def test_an_expression_without_an_answer_freezes_its_alerts_and_says_so() -> None:
    """A join that is not one to one leaves the rule's alerts as they are until it has an answer again."""
    engine = engine_of(rule_yaml("queue_length_vehicles / on(place) lanes_open > 100"))
    lanes = queue(2, 0, metric="lanes_open")
    assert decisions(engine, [queue(1000, 0), lanes], 0) == [("raised", "condition-met")]
    export = queue(1, 1, dims={"direction": "export"})
    assert decisions(engine, [export], 1) == []
    assert "two series on the left" in engine.problems["queue_high"]
    assert len(engine.raised_ids()) == 1
    assert decisions(engine, [queue(2, 299, metric="lanes_open"), queue(1, 299)], 301) == [
        ("cleared", "condition-over")
    ]
    assert engine.problems == {}


def test_restart_goes_on_where_it_stopped() -> None:
    """`for` and `keep_firing_for` go on over a restart, and the same alert keeps its id."""
    engine = engine_of(rule_yaml(HIGH, keep_firing_for="1m", **{"for": "5m"}))
    engine.step([queue(1200, 0)], at(0))
    engine = _restarted(engine)
    engine.step([queue(1200, 200)], at(200))
    [raised] = engine.evaluate(at(300))
    engine = _restarted(engine)
    assert decisions(engine, [queue(7, 310)], 310) == []
    engine = _restarted(engine)
    [cleared] = engine.evaluate(at(1_000))
    assert (cleared.kind, cleared.at, cleared.alert_id) == ("cleared", at(370), raised.alert_id)


def _restarted(engine: Engine, rules: RuleSet | None = None) -> Engine:
    other = Engine(rules or engine.rules, CATALOGUE, PLACES)
    other.load(engine.dump())
    return other


def test_nothing_remembered_is_nothing_to_load() -> None:
    """An engine begins anew where there is no state, or one of another format."""
    engine = engine_of(rule_yaml(HIGH))
    engine.load({})
    engine.load({"clock": b'{"format":99,"now_us":5}', "alerts": b"nonsense"})
    assert decisions(engine, [queue(1200, 0)], 0) == [("raised", "condition-met")]


def test_a_rule_that_is_gone_clears_its_alerts() -> None:
    """When a rule is removed its raised alerts are cleared and its waiting conditions forgotten."""
    engine = engine_of(rule_yaml(HIGH), rule_yaml(HIGH, "waiting", **{"for": "1h"}))
    engine.step([queue(1200, 0)], at(0))
    other = engine.with_rules(rule_set(rule_yaml(HIGH, "another", **{"for": "1h"})))
    assert [(event.rule, event.reason) for event in other.evaluate(at(1))] == [("queue_high", Reason.RULE_REMOVED)]
    assert [rule.name for rule, _ in other.active()] == ["another"]


def test_a_changed_rule_looks_at_the_world_anew() -> None:
    """A lower number raises at once with the readings that are there; what was decided and not told is still told."""
    engine = engine_of(rule_yaml(HIGH))
    engine.step([queue(900, 0)], at(0))
    other = engine.with_rules(rule_set(rule_yaml("queue_length_vehicles > 800")))
    assert decisions(other, [], 5) == [("raised", "condition-met")]


def test_a_clock_that_steps_back_a_little_is_waited_for() -> None:
    """A step back of a few seconds neither undoes nor repeats anything."""
    engine = engine_of(rule_yaml(HIGH, **{"for": "1m"}))
    engine.step([queue(1200, 30)], at(30))
    assert decisions(engine, [], 0) == []
    assert engine.now == at(30)
    assert decisions(engine, [], 90) == [("raised", "held-for")]


def test_a_clock_that_was_set_back_does_not_stop_the_alerts() -> None:
    """After a clock that ran a day ahead is set right, alerts go on within their own times."""
    engine = engine_of(rule_yaml(HIGH, keep_firing_for="1m"), rule_yaml(HIGH, "slow", **{"for": "1m"}))
    day = 86_400
    engine.step([queue(1200, day)], at(day))
    assert decisions(engine, [], 0) == []
    assert engine.now == at(0)
    assert decisions(engine, [], 60) == [("raised", "held-for")]
    assert decisions(engine, [queue(5, 61)], 61) == [("cleared", "condition-over")]
    assert decisions(engine, [], 121) == [("cleared", "kept-long-enough")]


def test_a_clock_that_was_set_back_while_an_alert_was_kept() -> None:
    """The time an alert is kept on is counted anew from the clock that was set right."""
    engine = engine_of(rule_yaml(HIGH, keep_firing_for="1m"))
    day = 86_400
    engine.step([queue(1200, day)], at(day))
    engine.step([queue(5, day + 1)], at(day + 1))
    assert decisions(engine, [], 0) == []
    assert decisions(engine, [], 59) == []
    assert decisions(engine, [], 60) == [("cleared", "kept-long-enough")]


def test_a_reading_from_the_future_is_dated_now() -> None:
    """A reading stamped by a host whose clock is ahead does not stay longer than others."""
    engine = engine_of(rule_yaml(HIGH))
    engine.step([queue(1200, 0, received_at=at(200))], at(0))
    assert decisions(engine, [], 300) == [("cleared", "no-data")]


def test_a_source_that_tells_its_cadence_is_judged_by_it() -> None:
    """A source that reports every ten minutes is present for thirty."""
    rules = rule_set(rule_yaml(HIGH))
    engine = Engine(rules, CATALOGUE, PLACES, lambda source, cadence_s: 600.0 if source == "platform" else cadence_s)
    engine.step([queue(1200, 0)], at(0))
    assert decisions(engine, [], 1_799) == []
    assert decisions(engine, [], 1_800) == [("cleared", "no-data")]


def test_a_cadence_learnt_later_counts_from_the_next_reading() -> None:
    """When a source turns out faster than thought, its end is noticed at the nearer time."""
    cadences = {"platform": 600.0}
    rules = rule_set(rule_yaml(HIGH))
    engine = Engine(rules, CATALOGUE, PLACES, lambda source, _: cadences[source])
    engine.step([queue(1200, 0)], at(0))
    cadences["platform"] = 60.0
    engine.step([queue(1200, 10)], at(10))
    assert decisions(engine, [], 310) == [("cleared", "no-data")]


def test_the_state_is_given_in_parts_that_changed() -> None:
    """What changed since the last time is written down, and only that."""
    engine = engine_of(rule_yaml(HIGH), rule_yaml("lanes_open < 1", "lanes"))
    assert engine.dump_changed() == {}
    engine.step([queue(5, 0)], at(0))
    assert set(engine.dump_changed()) == {"clock", "alerts", "cells:queue_length_vehicles"}
    engine.step([queue(5, 1)], at(1))
    assert set(engine.dump_changed()) == {"clock", "cells:queue_length_vehicles"}


def test_a_source_whose_quality_changes_all_the_time_costs_one_timer() -> None:
    """Good, late, manual, good …: a series that then ends is forgotten once, and nothing waits for it any more."""
    engine = engine_of(rule_yaml(HIGH))
    for second in range(200):
        quality = ("good", "late", "manual", "estimated")[second % 4]
        reading = msgspec.structs.replace(queue(900, second), quality=quality)
        assert decisions(engine, [reading], second) == []
    assert len(engine._timers) == 1
    assert decisions(engine, [], 86_400) == []
    assert engine._timers == []
    assert list(engine._series.cells()) == []
