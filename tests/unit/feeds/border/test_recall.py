"""What a restart reads again: exactly what the figures still need."""

from __future__ import annotations

from datetime import timedelta

from feeds.border.derivation import REMEMBER_S
from feeds.border.recall import still_needed

KEEP = timedelta(seconds=REMEMBER_S)


def test_vehicles_that_are_here_are_recalled_whole(trip, passage, morning):
    """Who came weeks ago and is still waiting is in the queue after a restart, who left days ago is not read."""
    here = trip("here", 0)[:5]
    left = trip("left", 1)
    turned = [passage("turned", "transport", "enter", 2), passage("turned", "transport", "exit", 3, diverted=True)]
    recent = trip("recent", 60 * 24 * 20)
    everything = sorted([*here, *left, *turned, *recent], key=lambda one: one.at)
    now = morning + timedelta(days=20, hours=3)
    assert still_needed(everything, now) == [*here, *recent]


def test_boundary_of_what_still_counts(trip, morning):
    """A vehicle that left a moment less than thirty hours ago is read again, at thirty it is not."""
    passages = trip("v", 0)
    left_at = passages[-1].at
    assert still_needed(passages, left_at + KEEP) == []
    assert still_needed(passages, left_at + KEEP - timedelta(seconds=1)) == passages


def test_news_of_a_vehicle_that_left(trip, passage, morning):
    """A stray passage soon after leaving is over as well; the same id days later is another visit."""
    stray = passage("v", "quarantine", "enter", 100)
    again = passage("v", "transport", "enter", 60 * 24 * 5)
    more = passage("v", "transport", "exit", 60 * 24 * 5 + 9)
    passages = [*trip("v", 0), stray, again, more]
    assert still_needed(passages, morning + timedelta(days=5, hours=1)) == [again, more]


def test_sources_are_kept_apart(trip, morning):
    """The same vehicle id from two sources is two vehicles."""
    mine, theirs = trip("v", 0), trip("v", 0, source="other")[:3]
    passages = sorted([*mine, *theirs], key=lambda one: one.at)
    assert still_needed(passages, morning + timedelta(days=3)) == theirs
