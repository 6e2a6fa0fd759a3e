"""Cells: one figure among several sources and parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from dashboard.readmodels.cells import Board, combined, nested, series_id

QUEUE = "queue_length_vehicles"
PHYSICAL = series_id(QUEUE, "chi-ma", queue="physical")
EXPORT = series_id(QUEUE, "chi-ma", queue="physical", direction="export")
IMPORT = series_id(QUEUE, "chi-ma", queue="physical", direction="import")


@pytest.fixture
def board(origins):
    """Return a board with one figure at `queue`: the total, else its two directions."""
    board = Board(origins)
    board.bind("queue", (PHYSICAL,), (EXPORT, IMPORT))
    return board


def test_a_reading_becomes_a_cell(board, reading, now):
    """A reading shows with its instant, source, quality and cadence."""
    board.fold([reading(QUEUE, "chi-ma", 41, queue="physical")], now)
    at = round(now.timestamp() * 1000)
    assert board.cell("queue") == {"v": 41, "at": at, "src": "simulator", "q": "good", "sim": True, "cad": 60}


def test_nothing_received_is_no_cell(board):
    """A figure without any reading is None, never 0."""
    assert board.cell("queue") is None


def test_a_real_reading_replaces_the_simulated_figure(board, reading, now):
    """One pushed real reading is shown as not simulated although the simulator is fresher."""
    board.fold([reading(QUEUE, "chi-ma", 41, queue="physical")], now)
    changed = board.fold([reading(QUEUE, "chi-ma", 90, source="gate-office", age_s=30, queue="physical")], now)
    assert [figure.path for figure in changed] == ["queue"]
    assert (board.cell("queue")["v"], board.cell("queue")["sim"]) == (90, False)
    assert board.simulated_count == 0


@pytest.mark.parametrize(("seconds", "source"), [(600, "gate-office"), (601, "simulator")])
def test_a_lost_real_source_gives_way_after_ten_cadences(board, reading, now, seconds, source):
    """By mere time the simulated figure comes back, on the second after ten cadences and not before."""
    board.fold([reading(QUEUE, "chi-ma", 90, source="gate-office", queue="physical")], now)
    later = now + timedelta(seconds=seconds)
    board.fold([reading(QUEUE, "chi-ma", 41, at=later, queue="physical")], now)
    board.tick(later)
    assert board.cell("queue")["src"] == source


def test_a_lost_source_stays_where_nobody_else_speaks(board, reading, now):
    """Without another source the last figure stays and ages, it does not vanish."""
    board.fold([reading(QUEUE, "chi-ma", 90, source="gate-office", queue="physical")], now)
    assert board.tick(now + timedelta(days=1)) == []
    assert board.cell("queue")["v"] == 90


def test_an_older_reading_changes_nothing(board, reading, now):
    """What arrives out of order never takes a figure back in time."""
    board.fold([reading(QUEUE, "chi-ma", 41, queue="physical")], now)
    assert board.fold([reading(QUEUE, "chi-ma", 12, age_s=60, queue="physical")], now) == []
    assert board.cell("queue")["v"] == 41


def test_a_correction_wins_and_a_repetition_of_the_first_does_not(board, reading, now):
    """Of two readings of one instant the one received last is shown, in whatever order they are folded."""
    first = reading(QUEUE, "chi-ma", 41, queue="physical")
    corrected = msgspec.structs.replace(first, value=44, received_at=first.received_at + timedelta(seconds=5))
    board.fold([corrected, first], now)
    assert board.cell("queue")["v"] == 44


def test_parts_of_one_source_add_up(board, reading, now):
    """Where the total is missing its directions are added; the sum is as old and as good as the worst part."""
    board.fold([reading(QUEUE, "chi-ma", 10, age_s=50, quality="late", queue="physical", direction="export")], now)
    assert board.cell("queue") is None
    board.fold([reading(QUEUE, "chi-ma", 31, queue="physical", direction="import")], now)
    cell = board.cell("queue")
    assert (cell["v"], cell["q"], cell["at"]) == (41, "late", round((now.timestamp() - 50) * 1000))


def test_parts_of_two_sources_do_not_add_up(board, reading, now):
    """A real export and a simulated import are no total."""
    board.fold(
        [
            reading(QUEUE, "chi-ma", 10, source="gate-office", queue="physical", direction="export"),
            reading(QUEUE, "chi-ma", 31, queue="physical", direction="import"),
        ],
        now,
    )
    assert board.cell("queue") is None


def test_a_missing_part_makes_the_sum_missing(board, reading, now):
    """A part that says `missing` is never counted as 0."""
    board.fold(
        [
            reading(QUEUE, "chi-ma", None, quality="missing", queue="physical", direction="export"),
            reading(QUEUE, "chi-ma", 31, queue="physical", direction="import"),
        ],
        now,
    )
    assert (board.cell("queue")["v"], board.cell("queue")["q"]) == (None, "missing")


def test_the_total_of_a_source_beats_its_parts(board, reading, now):
    """Where a source sends the total it is shown, not the sum of what it sends besides."""
    board.fold(
        [
            reading(QUEUE, "chi-ma", 10, queue="physical", direction="export"),
            reading(QUEUE, "chi-ma", 31, queue="physical", direction="import"),
            reading(QUEUE, "chi-ma", 40, queue="physical"),
        ],
        now,
    )
    assert board.cell("queue")["v"] == 40


def test_what_does_not_add_up_is_not_added(origins, reading, now):
    """Medians of two routes are no median of the gate."""
    board = Board(origins)
    routes = ("huu-nghi.1116-1117", "huu-nghi.1119-1120")
    figure = board.bind(
        "median",
        (series_id("clearance_time_s", "huu-nghi", stat="median"),),
        tuple(series_id("clearance_time_s", route, stat="median") for route in routes),
    )
    board.fold([reading("clearance_time_s", route, 9_000, stat="median") for route in routes], now)
    assert figure.cell is None


def test_a_figure_bound_late_sees_what_is_there(board, reading, now):
    """A second figure on a known series shows at the next judgement."""
    board.fold([reading(QUEUE, "chi-ma", 41, queue="physical")], now)
    second = board.bind("again", (PHYSICAL,))
    board.reconsider(now)
    assert second.value == 41


def test_a_source_that_announces_itself_as_replay_turns_simulated(places, reading, now, registry, origins):
    """What a source says of itself counts, also after its first reading came."""
    from feeds.registry import SourceFacts

    board = Board(origins)
    board.bind("queue", (PHYSICAL,))
    board.fold([reading(QUEUE, "chi-ma", 41, source="dpsu", queue="physical")], now)
    assert board.cell("queue")["sim"] is False
    registry._sources["dpsu"] = SourceFacts("dpsu", "replay", cadence_s=1_800)
    origins.forget()
    board.reconsider(now)
    assert (board.cell("queue")["sim"], board.cell("queue")["cad"], board.simulated_count) == (True, 1_800, 1)


def test_a_sum_over_gates_says_all_its_sources(origins, reading, now):
    """A sum over figures joins the sources and is simulated when any part is."""
    board = Board(origins)
    figures = [board.bind(place, (series_id(QUEUE, place),)) for place in ("chi-ma", "coc-nam")]
    board.fold([reading(QUEUE, "chi-ma", 40, source="office", age_s=30), reading(QUEUE, "coc-nam", 2)], now)
    cell = combined(figures)
    assert (cell["v"], cell["src"], cell["sim"]) == (42, "office+simulator", True)
    assert cell["at"] == round((now.timestamp() - 30) * 1000)
    assert combined([*figures, board.bind("tan-thanh", (series_id(QUEUE, "tan-thanh"),))]) is None


def test_paths_become_a_tree():
    """A snapshot nests what deltas name by path."""
    assert nested({"a/b": 1, "a/c/d": 2, "e": 3}) == {"a": {"b": 1, "c": {"d": 2}}, "e": 3}


def test_instants_are_whole_milliseconds(board, reading, now):
    """The browser gets integers it can compare."""
    board.fold(
        [reading(QUEUE, "chi-ma", 1, at=datetime(2026, 1, 1, microsecond=123_456, tzinfo=UTC), queue="physical")], now
    )
    assert board.cell("queue")["at"] == 1_767_225_600_123
