"""What screens report of themselves, which panels there are and how they do, and views by their short code."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Query
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError, read_body
from dashboard.api.query import instant, number
from dashboard.api.reply import as_object, json_reply
from dashboard.auth.model import SESSION_COOKIE, Principal
from dashboard.auth.sessions import KIOSK_MS
from dashboard.auth.users import session_cookie
from dashboard.errors_http import error_json
from dashboard.parts import Parts
from dashboard.screen_journal import Report
from dashboard.screens import SCREENS
from dashboard.walls import views_of
from dashboard.walls.version import served_version

LARGEST_REPORT: Final = 64 * 1024
"""Bytes of a report: a hundred entries with the longest detail in any script."""
BEATING_MS: Final = 20_000
"""A wall beats every five seconds; up to here it may have missed three."""
LATE_MS: Final = 90_000
MOST_LINES: Final = 1_000

_Text = Annotated[str | None, Query(max_length=100)]
_REPORT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["screen"],
                    "properties": {
                        "screen": {"type": "string"},
                        "panel": {"type": "string"},
                        "browser": {"type": "string"},
                        "entries": {
                            "type": "array",
                            "maxItems": 100,
                            "items": {
                                "type": "object",
                                "required": ["kind", "at"],
                                "properties": {
                                    "kind": {"type": "string"},
                                    "at": {"type": "integer", "description": "ms since 1970"},
                                    "for_ms": {"type": "integer"},
                                    "detail": {"type": "string", "maxLength": 300},
                                    "n": {"type": "integer", "description": "a line sent twice is kept once"},
                                },
                            },
                        },
                        "beat": {"type": "object", "description": "a sign of life; see docs/wall.md"},
                    },
                }
            }
        },
    }
}
_SAID: dict[int | str, dict[str, Any]] = {422: {"description": "A field is unfit; it is named."}}
_VIEW: dict[int | str, dict[str, Any]] = {404: {"description": "No view has this code."}}

_report = msgspec.json.Decoder(Report)


def screen_routes(parts: Parts) -> APIRouter:
    """Return the routes of screens, their journal and the codes of their views."""
    router = APIRouter(tags=["screens"])
    store, walls = parts.screen_journal, parts.walls
    views = views_of(walls, [place.id for place in parts.places.all("gate")])
    secure = parts.settings.public_url.startswith("https://")

    @router.post("/screens/journal", summary="What a screen reports of itself", responses=_SAID, openapi_extra=_REPORT)
    async def report(request: Request) -> Response:
        """Keep entries of a screen's journal, and its sign of life; the answer tells the version that is served now."""
        principal: Principal = request.state.principal
        told = _read(await read_body(request, LARGEST_REPORT))
        if told.screen not in SCREENS:
            raise BodyError(422, f"screen must be one of {', '.join(SCREENS)}", "screen")
        if told.screen == "wall" and told.panel not in walls.panels():
            raise BodyError(422, f"panel {told.panel!r} is not in config/screens.yaml", "panel")
        try:
            added = await run_in_threadpool(partial(store.take, told, principal.name, parts.clock()))
        except SQLAlchemyError:
            return error_json(503, "the desk database does not answer; send it again", headers={"Retry-After": "5"})
        at = round(parts.clock().timestamp() * 1000)
        answer = json_reply({"at": at, "added": added, "version": served_version()})
        if principal.kind == "kiosk" and principal.via == "cookie":
            # A display hangs for years, and browsers forget a cookie after 400 days: each beat moves its end on.
            cookie = session_cookie(request.headers.get("cookie", ""))
            answer.set_cookie(
                SESSION_COOKIE, cookie, max_age=KIOSK_MS // 1000, httponly=True, samesite="lax", secure=secure, path="/"
            )
        return answer

    @router.get("/screens/journal", summary="The journal of the screens")
    async def journal(
        screen: _Text = None,
        panel: _Text = None,
        kind: _Text = None,
        start: Annotated[str | None, Query(alias="from", max_length=100)] = None,
        end: Annotated[str | None, Query(alias="to", max_length=100)] = None,
        limit: _Text = None,
    ) -> Response:
        """Return lines, those received last first."""
        ask = partial(
            store.lines,
            screen=screen or "",
            panel=panel or "",
            kind=kind or "",
            start_ms=_ms(instant("from", start, datetime.fromtimestamp(0, UTC))),
            end_ms=_ms(instant("to", end, parts.clock())) if end else None,
            limit=number("limit", limit, 200, 1, MOST_LINES),
        )
        return json_reply({"entries": [as_object(line) for line in await run_in_threadpool(ask)]})

    @router.get("/screens", summary="The panels there are, and how they do")
    async def screens() -> Response:
        """Return every declared panel with its last sign of life; a panel that stopped beating is seen here."""
        heard = await run_in_threadpool(store.heard)
        now_ms = _ms(parts.clock())
        rows = []
        for wall, panel in walls.panels().values():
            mine = [one for one in heard if (one.screen, one.panel) == ("wall", panel.id)]
            last = mine[0] if mine else None
            rows.append(
                {
                    "screen": "wall",
                    "panel": panel.id,
                    "wall": wall.id,
                    "name_vi": panel.name_vi,
                    "name_en": panel.name_en,
                    "url": f"/wall/{panel.id}",
                    "state": _state(now_ms - last.at) if last else "never",
                    "beat_at": last.at if last else None,
                    "age_s": round((now_ms - last.at) / 1000, 1) if last else None,
                    "displays": [
                        {"browser": one.browser, "who": one.who, "at": one.at, "state": _state(now_ms - one.at)}
                        | one.beat
                        for one in mine
                    ],
                }
            )
        return json_reply({"at": now_ms, "version": served_version(), "screens": rows})

    @router.get("/views/{code}", summary="The view that a short code stands for", responses=_VIEW)
    async def view(code: str) -> Response:
        """Return panel, scene and address of a view; capital and small letters are the same."""
        found = views.find(code)
        if found is None:
            return error_json(404, f"no view has the code {code[:16]!r}; it stands at the foot of the panel", "code")
        return json_reply(found)

    return router


def _read(body: bytes) -> Report:
    try:
        return _report.decode(body)
    except msgspec.ValidationError as error:
        said = str(error)
        raise BodyError(422, said, said.rpartition("$.")[2].rstrip("`") if "$." in said else "") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BodyError(400, f"the body is not JSON: {error}") from error


def _state(age_ms: int) -> str:
    return "beating" if age_ms <= BEATING_MS else "late" if age_ms <= LATE_MS else "lost"


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
