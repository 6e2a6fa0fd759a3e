"""Scenarios over the API: what there is, choosing one, and everything that must be refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from feeds.sources.simulator.memory import Change, Memory, remember
from feeds.twin.scenario import SCENARIOS

PATH = "/api/v1/feeds/simulator/scenario"


async def post(web: Any, body: Any, path: str = PATH) -> tuple[int, dict[str, Any]]:
    """Ask as a supervisor; return status and answer."""
    answer = await web.client.post(path, json=body, headers=web.bearer("supervisor"))
    return answer.status_code, answer.json()


async def test_every_scenario_is_told_in_both_languages(web: Any) -> None:
    """A supervisor reads what each one is before playing it, and at which gates it may happen."""
    answer = await web.client.get("/api/v1/scenarios", headers=web.bearer("viewer"))
    told = answer.json()
    assert [each["name"] for each in told["scenarios"]] == list(SCENARIOS)
    for each in told["scenarios"]:
        assert all(each[key] for key in ("name_vi", "name_en", "about_vi", "about_en"))
    gates = {each["name"]: each["gates"] for each in told["scenarios"]}
    assert gates["gate-closed"][0] == "tan-thanh"
    assert gates["tet"] == []
    choices = {each["name"]: each["name_vi"] for each in told["choices"]}
    assert choices["gate-closed:chi-ma"] == "Đóng cửa khẩu Chi Ma"
    assert "gate-closed:tan-thanh" not in choices
    assert len(set(choices.values())) == len(choices) == 14
    assert (told["playing"], told["changes"], told["injected"]) == ({}, [], {})


async def test_a_choice_stands_on_the_desk_with_who_and_why(web: Any) -> None:
    """What is chosen is journalled, told to everybody who asks, and ends at its time."""
    wish = {"scenario": "gate-closed:chi-ma", "why": "diễn tập", "ends_after_s": 600}
    status, told = await post(web, wish)
    assert (status, told["scenario"], told["why"]) == (200, "gate-closed:chi-ma", "diễn tập")
    playing = web.parts.feed_desk.scenarios()["simulator"]
    assert (playing.scenario, playing.why, playing.until) == (
        "gate-closed:chi-ma",
        "diễn tập",
        web.clock.now + timedelta(seconds=600),
    )
    assert playing.who == told["who"]
    line = web.parts.feed_desk.journal(1)[0]
    assert (line.what, line.subject, line.why) == ("played", "simulator: gate-closed:chi-ma", "diễn tập")
    assert web.parts.feed_desk.end_scenarios(web.clock.now + timedelta(seconds=599)) == []
    before = web.parts.feed_desk.revision()
    assert web.parts.feed_desk.end_scenarios(web.clock.now + timedelta(seconds=600)) == ["simulator"]
    assert web.parts.feed_desk.scenarios() == {}
    assert web.parts.feed_desk.revision() == before + 1
    assert "is over" in web.parts.feed_desk.journal(1)[0].why


async def test_null_gives_the_simulator_back_its_own_scenario(web: Any) -> None:
    """Ending a scenario by hand is journalled too."""
    await post(web, {"scenario": "tet"})
    status, told = await post(web, {"scenario": None, "why": "xong"})
    assert (status, told["scenario"]) == (200, None)
    assert web.parts.feed_desk.scenarios() == {}
    assert web.parts.feed_desk.journal(1)[0].what == "stopped playing"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"scenario": "normall"}, 422, "scenario"),
        ({"scenario": "gate-closed:dong-dang"}, 422, "scenario"),
        ({"scenario": "tet:tan-thanh"}, 422, "scenario"),
        ({"scenario": 7}, 422, "scenario"),
        ({"scenario": ""}, 422, "scenario"),
        ({"scenario": "x" * 5_000}, 422, "scenario"),
        ({}, 422, "scenario"),
        ({"scenario": "tet", "ends_after_s": "600"}, 422, "ends_after_s"),
        ({"scenario": "tet", "ends_after_s": True}, 422, "ends_after_s"),
        ({"scenario": "tet", "ends_after_s": 1e300}, 422, "ends_after_s"),
        ({"scenario": "tet", "ends_after_s": -1}, 422, "ends_after_s"),
        ({"scenario": None, "ends_after_s": 600}, 422, "ends_after_s"),
        ({"scenario": "tet", "why": ["x"]}, 422, "why"),
        ({"scenario": "tet", "why": "x" * 501}, 422, "why"),
        ({"scenario": "tet", "when": "now"}, 422, "when"),
        ([], 400, ""),
    ],
)
async def test_what_cannot_be_played_is_refused_by_its_field(web: Any, body: Any, status: int, field: str) -> None:
    """Nothing stands on the desk after a refusal, and the answer names the field."""
    answered, told = await post(web, body)
    assert (answered, told["error"].get("field", "")) == (status, field)
    assert web.parts.feed_desk.scenarios() == {}


async def test_only_a_simulator_plays(web: Any) -> None:
    """A feed that nobody declared is not there; one of another kind cannot play."""
    assert (await post(web, {"scenario": "tet"}, "/api/v1/feeds/nobody/scenario"))[0] == 404
    settings = "kind: folder\npath: inbox\nmapping: dpsu"
    web.parts.feed_desk.declare("giao", settings, "", "supervisor", web.clock.now)
    status, told = await post(web, {"scenario": "tet"}, "/api/v1/feeds/giao/scenario")
    assert (status, told["error"]["field"]) == (422, "feed")


async def test_the_faults_of_a_bad_feed_can_be_read(web: Any) -> None:
    """What the simulator injected is told beside the scenarios it played."""
    now = web.clock.now
    memory = Memory(now, 1, [Change(now, "feed-rot", "lan", "thử")], now, now, {"late": 3, "told": 60})
    await remember(web.bus, "simulator", memory)
    told = (await web.client.get("/api/v1/scenarios", headers=web.bearer("viewer"))).json()
    assert told["injected"] == {"late": 3, "told": 60}
    assert (told["changes"][0]["scenario"], told["changes"][0]["who"]) == ("feed-rot", "lan")
