"""The ground in cells for live coverage, and the plan counted on it.

Communes, areas and people are laid on a raster in degrees once, at build or import time; at run time NumPy counts
what the sites on air reach (`geodata.footprints`). The shipped plan is counted with the very same cells, so that live
coverage with every site on air is the plan, to the last square metre. Deliberately not here: the ranges
(`geodata.build.coverage`) and drawing.
"""

import base64
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata import storage
from geodata.build.coverage import AS_OF, METHOD, rural_range_m, urban_range_m
from geodata.build.frame import FloatArray, geometry_to_degrees, geometry_to_metres
from geodata.cover import Cover
from geodata.coverage import COVERAGE_TECHNOLOGIES
from geodata.footprints import FILE, Footprints, parse_footprints
from geodata.geodesy import LonLat
from geodata.sites import Site

WEST: Final = 106.0
SOUTH: Final = 21.2
COLUMNS: Final = 600
ROWS: Final = 560
STEP: Final = 0.0025
"""The province with some air, in cells of about 258 by 277 m: the smallest circle (5G in town, 805 m) has 28."""
BUILT_UP_M: Final = 1_500.0
"""Built-up is within this distance of a city ward's or a township's centre."""
PARTS: Final = 3
"""A cell of people is cut into this many parts each way before it is put on the raster, so that none falls between."""

People = tuple[FloatArray, FloatArray, FloatArray]
"""Longitudes, latitudes and numbers of people of small pieces of ground."""


def build_footprints(
    communes: Mapping[str, BaseGeometry],
    population: Mapping[str, int],
    people: People,
    built_up: Sequence[LonLat],
    piece_m: float = 0.0,
) -> dict[str, Any]:
    """Return the content of footprints.json.

    Args:
        communes: Area in degrees by commune code, a coverage without overlaps.
        population: People by commune code; how they lie within a commune follows `people`.
        people: Pieces of ground with people; only their proportions within a commune count. A commune in which none
            lies has its people spread evenly.
        built_up: Centres of the built-up areas.
        piece_m: Width of a piece of ground in metres; 0 for pieces no larger than a cell.

    Raises:
        ValueError: No commune covers the middle of any cell.
    """
    codes = list(communes)
    lon: FloatArray = WEST + (np.arange(COLUMNS, dtype=np.float64) + 0.5) * STEP
    lat: FloatArray = SOUTH + (np.arange(ROWS, dtype=np.float64) + 0.5) * STEP
    owner = np.full((ROWS, COLUMNS), -1, dtype=np.int64)
    for number, code in enumerate(codes):
        _claim(owner, number, communes[code], lon, lat)
    if (owner < 0).all():
        raise ValueError("no commune lies on the raster of the province")
    weight = _weights(owner, people, piece_m)
    inside = owner >= 0
    # A byte holds the root: a man alone on his mountain is kept beside a city block of hundreds.
    roots = np.sqrt(weight[inside])
    scaled = np.rint(roots * (255.0 / max(float(roots.max()), 1e-9)))
    return {
        "note": "Cells of the province for live coverage; see geodata/build/footprints.py",
        "grid": {"west": WEST, "south": SOUTH, "step": STEP, "columns": COLUMNS, "rows": ROWS},
        "range_m": {tech: [round(rural_range_m(tech)), round(urban_range_m(tech))] for tech in COVERAGE_TECHNOLOGIES},
        "built_up_m": BUILT_UP_M,
        "built_up": [[round(x, 5), round(y, 5)] for x, y in built_up],
        "communes": codes,
        "area_km2": [round(float(geometry_to_metres(communes[code]).area) / 1e6, 2) for code in codes],
        "population": [population[code] for code in codes],
        "runs": _runs(owner),
        "people_roots": base64.b64encode(scaled.astype(np.uint8).tobytes()).decode("ascii"),
    }


def rebuilt(
    sites: Sequence[Site],
    communes: Mapping[str, BaseGeometry],
    population: Mapping[str, int],
    province: BaseGeometry,
    known: Footprints,
) -> dict[str, dict[str, Any]]:
    """Return footprints.json and coverage.json for imported boundaries, people or sites, by file name.

    Args:
        sites: The sites in use from now on.
        communes: Area in degrees by commune code.
        population: People by commune code.
        province: Outline in degrees.
        known: The footprints in use so far; from them it is taken how people lie within a commune, and what is
            built up.

    Raises:
        ValueError: No commune lies on the raster of the province.
    """
    ground = build_footprints(communes, population, people_of(known), known.built_up)
    return {FILE: ground, "coverage.json": plan(parse_footprints(ground, ()), sites, province)}


def plan(footprints: Footprints, sites: Sequence[Site], province: BaseGeometry) -> dict[str, Any]:
    """Return the content of coverage.json: what the sites on air on `AS_OF` reach, by commune.

    Args:
        footprints: The ground in cells.
        sites: All sites; those without a technology on air do not count for it.
        province: Outline in degrees, to which the key areas are clipped.
    """
    cells = footprints.cells
    cover = Cover(footprints)
    for site in sites:
        cover.switch(site, site.on_air(AS_OF))
    whole_m2 = np.bincount(cells.commune, cells.area_m2, minlength=len(cells.communes))
    whole_people = np.bincount(cells.commune, cells.people_milli, minlength=len(cells.communes))
    rows: dict[str, Any] = {}
    for number, commune in enumerate(cells.communes):
        row: dict[str, Any] = {
            "area_km2": round(float(whole_m2[number]) / 1e6, 2),
            "population": round(float(whole_people[number]) / 1e3),
        }
        for tech in COVERAGE_TECHNOLOGIES:
            sums = cover.sums(tech)
            masts = sum(1 for site in sites if site.commune == commune and tech in site.on_air(AS_OF))
            row[tech] = [round(sums.area_m2[number] / 1e6, 2), round(sums.people_milli[number] / 1e3), masts]
        rows[commune.removeprefix("commune.")] = row
    return {
        "as_of": AS_OF.isoformat(),
        "method": METHOD,
        "estimate": True,
        "range_m": {tech: round(rural_range_m(tech)) for tech in COVERAGE_TECHNOLOGIES},
        "urban_range_m": {tech: round(urban_range_m(tech)) for tech in COVERAGE_TECHNOLOGIES},
        "province": _totals(rows),
        "key_areas": _key_areas(cover, sites, province),
        "communes": rows,
    }


def built_up_area(centres: Sequence[LonLat]) -> BaseGeometry:
    """Return the built-up areas in degrees."""
    points = [geometry_to_metres(shapely.Point(centre)) for centre in centres]
    return geometry_to_degrees(shapely.union_all([point.buffer(BUILT_UP_M) for point in points]))


def people_of(footprints: Footprints) -> People:
    """Return where people live as the footprints in use have it, for building new ones on other boundaries."""
    cells = footprints.cells
    grid = cells.grid
    lons = grid.west + (cells.column + 0.5) * grid.step
    lats = grid.south + (cells.row + 0.5) * grid.step
    return lons.astype(np.float64), lats.astype(np.float64), cells.people_milli / 1_000.0


def _claim(owner: NDArray[np.int64], number: int, area: BaseGeometry, lon: FloatArray, lat: FloatArray) -> None:
    """Give a commune the cells whose middle lies in it and that are nobody's yet."""
    west, south, east, north = area.bounds
    columns = slice(*np.searchsorted(lon, [west, east + STEP]))
    rows = slice(*np.searchsorted(lat, [south, north + STEP]))
    x, y = np.meshgrid(lon[columns], lat[rows])
    shapely.prepare(area)
    mine = shapely.contains_xy(area, x, y)
    window = owner[rows, columns]
    window[mine & (window < 0)] = number


def _weights(owner: NDArray[np.int64], people: People, piece_m: float) -> FloatArray:
    lons, lats, numbers = people
    weight: FloatArray = np.zeros(owner.shape)
    offsets = (np.arange(PARTS) + 0.5) / PARTS - 0.5 if piece_m else np.zeros(1)
    # At this latitude; a few metres do not matter for where a piece is put.
    east, north = piece_m / 103_000.0, piece_m / 110_700.0
    for dx in offsets:
        for dy in offsets:
            column = np.floor((lons + dx * east - WEST) / STEP).astype(np.int64)
            row = np.floor((lats + dy * north - SOUTH) / STEP).astype(np.int64)
            here = (column >= 0) & (column < COLUMNS) & (row >= 0) & (row < ROWS)
            np.add.at(weight, (row[here], column[here]), numbers[here])
    inside = owner >= 0
    sums = np.bincount(owner[inside], weight[inside])
    empty = np.flatnonzero(sums <= 0)
    weight[np.isin(owner, empty)] = 1.0
    return weight


def _runs(owner: NDArray[np.int64]) -> list[list[int]]:
    """Return each row with cells as [row, skipped, length, commune, skipped, length, commune, …]."""
    lines: list[list[int]] = []
    for row in range(len(owner)):
        values = owner[row]
        edges = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)]
        line = [row]
        done = 0
        for start, end in pairwise(edges):
            if values[start] >= 0:
                line += [start - done, end - start, int(values[start])]
                done = end
        if len(line) > 1:
            lines.append(line)
    return lines


def _key_areas(cover: Cover, sites: Sequence[Site], province: BaseGeometry) -> dict[str, Any]:
    circles = []
    for fact in storage.read_facts("key_areas.csv"):
        centre = geometry_to_metres(shapely.Point(float(fact["lon"]), float(fact["lat"])))
        circles.append(centre.buffer(float(fact["radius_m"])))
    area = geometry_to_degrees(shapely.union_all(circles)).intersection(province)
    lons, lats, people = people_of(cover.footprints)
    shapely.prepare(area)
    here = shapely.contains_xy(area, lons, lats)
    cells_m2 = cover.footprints.cells.area_m2
    row: dict[str, Any] = {
        "area_km2": round(float(cells_m2[here].sum()) / 1e6, 2),
        "population": round(float(people[here].sum())),
    }
    for tech in COVERAGE_TECHNOLOGIES:
        reached = here & (cover.counts(tech)[: len(cells_m2)] > 0)
        masts = sum(1 for site in sites if site.key_area and tech in site.on_air(AS_OF))
        row[tech] = [round(float(cells_m2[reached].sum()) / 1e6, 2), round(float(people[reached].sum())), masts]
    return row


def _totals(rows: Mapping[str, Any]) -> dict[str, Any]:
    total: dict[str, Any] = {
        "area_km2": round(sum(row["area_km2"] for row in rows.values()), 2),
        "population": sum(row["population"] for row in rows.values()),
    }
    for tech in COVERAGE_TECHNOLOGIES:
        total[tech] = [
            round(sum(row[tech][0] for row in rows.values()), 2),
            sum(row[tech][1] for row in rows.values()),
            sum(row[tech][2] for row in rows.values()),
        ]
    return total
