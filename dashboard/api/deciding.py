"""Deciding about feeds: declare, retire, pause, resume. Each action is journalled with who, when and why.

The feeds process carries it out within a second or two and tells it as facts, which come back on `/live`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.declaring import NAME_MAX, checked_declaration, settings_of
from dashboard.api.feeds import feed_facts
from dashboard.api.reply import json_reply
from dashboard.parts import Parts

LARGEST_DECLARATION: Final = 256 * 1024
"""Bytes of a declaration: a mapping of 64 kB written in JSON."""

_WHY: dict[str, Any] = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {"type": "object", "required": ["why"], "properties": {"why": {"type": "string"}}}
            },
        }
    }
}


def deciding_routes(parts: Parts) -> APIRouter:
    """Return the routes by which people who answer for the feeds decide about them."""
    router = APIRouter(prefix="/feeds", tags=["feeds"])
    desk = parts.feed_desk

    def who(request: Request) -> str:
        return str(request.state.principal.name)

    @router.post("", summary="Declare a feed, or change a declared one", status_code=201)
    async def declare(request: Request) -> Response:
        """Declare a feed: `name`, `settings` (an entry of feeds.yaml, as text or object) and `mapping` (its text)."""
        fields = await read_object(request, LARGEST_DECLARATION)
        checked = await run_in_threadpool(checked_declaration, fields, parts)
        now = parts.clock()
        declare_it = partial(desk.declare, checked.name, checked.settings_yaml, checked.mapping_yaml)
        await run_in_threadpool(declare_it, who(request), now)
        return json_reply({"name": checked.name, "at": now}, 201)

    @router.delete("/{name}", summary="Take a declared feed away", status_code=204, openapi_extra=_WHY)
    async def retire(request: Request, name: str) -> Response:
        """Take away what was declared on the desk; a feed of that name in feeds.yaml runs again."""
        why = text_of(await read_object(request), "why", required=True)
        await run_in_threadpool(partial(desk.retire, _named(name), who(request), why, parts.clock()))
        return Response(status_code=204)

    @router.post("/{name}/pause", summary="Pause a feed", openapi_extra=_WHY)
    async def pause(request: Request, name: str) -> Response:
        """Stop a feed until it is resumed; what it told stays."""
        return await _decide(request, name, desk.pause, "paused")

    @router.post("/{name}/resume", summary="Let a paused feed go on", openapi_extra=_WHY)
    async def resume(request: Request, name: str) -> Response:
        """Let a paused feed go on."""
        return await _decide(request, name, desk.resume, "resumed")

    @router.get("/{name}/settings", summary="How a feed is declared")
    async def settings(name: str) -> Response:
        """Return settings and mapping of a feed as texts, from the desk or from feeds.yaml."""
        found = await run_in_threadpool(settings_of, _named(name), parts)
        if found is None:
            raise BodyError(404, f"no feed {name[:NAME_MAX]!r} is declared", "name")
        return json_reply(found)

    async def _decide(request: Request, name: str, decide: Callable[..., None], state: str) -> Response:
        why = text_of(await read_object(request), "why", required=True)
        await _must_exist(name)
        now = parts.clock()
        await run_in_threadpool(partial(decide, _named(name), who(request), why, now))
        return json_reply({"name": name, "state": state, "at": now})

    async def _must_exist(name: str) -> None:
        known = await run_in_threadpool(settings_of, _named(name), parts)
        if known is None and all(fact.get("name") != name for fact in await feed_facts(parts)):
            raise BodyError(404, f"no feed {name[:NAME_MAX]!r} is declared", "name")

    return router


def _named(name: str) -> str:
    if not name.isprintable() or len(name) > NAME_MAX:
        raise BodyError(404, "no feed has this name", "name")
    return name
