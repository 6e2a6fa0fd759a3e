"""The door: the only way in, for every source.

It judges each record, stamps `received_at`, puts what is good on its stream in batches and what is not on the dead
letters' stream, in one order: the accepted first, so that a bus that fails half-way leaves the sender with an error
and, when it sends again, duplicates that change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from feeds.bus.codec import DEAD_LETTERS, PASSAGES, READINGS, encode_batches
from feeds.bus.port import StreamPort
from feeds.catalogue import Catalogue
from feeds.errors import RefusedError
from feeds.marks import marked
from feeds.model import DeadLetter, Passage, Reading, dims_key
from feeds.registry import Registry
from feeds.validation import RawPassage, RawReading, judge_passage, judge_reading

PAYLOAD_CHARACTERS: Final = 4_000
"""How much of a refused record is kept: more than any honest record has."""

MARKS_EVERY: Final = timedelta(seconds=2)
"""How old the instrument marks known here may be; what slips through meanwhile is restated by the recorder."""

Keep: TypeAlias = Callable[[], str] | None
"""Returns the row, as JSON, that a record was made of; None where it was made of none."""

Raw = TypeVar("Raw", RawReading, RawPassage)


class Rejection(msgspec.Struct, frozen=True):
    """Why one record was refused, by its index in what was sent."""

    index: int
    reason: str
    message: str
    field: str = ""


class Receipt(msgspec.Struct, frozen=True):
    """What became of the records of one call: accepted + len(rejected) is what was sent."""

    accepted: int
    rejected: list[Rejection] = []


def utc_now() -> datetime:
    """Return the present instant, aware UTC."""
    return datetime.now(UTC)


class Door:
    """Takes records in; see the module's docstring for the order of effects.

    Every method raises `BusUnavailableError` when the bus is down.
    """

    def __init__(
        self,
        bus: StreamPort,
        registry: Registry,
        catalogue: Catalogue,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._bus = bus
        self._registry = registry
        self._catalogue = catalogue
        self._clock = clock
        self._marks_at: datetime | None = None

    async def readings(
        self,
        records: Sequence[RawReading | Any],
        source: str,
        origins: Sequence[str] | None = None,
        extra: Sequence[DeadLetter] = (),
        *,
        by_hand: bool = False,
        kept: Sequence[Keep] = (),
    ) -> Receipt:
        """Take readings in; `source` is used where a record names none.

        What lies under an instrument mark is taken with quality `instrument`.

        Args:
            records: RawReading, or anything JSON-like that may become one.
            source: the sender.
            origins: where each record stood in its input, for the dead letters.
            extra: dead letters of rows no record could be made of, sent along.
            by_hand: whether a person entered them: the only way for a source `manual.<user>`.
            kept: for each record a function that returns the row it was made of, so that a mended mapping can read it
                again; asked only of refused ones.
        """
        now = self._clock()
        await self._know_marks(now)
        places = self._registry.places
        good: list[Reading] = []
        letters = list(extra)
        rejected: list[Rejection] = []
        await self._know_places(record.place for record in records if isinstance(record, RawReading))
        for index, record in enumerate(records):
            try:
                raw = record if isinstance(record, RawReading) else _shape(record, RawReading)
                sender = raw.source or source
                metric = self._catalogue.get(raw.metric)
                cadence = self._registry.cadence_s(sender, metric.cadence_s) if metric else None
                one = judge_reading(raw, source, now, self._catalogue, places, cadence_s=cadence, by_hand=by_hand)
                good.append(self._marked(one))
            except RefusedError as error:
                rejected.append(Rejection(index, error.reason, error.message, error.field))
                origin = origins[index] if origins else ""
                letters.append(_letter("reading", record, error, source, now, origin=origin, row=_row(kept, index)))
        await self._send(READINGS, good, letters)
        return Receipt(len(good), rejected)

    async def passages(
        self,
        records: Sequence[RawPassage | Any],
        source: str,
        origins: Sequence[str] | None = None,
        *,
        kept: Sequence[Keep] = (),
    ) -> Receipt:
        """Take passages in; arguments and errors as `readings`."""
        now = self._clock()
        good: list[Passage] = []
        letters: list[DeadLetter] = []
        rejected: list[Rejection] = []
        for index, record in enumerate(records):
            try:
                raw = record if isinstance(record, RawPassage) else _shape(record, RawPassage)
                good.append(judge_passage(raw, source, now, self._registry.places))
            except RefusedError as error:
                rejected.append(Rejection(index, error.reason, error.message, error.field))
                origin = origins[index] if origins else ""
                letters.append(_letter("passage", record, error, source, now, origin=origin, row=_row(kept, index)))
        await self._send(PASSAGES, good, letters)
        return Receipt(len(good), rejected)

    async def readings_json(self, body: bytes, source: str) -> Receipt:
        """Take readings as the push API gets them: a JSON array, or one JSON object a line.

        Raises:
            RefusedError: when the body is neither, with reason bad_json; nothing is taken then.
        """
        return await self.readings(_parse(body, _raw_readings), source)

    async def passages_json(self, body: bytes, source: str) -> Receipt:
        """Take passages as the push API gets them; raises like `readings_json`."""
        return await self.passages(_parse(body, _raw_passages), source)

    async def refuse(self, letters: Sequence[DeadLetter]) -> None:
        """Keep rows no record could be made of."""
        await self._send(READINGS, [], list(letters))

    async def _send(
        self,
        stream: str,
        good: Sequence[Reading] | Sequence[Passage],
        letters: Sequence[DeadLetter],
    ) -> None:
        if good:
            await self._bus.publish(stream, encode_batches(good))
        if letters:
            await self._bus.publish(DEAD_LETTERS, encode_batches(letters))

    async def restate(self, readings: Sequence[Reading]) -> None:
        """Send readings that were judged before once more, as they are now to be understood; see `feeds.restating`.

        They keep all they had, with the present as `received_at`.
        """
        now = self._clock()
        await self._send(READINGS, [msgspec.structs.replace(one, received_at=now) for one in readings], [])

    def _marked(self, reading: Reading) -> Reading:
        marks = self._registry.marks
        if not marks:
            return reading
        series = (reading.source, reading.metric, reading.place, dims_key(reading.dims))
        return marked(reading) if marks.covers(*series, reading.observed_at) else reading

    async def _know_marks(self, now: datetime) -> None:
        """Ask the bus for the instrument marks now and then; a clock that was set back asks at once."""
        if self._marks_at is None or not timedelta() <= now - self._marks_at < MARKS_EVERY:
            await self._registry.refresh_marks()
            self._marks_at = now

    async def _know_places(self, ids: Iterable[str]) -> None:
        # A place may have been declared by another process a moment ago: ask the bus once before refusing.
        places = self._registry.places
        if any(place_id not in places for place_id in ids):
            await self._registry.refresh()


def _shape(record: object, kind: type[Raw]) -> Raw:
    try:
        return msgspec.convert(record, kind, strict=True)
    except msgspec.ValidationError as error:
        text = str(error)
        field = text.rpartition("`$.")[2].rstrip("`") if "`$." in text else ""
        missing = "missing required field" in text
        raise RefusedError("missing_field" if missing else "bad_shape", text, field) from error


def _row(kept: Sequence[Keep], index: int) -> str:
    keep = kept[index] if index < len(kept) else None
    return keep() if keep is not None else ""


def _letter(
    kind: str, record: object, error: RefusedError, source: str, now: datetime, *, origin: str = "", row: str = ""
) -> DeadLetter:
    try:
        payload = msgspec.json.encode(record).decode()
    except (TypeError, ValueError, UnicodeError):
        payload = repr(record)
    if row.startswith("{") and len(payload) + len(row) <= PAYLOAD_CHARACTERS - len(kind) - len('{"":,"row":}'):
        # Both, when there is room for both: what was refused, and what a mended mapping can read again.
        payload = f'{{"{kind}":{payload},"row":{row}}}'
    sender = getattr(record, "source", "") or (record.get("source") if isinstance(record, dict) else "") or source
    if not isinstance(sender, str) or not 0 < len(sender) <= 64:
        sender = source
    return DeadLetter(
        kind,
        error.reason,
        error.message,
        error.field,
        sender,
        now,
        payload[:PAYLOAD_CHARACTERS],
        origin,
    )


_raw_readings: Final = msgspec.json.Decoder(list[RawReading])
_raw_passages: Final = msgspec.json.Decoder(list[RawPassage])
_objects: Final = msgspec.json.Decoder()


def _parse(body: bytes, fast: msgspec.json.Decoder[Any]) -> list[Any]:
    """Return the records of a body: by the strict decoder where all are well formed, else one by one."""
    try:
        return list(fast.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    stripped = body.strip()
    try:
        whole = _objects.decode(stripped)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _parse_lines(stripped)
    if isinstance(whole, dict):
        return [whole]
    if isinstance(whole, list):
        return whole
    raise RefusedError("bad_json", "the body must be a JSON array of objects or one JSON object a line")


def _parse_lines(body: bytes) -> list[Any]:
    records = []
    for number, line in enumerate(body.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            records.append(_objects.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RefusedError("bad_json", f"line {number} is not JSON: {error}") from error
    if not records:
        raise RefusedError("bad_json", "the body is empty; expected a JSON array or one JSON object a line")
    return records
