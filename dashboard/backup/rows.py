"""Neutral rows: one JSON array a line, the same bytes for the same row whichever database it came from. Pure.

Text is made storable on both databases, bytes become base64, the numbers JSON has no word for become text, and -0.0
becomes 0.0 (SQLite does not keep its sign). So equal rows are equal lines, and a table's hash is the sum over the
hashes of its lines: it depends neither on their order nor on where they are kept.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any, Final, Literal

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Double, Integer, LargeBinary, Table, Text, column, table
from sqlalchemy.sql.expression import TableClause
from sqlalchemy.types import TypeEngine

from feeds.history.dialect import storable

Kind = Literal["int", "float", "text", "bool", "bytes"]

_TYPES: Final[dict[Kind, type[TypeEngine[Any]]]] = {
    "int": BigInteger,
    "float": Double,
    "text": Text,
    "bool": Boolean,
    "bytes": LargeBinary,
}
_PYTHON: Final[dict[Kind, type]] = {"int": int, "float": float, "text": str, "bool": bool, "bytes": str}
_BYTES: Final = 16
_MODULUS: Final = 1 << (8 * _BYTES)


def kind_of(one: Column[Any]) -> Kind:
    """Return the neutral kind of a column.

    Raises:
        TypeError: for a type that none of our tables has so far.
    """
    kinds: tuple[tuple[Kind, type], ...] = (
        ("bool", Boolean),
        ("int", Integer),
        ("float", Double),
        ("bytes", LargeBinary),
    )
    for kind, sort in kinds:
        if isinstance(one.type, sort):
            return kind
    if one.type.python_type is str:
        return "text"
    raise TypeError(f"{one}: a column of type {one.type!r} has no neutral form")


def columns_of(of: Table) -> list[tuple[str, Kind]]:
    """Return the columns of a table with their kinds, in their order."""
    return [(str(one.name), kind_of(one)) for one in of.columns]


def clause(name: str, columns: Sequence[tuple[str, Kind]]) -> TableClause:
    """Return a table as SQL knows it, made from neutral columns: an archive may be older than our tables."""
    return table(name, *(column(one, _TYPES[kind]()) for one, kind in columns))


class Digest:
    """How many rows there were, and a hash of them that does not depend on their order."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Count rows, each as the line it is written as (without its end)."""
        total = self._sum
        for line in lines:
            total += int.from_bytes(blake2b(line, digest_size=_BYTES).digest(), "big")
            self.rows += 1
        self._sum = total % _MODULUS

    def hex(self) -> str:
        """Return the hash as text."""
        return f"{self._sum:032x}"


def encoder(columns: Sequence[tuple[str, Kind]]) -> Callable[[Sequence[Any]], bytes]:
    """Return what makes a line of a row in the order of `columns`."""
    texts = [index for index, (_, kind) in enumerate(columns) if kind == "text"]
    floats = [index for index, (_, kind) in enumerate(columns) if kind == "float"]
    others = [index for index, (_, kind) in enumerate(columns) if kind == "bytes"]

    def encode(row: Sequence[Any]) -> bytes:
        values = list(row)
        for index in texts:
            if values[index] is not None:
                values[index] = storable(values[index])
        for index in floats:
            if (value := values[index]) is not None:
                values[index] = value + 0.0 if math.isfinite(value) else repr(value)
        for index in others:
            if values[index] is not None:
                values[index] = base64.b64encode(values[index]).decode()
        return orjson.dumps(values)

    return encode


def decoder(columns: Sequence[tuple[str, Kind]]) -> Callable[[bytes], tuple[Any, ...]]:
    """Return what makes a row of a line.

    The function it returns raises ValueError when a line is not a row of these columns.
    """
    sorts = [_PYTHON[kind] for _, kind in columns]
    floats = [index for index, (_, kind) in enumerate(columns) if kind == "float"]
    others = [index for index, (_, kind) in enumerate(columns) if kind == "bytes"]

    def decode(line: bytes) -> tuple[Any, ...]:
        values = orjson.loads(line)
        if not isinstance(values, list) or len(values) != len(sorts):
            raise ValueError(f"expected a list of {len(sorts)} values")
        for index in floats:
            if isinstance(values[index], str):
                values[index] = _unusual(values[index])
        for value, sort, (name, kind) in zip(values, sorts, columns, strict=True):
            if value is not None and type(value) is not sort:
                raise ValueError(f"{name}: expected {kind}, got {type(value).__name__}")
        for index in others:
            if values[index] is not None:
                try:
                    values[index] = base64.b64decode(values[index], validate=True)
                except binascii.Error as error:
                    raise ValueError(f"{columns[index][0]}: {error}") from error
        return tuple(values)

    return decode


def _unusual(words: str) -> float:
    if words not in {"nan", "inf", "-inf"}:
        raise ValueError(f"expected a number, got {words[:20]!r}")
    return float(words)
