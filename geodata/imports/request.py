"""What is asked for when a file is imported, and what an import of one kind hands on.

Deliberately not here: doing it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from geodata.layers import Layer

KINDS: Final = ("communes", "districts", "province", "sites", "population")


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A file and what the operator says about it.

    Attributes:
        path: The file.
        kind: One of `KINDS`, "" to find it from the content.
        source: Who the data is owed to, as shown on the map.
        licence: Under which terms.
        date: ISO date of the data.
        code_field: Column with the code, "" to find it.
        name_field: Column with the name, "" to find it.
        layer: Layer of a geopackage, "" when there is one.
        crs: Coordinate system when the file's own is missing or wrong.
        only_ours: Leave out units that are none of ours.
        dry_run: Check and report, and change nothing.
        url: Where the file was fetched from.
    """

    path: Path
    kind: str = ""
    source: str = ""
    licence: str = ""
    date: str = ""
    code_field: str = ""
    name_field: str = ""
    layer: str = ""
    crs: str = ""
    only_ours: bool = False
    dry_run: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, by its number in the file (the header is 1), and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import of one kind produced: new files, the layers' descriptions, and what to tell."""

    files: Mapping[str, bytes]
    described: Mapping[str, Layer]
    warnings: Sequence[str]
    counts: Mapping[str, float]
    crs: str = ""
    refused: Sequence[Refused] = field(default=())
