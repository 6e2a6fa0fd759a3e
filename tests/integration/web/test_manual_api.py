"""Manual entry and instrument marks over HTTP: what is taken, what is refused with its field, what is journalled."""

from __future__ import annotations

from typing import Any

import pytest

from feeds.bus.codec import DEAD_LETTERS, READINGS, decode_readings
from feeds.errors import BusUnavailableError
from feeds.model import Reading

QUEUE = {"metric": "queue_length_vehicles", "place": "tan-thanh", "value": 120, "note": "đếm tại bãi"}


async def told(web: Any) -> list[Reading]:
    """Return every reading on the stream."""
    return [one for entry in await web.bus.tail(READINGS, 1_000) for one in decode_readings(entry.data)]


async def enter(web: Any, role: str = "duty", **fields: Any) -> Any:
    """Enter a queue, with other fields where given."""
    return await web.client.post("/api/v1/manual", json={**QUEUE, **fields}, headers=web.bearer(role))


async def test_an_entry_is_a_reading_of_its_author(web: Any) -> None:
    """An officer's count goes over the stream as theirs, expires by the metric's usual validity, and is listed."""
    answer = await enter(web)
    assert answer.status_code == 201
    entry = answer.json()
    assert (entry["who"], entry["source"], entry["valid"]) == ("token-duty", "manual.token-duty", True)
    [reading] = await told(web)
    assert (reading.source, reading.method, reading.quality) == ("manual.token-duty", "manual", "manual")
    assert (reading.value, reading.dims) == (120, {"queue": "physical"})
    assert reading.expires_at is not None
    assert (reading.expires_at - web.clock.now).total_seconds() == 7_200
    assert web.parts.registry.source("manual.token-duty").name_vi == "token-duty"
    listed = (await web.client.get("/api/v1/manual", headers=web.bearer("viewer"))).json()
    assert [(one["id"], one["note"], one["valid"]) for one in listed["entries"]] == [(entry["id"], QUEUE["note"], True)]
    assert listed["metrics"]["queue_length_vehicles"]["usual_s"] == 7_200
    web.clock.forward(seconds=7_200)
    late = (await web.client.get("/api/v1/manual?valid=1", headers=web.bearer("viewer"))).json()
    assert late["entries"] == []


async def test_what_is_withdrawn_counts_nowhere(web: Any) -> None:
    """A colleague may take an entry back: its reading becomes missing and expired, and both actions are journalled."""
    entry = (await enter(web)).json()
    web.clock.forward(seconds=30)
    gone = await web.client.delete(f"/api/v1/manual/{entry['id']}", headers=web.bearer("supervisor"))
    assert gone.status_code == 200
    assert gone.json()["withdrawn_by"] == "token-supervisor"
    first, last = await told(web)
    assert (last.value, last.quality, last.observed_at) == (None, "missing", first.observed_at)
    assert last.expires_at == web.clock.now
    again = await web.client.delete(f"/api/v1/manual/{entry['id']}", headers=web.bearer("duty"))
    assert again.status_code == 404
    assert [(one.what, one.who) for one in web.parts.feed_desk.journal()] == [
        ("withdrawn", "token-supervisor"),
        ("entered", "token-duty"),
    ]


UNFIT_ENTRIES: list[tuple[dict[str, Any], str]] = [
    ({"metric": "rsrp_dbm"}, "metric"),
    ({"metric": None}, "metric"),
    ({"metric": ["queue"]}, "metric"),
    ({"place": "nowhere"}, "place"),
    ({"place": "lang-son"}, "place"),
    ({"place": "x" * 500}, "place"),
    ({"value": None}, "value"),
    ({"value": "12"}, "value"),
    ({"value": True}, "value"),
    ({"value": 1.5}, "value"),
    ({"value": -1}, "value"),
    ({"value": 10**40}, "value"),
    ({"dims": "export"}, "dims"),
    ({"dims": {"direction": 1}}, "dims"),
    ({"dims": {"direction": "up"}}, "dims.direction"),
    ({"dims": {"colour": "red"}}, "dims.colour"),
    ({"valid_for_s": 1}, "valid_for_s"),
    ({"valid_for_s": 10**9}, "valid_for_s"),
    ({"valid_for_s": "2h"}, "valid_for_s"),
    ({"observed_at": "yesterday"}, "observed_at"),
    ({"observed_at": "2026-11-20T00:00:00Z"}, "observed_at"),
    ({"note": "x" * 501}, "note"),
    ({"note": "a\x00b"}, "note"),
    ({"metric": "target_value", "place": "lang-son", "dims": {}}, "dims.target"),
]


async def test_what_cannot_be_entered(web: Any) -> None:
    """What is unfit is refused with the field at fault, and nothing reaches the desk or the stream."""
    for fields, at_fault in UNFIT_ENTRIES:
        answer = await enter(web, **fields)
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, at_fault), fields
    assert web.parts.feed_desk.entries() == []
    assert await told(web) == []


async def test_nobody_else_speaks_for_a_person(web: Any) -> None:
    """A push that names manual.* as its source, or an expiry, is refused with the reason, wherever it names them."""
    base = {"metric": "queue_length_vehicles", "place": "tan-thanh", "value": 1, "observed_at": "2026-11-22T03:04:00Z"}
    records = [
        base | {"source": "manual.lan"},
        base | {"expires_at": "2027-11-22T03:04:00Z"},
        base | {"source": "platform"},
    ]
    answer = await web.client.post("/api/v1/readings", json=records, headers=web.bearer("machine"))
    assert answer.json()["accepted"] == 1
    assert [one["reason"] for one in answer.json()["rejected"]] == ["bad_source", "bad_expiry"]
    assert len(await web.bus.tail(DEAD_LETTERS, 10)) == 1
    forged = web.users.create_token("manual.minh", "machine")
    mine = await web.client.post("/api/v1/readings", json=[base], headers={"authorization": f"Bearer {forged}"})
    assert [one["reason"] for one in mine.json()["rejected"]] == ["bad_source"]


async def test_an_entry_that_could_not_be_sent_does_not_stand(web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the bus is down the officer hears so, and the desk keeps no entry that no screen shows."""

    async def down(*_: Any, **__: Any) -> None:
        raise BusUnavailableError("down")

    monkeypatch.setattr(web.parts.door, "readings", down)
    answer = await enter(web)
    assert answer.status_code == 503
    assert web.parts.feed_desk.entries(valid_at=web.clock.now) == []


async def test_a_mark_reaches_every_door_at_once(web: Any) -> None:
    """What a supervisor marks is told to all processes; what comes under it is the instrument's from then on."""
    body = {
        "source": "platform",
        "start": "2026-11-22T03:00:00Z",
        "end": None,
        "why": "camera che",
        "metric": "lanes_open",
    }
    made = await web.client.post("/api/v1/marks", json=body, headers=web.bearer("supervisor"))
    assert made.status_code == 201
    mark = made.json()
    assert (mark["who"], mark["why"]) == ("token-supervisor", "camera che")
    record = {
        "metric": "lanes_open",
        "place": "tan-thanh",
        "value": 4,
        "observed_at": "2026-11-22T03:04:00Z",
        "source": "platform",
    }
    await web.client.post("/api/v1/readings", json=[record], headers=web.bearer("machine"))
    [reading] = await told(web)
    assert (reading.quality, reading.was, reading.value) == ("instrument", "good", 4)
    listed = (await web.client.get("/api/v1/marks?standing=1", headers=web.bearer("viewer"))).json()["marks"]
    assert [one["id"] for one in listed] == [mark["id"]]
    ended = await web.client.post(
        f"/api/v1/marks/{mark['id']}/end", json={"end": "2026-11-22T03:02:00Z"}, headers=web.bearer("admin")
    )
    assert ended.json()["end"] == "2026-11-22T03:02:00Z"
    lifted = await web.client.delete(f"/api/v1/marks/{mark['id']}", headers=web.bearer("admin"))
    assert lifted.json()["ended_by"] == "token-admin"
    await web.parts.registry.refresh_marks()
    assert not web.parts.registry.marks
    twice = await web.client.delete(f"/api/v1/marks/{mark['id']}", headers=web.bearer("admin"))
    assert twice.status_code == 404


UNFIT_MARKS: list[tuple[dict[str, Any], str]] = [
    ({"source": ""}, "source"),
    ({"source": "two words"}, "source"),
    ({"why": "  "}, "why"),
    ({"start": None}, "start"),
    ({"start": True}, "start"),
    ({"start": "2026-11-22"}, "start"),
    ({"start": "2026-09-01T00:00:00Z"}, "start"),
    ({"start": "2026-12-24T00:00:00Z"}, "start"),
    ({"end": "2026-11-22T02:59:00Z"}, "end"),
    ({"metric": "colour"}, "metric"),
    ({"place": "nowhere"}, "place"),
    ({"dims": ["export"]}, "dims"),
]


async def test_what_cannot_be_marked(web: Any) -> None:
    """A mark without a reason, an end before its start, or of a stretch that is not kept is refused with the field."""
    for fields, at_fault in UNFIT_MARKS:
        body = {"source": "platform", "start": "2026-11-22T03:00:00Z", "end": None, "why": "camera", **fields}
        answer = await web.client.post("/api/v1/marks", json=body, headers=web.bearer("supervisor"))
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, at_fault), fields
    assert web.parts.feed_desk.marks() == []


async def test_single_readings_are_told_with_their_quality(web: Any) -> None:
    """Whoever asks for single readings sees what a broken instrument said, and that it did."""
    now = web.clock.now
    web.history.record_readings(
        [
            Reading("lanes_open", "tan-thanh", 4.0, now, now, "platform"),
            Reading("lanes_open", "tan-thanh", 99.0, now, now, "camera", quality="instrument", was="good"),
        ]
    )
    url = "/api/v1/readings?metric=lanes_open&place=tan-thanh&to=2026-11-22T04:00:00Z"
    found = (await web.client.get(url, headers=web.bearer("viewer"))).json()["readings"]
    assert [(one["value"], one.get("quality", "good")) for one in found] == [
        (99.0, "instrument"),
        (4.0, "good"),
    ]
