"""A mapping: how a payload of somebody else becomes readings, passages and places, as data.

These are the words of the mapping language and nothing else; `docs/mappings.md` explains each with examples, `load`
reads and checks them, `rows` applies them. Nothing here knows any particular provider.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

Scalar: TypeAlias = str | int | float | bool | None
"""What YAML may hold where a text of the payload is compared: it is compared as text."""
Format: TypeAlias = Literal["csv", "json", "ndjson", "xml"]


class Pick(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where something stands in a record.

    Attributes:
        column: a CSV column; of several the first one that the header has.
        path: a path into a JSON or XML record; of several the first that is there.
        optional: a CSV column that may be absent from the header.
    """

    column: str | list[str] = ""
    path: str | list[str] = ""
    optional: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns or paths in the order in which they are tried; empty for a constant."""
        key = self.column or self.path
        return tuple(key) if isinstance(key, list) else (key,) if key else ()

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"{'column' if self.column else 'path'} {' or '.join(self.keys)!r}"


class Condition(Pick, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether something holds for a record; every test that is given must hold.

    Attributes:
        equals: the text is this.
        among: the text is one of these (written `in`).
        matches: the whole text matches this regular expression.
        present: whether there is a text at all that is no missing marker.
        any_of: at least one of these conditions holds (written `any`).
        negated: this condition does not hold (written `not`).
    """

    equals: Scalar | msgspec.UnsetType = msgspec.UNSET
    among: list[Scalar] | None = msgspec.field(default=None, name="in")
    matches: str = ""
    present: bool | None = None
    any_of: list[Condition] = msgspec.field(default_factory=list, name="any")
    negated: Condition | None = msgspec.field(default=None, name="not")


Conditions: TypeAlias = Condition | list[Condition]


class Refusal(Condition, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Records that are refused whole, under a reason of the mapping's own."""

    reason: str
    message: str


class Text(Pick, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a text comes from.

    Attributes:
        constant: the text itself where it stands nowhere.
        parts: texts put together, with `separator` between them; one that is missing makes the whole missing.
        separator: see `parts`.
        skip_missing: puts together those parts that are there.
        match: a regular expression of the whole text; its group `text`, else its first group, goes on.
        lookup: text → text to use, null for missing.
        ignore_case: whether the lookup ignores upper and lower case.
        unknown: what to do with a text that the lookup lacks.
        default: used instead of a text that the lookup lacks or that is missing.
        missing: further texts that mean "nothing", beside the mapping's.
        slug: turns the text into the letters of an id: `Hữu Nghị` into `huu-nghi`.
        find: kinds of places among which the text is looked for as a name; the place's id goes on.
        prefix: put before.
        suffix: put after.
    """

    constant: Scalar = ""
    parts: list[Text] = []
    separator: str = ""
    skip_missing: bool = False
    match: str = ""
    lookup: dict[str, Scalar] = {}
    ignore_case: bool = False
    unknown: Literal["keep", "refuse"] = "keep"
    default: Scalar = None
    missing: list[Scalar] = []
    slug: bool = False
    find: str | list[str] = ""
    prefix: str = ""
    suffix: str = ""


class Value(Pick, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a number comes from: `number × unit × scale + offset`.

    Attributes:
        constant: the number itself where it stands nowhere.
        match: a regular expression of the whole text: its group `value` (else its first) is the number, or groups
            named `days`, `hours`, `minutes`, `seconds` are added up to seconds.
        lookup: text → number in the metric's own unit, null for missing.
        missing: further texts that mean "no count", beside the mapping's.
        missing_when: conditions under which there is no count, whatever stands there.
        unit: the number's unit, turned into the metric's; see `units`.
        scale: factor.
        offset: added after scaling.
        decimal: the decimal sign.
        thousands: the sign between groups of three digits, "" for none.
        divide_by: another number of the record; a divisor of 0 makes the value missing.
    """

    constant: float | None = None
    match: str = ""
    lookup: dict[str, float | bool | None] = {}
    missing: list[Scalar] = []
    missing_when: Conditions = []
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0
    decimal: Literal[".", ","] = "."
    thousands: str = ""
    divide_by: Value | None = None


class Day(Pick, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The day of an instant whose text holds only a time of day."""

    format: str | list[str] = "iso"
    match: str = ""
    missing: list[Scalar] = []


class Instant(Pick, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where an instant comes from.

    Attributes:
        now: the instant at which the payload came, for payloads that state none.
        format: `iso`, `epoch_s`, `epoch_ms`, or a `strptime` format; of several the first that fits.
        zone: IANA zone or offset of texts that carry none, or where that is written.
        zones: abbreviation → IANA zone or offset, for `zone` and a match's group `zone`.
        match: a regular expression of the whole text, with groups `time` and, where they are there, `date`, `zone`.
        lookup: text → text, for words such as Noon.
        date: where the day stands when the text holds only a time of day.
        missing: further texts that mean "no time".
        ambiguous: which of the two instants is meant when clocks were put back.
        nonexistent: what a local time is worth that clocks jumped over.
        day_before_if_ahead: a time of day that would lie ahead of now belongs to the day before.
    """

    now: bool = False
    format: str | list[str] = "iso"
    zone: str | Text = "UTC"
    zones: dict[str, str] = {}
    match: str = ""
    lookup: dict[str, Scalar] = {}
    date: Day | None = None
    missing: list[Scalar] = []
    ambiguous: Literal["earlier", "later", "refuse"] = "earlier"
    nonexistent: Literal["refuse", "shift"] = "refuse"
    day_before_if_ahead: bool = False


Instants: TypeAlias = Instant | list[Instant]


class Combination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Readings of one rule that become one: those of the same place, dims and instant.

    Attributes:
        how: count of records, sum, mean, smallest, largest, or ratio of sums (value over `divide_by`).
        at: `same`: only readings of the same instant; `latest`: all, at the newest of their instants.
    """

    how: Literal["count", "sum", "mean", "min", "max", "ratio"]
    at: Literal["same", "latest"] = "same"


class ReadingRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One reading that every record yields for which `when` holds; place and time are the mapping's unless given."""

    metric: str
    value: Value | None = None
    dims: dict[str, str | Text] = {}
    method: str = "report"
    quality: Literal["good", "estimated", "manual"] = "good"
    when: Conditions = []
    place: Text | None = None
    time: Instants = []
    combine: Combination | None = None


class PassageRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One passage that every record yields for which `when` holds."""

    vehicle: Text
    step: str | Text
    phase: str | Text
    direction: str | Text
    goods_class: str | Text = "other"
    at: Instants = []
    place: Text | None = None
    goods_tonnes: Value | None = None
    fee_vnd: Value | None = None
    diverted: Conditions = []
    when: Conditions = []


class PlaceRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Places the payload brings along, one for each different id."""

    id: Text
    name_vi: Text
    name_en: Text
    lat: Value | None = None
    lon: Value | None = None
    kind: str = "crossing"
    parent: str | None = None
    when: Conditions = []


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name in both languages."""

    vi: str
    en: str


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole mapping; see `docs/mappings.md`.

    Attributes:
        source: the name its readings carry.
        name: the name people see.
        format: what the payload is.
        records: where the records of a JSON or XML payload stand.
        readings: what each record yields.
        passages: the same, for passages.
        place: which place a record speaks of.
        time: when the source saw it; of several the first that is there.
        recorded: when the recorder saw it.
        places: places it brings along.
        refuse: records refused whole.
        missing: texts that mean "nothing".
        bad_value: whether a number or time that cannot be read refuses its record or only its reading.
        cadence_s: how often a healthy source reports.
        encoding: `auto`, or a Python codec's name.
        delimiter: between the cells of a CSV.
        header_line: the line of the column names.
        columns: the column names of a CSV that has none.
        namespaces: prefix → URI of an XML; without it namespaces are ignored.
    """

    source: str
    name: Name
    format: Format = "csv"
    records: str = ""
    readings: list[ReadingRule] = []
    passages: list[PassageRule] = []
    place: Text | None = None
    time: Instants = []
    recorded: Instants = []
    places: PlaceRule | list[PlaceRule] = []
    refuse: list[Refusal] = []
    missing: list[Scalar] = msgspec.field(default_factory=lambda: [""])
    bad_value: Literal["row", "reading"] = "row"
    cadence_s: float | None = None
    encoding: str = "auto"
    delimiter: str = ","
    header_line: int = 1
    columns: list[str] = []
    namespaces: dict[str, str] = {}

    def under(self, source: str) -> Mapping:
        """Return the same mapping with its readings carrying another source."""
        return msgspec.structs.replace(self, source=source)

    def picks(self) -> Iterator[tuple[str, Pick]]:
        """Yield every place of a record the mapping looks at, each with its key in the mapping."""
        yield from _picks(self, "")


def each(rules: object) -> list[object]:
    """Return one or several rules as a list."""
    return rules if isinstance(rules, list) else [rules]


def _picks(node: object, key: str) -> Iterator[tuple[str, Pick]]:
    if isinstance(node, Pick) and node.keys:
        yield key, node
    if isinstance(node, msgspec.Struct):
        for field in msgspec.structs.fields(node):
            name = f"{key}.{field.encode_name}" if key else field.encode_name
            yield from _picks(getattr(node, field.name), name)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _picks(item, f"{key}[{index}]")
    elif isinstance(node, dict):
        for name, item in node.items():
            yield from _picks(item, f"{key}.{name}")
