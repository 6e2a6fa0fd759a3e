"""Administrative units read from vietnamadminunits: the former communes and the new ones.

Also the neighbouring provinces': where Lạng Sơn ends is where its neighbours begin. Which
figures of the package may be trusted is decided here, once. Deliberately not here: geometry.
"""

import json
import sqlite3
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geodata.build.boxes import Box
from geodata.build.frame import to_metres

PROVINCE_KEY: Final = "tinhlangson"
# Areas and centres of these seven new communes are wrong in vietnamadminunits 1.0.4
# (zero, or far from the sum of their parts).
WRONG_AREAS: Final = frozenset({"06001", "06172", "06187", "06313", "06445", "06517", "06577"})
# A bounding box below this is that of a settlement (the geocoder knew no more), unless the
# unit is a city ward; one above it spans another unit of the same name.
SMALLEST_BOX_KM2: Final = 4.0
LARGEST_BOX_KM2: Final = 500.0
# The part of its bounding box that a commune fills, on average over those whose area is known.
BOX_FILL: Final = 0.55


@dataclass(slots=True)
class FormerUnit:
    """A commune until 30 June 2025: its settlement, its bounding box and its district's, in UTM metres."""

    code: str
    name_vi: str
    kind: str
    key: str
    province_key: str
    district_code: str
    x_m: float
    y_m: float
    box: Box
    district_box: Box
    new_codes: tuple[str, ...] = ()
    new_code: str = ""

    @property
    def has_box(self) -> bool:
        """Whether the box is the unit's own and not that of a settlement or a namesake."""
        if self.kind == "Phường":
            return True
        return SMALLEST_BOX_KM2 < self.box.area_km2 < LARGEST_BOX_KM2


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A commune-level unit since 1 July 2025; centre in UTM metres, area None when not trusted."""

    code: str
    name_vi: str
    kind: str
    province_key: str
    lat: float
    lon: float
    x_m: float
    y_m: float
    area_km2: float | None

    @property
    def is_ours(self) -> bool:
        """Whether it is one of Lạng Sơn's 65."""
        return self.province_key == PROVINCE_KEY


def read_units(west: float, south: float, east: float, north: float) -> tuple[list[FormerUnit], dict[str, NewUnit]]:
    """Return former units whose settlement lies in a box of degrees, and the new units by code.

    Former units are in ascending code order; each knows the new unit it mainly went into.
    """
    import vietnamadminunits

    data = Path(vietnamadminunits.__file__).parent / "data"
    with sqlite3.connect(f"file:{data / 'dataset.db'}?mode=ro", uri=True) as connection:
        old_rows = connection.execute(
            "SELECT wardCode, ward, wardType, provinceKey, districtKey, wardKey, districtCode,"
            " wardLat, wardLon, wardBounds, districtBounds FROM admin_units_legacy"
            " WHERE wardLat BETWEEN ? AND ? AND wardLon BETWEEN ? AND ? ORDER BY wardCode",
            (south, north, west, east),
        ).fetchall()
        new_rows = connection.execute(
            "SELECT wardCode, ward, wardType, provinceKey, wardKey, wardLat, wardLon, wardAreaKm2"
            " FROM admin_units ORDER BY wardCode"
        ).fetchall()
    connection.close()
    new_units, code_of = _new_units(new_rows)
    mapping = _mapping(json.loads((data / "converter_2025.json").read_text(encoding="utf-8")), code_of)
    former: list[FormerUnit] = []
    for row in old_rows:
        unit = _former_unit(row)
        unit.new_codes = mapping.get(unit.key, ())
        if unit.new_codes:
            former.append(unit)
    _settle_divided(former, new_units)
    return former, new_units


def to_english(name_vi: str) -> str:
    """Return an English name without diacritics: `Phường Đông Kinh` → `Dong Kinh Ward`."""
    for prefix, suffix in (
        ("Thành phố", "City"), ("Thị trấn", "Township"), ("Huyện", "District"),
        ("Phường", "Ward"), ("Xã", "Commune"),
    ):  # fmt: skip
        if name_vi.startswith(prefix + " "):
            return f"{_ascii(name_vi[len(prefix) + 1 :])} {suffix}"
    return _ascii(name_vi)


def _ascii(text: str) -> str:
    swapped = text.replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in unicodedata.normalize("NFD", swapped) if not unicodedata.combining(c))


def _former_unit(row: tuple[Any, ...]) -> FormerUnit:
    code, name, kind, province, district, ward, district_code, lat, lon, bounds, district_bounds = row
    x_m, y_m = to_metres(lon, lat)
    return FormerUnit(
        code, name, kind, f"{province}_{district}_{ward}", province, district_code,
        float(x_m), float(y_m), _box(bounds), _box(district_bounds),
    )  # fmt: skip


def _box(bounds: str) -> Box:
    """Return the box of `south,west – north,east` in degrees; each side is the mean of its two corners."""
    (south, west), (north, east) = (map(float, corner.split(",")) for corner in bounds.split(" – "))
    xs, ys = to_metres([west, east, west, east], [south, south, north, north])
    return Box(float(xs[0] + xs[2]) / 2, float(ys[0] + ys[1]) / 2, float(xs[1] + xs[3]) / 2, float(ys[2] + ys[3]) / 2)


def _new_units(rows: list[tuple[Any, ...]]) -> tuple[dict[str, NewUnit], dict[tuple[str, str], str]]:
    units: dict[str, NewUnit] = {}
    code_of: dict[tuple[str, str], str] = {}
    for code, name, kind, province, ward, lat, lon, area in rows:
        x_m, y_m = to_metres(lon, lat)
        # Below 1 km² no commune exists; the package writes 0 for some it does not know.
        trusted = code not in WRONG_AREAS and area is not None and area > 1.0
        units[code] = NewUnit(code, name, kind, province, lat, lon, float(x_m), float(y_m), area if trusted else None)
        code_of[province, ward] = code
    return units, code_of


def _mapping(converter: dict[str, Any], code_of: dict[tuple[str, str], str]) -> dict[str, tuple[str, ...]]:
    """Return, by the key of a former unit, the codes of the new ones, the main one first."""
    found: dict[str, list[str]] = {}
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, keys in wards.items():
            for key in keys:
                found.setdefault(key, []).append(code_of[province, ward])
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in divided.items():
            ordered = sorted(parts, key=lambda part: not part["isDefaultNewWard"])
            found.setdefault(key, []).extend(code_of[province, part["newWardKey"]] for part in ordered)
    return {key: tuple(dict.fromkeys(codes)) for key, codes in found.items()}


def _settle_divided(former: list[FormerUnit], new_units: dict[str, NewUnit]) -> None:
    """Choose one new unit for each former one; a divided one fills the largest gap in area.

    The package's own default names the part with the old centre, not the larger part: Bính
    Xá went mostly to Kiên Mộc, whose 418 km² the rest of its members cannot fill.
    """
    filled: dict[str, float] = {}
    for unit in former:
        if len(unit.new_codes) == 1:
            unit.new_code = unit.new_codes[0]
            filled[unit.new_code] = filled.get(unit.new_code, 0.0) + _likely_area_km2(unit)
    for unit in former:
        if len(unit.new_codes) > 1:
            gaps = [(new_units[code].area_km2 or 0.0) - filled.get(code, 0.0) for code in unit.new_codes]
            near = [
                (new_units[code].x_m - unit.x_m) ** 2 + (new_units[code].y_m - unit.y_m) ** 2 < 25_000.0**2
                for code in unit.new_codes
            ]
            # A part farther than 25 km is a namesake in the source, not a neighbour.
            ranked = [gap if close else -1e9 for gap, close in zip(gaps, near, strict=True)]
            unit.new_code = unit.new_codes[ranked.index(max(ranked))]


def _likely_area_km2(unit: FormerUnit) -> float:
    return unit.box.area_km2 * BOX_FILL if unit.has_box else 40.0
