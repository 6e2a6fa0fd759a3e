"""Bring shapes in any coordinate system to WGS 84, and notice when they cannot be in the one they claim.

VN-2000 is the reason for most of this: a .prj often names it without the shift to WGS 84, which would put every
boundary 200 m beside the truth without a word. Deliberately not here: guessing a system in silence.
"""

import functools
import re
import warnings as python_warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from geodata.errors import ImportRefusedError

# West, south, east, north: the province with a margin of some 60 km. What lies outside is not ours.
REGION: Final = (105.5, 20.8, 107.95, 23.0)
# VN-2000 to WGS 84. Source: Decision 05/2007/QĐ-BTNMT; the same figures as EPSG:6960.
TOWGS84: Final = "-191.90441429,-39.30318279,-111.45032835,-0.00928836,0.01975479,-0.00427372,0.252906278"
# The province's own 3° zone has the central meridian 107°15′. Source: Circular 973/2001/TT-TCĐC, annex 2.
LANG_SON_VN2000: Final = (
    f"+proj=tmerc +lat_0=0 +lon_0=107.25 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +towgs84={TOWGS84} +units=m +no_defs"
)
SHORT_NAMES: Final = {"vn2000-langson": LANG_SON_VN2000, "wgs84": "EPSG:4326", "utm48n": "EPSG:32648"}
_VN2000: Final = re.compile(r"v(iet)?[\s_-]*n(am)?[\s_-]*(_?2000)", re.IGNORECASE)
# What is tried, only to be named in the refusal of a file that states nothing.
_LIKELY: Final = (
    ("vn2000-langson", "VN-2000, 3° zone of Lạng Sơn"),
    ("EPSG:3405", "VN-2000 / UTM 48N"),
    ("EPSG:32648", "WGS 84 / UTM 48N"),
    ("EPSG:5897", "VN-2000, 3° zone 105°"),
    ("EPSG:5898", "VN-2000, 3° zone 108°"),
)

Coordinates = NDArray[np.float64]
Move = Callable[[Coordinates], Coordinates]


@dataclass(frozen=True, slots=True)
class Located:
    """Shapes in WGS 84, longitude first.

    Attributes:
        shapes: In the order given; None where there was none.
        crs: The system they were read in, in words.
        warnings: What was noticed.
    """

    shapes: list[BaseGeometry | None]
    crs: str
    warnings: list[str]


def to_wgs84(shapes: list[BaseGeometry | None], stated: str, given: str = "") -> Located:
    """Return shapes in WGS 84.

    Args:
        shapes: As read.
        stated: What the file says, "" for nothing.
        given: What the operator says, which wins; a short name of `SHORT_NAMES`, `EPSG:…`, WKT or PROJ text.

    Raises:
        ImportRefusedError: No system is known, it is not usable, or the shapes do not lie near the province in it.
    """
    present = [each for each in shapes if each is not None and not each.is_empty]
    bounds = shapely.total_bounds(present) if present else np.full(4, np.nan)
    if not np.isfinite(bounds).all():
        raise ImportRefusedError("The file holds no shape with coordinates.")
    if not (given or stated):
        raise ImportRefusedError(_nothing_stated(bounds))
    crs, words, warnings = _system(given or stated)
    move = _to_degrees(crs)
    if crs.is_geographic and max(abs(bounds)) > 360.0:
        raise ImportRefusedError(
            f"The file says {words}, but its coordinates are no degrees ({_sample(bounds)}). {_nothing_stated(bounds)}"
        )
    plain = [None if each is None else shapely.transform(each, move) for each in shapes]
    if _is_near(plain):
        return Located(plain, words, warnings)

    def swapped(array: Coordinates) -> Coordinates:
        return move(array[:, ::-1])

    turned = [None if each is None else shapely.transform(each, swapped) for each in shapes]
    if _is_near(turned):
        warnings.append("The coordinates stood as (north, east) or (latitude, longitude); they were swapped.")
        return Located(turned, words, warnings)
    middle = _middle(plain)
    raise ImportRefusedError(
        f"Read as {words}, the shapes lie around {middle}, outside the province by far. "
        f"Expected longitudes 106–107.5 and latitudes 21.3–22.5.{_suggestion(bounds)}"
    )


def _system(text: str) -> tuple[CRS, str, list[str]]:
    try:
        crs = CRS.from_user_input(SHORT_NAMES.get(text.strip().lower(), text))
    except CRSError as error:
        raise ImportRefusedError(
            f"The coordinate system {text[:80]!r} is not known. Expected EPSG:… or one of {', '.join(SHORT_NAMES)}."
        ) from error
    if not (crs.is_geographic or crs.is_projected or crs.is_bound or crs.is_compound):
        raise ImportRefusedError(
            f"The coordinate system {crs.name!r} is a local one. Expected one with a place on Earth."
        )
    words = crs.name if crs.name not in {"unknown", "undefined"} else text.strip()[:60]
    warnings: list[str] = []
    authority = crs.to_authority(min_confidence=70)
    if authority is None and not crs.is_bound and _VN2000.search(crs.to_wkt()):
        crs = _with_shift(crs)
        warnings.append(
            "The file names VN-2000 without its shift to WGS 84 (about 200 m); "
            "that of Decision 05/2007/QĐ-BTNMT was applied."
        )
    return crs, words, warnings


def _with_shift(crs: CRS) -> CRS:
    with python_warnings.catch_warnings():
        # pyproj warns that PROJ text forgets the datum, which is what is wanted here.
        python_warnings.simplefilter("ignore", UserWarning)
        parameters = crs.to_dict()
    kept = {key: value for key, value in parameters.items() if key not in {"datum", "ellps", "a", "b", "rf", "type"}}
    text = " ".join(f"+{key}" if value is None or value is True else f"+{key}={value}" for key, value in kept.items())
    return CRS.from_user_input(f"{text} +ellps=WGS84 +towgs84={TOWGS84} +type=crs")


@functools.cache
def _likely(name: str) -> Move:
    # Looking a system up takes 50 ms.
    return _to_degrees(CRS.from_user_input(SHORT_NAMES.get(name, name)))


def _to_degrees(crs: CRS) -> Move:
    try:
        transformer = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except ProjError as error:
        raise ImportRefusedError(f"From {crs.name!r} no way leads to WGS 84: {error}.") from error

    def move(array: Coordinates) -> Coordinates:
        # What lies outside the system becomes infinite, and with it far from the province.
        return np.column_stack(transformer.transform(array[:, 0], array[:, 1]))

    return move


def _is_near(shapes: list[BaseGeometry | None]) -> bool:
    """Say whether the middle of the shapes lies in the region; single stray units are found later."""
    lon, lat = _centre(shapes)
    west, south, east, north = REGION
    return west <= lon <= east and south <= lat <= north


def _centre(shapes: list[BaseGeometry | None]) -> tuple[float, float]:
    centres = [shapely.get_coordinates(each).mean(axis=0) for each in shapes if each is not None and not each.is_empty]
    lon, lat = np.median(np.array(centres), axis=0) if centres else (np.inf, np.inf)
    return float(lon), float(lat)


def _middle(shapes: list[BaseGeometry | None]) -> str:
    lon, lat = _centre(shapes)
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return "no place on Earth"
    return f"longitude {lon:.3f}, latitude {lat:.3f}"


def _sample(bounds: Coordinates) -> str:
    return f"x from {bounds[0]:,.1f} to {bounds[2]:,.1f}, y from {bounds[1]:,.1f} to {bounds[3]:,.1f}"


def _nothing_stated(bounds: Coordinates) -> str:
    missing = f"Nothing says in which coordinate system the file is ({_sample(bounds)}). State it with --crs."
    return f"{missing}{_suggestion(bounds)}"


def _suggestion(bounds: Coordinates) -> str:
    x, y = float(bounds[0] + bounds[2]) / 2, float(bounds[1] + bounds[3]) / 2
    west, south, east, north = REGION
    if west <= x <= east and south <= y <= north:
        return " It would lie in the province as --crs EPSG:4326."
    fitting = []
    for name, words in _LIKELY:
        lon, lat = _likely(name)(np.array([[x, y]]))[0]
        if west <= lon <= east and south <= lat <= north:
            fitting.append(f"--crs {name} ({words})")
    return f" It would lie in the province as {' or '.join(fitting)}." if fitting else ""
