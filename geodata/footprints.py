"""The ground in small cells, and which cells and road samples a mobile site reaches.

What is recomputed when sites fall silent: the province in cells of a few hundred metres, each with its commune, area
and estimated people; the approach roads sampled every 100 m; and for each site and technology the cells and samples
within the range that `geodata.build.coverage` states. NumPy only; the shapes were counted at build time
(`geodata.build.footprints`). Deliberately not here: whether a site works right now, and terrain.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata import storage
from geodata.errors import LayerError
from geodata.geodesy import distance_m, metres_per_degree
from geodata.roads import ApproachRoad, all_roads, approach_roads
from geodata.sites import Site

FILE: Final = "footprints.json"
SAMPLE_M: Final = 100.0
"""Distance between two road samples: a tenth of a kilometre is what a stretch is named by."""
RAIL: Final = "RAIL"
"""The road that is none: trains are not lost from sight with their drivers' telephones."""

IndexArray = NDArray[np.int32]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A raster in degrees; row 0 is the south, column 0 the west.

    Attributes:
        west: Western edge of the first column.
        south: Southern edge of the first row.
        step: Width and height of a cell in degrees.
        columns: Cells of a row.
        rows: Rows.
    """

    west: float
    south: float
    step: float
    columns: int
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cells of the province, from the south-west on, row by row.

    Whole numbers, so that sums are exact in whatever order they are made.

    Attributes:
        grid: The raster the cells lie on.
        row: Row of each cell, ascending.
        column: Column of each cell, ascending within a row.
        commune: Index into `communes` of each cell.
        area_m2: Area of each cell; those of a commune sum to its area.
        people_milli: Estimated people of each cell in thousandths of a person; those of a commune sum to its people.
        communes: Ids such as `commune.05977`.
        index: By row and column, the cell's number, or −1 outside the province.
    """

    grid: Grid
    row: IndexArray
    column: IndexArray
    commune: IndexArray
    area_m2: IntArray
    people_milli: IntArray
    communes: tuple[str, ...]
    index: IndexArray

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True)
class Sampled:
    """One approach road in samples.

    Attributes:
        place: Gate or route at its beginning.
        first: Number of its first sample among all samples.
        roads: Id of the road that each sample lies on, from the gate inland.
        kms: Kilometre of each sample on that road, counted from the road's own beginning.
    """

    place: str
    first: int
    roads: tuple[str, ...]
    kms: tuple[float, ...]


class Footprints:
    """Which cells and road samples each site reaches, by technology.

    A target is a cell or a road sample: numbers below `len(cells)` are cells, those from there on samples.

    Args:
        cells: The province in cells.
        approaches: Approach roads to sample; the railway is left out.
        ranges_m: Range by technology, (in the open country, in built-up areas).
        built_up: Centres (longitude, latitude) of the built-up areas.
        built_up_m: How far a built-up area reaches around its centre.
    """

    def __init__(
        self,
        cells: Cells,
        approaches: Sequence[ApproachRoad],
        ranges_m: Mapping[str, tuple[float, float]],
        built_up: Sequence[tuple[float, float]],
        built_up_m: float,
    ) -> None:
        self.cells = cells
        self.ranges_m = dict(ranges_m)
        self.built_up = tuple(built_up)
        self._built_up_m = built_up_m
        self._known: dict[tuple[float, float, str], IndexArray] = {}
        self.approaches, self._sample_lon, self._sample_lat = _sampled(approaches)

    @property
    def technologies(self) -> tuple[str, ...]:
        """The technologies whose range is known."""
        return tuple(self.ranges_m)

    @property
    def targets(self) -> int:
        """Cells and samples together."""
        return len(self.cells) + len(self._sample_lon)

    def is_built_up(self, site: Site) -> bool:
        """Say whether a site stands where the shorter, urban range holds."""
        return any(distance_m((site.lon, site.lat), centre) <= self._built_up_m for centre in self.built_up)

    def of(self, site: Site, technology: str) -> IndexArray:
        """Return the targets that a site reaches with a technology, ascending; computed once and kept.

        A target is reached when its middle lies within the range. A technology without a range (2G) reaches nothing.
        """
        key = (site.lon, site.lat, technology)
        found = self._known.get(key)
        if found is None:
            ranges = self.ranges_m.get(technology)
            range_m = 0.0 if ranges is None else ranges[self.is_built_up(site)]
            found = self._known[key] = self._within(site.lon, site.lat, range_m)
        return found

    def _within(self, lon: float, lat: float, range_m: float) -> IndexArray:
        grid = self.cells.grid
        x_m, y_m = metres_per_degree(lat)
        first_row, last_row = self._span(lat - range_m / y_m, lat + range_m / y_m, grid.south, grid.rows)
        first_column, last_column = self._span(lon - range_m / x_m, lon + range_m / x_m, grid.west, grid.columns)
        rows = np.arange(first_row, last_row)
        columns = np.arange(first_column, last_column)
        north_m = (grid.south + (rows + 0.5) * grid.step - lat) * y_m
        east_m = (grid.west + (columns + 0.5) * grid.step - lon) * x_m
        near = north_m[:, None] ** 2 + east_m[None, :] ** 2 <= range_m**2
        window = self.cells.index[first_row:last_row, first_column:last_column]
        cells = window[near & (window >= 0)]
        off_m2 = ((self._sample_lon - lon) * x_m) ** 2 + ((self._sample_lat - lat) * y_m) ** 2
        samples = np.flatnonzero(off_m2 <= range_m**2) + len(self.cells)
        return np.concatenate([cells, samples]).astype(np.int32)

    def _span(self, low: float, high: float, origin: float, count: int) -> tuple[int, int]:
        step = self.cells.grid.step
        first = int(np.floor((low - origin) / step))
        last = int(np.floor((high - origin) / step)) + 1
        return min(max(first, 0), count), min(max(last, 0), count)


@storage.cached
def load_footprints() -> Footprints:
    """Return the footprints on the ground in use.

    Raises:
        LayerError: The built file is missing or damaged.
    """
    return parse_footprints(storage.read_json(FILE), list(approach_roads().values()))


def parse_footprints(built: Mapping[str, Any], approaches: Sequence[ApproachRoad]) -> Footprints:
    """Return the footprints written in the compact form of footprints.json.

    Raises:
        LayerError: The content does not hold a ground.
    """
    try:
        ranges = {tech: (float(pair[0]), float(pair[1])) for tech, pair in built["range_m"].items()}
        centres = [(float(lon), float(lat)) for lon, lat in built["built_up"]]
        return Footprints(_cells(built), approaches, ranges, centres, float(built["built_up_m"]))
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, binascii.Error) as error:
        raise LayerError(
            f"The built file {FILE!r} does not hold the ground in cells ({error}). "
            "Run `python -m dashboard geodata build`."
        ) from error


def _cells(built: Mapping[str, Any]) -> Cells:
    raw = built["grid"]
    grid = Grid(float(raw["west"]), float(raw["south"]), float(raw["step"]), int(raw["columns"]), int(raw["rows"]))
    rows: list[int] = []
    starts: list[int] = []
    lengths: list[int] = []
    owners: list[int] = []
    for row, *runs in built["runs"]:
        column = 0
        # A run says how many cells were skipped, how many follow, and whose they are.
        for skipped, length, owner in zip(runs[0::3], runs[1::3], runs[2::3], strict=True):
            column += skipped
            rows.append(row)
            starts.append(column)
            lengths.append(length)
            owners.append(owner)
            column += length
    count = np.array(lengths, dtype=np.int64)
    before = np.cumsum(count) - count
    row_of = np.repeat(np.array(rows, dtype=np.int32), count)
    within = np.arange(int(count.sum())) - np.repeat(before, count)
    column_of = (np.repeat(np.array(starts, dtype=np.int64), count) + within).astype(np.int32)
    commune = np.repeat(np.array(owners, dtype=np.int32), count)
    roots = np.frombuffer(base64.b64decode(built["people_roots"], validate=True), dtype=np.uint8)
    codes, areas_km2, people = built["communes"], built["area_km2"], built["population"]
    if len(roots) != len(row_of) or not len(codes) == len(areas_km2) == len(people):
        raise ValueError(f"{len(row_of)} cells, people for {len(roots)}, {len(codes)} communes")
    index = np.full((grid.rows, grid.columns), -1, dtype=np.int32)
    index[row_of, column_of] = np.arange(len(row_of), dtype=np.int32)
    # On a raster in degrees cells grow narrower to the north.
    width = np.array([metres_per_degree(grid.south + (r + 0.5) * grid.step)[0] for r in range(grid.rows)])
    totals_m2 = np.array([float(area) * 1e6 for area in areas_km2])
    totals_milli = np.array([float(number) * 1e3 for number in people])
    return Cells(
        grid,
        row_of,
        column_of,
        commune,
        _shared(width[row_of], commune, totals_m2),
        _shared(roots.astype(np.float64) ** 2, commune, totals_milli),
        tuple(f"commune.{code}" for code in codes),
        index,
    )


def _shared(weights: NDArray[np.float64], commune: IndexArray, totals: NDArray[np.float64]) -> IntArray:
    """Return each cell's whole-numbered part of its commune's total; the parts sum to the rounded total."""
    sums = np.bincount(commune, weights, minlength=len(totals))
    parts = weights * np.divide(totals, sums, out=np.zeros_like(totals), where=sums > 0)[commune]
    whole: IntArray = np.floor(parts).astype(np.int64)
    owed = np.rint(totals).astype(np.int64) - np.bincount(commune, whole, minlength=len(totals)).astype(np.int64)
    for number in range(len(totals)):
        mine = np.flatnonzero(commune == number)
        if len(mine) and sums[number] > 0:
            # Less than one is owed for each cell: the largest remainders get it.
            first = mine[np.argsort(whole[mine] - parts[mine], kind="stable")[: owed[number]]]
            whole[first] += 1
    return whole


def _sampled(
    approaches: Sequence[ApproachRoad],
) -> tuple[tuple[Sampled, ...], NDArray[np.float64], NDArray[np.float64]]:
    roads = {each.id: each for each in all_roads()} if approaches else {}
    sampled: list[Sampled] = []
    lons: list[float] = []
    lats: list[float] = []
    for approach in approaches:
        if approach.road_at(0.0) == RAIL:
            continue
        first = len(lons)
        ids: list[str] = []
        kms: list[float] = []
        for number in range(int(approach.length_m // SAMPLE_M) + 1):
            lon, lat = approach.point_at(number * SAMPLE_M)
            road = approach.road_at(number * SAMPLE_M)
            lons.append(lon)
            lats.append(lat)
            ids.append(road)
            kms.append(round(roads[road].nearest_distance(lon, lat) / 1_000.0, 1))
        sampled.append(Sampled(approach.id, first, tuple(ids), tuple(kms)))
    return tuple(sampled), np.array(lons), np.array(lats)
