"""Reading a mapping file: every fault names the file, the line, the key, what was got and what was expected."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from feeds.catalogue import DIM_VALUES, Catalogue, Metric
from feeds.errors import MappingError
from feeds.mapping import schema
from feeds.mapping.document import MOST_CHARACTERS, Document
from feeds.mapping.encodings import text_codec
from feeds.mapping.instants import zone_of
from feeds.mapping.paths import parse_path
from feeds.mapping.patterns import compiled
from feeds.mapping.schema import Condition, Day, Instant, Mapping, PassageRule, PlaceRule, ReadingRule, Text, Value
from feeds.mapping.texts import DURATIONS
from feeds.mapping.units import factor
from feeds.model import DIRECTIONS, GOODS_CLASSES, METHODS, PHASES, STEPS
from geodata.places import KINDS

MOST_RULES: Final = 500
"""Readings and passages of one record at most: a bound on what a payload can be blown up to."""

_UNKNOWN: Final = re.compile(r"unknown field `([^`]*)`")
_AT: Final = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`")
_SOURCE: Final = re.compile(r"[\w][\w.:-]{0,63}", re.ASCII)
_REASON: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_STRUCTS: Final = (
    schema.Mapping, schema.Name, schema.Text, schema.Value, schema.Instant, schema.Day, schema.Condition,
    schema.Refusal, schema.ReadingRule, schema.PassageRule, schema.PlaceRule, schema.Combination,
)  # fmt: skip
_KEYS: Final = {struct: [field.encode_name for field in msgspec.structs.fields(struct)] for struct in _STRUCTS}
_ALL_KEYS: Final = sorted({key for keys in _KEYS.values() for key in keys})


def load_mapping(path: Path, catalogue: Catalogue) -> Mapping:
    """Read and check a mapping file.

    Raises:
        MappingError: with file, line, key, what was got and what was expected.
    """
    try:
        with path.open("rb") as file:
            data = file.read(4 * MOST_CHARACTERS)
    except OSError as error:
        raise MappingError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MappingError(f"{path}:{line}: not UTF-8 at byte {error.start + 1} ({error.reason})") from error
    return parse_mapping(text, catalogue, name=str(path))


def parse_mapping(text: str, catalogue: Catalogue, name: str = "mapping") -> Mapping:
    """Return the mapping a YAML text says.

    Args:
        text: the YAML.
        catalogue: the metrics there are.
        name: how messages name it.

    Raises:
        MappingError: with name, line, key, what was got and what was expected.
    """
    document = Document(unicodedata.normalize("NFC", text), name)
    try:
        mapping = msgspec.convert(document.data, Mapping)
    except msgspec.ValidationError as error:
        raise _explained(document, str(error)) from error
    return _Check(document, catalogue).checked(mapping)


def _explained(document: Document, message: str) -> MappingError:
    at = _AT.search(message)
    key = at[1] if at else ""
    said = _AT.sub("", message)
    unknown = _UNKNOWN.search(said)
    if unknown:
        wrong = unknown[1]
        key = f"{key}.{wrong}" if key else wrong
        near = difflib.get_close_matches(wrong, _near_keys(document, key) or _ALL_KEYS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return MappingError(f"{document.where(key)}: there is no key {wrong!r} here{hint}")
    return MappingError(f"{document.where(key)}: {said}" if key else f"{document.name}: {said}")


def _near_keys(document: Document, key: str) -> list[str]:
    """Return the keys that may stand beside a wrong one: those of the part that shares most of its neighbours."""
    node: Any = document.data
    for name, index in re.findall(r"\.?([^.\[\]]+)|\[(\d+)\]", key.rpartition(".")[0]):
        try:
            node = node[int(index)] if index else node[name]
        except (KeyError, IndexError, TypeError):
            return []
    neighbours = set(node) if isinstance(node, dict) else set()
    return max(_KEYS.values(), key=lambda keys: (len(neighbours & set(keys)), -len(keys)))


class _Check:
    """Checks of one mapping that its types do not make."""

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        self._document = document
        self._catalogue = catalogue

    def checked(self, mapping: Mapping) -> Mapping:
        """Return the mapping with its units worked out.

        Raises:
            MappingError: at the first fault.
        """
        self._head(mapping)
        self._picks(mapping)
        for key, node in _nodes(mapping, ""):
            self._node(key, node)
        for index, passage in enumerate(mapping.passages):
            self._passage(f"passages[{index}]", passage, mapping)
        for key, place in _listed(mapping.places, "places"):
            self._place_rule(key, place)
        for index, refusal in enumerate(mapping.refuse):
            key = f"refuse[{index}]"
            self._need(
                bool(_REASON.fullmatch(refusal.reason)), f"{key}.reason",
                f"expected a short word such as parse_miss, got {refusal.reason!r}",
            )  # fmt: skip
        readings = [self._reading(f"readings[{index}]", rule, mapping) for index, rule in enumerate(mapping.readings)]
        return msgspec.structs.replace(mapping, readings=readings)

    def _need(self, holds: bool, key: str, message: str) -> None:
        if not holds:
            raise MappingError(f"{self._document.where(key)}: {message}")

    def _try(self, key: str, check: Callable[[], object]) -> None:
        try:
            check()
        except ValueError as error:
            raise MappingError(f"{self._document.where(key)}: {error}") from error

    def _head(self, mapping: Mapping) -> None:
        need = self._need
        need(bool(_SOURCE.fullmatch(mapping.source)), "source",
             f"expected a word of 1–64 letters, digits, . : - _, got {mapping.source[:64]!r}")  # fmt: skip
        need(bool(mapping.readings or mapping.passages), "readings",
             "readings is empty and there are no passages; a mapping yields at least one of them")  # fmt: skip
        need(len(mapping.readings) + len(mapping.passages) <= MOST_RULES, "readings",
             f"more than {MOST_RULES} readings and passages a record")  # fmt: skip
        need(len(mapping.delimiter) == 1 and mapping.delimiter not in '"\r\n', "delimiter",
             f"expected one character, got {mapping.delimiter!r}")  # fmt: skip
        need(mapping.cadence_s is None or 0 < mapping.cadence_s <= 366 * 86_400, "cadence_s",
             f"expected seconds above 0 and within a year, got {mapping.cadence_s}")  # fmt: skip
        need(1 <= mapping.header_line <= 1_000, "header_line", f"expected 1 to 1,000, got {mapping.header_line}")
        need(mapping.format == "csv" or not mapping.columns, "columns", "only a CSV has columns")
        if mapping.encoding != "auto":
            self._try("encoding", lambda: text_codec(mapping.encoding))
        if mapping.format == "csv":
            need(not mapping.records, "records", "a CSV's records are its lines; leave this key out")
        else:
            self._try("records", lambda: parse_path(mapping.records or "$"))
            path = parse_path(mapping.records or "$")
            need(path.up == 0 and not path.name, "records", "a path from the payload's top, such as $.data[*]")
        for key, rule in self._timeless(mapping):
            need(bool(mapping.time), key, f"{rule} has no time: the mapping needs the key time")
        for key, rule in self._placeless(mapping):
            need(mapping.place is not None, key, f"{rule} has no place: the mapping needs the key place")

    @staticmethod
    def _timeless(mapping: Mapping) -> Iterator[tuple[str, str]]:
        for index, reading in enumerate(mapping.readings):
            if not reading.time:
                yield f"readings[{index}]", f"readings[{index}]"
        for index, passage in enumerate(mapping.passages):
            if not passage.at:
                yield f"passages[{index}]", f"passages[{index}]"

    @staticmethod
    def _placeless(mapping: Mapping) -> Iterator[tuple[str, str]]:
        for index, reading in enumerate(mapping.readings):
            if reading.place is None:
                yield f"readings[{index}]", f"readings[{index}]"
        for index, passage in enumerate(mapping.passages):
            if passage.place is None:
                yield f"passages[{index}]", f"passages[{index}]"

    def _picks(self, mapping: Mapping) -> None:
        table = mapping.format == "csv"
        for key, pick in mapping.picks():
            self._need(not (pick.column and pick.path), key, "has both column and path; a CSV has columns, "
                       "JSON and XML have paths")  # fmt: skip
            self._need(bool(pick.column) is table, key,
                       f"names a {'path' if table else 'column'}, but format is {mapping.format}: write "
                       f"{'column: …' if table else 'path: …'}")  # fmt: skip
            for text in pick.keys if not table else ():
                self._try(key, lambda text=text: parse_path(text))  # type: ignore[misc]
                self._need(not parse_path(text).stars, key,
                           f"{text!r}: [*] belongs into records; a record's own paths name one thing each")  # fmt: skip

    def _node(self, key: str, node: object) -> None:
        match = getattr(node, "match", "") or getattr(node, "matches", "")
        if match:
            self._try(f"{key}.match", lambda: compiled(match))
        if isinstance(node, Text):
            self._text(key, node)
        elif isinstance(node, Value):
            self._value(key, node)
        elif isinstance(node, Instant):
            self._instant(key, node)
        elif isinstance(node, Day):
            self._need(bool(node.keys), key, "needs a column or a path")
            self._formats(key, node.format)
        elif isinstance(node, Condition):
            self._condition(key, node)

    def _text(self, key: str, node: Text) -> None:
        given = bool(node.keys) + bool(node.parts) + (node.constant != "")
        self._need(given == 1, key, "needs exactly one of column, path, constant or parts")
        for kind in [node.find] if isinstance(node.find, str) else node.find:
            self._need(not kind or kind in KINDS, f"{key}.find", f"expected kinds among {KINDS}, got {kind!r}")

    def _value(self, key: str, node: Value) -> None:
        self._need(bool(node.keys) is (node.constant is None), key, "needs exactly one of column, path or constant")
        self._need(node.thousands != node.decimal, f"{key}.thousands", "is the decimal sign as well")
        self._need(len(node.thousands) <= 1, f"{key}.thousands", "is one character")
        self._need(not node.unit or node.divide_by is None, f"{key}.unit", "a share has no unit; use scale")
        if node.match:
            groups = compiled(node.match).groupindex
            mixed = "value" in groups and any(name in groups for name in DURATIONS)
            self._need(not mixed, f"{key}.match", "has the group value as well as parts of a duration")

    def _instant(self, key: str, node: Instant) -> None:
        self._need(bool(node.keys) is not node.now, key, "needs exactly one of column, path or now")
        self._formats(key, node.format)
        if isinstance(node.zone, str) and node.zone not in node.zones:
            self._try(f"{key}.zone", lambda: zone_of(str(node.zone)))
        for name, zone in node.zones.items():
            self._try(f"{key}.zones.{name}", lambda zone=zone: zone_of(zone))  # type: ignore[misc]

    def _formats(self, key: str, formats: str | list[str]) -> None:
        self._need(bool(formats), f"{key}.format", "is empty")
        for form in [formats] if isinstance(formats, str) else formats:
            if form in {"iso", "epoch_s", "epoch_ms"}:
                continue
            expected = f"expected iso, epoch_s, epoch_ms or a strptime pattern such as %d/%m/%Y %H:%M, got {form!r}"
            self._need("%" in form, f"{key}.format", expected)
            try:
                datetime.strptime("", form)  # noqa: DTZ007 (only the pattern is tried)
            except ValueError as error:
                # A pattern that is one does not match the empty text, which is another message.
                self._need("does not match" in str(error), f"{key}.format", f"{expected} ({error})")
            except (re.error, KeyError, IndexError) as error:
                raise MappingError(f"{self._document.where(f'{key}.format')}: {expected}") from error

    def _condition(self, key: str, node: Condition) -> None:
        tests = (
            node.equals is not msgspec.UNSET or node.among is not None or bool(node.matches) or node.present is not None
        )
        self._need(tests is bool(node.keys), key,
                   "needs a column or path together with equals, in, matches or present")  # fmt: skip
        self._need(tests or bool(node.any_of) or node.negated is not None, key, "says nothing; give equals, in, "
                   "matches, present, any or not")  # fmt: skip

    def _reading(self, key: str, rule: ReadingRule, mapping: Mapping) -> ReadingRule:
        metric = self._catalogue.get(rule.metric)
        if metric is None:
            near = difflib.get_close_matches(rule.metric, [one.name for one in self._catalogue.all()], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise MappingError(
                f"{self._document.where(f'{key}.metric')}: {rule.metric!r} is not in the metric catalogue{hint}"
            )
        self._need(rule.method in METHODS, f"{key}.method", f"expected one of {METHODS}, got {rule.method!r}")
        self._dims(key, rule, metric)
        counting = rule.combine is not None and rule.combine.how == "count"
        self._need((rule.value is None) is counting, f"{key}.value",
                   "a count counts records and has no value" if counting else "is needed")  # fmt: skip
        if rule.combine is not None and rule.combine.how == "ratio":
            self._need(rule.value is not None and rule.value.divide_by is not None, f"{key}.value",
                       "a ratio needs divide_by")  # fmt: skip
        if rule.combine is not None:
            self._need(mapping.format != "ndjson", f"{key}.combine", "lines of a stream have no end to combine at")
        if rule.value is None or not rule.value.unit:
            return rule
        try:
            size = factor(rule.value.unit, metric.unit)
        except ValueError as error:
            raise MappingError(f"{self._document.where(f'{key}.value.unit')}: {error}") from error
        value = msgspec.structs.replace(rule.value, unit="", scale=rule.value.scale * size)
        return msgspec.structs.replace(rule, value=value)

    def _dims(self, key: str, rule: ReadingRule, metric: Metric) -> None:
        for dim, value in rule.dims.items():
            known = ", ".join(sorted(metric.dims)) or "none"
            self._need(dim in metric.dims, f"{key}.dims", f"{rule.metric} has dims {known}; got {dim!r}")
            allowed = DIM_VALUES[dim]
            if isinstance(value, str) and allowed is not None:
                self._need(value in allowed, f"{key}.dims.{dim}", f"expected one of {allowed}, got {value!r}")

    def _passage(self, key: str, rule: PassageRule, mapping: Mapping) -> None:
        del mapping
        for name, allowed in (
            ("step", STEPS), ("phase", PHASES), ("direction", DIRECTIONS), ("goods_class", GOODS_CLASSES),
        ):  # fmt: skip
            word = getattr(rule, name)
            if isinstance(word, str):
                self._need(word in allowed, f"{key}.{name}", f"expected one of {allowed}, got {word!r}")
        for name in ("goods_tonnes", "fee_vnd"):
            value = getattr(rule, name)
            self._need(value is None or not value.unit, f"{key}.{name}.unit", "write scale, for example 0.001")

    def _place_rule(self, key: str, rule: PlaceRule) -> None:
        self._need(rule.kind in {"crossing", "site"}, f"{key}.kind", f"expected crossing or site, got {rule.kind!r}")
        self._need((rule.lat is None) is (rule.lon is None), key, "needs both lat and lon, or neither")


def _nodes(node: object, key: str) -> Iterator[tuple[str, object]]:
    if isinstance(node, msgspec.Struct):
        yield key, node
        for field in msgspec.structs.fields(node):
            name = f"{key}.{field.encode_name}" if key else field.encode_name
            yield from _nodes(getattr(node, field.name), name)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _nodes(item, f"{key}[{index}]")
    elif isinstance(node, dict):
        for name, item in node.items():
            yield from _nodes(item, f"{key}.{name}")


def _listed(rules: PlaceRule | list[PlaceRule], key: str) -> list[tuple[str, PlaceRule]]:
    if isinstance(rules, list):
        return [(f"{key}[{index}]", rule) for index, rule in enumerate(rules)]
    return [(key, rules)]
