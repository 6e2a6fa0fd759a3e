"""One row of a site list: its operator, position, technologies with dates, or the reason why it cannot be used.

Two headers are known: our own (`docs/geodata.md`), a row a site; and OpenCelliD's, a row a cell, also with the columns
renamed. Deliberately not here: which province the position lies in.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final

from geodata.imports.matching import full_name

# Source: MIC, mobile network codes under E.212 452; ITU Operational Bulletin. 06 and 08 were EVN's.
OPERATORS: Final[Mapping[str, str]] = {
    "01": "MobiFone", "02": "VinaPhone", "04": "Viettel", "05": "Vietnamobile", "06": "Viettel", "07": "Gmobile",
    "08": "Viettel", "09": "Wintel",
}  # fmt: skip
VIETNAM_MCC: Final = 452
_RADIOS: Final[Mapping[str, str]] = {
    "gsm": "2g", "2g": "2g", "edge": "2g", "gprs": "2g", "umts": "3g", "wcdma": "3g", "hspa": "3g", "3g": "3g",
    "lte": "4g", "4g": "4g", "nr": "5g", "nrsa": "5g", "nrnsa": "5g", "5g": "5g",
}  # fmt: skip
_OPERATOR_NAMES: Final[Mapping[str, str]] = {
    "viettel": "Viettel", "vinaphone": "VinaPhone", "vnpt": "VinaPhone", "mobifone": "MobiFone",
    "vietnamobile": "Vietnamobile", "gmobile": "Gmobile", "gtel": "Gmobile", "reddi": "Wintel", "wintel": "Wintel",
}  # fmt: skip
# 2G ended for 2G-only phones on 16 October 2024, what was left of it in September 2026; 3G is to end in September 2028.
# Source: domain facts §4 (M); the days in 2026 and 2028 are those of geodata/build/sites.py.
OFF_2G: Final = 20241016
OFF_2G_RESIDUAL: Final = 20260916
OFF_3G: Final = 20280930
# When nothing says since when: before any day that is asked about.
SINCE_EVER: Final = 20000101
_LAT: Final = ("lat", "latitude", "vi_do", "vĩ độ", "vido")
_LON: Final = ("lon", "lng", "long", "longitude", "kinh_do", "kinh độ", "kinhdo")
_REF: Final = ("site_id", "id", "ref", "ma_tram", "mã trạm", "site", "name")
_OPERATOR: Final = ("operator", "network", "nha_mang", "nhà mạng", "owner")
_TECH: Final = ("technologies", "technology", "tech", "radio", "cong_nghe", "công nghệ")
_OWN_ID: Final = re.compile(r"(?:site\.)?(\d{1,5})")

Spans = Mapping[str, tuple[int, int]]


class RowError(ValueError):
    """A row that cannot be used; the message is the reason."""


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site, or one cell of one.

    Attributes:
        operator: Its name.
        lon: Longitude in degrees.
        lat: Latitude in degrees.
        spans: By technology, first day on air and first day off air (0 while none) as numbers like 20241016.
        ref: The operator's own id, "" for none.
        number: Our number, when the id is one; 0 for none.
        commune: Code of the commune, once known.
    """

    operator: str
    lon: float
    lat: float
    spans: Spans = field(default_factory=dict)
    ref: str = ""
    number: int = 0
    commune: str = ""

    def joined(self, other: "SiteRow") -> "SiteRow":
        """Return the site with another cell's technologies: the earliest start, the latest end."""
        spans = dict(self.spans)
        for tech, (on_air, off_air) in other.spans.items():
            mine = spans.get(tech)
            if mine is None:
                spans[tech] = (on_air, off_air)
            else:
                spans[tech] = (min(mine[0], on_air), 0 if 0 in (mine[1], off_air) else max(mine[1], off_air))
        return replace(self, spans=spans)


def is_cells(row: Mapping[str, str]) -> bool:
    """Say whether a row has OpenCelliD's columns, as they are or renamed."""
    return {"radio", "mcc"} <= set(row) and bool({"net", "mnc"} & set(row))


def cell_of(row: Mapping[str, str]) -> SiteRow:
    """Return one of OpenCelliD's cells.

    Raises:
        RowError: It cannot be used.
    """
    lon, lat = _position(row)
    tech = _RADIOS.get(row.get("radio", "").casefold())
    if tech is None:
        raise RowError(f"the radio {row.get('radio', '')[:20]!r} is not known")
    mcc = _whole(row.get("mcc", ""), "mcc")
    net = f"{_whole(row.get('net') or row.get('mnc', ''), 'net'):02d}"
    if mcc != VIETNAM_MCC:
        raise RowError(f"the country code {mcc} is not Vietnam's ({VIETNAM_MCC})")
    if net not in OPERATORS:
        raise RowError(f"the network {VIETNAM_MCC}-{net} is not known")
    return SiteRow(OPERATORS[net], lon, lat, {tech: _seen(tech, row)})


def site_of(row: Mapping[str, str]) -> SiteRow:
    """Return a site of our own columns: lat, lon, operator, technologies; and id, on_2g, off_2g … when known.

    Raises:
        RowError: It cannot be used.
    """
    lon, lat = _position(row)
    operator = _operator(_first(row, _OPERATOR))
    named = [part for part in re.split(r"[\s;,/+|]+", _first(row, _TECH).casefold()) if part]
    spans: dict[str, tuple[int, int]] = {}
    for word in named:
        tech = _RADIOS.get(word)
        if tech is None:
            raise RowError(f"the technology {word[:20]!r} is not known")
        spans[tech] = _planned(tech, row)
    for tech in ("2g", "3g", "4g", "5g"):
        if row.get(f"on_{tech}") and tech not in spans:
            spans[tech] = _planned(tech, row)
    if not spans:
        raise RowError("no technology is named")
    ref = _first(row, _REF)[:80]
    own = _OWN_ID.fullmatch(ref)
    return SiteRow(operator, lon, lat, spans, ref, int(own[1]) if own else 0)


def _position(row: Mapping[str, str]) -> tuple[float, float]:
    return _degrees(_first(row, _LON), "longitude"), _degrees(_first(row, _LAT), "latitude")


def _first(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _degrees(text: str, what: str) -> float:
    if not text:
        raise RowError(f"the {what} is missing")
    # A decimal comma is how Vietnam writes numbers.
    plain = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        value = float(plain)
    except ValueError:
        raise RowError(f"the {what} {text[:20]!r} is no number") from None
    if not math.isfinite(value) or abs(value) > 180.0:
        raise RowError(f"the {what} {text[:20]!r} is no angle")
    return value


def _whole(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise RowError(f"the {what} {text[:20]!r} is no number")
    return int(text)


def _operator(text: str) -> str:
    digits = text.replace("-", "").replace(" ", "")
    if digits.isascii() and digits.isdigit():
        # 452-04, 45204, 04 and 4 are the same network.
        code = digits.removeprefix(str(VIETNAM_MCC)).zfill(2)
        if code in OPERATORS:
            return OPERATORS[code]
    key = full_name(text).replace(" ", "")
    for name, operator in _OPERATOR_NAMES.items():
        if name in key:
            return operator
    raise RowError(f"the operator {text[:20]!r} is not known" if text else "the operator is missing")


def _seen(tech: str, row: Mapping[str, str]) -> tuple[int, int]:
    """Return the days of a cell from when it was first and last seen."""
    first, last = _instant(row.get("created", "")), _instant(row.get("updated", ""))
    on_air = first or SINCE_EVER
    off_air = (OFF_2G_RESIDUAL if last > OFF_2G else OFF_2G) if tech == "2g" else OFF_3G if tech == "3g" else 0
    # Seen for the first time after its end: a phone's clock or a cell that was never switched off.
    return min(on_air, off_air - 1) if off_air else on_air, off_air


def _instant(text: str) -> int:
    try:
        seconds = int(text)
        # 2000 to 2100; OpenCelliD writes 0 or 1 where it does not know.
        if not 946_684_800 <= seconds <= 4_102_444_800:
            return 0
        return int(f"{datetime.fromtimestamp(seconds, UTC):%Y%m%d}")
    except ValueError:
        return 0


def _planned(tech: str, row: Mapping[str, str]) -> tuple[int, int]:
    on_air = _day(row.get(f"on_{tech}", "")) or SINCE_EVER
    end = {"2g": OFF_2G_RESIDUAL, "3g": OFF_3G}.get(tech, 0)
    off_air = _day(row.get(f"off_{tech}", "")) or end
    if off_air and off_air <= on_air:
        raise RowError(f"{tech} ends before it begins")
    return on_air, off_air


def _day(text: str) -> int:
    if not text:
        return 0
    for pattern in ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y"):
        try:
            day: date = datetime.strptime(text, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        return day.year * 10_000 + day.month * 100 + day.day
    raise RowError(f"the day {text[:20]!r} is none")
