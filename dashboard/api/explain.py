"""Where a number on a screen comes from: metric, formula, source, method, age and quality, for the figure clicked."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from dashboard.api.body import BodyError
from dashboard.api.explain_feeds import told_of_feed
from dashboard.api.reply import json_reply
from dashboard.frozen.store import Frozen
from dashboard.gateway.protocol import TOPICS
from dashboard.gateway.state import Basis
from dashboard.parts import Parts
from dashboard.readmodels.cells import to_ms
from dashboard.readmodels.feed_figures import FeedFigure, feed_figure
from feeds.model import Reading, is_simulated
from layouts.wording import DEFAULT_LANG, catalogue, languages

MOST_INPUTS: Final = 12
"""Inputs that are listed one by one; of a sum over more the rest is counted."""


def explain_routes(parts: Parts) -> APIRouter:
    """Return the route that explains a figure."""
    router = APIRouter(tags=["read"])

    @router.get("/explain", summary="Where a figure on a screen comes from")
    async def explain(
        cell: Annotated[str | None, Query(max_length=300)] = None,
        metric: Annotated[str | None, Query(max_length=80)] = None,
        lang: Annotated[str | None, Query(max_length=8)] = None,
        frozen: Annotated[str | None, Query(max_length=64)] = None,
    ) -> Response:
        """Return metric, formula, source, method, age and quality of the figure at `topic/path`.

        `metric` names the metric where the figure was not made from readings (a count of sites, for example); `frozen`
        asks about the figure as it was in a frozen moment, whose readings are not kept with it. The figures of the
        feed desk are no cells: `feeds/sources/NAME/rate_per_s`, `feeds/sources/NAME/age_s`, and the like.
        """
        topic, _, path = (cell or "").partition("/")
        if topic not in TOPICS or not path:
            raise BodyError(400, "cell must be a topic and a path, such as gates/gates/tan-thanh/queue", "cell")
        moment = await run_in_threadpool(parts.frozen.get, frozen) if frozen else None
        if frozen and moment is None:
            raise BodyError(404, "no frozen moment has this code, or it was kept long enough and is gone", "frozen")
        try:
            basis = parts.hub.basis(topic, path)
        except (LookupError, TypeError, ValueError) as error:
            # What a frozen moment shows may be gone by now.
            if moment is None:
                raise BodyError(404, f"no figure stands at {path[:120]!r} of the topic {topic}", "cell") from error
            basis = Basis(None, ())
        value = basis.value if moment is None else _then(moment, topic, path)
        if isinstance(value, FeedFigure):
            told = told_of_feed(parts.catalogue, value, lang if lang in languages() else DEFAULT_LANG, MOST_INPUTS)
            return json_reply({"cell": cell, **told, "as_of": moment.at if moment else None})
        if topic == "alerts" and isinstance(value, Mapping) and "rule" in value:
            value, metric = _cell_of_alert(value), str(value["metric"])
        if not isinstance(value, Mapping) or "src" not in value or "at" not in value:
            raise BodyError(404, f"what stands at {path[:120]!r} is no figure", "cell")
        readings = basis.readings if moment is None else ()
        name = basis.readings[0].metric if basis.readings else (metric or "")
        return json_reply(
            {
                "cell": cell,
                **_metric(parts, name, lang if lang in languages() else DEFAULT_LANG),
                **_stated(parts, value, readings),
                "as_of": moment.at if moment else None,
                "inputs": [_input(parts, reading) for reading in readings[:MOST_INPUTS]],
                "inputs_more": max(0, len(readings) - MOST_INPUTS),
            }
        )

    return router


def _then(moment: Frozen, topic: str, path: str) -> object:
    """Return what stood at a path in a frozen moment, None where nothing did."""
    if topic == "feeds":
        with contextlib.suppress(LookupError, TypeError):
            return feed_figure(moment.topics[topic], path, moment.at)
        return None
    return _at(moment.topics.get(topic), path)


def _at(data: object, path: str) -> object:
    """Return what stands at a path of a topic's data, None where nothing does."""
    for part in path.split("/"):
        if isinstance(data, Mapping):
            data = data.get(part)
        else:
            data = data[int(part)] if isinstance(data, list) and part.isdecimal() and int(part) < len(data) else None
    return data


def _cell_of_alert(alert: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figure an alert was raised by, with the rule and its threshold."""
    return {
        "v": alert.get("value"),
        "at": alert["updated_at"],
        "src": alert.get("source", ""),
        "sim": alert.get("simulated", False),
        "rule": alert["rule"],
        "threshold": alert.get("threshold"),
    }


def _metric(parts: Parts, name: str, lang: str) -> dict[str, Any]:
    known = parts.catalogue.get(name)
    words = catalogue(lang)
    if known is None:
        return {"metric": None, "name": "", "unit": "", "decimals": 0, "formula": ""}
    return {
        "metric": known.name,
        "name": known.name_vi if lang == DEFAULT_LANG else known.name_en,
        "unit": known.unit,
        "decimals": known.decimals,
        "formula": words.get(f"formula.{known.name}", ""),
    }


def _stated(parts: Parts, cell: Mapping[str, Any], readings: Sequence[Reading]) -> dict[str, Any]:
    """Return value, source, method, quality and times; of several inputs every method that was used."""
    sources = str(cell["src"]).split("+")
    return {
        "value": cell.get("v"),
        "at": cell["at"],
        "cadence_s": cell.get("cad"),
        "quality": cell.get("q"),
        "simulated": bool(cell.get("sim")),
        "entered_by": cell.get("by", ""),
        "until": cell.get("until"),
        "rule": cell.get("rule"),
        "threshold": cell.get("threshold"),
        "sources": [_source(parts, source) for source in sources],
        "methods": sorted({reading.method for reading in readings}),
        "received_at": max((to_ms(reading.received_at) for reading in readings), default=None),
    }


def _source(parts: Parts, source: str) -> dict[str, Any]:
    facts = parts.registry.source(source) or parts.registry.source(source.rpartition(":")[2])
    return {
        "id": source,
        "name_vi": facts.name_vi if facts else source,
        "name_en": facts.name_en if facts else source,
        "derived": ":" in source,
        "simulated": is_simulated(source) or bool(facts and facts.simulated),
    }


def _input(parts: Parts, reading: Reading) -> dict[str, Any]:
    place = parts.places.get(reading.place)
    return {
        "metric": reading.metric,
        "place": reading.place,
        "name_vi": place.name_vi if place else reading.place,
        "name_en": place.name_en if place else reading.place,
        "dims": dict(reading.dims),
        "value": reading.value,
        "at": to_ms(reading.observed_at),
        "source": reading.source,
        "method": reading.method,
        "quality": reading.quality,
    }
