"""The files beside the code: hand-entered facts (CSV) and built data (JSON).

The only module of the room that opens files at run time. Deliberately not here: meaning; each
reader interprets its own rows.
"""

import csv
import functools
import json
from pathlib import Path
from typing import Any, Final

from geodata.errors import LayerError

FACTS_DIR: Final = Path(__file__).parent / "facts"
DATA_DIR: Final = Path(__file__).parent / "data"


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


@functools.cache
def read_bytes(name: str) -> bytes:
    """Return a built file as it is on disk; read once and kept.

    Raises:
        LayerError: The file is missing.
    """
    try:
        return (DATA_DIR / name).read_bytes()
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
