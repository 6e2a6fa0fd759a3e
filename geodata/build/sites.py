"""A seeded model of the 2,818 BTS sites: positions, operators, technologies with dates.

The province publishes the number and nothing more. Sites gather where people are, along
roads, at the gates and in the key areas; a quarter is spread over the open country. All
shares and dates below are our assumptions (A) unless a source is named.
Deliberately not here: what the sites reach (`geodata.build.coverage`).
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely

from geodata import storage
from geodata.build.frame import DECIMALS
from geodata.geodesy import LonLat, distance_m, metres_per_degree
from geodata.roads import Road
from geodata.sites import SITE_COUNT

SEED: Final = 2818
# Source: none public by province; in the order of the national subscriber shares (A).
OPERATORS: Final = (("Viettel", 0.42), ("VinaPhone", 0.30), ("MobiFone", 0.22), ("Vietnamobile", 0.06))
# Where a site stands (A): settlement, road, key area (gates among them), open country.
SHARES: Final = (("settlement", 0.50), ("road", 0.14), ("key-area", 0.11), ("open", 0.25))
# The roads with traffic count; the railway has masts of its own, which are not in the number.
ROAD_OFFSET_M: Final = 350.0
# 5G as a share of 4G sites. Source: national, May 2025: 11,591 sites, 7.72 % (domain page §4);
# the growth to 15 % by the end of 2026 is our assumption.
SHARE_5G_MAY_2025: Final = 0.0772
SHARE_5G_END_2026: Final = 0.15
# 2G ended for 2G-only phones on 16 October 2024; the rest ends in September 2026.
# Source: domain page §4 (M). The day in September 2026 and that in 2028 are assumptions.
OFF_2G: Final = 20241016
OFF_2G_RESIDUAL: Final = 20260916
RESIDUAL_2G_SHARE: Final = 0.12
OFF_3G: Final = 20280930


@dataclass(frozen=True, slots=True)
class Settlement:
    """A former commune's centre with its weight (estimated people) and reach in metres."""

    lon: float
    lat: float
    people: float
    radius_m: float


def build_sites(
    settlements: Sequence[Settlement], roads: Sequence[Road], communes: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the content of sites.json: operators, columns and one row for each site.

    Args:
        settlements: Former communes' centres.
        roads: Roads to stand beside.
        communes: Shapely area in degrees by commune code.
    """
    chance = random.Random(SEED)  # noqa: S311 - a drawing, not a secret
    key_areas = storage.read_facts("key_areas.csv")
    codes = list(communes)
    tree = shapely.STRtree([communes[code] for code in codes])
    placed: list[tuple[str, LonLat]] = []
    province_box = shapely.total_bounds(list(communes.values())).tolist()
    while len(placed) < SITE_COUNT:
        point = _draw(chance, settlements, roads, key_areas, province_box)
        found = sorted(tree.query(shapely.Point(point), predicate="within").tolist())
        if found:
            placed.append((codes[found[0]], point))
    # Numbered by commune, north to south, as an inventory would be.
    placed.sort(key=lambda each: (each[0], -each[1][1], each[1][0]))
    rows = [_row(chance, number, code, point, key_areas) for number, (code, point) in enumerate(placed, start=1)]
    _switch_on_5g(chance, rows)
    return {
        "schematic": True,
        "note": "Modelled: number by the province, everything else by geodata/build/sites.py",
        "operators": [name for name, _ in OPERATORS],
        "columns": [
            "number", "lon", "lat", "operator", "commune", "key_area",
            "on_2g", "off_2g", "on_3g", "off_3g", "on_4g", "off_4g", "on_5g", "off_5g",
        ],
        "rows": rows,
    }  # fmt: skip


def _draw(
    chance: random.Random, settlements: Sequence[Settlement], roads: Sequence[Road],
    key_areas: Sequence[Mapping[str, str]], province_box: Sequence[float],
) -> LonLat:  # fmt: skip
    where = chance.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
    if where == "settlement":
        centre = chance.choices(settlements, [each.people**0.8 for each in settlements])[0]
        point = _around(chance, (centre.lon, centre.lat), centre.radius_m)
    elif where == "road":
        road = chance.choices(roads, [each.length_m for each in roads])[0]
        point = _around(chance, road.point_at(chance.uniform(0, road.length_m)), ROAD_OFFSET_M)
    elif where == "key-area":
        area = chance.choices(key_areas, [3.0 if row["kind"] == "centre" else 1.0 for row in key_areas])[0]
        point = _around(chance, (float(area["lon"]), float(area["lat"])), float(area["radius_m"]) * 0.5)
    else:
        west, south, east, north = province_box
        point = chance.uniform(west, east), chance.uniform(south, north)
    return round(point[0], DECIMALS), round(point[1], DECIMALS)


def _around(chance: random.Random, centre: LonLat, sigma_m: float) -> LonLat:
    x_m, y_m = metres_per_degree(centre[1])
    return centre[0] + chance.gauss(0, sigma_m) / x_m, centre[1] + chance.gauss(0, sigma_m) / y_m


def is_key_area(point: LonLat, key_areas: Sequence[Mapping[str, str]]) -> bool:
    """Say whether a point lies within the radius of a key area."""
    return any(distance_m(point, (float(row["lon"]), float(row["lat"]))) <= float(row["radius_m"]) for row in key_areas)


def _row(
    chance: random.Random, number: int, code: str, point: LonLat, key_areas: Sequence[Mapping[str, str]]
) -> list[Any]:
    names = [name for name, _ in OPERATORS]
    operator = names.index(chance.choices(names, [share for _, share in OPERATORS])[0])
    has_4g = chance.random() < 0.97
    # Every site keeps something on air: without 4G there is 3G.
    has_3g = not has_4g or chance.random() < 0.72
    # Vietnamobile built its network late, without 2G in the mountains.
    has_2g = operator != 3 and chance.random() < 0.68
    row: list[Any] = [number, point[0], point[1], operator, code, int(is_key_area(point, key_areas))]
    residual = chance.random() < RESIDUAL_2G_SHARE
    row += [_first(chance, 2004, 2012), OFF_2G_RESIDUAL if residual else OFF_2G] if has_2g else [0, 0]
    row += [_first(chance, 2010, 2017), OFF_3G] if has_3g else [0, 0]
    row += [_first(chance, 2017, 2023), 0] if has_4g else [0, 0]
    return [*row, 0, 0]


def _first(chance: random.Random, first_year: int, last_year: int) -> int:
    """Return the first day of a random month as a number such as 20170301."""
    return chance.randint(first_year, last_year) * 10_000 + chance.randint(1, 12) * 100 + 1


def _switch_on_5g(chance: random.Random, rows: list[list[Any]]) -> None:
    """Give 5G to a share of the 4G sites, key areas first, in the order of a seeded draw."""
    on_4g, on_5g = 10, 12
    # Vietnamobile holds no 5G licence.
    eligible = [row for row in rows if row[on_4g] and row[3] != 3]
    total_4g = sum(1 for row in rows if row[on_4g])
    # A key area comes before everything else but for one draw in six.
    order = sorted(eligible, key=lambda row: (chance.random() < (1 / 6 if row[5] else 0.97), row[0] * 7919 % 2819))
    by_may_2025 = math.floor(total_4g * SHARE_5G_MAY_2025)
    for rank, row in enumerate(order[: math.floor(total_4g * SHARE_5G_END_2026)]):
        if rank < by_may_2025:
            # Commercial 5G began on 15 October 2024.
            row[on_5g] = chance.choice((20241015, 20241101, 20241201, 20250101, 20250201, 20250301, 20250401, 20250501))
        else:
            month = chance.randint(6, 23)
            row[on_5g] = (2025 + month // 12) * 10_000 + (month % 12 + 1) * 100 + 1
