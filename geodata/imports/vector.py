"""Read GeoPackages and shapefiles by way of GDAL (pyogrio), with the names decoded by us.

What a .dbf says about its encoding is often missing or wrong: names are taken as bytes and decoded as UTF-8 or
Windows-1258, whichever fits. Deliberately not here: opening anything that is not a plain file on disk.
"""

import codecs
import contextlib
import math
import warnings as python_warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import shapely

from geodata.errors import ImportRefusedError
from geodata.imports.archive import Opened
from geodata.imports.features import Feature, FeatureFile
from geodata.imports.geojson import MOST_FEATURES

# Every byte is one character of Latin-1, so that what GDAL read can be turned back into the bytes of the file.
_BYTES: Final = "ISO-8859-1"
# Of a .cpg as GIS programs write them, and Python's name for it.
_CODE_PAGES: Final = {
    "1258": "cp1258",
    "ansi 1258": "cp1258",
    "65001": "utf-8",
    "88591": "latin-1",
    "ansi 1252": "cp1252",
}


def read_vector(opened: Opened, layer: str = "") -> FeatureFile:
    """Return the features of one layer.

    Args:
        opened: A geopackage or shapefile.
        layer: The layer's name; needed when there are several with areas or points.

    Raises:
        ImportRefusedError: It cannot be read, or the layer must be chosen.
    """
    path = opened.path
    warnings: list[str] = []
    try:
        with python_warnings.catch_warnings():
            # GDAL's remarks (a ring whose winding is wrong, for one) are found again by our own checks.
            python_warnings.simplefilter("ignore")
            chosen = _chosen_layer(path, layer)
            options: dict[str, Any] = {"encoding": _BYTES} if opened.form == "shapefile" else {}
            info = pyogrio.read_info(path, layer=chosen, **options)
            if info["features"] > MOST_FEATURES:
                raise ImportRefusedError(
                    f"The layer {chosen!r} holds {info['features']:,} features; at most {MOST_FEATURES:,}."
                )
            meta, _fids, geometry, columns = pyogrio.raw.read(path, layer=chosen, **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError) as error:
        if isinstance(error, ImportRefusedError):
            raise
        raise ImportRefusedError(f"The file {path.name!r} cannot be read: {str(error)[:200]}.") from error
    if opened.form == "shapefile":
        columns, field_names = _decoded(path, columns, meta["fields"], warnings)
    else:
        field_names = [str(name) for name in meta["fields"]]
    try:
        shapes = shapely.from_wkb(geometry)
    except shapely.errors.ShapelyError as error:
        raise ImportRefusedError(f"The file {path.name!r} holds a shape that cannot be built: {error}.") from error
    features = [
        Feature(
            number + 1, {name: _plain(column[number]) for name, column in zip(field_names, columns, strict=True)}, shape
        )
        for number, shape in enumerate(shapes)
    ]
    for feature in features:
        if feature.geometry is not None and not np.isfinite(shapely.get_coordinates(feature.geometry)).all():
            raise ImportRefusedError(f"Feature {feature.number} has a coordinate that is no number.")
    return FeatureFile(features, str(meta["crs"] or ""), chosen, warnings)


def _chosen_layer(path: Path, layer: str) -> str:
    layers = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(path)]
    names = [name for name, _kind in layers]
    if layer:
        if layer not in names:
            raise ImportRefusedError(f"The file {path.name!r} has no layer {layer!r}. It has: {', '.join(names)}.")
        return layer
    spatial = [name for name, kind in layers if kind not in {"None", "nan"}]
    if len(spatial) != 1:
        raise ImportRefusedError(
            f"The file {path.name!r} has {len(spatial)} layers with shapes"
            + (f": {', '.join(spatial)}. Choose one with --layer." if spatial else ". Expected one.")
        )
    return spatial[0]


def _decoded(
    path: Path, columns: Sequence[Any], names: Sequence[Any], warnings: list[str]
) -> tuple[list[list[Any]], list[str]]:
    raw_names = [str(name).encode(_BYTES, "replace") for name in names]
    raws = [[v.encode(_BYTES, "replace") if isinstance(v, str) else v for v in column] for column in columns]
    texts = [value for column in raws for value in column if isinstance(value, bytes)] + raw_names
    encoding = _encoding(path, texts, warnings)

    def text(value: object) -> object:
        return value.decode(encoding, "replace") if isinstance(value, bytes) else value

    return [[text(value) for value in column] for column in raws], [str(text(name)) for name in raw_names]


def _encoding(path: Path, texts: Sequence[bytes], warnings: list[str]) -> str:
    stated = _stated_encoding(path)
    candidates = [stated] if stated else []
    for encoding in (*candidates, "utf-8", "cp1258"):
        with contextlib.suppress(UnicodeDecodeError):
            for value in texts:
                value.decode(encoding)
            if stated and encoding != stated:
                warnings.append(f"The .cpg says {stated}, but the names are {encoding}; they were read as {encoding}.")
            elif not stated and encoding == "cp1258":
                warnings.append("No .cpg says how the names are written; they were read as Windows-1258.")
            return encoding
    warnings.append("Some names are neither UTF-8 nor Windows-1258; what could not be read stands as �.")
    return "utf-8"


def _stated_encoding(path: Path) -> str:
    for name in (path.with_suffix(".cpg"), path.with_suffix(".CPG")):
        if name.is_file():
            stated = name.read_bytes()[:40].decode("ascii", "ignore").strip().lower()
            with contextlib.suppress(LookupError):
                return codecs.lookup(_CODE_PAGES.get(stated, stated)).name
    return ""


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
