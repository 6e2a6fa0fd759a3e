"""Read a table of text within bounds: its encoding, its separator, its rows by column.

Deliberately not here: what the columns mean.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from geodata.errors import ImportRefusedError

# The whole country has some 400,000 cells; the province a hundredth of them.
MOST_ROWS: Final = 500_000
LONGEST_FIELD: Final = 10_000
_SEPARATORS: Final = (",", ";", "\t", "|")


def read_header(path: Path) -> list[str]:
    """Return the names of the columns, in NFC and stripped.

    Raises:
        ImportRefusedError: The file is no table.
    """
    return _header(path, _text(path).partition("\n")[0])


def read_table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row's number (the header is row 1) and its values by lower-case column, stripped and in NFC.

    Rows without any value are left out.

    Raises:
        ImportRefusedError: The file is no table, or too long.
    """
    text = _text(path)
    separator = _separator(text.partition("\n")[0])
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns: list[str] = []
    try:
        for number, row in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise ImportRefusedError(f"The table {path.name!r} has more than {MOST_ROWS:,} rows.")
            if not columns:
                columns = [_plain(name).casefold() for name in row]
                _check_header(path, columns)
            elif any(value.strip() for value in row):
                if len(row) > len(columns):
                    raise ImportRefusedError(
                        f"Row {number} of {path.name!r} has {len(row)} values for {len(columns)} columns."
                    )
                yield number, dict(zip(columns, map(_plain, row), strict=False))
    except csv.Error as error:
        raise ImportRefusedError(f"Row {reader.line_num} of {path.name!r} cannot be read: {error}.") from error


def _header(path: Path, line: str) -> list[str]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        names = next(csv.reader([line], delimiter=_separator(line)), [])
    except csv.Error as error:
        raise ImportRefusedError(f"The first row of {path.name!r} cannot be read: {error}.") from error
    columns = [_plain(name) for name in names]
    _check_header(path, columns)
    return columns


def _check_header(path: Path, columns: list[str]) -> None:
    named = [name for name in columns if name]
    if len(set(named)) < len(named):
        twice = sorted({name for name in named if named.count(name) > 1})
        raise ImportRefusedError(f"The table {path.name!r} has the column {twice[0]!r} twice.")
    if len(named) < 2:
        raise ImportRefusedError(f"The first row of {path.name!r} names no columns. Expected a header.")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _separator(header: str) -> str:
    return max(_SEPARATORS, key=header.count)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    encodings = ["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            failed = error
            continue
        if "\x00" in text:
            raise ImportRefusedError(f"The table {path.name!r} holds NUL characters; it is no text.")
        return text
    line = raw[: failed.start].count(b"\n") + 1
    raise ImportRefusedError(
        f"Line {line} of {path.name!r} is neither UTF-8, UTF-16 with a mark, nor Windows-1258. Save it as UTF-8."
    )
