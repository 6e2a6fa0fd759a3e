"""Manual entry: an officer's figure where a feed is dead or does not exist, and taking it back.

The desk writes the entry down first, then it goes through the door as a reading of source `manual.<user>`; an entry
that could not be sent is taken back in the same breath, so that the desk and the screens agree.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.query import instant, number
from dashboard.api.reply import as_object, json_reply
from dashboard.auth.model import Principal
from dashboard.parts import Parts
from feeds.desk import ManualEntry
from feeds.errors import BusUnavailableError, FeedDeskMissingError, RefusedError
from feeds.manual import ENTERABLE, KIND, OLDEST, SHORTEST_S, Enterable, source_of, usual_until
from feeds.registry import SourceFacts
from feeds.validation import RawReading, judge_reading

MOST_ENTRIES: Final = 1_000
LONGEST_NOTE: Final = 500

_ENTRY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["metric", "place", "value"],
                    "properties": {
                        "metric": {"type": "string", "enum": sorted(ENTERABLE)},
                        "place": {"type": "string", "examples": ["tan-thanh"]},
                        "dims": {"type": "object", "additionalProperties": {"type": "string"}},
                        "value": {"type": "number"},
                        "note": {"type": "string", "maxLength": LONGEST_NOTE},
                        "valid_for_s": {"type": "number", "description": "default and bound by metric"},
                        "observed_at": {"type": "string", "format": "date-time", "description": "default: now"},
                    },
                }
            },
        },
    }
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    201: {"description": "The entry as it stands on the desk."},
    422: {"description": "A field is unfit; it is named."},
    503: {"description": "The bus or the database is down and nothing was entered; send again in a moment."},
}


def manual_routes(parts: Parts) -> APIRouter:
    """Return the routes of manual entry; every action is journalled with who did it."""
    router = APIRouter(prefix="/manual", tags=["manual entry"])
    entering = _Entering(parts)

    @router.get("", summary="What was entered by hand")
    async def entries(limit: str | None = None, valid: str | None = None) -> Response:
        """Return entries, newest first, and what may be entered; `valid=1` leaves out what does not speak any more."""
        now = parts.clock()
        most = number("limit", limit, 100, 1, MOST_ENTRIES)
        only = now if number("valid", valid, 0, 0, 1) else None
        found = await run_in_threadpool(partial(parts.feed_desk.entries, most, valid_at=only))
        return json_reply(
            {
                "entries": [{**as_object(one), "valid": _speaks(one, now)} for one in found],
                "metrics": {name: _offer(one, now) for name, one in ENTERABLE.items()},
            }
        )

    @router.post("", summary="Enter a figure", status_code=201, responses=_RESPONSES, openapi_extra=_ENTRY)
    async def enter(request: Request) -> Response:
        """Enter a figure by hand: it speaks until it expires, or until a feed says something newer."""
        principal: Principal = request.state.principal
        return await entering.enter(await read_object(request), principal.name)

    @router.delete("/{entry_id}", summary="Take an entry back")
    async def withdraw(request: Request, entry_id: str) -> Response:
        """Withdraw an entry, one's own or a colleague's: it speaks no more and counts in no figure."""
        principal: Principal = request.state.principal
        return await entering.withdraw(number("id", entry_id, 0, 0, 10**15 - 1), principal.name)

    return router


class _Entering:
    """Entering and withdrawing: the desk and the door kept in agreement."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._desk = parts.feed_desk

    async def enter(self, fields: dict[str, Any], who: str) -> Response:
        now = self._parts.clock()
        raw, note = _judged(fields, source_of(who), now)
        await self._check(raw, now)
        await self._announce(raw.source, who)
        assert raw.value is not None
        assert raw.expires_at is not None
        entry = await run_in_threadpool(
            partial(
                self._desk.enter,
                raw.metric,
                raw.place,
                raw.dims,
                raw.value,
                note=note,
                who=who,
                source=raw.source,
                observed_at=raw.observed_at,
                until=raw.expires_at,
                now=now,
            )
        )
        try:
            receipt = await self._parts.door.readings([raw], raw.source, by_hand=True)
        except BusUnavailableError:
            await run_in_threadpool(self._desk.withdraw, entry.id, who, now, "not sent: the bus did not answer")
            raise
        if receipt.rejected:
            await run_in_threadpool(self._desk.withdraw, entry.id, who, now, "not sent: refused")
            refused = receipt.rejected[0]
            raise BodyError(422, refused.message, refused.field)
        return json_reply({**as_object(entry), "valid": True}, 201)

    async def withdraw(self, entry_id: int, who: str) -> Response:
        now = self._parts.clock()
        entry = await run_in_threadpool(self._desk.entry, entry_id)
        if entry.withdrawn_at is not None:
            raise FeedDeskMissingError(f"the manual entry {entry.id} was withdrawn already")
        await self._announce(entry.source, entry.who)
        gone = RawReading(
            entry.metric,
            entry.place,
            entry.observed_at,
            None,
            entry.source,
            entry.dims,
            KIND,
            "missing",
            expires_at=max(entry.observed_at, now),
        )
        # Told before it is written down: an entry that still speaks must never look as if it were withdrawn.
        await self._parts.door.readings([gone], entry.source, by_hand=True)
        withdrawn = await run_in_threadpool(self._desk.withdraw, entry.id, who, now)
        return json_reply({**as_object(withdrawn), "valid": False})

    async def _check(self, raw: RawReading, now: datetime) -> None:
        """Refuse what the door would refuse, before the desk writes it down."""
        places = self._parts.places
        if raw.place not in places:
            await self._parts.registry.refresh()
        try:
            judge_reading(raw, raw.source, now, self._parts.catalogue, places, by_hand=True)
        except RefusedError as error:
            raise BodyError(422, error.message, error.field) from error
        place = places.get(raw.place)
        kinds = ENTERABLE[raw.metric].kinds
        if place is None or place.kind not in kinds:
            raise BodyError(422, f"{raw.metric} is entered for a {' or '.join(sorted(kinds))}", "place")

    async def _announce(self, source: str, name: str) -> None:
        """Tell the screens whose source it is."""
        known = self._parts.registry.source(source)
        if known is None or known.name_vi != name:
            await self._parts.registry.announce(SourceFacts(source, KIND, name_vi=name, name_en=name))


def _judged(fields: dict[str, Any], source: str, now: datetime) -> tuple[RawReading, str]:
    """Return the reading that an entry is, and its note.

    Raises:
        BodyError: 422 with the field at fault.
    """
    metric = text_of(fields, "metric", required=True, longest=64)
    entered = ENTERABLE.get(metric)
    if entered is None:
        raise BodyError(422, f"{metric!r} cannot be entered by hand; {', '.join(ENTERABLE)} can", "metric")
    place = text_of(fields, "place", required=True, longest=128)
    dims = _dims(fields.get("dims"), entered)
    value = _number(fields, "value")
    if value is None:
        raise BodyError(422, "value is required", "value")
    stated = text_of(fields, "observed_at", longest=40)
    try:
        observed_at = instant("observed_at", stated, now)
    except BodyError as error:
        raise BodyError(422, str(error), "observed_at") from error
    if observed_at < now - OLDEST:
        raise BodyError(
            422, f"observed_at lies more than {OLDEST.total_seconds() / 3600:.0f} hours back", "observed_at"
        )
    observed_at = min(observed_at, now)
    note = text_of(fields, "note", longest=LONGEST_NOTE)
    return (
        RawReading(
            metric, place, observed_at, value, source, dims, KIND, KIND, expires_at=_until(fields, entered, now)
        ),
        note,
    )


def _dims(stated: object, entered: Enterable) -> dict[str, str]:
    if stated is None:
        stated = {}
    if not isinstance(stated, dict) or not all(isinstance(one, str) for one in stated.values()):
        raise BodyError(422, "dims must be an object of texts", "dims")
    for name in entered.needed - stated.keys():
        raise BodyError(422, f"{entered.metric} needs the dimension {name}", f"dims.{name}")
    return {**entered.dims, **stated}


def _until(fields: dict[str, Any], entered: Enterable, now: datetime) -> datetime:
    valid_for_s = _number(fields, "valid_for_s")
    if valid_for_s is None:
        return usual_until(entered, now).astimezone(UTC)
    if not SHORTEST_S <= valid_for_s <= entered.longest_s:
        raise BodyError(
            422, f"{entered.metric} is valid for {SHORTEST_S:.0f} to {entered.longest_s:.0f} seconds", "valid_for_s"
        )
    return now + timedelta(seconds=valid_for_s)


def _number(fields: dict[str, Any], name: str) -> float | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BodyError(422, f"{name} must be a number, got {type(value).__name__}", name)
    if isinstance(value, int) and abs(value) > 10**15:
        raise BodyError(422, f"{name} is too large", name)
    if not math.isfinite(value):
        raise BodyError(422, f"{name} must be a finite number", name)
    return float(value)


def _speaks(entry: ManualEntry, now: datetime) -> bool:
    return entry.withdrawn_at is None and now < entry.until


def _offer(entered: Enterable, now: datetime) -> dict[str, Any]:
    return {
        "usual_s": round((usual_until(entered, now) - now).total_seconds()),
        "shortest_s": SHORTEST_S,
        "longest_s": entered.longest_s,
        "places": sorted(entered.kinds),
        "dims": dict(entered.dims),
        "needed": sorted(entered.needed),
    }
