"""Whatever a drawing hand does to shared edges within 30 m, the result is one clean coverage of the same ground."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.build.frame import geometry_to_metres
from geodata.errors import ImportRefusedError
from geodata.imports.clean import clean, fitted
from geodata.imports.repair import repaired
from geodata.imports.zoom import simplified
from geodata.layers import layer

SHIFT_M = 30.0


def _some_communes(count: int = 7) -> dict[str, Any]:
    """Return neighbouring communes in metres: enough to have inner nodes, few enough to try many times."""
    areas = {
        each["properties"]["id"]: geometry_to_metres(shapely.geometry.shape(each["geometry"]))
        for each in json.loads(layer("communes"))["features"]
    }
    middle = shapely.union_all(list(areas.values())).centroid
    chosen = sorted(areas, key=lambda key: float(areas[key].distance(middle)))[:count]
    return {key: areas[key] for key in chosen}


COMMUNES = _some_communes()


def _shifted(shape: Any, rng: np.random.Generator, kind: str) -> Any:
    def move(array: Any) -> Any:
        if kind == "whole":
            return array + rng.uniform(-SHIFT_M, SHIFT_M, 2) / np.sqrt(2)
        moved = array + rng.uniform(-SHIFT_M, SHIFT_M, array.shape) / np.sqrt(2)
        moved[-1] = moved[0]
        return moved

    parts = [
        shapely.Polygon(
            move(shapely.get_coordinates(part.exterior)), [shapely.get_coordinates(r) for r in part.interiors]
        )
        for part in shapely.get_parts(shape)
    ]
    return shapely.MultiPolygon(parts)


def _is_coverage(areas: dict[str, Any]) -> bool:
    shapes = list(areas.values())
    whole = shapely.union_all(shapes)
    return (
        bool(shapely.coverage_is_valid(shapes))
        and all(shape.is_valid for shape in shapes)
        and abs(float(whole.area) - sum(float(shape.area) for shape in shapes)) < 1e-12
        and not any(len(part.interiors) for part in shapely.get_parts(whole))
    )


@given(st.integers(0, 2**32 - 1), st.sampled_from(("whole", "vertices")))
@settings(max_examples=10, deadline=None)
def test_shifted_edges_become_one_clean_coverage(seed: int, kind: str) -> None:
    """No overlap, no gap, every edge shared; no unit gains or loses more than its edge times the shift."""
    rng = np.random.default_rng(seed)
    warnings: list[str] = []
    dirty = {key: repaired(key, _shifted(shape, rng, kind), warnings) for key, shape in COMMUNES.items()}
    found = clean(dirty)
    areas = dict(found.areas)
    assert set(areas) == set(COMMUNES)
    assert _is_coverage(areas)
    for key, shape in COMMUNES.items():
        gained_m2 = abs(float(geometry_to_metres(areas[key]).area) - float(shape.area))
        # Twice: the neighbour's edge moved as well.
        assert gained_m2 < 2 * SHIFT_M * float(shape.length) * 0.5
    whole_m2 = sum(float(geometry_to_metres(area).area) for area in areas.values())
    outline = shapely.union_all(list(COMMUNES.values()))
    assert abs(whole_m2 - float(outline.area)) < SHIFT_M * float(outline.length)
    light = simplified(areas, 100.0, 10**9, lambda _: 0).areas
    assert _is_coverage(dict(light))


@given(st.floats(-1500, 1500), st.floats(-1500, 1500))
@settings(max_examples=4, deadline=None)
def test_a_coverage_fills_any_outline_it_is_fitted_into(dx: float, dy: float) -> None:
    """An imported outline is filled to its edge by the communes in use, wherever they end."""
    areas = clean(COMMUNES).areas
    outline = shapely.union_all(list(areas.values()))
    moved = shapely.set_precision(
        shapely.transform(outline, lambda a: a + np.array([dx, dy]) / 110_000.0).intersection(outline.buffer(0.01)),
        1e-5,
    )
    moved = shapely.Polygon(max(shapely.get_parts(moved), key=lambda part: float(part.area)).exterior)
    filled = fitted(areas, moved)
    assert shapely.coverage_is_valid(list(filled.values()))
    whole = shapely.union_all(list(filled.values()))
    # Noding on the grid moves an edge by up to one cell of it.
    assert float(whole.symmetric_difference(moved).area) < 1.5e-5 * float(moved.length)
    assert not any(len(part.interiors) for part in shapely.get_parts(whole))


def test_ground_that_is_claimed_twice_is_refused() -> None:
    """Two units that share more than a tenth disagree about ground, and a person must decide."""
    first, second = list(COMMUNES)[:2]
    with pytest.raises(ImportRefusedError, match="overlap by"):
        clean({first: COMMUNES[first], second: COMMUNES[first].buffer(10.0)})
