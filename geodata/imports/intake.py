"""One import from the file to a new version in use, or a refusal that changed nothing.

The order is: open, recognise, import, check the result as `geodata verify` would, write, switch. Deliberately not here:
fetching (`fetch`) and the words of the command line.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from geodata import storage, versions
from geodata.build.inspection import inspect_coverage
from geodata.errors import ImportRefusedError
from geodata.imports.archive import Opened, opened
from geodata.imports.boundaries import import_communes, import_districts, import_province, read_shapes
from geodata.imports.census import import_population
from geodata.imports.inventory import import_sites
from geodata.imports.repair import polygons_of
from geodata.imports.request import KINDS, ImportRequest, Refused, Taken
from geodata.imports.table import read_header
from geodata.layers import LAYERS, Layer, layer
from geodata.verify import BYTES_LIMIT

NOT_STATED: Final = "not stated"
_IMPORTERS: Final[Mapping[str, Callable[[Opened, ImportRequest], Taken]]] = {
    "communes": import_communes,
    "districts": import_districts,
    "province": import_province,
    "sites": import_sites,
    "population": import_population,
}
_TEXT: Final = re.compile(r"[^\x00-\x1f\x7f]{0,200}")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did.

    Attributes:
        record: As kept in the manifest.
        version: Name of the new version in use, "" for a dry run.
        refused: Rows that were not taken (inventories, tables).
        sizes: Bytes by file of what would be, or was, written.
    """

    record: versions.ImportRecord
    version: str
    refused: tuple[Refused, ...]
    sizes: Mapping[str, int]


def import_file(request: ImportRequest, data_dir: Path, now: datetime) -> ImportResult:
    """Import a file; the new version is in use in this process afterwards.

    Args:
        request: The file and what is said about it.
        data_dir: The house's data directory.
        now: The instant, aware UTC.

    Raises:
        ImportRefusedError: The file cannot be used; nothing was changed.
        LayerError: The version in use is damaged.
    """
    _check_words(request)
    directory = data_dir / versions.FOLDER
    with versions.locked(directory):
        storage.use_directory(data_dir)
        with opened(request.path) as file:
            kind = request.kind or recognised(file, request.layer)
            request = replace(
                request,
                kind=kind,
                source=request.source or request.path.name,
                licence=request.licence or NOT_STATED,
                date=request.date or now.date().isoformat(),
            )
            taken = _IMPORTERS[kind](file, request)
        content = request.path.read_bytes()
        record = versions.ImportRecord(
            kind=kind,
            file=request.path.name,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            source=request.source,
            licence=request.licence,
            date=request.date,
            imported_at=now.isoformat(timespec="seconds"),
            crs=taken.crs,
            url=request.url,
            warnings=tuple(taken.warnings),
            counts=dict(taken.counts),
        )
        _check_result(taken)
        sizes = {name: len(content) for name, content in taken.files.items()}
        if request.dry_run:
            return ImportResult(record, "", tuple(taken.refused), sizes)
        version = versions.write_version(
            directory, storage.active(), record, taken.files, _differing(taken.described), now
        )
        storage.use_directory(data_dir)
        return ImportResult(record, version.name, tuple(taken.refused), sizes)


def recognised(file: Opened, layer_name: str = "") -> str:
    """Return the kind of import that fits the content of a file.

    Raises:
        ImportRefusedError: None does, or the file cannot be read.
    """
    if file.form == "csv":
        header = {name.casefold() for name in read_header(file.path)}
        if header & {"population", "dân số", "dan_so", "danso", "dan so"}:
            return "population"
        if {"lat", "lon"} <= header or header & {"latitude", "vĩ độ", "vi_do"}:
            return "sites"
        raise ImportRefusedError(
            f"The columns {', '.join(sorted(header))[:200]} are those of no table that is known. "
            "Expected lat and lon (sites) or population; the columns stand in docs/geodata.md."
        )
    shapes = [feature.geometry for feature in read_shapes(file, layer_name).features]
    areas = sum(polygons_of(shape) is not None for shape in shapes)
    points = sum(shape is not None and shape.geom_type == "Point" for shape in shapes)
    if points and not areas:
        return "sites" if points > 1 else "communes"
    return "province" if areas == 1 else "districts" if 5 <= areas <= 15 else "communes"


def _check_words(request: ImportRequest) -> None:
    if request.kind and request.kind not in KINDS:
        raise ImportRefusedError(f"The kind {request.kind!r} is not known. Expected one of {', '.join(KINDS)}.")
    for name in ("source", "licence", "url"):
        # They are shown on the map and kept for good.
        if not _TEXT.fullmatch(getattr(request, name)):
            raise ImportRefusedError(f"The {name} is longer than 200 characters, or has several lines.")
    if request.date:
        try:
            date.fromisoformat(request.date)
        except ValueError as error:
            raise ImportRefusedError(f"The date {request.date!r} is none. Expected the form 2025-07-01.") from error


def _check_result(taken: Taken) -> None:
    """Refuse what `geodata verify` would find wrong, before it is written."""

    def content(name: str) -> bytes:
        return taken.files.get(f"{name}.geojson") or layer(name)

    found = inspect_coverage({name: content(name) for name in ("province", "communes", "districts")})
    if found.faults:
        raise ImportRefusedError(f"The result is not clean: {' '.join(found.faults[:5])}")
    files = {each.file: each for each in taken.described.values()}
    total = sum(len(taken.files[name]) if name in taken.files else len(storage.read_bytes(name)) for name in files)
    if total > BYTES_LIMIT:
        raise ImportRefusedError(f"The layers would weigh {total:,} bytes; at most {BYTES_LIMIT:,} are allowed.")


def _differing(described: Mapping[str, Layer]) -> dict[str, dict[str, Any]]:
    """Return what differs from the shipped descriptions; a layer of its own is described whole."""
    differing: dict[str, dict[str, Any]] = {}
    for name, each in described.items():
        shipped = LAYERS.get(name)
        if shipped is None:
            differing[name] = asdict(each)
        elif each != shipped:
            differing[name] = {
                key.name: getattr(each, key.name)
                for key in fields(Layer)
                if getattr(each, key.name) != getattr(shipped, key.name)
            }
    return differing
