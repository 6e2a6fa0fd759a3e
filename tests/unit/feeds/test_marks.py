"""Instrument marks and manual entries: what lies under one, and who may speak for a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.catalogue import Catalogue
from feeds.errors import RefusedError
from feeds.manual import ENTERABLE, source_of, usual_until
from feeds.marks import Mark, MarkBook, marked, unmarked
from feeds.model import Reading, is_manual, usable_value
from feeds.validation import RawReading, judge_reading
from geodata.places import Places

NINE = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def mark(**more: object) -> Mark:
    """Return a mark of the platform from nine to ten."""
    return Mark(
        1,
        **{
            "source": "platform",
            "start": NINE,
            "end": NINE + 3_600 * SECOND,
            "why": "w",
            "who": "lan",
            "at": NINE,
            **more,
        },
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "source", "metric", "place", "dims", "after_s", "covered"),
    [
        ({}, "platform", "lanes_open", "tan-thanh", "", 0, True),
        ({}, "platform", "lanes_open", "tan-thanh", "", -1, False),
        ({}, "platform", "lanes_open", "tan-thanh", "", 3_599, True),
        ({}, "platform", "lanes_open", "tan-thanh", "", 3_600, False),
        ({"end": None}, "platform", "lanes_open", "tan-thanh", "", 10**6, True),
        ({}, "border:platform", "queue_length_vehicles", "tan-thanh", "queue=physical", 0, True),
        ({}, "platform2", "lanes_open", "tan-thanh", "", 0, False),
        ({"source": "border:platform"}, "platform", "lanes_open", "tan-thanh", "", 0, False),
        ({"source": "border:platform"}, "border:platform", "lanes_open", "tan-thanh", "", 0, True),
        ({"metric": "lanes_open"}, "platform", "lanes_max", "tan-thanh", "", 0, False),
        ({"metric": "lanes_open"}, "platform", "", "tan-thanh", "", 0, False),
        ({"place": "chi-ma"}, "platform", "lanes_open", "tan-thanh", "", 0, False),
        ({"dims_key": ""}, "platform", "lanes_open", "tan-thanh", "direction=export", 0, False),
        ({"dims_key": "direction=export"}, "platform", "lanes_open", "tan-thanh", "direction=export", 0, True),
        ({"ended_at": NINE, "ended_by": "lan"}, "platform", "lanes_open", "tan-thanh", "", 0, False),
    ],
)
def test_what_lies_under_a_mark(
    more: dict[str, object], source: str, metric: str, place: str, dims: str, after_s: float, covered: bool
) -> None:
    """A mark covers its stretch, of its series and of what is derived from its source, and nothing beside."""
    book = MarkBook([mark(**more)])
    assert book.covers(source, metric, place, dims, NINE + after_s * SECOND) is covered


def test_marking_and_back() -> None:
    """A marked reading keeps value and quality for the day the mark is lifted; its value counts nowhere meanwhile."""
    one = Reading("lanes_open", "tan-thanh", 4.0, NINE, NINE, "platform", quality="late")
    broken = marked(one)
    assert (broken.value, broken.quality, broken.was, usable_value(broken)) == (4.0, "instrument", "late", None)
    assert marked(broken) is broken
    assert unmarked(broken) == one
    said_so_itself = Reading("lanes_open", "tan-thanh", 4.0, NINE, NINE, "platform", quality="instrument")
    assert unmarked(said_so_itself) is said_so_itself


@pytest.mark.parametrize(
    ("raw", "by_hand", "reason"),
    [
        ({"source": "manual.lan"}, False, "bad_source"),
        ({"source": "platform"}, True, "bad_source"),
        ({"expires_at": NINE + SECOND}, False, "bad_expiry"),
        ({"source": "manual.lan", "expires_at": NINE - SECOND}, True, "bad_expiry"),
        ({"source": "manual.lan", "expires_at": NINE.replace(tzinfo=None)}, True, "bad_expiry"),
        ({"source": "manual.lan", "expires_at": datetime.max.replace(tzinfo=UTC)}, True, None),
    ],
)
def test_only_an_entry_speaks_for_a_person(raw: dict[str, object], by_hand: bool, reason: str | None) -> None:
    """A source manual.* or an expiry from a feed is refused with its reason, and so is a false entry."""
    sent = RawReading("lanes_open", "tan-thanh", NINE, 4.0, **raw)  # type: ignore[arg-type]
    try:
        judge_reading(sent, "platform", NINE, Catalogue(), Places.load(), by_hand=by_hand)
        refused = None
    except RefusedError as error:
        refused = error.reason
    assert refused == reason


@pytest.mark.parametrize("name", ["lan", "Nguyễn Thị Lan", "a" * 300, "", "x:y", "\u202e", "-"])
def test_every_name_is_a_source(name: str) -> None:
    """Whatever a person is called, what they enter is accepted as theirs."""
    source = source_of(name)
    sent = RawReading("lanes_open", "tan-thanh", NINE, 4.0, source, {}, "manual", "manual", NINE + SECOND)
    assert judge_reading(sent, source, NINE, Catalogue(), Places.load(), by_hand=True).source == source
    assert is_manual(source)


def test_counts_of_a_day_end_with_it() -> None:
    """Dossiers entered in the morning speak until midnight in Hanoi; those of the last minutes a little longer."""
    one = ENTERABLE["dossiers_received"]
    assert usual_until(one, NINE) == datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    late = datetime(2026, 11, 22, 16, 59, tzinfo=UTC)
    assert usual_until(one, late) == late + timedelta(minutes=10)
    assert all(name in Catalogue() for name in ENTERABLE)
