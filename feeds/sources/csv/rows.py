"""Rows become readings: a mapping applied to a file, row by row.

Pure but for reading the file. A row yields one reading a rule; an empty count stays missing (null, never 0); a row
that cannot be read is refused whole with its line and its reason; a row whose source clock runs ahead of the recorder
is flagged: its readings are `estimated` and a `feed_clock_ahead_s` reading says by how much.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from feeds.errors import MappingError, RefusedError
from feeds.model import DeadLetter
from feeds.sources.csv.mapping import Column, Instant, Mapping, ReadingRule, Value
from feeds.validation import RawReading
from geodata.places import Place

PROVINCE: Final = "lang-son"
FIELD_LIMIT: Final = 131_072
"""Characters in one field at most (the csv module's own bound): a quote never closed ends as a refused row."""


@dataclass(slots=True)
class Row:
    """What one row of the file yields.

    Attributes:
        line: the line of the file at which the row ends.
        recorded_at: when the recorder saw it: paces a replay; equals the observation where the file has no such column.
        readings: its readings, empty when the row is refused.
        letter: why it is refused, else None.
        clock_ahead_s: how far the source's clock runs ahead of the recorder's; 0 where it does not.
    """

    line: int
    recorded_at: datetime | None
    readings: list[RawReading] = field(default_factory=list)
    letter: DeadLetter | None = None
    clock_ahead_s: float = 0.0


def read_rows(path: Path, mapping: Mapping, now: datetime) -> Iterator[Row]:
    """Yield what each row of a file yields, in the file's order.

    Args:
        path: the file.
        mapping: its mapping.
        now: stamps the dead letters.

    Raises:
        MappingError: when the file cannot be opened or decoded, or lacks a column the mapping needs; the message
            names file, line and column.
    """
    try:
        with path.open(encoding=mapping.encoding, newline="") as file:
            reader = csv.DictReader(file, delimiter=mapping.delimiter, restkey="", restval=None)
            missing = sorted(mapping.columns() - set(reader.fieldnames or ()))
            if missing:
                raise MappingError(f"{path.name}: column {missing[0]!r} is not in the file; it has {reader.fieldnames}")
            yield from _rows(reader, path.name, mapping, now)
    except OSError as error:
        raise MappingError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{path.name}: not {mapping.encoding} at byte {error.start} ({error.reason})") from error


def declared_places(path: Path, mapping: Mapping) -> list[Place]:
    """Return the places a file brings along, in order of appearance; empty when the mapping declares none.

    Raises:
        MappingError: as `read_rows`, and where a position is not a number.
    """
    if mapping.places is None:
        return []
    declared = mapping.places
    found: dict[str, Place] = {}
    with path.open(encoding=mapping.encoding, newline="") as file:
        for row in csv.DictReader(file, delimiter=mapping.delimiter, restkey=""):
            place_id = _text(declared.id, row)
            if not place_id or place_id in found:
                continue
            try:
                lat, lon = (_number(part, row, mapping) for part in (declared.lat, declared.lon))
            except RefusedError as error:
                raise MappingError(f"{path.name}: place {place_id!r}: {error.message}") from error
            name_vi, name_en = (_text(part, row) or place_id for part in (declared.name_vi, declared.name_en))
            found[place_id] = Place(place_id, None, declared.kind, name_vi, name_en, lat, lon)
    return list(found.values())


def _rows(reader: csv.DictReader[str], name: str, mapping: Mapping, now: datetime) -> Iterator[Row]:
    rows = iter(reader)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            letter = DeadLetter("row", "bad_csv", str(error), "", mapping.source, now, "", f"{name}:{reader.line_num}")
            yield Row(reader.line_num, None, letter=letter)
            continue
        yield _row(row, reader.line_num, name, mapping, now)


def _row(row: AbstractMapping[str, str | None], line: int, name: str, mapping: Mapping, now: datetime) -> Row:
    recorded_at: datetime | None = None
    try:
        observed_at = _instant(mapping.time, row)
        recorded_at = _instant(mapping.recorded, row) if mapping.recorded else observed_at
        place = _accept(row, mapping)
        ahead_s = max(0.0, (observed_at - recorded_at).total_seconds())
        readings = [_reading(rule, row, mapping, place, observed_at, ahead_s) for rule in mapping.readings]
    except RefusedError as error:
        payload = json.dumps(row, ensure_ascii=False)[:4_000]
        origin = f"{name}:{line}"
        letter = DeadLetter("row", error.reason, error.message, error.field, mapping.source, now, payload, origin)
        return Row(line, recorded_at, letter=letter)
    return Row(line, recorded_at, readings, clock_ahead_s=ahead_s)


def _accept(row: AbstractMapping[str, str | None], mapping: Mapping) -> str:
    """Return the place of a row that may be read."""
    for refusal in mapping.refuse:
        if row[refusal.column] == refusal.equals:
            raise RefusedError(refusal.reason, refusal.message, refusal.column)
    place = _text(mapping.place, row)
    if not place:
        raise RefusedError("missing_place", f"column {mapping.place.column!r} names no place", mapping.place.column)
    return place


def _reading(
    rule: ReadingRule, row: AbstractMapping[str, str | None], mapping: Mapping, place: str, at: datetime, ahead_s: float
) -> RawReading:
    dims = {key: dim if isinstance(dim, str) else _text(dim, row) for key, dim in rule.dims.items()}
    value = _number(rule.value, row, mapping)
    quality = "missing" if value is None else "estimated" if ahead_s > 0 else "good"
    return RawReading(rule.metric, place, at, value, mapping.source, dims, rule.method, quality)


def _text(column: Column, row: AbstractMapping[str, str | None]) -> str:
    text = (row[column.column] or "").strip() if column.column else column.constant
    return column.prefix + column.lookup.get(text, text) if text else ""


def _number(value: Value, row: AbstractMapping[str, str | None], mapping: Mapping) -> float | None:
    text = (row[value.column] or "").strip()
    if text in value.lookup:
        return value.lookup[text]
    if text in mapping.missing:
        return None
    try:
        number = float(text.replace(".", "").replace(",", ".") if value.decimal == "," else text)
    except ValueError as error:
        raise RefusedError(
            "bad_value", f"column {value.column!r}: {text[:64]!r} is not a number", value.column
        ) from error
    return number * value.scale + value.offset


def _instant(instant: Instant, row: AbstractMapping[str, str | None]) -> datetime:
    text = (row[instant.column] or "").strip()
    try:
        if instant.format == "iso":
            at = datetime.fromisoformat(text)
        elif instant.format in {"epoch_s", "epoch_ms"}:
            at = datetime.fromtimestamp(float(text) / (1000 if instant.format == "epoch_ms" else 1), UTC)
        else:
            at = datetime.strptime(text, instant.format)  # noqa: DTZ007 (the zone is added below)
    except (ValueError, OverflowError, OSError) as error:
        raise RefusedError(
            "bad_time",
            f"column {instant.column!r}: {text[:64]!r} is not a time of format {instant.format}",
            instant.column,
        ) from error
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(instant.zone))
    return at.astimezone(UTC)
