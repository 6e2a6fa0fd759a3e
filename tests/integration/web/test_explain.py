"""`GET /api/v1/explain`: where a figure comes from, now and in a frozen moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dashboard.gateway.state import Basis
from feeds.model import Reading

PATH = "gates/gates/chi-ma/queue"


def shown(value: float, now: Any, **more: Any) -> dict[str, Any]:
    """Return a cell as the hub holds it."""
    at = round(now.timestamp() * 1000)
    return {"v": value, "at": at, "src": "border:simulator", "q": "good", "sim": True, "cad": 60, **more}


@pytest.fixture
def told(web: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A hub that shows one queue, made of two readings."""
    now = web.clock.now
    parts = [
        Reading("queue_length_vehicles", "chi-ma", value, now, now, "border:simulator", {"direction": one}, "derived")
        for one, value in (("export", 30), ("import", 11))
    ]

    def basis(topic: str, path: str) -> Basis:
        if f"{topic}/{path}" != PATH:
            raise KeyError(path)
        return Basis(shown(41, now), tuple(parts))

    monkeypatch.setattr(web.hub, "basis", basis, raising=False)
    return web


async def ask(web: Any, **query: str) -> Any:
    """Ask as a reader."""
    return await web.client.get("/api/v1/explain", params=query, headers=web.bearer("viewer"))


async def test_a_figure_tells_everything(told: Any) -> None:
    """Metric, formula, source, method, age, quality and the parts it was made from."""
    answer = (await ask(told, cell=PATH, lang="en")).json()
    assert (answer["metric"], answer["name"], answer["unit"]) == ("queue_length_vehicles", "Vehicles waiting", "xe")
    assert answer["formula"].startswith("Every vehicle that has arrived")
    assert (answer["value"], answer["methods"], answer["quality"], answer["simulated"]) == (
        41,
        ["derived"],
        "good",
        True,
    )
    assert [(one["dims"], one["value"]) for one in answer["inputs"]] == [
        ({"direction": "export"}, 30),
        ({"direction": "import"}, 11),
    ]
    assert answer["as_of"] is None


async def test_a_frozen_figure_is_told_as_it_was(told: Any) -> None:
    """Later readings say nothing about a figure that was cited then."""
    then = told.clock.now - timedelta(days=1)
    at = round(then.timestamp() * 1000)
    topics = {"gates": {"gates": {"chi-ma": {"queue": shown(7, then)}, "gone": {"queue": shown(3, then)}}}}
    kept = told.parts.frozen.keep(topics, at, "lan", "briefing", "", "")
    answer = (await ask(told, cell=PATH, frozen=kept.code)).json()
    assert (answer["value"], answer["as_of"], answer["inputs"], answer["metric"]) == (
        7,
        at,
        [],
        "queue_length_vehicles",
    )
    gone = (await ask(told, cell="gates/gates/gone/queue", frozen=kept.code)).json()
    assert (gone["value"], gone["metric"]) == (3, None)


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({}, 400, "cell"),
        ({"cell": "gates"}, 400, "cell"),
        ({"cell": "nothing/at/all"}, 400, "cell"),
        ({"cell": "gates/gates/nowhere/queue"}, 404, "cell"),
        ({"cell": PATH, "frozen": "ZZZZZZ"}, 404, "frozen"),
        ({"cell": "x" * 400}, 422, "cell"),
    ],
)
async def test_what_is_no_figure_is_refused_with_the_field(told: Any, query: Any, status: int, field: str) -> None:
    """Never a 500, always the field."""
    answer = await ask(told, **query)
    assert (answer.status_code, answer.json()["error"]["field"]) == (status, field)
