"""Search and ask: `GET /api/v1/ask`. Answers by rules, on this machine; history is asked in a thread."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Query
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError
from dashboard.api.query import number
from dashboard.api.reply import json_reply
from dashboard.ask.answer import Reply
from dashboard.ask.asker import LONGEST, MOST_FINDS, Asker
from dashboard.ask.past import Past
from dashboard.auth.model import Principal
from dashboard.parts import Parts
from dashboard.readmodels.origins import Origins
from dashboard.screens import SCREENS
from feeds.errors import FeedError
from geodata.storage import active_name
from layouts.wording import DEFAULT_LANG, languages, say

FINDS: Final = 8
PICTURE_KEPT_S: Final = 1.0
"""How long one picture of all topics serves further questions: a person types several letters a second."""
RECENT: Final = timedelta(days=2)
RECENT_KEPT_S: Final = 15.0
RECENT_MOST: Final = 100
AT_ONCE: Final = 40
PER_SECOND: Final = 8.0
"""Questions of one person: a fast typist asks with every fifth of a second."""
PEOPLE: Final = 1_000
"""People whose rate is remembered; the one who asked longest ago is forgotten first."""

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Answers, finds, and the sentence that says why there is no answer."},
    422: {"description": "A parameter is unfit; it is named."},
    429: {"description": "Too many questions; ask again in a second."},
}


class Rates:
    """How often each person asked lately: AT_ONCE at once, PER_SECOND on the long run."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, who: str, now_s: float) -> bool:
        """Count a question and tell whether it may be answered."""
        left, at = self._held.pop(who, (float(AT_ONCE), now_s))
        left = min(float(AT_ONCE), left + (now_s - at) * PER_SECOND)
        allowed = left >= 1
        self._held[who] = (left - 1 if allowed else left, now_s)
        while len(self._held) > PEOPLE:
            self._held.popitem(last=False)
        return allowed


class Desk:
    """The asker with what it answers from: the picture of the hub, the lately ended alerts, history."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._asker: tuple[str, Asker] | None = None
        self._picture: tuple[float, datetime, dict[str, Any]] | None = None
        self._recent: tuple[float, list[dict[str, Any]]] = (float("-inf"), [])
        self._building = asyncio.Lock()

    async def ask(self, text: str, lang: str, limit: int, screen: str) -> Reply:
        """Return the reply to a text."""
        asker = await self._ready()
        now, topics = self._topics()
        past = Past(
            self._parts.history,
            self._parts.places,
            self._parts.catalogue,
            Origins(self._parts.registry, self._parts.catalogue),
        )
        return await run_in_threadpool(self._answer, asker, text, lang, topics, past, now, limit, screen)

    async def _ready(self) -> Asker:
        """Return the index of the ground in use; another one is built when boundaries were imported."""
        async with self._building:
            ground = active_name()
            if self._asker is None or self._asker[0] != ground:
                built = await run_in_threadpool(Asker, self._parts.places, self._parts.catalogue)
                self._asker = (ground, built)
            return self._asker[1]

    def _topics(self) -> tuple[datetime, dict[str, Any]]:
        now_s = time.monotonic()
        if self._picture is None or now_s - self._picture[0] > PICTURE_KEPT_S:
            at_ms, topics = self._parts.hub.picture()
            self._picture = (now_s, datetime.fromtimestamp(at_ms / 1000, UTC), topics)
        return self._picture[1], self._picture[2]

    def _answer(
        self,
        asker: Asker,
        text: str,
        lang: str,
        topics: dict[str, Any],
        past: Past,
        now: datetime,
        limit: int,
        screen: str,
    ) -> Reply:
        recent = self._lately(now)
        try:
            return asker.ask(text, lang, topics, past, now, limit=limit, screen=screen, recent=recent)
        except (SQLAlchemyError, FeedError):
            # Live figures and finds need no history; only what was asked of the past is missing then.
            return Reply(text, said=say(lang, "answer.said.history_away"))

    def _lately(self, now: datetime) -> list[dict[str, Any]]:
        now_s = time.monotonic()
        if now_s - self._recent[0] > RECENT_KEPT_S:
            try:
                alerts = self._parts.desk.recent(now - RECENT, RECENT_MOST)
                self._recent = (now_s, [msgspec.to_builtins(alert) for alert in alerts])
            except SQLAlchemyError:
                self._recent = (now_s, [])
        return self._recent[1]


def ask_routes(parts: Parts) -> APIRouter:
    """Return the route of search and ask."""
    router = APIRouter(tags=["ask"])
    desk, rates = Desk(parts), Rates()

    @router.get("/ask", summary="Find things, and answer plain questions", responses=_RESPONSES)
    async def ask(
        request: Request,
        q: Annotated[str | None, Query(description=f"What was typed, 1 to {LONGEST} characters.")] = None,
        lang: Annotated[str | None, Query(max_length=8)] = None,
        limit: Annotated[str | None, Query(max_length=20)] = None,
        screen: Annotated[str | None, Query(max_length=20)] = None,
    ) -> Response:
        """Return answers with number, unit, time and source; finds by name; and why there is no answer."""
        text = (q or "").strip()
        if not text:
            raise BodyError(422, "q is required: what do you want to know or find?", "q")
        if len(text) > LONGEST:
            raise BodyError(422, f"q has {len(text)} characters; at most {LONGEST} are read", "q")
        if lang is not None and lang not in languages():
            raise BodyError(422, f"lang must be one of {', '.join(languages())}, got {lang!r}", "lang")
        if screen is not None and screen not in SCREENS:
            raise BodyError(422, f"screen must be one of {', '.join(SCREENS)}, got {screen!r}", "screen")
        try:
            most = number("limit", limit, FINDS, 1, MOST_FINDS)
        except BodyError as error:
            raise BodyError(422, str(error), "limit") from error
        principal: Principal = request.state.principal
        if not rates.allow(f"{principal.kind}:{principal.name}", time.monotonic()):
            raise BodyError(429, "too many questions at once; ask again in a second")
        reply = await desk.ask(text, lang or DEFAULT_LANG, most, screen or "")
        return json_reply(reply.as_object())

    return router
