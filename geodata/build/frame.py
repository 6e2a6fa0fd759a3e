"""The metric frame of the build: WGS 84 / UTM zone 48N, and rounding to five decimals.

Everything is measured, buffered and unioned in EPSG:32648 and written in degrees with five
decimals (about 1 m), on one common grid, so that neighbours share their edges exactly.
Deliberately not here: distances at run time (`geodata.geodesy`).
"""

import functools
from typing import Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

GRID_DEGREES: Final = 1e-5
DECIMALS: Final = 5

FloatArray = NDArray[np.float64]


@functools.cache
def _transformers() -> tuple[Transformer, Transformer]:
    return (
        Transformer.from_crs(4326, 32648, always_xy=True),
        Transformer.from_crs(32648, 4326, always_xy=True),
    )


def to_metres(lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return UTM 48N eastings and northings in metres for degrees."""
    x_m, y_m = _transformers()[0].transform(lon, lat)
    return np.asarray(x_m), np.asarray(y_m)


def to_degrees(x_m: ArrayLike, y_m: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return longitudes and latitudes in degrees for UTM 48N metres, not rounded."""
    lon, lat = _transformers()[1].transform(x_m, y_m)
    return np.asarray(lon), np.asarray(lat)


def geometry_to_metres(geometry: BaseGeometry) -> BaseGeometry:
    """Return a Shapely geometry in UTM 48N metres."""
    return shapely.transform(geometry, lambda a: np.column_stack(to_metres(a[:, 0], a[:, 1])))


def geometry_to_degrees(geometry: BaseGeometry) -> BaseGeometry:
    """Return a Shapely geometry in degrees, not rounded."""
    return shapely.transform(geometry, lambda a: np.column_stack(to_degrees(a[:, 0], a[:, 1])))
