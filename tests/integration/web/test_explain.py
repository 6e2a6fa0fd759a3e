"""`GET /api/v1/explain`: where a figure comes from, now and in a frozen moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dashboard.gateway.state import Basis, LiveState
from feeds.model import Reading
from feeds.registry import SourceFacts
from layouts.wording import catalogue

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


@pytest.fixture
async def feeds(web: Any, monkeypatch: pytest.MonkeyPatch) -> LiveState:
    """The live state behind the hub, which has heard of one folder that is read and partly refused."""
    now = web.clock.now
    yard = SourceFacts("yard", "folder", cadence_s=60, name_vi="Bãi chờ xe", name_en="Lorry yards")
    await web.parts.registry.announce(yard)
    state = LiveState(web.parts.registry, web.parts.catalogue, web.parts.places, (), "e", now)
    measured, received = now - timedelta(seconds=24), now - timedelta(seconds=20)
    state.fold([Reading("lanes_open", "chi-ma", 2, measured, received, "yard", {}, "count")] * 5, now)
    fact = {
        "name": "yard", "kind": "folder", "source": "yard", "state": "running", "since": 0, "polls": 8, "failures": 1,
        "rows": 40, "accepted": 37, "refused": 3, "spooled": 2, "polled_at": round(now.timestamp() * 1000) - 5_000,
    }  # fmt: skip
    state.feeds.take_declared({"yard": fact})
    state.feeds.take_refused({"yard": 99})
    state.feeds.take_refused_today({"yard": {"unknown_place": 12, "bad_value": 3}}, now)
    state.feeds.take_recorder_lag(139, now)
    web.clock.forward(seconds=10)
    state.tick(web.clock.now)
    monkeypatch.setattr(web.hub, "basis", state.basis, raising=False)
    return state


NAMES = {
    "sources/yard/rate_per_s": ("Số bản ghi mỗi giây", "Records per second"),
    "sources/yard/delay_s": ("Trễ đường truyền", "Delay on the way"),
    "sources/yard/cadence_s": ("Chu kỳ của nguồn", "The source's cadence"),
    "sources/yard/refused": ("Bản ghi bị từ chối từ trước tới nay", "Records refused ever"),
    "sources/yard/refused_today": ("Bản ghi bị từ chối hôm nay", "Records refused today"),
    "sources/yard/refused_today/bad_value": ("Bản ghi bị từ chối hôm nay", "Records refused today"),
    "sources/yard/age_s": ("Tuổi dữ liệu của nguồn", "Age of a feed's newest data"),
    "sources/yard/age_cadences": ("Tuổi dữ liệu so với chu kỳ", "Feed age in cadences"),
    "declared/yard/polls": ("Số lần hỏi nguồn", "Times asked"),
    "declared/yard/rows": ("Số dòng đọc được", "Rows read"),
    "declared/yard/spooled": ("Gói chờ trên đĩa", "Payloads waiting on disk"),
    "declared/yard/polled_age_s": ("Thời gian từ lần hỏi cuối", "Time since last asked"),
    "recorder_lag": ("Lô số đo bộ ghi chưa lưu", "Batches not stored yet"),
    "states/running": ("Số nguồn đang chạy", "Sources running"),
}


@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_every_figure_of_the_feed_desk_is_told(web: Any, feeds: LiveState, lang: str) -> None:
    """With the topic's own value, its name and how it is computed, in the language of whoever asks."""
    topic = feeds.picture()["feeds"]
    source = topic["sources"]["yard"]
    computed = {"sources/yard/age_s": 34, "sources/yard/age_cadences": 34 / 60, "declared/yard/polled_age_s": 15,
                "states/running": 1, "sources/yard/refused_today": sum(source["refused_today"].values())}  # fmt: skip
    assert (source["rate_per_s"], source["delay_s"]) == (0.5, 4.0)
    for path, names in NAMES.items():
        value: Any = computed.get(path)
        if value is None:
            value = topic
            for part in path.split("/"):
                value = value[part]
        answer = await ask(web, cell=f"feeds/{path}", lang=lang)
        told = answer.json()
        assert (answer.status_code, told["value"], told["name"]) == (200, value, names[lang == "en"]), path
        assert len(told["formula"]) > 20
        assert "{" not in told["formula"]
        assert (told["quality"], told["simulated"], len(told["methods"])) == ("good", False, 1)
        about = {"recorder_lag": "Bộ ghi", "states/running": "Bàn nguồn dữ liệu"}.get(path, "Bãi chờ xe")
        assert [one["name_vi"] for one in told["sources"]] == [about]


async def test_what_was_refused_today_is_told_by_reason_and_since_when(web: Any, feeds: LiveState) -> None:
    """The parts add up to the figure; the day is Hanoi's."""
    told = (await ask(web, cell="feeds/sources/yard/refused_today", lang="vi")).json()
    words = catalogue("vi")
    assert [(one["name_vi"], one["value"]) for one in told["inputs"]] == [
        (words["desk.reason.unknown_place"], 12),
        (words["desk.reason.bad_value"], 3),
    ]
    midnight = web.clock.now.replace(hour=17, minute=0, second=0) - timedelta(days=1)
    assert told["since"] == round(midnight.timestamp() * 1000)


async def test_a_frozen_feed_desk_is_told_as_it_was(web: Any, feeds: LiveState) -> None:
    """The age of then, not of now; what the moment does not hold is no figure."""
    at = round(web.clock.now.timestamp() * 1000)
    kept = web.parts.frozen.keep(feeds.picture(), at, "lan", "briefing", "", "")
    web.clock.forward(hours=5)
    feeds.tick(web.clock.now)
    told = (await ask(web, cell="feeds/sources/yard/age_s", frozen=kept.code)).json()
    assert (told["value"], told["as_of"], told["metric"]) == (34, at, "feed_age_s")
    assert (await ask(web, cell="feeds/sources/none/age_s", frozen=kept.code)).status_code == 404


async def test_what_the_feed_desk_does_not_count_is_no_figure(web: Any, feeds: LiveState) -> None:
    """A name, a state and an unknown source are no numbers."""
    for path in (
        "sources/none/rate_per_s", "sources/yard/detail", "sources/yard", "sources/yard/refused_today/nothing",
        "declared/yard/name", "states/good", "simulated", "processes/hub/since",
    ):  # fmt: skip
        answer = await ask(web, cell=f"feeds/{path}")
        assert (answer.status_code, answer.json()["error"]["field"]) == (404, "cell"), path
