"""The files of the room: hand-entered facts (CSV), built data (JSON), and what an operator imported over it.

The only module that opens files for the others. A built file is looked for among the imported ones first (see
`geodata.versions`), once `use_directory` has said where those lie; a process keeps to the version it opened with until
`refresh`. Deliberately not here: meaning; each reader interprets its own rows.
"""

import csv
import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

from geodata import versions
from geodata.errors import LayerError

FACTS_DIR: Final = Path(__file__).parent / "facts"
DATA_DIR: Final = Path(__file__).parent / "data"

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_clearers: list[Callable[[], None]] = []
# Where imports are kept, and the version in use; None while only shipped data is known.
_active: dict[str, Any] = {"directory": None, "version": None}


def cached(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Keep a function's results as `functools.cache` does, until other data comes into use."""
    kept = functools.cache(function)
    _clearers.append(kept.cache_clear)
    return cast("Callable[_Arguments, _Result]", kept)


def use_directory(data_dir: Path | None) -> str:
    """Take imported files from a data directory, before the shipped ones; None goes back to shipped data.

    Args:
        data_dir: The house's data directory; its folder `geodata` need not exist.

    Returns:
        The name of the version in use, "" for shipped data.

    Raises:
        LayerError: The version in use is incomplete or was changed by hand.
    """
    directory = None if data_dir is None else data_dir / versions.FOLDER
    version = None if directory is None else versions.active_version(directory)
    changed = version != active()
    _active.update(directory=directory, version=version)
    # What was read stays read while it is the same data: checking again costs a checksum and no more.
    for clear in _clearers if changed else ():
        clear()
    return version.name if version else ""


def refresh() -> bool:
    """Take up a version that was imported, or reverted to, since; say whether there was one.

    Raises:
        LayerError: The version in use now is incomplete or was changed by hand; the former one stays in use.
    """
    directory: Path | None = _active["directory"]
    if directory is None or versions.active_name(directory) == active_name():
        return False
    use_directory(directory.parent)
    return True


def ready_name() -> str | None:
    """Return the name of a whole version that `refresh` would take up, "" for shipped data; None when there is none."""
    directory: Path | None = _active["directory"]
    if directory is None or versions.active_name(directory) == active_name():
        return None
    try:
        version = versions.active_version(directory)
    except LayerError:
        return None
    return version.name if version else ""


def active() -> versions.Version | None:
    """Return the imported version in use, or None while shipped data is."""
    version: versions.Version | None = _active["version"]
    return version


def active_name() -> str:
    """Return the name of the version in use, "" for shipped data."""
    version = active()
    return version.name if version else ""


def read_facts(name: str) -> list[dict[str, str]]:
    """Return the rows of a hand-entered CSV as dictionaries, in file order.

    Raises:
        LayerError: The file is missing.
    """
    try:
        with (FACTS_DIR / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError as error:
        raise LayerError(f"The facts file {name!r} is missing from geodata/facts.") from error


@cached
def read_bytes(name: str) -> bytes:
    """Return a built or imported file as it is on disk; read once and kept.

    Raises:
        LayerError: The file is missing.
    """
    version = active()
    folder = version.path if version and name in version.files else DATA_DIR
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError as error:
        raise LayerError(
            f"The built file {name!r} is missing from geodata/data. Run `python -m dashboard geodata build`."
        ) from error


def read_json(name: str) -> dict[str, Any]:
    """Return the content of a built JSON file; a fresh copy that the caller may change.

    Raises:
        LayerError: The file is missing or is not JSON.
    """
    try:
        content = json.loads(read_bytes(name))
    except ValueError as error:
        raise LayerError(
            f"The built file {name!r} in geodata/data is damaged ({error}). Run `python -m dashboard geodata build`."
        ) from error
    if not isinstance(content, dict):
        raise LayerError(f"The built file {name!r} in geodata/data holds no JSON object.")
    return content
