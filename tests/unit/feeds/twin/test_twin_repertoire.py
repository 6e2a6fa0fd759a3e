"""What each scenario does to the gates, day by day: small timelines against what is stated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest

from feeds.twin.calibration import DAILY_MEAN, JULY_2025_TOTAL
from feeds.twin.chance import day_start_s, hanoi_day
from feeds.twin.engine import Twin
from feeds.twin.ground import load_ground
from feeds.twin.play import Rot, Scenario
from feeds.twin.scenario import NORMAL, SCENARIOS, gates_of, scenario_named
from feeds.validation import RawPassage

START = datetime(2026, 11, 14, 17, tzinfo=UTC)
"""Midnight in Hanoi, Sunday 15 November 2026."""
DAY = timedelta(days=1)
TAKEN_OVER = START + timedelta(hours=34)
"""Ten in the morning of the second day."""
SMALL = [route for route in load_ground(date(2026, 11, 15)) if route.gate in {"chi-ma", "coc-nam", "dong-dang"}]


def played(scenario: Scenario, until: datetime, then: Sequence[tuple[datetime, Scenario]] = ()) -> list[RawPassage]:
    """Return the passages of a normal province in which a scenario takes over at TAKEN_OVER; nobody is lost."""
    twin = Twin(7, START, [(START, NORMAL), (TAKEN_OVER, scenario), *then])
    passages = twin.advance(until)
    for count in twin.counts():
        assert count.entered == count.left + count.diverted + count.present >= 0
    return passages


def gate_of(passage: RawPassage) -> str:
    """Return the gate of a passage."""
    return passage.place.partition(".")[0]


def counted(passages: Sequence[RawPassage], step: str, phase: str, since: datetime, until: datetime) -> Counter[str]:
    """Return how many vehicles did something at each gate within [since, until), those that turned back left out."""
    return Counter(
        gate_of(p) for p in passages if (p.step, p.phase) == (step, phase) and since <= p.at < until and not p.diverted
    )


def arrived(passages: Sequence[RawPassage], day: int) -> Counter[str]:
    """Return the arrivals of a day, counted from START's."""
    return counted(passages, "transport", "enter", START + day * DAY, START + (day + 1) * DAY)


def passed(passages: Sequence[RawPassage], day: int) -> Counter[str]:
    """Return who passed on a day, counted from START's."""
    return counted(passages, "fee_collection", "exit", START + day * DAY, START + (day + 1) * DAY)


def test_durian_peak_jams_quarantine_with_fruit() -> None:
    """About 1,000 fruit trucks a day come, about half get through, and those who wait are fruit at quarantine."""
    passages = played(scenario_named("durian-peak"), START + 5 * DAY)
    fruit = [p for p in passages if p.direction == "export" and p.goods_class == "fruit" and gate_of(p) != "dong-dang"]
    come = [p for p in fruit if (p.step, p.phase) == ("transport", "enter") and p.at >= START + 3 * DAY]
    gone = [p for p in fruit if (p.step, p.phase) == ("fee_collection", "exit") and p.at >= START + 3 * DAY]
    assert len(come) / 2 == pytest.approx(1_050, rel=0.12)
    assert 0.35 < len(gone) / len(come) < 0.65
    last = {p.vehicle: p for p in passages if gate_of(p) in {"huu-nghi", "tan-thanh"} and p.direction == "export"}
    waiting = [p for p in last.values() if not p.diverted and (p.step, p.phase) != ("fee_collection", "exit")]
    at = Counter((p.step, p.goods_class) for p in waiting if p.phase == "enter")
    assert at["quarantine", "fruit"] > 250
    assert at["quarantine", "fruit"] > 20 * (at["quarantine", "other"] + 1)
    hours: dict[str, list[float]] = defaultdict(list)
    entered = {(p.vehicle, p.step): p.at for p in fruit if p.phase == "enter"}
    for p in fruit:
        if (
            p.phase == "exit"
            and p.at >= START + 3 * DAY
            and p.step in {"flow_control", "vehicle_inspection", "quarantine"}
        ):
            hours[p.step].append((p.at - entered[p.vehicle, p.step]).total_seconds() / 3_600)
    assert median(hours["quarantine"]) > 5 * max(median(hours["flow_control"]), median(hours["vehicle_inspection"]))


def test_nothing_moves_at_a_closed_gate_and_its_neighbours_fill() -> None:
    """From the instant it closes to the instant it opens nobody takes a step there; then the queue drains."""
    gate = "tan-thanh"
    opened = TAKEN_OVER + timedelta(days=1, hours=15)
    passages = played(scenario_named("gate-closed"), START + 4 * DAY, [(opened, NORMAL)])
    shut = [p for p in passages if gate_of(p) == gate and TAKEN_OVER < p.at < opened]
    moves = Counter((p.direction, p.step, p.phase) for p in shut if not p.diverted and p.step != "declaration")
    assert set(moves) == {("export", "transport", "enter")}
    assert any(p.diverted for p in shut)
    plain = Twin(7, START, [(START, NORMAL)]).advance(START + 3 * DAY)
    here, usual = arrived(passages, 2), arrived(plain, 2)
    assert here[gate] < 0.3 * usual[gate]
    assert all(here[other] > usual[other] for other in ("huu-nghi", "chi-ma", "tan-thanh", "coc-nam") if other != gate)
    assert sum(here.values()) == pytest.approx(sum(usual.values()), rel=0.06)
    assert passed(passages, 2)[gate] == 0
    assert passed(passages, 3)[gate] > 0.6 * passed(plain, 1)[gate]


def test_tet_by_the_day() -> None:
    """Traffic falls for two days, the gates close for four, take a quarter for five, and then the rush comes."""
    passages = Twin(7, START, [(START, NORMAL), (TAKEN_OVER, scenario_named("tet"))], SMALL).advance(START + 14 * DAY)
    come = [sum(count for gate, count in arrived(passages, day).items() if gate != "dong-dang") for day in range(14)]
    gone = [sum(count for gate, count in passed(passages, day).items() if gate != "dong-dang") for day in range(14)]
    ordinary = (41 + 189 + 43 + 33) * DAILY_MEAN / JULY_2025_TOTAL
    assert come[2] < 0.4 * ordinary
    assert come[3:7] == gone[3:7] == [0, 0, 0, 0]
    assert all(0.15 * ordinary < vehicles < 0.4 * ordinary for vehicles in come[7:12])
    assert sum(come[12:14]) / 2 > 1.1 * ordinary
    assert passed(passages, 4)["dong-dang"] > 40


def test_the_real_tet_closes_the_normal_province_too() -> None:
    """On 6 February 2027, the first of the lunar year, no road vehicle passes though nobody chose a scenario."""
    start = datetime(2027, 2, 3, 17, tzinfo=UTC)
    passages = Twin(2, start, [(start, NORMAL)], SMALL).advance(start + 4 * DAY)
    days = Counter(
        hanoi_day(p.at.timestamp()) - hanoi_day(start.timestamp())
        for p in passages
        if (p.step, p.phase) == ("fee_collection", "exit") and gate_of(p) != "dong-dang"
    )
    assert days[0] > days[1] > 0
    assert days[2] == days[3] == 0


@pytest.mark.parametrize("name", ["tet", "gate-closed:chi-ma", "durian-peak"])
def test_a_change_touches_nothing_before_it_in_either_direction(name: str) -> None:
    """Into a scenario and out of it again: what was told stays word for word, and a repeated run says the same."""
    back = TAKEN_OVER + timedelta(hours=7, minutes=11)
    end = back + timedelta(hours=9)
    changes = [(START, NORMAL), (TAKEN_OVER, scenario_named(name)), (back, NORMAL)]
    live = Twin(3, START, changes[:1], SMALL)
    told = live.advance(TAKEN_OVER - timedelta(milliseconds=1))
    assert told == Twin(3, START, changes[:1], SMALL).advance(TAKEN_OVER - timedelta(milliseconds=1))
    live.play(*changes[1])
    told += live.advance(back - timedelta(milliseconds=1))
    assert told == Twin(3, START, changes[:2], SMALL).advance(back - timedelta(milliseconds=1))
    live.play(*changes[2])
    told += live.advance(end)
    assert told == Twin(3, START, changes, SMALL).advance(end)
    assert [p.at for p in told] == sorted(p.at for p in told)
    assert len({(p.vehicle, p.step, p.phase) for p in told}) == len(told)
    for count in live.counts():
        assert count.entered == count.left + count.diverted + count.present >= 0


def test_a_scenario_cannot_take_over_the_past() -> None:
    """Neither before what was told nor before another change."""
    twin = Twin(3, START, [(START, NORMAL)], SMALL)
    twin.advance(START + DAY)
    with pytest.raises(ValueError, match="after what was told"):
        twin.play(START + DAY, scenario_named("tet"))
    twin.play(START + 2 * DAY, scenario_named("tet"))
    with pytest.raises(ValueError, match="ascend"):
        twin.play(START + 2 * DAY, NORMAL)


def test_scenarios_at_a_gate_are_found_by_name_and_gate() -> None:
    """`gate-closed:chi-ma` is another closure than `gate-closed`; an unknown gate is answered with those known."""
    assert scenario_named("gate-closed:chi-ma").phases[0].closed == {"chi-ma"}
    assert scenario_named("gate-closed").phases[0].closed == {"tan-thanh"}
    assert scenario_named("gate-closed:chi-ma").name == "gate-closed:chi-ma"
    assert "Chi Ma" in scenario_named("network-outage:chi-ma").name_vi
    assert gates_of("tet") == ()
    for wrong in ("gate-closed:dong-dang", "gate-closed:", "tet:huu-nghi", "", "normal:"):
        with pytest.raises(ValueError, match=r"is known at|There is no scenario"):
            scenario_named(wrong)


def test_every_scenario_has_its_words_in_both_languages() -> None:
    """Screens and the command line name what is played."""
    for scenario in SCENARIOS.values():
        words = (scenario.name_vi, scenario.name_en, scenario.about_vi, scenario.about_en)
        assert all(words)
        assert scenario.name_vi != scenario.name_en


def test_impossible_shares_of_rot_are_refused() -> None:
    """More than every reading cannot go bad."""
    with pytest.raises(ValueError, match="add up to 1"):
        Rot(0.6, 0.6)
    with pytest.raises(ValueError, match="0–1"):
        Rot(-0.1)
    assert Rot(0.5, 0.5).late == 0.5


def test_days_are_hanoi_days() -> None:
    """A scenario's days begin at midnight in Hanoi."""
    assert day_start_s(hanoi_day(START.timestamp())) == START.timestamp()
