"""Roads, and the approach road of each gate with the distance along it from the gate.

A queue begins at the gate and grows inland, so an approach road starts at the gate: metre 0 is
the barrier, and `stretch(0, queue_extent_m)` is the line a screen draws. The lines are
schematic until surveyed ones are imported. Deliberately not here: routing.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geodata import storage
from geodata.errors import RoadError
from geodata.geodesy import LonLat, cumulative_m, foot_on_segment, interpolate


@dataclass(frozen=True, slots=True)
class Road:
    """A line with the distance along it.

    Attributes:
        id: Road number (`QL1`, `RAIL`) or, for an approach, the gate's or route's id.
        name: Name as entered.
        coordinates: Vertices as (longitude, latitude), at least two.
        cumulative: Distance of each vertex from the first in metres.
    """

    id: str
    name: str
    coordinates: tuple[LonLat, ...]
    cumulative: tuple[float, ...]

    @property
    def length_m(self) -> float:
        """The whole length in metres."""
        return self.cumulative[-1]

    def point_at(self, distance_m: float) -> LonLat:
        """Return the point (longitude, latitude) at a distance from the start.

        Args:
            distance_m: Metres from the start; below 0 means the start, beyond the end the end.
        """
        if distance_m <= 0.0:
            return self.coordinates[0]
        if distance_m >= self.length_m:
            return self.coordinates[-1]
        # The first vertex beyond the distance ends the segment that holds the point.
        end = bisect_right(self.cumulative, distance_m)
        start_m, end_m = self.cumulative[end - 1], self.cumulative[end]
        fraction = (distance_m - start_m) / (end_m - start_m)
        return interpolate(self.coordinates[end - 1], self.coordinates[end], fraction)

    def stretch(self, from_m: float, to_m: float) -> tuple[LonLat, ...]:
        """Return the part between two distances as vertices, both ends included.

        Distances are clamped to the line. A stretch without length is empty: nothing is to be
        drawn for a queue that fits into the yard.
        """
        first = min(max(from_m, 0.0), self.length_m)
        last = min(max(to_m, 0.0), self.length_m)
        if last <= first:
            return ()
        inner = [point for point, at_m in zip(self.coordinates, self.cumulative, strict=True) if first < at_m < last]
        return (self.point_at(first), *inner, self.point_at(last))

    def nearest_distance(self, lon: float, lat: float) -> float:
        """Return how far along the road, in metres from its start, the point nearest to a place is."""
        return self.nearest(lon, lat)[0]

    def nearest(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the distance along the road of its nearest point, and how far off that is, in metres."""
        best_along_m, best_off_m = 0.0, float("inf")
        for index in range(len(self.coordinates) - 1):
            fraction, off_m = foot_on_segment((lon, lat), self.coordinates[index], self.coordinates[index + 1])
            # Strictly nearer: of equally near points the one closest to the start is kept.
            if off_m < best_off_m:
                start_m, end_m = self.cumulative[index], self.cumulative[index + 1]
                best_along_m, best_off_m = start_m + fraction * (end_m - start_m), off_m
        return best_along_m, best_off_m


@dataclass(frozen=True, slots=True)
class ApproachRoad(Road):
    """The way inland from a gate; metre 0 is the gate.

    Attributes:
        gate: The gate.
        via: Roads in the order they are followed, with the metre where each begins.
        joined_m: Length of the straight piece that stands for a missing line, in metres.
    """

    gate: str = ""
    via: tuple[tuple[str, float], ...] = ()
    joined_m: float = 0.0

    def road_at(self, distance_m: float) -> str:
        """Return the id of the road that lies at a distance from the gate, for instance `QL4A`."""
        return [road for road, start_m in self.via if start_m <= max(distance_m, 0.0)][-1]


def road(road_id: str) -> Road:
    """Return a road by its number.

    Raises:
        RoadError: No such road.
    """
    try:
        return _roads()[road_id]
    except KeyError:
        raise RoadError(f"No road {road_id!r} is known. Known are: {', '.join(_roads())}.") from None


def all_roads() -> Sequence[Road]:
    """Return every road, the railway included, in the order of roads.csv."""
    return list(_roads().values())


def approach_road(place_id: str) -> ApproachRoad:
    """Return the approach road of a gate with traffic or of one of its routes.

    Raises:
        RoadError: The place has none (the near-zero secondary gates have none).
    """
    try:
        return _approaches()[place_id]
    except KeyError:
        raise RoadError(f"No approach road is known for {place_id!r}. Known are: {', '.join(_approaches())}.") from None


def has_approach_road(place_id: str) -> bool:
    """Say whether `approach_road` has an answer."""
    return place_id in _approaches()


def approach_roads() -> Mapping[str, ApproachRoad]:
    """Return every approach road by the id of its gate or route."""
    return _approaches()


@storage.cached
def _roads() -> Mapping[str, Road]:
    built = storage.read_json("roads.geojson")
    roads: dict[str, Road] = {}
    for feature in built["features"]:
        coordinates = _line(feature["geometry"]["coordinates"])
        properties = feature["properties"]
        roads[properties["id"]] = Road(properties["id"], properties["name"], coordinates, cumulative_m(coordinates))
    return roads


@storage.cached
def _approaches() -> Mapping[str, ApproachRoad]:
    built = storage.read_json("approaches.geojson")
    approaches: dict[str, ApproachRoad] = {}
    for feature in built["features"]:
        coordinates = _line(feature["geometry"]["coordinates"])
        properties = feature["properties"]
        approaches[properties["id"]] = ApproachRoad(
            id=properties["id"],
            name=properties["name"],
            coordinates=coordinates,
            cumulative=cumulative_m(coordinates),
            gate=properties["gate"],
            via=tuple((road_id, float(start_m)) for road_id, start_m in properties["via"]),
            joined_m=float(properties["joined_m"]),
        )
    return approaches


def _line(coordinates: Sequence[Sequence[float]]) -> tuple[LonLat, ...]:
    return tuple((float(lon), float(lat)) for lon, lat in coordinates)
