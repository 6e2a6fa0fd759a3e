"""Dead stretches and the drawn area, at their edges."""

from __future__ import annotations

import numpy as np
import pytest

from feeds.network.patches import patches
from feeds.network.picture import road_name
from feeds.network.stretches import dead_stretches
from geodata.footprints import Footprints, Sampled

ROAD = Sampled("tan-thanh", 0, ("TT",) * 5 + ("QL1",) * 5, (0.0, 0.1, 0.2, 0.3, 0.4, 9.4, 9.3, 9.2, 9.1, 9.0))


def stretches(dead: str, planned: str = "1" * 10) -> list[tuple[str, float, float, float]]:
    """Return (road, from, to, length) for a row of 1 and 0."""
    flags = [np.array([sign == "1" for sign in text]) for text in (dead, planned)]
    return [(s.road, s.from_km, s.to_km, s.km) for s in dead_stretches(ROAD, *flags)]


@pytest.mark.parametrize(
    ("dead", "found"),
    [
        ("0000000000", []),
        ("1000000000", [("TT", 0.0, 0.1, 0.1)]),
        ("0110000000", [("TT", 0.1, 0.3, 0.2)]),
        ("0001110000", [("TT", 0.3, 0.5, 0.2), ("QL1", 9.4, 9.5, 0.1)]),
        ("0000000011", [("QL1", 9.0, 9.2, 0.2)]),
        ("1010000000", [("TT", 0.0, 0.1, 0.1), ("TT", 0.2, 0.3, 0.1)]),
    ],
)
def test_a_stretch_begins_and_ends_where_signal_does(dead: str, found: list[tuple[str, float, float, float]]) -> None:
    """A stretch ends where signal or the road does; its kilometres ascend even where the way runs against them."""
    assert stretches(dead) == found


def test_a_planned_gap_is_no_loss_but_lengthens_one() -> None:
    """What the plan never reached is left out, unless a loss lies beside it: a driver knows no difference."""
    assert stretches("0110000000", "1001111111") == []
    assert stretches("0110000000", "1101111111") == [("TT", 0.1, 0.3, 0.2)]


def test_the_drawn_area_is_the_lost_cells(small_ground: Footprints) -> None:
    """Runs name every lost cell once; with too many of them larger cells cover the same ground."""
    cells = small_ground.cells
    lost = (cells.row + cells.column) % 2 == 0
    fine = patches(cells, lost)
    drawn = {
        (row, column)
        for row, first, length in zip(fine.runs[0::3], fine.runs[1::3], fine.runs[2::3], strict=True)
        for column in range(first, first + length)
    }
    assert drawn == set(zip(cells.row[lost].tolist(), cells.column[lost].tolist(), strict=True))
    coarse = patches(cells, lost, most_runs=20)
    assert len(coarse.runs) <= 60
    assert coarse.step > fine.step
    reached = {
        (row, column)
        for row, first, length in zip(coarse.runs[0::3], coarse.runs[1::3], coarse.runs[2::3], strict=True)
        for column in range(first, first + length)
    }
    scale = round(coarse.step / fine.step)
    assert {(row // scale, column // scale) for row, column in drawn} == reached


def test_roads_are_called_as_people_call_them() -> None:
    """A number where there is one, else where the branch leads to; an unknown road by its id."""
    assert [road_name(road) for road in ("QL1", "DT236", "TT", "QL9")] == ["QL1", "ĐT236", "Tân Thanh", "QL9"]
