"""When figures are told: a past as a curve, the present within its minute, a silence not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feeds.border.figures import Detail
from feeds.border.schedule import Schedule

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def ticks(schedule, now, *, drained=True):
    """Return what is due."""
    return list(schedule.due(now, drained=drained))


@pytest.fixture
def live(morning):
    """A source whose vehicle passed just now, told in full."""
    schedule = Schedule()
    schedule.passed(morning, morning, morning)
    assert [tick.detail for tick in ticks(schedule, morning)] == [Detail.ALL]
    return schedule


def test_nothing_is_told_of_a_source_without_passages(morning):
    """A feed of readings has no queue."""
    schedule = Schedule()
    schedule.heard(morning)
    assert ticks(schedule, morning) == []


def test_live_source_is_told_every_second_and_every_minute(live, morning):
    """A change shows within a second, and everything within the minute, on both sides of each boundary."""
    assert ticks(live, morning + 0.9 * SECOND) == []
    [change] = ticks(live, morning + SECOND)
    assert change == (morning + SECOND, Detail.QUEUES, True)
    assert ticks(live, morning + 1.9 * SECOND) == []
    assert ticks(live, morning + 59.9 * SECOND)[0].changed_only
    [full] = ticks(live, morning + 60 * SECOND)
    assert full == (morning + 60 * SECOND, Detail.ALL, False)


def test_nothing_is_told_before_all_is_counted(live, morning):
    """While passages wait on the bus, a figure as of now would be wrong."""
    assert ticks(live, morning + MINUTE, drained=False) == []


def test_past_is_told_in_steps(morning):
    """A week sent in a minute becomes a curve: queues every five minutes, more each quarter, all every three hours."""
    schedule = Schedule()
    now = morning + 24 * HOUR
    schedule.passed(morning, now, now)
    schedule.passed(morning + 2 * HOUR + 12 * MINUTE, now, now)
    assert schedule.catching_up
    told = ticks(schedule, now, drained=False)
    assert [tick.at for tick in told] == [morning + index * 5 * MINUTE for index in range(1, 27)]
    by_minute = {tick.at - morning: tick for tick in told}
    assert by_minute[5 * MINUTE][1:] == (Detail.TOTALS, True)
    assert by_minute[15 * MINUTE][1:] == (Detail.MAIN, True)
    assert by_minute[60 * MINUTE][1:] == (Detail.MAIN, False)
    assert by_minute[120 * MINUTE][1:] == (Detail.ALL, False)
    assert ticks(schedule, now, drained=False) == []
    schedule.passed(morning + 2 * HOUR + 17 * MINUTE, now, now)
    assert [tick.at for tick in ticks(schedule, now)] == [morning + 2 * HOUR + 15 * MINUTE]


def test_past_becomes_present(morning):
    """Once the newest passage is of now, the rest of the curve is told and then the present."""
    schedule = Schedule()
    now = morning + 24 * HOUR
    schedule.passed(now - 21 * MINUTE, now, now)
    assert schedule.catching_up
    schedule.passed(now - MINUTE, now, now)
    assert not schedule.catching_up
    told = ticks(schedule, now)
    assert [tick.at for tick in told] == [
        now - 20 * MINUTE,
        now - 15 * MINUTE,
        now - 10 * MINUTE,
        now - 5 * MINUTE,
        now,
    ]


def test_past_that_ends_in_a_quiet_night(morning):
    """A past that ended half an hour ago is the present once the bus has had nothing more for five seconds."""
    schedule = Schedule()
    schedule.passed(morning - 30 * MINUTE, morning, morning)
    assert schedule.catching_up
    ticks(schedule, morning, drained=True)
    ticks(schedule, morning + 3 * SECOND, drained=False)
    ticks(schedule, morning + 4 * SECOND, drained=True)
    ticks(schedule, morning + 8.9 * SECOND)
    assert schedule.catching_up
    assert ticks(schedule, morning + 9 * SECOND)[-1].at == morning + 9 * SECOND
    assert not schedule.catching_up


def test_past_that_ended_long_ago_stays_past(morning):
    """A recorded day that is replayed is never shown as today's queue, and is told to its end."""
    schedule = Schedule()
    schedule.passed(morning - 30 * HOUR, morning, morning)
    schedule.passed(morning - 29 * HOUR, morning, morning)
    last = ticks(schedule, morning)[-1]
    assert last.at == morning - 29 * HOUR - 5 * MINUTE
    end = ticks(schedule, morning + 11 * MINUTE)
    assert [tick.at for tick in end] == [morning - 29 * HOUR]
    assert ticks(schedule, morning + 30 * MINUTE) == []


def test_silent_source_is_not_told(live, morning):
    """After ten minutes without a word the figures are left to age, on both sides of the boundary."""
    assert ticks(live, morning + 10 * MINUTE)
    assert not live.silent
    assert ticks(live, morning + 10 * MINUTE + SECOND) == []
    assert live.silent


def test_sign_of_life_keeps_a_quiet_gate_told(live, morning):
    """A source that sends anything at all is not silent, though no vehicle passes."""
    live.heard(morning + 9 * MINUTE)
    live.heard(morning + 8 * MINUTE)
    assert ticks(live, morning + 18 * MINUTE)
    assert not live.silent


def test_only_a_passage_ends_a_silence(live, morning):
    """After a silence what passed meanwhile may be on its way: readings alone do not bring old figures back."""
    later = morning + 30 * MINUTE
    assert ticks(live, later) == []
    live.heard(later)
    assert ticks(live, later) == []
    live.passed(later, later, later)
    told = ticks(live, later)
    assert [tick.at for tick in told] == [later], "the silence leaves a gap in the curve"


def test_gap_that_is_sent_afterwards_is_told(live, morning):
    """A source that was cut off and sends what it kept gets its curve without a gap."""
    later = morning + 60 * MINUTE
    assert ticks(live, later) == []
    live.passed(morning + 2 * MINUTE, later, later)
    live.passed(morning + 30 * MINUTE, later, later)
    assert [tick.at for tick in ticks(live, later)] == [morning + minute * MINUTE for minute in (5, 10, 15, 20, 25)]


def test_restart_goes_on_without_repeating_the_past(morning):
    """What was told before a restart is not told again, and a source that is alive is live at once."""
    schedule = Schedule()
    schedule.remembered(morning - 3 * HOUR, morning - 3 * HOUR, morning)
    schedule.remembered(morning - 2 * MINUTE, morning - 2 * MINUTE, morning)
    assert [tick.at for tick in ticks(schedule, morning)] == [morning]


def test_restart_after_a_long_absence_waits_for_the_source(morning):
    """A source that was silent when the process came back is not told as if it were alive."""
    schedule = Schedule()
    schedule.remembered(morning - 3 * HOUR, morning - 3 * HOUR, morning)
    assert ticks(schedule, morning) == []
    assert schedule.silent


def test_clock_set_back(live, morning):
    """A clock that is set back by an hour does not silence the figures for that hour."""
    back = morning - HOUR
    assert [tick.at for tick in ticks(live, back)] == [back]


def test_late_passage_of_a_live_source_changes_nothing(live, morning):
    """One late passage among live ones does not turn the present into the past."""
    live.passed(morning - HOUR, morning + SECOND, morning + SECOND)
    assert not live.catching_up
    assert live.newest == morning
