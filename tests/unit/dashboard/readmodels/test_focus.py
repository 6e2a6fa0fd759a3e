"""Which gate needs it most, in which direction, and which step holds it up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.readmodels.focus import Focus, Need, StepLoad, bottleneck_of, direction_of


def need(gate, queue=100.0, usual=100.0, yard=1_000.0, priority=None):
    """Return a need in one line."""
    return Need(gate, priority, queue, usual, yard)


def test_the_gravest_alert_has_the_focus(now):
    """A high alert beats any queue."""
    assert Focus().update([need("a", queue=900), need("b", priority="high"), need("c", priority="low")], now) == "b"


def test_without_alerts_the_queue_against_the_usual_decides(now):
    """Twice the usual at a small gate beats the usual at a large one."""
    assert Focus().update([need("a", 500, 500), need("b", 240, 110)], now) == "b"


@pytest.mark.parametrize("priority", [None, "critical"])
def test_of_two_unusual_queues_the_one_with_more_vehicles_too_many_has_the_focus(now, priority):
    """December 2021: a leader looks at Tân Thanh, 2.4 × the usual and the longest, before 3.4 × at Hữu Nghị."""
    needs = [need("huu-nghi", 850, 250, 450, priority), need("tan-thanh", 1_680, 700, 1_150, priority)]
    assert Focus().update(needs, now) == "tan-thanh"


def test_what_is_unusual_comes_before_what_is_merely_long(now):
    """Five times the usual at a small gate is news; a fifth more than usual at a large one is not."""
    assert Focus().update([need("a", 620, 500), need("b", 200, 40)], now) == "b"


def test_a_long_queue_at_the_limit_of_the_unusual_keeps_the_focus(now):
    """The wall does not go to and fro with the one lorry that makes a queue twice the usual."""
    focus = Focus()
    other = need("b", 200, 100)
    at = now
    for queue in (1_000, 990, 1_000, 990):
        assert focus.update([need("a", queue, 500, 2_000), other], at) == "a"
        at += timedelta(seconds=120)


def test_an_unusual_queue_takes_the_focus_from_a_usual_one_a_little_longer(now):
    """Who has been shown longest does not hold back what is news."""
    focus = Focus()
    focus.update([need("a", 520, 410), need("b", 100)], now)
    assert focus.update([need("a", 520, 410), need("b", 200)], now + timedelta(seconds=60)) == "b"


def test_a_full_yard_counts_although_it_is_usual(now):
    """A queue that is usual but fills the yard needs more attention than a slightly longer one."""
    assert Focus().update([need("a", 480, 480, 400), need("b", 110, 100, 1_000)], now) == "a"


@pytest.mark.parametrize(
    ("seconds", "queue", "shown"),
    [(59, 900, "a"), (60, 900, "b"), (60, 170, "a"), (60, 171, "b"), (59, 171, "a")],
)
def test_the_focus_does_not_flap(now, seconds, queue, shown):
    """Another gate takes over after a minute, and only when it is clearly worse."""
    focus = Focus()
    focus.update([need("a", 120), need("b", 50)], now)
    assert focus.update([need("a", 120), need("b", queue)], now + timedelta(seconds=seconds)) == shown


def test_a_graver_alert_takes_the_focus_at_once(now):
    """Nobody waits a minute for a critical alert."""
    focus = Focus()
    focus.update([need("a", priority="high"), need("b")], now)
    assert focus.update([need("a", priority="high"), need("b", priority="critical")], now) == "b"


def test_a_gate_that_is_gone_loses_the_focus(now):
    """Without gates there is none, and one that left is not kept."""
    focus = Focus()
    focus.update([need("a")], now)
    assert focus.update([need("b")], now) == "b"
    assert focus.update([], now) is None


def test_a_small_gate_does_not_take_the_focus_by_its_small_yard(now):
    """Fifty-three trucks at a yard of fifty are less than four hundred at one of 450."""
    assert Focus().update([need("coc-nam", 53, 53, 50), need("huu-nghi", 400, 410, 450)], now) == "huu-nghi"


def test_an_unknown_queue_is_no_need():
    """A gate whose queue nobody knows is not in need by its queue, and not abnormal."""
    assert need("a", queue=None).excess == float("-inf")
    assert not need("a", queue=None).abnormal


def test_without_a_yesterday_the_yard_is_the_measure():
    """The queue is taken against the yard, and against the floor where the yard is unknown too."""
    assert need("a", 500, None, 1_000).excess == -500
    assert need("a", 140, None, None).excess == 40


@pytest.mark.parametrize(
    ("one", "abnormal"),
    [
        (need("a", 1_000), True),
        (need("a", 200, 100), True),
        (need("a", 199, 100), False),
        (need("a", 69, 20), False),
        (need("a", 70, 20), True),
        (need("a", 1_251, 1_200), True),
        (need("a", 1_250, 1_200), False),
        (need("a", priority="critical"), True),
        (need("a", priority="medium"), False),
        (need("a", 500, None, None), False),
    ],
)
def test_abnormal_is_a_grave_alert_a_full_yard_or_twice_the_usual(one, abnormal):
    """Colour is shown only where something is wrong; both sides of each boundary."""
    assert one.abnormal is abnormal


@pytest.mark.parametrize(
    ("out", "back", "present", "shown"),
    [(10, 50, "export", "import"), (10, 11, "export", "export"), (10, 12, "export", "export"),
     (10, 13, "export", "import"), (100, 110, "export", "export"), (100, 111, "export", "import"),
     (None, None, "import", "import")],
)  # fmt: skip
def test_the_direction_with_more_waiting_is_shown(out, back, present, shown):
    """The direction changes only for 10 % and three vehicles more."""
    assert direction_of(out, back, present) == shown


def test_nothing_abnormal_has_no_bottleneck():
    """On an ordinary day no step is coloured."""
    assert bottleneck_of([StepLoad("quarantine", 500, 10, 900)], abnormal=False, alerted_step="quarantine") is None


def test_the_step_an_alert_names_is_the_bottleneck():
    """People see on the flow what the alert says."""
    loads = [StepLoad("transport", 500, 10, 900)]
    assert bottleneck_of(loads, abnormal=True, alerted_step="quarantine") == "quarantine"


@pytest.mark.parametrize(("queue", "step"), [(14, None), (15, "quarantine")])
def test_the_step_far_beyond_its_usual_is_the_bottleneck(queue, step):
    """A long queue that is usual is none; 1.5 × the usual is, and not less."""
    loads = [StepLoad("transport", 300, 290, 60), StepLoad("quarantine", queue, 10, 30)]
    assert bottleneck_of(loads, abnormal=True, alerted_step=None) == step


def test_without_any_usual_the_longest_median_is_the_bottleneck():
    """On the first day the slowest step is named; without medians none is."""
    loads = [
        StepLoad("transport", 300, None, 60),
        StepLoad("quarantine", 1, None, 90),
        StepLoad("fee_collection", 1, None, None),
    ]
    assert bottleneck_of(loads, abnormal=True, alerted_step=None) == "quarantine"
    assert bottleneck_of([], abnormal=True, alerted_step=None) is None
