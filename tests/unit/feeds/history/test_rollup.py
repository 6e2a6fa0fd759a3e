"""Rollup arithmetic: what a bucket says of the readings in it."""

from __future__ import annotations

from feeds.history.rollup import Rollup, amend, combine, merge, roll_up

EMPTY = Rollup(1, 0, 0, 1, None, None, 0.0, None, None)
FULL = Rollup(1, 0, 2, 0, 3.0, 5.0, 8.0, 5.0, 40)


def test_buckets_end_where_the_next_begins():
    """A reading at the very end of a bucket belongs to the next one, and each series has its own."""
    rows = [(1, 0, 5.0), (1, 59, 3.0), (1, 60, 9.0), (2, 61, 1.0)]
    assert roll_up(rows, 60) == [
        Rollup(1, 0, 2, 0, 3.0, 5.0, 8.0, 3.0, 59),
        Rollup(1, 60, 1, 0, 9.0, 9.0, 9.0, 9.0, 60),
        Rollup(2, 60, 1, 0, 1.0, 1.0, 1.0, 1.0, 61),
    ]


def test_extremes_are_found_wherever_they_stand():
    """The highest may come first, the lowest in the middle, and a value between them moves neither."""
    rows = [(1, 0, 9.0), (1, 1, 2.0), (1, 2, 5.0)]
    assert roll_up(rows, 60) == [Rollup(1, 0, 3, 0, 2.0, 9.0, 16.0, 5.0, 2)]


def test_no_readings_make_no_bucket():
    """Empty input gives no buckets, not an empty one."""
    assert roll_up([], 60) == []
    assert combine([], 60) == []


def test_missing_readings_are_counted_apart():
    """A missing reading pulls no figure towards zero, and a bucket of nothing else has no figures."""
    assert roll_up([(1, 0, None), (1, 10, 4.0), (1, 20, None)], 60) == [Rollup(1, 0, 1, 2, 4.0, 4.0, 4.0, 4.0, 10)]
    assert roll_up([(1, 0, None)], 60) == [EMPTY]


def test_wider_buckets_of_finer_ones_equal_those_of_readings():
    """An hour made of minutes says the same as the hour made of readings."""
    rows = [(1, 0, 5.0), (1, 7, 3.0), (1, 13, None), (1, 65, 9.0), (2, 3, 1.0), (2, 61, None)]
    assert combine(roll_up(rows, 5), 60) == roll_up(rows, 60)


def test_merging_keeps_the_newest_value_as_last():
    """The last value is that of the newest reading, whichever side it comes from; a tie goes to the later arrival."""
    older = Rollup(1, 0, 1, 0, 1.0, 1.0, 1.0, 1.0, 10)
    newer = Rollup(1, 0, 1, 2, 9.0, 9.0, 9.0, 9.0, 20)
    assert merge(older, newer) == Rollup(1, 0, 2, 2, 1.0, 9.0, 10.0, 9.0, 20)
    assert merge(newer, older) == merge(older, newer)
    assert merge(older, older._replace(last=7.0)).last == 7.0


def test_merging_with_an_empty_bucket_changes_no_figure():
    """A bucket of missing readings adds to the missing ones only, from either side."""
    assert merge(FULL, EMPTY) == FULL._replace(missing=1)
    assert merge(EMPTY, FULL) == FULL._replace(missing=1)
    assert merge(EMPTY, EMPTY) == EMPTY._replace(missing=2)


def test_amending_moves_sum_and_widens_extremes():
    """A corrected value is worked into a bucket whose other readings are gone."""
    assert amend(FULL, 10, 3.0, 9.0) == Rollup(1, 0, 2, 0, 3.0, 9.0, 14.0, 5.0, 40)
    assert amend(FULL, 40, 5.0, 4.0) == Rollup(1, 0, 2, 0, 3.0, 5.0, 7.0, 4.0, 40)


def test_amending_to_and_from_missing():
    """A value that is taken back, or found later, moves between the two counts."""
    assert amend(FULL, 40, 5.0, None) == Rollup(1, 0, 1, 1, 3.0, 5.0, 3.0, None, None)
    assert amend(FULL, 10, 3.0, None) == Rollup(1, 0, 1, 1, 3.0, 5.0, 5.0, 5.0, 40)
    assert amend(EMPTY, 30, None, 6.0) == Rollup(1, 0, 1, 0, 6.0, 6.0, 6.0, 6.0, 30)
    only = Rollup(1, 0, 1, 0, 6.0, 6.0, 6.0, 6.0, 30)
    assert amend(only, 30, 6.0, None) == EMPTY
