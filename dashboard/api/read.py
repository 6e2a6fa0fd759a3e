"""Reading: `latest`, `history`, `me`. SQL is asked in threads."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError
from dashboard.api.query import dims as parse_dims
from dashboard.api.query import instant, number
from dashboard.api.reply import as_object, json_reply
from dashboard.auth.model import Principal
from dashboard.auth.permissions import PERMISSIONS
from dashboard.parts import Parts
from feeds.freshness import age_s, freshness_of, freshness_until
from feeds.history.readings import MOST_READINGS
from feeds.model import Reading, is_simulated

MOST_LATEST: Final = 20_000
POINTS_DEFAULT: Final = 500
READINGS_DEFAULT: Final = 1_000
POINTS_MOST: Final = 1_000

_Text = Annotated[str | None, Query(max_length=200)]


def read_routes(parts: Parts) -> APIRouter:
    """Return the routes that only read."""
    router = APIRouter(tags=["read"])

    @router.get("/latest", summary="Newest reading of every series")
    async def latest(metric: _Text = None, place: _Text = None, source: _Text = None, limit: _Text = None) -> Response:
        """Return the newest reading of each series that matches, with its age and freshness."""
        most = number("limit", limit, MOST_LATEST, 1, MOST_LATEST)
        readings = await run_in_threadpool(parts.history.latest)
        matching = [
            reading
            for reading in readings
            if (metric is None or reading.metric == metric)
            and (place is None or reading.place == place)
            and (source is None or reading.source == source)
        ]
        return json_reply({"readings": [_with_age(parts, reading) for reading in matching[:most]], "of": len(matching)})

    @router.get("/history", summary="One metric at one place over time")
    async def history(
        metric: _Text = None,
        place: _Text = None,
        dims: _Text = None,
        source: _Text = None,
        start: Annotated[str | None, Query(alias="from", max_length=40)] = None,
        end: Annotated[str | None, Query(alias="to", max_length=40)] = None,
        points: _Text = None,
    ) -> Response:
        """Return the series that match, at most `points` points each, extremes kept; by default the last 24 hours."""
        if not metric or not place:
            raise BodyError(400, "metric and place are required", "place" if metric else "metric")
        known = parts.catalogue.get(metric)
        if known is None:
            raise BodyError(400, f"metric {metric[:64]!r} is not in the catalogue", "metric")
        if place not in parts.places:
            raise BodyError(400, f"place {place[:64]!r} is not known", "place")
        to = instant("to", end, parts.clock())
        try:
            since = instant("from", start, to - timedelta(days=1))
        except OverflowError as error:
            raise BodyError(400, "to lies before the calendar begins", "to") from error
        if since >= to:
            raise BodyError(400, f"from ({since.isoformat()}) must lie before to ({to.isoformat()})", "from")
        ask = partial(
            parts.history.series,
            metric,
            place,
            parse_dims(dims),
            source,
            start=since,
            end=to,
            points=number("points", points, POINTS_DEFAULT, 1, POINTS_MOST),
        )
        found = await run_in_threadpool(ask)
        answer = {"metric": metric, "place": place, "unit": known.unit, "from": since, "to": to}
        return json_reply({**answer, "series": [as_object(one) for one in found]})

    @router.get("/readings", summary="Single readings of one metric at one place")
    async def single(
        metric: _Text = None,
        place: _Text = None,
        dims: _Text = None,
        source: _Text = None,
        start: Annotated[str | None, Query(alias="from", max_length=40)] = None,
        end: Annotated[str | None, Query(alias="to", max_length=40)] = None,
        limit: _Text = None,
    ) -> Response:
        """Return readings as they were told, with their quality: the values of broken instruments too."""
        if not metric or not place:
            raise BodyError(400, "metric and place are required", "place" if metric else "metric")
        to = instant("to", end, parts.clock())
        try:
            since = instant("from", start, to - timedelta(days=1))
        except OverflowError as error:
            raise BodyError(400, "to lies before the calendar begins", "to") from error
        most = number("limit", limit, READINGS_DEFAULT, 1, MOST_READINGS)
        ask = partial(parts.history.readings, metric, place, parse_dims(dims), source, start=since, end=to, limit=most)
        return json_reply({"readings": [as_object(one) for one in await run_in_threadpool(ask)]})

    @router.get("/me", summary="Who you are and what you may")
    async def me(request: Request) -> Response:
        """Return name, role and permissions of who asks."""
        principal: Principal = request.state.principal
        permissions = sorted(permission.value for permission in PERMISSIONS[principal.role])
        answer = {"name": principal.name, "role": principal.role.value, "kind": principal.kind}
        return json_reply({**answer, "permissions": permissions})

    return router


def _with_age(parts: Parts, reading: Reading) -> dict[str, Any]:
    metric = parts.catalogue.get(reading.metric)
    age = age_s(reading.observed_at, parts.clock())
    cadence = parts.registry.cadence_s(reading.source, metric.cadence_s) if metric else None
    state = freshness_of(age, cadence) if cadence else None
    if reading.expires_at is not None:
        state = freshness_until(reading.expires_at, parts.clock())
    return {
        **as_object(reading),
        "unit": metric.unit if metric else "",
        "simulated": is_simulated(reading.source),
        "reading_age_s": round(age, 1),
        "freshness": state.value if state else None,
    }
