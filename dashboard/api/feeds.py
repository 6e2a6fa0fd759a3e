"""The feed desk: every source and declared feed, their gaps, and the journal of what people decided about them.

What this module does not do: decide anything (see `deciding`). SQL is asked in threads.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from dashboard.api.query import number
from dashboard.api.reply import as_object, json_reply
from dashboard.parts import Parts
from feeds.bus.codec import FACTS_FEEDS
from feeds.history.activity import BUCKET_S
from geodata.gates import HANOI

LONGEST_HOURS: Final = 30 * 24
DAY_KEPT_S: Final = 20.0
"""How long a strip of at most a day is told again from memory: a cell of it is 300 s wide."""
MONTH_KEPT_S: Final = 300.0
MOST_GAPS: Final = 800
"""Gaps of one source in one answer; the longest ones. A strip has 360 cells."""
JOURNAL_LINES: Final = 60

_Text = Annotated[str | None, Query(max_length=200)]


def feed_routes(parts: Parts) -> APIRouter:
    """Return the routes of the feed desk."""
    router = APIRouter(prefix="/feeds", tags=["feeds"])
    desk = parts.feed_desk
    strips = Strips(parts)

    @router.get("", summary="Sources, declared feeds, and what became of their records")
    async def feeds() -> Response:
        """Return every announced source, the declared feeds' states, the ledger, and what was refused today."""
        await parts.registry.refresh()
        today = parts.clock().astimezone(HANOI).date()
        ledger, refused, paused = await asyncio.gather(
            run_in_threadpool(parts.history.ledger),
            run_in_threadpool(parts.history.refusals, today),
            run_in_threadpool(desk.paused),
        )
        sources = [
            {**as_object(facts), "simulated": facts.simulated} for _, facts in sorted(parts.registry.sources().items())
        ]
        return json_reply(
            {
                "sources": sources,
                "feeds": await feed_facts(parts),
                "paused": [as_object(pause) for _, pause in sorted(paused.items())],
                "ledger": [as_object(row) for row in ledger],
                "refused_today": [as_object(row) for row in refused],
            }
        )

    @router.get("/strips", summary="When each source was silent")
    async def gaps(hours: _Text = None) -> Response:
        """Return the gaps of every source over the last hours (1 to 720), and when each was first heard in them."""
        return json_reply(await strips.over(number("hours", hours, 24, 1, LONGEST_HOURS)))

    @router.get("/declared", summary="Feeds declared on the desk")
    async def declared() -> Response:
        """Return the feeds that people declared, with settings and mapping as text."""
        found = await run_in_threadpool(desk.declared)
        return json_reply({"declared": [as_object(feed) for feed in found]})

    @router.get("/journal", summary="What was done about feeds")
    async def journal() -> Response:
        """Return the newest actions on the desk of feeds: when, who, what, why."""
        found = await run_in_threadpool(partial(desk.journal, JOURNAL_LINES))
        return json_reply({"journal": [as_object(action) for action in found]})

    return router


async def feed_facts(parts: Parts) -> list[dict[str, Any]]:
    """Return what declared feeds said of themselves; what nobody understands is left out."""
    found = []
    for _, data in sorted((await parts.bus.facts(FACTS_FEEDS)).items()):
        try:
            found.append(msgspec.json.decode(data, type=dict[str, Any]))
        except msgspec.MsgspecError:
            continue
    return found


class Strips:
    """The gaps of all sources, asked of the history at most every so often for all who look."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._held: dict[int, tuple[float, dict[str, Any]]] = {}
        self._lock = asyncio.Lock()

    async def over(self, hours: int) -> dict[str, Any]:
        """Return `{"from", "to", "sources": {name: {"first": ms | null, "gaps": [[from, to], …]}}}`, times in ms."""
        async with self._lock:
            at, answer = self._held.get(hours, (0.0, None))
            if answer is None or time.monotonic() - at > (DAY_KEPT_S if hours <= 24 else MONTH_KEPT_S):
                answer = await run_in_threadpool(self._ask, hours)
                # Odd lengths are nobody's strip: they must not pile up.
                self._held = {key: held for key, held in self._held.items() if key in {24, LONGEST_HOURS}}
                self._held[hours] = (time.monotonic(), answer)
            return answer

    def _ask(self, hours: int) -> dict[str, Any]:
        end = self._parts.clock()
        start = end - timedelta(hours=hours)
        history = self._parts.history
        width_s = BUCKET_S if hours <= 24 else BUCKET_S * 12
        firsts: dict[str, datetime] = {}
        for told in history.activity(None, start, end, width_s):
            if told.readings or told.passages:
                firsts.setdefault(told.source, told.start)
        gaps: dict[str, list[tuple[datetime, datetime]]] = {}
        for gap in history.gaps(None, start, end):
            gaps.setdefault(gap.source, []).append((gap.start, gap.end))
        sources = {}
        for name in sorted({*firsts, *gaps}):
            mine = gaps.get(name, [])
            first = min([*([firsts[name]] if name in firsts else []), *(gap[0] for gap in mine)])
            longest = sorted(mine, key=lambda gap: gap[0] - gap[1])[:MOST_GAPS]
            sources[name] = {
                "first": _ms(first),
                "gaps": [[_ms(since), _ms(until)] for since, until in sorted(longest)],
            }
        return {"from": _ms(start), "to": _ms(end), "sources": sources}


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
