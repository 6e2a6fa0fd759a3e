"""A mapping: how the columns of a file become readings, as data.

A mapping is YAML; `docs/mappings.md` explains every key with examples. This module loads and checks it; `rows`
applies it. Nothing here knows any particular provider.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml

from feeds.catalogue import DIM_VALUES, Catalogue
from feeds.errors import MappingError
from feeds.model import METHODS

KINDS: Final = ("replay", "csv")


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a text comes from: a column (with an optional lookup and prefix), or a constant.

    Attributes:
        column: the column's name, "" for a constant.
        constant: the text itself where there is no column.
        lookup: text of the column → text to use; a text that is not there is kept.
        prefix: put before the result.
    """

    column: str = ""
    constant: str = ""
    lookup: dict[str, str] = {}
    prefix: str = ""


class Instant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an instant comes from.

    Attributes:
        column: the column's name.
        format: `iso`, `epoch_s`, `epoch_ms`, or a `strptime` format.
        zone: IANA zone of texts that carry none.
    """

    column: str
    format: str = "iso"
    zone: str = "UTC"


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a number comes from: `column × scale + offset`.

    Attributes:
        column: the column's name.
        scale: unit conversion, for example 60 for minutes into seconds.
        offset: added after scaling.
        decimal: the decimal sign in the file, `.` or `,`.
        lookup: text → number, for words that mean a number.
    """

    column: str
    scale: float = 1.0
    offset: float = 0.0
    decimal: str = "."
    lookup: dict[str, float] = {}


class ReadingRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reading that every row yields."""

    metric: str
    value: Value
    dims: dict[str, str | Column] = {}
    method: str = "report"


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that are refused whole: those whose column equals a text."""

    column: str
    equals: str
    reason: str
    message: str


class DeclaredPlaces(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Places the file brings along, one for each different id."""

    id: Column
    name_vi: Column
    name_en: Column
    lat: Value
    lon: Value
    kind: str = "crossing"


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in both languages."""

    vi: str
    en: str


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole mapping; see `docs/mappings.md`."""

    source: str
    name: Name
    place: Column
    time: Instant
    readings: list[ReadingRule]
    recorded: Instant | None = None
    places: DeclaredPlaces | None = None
    refuse: list[Refusal] = []
    missing: tuple[str, ...] = ("",)
    cadence_s: float | None = None
    encoding: str = "utf-8-sig"
    delimiter: str = ","

    def columns(self) -> set[str]:
        """Return every column the mapping needs."""
        needed = {self.place.column, self.time.column, *(rule.value.column for rule in self.readings)}
        needed |= {refusal.column for refusal in self.refuse}
        if self.recorded:
            needed.add(self.recorded.column)
        if self.places:
            declared = self.places
            needed |= {
                part.column for part in (declared.id, declared.name_vi, declared.name_en, declared.lat, declared.lon)
            }
        for rule in self.readings:
            needed |= {dim.column for dim in rule.dims.values() if isinstance(dim, Column)}
        return needed - {""}


def load_mapping(path: Path, catalogue: Catalogue) -> Mapping:
    """Read and check a mapping.

    Raises:
        MappingError: with file, line or key, what was got and what was expected.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"{path}: cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"{path}: not YAML: {error}") from error
    if not isinstance(data, AbstractMapping):
        raise MappingError(f"{path}: expected keys such as source, place, time, readings; got {type(data).__name__}")
    try:
        mapping = msgspec.convert(data, Mapping)
    except msgspec.ValidationError as error:
        raise MappingError(f"{path}: {error}") from error
    _check(mapping, path, catalogue)
    return mapping


def _check(mapping: Mapping, path: Path, catalogue: Catalogue) -> None:
    if not mapping.readings:
        raise MappingError(f"{path}: readings is empty; a mapping yields at least one reading a row")
    if not (mapping.place.column or mapping.place.constant):
        raise MappingError(f"{path}: place needs a column or a constant")
    if len(mapping.delimiter) != 1:
        raise MappingError(f"{path}: delimiter must be one character, got {mapping.delimiter!r}")
    if mapping.cadence_s is not None and mapping.cadence_s <= 0:
        raise MappingError(f"{path}: cadence_s must be above 0, got {mapping.cadence_s}")
    try:
        "".encode(mapping.encoding)
    except LookupError as error:
        raise MappingError(f"{path}: encoding {mapping.encoding!r} is not known") from error
    for key, instant in (("time", mapping.time), ("recorded", mapping.recorded)):
        if instant:
            _check_zone(instant.zone, f"{path}: {key}.zone")
    for index, rule in enumerate(mapping.readings):
        _check_rule(rule, f"{path}: readings[{index}]", catalogue)


def _check_zone(zone: str, where: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MappingError(f"{where}: {zone!r} is not an IANA time zone such as Asia/Ho_Chi_Minh") from error


def _check_rule(rule: ReadingRule, where: str, catalogue: Catalogue) -> None:
    metric = catalogue.get(rule.metric)
    if metric is None:
        raise MappingError(f"{where}.metric: {rule.metric!r} is not in the metric catalogue")
    if rule.method not in METHODS:
        raise MappingError(f"{where}.method: expected one of {METHODS}, got {rule.method!r}")
    if rule.value.decimal not in {".", ","}:
        raise MappingError(f"{where}.value.decimal: expected . or , got {rule.value.decimal!r}")
    for dim, value in rule.dims.items():
        if dim not in metric.dims:
            known = ", ".join(sorted(metric.dims)) or "none"
            raise MappingError(f"{where}.dims: {rule.metric} has dims {known}; got {dim!r}")
        allowed: Any = DIM_VALUES[dim]
        if isinstance(value, str) and allowed is not None and value not in allowed:
            raise MappingError(f"{where}.dims.{dim}: expected one of {allowed}, got {value!r}")
