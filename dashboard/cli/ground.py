"""`geodata`: build the shipped layers anew, import real ones, go back, and verify what is in use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from dashboard.settings import Settings, load_settings

if TYPE_CHECKING:
    from geodata.imports import ImportRequest, ImportResult

app = typer.Typer(no_args_is_help=True)

_Kind = Annotated[str, typer.Option(help="communes, districts, province, sites or population; found when not given.")]
_Source = Annotated[str, typer.Option(help="Who the data is owed to; shown on the map.")]
_Licence = Annotated[str, typer.Option(help="Under which terms.")]
_Date = Annotated[str, typer.Option(help="Date of the data, such as 2025-07-01.")]
_CodeField = Annotated[str, typer.Option(help="Column with the units' codes.")]
_NameField = Annotated[str, typer.Option(help="Column with the units' names.")]
_Layer = Annotated[str, typer.Option(help="Layer of a GeoPackage.")]
_Crs = Annotated[str, typer.Option(help="Coordinate system: EPSG:…, vn2000-langson, utm48n, wgs84.")]
_OnlyOurs = Annotated[bool, typer.Option("--only-ours", help="Leave out units of other provinces.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and report, and change nothing.")]
_SHOWN = 20
"""Refused rows that are printed."""


@app.command()
def build(
    out: Annotated[Path, typer.Option(help="Where the layers go.")] = Path("geodata/data"),
) -> None:
    """Derive the shipped layers from the open packages (needs requirements-dev.txt)."""
    from geodata.build import build_all

    console = Console(highlight=False)
    with console.status("geodata build"):
        report = build_all(out)
    console.print(report, markup=False)


@app.command("import")
def import_(
    file: Annotated[Path | None, typer.Argument(help="GeoJSON, GeoPackage, shapefile, a zip of it, or CSV.")] = None,
    kind: _Kind = "",
    source: _Source = "",
    licence: _Licence = "",
    date: _Date = "",
    code_field: _CodeField = "",
    name_field: _NameField = "",
    layer: _Layer = "",
    crs: _Crs = "",
    only_ours: _OnlyOurs = False,
    dry_run: _DryRun = False,
    listing: Annotated[bool, typer.Option("--list", help="List what was imported, and end.")] = False,
) -> None:
    """Take in boundaries, a site inventory or a population table."""
    settings = load_settings()
    if listing:
        _list(settings)
        return
    if file is None:
        _refuse("Name the file to import, or --list to see what was imported.")
    from geodata.imports import ImportRequest

    _import(
        settings,
        ImportRequest(
            file, kind, source, licence, date, code_field, name_field, layer, crs, only_ours=only_ours, dry_run=dry_run
        ),
    )


@app.command()
def fetch(
    url: Annotated[str, typer.Argument(help="An https:// address.")],
    sha256: Annotated[str, typer.Option(help="Checksum the file must have.")] = "",
    kind: _Kind = "",
    source: _Source = "",
    licence: _Licence = "",
    date: _Date = "",
    code_field: _CodeField = "",
    name_field: _NameField = "",
    layer: _Layer = "",
    crs: _Crs = "",
    only_ours: _OnlyOurs = False,
    dry_run: _DryRun = False,
) -> None:
    """Download a file, check it and import it."""
    from geodata.errors import GeodataError
    from geodata.imports import ImportRequest
    from geodata.imports.fetch import fetched

    settings = load_settings()
    try:
        with fetched(url, sha256) as path:
            _import(
                settings,
                ImportRequest(
                    path, kind, source or url[:200], licence, date, code_field, name_field, layer, crs,
                    only_ours=only_ours, dry_run=dry_run, url=url[:200],
                ),
            )  # fmt: skip
    except GeodataError as error:
        _refuse(str(error))


@app.command()
def revert(
    to: Annotated[
        str, typer.Option(help="Name of a version of --list, or `shipped`; the one before when not given.")
    ] = "",
) -> None:
    """Go back to what was in use before the last import."""
    from geodata import versions
    from geodata.errors import GeodataError

    directory = load_settings().data_dir / versions.FOLDER
    try:
        with versions.locked(directory):
            active = versions.active_name(directory)
            if not (to or active):
                _refuse("The shipped layers are in use; there is nothing to go back to.")
            name = "" if to == "shipped" else to or versions.read_version(directory, active).parent
            versions.activate(directory, name)
    except GeodataError as error:
        _refuse(str(error))
    told = f"In use now: {name or 'the shipped layers'}. {_TAKEN_UP}"
    Console(highlight=False).print(told, markup=False, soft_wrap=True)


@app.command()
def verify(
    against: Annotated[Path | None, typer.Option(help="A file of communes to compare with.")] = None,
) -> None:
    """Print area, validity, overlaps and gaps of the layers in use; exit 1 when something is wrong."""
    from geodata import storage
    from geodata.errors import GeodataError
    from geodata.verify import verify as verify_layers

    try:
        storage.use_directory(load_settings().data_dir)
        report = verify_layers(against)
    except GeodataError as error:
        _refuse(str(error))
    Console(highlight=False).print(report, markup=False, soft_wrap=True)
    if not report.is_sound:
        raise typer.Exit(1)


_TAKEN_UP = (
    "A running house takes it up by itself within seconds: the web process shows the new layers, and feeds, recorder "
    "and alerts start anew on them."
)


def _import(settings: Settings, request: ImportRequest) -> None:
    from geodata.errors import GeodataError
    from geodata.imports import import_file

    console = Console(highlight=False, stderr=True)
    try:
        with console.status("geodata import"):
            result = import_file(request, settings.data_dir, datetime.now(UTC))
    except GeodataError as error:
        _refuse(str(error))
    Console(highlight=False).print(_told(result), markup=False, soft_wrap=True)


def _told(result: ImportResult) -> str:
    record = result.record
    counts = ", ".join(f"{name} {value:,}" for name, value in record.counts.items())
    lines = [
        f"{record.kind}: {record.file}, {record.size:,} bytes, SHA-256 {record.sha256}",
        f"source: {record.source}; licence: {record.licence}; date: {record.date}",
        *([f"coordinates: {record.crs}"] if record.crs else []),
        counts,
        *(f"warning: {sentence}" for sentence in record.warnings),
        *(f"refused: row {each.row}: {each.reason}" for each in result.refused[:_SHOWN]),
        *([f"refused: {len(result.refused) - _SHOWN:,} more rows"] if len(result.refused) > _SHOWN else []),
        f"{sum(result.sizes.values()):,} bytes in {len(result.sizes)} files",
        f"In use now: {result.version}. {_TAKEN_UP}" if result.version else "Nothing was changed (--dry-run).",
    ]
    return "\n".join(lines)


def _list(settings: Settings) -> None:
    from geodata import versions

    directory = settings.data_dir / versions.FOLDER
    active = versions.active_name(directory)
    lines = []
    for version in versions.list_versions(directory):
        record = version.imports[-1]
        facts = (version.name, record.file, record.source, record.licence, record.date, record.sha256[:12])
        lines.append(f"{'*' if version.name == active else ' '} {'  '.join(facts)}")
    lines.append(f"{' ' if active else '*'} shipped")
    Console(highlight=False).print("\n".join(lines), markup=False, soft_wrap=True)


def _refuse(sentence: str) -> NoReturn:
    Console(stderr=True, highlight=False).print(sentence, markup=False, soft_wrap=True)
    raise typer.Exit(2)
