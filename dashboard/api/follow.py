"""Presentations: begin one, change what it shows, follow it by its code, and the code as a picture to be scanned."""

from __future__ import annotations

import io
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.query import number
from dashboard.api.reply import as_object, json_reply
from dashboard.frozen.code import read_code
from dashboard.frozen.following import Following
from dashboard.frozen.presentations import Presentation, Presentations
from dashboard.parts import Parts

NAME_MAX: Final = 64
_SHOW: dict[str, Any] = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "deck": {"type": "string"},
                        "frozen": {"type": "string", "description": "Code of a frozen moment; empty: live figures."},
                        "slide": {"type": "string", "description": "Id of the slide that is shown."},
                        "ended": {"type": "boolean"},
                    },
                }
            },
        }
    }
}
_NONE: dict[int | str, dict[str, Any]] = {404: {"description": "No presentation has this code."}}


def follow_routes(parts: Parts, following: Following) -> APIRouter:
    """Return the routes of presentations."""
    router = APIRouter(prefix="/follow", tags=["presentations"])
    desk = Presentations(parts.frozen.engine)

    @router.post("", summary="Begin a presentation", status_code=201, openapi_extra=_SHOW)
    async def begin(request: Request) -> Response:
        """Begin to present; the answer's code is what followers type."""
        fields = await read_object(request)
        deck, slide = text_of(fields, "deck", longest=NAME_MAX), text_of(fields, "slide", longest=NAME_MAX)
        frozen = await _moment(parts, fields) or ""
        begin_it = partial(desk.begin, deck, frozen, slide, _who(request), _now(parts))
        return _reply(parts, await run_in_threadpool(begin_it), 201)

    @router.post("/{code}", summary="Change what is shown, or end it", responses=_NONE, openapi_extra=_SHOW)
    async def show(request: Request, code: str) -> Response:
        """Change slide, moment or deck; followers are told at once. Only who began it may."""
        fields = await read_object(request)
        change = partial(
            desk.show, _code(code), _who(request), _now(parts),
            slide=_given(fields, "slide"), deck=_given(fields, "deck"), frozen=await _moment(parts, fields),
            ended=_ended(fields),
        )  # fmt: skip
        changed = await run_in_threadpool(change)
        if changed is None:
            raise _missing()
        following.tell(changed)
        return _reply(parts, changed)

    @router.get("/{code}", summary="Follow a presentation", responses=_NONE)
    async def follow(code: str, after: Annotated[str | None, Query(max_length=12)] = None) -> Response:
        """Return what is shown; with `after`, a revision, wait up to 20 s until it is another one."""
        if after:
            found = await following.after(_code(code), number("after", after, 0, 0, 2**31 - 1))
        else:
            found = await run_in_threadpool(desk.get, _code(code))
        if found is None:
            raise _missing()
        return _reply(parts, found)

    @router.get("/{code}/qr.svg", summary="The link of a presentation as a QR code", responses=_NONE)
    async def qr(code: str) -> Response:
        """Return the link that followers open, as a picture."""
        import segno

        found = await run_in_threadpool(desk.get, _code(code))
        if found is None:
            raise _missing()
        drawn = io.BytesIO()
        segno.make(_link(parts, found), error="m", micro=False).save(
            drawn, kind="svg", scale=8, border=4, xmldecl=False, light="white"
        )
        return Response(drawn.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    return router


async def _moment(parts: Parts, fields: dict[str, Any]) -> str | None:
    # None: nothing was said of it; "": live figures.
    asked = _given(fields, "frozen")
    if not asked:
        return asked
    found = await run_in_threadpool(parts.frozen.get, asked)
    if found is None:
        raise BodyError(422, "no frozen moment has this code", "frozen")
    return found.code


def _given(fields: dict[str, Any], name: str) -> str | None:
    return text_of(fields, name, longest=NAME_MAX) if name in fields else None


def _ended(fields: dict[str, Any]) -> bool | None:
    ended = fields.get("ended")
    if ended is not None and not isinstance(ended, bool):
        raise BodyError(422, "ended must be true or false", "ended")
    return ended


def _link(parts: Parts, one: Presentation) -> str:
    return f"{parts.settings.public_url}/briefing?follow={one.code}"


def _reply(parts: Parts, one: Presentation, status: int = 200) -> Response:
    return json_reply({**as_object(one), "at": _now(parts), "link": _link(parts, one)}, status)


def _now(parts: Parts) -> int:
    return round(parts.clock().timestamp() * 1000)


def _who(request: Request) -> str:
    return str(request.state.principal.name)


def _code(text: str) -> str:
    code = read_code(text)
    if code is None:
        raise _missing()
    return code


def _missing() -> BodyError:
    return BodyError(404, "no presentation has this code; ask the presenter for the code on the screen", "code")
