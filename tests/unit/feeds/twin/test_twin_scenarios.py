"""The twin's scenarios: what the other side's rate and the demand do to the gates."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from feeds.twin.engine import Twin
from feeds.twin.ground import load_ground
from feeds.twin.scenario import CHINA_STRICT, DECEMBER_2021, NORMAL, Phase, Scenario, scenario_named
from feeds.twin.schedule import Schedule
from feeds.validation import RawPassage

SMALL = [route for route in load_ground(date(2026, 11, 15)) if route.gate in {"chi-ma", "coc-nam", "dong-dang"}]
"""Three small gates, where the size does not matter."""
START = datetime(2026, 11, 14, 17, tzinfo=UTC)
WEEK = timedelta(days=7)


def present(twin: Twin) -> Counter[str]:
    """Return how many vehicles wait at each gate."""
    waiting: Counter[str] = Counter()
    for count in twin.counts():
        waiting[count.place.partition(".")[0]] += count.present
    return waiting


def passed(passages: list[RawPassage], direction: str) -> int:
    """Return how many road vehicles left through a gate."""
    return sum(
        p.step == "fee_collection" and p.phase == "exit" and p.direction == direction and p.place != "dong-dang.rail"
        for p in passages
        if p.at >= START
    )


def test_december_2021_reaches_the_published_queues() -> None:
    """After the seven days of history 4,550 wait: HN 1,263, TT 2,601, CM 678, each within 20 %, and it stays so."""
    twin = Twin(7, START, [(START, DECEMBER_2021)])
    history = twin.advance(START + WEEK)
    for moment in (WEEK, WEEK + timedelta(hours=14), WEEK + timedelta(days=7)):
        history += twin.advance(START + moment)
        waiting = present(twin)
        assert waiting["huu-nghi"] == pytest.approx(1_263, rel=0.2)
        assert waiting["tan-thanh"] == pytest.approx(2_601, rel=0.2)
        assert waiting["chi-ma"] == pytest.approx(678, rel=0.2)
        assert waiting.total() - waiting["dong-dang"] == pytest.approx(4_550, rel=0.2)
    a_day = (passed(history, "export") + passed(history, "import")) / 14
    assert 300 <= a_day <= 400


def test_december_2021_builds_up() -> None:
    """The history shows the queue growing day by day."""
    twin = Twin(7, START, [(START, DECEMBER_2021)])
    totals = []
    for day in range(8):
        twin.advance(START + timedelta(days=day))
        totals.append(present(twin).total())
    assert totals == sorted(totals)
    assert totals[-1] > 2 * totals[0]


def test_a_strict_other_side_lets_the_exports_pile_up() -> None:
    """At 0.2–0.5 of the normal rate exports pass more slowly and wait longer, and some turn back; the rate says so."""
    strict, normal = (Twin(7, START, [(START, scenario)]) for scenario in (CHINA_STRICT, NORMAL))
    slow, usual = strict.advance(START + WEEK), normal.advance(START + WEEK)
    assert passed(slow, "export") < 0.85 * passed(usual, "export")
    assert passed(slow, "import") < 0.75 * passed(usual, "import")
    exports = [sum(c.present for c in twin.counts() if c.direction == "export") for twin in (strict, normal)]
    assert exports[0] > 2 * exports[1]
    assert any(p.diverted and p.step == "transport" for p in slow)
    rates = {strict.other_side_rate_at(START + timedelta(days=day)) for day in range(7)}
    assert len(rates) == 7
    assert all(0.2 <= rate <= 0.5 for rate in rates)


def test_a_closed_other_side_passes_no_export() -> None:
    """At rate 0 nothing is exported, imports that are inside still leave, and nobody vanishes."""
    closed = Scenario("closed", (Phase(0), Phase(6, (0.0, 0.0)), Phase(8)))
    twin = Twin(3, START, [(START, closed)], SMALL)
    twin.advance(START + timedelta(days=2))
    shut = twin.advance(START + timedelta(days=4))
    exports = [p for p in shut if p.step == "fee_collection" and p.phase == "exit" and p.direction == "export"]
    # Who was in a lane at the last second of the last open day is through; the railway runs on.
    assert {p.place for p in exports} == {"dong-dang.rail"}
    again = twin.advance(START + timedelta(days=6))
    assert passed(again, "export") > 80
    for count in twin.counts():
        assert count.entered == count.left + count.diverted + count.present


def test_another_scenario_takes_over_a_running_twin() -> None:
    """What was said before the change stays word for word; afterwards the other side's rate is the new one."""
    change = START + timedelta(days=3, hours=5)
    plain = Twin(5, START, [(START, NORMAL)], SMALL)
    switched = Twin(5, START, [(START, NORMAL), (change, DECEMBER_2021)], SMALL)
    assert plain.advance(change) == switched.advance(change)
    end = change + timedelta(days=5)
    assert passed(switched.advance(end), "export") < 0.8 * passed(plain.advance(end), "export")
    assert switched.other_side_rate_at(end) == pytest.approx(0.37)


def test_the_same_seed_gives_the_same_province_and_another_one_does_not() -> None:
    """A run can be repeated to the second."""
    until = START + timedelta(hours=30)
    first, second, other = (Twin(seed, START, [(START, NORMAL)], SMALL).advance(until) for seed in (1, 1, 2))
    assert first == second
    assert {(p.vehicle, p.at) for p in first} != {(p.vehicle, p.at) for p in other}


def test_the_history_begins_with_full_yards() -> None:
    """At the first instant some five hundred vehicles are there, each told from its declaration on."""
    twin = Twin(1, START, [(START, NORMAL)])
    assert twin.advance(START - timedelta(seconds=1)) == []
    held = twin.advance(START)
    arrived = {p.vehicle for p in held if p.step == "transport" and p.phase == "enter"}
    declared = {p.vehicle for p in held if p.step == "declaration" and p.phase == "enter"}
    assert 350 < len(arrived) < 750
    assert arrived <= declared
    assert not any(p.step == "fee_collection" and p.phase == "exit" for p in held if p.at < START)


def test_unknown_scenario_says_which_there_are() -> None:
    """A misspelt scenario is answered with the list."""
    with pytest.raises(ValueError, match=r"'normall'.*normal, china-strict, december-2021"):
        scenario_named("normall")


def test_a_schedule_needs_scenarios_in_order() -> None:
    """A schedule without scenarios, or backwards, is refused."""
    with pytest.raises(ValueError, match="at least one"):
        Schedule([], 1)
    with pytest.raises(ValueError, match="ascend"):
        Schedule([(10.0, NORMAL), (5.0, NORMAL)], 1)
    assert Schedule([(10.0, NORMAL)], 1).scenario_at(0.0) is NORMAL


def test_service_times_of_the_small_steps() -> None:
    """Declaration takes 4 min, flow control 5 and the medical check 3 at the median (domain facts §2)."""
    passages = Twin(9, START, [(START, NORMAL)]).advance(START + timedelta(days=2))
    entered = {(p.vehicle, p.step): p.at for p in passages if p.phase == "enter"}
    for step, minutes in (("declaration", 4), ("flow_control", 5), ("medical_check", 3)):
        taken = [
            (p.at - entered[p.vehicle, step]).total_seconds() / 60
            for p in passages
            if p.step == step and p.phase == "exit"
        ]
        assert statistics.median(taken) == pytest.approx(minutes, rel=0.08), step
