"""Dead letters again: read by a mended mapping, judged, and sent through the door; in bounded batches.

A letter is re-driven whole or not at all: when one reading of a row would be refused again, nothing of it is sent and
the answer says why. What was re-driven stays refused in the books, marked with who did it and when; what came of it is
counted like anything else its source sends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Final, TypeVar

import msgspec
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.declaring import LARGEST_MAPPING, mapping_of
from dashboard.api.query import number
from dashboard.api.reply import as_object, json_reply
from dashboard.parts import Parts
from feeds.errors import RefusedError
from feeds.history.letters import KeptLetter
from feeds.mapping import Mapping, Trial, parse_mapping, read_record
from feeds.mapping.trial import TrialPlaces, TrialRefusal
from feeds.model import Passage, Reading
from feeds.validation import RawPassage, RawReading, judge_passage, judge_reading
from geodata.errors import PlaceError
from geodata.gates import HANOI
from geodata.places import Place

LETTERS_MOST: Final = 1_000
BATCH: Final = 200
"""Letters of one request; a page sends as many requests as it takes."""
ROUND: Final = 100
"""Letters taken at once of a source and a reason."""
COUNTED_DAYS: Final = 30
LARGEST_REQUEST: Final = 2 * LARGEST_MAPPING

Raw = TypeVar("Raw", RawReading, RawPassage)
_Text = Annotated[str | None, Query(max_length=200)]


@dataclass(slots=True)
class Outcome:
    """What one letter would become: everything it yields, or why something of it is refused again."""

    letter: KeptLetter
    readings: list[RawReading] = field(default_factory=list)
    passages: list[RawPassage] = field(default_factory=list)
    judged: list[Reading] = field(default_factory=list)
    judged_passages: list[Passage] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    refused: list[TrialRefusal] = field(default_factory=list)

    def refuse(self, reason: str, message: str, at: str = "") -> Outcome:
        """Note a refusal and return the outcome."""
        letter = self.letter
        self.refused.append(TrialRefusal(letter.kind, reason, message, at, letter.origin, letter.payload[:1_000]))
        return self


def redrive_routes(parts: Parts) -> APIRouter:
    """Return the routes of dead letters."""
    router = APIRouter(prefix="/dead-letters", tags=["dead letters"])
    again = Redrive(parts)

    @router.get("", summary="Refused records with their reasons")
    async def dead_letters(
        source: _Text = None, reason: _Text = None, redriven: _Text = None, limit: _Text = None, before: _Text = None
    ) -> Response:
        """Return refused records, newest first.

        `before` is the id of the last one seen; `redriven` is `yes` or `no`, both without it.
        """
        most = number("limit", limit, 100, 1, LETTERS_MOST)
        older_than = number("before", before, 0, 1, 10**15) or None
        if redriven not in {None, "", "yes", "no"}:
            raise BodyError(400, f"redriven must be yes or no, got {redriven!r}", "redriven")
        wanted = {"yes": True, "no": False}.get(redriven or "")
        ask = partial(
            parts.history.dead_letters, source, reason, limit=most, before=older_than, redriven=wanted
        )  # fmt: skip
        return json_reply({"dead_letters": [as_object(letter) for letter in await run_in_threadpool(ask)]})

    @router.get("/counts", summary="How many records were refused, by source and reason")
    async def counts() -> Response:
        """Return the refusals of the last 30 days by source and reason, most first."""
        since = parts.clock().astimezone(HANOI).date() - timedelta(days=COUNTED_DAYS)
        found: Counter[tuple[str, str]] = Counter()
        for row in await run_in_threadpool(parts.history.refusals, since):
            found[row.source, row.reason] += row.refused
        rows = [
            {"source": source, "reason": reason, "refused": refused}
            for (source, reason), refused in found.most_common(LETTERS_MOST)
        ]
        return json_reply({"counts": rows})

    @router.post("/try", summary="What a letter would become")
    async def try_one(request: Request) -> Response:
        """Return what one letter (`id`) would become under a mapping (`mapping`, or that of its source)."""
        fields = await read_object(request, LARGEST_REQUEST)
        letter = await run_in_threadpool(again.one, fields.get("id"))
        mapping = text_of(fields, "mapping", longest=LARGEST_MAPPING)
        return json_reply(await run_in_threadpool(again.trial, letter, mapping))

    @router.post("/redrive", summary="Send letters through the door again")
    async def redrive(request: Request) -> Response:
        """Re-drive letters by `ids` (at most 200), or of a `source` and a `reason` a hundred at a time (`before`).

        `mapping` reads rows instead of the one of their source. Answers `done` (ids), `refused` (id, reason, message)
        and, for a source and a reason, `next`: what to send as `before` for the following ones, null at the end.
        """
        fields = await read_object(request, LARGEST_REQUEST)
        mapping = text_of(fields, "mapping", longest=LARGEST_MAPPING)
        letters, following = await run_in_threadpool(again.asked, fields)
        done, refused = await again.drive(letters, mapping, str(request.state.principal.name))
        return json_reply({"done": done, "refused": refused, "next": following})

    @router.get("/{letter_id}", summary="One refused record")
    async def one_letter(letter_id: str) -> Response:
        """Return one refused record."""
        return json_reply(as_object(await run_in_threadpool(again.one, letter_id)))

    return router


class Redrive:
    """Reads letters again, judges what they yield, and sends it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def one(self, letter_id: object) -> KeptLetter:
        """Return a letter by its number.

        Raises:
            BodyError: 422 when that is no number, 404 when there is no such letter (any more).
        """
        if isinstance(letter_id, str) and letter_id.isascii() and letter_id.isdigit() and len(letter_id) <= 18:
            letter_id = int(letter_id)
        if isinstance(letter_id, bool) or not isinstance(letter_id, int) or not 0 <= letter_id < 10**18:
            raise BodyError(422, f"id must be the number of a dead letter, got {str(letter_id)[:40]!r}", "id")
        letter = self._parts.history.dead_letter(letter_id)
        if letter is None:
            raise BodyError(404, f"there is no dead letter {letter_id} (any more)", "id")
        return letter

    def asked(self, fields: dict[str, Any]) -> tuple[list[KeptLetter], int | None]:
        """Return the letters a request speaks of that were not re-driven yet, and where the following ones begin."""
        ids = fields.get("ids")
        if ids is not None:
            if not isinstance(ids, list) or not 1 <= len(ids) <= BATCH:
                raise BodyError(422, f"ids must be a list of 1 to {BATCH} numbers", "ids")
            letters = [self.one(one) for one in dict.fromkeys(map(_hashable, ids))]
            return [letter for letter in letters if letter.redriven_at is None], None
        source = text_of(fields, "source", required=True, longest=200)
        reason = text_of(fields, "reason", required=True, longest=200)
        before = fields.get("before")
        if before is not None and (isinstance(before, bool) or not isinstance(before, int) or not 0 < before < 10**18):
            raise BodyError(422, "before must be the number of a dead letter", "before")
        found = self._parts.history.dead_letters(source, reason, limit=ROUND, before=before, redriven=False)
        return found, found[-1].id if len(found) == ROUND else None

    def trial(self, letter: KeptLetter, mapping_text: str) -> Trial:
        """Return what one letter would become, as a trial of a mapping is told."""
        [outcome] = self._outcomes([letter], mapping_text)
        trial = Trial(letter.origin, letter.source, letter.kind)
        trial.rows = 1
        trial.readings, trial.passages = outcome.judged, outcome.judged_passages
        trial.produced_readings = len(outcome.readings)
        trial.produced_passages = len(outcome.passages)
        trial.accepted_readings, trial.accepted_passages = len(outcome.judged), len(outcome.judged_passages)
        trial.missing = sum(reading.quality == "missing" for reading in outcome.judged)
        trial.refused = outcome.refused
        trial.rejected = len(outcome.refused)
        trial.reasons = dict(Counter(refusal.reason for refusal in outcome.refused))
        return trial

    async def drive(
        self, letters: Sequence[KeptLetter], mapping_text: str, who: str
    ) -> tuple[list[int], list[dict[str, Any]]]:
        """Send what the letters yield; return the numbers of those that went in, and why others did not."""
        parts = self._parts
        await parts.registry.refresh()
        outcomes = await run_in_threadpool(self._outcomes, letters, mapping_text)
        sent: set[tuple[str, str, str]] = set()
        done: list[int] = []
        refused: list[dict[str, Any]] = []
        for outcome in outcomes:
            letter = outcome.letter
            # Each reading of a row has a letter of its own; the row is sent once.
            row = (letter.source, letter.origin, _told(outcome))
            if not outcome.refused and row not in sent:
                await parts.registry.declare(outcome.places)
                for records, send in (
                    (outcome.readings, parts.door.readings), (outcome.passages, parts.door.passages),
                ):  # fmt: skip
                    receipt = await send(records, letter.source) if records else None
                    for rejection in receipt.rejected if receipt else ():
                        outcome.refuse(rejection.reason, rejection.message, rejection.field)
                if not outcome.refused:
                    sent.add(row)
            if outcome.refused:
                first = outcome.refused[0]
                refused.append(
                    {"id": letter.id, "reason": first.reason, "message": first.message, "field": first.field}
                )
            else:
                done.append(letter.id)
        if done:
            await run_in_threadpool(parts.history.mark_redriven, done, who, parts.clock())
        return done, refused

    def _outcomes(self, letters: Sequence[KeptLetter], mapping_text: str) -> list[Outcome]:
        catalogue = self._parts.catalogue
        given = parse_mapping(mapping_text, catalogue) if mapping_text.strip() else None
        mappings: dict[str, Mapping | None] = {}
        for source in {letter.source for letter in letters}:
            mapping = given
            if mapping is None:
                known = mapping_of(source, self._parts)
                text = known["mapping_yaml"] if known else ""
                mapping = parse_mapping(text, catalogue, known["mapping"]) if known and text else None
            mappings[source] = mapping.under(source) if mapping else None
        return [self._outcome(letter, mappings.get(letter.source)) for letter in letters]

    def _outcome(self, letter: KeptLetter, mapping: Mapping | None) -> Outcome:
        outcome = Outcome(letter)
        try:
            record = msgspec.json.decode(letter.payload)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return outcome.refuse("unreadable", "what was kept of the record is no JSON: it was cut, or never a record")
        row = _row_of(letter, record)
        if row is not None and mapping is not None:
            self._read(outcome, row, mapping)
        elif letter.kind == "row":
            outcome.refuse("no_mapping", f"no mapping is known for the source {letter.source}; give one")
        elif letter.kind == "passage":
            _take(outcome, record, RawPassage, outcome.passages)
        else:
            _take(outcome, record, RawReading, outcome.readings)
        if not outcome.refused and not outcome.readings and not outcome.passages:
            outcome.refuse("nothing", "the mapping makes nothing of this record")
        if not outcome.refused:
            self._judge(outcome)
        return outcome

    def _read(self, outcome: Outcome, record: dict[str, Any], mapping: Mapping) -> None:
        row = read_record(record, mapping, self._parts.clock(), origin=outcome.letter.origin)
        if row.letter is not None:
            outcome.refuse(row.letter.reason, row.letter.message, row.letter.field)
        outcome.readings, outcome.passages, outcome.places = row.readings, row.passages, row.places

    def _judge(self, outcome: Outcome) -> None:
        """Judge everything as the door will."""
        parts, source, now = self._parts, outcome.letter.source, self._parts.clock()
        places = TrialPlaces(parts.registry.places)
        try:
            for place in outcome.places:
                places.declare(place)
        except PlaceError as error:
            outcome.refuse("bad_place", str(error), "place")
        for raw in outcome.readings:
            metric = parts.catalogue.get(raw.metric)
            cadence_s = parts.registry.cadence_s(raw.source or source, metric.cadence_s) if metric else None
            try:
                outcome.judged.append(judge_reading(raw, source, now, parts.catalogue, places, cadence_s=cadence_s))
            except RefusedError as error:
                outcome.refuse(error.reason, error.message, error.field)
        for raw_passage in outcome.passages:
            try:
                outcome.judged_passages.append(judge_passage(raw_passage, source, now, places))
            except RefusedError as error:
                outcome.refuse(error.reason, error.message, error.field)


def _told(outcome: Outcome) -> str:
    return repr((outcome.readings, outcome.passages))


def _row_of(letter: KeptLetter, record: object) -> dict[str, Any] | None:
    """Return the row a mapping can read again: the letter's own, or that beside the reading it was made into."""
    if letter.kind == "row":
        return record if isinstance(record, dict) else None
    if isinstance(record, dict) and set(record) == {letter.kind, "row"} and isinstance(record["row"], dict):
        return record["row"]
    return None


def _take(outcome: Outcome, record: object, kind: type[Raw], into: list[Raw]) -> None:
    if isinstance(record, dict) and set(record) == {outcome.letter.kind, "row"}:
        record = record[outcome.letter.kind]
    try:
        into.append(msgspec.convert(record, kind, strict=True))
    except msgspec.ValidationError as error:
        outcome.refuse("bad_shape", str(error))


def _hashable(value: object) -> object:
    return value if isinstance(value, int | str) else str(value)
