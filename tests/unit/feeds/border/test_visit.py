"""What a vehicle's passages say of it, whatever order they came in."""

from __future__ import annotations

import itertools

import pytest

from feeds.border.visit import (
    CLEARANCE,
    DWELL,
    NOTHING,
    NOWHERE,
    VIRTUAL,
    WAIT,
    Visit,
    from_us,
    to_us,
)
from feeds.model import STEPS

MINUTE_US = 60_000_000


def assess(passages):
    """Return the facts after passages in the order given."""
    visit = Visit()
    facts = NOTHING
    for one in passages:
        facts = visit.add(one, to_us(one.at))
    return facts


def test_instants_survive_the_round_trip(morning):
    """An instant is shown to the microsecond as it was sent."""
    odd = morning.replace(microsecond=123_457)
    assert from_us(to_us(odd)) == odd


def test_whole_trip(trip, morning):
    """A vehicle that went through all steps has passed, with its times as defined."""
    facts = assess(trip("v", 0, each=10))
    start = to_us(morning)
    assert facts.location == NOWHERE
    assert facts.arrived == start + 10 * MINUTE_US
    assert facts.passed == facts.left == start + 80 * MINUTE_US
    assert facts.durations[0] == (start + 10 * MINUTE_US, 10 * MINUTE_US)
    assert facts.durations[WAIT] == (start + 40 * MINUTE_US, 30 * MINUTE_US)
    assert facts.durations[CLEARANCE] == (start + 70 * MINUTE_US, 70 * MINUTE_US)
    assert facts.durations[DWELL] == (start + 80 * MINUTE_US, 70 * MINUTE_US)
    assert facts.tonnes == (facts.passed, 20_500_000)
    assert facts.fee == (facts.passed, 1_500_000)
    assert facts.contradiction == 0


@pytest.mark.parametrize(
    ("count", "location"),
    [(1, VIRTUAL), (2, VIRTUAL), (3, 1), (4, 2), (9, 4), (14, 7), (15, 7), (16, NOWHERE)],
)
def test_location(trip, count, location):
    """A vehicle counts for the step it is in, or waits for; before it arrives it is in the virtual queue."""
    assert assess(trip("v", 0)[:count]).location == location


def test_any_order_gives_the_same_facts(trip):
    """Shuffled passages end in the same facts, and in between nothing is invented for good."""
    passages = trip("v", 0, steps=STEPS[1:3]) + trip("v", 30, steps=STEPS[7:])
    expected = assess(passages)
    for order in itertools.permutations(passages):
        assert assess(order) == expected


def test_same_passage_twice_changes_nothing(trip):
    """A file that is sent twice counts once, even when it is received anew."""
    passages = trip("v", 0)
    later = [
        type(one)(**{name: getattr(one, name) for name in one.__struct_fields__} | {"received_at": passages[-1].at})
        for one in passages
    ]
    assert assess(passages * 2) == assess(passages)
    assert assess(passages + later) == assess(passages)


def test_skipped_steps_are_no_contradiction(trip):
    """Not every vehicle is quarantined."""
    facts = assess(trip("v", 0, steps=(*STEPS[:5], *STEPS[6:])))
    assert facts.contradiction == 0
    assert facts.durations[5] is None


def test_steps_in_another_order_are_no_contradiction(trip):
    """A gate that quarantines before it inspects is not at fault."""
    facts = assess(trip("v", 0, steps=("transport", "quarantine", "vehicle_inspection", "fee_collection")))
    assert facts.contradiction == 0
    assert facts.passed


def test_exit_without_entry(passage, morning):
    """A step that is left and was never entered contradicts itself, and nobody is counted as present."""
    facts = assess([passage("v", "quarantine", "exit", 5)])
    assert facts.contradiction == to_us(morning) + 5 * MINUTE_US
    assert facts.location == NOWHERE
    assert facts.arrived == 0


def test_negative_duration(passage):
    """An exit before its entry gives no duration, but a contradiction."""
    facts = assess([passage("v", "transport", "enter", 10), passage("v", "transport", "exit", 5)])
    assert facts.durations[1] is None
    assert facts.contradiction == facts.arrived


def test_entered_twice(passage, morning):
    """The entry received last counts, and the contradiction is kept."""
    first = passage("v", "transport", "enter", 10, received=10)
    second = passage("v", "transport", "enter", 4, received=11)
    for order in ([first, second], [second, first], [first, second, first]):
        facts = assess(order)
        assert facts.arrived == to_us(morning) + 4 * MINUTE_US
        assert facts.contradiction == facts.arrived


def test_left_a_step_it_was_not_in(passage):
    """A vehicle that leaves a step while it is in another one contradicts itself."""
    facts = assess(
        [
            passage("v", "transport", "enter", 0),
            passage("v", "medical_check", "enter", 5),
            passage("v", "transport", "exit", 7),
            passage("v", "vehicle_inspection", "enter", 6),
        ]
    )
    assert facts.contradiction


def test_declaration_may_overlap_arrival(passage):
    """A driver who arrives while the declaration is still being handled does nothing wrong."""
    facts = assess(
        [
            passage("v", "declaration", "enter", 0),
            passage("v", "transport", "enter", 2),
            passage("v", "declaration", "exit", 4),
        ]
    )
    assert facts.contradiction == 0
    assert facts.location == 1


def test_diverted(passage):
    """A vehicle that turned back is gone, has not passed, and has no dwell time."""
    facts = assess(
        [
            passage("v", "transport", "enter", 0),
            passage("v", "transport", "exit", 10),
            passage("v", "flow_control", "enter", 10),
            passage("v", "flow_control", "exit", 20, diverted=True),
        ]
    )
    assert facts.location == NOWHERE
    assert facts.diverted == facts.left
    assert facts.passed == 0
    assert facts.durations[DWELL] is None
    assert facts.contradiction == 0


def test_seen_after_it_left(trip, passage):
    """A vehicle that enters a step after it has left contradicts itself and stays gone."""
    facts = assess([*trip("v", 0, steps=("transport", "fee_collection")), passage("v", "quarantine", "enter", 60)])
    assert facts.location == NOWHERE
    assert facts.contradiction == facts.newest


def test_statement_received_last_counts(passage):
    """A corrected load, fee or class replaces the first one."""
    said = [
        passage("v", "transport", "enter", 0, received=1, goods_tonnes=10.0, fee_vnd=100),
        passage("v", "transport", "exit", 5, received=9, goods_tonnes=12.0, fee_vnd=300, goods_class="other"),
    ]
    for order in (said, said[::-1]):
        facts = assess(order)
        assert facts.tonnes is not None
        assert facts.fee is not None
        assert (facts.tonnes[1], facts.fee[1], facts.goods_class) == (12_000_000, 300, 1)
