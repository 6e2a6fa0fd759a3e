"""Alerts: the live list, and acknowledging with a note."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from alerts.outbox import publish_outbox
from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.query import instant
from dashboard.api.reply import as_object, json_reply
from dashboard.auth.model import Principal
from dashboard.parts import Parts
from feeds.errors import BusUnavailableError

log = structlog.get_logger("web")

_NOTE: dict[str, Any] = {
    "requestBody": {
        "content": {
            "application/json": {"schema": {"type": "object", "properties": {"note": {"type": "string"}}}},
        }
    }
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The alert as it is now."},
    404: {"description": "No alert has this id, or it is over."},
}


def alert_routes(parts: Parts) -> APIRouter:
    """Return the routes of alerts. What they do is journalled by the desk and comes back on every screen's stream."""
    router = APIRouter(prefix="/alerts", tags=["alerts"])
    # Who tells the stream what this process did: the same after a restart, another one for each web process.
    owner = f"web:{parts.settings.host}:{parts.settings.port}"

    @router.get("", summary="Alerts that are not over; with `since`, also those that are over")
    async def live(since: Annotated[str | None, Query(max_length=40)] = None) -> Response:
        """Return the live alerts; with `since` all that began, changed or ended since then, the newest change first."""
        if since is None:
            alerts = await run_in_threadpool(parts.desk.live)
        else:
            alerts = await run_in_threadpool(parts.desk.changed, instant("since", since, parts.clock()))
        return json_reply({"alerts": [as_object(alert) for alert in alerts]})

    @router.post("/{alert_id}/ack", summary="Acknowledge", responses=_RESPONSES, openapi_extra=_NOTE)
    async def acknowledge(request: Request, alert_id: str) -> Response:
        """Acknowledge an alert, with a note if there is one; doing it twice changes nothing."""
        return await _act(request, alert_id, parts.desk.acknowledge)

    @router.post("/{alert_id}/unack", summary="Take an acknowledgement back", responses=_RESPONSES, openapi_extra=_NOTE)
    async def unacknowledge(request: Request, alert_id: str) -> Response:
        """Take an acknowledgement back."""
        return await _act(request, alert_id, parts.desk.unacknowledge)

    @router.post("/{alert_id}/note", summary="Add a note", responses=_RESPONSES, openapi_extra=_NOTE)
    async def note(request: Request, alert_id: str) -> Response:
        """Add a note to an alert."""
        return await _act(request, alert_id, parts.desk.note, needs_note=True)

    async def _act(
        request: Request, alert_id: str, action: Callable[..., Any], *, needs_note: bool = False
    ) -> Response:
        principal: Principal = request.state.principal
        if len(alert_id) > 128 or not alert_id.isprintable():
            raise BodyError(404, "no alert has this id", "id")
        text = text_of(await read_object(request), "note", required=needs_note)
        alert = await run_in_threadpool(partial(action, alert_id, principal.name, text, parts.clock()))
        try:
            await publish_outbox(parts.desk, parts.bus, owner, parts.clock)
        except BusUnavailableError:
            # The desk has it, so it is done; whoever next empties the outbox tells the screens.
            log.warning("an action on an alert could not be told to the screens yet", alert=alert_id)
        return json_reply(as_object(alert))

    return router
