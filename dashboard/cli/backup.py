"""`backup` and `restore`: everything that is kept in one archive, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from dashboard.settings import Settings, load_settings

if TYPE_CHECKING:
    from dashboard.backup.manifest import Manifest
    from dashboard.backup.write import Progress


def backup(
    to: Annotated[Path | None, typer.Option(help="File or folder; default DATA_DIR/backups.")] = None,
    verify: Annotated[Path | None, typer.Option(help="Write nothing: check this archive from end to end.")] = None,
    keep: Annotated[int, typer.Option(min=0, help="Afterwards keep the newest N in that folder; 0 keeps all.")] = 0,
    with_secrets: Annotated[bool, typer.Option(help="Also the signing key and the feeds' secrets.")] = False,
) -> None:
    """Back everything up while everything is running; or check an archive."""
    console = Console(stderr=True, highlight=False)
    if verify is not None:
        _verify(console, verify)
        return
    from dashboard.backup.last import note
    from dashboard.backup.rotation import archive_name, forget_old
    from dashboard.backup.write import write_backup
    from feeds.door import utc_now

    settings, now = load_settings(), utc_now()
    target = to or settings.data_dir / "backups"
    folder = target if to is None or target.is_dir() or not target.suffix else target.parent
    file = folder / archive_name(now) if folder == target else target
    with _progress(console) as progress:
        manifest = write_backup(
            settings, file, now, bus_url=_bus_url(settings), secrets=with_secrets, progress=progress
        )
    note(settings.data_dir, file, now)
    _print(console, manifest, file)
    for old in forget_old(folder, keep):
        console.print(f"Deleted {old.name}: {keep} newer ones are kept.", markup=False)
    typer.echo(file)


def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `backup` made.")],
    into: Annotated[str, typer.Option(help="Another database (sqlite:///… or postgresql://…); no files then.")] = "",
    force: Annotated[bool, typer.Option(help="Replace what is there.")] = False,
    no_files: Annotated[bool, typer.Option(help="Leave configuration and geodata as they are.")] = False,
) -> None:
    """Restore an archive: checked first, all or nothing, and compared row by row with what was read back."""
    from dashboard.backup.restore import restore as restore_it
    from dashboard.settings import database_url
    from feeds.door import utc_now

    settings, console = load_settings(), Console(stderr=True, highlight=False)
    if into:
        into = database_url(into, "--into")
    with _progress(console) as progress:
        done = restore_it(file, settings, utc_now(), into=into, force=force, files=not no_files, progress=progress)
    console.print(
        f"Restored {done.manifest.rows:,} rows of {len(done.manifest.tables)} tables and {done.files} files as of "
        f"{done.manifest.made_at}; every table was read back and equals the archive.",
        markup=False,
    )


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command()(backup)
    app.command()(restore)


def _verify(console: Console, file: Path) -> None:
    from dashboard.backup.archive import verify

    with _progress(console) as progress:
        found = verify(file, progress)
    _print(console, found.manifest, file)


def _bus_url(settings: Settings) -> str:
    from dashboard.errors import StartError
    from dashboard.wiring import redis_url

    try:
        return redis_url(settings)
    except StartError:
        return ""  # nothing runs; the manifest says so


def _print(console: Console, manifest: Manifest, file: Path) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("room", "table", "rows", "bytes"):
        table.add_column(name, justify="left" if name in {"room", "table"} else "right")
    for entry in manifest.tables:
        table.add_row(entry.room, entry.name, f"{entry.rows:,}", f"{entry.bytes:,}")
    console.print(table)
    areas = ", ".join(sorted({one.area for one in manifest.files})) or "none"
    bus = f"not noted ({manifest.bus_error})"
    if manifest.bus is not None:
        bus = f"{sum(one.waiting for one in manifest.bus)} entries waited to be recorded; they stay on the bus"
    console.print(
        f"{file}: {file.stat().st_size:,} bytes, {manifest.rows:,} rows as of {manifest.made_at}\n"
        f"files: {len(manifest.files)} ({areas}) · secrets: {'yes' if manifest.secrets else 'no'} · bus: {bus}\n"
        f"from: {', '.join(f'{name} in {kind}' for name, kind in manifest.kinds.items())}",
        markup=False,
    )


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description:>28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bars.update(task, description=what, completed=done, total=total)

        yield tell
