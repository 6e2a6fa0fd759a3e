"""Frozen moments: freeze what all screens know now, and look a moment up by its code."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.query import number
from dashboard.api.reply import json_reply
from dashboard.frozen.store import MOST_LISTED, Frozen
from dashboard.parts import Parts
from dashboard.screens import SCREENS, address_of

PATH_MAX: Final = 500
NOTE_MAX: Final = 500
LISTED: Final = 50
_HERE: Final = re.compile(r"/(?![/\\])[^\s\\]*")
"""A path of this house: never another host's."""

_FREEZE: dict[str, Any] = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["screen"],
                    "properties": {
                        "screen": {"type": "string", "enum": list(SCREENS)},
                        "path": {"type": "string", "description": "What the screen shows: /tablet#/gate/chi-ma"},
                        "note": {"type": "string"},
                    },
                }
            },
        }
    }
}


def frozen_routes(parts: Parts) -> APIRouter:
    """Return the routes of frozen moments."""
    router = APIRouter(prefix="/frozen", tags=["frozen moments"])
    store = parts.frozen

    @router.post("", summary="Freeze this moment", status_code=201, openapi_extra=_FREEZE)
    async def freeze(request: Request) -> Response:
        """Keep all topics of this instant under a new code; `url` opens it."""
        fields = await read_object(request)
        screen = text_of(fields, "screen", required=True, longest=32)
        if screen not in SCREENS:
            raise BodyError(422, f"screen must be one of {', '.join(SCREENS)}, got {screen!r}", "screen")
        path = text_of(fields, "path", longest=PATH_MAX)
        if path and not _HERE.fullmatch(path):
            raise BodyError(422, "path must begin with one / and hold no spaces", "path")
        note = text_of(fields, "note", longest=NOTE_MAX)
        at, topics = parts.hub.picture()
        who = str(request.state.principal.name)
        kept = await run_in_threadpool(partial(store.keep, topics, at, who, screen, path, note))
        return json_reply({"id": kept.id, "code": kept.code, "at": kept.at, "url": url_of(kept)}, 201)

    @router.get("", summary="Frozen moments, the newest first")
    async def moments(limit: Annotated[str | None, Query(max_length=8)] = None) -> Response:
        """Return what was frozen, without the data."""
        most = number("limit", limit, LISTED, 1, MOST_LISTED)
        return json_reply({"frozen": [_facts(one) for one in await run_in_threadpool(store.list, most)]})

    @router.get("/{name}", summary="One frozen moment", responses={404: {"description": "No moment has this code."}})
    async def moment(name: str) -> Response:
        """Return a moment by id or code, with the data of every topic."""
        found = await run_in_threadpool(store.get, name[:64])
        if found is None:
            raise BodyError(404, "no frozen moment has this code, or it was kept long enough and is gone", "code")
        return json_reply({**_facts(found), "topics": found.topics})

    return router


def url_of(moment: Frozen) -> str:
    """Return the address that opens a moment on the screen it was frozen on, what it showed included."""
    path, hash_sign, view = (moment.path or address_of(moment.screen)).partition("#")
    base, _, query = path.partition("?")
    asked = [pair for pair in query.split("&") if pair and not pair.startswith("frozen=")]
    return f"{base}?{'&'.join([*asked, f'frozen={moment.code}'])}{hash_sign}{view}"


def _facts(moment: Frozen) -> dict[str, Any]:
    return {
        "id": moment.id,
        "code": moment.code,
        "at": moment.at,
        "by": moment.by,
        "screen": moment.screen,
        "path": moment.path,
        "note": moment.note,
        "simulated": moment.simulated,
        "url": url_of(moment),
    }
