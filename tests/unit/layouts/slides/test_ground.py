"""The ground of the map: projected into its box, thinned, with room for labels."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from layouts.slides.ground import build, thinned

SQUARE = {
    "features": [
        {"geometry": {"type": "Polygon", "coordinates": [[[106, 21], [107, 21], [107, 22], [106, 22], [106, 21]]]}}
    ]
}


def test_the_box_keeps_the_shape_of_the_land() -> None:
    """A degree of longitude is shorter than one of latitude, and the map does not stretch it."""
    ground = build({"province": SQUARE}, ((21.0, 106.0), (22.0, 107.0)))
    [land] = ground.shapes
    assert land.kind == "land"
    xs, ys = [p[0] for p in land.points], [p[1] for p in land.points]
    wide = (max(xs) - min(xs)) * ground.aspect
    high = max(ys) - min(ys)
    assert abs(wide / high - 0.9304) < 0.001  # cos 21.5°
    assert ground.at(106.0, 22.0)[1] < ground.at(106.0, 21.0)[1]
    assert max(xs) < 0.8, "labels need the east"


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=60))
def test_a_thinned_line_keeps_its_ends_and_stays_near(points: list[tuple[float, float]]) -> None:
    """No point that is left out lay farther than the tolerance from what is drawn."""
    kept = thinned(points, 0.01)
    assert set(kept) <= set(points)
    if points:
        assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert len(kept) <= len(points)


def test_a_missing_layer_is_left_out() -> None:
    """A map without roads is still a map."""
    assert build({}, ((21.0, 106.0), (22.0, 107.0))).shapes == ()
