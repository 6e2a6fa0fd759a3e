"""How the schematic communes are fitted, on ground small enough to count by hand."""

import numpy as np
import pytest

from geodata.build import moments
from geodata.build.beliefs import Belief, belief, blurred, refined
from geodata.build.boxes import Box
from geodata.build.doubts import doubted
from geodata.build.grid import Grid, grid_over
from geodata.build.moments import fit_shares, fit_whole, strongest, targets_of
from geodata.build.partition import CELL_M, partition
from geodata.build.pulls import pulls_of, towards_rest
from geodata.build.units import FormerUnit, NewUnit

# 30 km from west to east and 20 from south to north, in cells of 500 m.
GRID = Grid(0.0, 0.0, 500.0, 40, 60)
EVERYWHERE = np.ones(GRID.shape, dtype=np.bool_)
DISTRICT = Box(-5_000.0, -5_000.0, 35_000.0, 25_000.0)
NOBODY = np.zeros(2, dtype=np.bool_)
BOTH = np.ones(2, dtype=np.bool_)


def _unit(code: str, new_code: str, box: Box, *, kind: str = "Xã") -> FormerUnit:
    return FormerUnit(
        code, code, kind, code, "tinhlangson", "180", box.x_m, box.y_m, box, DISTRICT, (new_code,), new_code
    )


def _new(code: str, x_m: float, y_m: float, area_km2: float | None) -> NewUnit:
    return NewUnit(code, code, "Xã", "tinhlangson", 0.0, 0.0, x_m, y_m, area_km2)


WEST = _unit("1", "A", Box(0.0, 0.0, 15_000.0, 20_000.0))
EAST = _unit("2", "B", Box(15_000.0, 0.0, 30_000.0, 20_000.0))


def _beliefs() -> list[Belief]:
    return [belief(pulls_of([unit], _new(unit.new_code, 0.0, 0.0, 300.0)), GRID) for unit in (WEST, EAST)]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rounds go on: on so little ground the last steps are small."""
    monkeypatch.setattr(moments, "SHARED_ROUNDS", 400)


@pytest.mark.usefixtures("patient")
def test_published_areas_come_out() -> None:
    """A commune published with 270 of 600 km² gets 270, though its box would give it half."""
    targets = targets_of([_new("A", 7_000.0, 10_000.0, 270.0), _new("B", 22_000.0, 10_000.0, 330.0)])
    shares, got = fit_shares(_beliefs(), targets, NOBODY, GRID, EVERYWHERE)
    assert got.area_km2 == pytest.approx([270.0, 330.0], rel=0.01)
    total = np.zeros(GRID.shape)
    for share, each in zip(shares, _beliefs(), strict=True):
        total[each.window] += share
    assert total == pytest.approx(np.ones(GRID.shape))


@pytest.mark.usefixtures("patient")
def test_a_believed_centre_moves_the_ground_and_another_does_not() -> None:
    """The commune that says it lies farther south gets ground in the south, if it is believed."""
    targets = targets_of([_new("A", 8_000.0, 9_000.0, 300.0), _new("B", 22_000.0, 11_000.0, 300.0)])
    _, believed = fit_shares(_beliefs(), targets, BOTH, GRID, EVERYWHERE)
    _, doubtful = fit_shares(_beliefs(), targets, NOBODY, GRID, EVERYWHERE)
    assert believed.y_m == pytest.approx([9_000.0, 11_000.0], abs=100.0)
    assert doubtful.y_m == pytest.approx([10_000.0, 10_000.0], abs=100.0)


def test_whole_cells_fit_too() -> None:
    """After the blur the areas come out again, now without sharing a cell."""
    targets = targets_of([_new("A", 5_000.0, 10_000.0, 200.0), _new("B", 20_000.0, 10_000.0, 400.0)])
    shares, _ = fit_shares(_beliefs(), targets, NOBODY, GRID, EVERYWHERE)
    soft = [blurred(share, each.window, GRID) for share, each in zip(shares, _beliefs(), strict=True)]
    labels = strongest(fit_whole(soft, targets, NOBODY, GRID, EVERYWHERE), GRID)
    counts = np.bincount(labels.ravel()) * GRID.cell_km2
    assert counts == pytest.approx([200.0, 400.0], rel=0.05)


def test_foreign_ground_counts_for_nobody() -> None:
    """What lies in the other country is labelled but not part of a published area."""
    ground = EVERYWHERE.copy()
    ground[30:, :] = False
    targets = targets_of([_new("A", 7_500.0, 7_500.0, 225.0), _new("B", 22_500.0, 7_500.0, 225.0)])
    _, got = fit_shares(_beliefs(), targets, NOBODY, GRID, ground)
    assert got.area_km2 == pytest.approx([225.0, 225.0], rel=0.01)
    assert max(got.y_m) < 15_000.0


def test_a_partition_gives_every_cell_to_a_member_of_its_commune() -> None:
    """Two former communes that became one divide its ground between them; none is lost."""
    south = _unit("3", "B", Box(15_000.0, 0.0, 30_000.0, 10_000.0))
    north = _unit("4", "B", Box(15_000.0, 10_000.0, 30_000.0, 20_000.0))
    units = {"A": _new("A", 7_500.0, 10_000.0, 300.0), "B": _new("B", 22_500.0, 10_000.0, 300.0)}
    drawn = grid_over(1_000.0, 1_000.0, 29_000.0, 19_000.0, CELL_M)
    raster = partition([WEST, south, north], units, GRID, EVERYWHERE, drawn)
    assert raster.labels.min() == 0
    counts = np.bincount(raster.labels.ravel()) / raster.labels.size
    assert counts == pytest.approx([0.5, 0.25, 0.25], abs=0.03)
    again = partition([WEST, south, north], units, GRID, EVERYWHERE, drawn)
    assert (again.labels == raster.labels).all()


def test_a_commune_that_claims_nothing_on_the_grid_stays_out() -> None:
    """A neighbour whose share is nowhere worth counting leaves the others alone."""
    nothing = blurred(np.zeros((4, 4)), (slice(0, 4), slice(0, 4)), GRID)
    assert nothing is None
    assert refined(nothing, GRID, GRID) is None
    elsewhere = grid_over(100_000.0, 100_000.0, 110_000.0, 110_000.0, CELL_M)
    assert refined(_beliefs()[0], GRID, elsewhere) is None


def test_refining_on_the_same_grid_changes_nothing() -> None:
    """Interpolation meets the values it starts from, and lies half-way between them half-way."""
    coarse = Belief((slice(2, 6), slice(3, 9)), np.arange(24.0).reshape(4, 6))
    same = refined(coarse, GRID, GRID)
    assert same is not None
    assert same.window == coarse.window
    assert same.log == pytest.approx(coarse.log)
    between = refined(coarse, GRID, Grid(250.0, 0.0, 500.0, 40, 59))
    assert between is not None
    assert between.log[:, 1:6] == pytest.approx(coarse.log[:, :5] + 0.5)


def test_namesakes_are_doubted() -> None:
    """A box far from all partners, a twin's and one of two namesakes do not pull; a lone member does."""
    new = {code: _new(code, x_m, 10_000.0, 150.0) for code, x_m in (("A", 7_500.0), ("B", 22_500.0), ("C", 90_000.0))}
    near, partner = WEST, _unit("5", "A", Box(1_000.0, 20_000.0, 9_000.0, 28_000.0))
    far = _unit("6", "A", Box(70_000.0, 0.0, 76_000.0, 6_000.0))
    twin = _unit("7", "B", WEST.box)
    huge = _unit("8", "B", Box(0.0, 0.0, 40_000.0, 40_000.0))
    lone = _unit("9", "C", Box(0.0, 0.0, 30_000.0, 30_000.0))
    found = doubted([near, partner, far, twin, EAST, huge, lone], new)
    assert found == {"6", "7", "8"}


def test_a_member_without_a_box_goes_where_the_rest_must_lie() -> None:
    """The centre lies east of the known member, so the unknown lies farther east; a wrong one moves nothing."""
    known = _unit("1", "A", Box(0.0, 0.0, 10_000.0, 10_000.0))
    vague = _unit("2", "A", Box(11_000.0, 5_000.0, 12_000.0, 6_000.0))
    assert not vague.has_box
    new = _new("A", 9_500.0, 5_000.0, 110.0)
    before = pulls_of([known, vague], new)
    after = towards_rest(before, new)
    assert after[0] == before[0]
    assert 12_000.0 < after[1].x_m < 14_500.0
    wrong = _new("A", 40_000.0, 5_000.0, 110.0)
    assert towards_rest(before, wrong) == before
    assert towards_rest(before[:1], new) == before[:1]


def test_ground_outside_a_box_is_farther_and_at_the_settlement_nearer() -> None:
    """Boxes and settlements of the package are kept to."""
    (pull,) = pulls_of([WEST], _new("A", 7_500.0, 10_000.0, 300.0))
    xs, ys = np.array([7_500.0, 14_900.0, 15_600.0]), np.array([10_000.0] * 3)
    middle, inside, outside = pull.at(xs, ys).tolist()
    assert middle == pytest.approx(-1.0)
    assert outside - inside > 0.7 / 7.5 + 0.2


def test_boxes_know_their_distance() -> None:
    """Boxes that meet are no distance apart; corners are measured across."""
    assert WEST.box.gap_m(EAST.box) == 0.0
    assert Box(0, 0, 1, 1).gap_m(Box(4, 5, 6, 7)) == 5.0
    assert WEST.box.area_km2 == 300.0
