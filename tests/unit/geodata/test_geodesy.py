"""Distances on the ellipsoid."""

import pytest
from pyproj import Geod

from geodata.geodesy import cumulative_m, distance_m, foot_on_segment


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((106.7111, 21.9706), (106.761, 21.8526)),
        ((106.094, 21.365), (107.364, 22.439)),
        ((106.7, 21.9), (106.7, 21.9001)),
        ((106.0, 22.0), (107.9, 22.0)),
    ],
)
def test_a_distance_agrees_with_the_geodesic(a: tuple[float, float], b: tuple[float, float]) -> None:
    """A queue's length in metres is right to far better than half a per cent."""
    expected = Geod(ellps="WGS84").inv(*a, *b)[2]
    assert distance_m(a, b) == pytest.approx(expected, rel=2e-4)


def test_the_distance_along_a_line_adds_up() -> None:
    """The last vertex of a line is as far along as its segments are long together."""
    line = [(106.7, 21.9), (106.71, 21.9), (106.71, 21.95)]
    along = cumulative_m(line)
    assert along[0] == 0.0
    assert along[2] == pytest.approx(distance_m(line[0], line[1]) + distance_m(line[1], line[2]))
    assert cumulative_m([]) == ()


def test_the_foot_of_a_point_beyond_the_end_is_the_end() -> None:
    """A place past the end of a road is nearest to its end, and a road without length is a point."""
    a, b = (106.7, 21.9), (106.8, 21.9)
    assert foot_on_segment((106.9, 21.9), a, b) == (1.0, pytest.approx(distance_m(b, (106.9, 21.9)), rel=1e-6))
    assert foot_on_segment((106.6, 21.9), a, b)[0] == 0.0
    assert foot_on_segment((106.75, 21.9), a, b) == (pytest.approx(0.5), pytest.approx(0.0, abs=1e-6))
    assert foot_on_segment((106.6, 21.9), a, a)[0] == 0.0
