"""Import the sites of the mobile networks: an operator's list, GeoJSON points, or OpenCelliD's export of cells.

A row that cannot be used is refused with its reason and the others are taken; when most are refused, all are.
`range` of OpenCelliD is how far a phone was seen, not what a site covers, and is not read. A retired technology is
kept with its date, so that its silence is no fault. Deliberately not here: what the sites reach.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import shapely

from geodata import storage
from geodata.build.sites import is_key_area
from geodata.errors import ImportRefusedError
from geodata.geodesy import distance_m
from geodata.imports.archive import Opened
from geodata.imports.boundaries import read_shapes
from geodata.imports.crs import to_wgs84
from geodata.imports.ground import Ground, ground_in_use, outline_of, site_files
from geodata.imports.request import ImportRequest, Refused, Taken
from geodata.imports.rowsite import RowError, SiteRow, cell_of, is_cells, site_of
from geodata.imports.table import read_table
from geodata.layers import known_layers
from geodata.sites import TECHNOLOGIES

# Cells of one operator this close stand on one mast: crowd-sourced positions scatter by about that much.
SAME_MAST_M: Final = 150.0
# A site of the former list this close is the same site and keeps its number.
SAME_SITE_M: Final = 60.0
# With more refused than this the file is another one than was meant.
MOST_REFUSED_SHARE: Final = 0.5
HIGHEST_NUMBER: Final = 99_999


def import_sites(opened: Opened, request: ImportRequest) -> Taken:
    """Return the files of a version whose sites come from a list.

    Raises:
        ImportRefusedError: The list cannot be used, or more than half of its rows.
    """
    warnings: list[str] = []
    refused: list[Refused] = []
    rows = list(_rows(opened, request, warnings))
    if not rows:
        raise ImportRefusedError("The list has no rows.")
    cells = is_cells(rows[0][1])
    ground = ground_in_use()
    taken = _inside(_parsed(rows, cells, refused), ground, refused, warnings)
    if not taken or len(refused) > MOST_REFUSED_SHARE * len(rows):
        reasons = Counter(each.reason for each in refused).most_common(3)
        told = "; ".join(f"{count:,} × {reason}" for reason, count in reasons)
        first = f" The first is row {refused[0].row}." if refused else ""
        raise ImportRefusedError(f"{len(refused):,} of {len(rows):,} rows cannot be used: {told}.{first}")
    merged = _masts(taken) if cells else _without_twins(taken, refused)
    sites = _content(merged, ground)
    described = dict(known_layers())
    described["sites"] = replace(
        described["sites"],
        title_vi=f"{len(merged):,} trạm BTS".replace(",", "."),
        title_en=f"{len(merged):,} BTS sites",
        source=request.source,
        licence=request.licence,
        built_on=request.date,
        schematic=False,
    )
    retired = sum(1 for _, each in merged if "2g" in each.spans)
    if retired:
        warnings.append(
            f"{retired:,} sites still list 2G, which is retired: it is kept with its date and its silence is no fault."
        )
    if cells:
        warnings.append(
            f"{len(taken):,} cells were joined to {len(merged):,} sites; positions are where phones saw them."
        )
    files = site_files(replace(ground, sites=sites), described, outline_of(ground.communes))
    counts = {
        "rows": len(rows),
        "accepted": len(rows) - len(refused),
        "refused": len(refused),
        "sites": len(merged),
        "with_2g": retired,
    }
    return Taken(files, described, warnings, counts, "", tuple(refused))


def _rows(opened: Opened, request: ImportRequest, warnings: list[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    if opened.form == "csv":
        yield from read_table(opened.path)
        return
    read = read_shapes(opened, request.layer)
    points = [each for each in read.features if each.geometry is not None and each.geometry.geom_type == "Point"]
    if len(points) < len(read.features):
        warnings.append(f"{len(read.features) - len(points)} features that are no points were left out.")
    if not points:
        raise ImportRefusedError("The file holds no points. A list of sites has one for each.")
    located = to_wgs84([each.geometry for each in points], read.crs, request.crs)
    warnings += located.warnings
    for each, point in zip(points, located.shapes, strict=True):
        values = {str(key).casefold(): "" if value is None else str(value) for key, value in each.properties.items()}
        if point is not None:
            yield each.number, {**values, "lon": repr(point.x), "lat": repr(point.y)}


def _parsed(
    rows: Sequence[tuple[int, Mapping[str, str]]], cells: bool, refused: list[Refused]
) -> list[tuple[int, SiteRow]]:
    parse = cell_of if cells else site_of
    found = []
    for number, row in rows:
        try:
            found.append((number, parse(row)))
        except RowError as error:
            refused.append(Refused(number, str(error)))
    return found


def _inside(
    parsed: list[tuple[int, SiteRow]], ground: Ground, refused: list[Refused], warnings: list[str]
) -> list[tuple[int, SiteRow]]:
    """Return the rows inside the province with their commune; those that lie in it once swapped are said so."""
    codes = list(ground.communes)
    tree = shapely.STRtree([ground.communes[code] for code in codes])

    def communes(points: list[tuple[float, float]]) -> dict[int, str]:
        found, areas = tree.query(shapely.points(points), predicate="intersects")
        return _first_of(found.tolist(), areas.tolist(), codes)

    straight = communes([(each.lon, each.lat) for _, each in parsed]) if parsed else {}
    turned = communes([(each.lat, each.lon) for _, each in parsed]) if parsed else {}
    all_turned = bool(turned) and not straight
    if all_turned:
        warnings.append("Latitude and longitude stood in each other's column; they were swapped.")
    kept = []
    for index, (number, each) in enumerate(parsed):
        if all_turned and index in turned:
            kept.append((number, replace(each, lon=each.lat, lat=each.lon, commune=turned[index])))
        elif index in straight:
            kept.append((number, replace(each, commune=straight[index])))
        elif index in turned:
            refused.append(Refused(number, "latitude and longitude are swapped"))
        else:
            refused.append(Refused(number, "outside the province"))
    return kept


def _first_of(sites: list[int], areas: list[int], codes: list[str]) -> dict[int, str]:
    # A point on an edge lies in two areas; the lower code takes it.
    found: dict[int, str] = {}
    for site, area in zip(sites, areas, strict=True):
        found[site] = min(found.get(site, codes[area]), codes[area])
    return found


def _without_twins(taken: list[tuple[int, SiteRow]], refused: list[Refused]) -> list[tuple[int, SiteRow]]:
    """Return the rows without those that repeat an id, or operator and position."""
    by_ref: set[str] = set()
    by_place: set[tuple[str, float, float]] = set()
    kept = []
    for number, each in taken:
        place = (each.operator, round(each.lon, 5), round(each.lat, 5))
        if each.ref and each.ref in by_ref:
            refused.append(Refused(number, "the id stands there twice"))
        elif place in by_place:
            refused.append(Refused(number, "the same operator stands twice at one position"))
        else:
            by_ref.add(each.ref)
            by_place.add(place)
            kept.append((number, each))
    return kept


def _masts(cells: list[tuple[int, SiteRow]]) -> list[tuple[int, SiteRow]]:
    """Return cells joined to sites: those of one operator within `SAME_MAST_M` of the first of them."""
    masts: list[tuple[int, SiteRow]] = []
    near: dict[tuple[str, int, int], list[int]] = {}
    # A square of the raster is wider than the radius in both directions at this latitude.
    step = 0.002
    for number, each in sorted(cells, key=lambda item: (item[1].operator, item[1].lat, item[1].lon)):
        row, column = int(each.lat / step), int(each.lon / step)
        around = [
            index
            for r in (row - 1, row, row + 1)
            for c in (column - 1, column, column + 1)
            for index in near.get((each.operator, r, c), ())
        ]
        host = min(
            around,
            key=lambda index: distance_m((masts[index][1].lon, masts[index][1].lat), (each.lon, each.lat)),
            default=None,
        )
        if host is not None:
            mast = masts[host][1]
            if distance_m((mast.lon, mast.lat), (each.lon, each.lat)) <= SAME_MAST_M:
                masts[host] = (masts[host][0], mast.joined(each))
                continue
        near.setdefault((each.operator, row, column), []).append(len(masts))
        masts.append((number, each))
    return masts


def _content(merged: list[tuple[int, SiteRow]], ground: Ground) -> dict[str, Any]:
    """Return sites.json: numbers are kept where a site is the same as before."""
    operators = sorted({each.operator for _, each in merged})
    key_areas = storage.read_facts("key_areas.csv")
    ordered = sorted((each for _, each in merged), key=lambda s: (s.commune, -s.lat, s.lon, s.operator))
    numbers = _numbers(ordered, ground.sites)
    rows = []
    refs = {}
    for number, each in sorted(zip(numbers, ordered, strict=True), key=lambda pair: pair[0]):
        spans = [day for tech in TECHNOLOGIES for day in each.spans.get(tech, (0, 0))]
        point = (round(each.lon, 5), round(each.lat, 5))
        key_area = int(is_key_area(point, key_areas))
        rows.append([number, *point, operators.index(each.operator), each.commune, key_area, *spans])
        if each.ref:
            refs[f"{number:05d}"] = each.ref
    return {
        "schematic": False,
        "note": "Imported; a number stays with its site as long as operator and position do",
        "operators": operators,
        "columns": ground.sites["columns"],
        "rows": rows,
        "refs": refs,
    }


def _numbers(ordered: Sequence[SiteRow], before: Mapping[str, Any]) -> list[int]:
    """Return a number for each site: its own, that of the same site before, or the next free one."""
    known = dict(_known(before))
    taken: set[int] = set()
    numbers = []
    for each in ordered:
        own = each.number if each.number and each.number not in taken else None
        kept = own or next((n for n in known.get(_square(each.operator, each.lon, each.lat), ()) if n not in taken), 0)
        if kept:
            taken.add(kept)
        numbers.append(kept)
    # Above everything that ever was, so that no old history is taken for a new site's.
    free = max([0, *taken, *(number for held in known.values() for number in held)]) + 1
    for index, number in enumerate(numbers):
        if not number:
            numbers[index], free = free, free + 1
    if free - 1 > HIGHEST_NUMBER:
        raise ImportRefusedError(
            f"The list needs numbers above {HIGHEST_NUMBER:,}. Give the sites numbers of their own."
        )
    return numbers


def _known(before: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int, int], list[int]]]:
    # Modelled sites stand nowhere: an imported one that happens to be near is not the same.
    held: dict[tuple[str, int, int], list[int]] = {}
    if not before["schematic"]:
        for row in before["rows"]:
            held.setdefault(_square(before["operators"][row[3]], row[1], row[2]), []).append(row[0])
    return iter(held.items())


def _square(operator: str, lon: float, lat: float) -> tuple[str, int, int]:
    """Return the square of some `SAME_SITE_M` that a site stands in."""
    return operator, round(lon * 1_700), round(lat * 1_850)
