"""Rules applied to one record: its readings, passages and places, or why it is refused.

A record that cannot be read is refused whole, with its place in the payload and its reason, unless the mapping says
that only the reading at fault is. A record whose source clock runs ahead of its recorder's is flagged: its readings
are `estimated`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec

from feeds.errors import RefusedError
from feeds.mapping.combine import Combiner
from feeds.mapping.instants import instant_of
from feeds.mapping.paths import ABSENT, Node
from feeds.mapping.patterns import Budget
from feeds.mapping.schema import Mapping, PassageRule, PlaceRule, ReadingRule, Refusal, Text
from feeds.mapping.scope import Record, Scope, TableRow, as_text, holds
from feeds.mapping.texts import number_of, text_of
from feeds.model import DeadLetter
from feeds.validation import RawPassage, RawReading
from geodata.errors import PlaceError
from geodata.places import Place, Places

KEPT_CHARACTERS: Final = 4_000
"""How much of a refused record is kept: what the door keeps of one."""
MOST_PLACES: Final = 20_000
"""Different places that one payload may bring along."""


@dataclass(slots=True)
class Row:
    """What one record of a payload yields.

    Attributes:
        origin: where it stood: `file:17` or `file:$.data[3]`.
        readings: its readings.
        passages: its passages.
        letter: why it, or one of its readings, is refused; else None.
        recorded_at: when the recorder saw it, which paces a replay; the observation where nothing says so.
        clock_ahead_s: how far the source's clock runs ahead of the recorder's; 0 where it does not.
        places: places it is the first to bring along.
        part: whether it stands for a part of a record, or for all records together, and counts as none.
        keep: returns the record as a dead letter keeps it, for a reading that the door refuses; None for no record.
    """

    origin: str
    readings: list[RawReading] = field(default_factory=list)
    passages: list[RawPassage] = field(default_factory=list)
    letter: DeadLetter | None = None
    recorded_at: datetime | None = None
    clock_ahead_s: float = 0.0
    places: list[Place] = field(default_factory=list)
    part: bool = False
    keep: Callable[[], str] | None = None


class Applier:
    """A mapping applied to the records of one payload.

    Args:
        mapping: the rules.
        now: when the payload came.
        combining: whether rules with `combine` are gathered; else they yield nothing.

    Attributes:
        fired: how often each rule (`readings[0]`, `passages[1]`) yielded something.
        found: keys that led somewhere.
        records: how many records there were.
        combiner: what rules with `combine` have gathered.
    """

    def __init__(self, mapping: Mapping, now: datetime, *, combining: bool = True) -> None:
        self.fired: Counter[str] = Counter()
        self.found: set[str] = set()
        self.combiner = Combiner()
        self.records = 0
        self._combining = combining
        self._mapping = mapping
        self._now = now
        self._missing = frozenset(as_text(marker) for marker in mapping.missing)
        self._budget = Budget()
        self._places: dict[str, Place] = {}
        rules = mapping.places
        self._place_rules: list[PlaceRule] = rules if isinstance(rules, list) else [rules]

    def rows(self, record: Record, origin: str) -> list[Row]:
        """Return what a record yields: one row, and one more for each of its readings that alone is refused."""
        self.records += 1
        scope = Scope(record, self._missing, self._now, self._budget, self.found)
        row = Row(origin, keep=partial(self.kept, record))
        refused: list[Row] = []
        try:
            self._judge(scope)
            self._declare(scope, row)
            self._read(scope, row, refused)
        except RefusedError as error:
            letter = self.letter(error, origin, record)
            return [Row(origin, letter=letter, recorded_at=row.recorded_at or self._pace(scope), places=row.places)]
        return [row, *refused]

    def kept(self, record: Record) -> str:
        """Return a record as JSON that can be stored anywhere and read again."""
        return _printable(self._kept(record))

    def refused(self, error: RefusedError, origin: str, record: Record | str) -> Row:
        """Return the row of a record no rule could be applied to."""
        self.records += 1
        return Row(origin, letter=self.letter(error, origin, record))

    def combined(self, origin: str) -> Row | None:
        """Return the readings that the whole payload combines into, None without any."""
        readings = self.combiner.readings()
        if not readings:
            return None
        newest_at = max(reading.observed_at for reading in readings)
        return Row(f"{origin}:combined", readings, recorded_at=newest_at, part=True)

    def letter(self, error: RefusedError, origin: str, record: Record | str) -> DeadLetter:
        """Return the dead letter of a record, with what it takes to read it again once the mapping is mended."""
        payload = _printable(record) if isinstance(record, str) else self.kept(record)
        return DeadLetter(
            "row",
            error.reason,
            _printable(error.message)[:1_000],
            _printable(error.field)[:200],
            self._mapping.source,
            self._now,
            payload[:KEPT_CHARACTERS],
            _printable(origin)[-500:],
        )

    def _pace(self, scope: Scope) -> datetime | None:
        """Return when a refused record was recorded, which keeps its place in a replay; None where it says nothing."""
        rules = self._mapping.recorded or self._mapping.time
        try:
            return instant_of(rules, scope) if rules else None
        except RefusedError:
            return None

    def _judge(self, scope: Scope) -> None:
        for refusal in self._mapping.refuse:
            if holds(refusal, scope):
                raise RefusedError(refusal.reason, refusal.message, _first_key(refusal))

    def _declare(self, scope: Scope, row: Row) -> None:
        for rule in self._place_rules:
            if rule.when and not holds(rule.when, scope):
                continue
            place_id = text_of(rule.id, scope)
            if place_id is None or place_id in self._places:
                continue
            lat, lon = (None if part is None else number_of(part, scope) for part in (rule.lat, rule.lon))
            if lat is None or lon is None:
                lat = lon = None
            name_vi, name_en = (text_of(part, scope) or place_id for part in (rule.name_vi, rule.name_en))
            place = Place(place_id, rule.parent, rule.kind, name_vi[:200], name_en[:200], lat, lon)
            try:
                Places([_without_parent(place)])
            except PlaceError as error:
                raise RefusedError("bad_place", str(error), rule.id.label) from error
            if len(self._places) >= MOST_PLACES:
                raise RefusedError("too_many_records", f"the payload brings more than {MOST_PLACES:,} places along")
            self._places[place_id] = place
            row.places.append(place)

    def _read(self, scope: Scope, row: Row, refused: list[Row]) -> None:
        mapping = self._mapping
        observed_at = instant_of(mapping.time, scope) if mapping.time else None
        row.recorded_at = instant_of(mapping.recorded, scope) if mapping.recorded else observed_at
        if observed_at is not None and row.recorded_at is not None:
            row.clock_ahead_s = max(0.0, (observed_at - row.recorded_at).total_seconds())
        place = self._place(mapping.place, scope) if mapping.place is not None else ""
        for index, rule in enumerate(mapping.readings):
            try:
                if rule.when and not holds(rule.when, scope):
                    continue
                self._reading(index, rule, scope, row, place, observed_at)
            except RefusedError as error:
                if mapping.bad_value == "row":
                    raise
                origin = f"{row.origin} readings[{index}]"
                letter = self.letter(error, origin, scope.record)
                refused.append(Row(origin, letter=letter, recorded_at=row.recorded_at, part=True))
        for index, passage in enumerate(mapping.passages):
            if not passage.when or holds(passage.when, scope):
                row.passages.append(self._passage(passage, scope, place, observed_at))
                self.fired[f"passages[{index}]"] += 1
        if row.recorded_at is None and row.passages:
            row.recorded_at = row.passages[0].at

    def _place(self, rule: Text, scope: Scope) -> str:
        place = text_of(rule, scope)
        if place is None:
            raise RefusedError("missing_place", f"{rule.label} names no place", _first_key(rule))
        return place

    def _reading(
        self, index: int, rule: ReadingRule, scope: Scope, row: Row, place: str, observed_at: datetime | None
    ) -> None:
        if rule.place is not None:
            place = self._place(rule.place, scope)
        at = instant_of(rule.time, scope) if rule.time else observed_at
        assert at is not None  # the mapping was checked: every rule has a time
        dims: dict[str, str] = {}
        for name, dim in rule.dims.items():
            text = dim if isinstance(dim, str) else text_of(dim, scope)
            if text is None:
                raise RefusedError("bad_dim", f"the dim {name} is missing", f"dims.{name}")
            dims[name] = text
        source, combine = self._mapping.source, rule.combine
        divisor: float | None = None
        value_rule = rule.value
        if combine is not None and combine.how == "ratio" and value_rule is not None:
            assert value_rule.divide_by is not None
            divisor = number_of(value_rule.divide_by, scope)
            value_rule = msgspec.structs.replace(value_rule, divide_by=None, scale=1.0, offset=0.0)
        value = number_of(value_rule, scope) if value_rule is not None else None
        ahead = row.clock_ahead_s > 0
        quality = "missing" if value is None else "estimated" if ahead else rule.quality
        reading = RawReading(rule.metric, place, at, value, source, dims, rule.method, quality)
        if combine is not None:
            if self._combining:
                if quality == "missing":
                    reading = msgspec.structs.replace(reading, quality=rule.quality)
                self.combiner.add(index, rule, reading, divisor)
                self.fired[f"readings[{index}]"] += 1
            return
        row.readings.append(reading)
        self.fired[f"readings[{index}]"] += 1

    def _passage(self, rule: PassageRule, scope: Scope, place: str, observed_at: datetime | None) -> RawPassage:
        at = instant_of(rule.at, scope) if rule.at else observed_at
        assert at is not None  # as above
        if rule.place is not None:
            place = self._place(rule.place, scope)
        words = {}
        for name in ("vehicle", "step", "phase", "direction", "goods_class"):
            word = getattr(rule, name)
            text = word if isinstance(word, str) else text_of(word, scope)
            if text is None:
                raise RefusedError(f"bad_{name}", f"{name} is missing", name)
            words[name] = text
        fee = number_of(rule.fee_vnd, scope) if rule.fee_vnd is not None else None
        if fee is not None and fee != int(fee):
            raise RefusedError("bad_value", f"fee_vnd counts whole đồng, got {fee}", "fee_vnd")
        return RawPassage(
            words["vehicle"],
            place,
            words["direction"],
            words["step"],
            words["phase"],
            at,
            words["goods_class"],
            self._mapping.source,
            number_of(rule.goods_tonnes, scope) if rule.goods_tonnes is not None else None,
            None if fee is None else int(fee),
            bool(rule.diverted) and holds(rule.diverted, scope),
        )

    def _kept(self, record: Record) -> str:
        if isinstance(record, TableRow):
            return _json(dict(record.cells))
        assert isinstance(record, Node)
        whole = dict(record.value) if isinstance(record.value, dict) else {".": record.value}
        if record.name:
            whole["~"] = record.name
        node, key = record.outer, "^"
        while node is not None and node.outer is not None:
            whole[key] = _without_lists(node.value)
            node, key = node.outer, key + "^"
        if record.root is not record.value:
            whole["$"] = _without_lists(record.root)
        text = _json(whole)
        if len(text) <= KEPT_CHARACTERS:
            return text
        # Too long to be kept whole: then what the mapping looked at, under the path itself.
        looked_at = {}
        for _, pick in self._mapping.picks():
            for key in pick.keys:
                try:
                    value = record.pick(key)
                except RefusedError:
                    continue
                if value is not ABSENT:
                    looked_at[key] = value
        return _json(looked_at)


def kept_record(record: dict[str, Any], mapping: Mapping) -> Record:
    """Return the record a dead letter holds, as `Applier.letter` wrote it."""
    if mapping.format == "csv":
        return TableRow({key: None if cell is None else as_text(cell) for key, cell in record.items()})
    levels = sorted((key for key in record if key and not key.strip("^")), key=len, reverse=True)
    root = record.get("$", record)
    outer = Node(root, root=root)
    for key in levels:
        outer = Node(record[key], "", outer, root)
    value = {key: item for key, item in record.items() if key not in {"$", "~"} and key not in levels}
    return Node(value["."] if set(value) == {"."} else value, as_text(record.get("~", "")), outer, root)


def _first_key(pick: Text | Refusal) -> str:
    return pick.keys[0] if pick.keys else ""


def _without_parent(place: Place) -> Place:
    return Place(place.id, None, place.kind, place.name_vi, place.name_en, place.lat, place.lon)


def _without_lists(value: object) -> object:
    if not isinstance(value, dict):
        return None
    return {key: item for key, item in value.items() if not isinstance(item, (list, dict))}


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return repr(value)[:KEPT_CHARACTERS]


def _printable(text: str) -> str:
    """Return a text that can be stored anywhere: half surrogates and NULs are written out."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
