"""Scenarios: what the simulator may play, and letting it play something else while the house runs."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.reply import as_object, json_reply
from dashboard.auth.model import Principal
from dashboard.declared import SIMULATOR, declared_kinds
from dashboard.parts import Parts
from feeds.sources.simulator.memory import recall
from feeds.twin.engine import SOURCE
from feeds.twin.scenario import SCENARIOS, gates_of, scenario_named

SHORTEST_S: Final = 60.0
LONGEST_S: Final = 60 * 86_400.0
"""How long a scenario may be set to last: a minute to two months."""

_PLAY: dict[str, Any] = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["scenario"],
                    "properties": {
                        "scenario": {"type": ["string", "null"], "description": "null: back to the settings' own."},
                        "why": {"type": "string"},
                        "ends_after_s": {"type": "number", "minimum": SHORTEST_S, "maximum": LONGEST_S},
                    },
                }
            },
        }
    }
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "What the feed plays from now on; screens show it within seconds."},
    404: {"description": "No simulator has this name."},
    422: {"description": "A field is unfit; it is named."},
}


def scenario_routes(parts: Parts) -> APIRouter:
    """Return the routes of scenarios. A choice stands on the desk of feeds; the feeds process follows it."""
    router = APIRouter(tags=["scenarios"])

    @router.get("/scenarios", summary="What may be played, and what is")
    async def scenarios() -> Response:
        """Return every scenario, what was chosen for which feed, and the faults a bad feed was given so far."""
        playing = await run_in_threadpool(parts.feed_desk.scenarios)
        memory = await recall(parts.bus, SOURCE)
        known = [
            {
                "name": each.name,
                "name_vi": each.name_vi,
                "name_en": each.name_en,
                "about_vi": each.about_vi,
                "about_en": each.about_en,
                "gates": gates_of(each.name),
            }
            for each in SCENARIOS.values()
        ]
        return json_reply(
            {
                "scenarios": known,
                "choices": _choices(),
                "playing": {feed: as_object(one) for feed, one in playing.items()},
                "changes": [] if memory is None else [as_object(change) for change in memory.changes[-20:]],
                "injected": {} if memory is None else memory.injected,
            }
        )

    @router.post("/feeds/{name}/scenario", summary="Play a scenario", responses=_RESPONSES, openapi_extra=_PLAY)
    async def play(request: Request, name: str) -> Response:
        """Let a simulator play a scenario from now on, for a time if one is set."""
        principal: Principal = request.state.principal
        fields = await read_object(request)
        unknown = set(fields) - {"scenario", "why", "ends_after_s"}
        if unknown:
            field = min(unknown)[:64]
            raise BodyError(422, f"{field!r} is not known; expected scenario, why, ends_after_s", field)
        scenario = _scenario(fields)
        why = text_of(fields, "why", longest=500)
        lasts = _lasts(fields)
        if scenario is None and lasts is not None:
            raise BodyError(422, "ends_after_s goes with a scenario", "ends_after_s")
        await run_in_threadpool(_check_feed, parts, name)
        now = parts.clock()
        until = None if lasts is None else now + lasts
        await run_in_threadpool(partial(parts.feed_desk.play, name, scenario, principal.name, why, now, until=until))
        return json_reply(
            {"feed": name, "scenario": scenario, "who": principal.name, "why": why, "at": now, "until": until}
        )

    return router


def _choices() -> list[dict[str, str]]:
    """Return everything that may be asked for, those at another gate too, with its names."""
    names = [
        f"{name}:{gate}" if place else name for name in SCENARIOS for place, gate in enumerate(gates_of(name) or [""])
    ]
    found = [scenario_named(name) for name in names]
    return [{"name": each.name, "name_vi": each.name_vi, "name_en": each.name_en} for each in found]


def _scenario(fields: dict[str, Any]) -> str | None:
    if "scenario" not in fields:
        raise BodyError(422, f"scenario is required; one of {', '.join(SCENARIOS)}, or null", "scenario")
    if fields["scenario"] is None:
        return None
    name = text_of(fields, "scenario", required=True, longest=64)
    try:
        scenario_named(name)
    except ValueError as error:
        raise BodyError(422, str(error), "scenario") from error
    return name


def _lasts(fields: dict[str, Any]) -> timedelta | None:
    seconds = fields.get("ends_after_s")
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise BodyError(422, f"ends_after_s must be a number, got {type(seconds).__name__}", "ends_after_s")
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise BodyError(
            422, f"ends_after_s must lie in {SHORTEST_S:g}–{LONGEST_S:g} seconds, got {seconds:g}", "ends_after_s"
        )
    return timedelta(seconds=seconds)


def _check_feed(parts: Parts, name: str) -> None:
    """Check that a feed of that name is declared and is a simulator.

    Raises:
        BodyError: when it is not.
    """
    kind = declared_kinds(parts.settings.config_dir, parts.feed_desk).get(name)
    if kind is None:
        raise BodyError(404, "no feed has this name", "feed")
    if kind != SIMULATOR:
        raise BodyError(422, f"this feed is of kind {kind or 'unknown'}; only a simulator plays scenarios", "feed")
