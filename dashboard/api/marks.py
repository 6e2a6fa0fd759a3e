"""Instrument marks: saying that a source's readings over a stretch tell of its instrument and not of the world.

The desk keeps the mark; the recorder restates what it covers, and every door marks what comes under it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.query import instant, number
from dashboard.api.reply import as_object, json_reply
from dashboard.auth.model import Principal
from dashboard.parts import Parts
from feeds.errors import BusUnavailableError

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MOST_MARKS: Final = 1_000
LONGEST_WHY: Final = 500

log = structlog.get_logger("web")

_Text = Annotated[str | None, Query(max_length=200)]
_MARK: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["source", "start", "why"],
                    "properties": {
                        "source": {"type": "string"},
                        "metric": {"type": "string", "description": "default: all, passages included"},
                        "place": {"type": "string", "description": "default: all"},
                        "dims": {
                            "type": ["object", "null"],
                            "description": "default: all; {}: only readings without dims",
                            "additionalProperties": {"type": "string"},
                        },
                        "start": {"type": "string", "format": "date-time"},
                        "end": {"type": ["string", "null"], "description": "null: the fault lasts"},
                        "why": {"type": "string", "maxLength": LONGEST_WHY},
                    },
                }
            },
        },
    }
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    201: {"description": "The mark; figures are recomputed without its stretch within seconds to minutes."},
    422: {"description": "A field is unfit; it is named."},
}
_ONE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The mark as it is now."},
    404: {"description": "No standing mark has this number."},
}


def mark_routes(parts: Parts) -> APIRouter:
    """Return the routes of instrument marks; every action is journalled with who did it."""
    router = APIRouter(prefix="/marks", tags=["instrument faults"])
    desk = parts.feed_desk

    @router.get("", summary="Instrument marks")
    async def marks(source: _Text = None, standing: _Text = None, limit: _Text = None) -> Response:
        """Return marks, newest first; `standing=1` leaves out those that were taken away."""
        ask = partial(
            desk.marks,
            source=source,
            standing=bool(number("standing", standing, 0, 0, 1)),
            limit=number("limit", limit, 200, 1, MOST_MARKS),
        )
        found = await run_in_threadpool(ask)
        return json_reply({"marks": [as_object(one) for one in found]})

    @router.post("", summary="Mark a stretch", status_code=201, responses=_RESPONSES, openapi_extra=_MARK)
    async def mark(request: Request) -> Response:
        """Mark a stretch [start, end) of a source as its instrument's; one reading is a stretch of a millisecond."""
        principal: Principal = request.state.principal
        now = parts.clock()
        fields = await read_object(request)
        metric, place = text_of(fields, "metric", longest=64), text_of(fields, "place", longest=128)
        if metric and metric not in parts.catalogue:
            raise BodyError(422, f"metric {metric!r} is not in the catalogue", "metric")
        if place and place not in parts.places:
            await parts.registry.refresh()
            if place not in parts.places:
                raise BodyError(422, f"place {place!r} is not known", "place")
        dims = fields.get("dims")
        if dims is not None and not (isinstance(dims, dict) and all(isinstance(one, str) for one in dims.values())):
            raise BodyError(422, "dims must be an object of texts, or null for all", "dims")
        start = _instant(fields, "start")
        if start is None:
            raise BodyError(422, "start is required", "start")
        do = partial(
            desk.mark,
            text_of(fields, "source", required=True, longest=64),
            start,
            _instant(fields, "end"),
            text_of(fields, "why", required=True, longest=LONGEST_WHY),
            principal.name,
            now,
            metric=metric,
            place=place,
            dims=dims,
        )
        made = await run_in_threadpool(do)
        await _tell()
        return json_reply(as_object(made), 201)

    @router.post("/{mark_id}/end", summary="Say when a lasting fault ended", responses=_ONE)
    async def end(request: Request, mark_id: str) -> Response:
        """End a mark at an instant, by default now: what is observed from then on is believed again."""
        principal: Principal = request.state.principal
        at = _instant(await read_object(request), "end") or parts.clock()
        do = partial(desk.end_mark, number("id", mark_id, 0, 0, 10**15 - 1), at, principal.name, parts.clock())
        ended = await run_in_threadpool(do)
        await _tell()
        return json_reply(as_object(ended))

    @router.delete("/{mark_id}", summary="Take a mark away", responses=_ONE)
    async def unmark(request: Request, mark_id: str) -> Response:
        """Take a mark away: what it covered is believed again, in every figure."""
        principal: Principal = request.state.principal
        do = partial(desk.unmark, number("id", mark_id, 0, 0, 10**15 - 1), principal.name, parts.clock())
        lifted = await run_in_threadpool(do)
        await _tell()
        return json_reply(as_object(lifted))

    async def _tell() -> None:
        """Tell every door at once; the recorder tells them within seconds in any case."""
        standing = await run_in_threadpool(partial(desk.marks, standing=True))
        try:
            await parts.registry.publish_marks(standing)
        except BusUnavailableError:
            log.warning("an instrument mark could not be told to the other processes yet")

    return router


def _instant(fields: dict[str, Any], name: str) -> datetime | None:
    stated = fields.get(name)
    if isinstance(stated, int) and not isinstance(stated, bool) and abs(stated) < 10**15:
        stated = str(stated)
    text = text_of({name: stated}, name, longest=40)
    if not text:
        return None
    try:
        return instant(name, text, EPOCH)
    except BodyError as error:
        raise BodyError(422, str(error), name) from error
