"""A mapping tried on a payload: what would be stored, what refused and why. Nothing is sent.

Every record is read and judged exactly as the door judges it; lists are cut at a limit, counts never. What this module
does not do: declare places anywhere but for the trial itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, Final

import msgspec

from feeds.catalogue import Catalogue
from feeds.errors import RefusedError
from feeds.mapping.payload import PayloadReader
from feeds.mapping.rows import Row
from feeds.mapping.schema import Mapping
from feeds.model import Passage, Reading
from feeds.validation import judge_passage, judge_reading
from geodata.errors import PlaceError
from geodata.places import Place, Places

MOST_NOTES: Final = 40


class TrialRefusal(msgspec.Struct, frozen=True):
    """One refused row, reading or passage: why, and where it stood."""

    kind: str
    reason: str
    message: str
    field: str
    origin: str
    payload: str


class TrialNote(msgspec.Struct, frozen=True):
    """One thing a person should know.

    Attributes:
        key: which; a screen words it by this (`desk.note.<key>`).
        values: what its words name.
        message: the sentence in English, for the command line.
    """

    key: str
    values: dict[str, str]
    message: str


class TrialPlace(msgspec.Struct, frozen=True):
    """One place the payload brings along."""

    id: str
    kind: str
    name_vi: str
    name_en: str
    lat: float | None
    lon: float | None


class Trial(msgspec.Struct):
    """What a payload would become; JSON-able by msgspec.

    Attributes:
        origin: the payload's name.
        source: who its readings would be from.
        format: what it was read as.
        encoding: what it is written in, and why that was taken.
        unreadable: whether not one record could be read.
        rows: records read, refused ones included.
        produced_readings: readings the rules yielded; accepted plus rejected.
        accepted_readings: those that would be stored.
        produced_passages: likewise.
        accepted_passages: likewise.
        missing: readings of quality missing among the accepted.
        clock_ahead_rows: rows whose source clock runs ahead of the recorder's.
        refused_rows: rows, or single readings of rows, that could not be read.
        rejected: readings and passages that could be read and not accepted.
        reasons: refused_rows and rejected by reason.
        limit: how many of each of the following lists are shown.
        readings: as they would be stored.
        origins: where each of them stood.
        passages: as they would be stored.
        places: places the payload brings along.
        refused: why what was refused was.
        notes: what a person should know.
    """

    origin: str
    source: str
    format: str
    encoding: str = ""
    unreadable: bool = False
    rows: int = 0
    produced_readings: int = 0
    accepted_readings: int = 0
    produced_passages: int = 0
    accepted_passages: int = 0
    missing: int = 0
    clock_ahead_rows: int = 0
    refused_rows: int = 0
    rejected: int = 0
    reasons: dict[str, int] = {}
    limit: int = 50
    readings: list[Reading] = []
    origins: list[str] = []
    passages: list[Passage] = []
    places: list[TrialPlace] = []
    refused: list[TrialRefusal] = []
    notes: list[TrialNote] = []


def try_mapping(
    payload: bytes | BinaryIO,
    mapping: Mapping,
    catalogue: Catalogue,
    places: Places,
    now: datetime,
    *,
    origin: str,
    content_type: str = "",
    limit: int = 50,
) -> Trial:
    """Return what a payload would become under a mapping.

    Args:
        payload: its bytes or a binary file.
        mapping: how to read it.
        catalogue: the metrics there are.
        places: the places there are; those the payload brings along are added for the trial only.
        now: aware.
        origin: its name in messages.
        content_type: the sender's header.
        limit: how many readings, passages, places and refusals are shown; all are counted.
    """
    reader = PayloadReader(mapping, now, origin=origin, content_type=content_type)
    bench = _Bench(mapping, catalogue, places, now, Trial(origin, mapping.source, mapping.format, limit=limit))
    for row in reader.rows(payload):
        bench.take(row)
    trial = bench.trial
    trial.rows = reader.applier.records
    trial.encoding, trial.unreadable = reader.encoding, reader.unreadable
    trial.notes = list(_notes(trial, mapping, reader))[:MOST_NOTES]
    return trial


class _Bench:
    """Judges rows as the door does, and keeps count."""

    def __init__(self, mapping: Mapping, catalogue: Catalogue, places: Places, now: datetime, trial: Trial) -> None:
        self.trial = trial
        self._mapping = mapping
        self._catalogue = catalogue
        self._places = TrialPlaces(places)
        self._now = now

    def take(self, row: Row) -> None:
        """Count one row and judge what it yields."""
        trial = self.trial
        for place in row.places:
            self._declare(place)
        if row.letter is not None:
            trial.refused_rows += 1
            letter = row.letter
            self._refuse(TrialRefusal("row", letter.reason, letter.message, letter.field, row.origin, letter.payload))
        trial.clock_ahead_rows += row.clock_ahead_s > 0
        for raw in row.readings:
            trial.produced_readings += 1
            metric = self._catalogue.get(raw.metric)
            cadence_s = max(self._mapping.cadence_s or 0.0, metric.cadence_s) if metric else None
            try:
                reading = judge_reading(
                    raw, self._mapping.source, self._now, self._catalogue, self._places, cadence_s=cadence_s
                )
            except RefusedError as error:
                self._reject("reading", error, row.origin, raw)
                continue
            trial.accepted_readings += 1
            trial.missing += reading.quality == "missing"
            if len(trial.readings) < trial.limit:
                trial.readings.append(reading)
                trial.origins.append(row.origin)
        for passage_raw in row.passages:
            trial.produced_passages += 1
            try:
                passage = judge_passage(passage_raw, self._mapping.source, self._now, self._places)
            except RefusedError as error:
                self._reject("passage", error, row.origin, passage_raw)
                continue
            trial.accepted_passages += 1
            if len(trial.passages) < trial.limit:
                trial.passages.append(passage)

    def _declare(self, place: Place) -> None:
        try:
            self._places.declare(place)
        except PlaceError as error:
            trial = self.trial
            if len(trial.notes) < MOST_NOTES:
                key = "place_taken" if place.id in self._places else "place_parent"
                trial.notes.append(TrialNote(key, {"place": place.id, "parent": place.parent or ""}, str(error)))
            return
        if len(self.trial.places) < self.trial.limit:
            self.trial.places.append(
                TrialPlace(place.id, place.kind, place.name_vi, place.name_en, place.lat, place.lon)
            )

    def _reject(self, kind: str, error: RefusedError, origin: str, raw: msgspec.Struct) -> None:
        self.trial.rejected += 1
        payload = repr(msgspec.to_builtins(raw))[:1_000]
        self._refuse(TrialRefusal(kind, error.reason, error.message, error.field, origin, payload))

    def _refuse(self, refusal: TrialRefusal) -> None:
        trial = self.trial
        trial.reasons[refusal.reason] = trial.reasons.get(refusal.reason, 0) + 1
        if len(trial.refused) < trial.limit:
            trial.refused.append(refusal)


class TrialPlaces(Places):
    """Known places with more of them on top, so that a trial leaves the registry as it is."""

    def __init__(self, known: Places) -> None:
        super().__init__()
        self._known = known

    def __contains__(self, place_id: object) -> bool:
        return place_id in self._known or super().__contains__(place_id)

    def get(self, place_id: str) -> Place | None:
        """Return the place with this id, or None."""
        return self._known.get(place_id) or super().get(place_id)

    def declare(self, place: Place) -> None:
        """Add a place.

        Raises:
            PlaceError: when its id is taken by another kind of place, or its parent is not known.
        """
        known = self._known.get(place.id)
        if known is not None:
            if known.kind != place.kind:
                raise PlaceError(f"The place id {place.id!r} is taken by {known.name_vi!r} ({known.kind}).")
            return
        if place.parent is not None and place.parent not in self:
            raise PlaceError(f"The place {place.id!r} names the parent {place.parent!r}, which is not known.")
        super().declare(Place(place.id, None, place.kind, place.name_vi, place.name_en, place.lat, place.lon))


def _note(key: str, message: str, **values: str) -> TrialNote:
    return TrialNote(key, values, message.format(**values))


def _notes(trial: Trial, mapping: Mapping, reader: PayloadReader) -> Iterable[TrialNote]:
    yield from trial.notes
    if reader.encoding:
        codec = re.split(r"[^\w-]", reader.encoding, maxsplit=1)[0]
        values = {"format": mapping.format, "encoding": codec}
        yield TrialNote("read_as", values, f"Read as {mapping.format} in {reader.encoding}.")
    if trial.unreadable:
        return
    applier = reader.applier
    if trial.rows == 0:
        yield _note("empty", "The payload holds no records.")
        return
    used = {key for _, pick in mapping.picks() for key in pick.keys}
    if reader.header:
        unused = [name for name in reader.header if name not in used]
        if unused:
            yield _note("unused", "Columns that the mapping does not use: {names}.", names=", ".join(unused[:40]))
        twice = sorted({name for name in reader.header if reader.header.count(name) > 1})
        if twice:
            yield _note(
                "twice", "Columns that stand more than once and are not used: {names}.", names=", ".join(twice[:20])
            )
    never = sorted({pick.label.partition(" ")[2] for _, pick in mapping.picks() if not applier.found & set(pick.keys)})
    if never and trial.rows > trial.refused_rows:
        key, kind = ("no_column", "Columns") if mapping.format == "csv" else ("no_path", "Paths")
        yield _note(key, kind + " that led nowhere in any record: {names}.", names=", ".join(never[:40]))
    rules = [f"readings[{index}] ({rule.metric})" for index, rule in enumerate(mapping.readings)]
    rules += [f"passages[{index}]" for index in range(len(mapping.passages))]
    silent = [rule for rule in rules if not applier.fired[rule.partition(" ")[0]]]
    if silent:
        yield _note("silent", "Rules that yielded nothing: {names}.", names=", ".join(silent[:40]))
