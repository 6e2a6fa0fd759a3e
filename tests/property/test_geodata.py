"""What holds for every road, every spelling and every point."""

import json
import unicodedata
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geodata.areas import commune_at, district_at
from geodata.geodesy import cumulative_m
from geodata.layers import layer
from geodata.places import Places
from geodata.roads import Road, approach_roads

APPROACHES = list(approach_roads().values())
PLACES = Places.load()
NAMED = [place for place in PLACES.all() if place.kind in {"province", "gate", "commune", "district"}]
VERTEX = st.tuples(st.floats(106.0, 107.4), st.floats(21.3, 22.5))


@given(st.sampled_from(APPROACHES), st.floats(0, 40_000))
def test_a_point_at_a_distance_lies_on_the_road(approach: Road, distance_m: float) -> None:
    """The tail of a queue is always drawn on its road."""
    _along_m, off_m = approach.nearest(*approach.point_at(distance_m))
    assert off_m < 0.5


@given(st.lists(VERTEX, min_size=2, max_size=12, unique=True), st.floats(0, 1), st.floats(0, 1))
def test_a_stretch_is_as_long_as_its_distances_say(line: list[tuple[float, float]], a: float, b: float) -> None:
    """Whatever the bends, the drawn queue has the length that was computed."""
    along = cumulative_m(line)
    assume(along[-1] > 100)
    road = Road("r", "r", tuple(line), along)
    first, last = sorted((a * road.length_m, b * road.length_m))
    assume(last - first > 1)
    length_m = cumulative_m(road.stretch(first, last))[-1]
    # Splitting a long segment measures its halves at their own latitudes: up to 0.2 % apart here.
    assert abs(length_m - (last - first)) < 0.5 + 4e-3 * road.length_m


@given(st.sampled_from(NAMED), st.sampled_from(("NFC", "NFD")), st.booleans(), st.booleans())
def test_a_full_name_is_found_in_every_spelling(place: object, form: str, upper: bool, padded: bool) -> None:
    """No encoding, case or blank hides a place; another of the very same name may answer."""
    name = unicodedata.normalize(form, place.name_vi)  # type: ignore[attr-defined]
    found = PLACES.find(f"  {name.upper() if upper else name} " if padded else (name.upper() if upper else name))
    assert found is not None
    assert found.name_vi.casefold() == place.name_vi.casefold()  # type: ignore[attr-defined]


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_any_text_may_be_looked_up(text: str) -> None:
    """Whatever a file holds where a name should be, looking it up never fails."""
    found = PLACES.find(text)
    assert found is None or found.id in PLACES


@given(VERTEX)
@settings(max_examples=200)
def test_both_geographies_cover_the_same_ground(point: tuple[float, float]) -> None:
    """A point that has a commune today had a district before, and the other way round."""
    assert (commune_at(*point) is None) == (district_at(*point) is None)


def test_neighbours_share_their_vertices() -> None:
    """Simplification happened once for both sides: every inner edge appears exactly twice."""
    edges: dict[tuple[tuple[float, ...], ...], int] = {}
    for feature in json.loads(layer("communes"))["features"]:
        geometry = feature["geometry"]
        parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        for ring in (ring for part in parts for ring in part):
            for a, b in pairwise(ring):
                edge = tuple(sorted((tuple(a), tuple(b))))
                edges[edge] = edges.get(edge, 0) + 1
    assert set(edges.values()) == {1, 2}
    outline = json.loads(layer("province"))["features"][0]["geometry"]["coordinates"]
    assert sum(len(ring) - 1 for ring in outline) == sum(count == 1 for count in edges.values())
