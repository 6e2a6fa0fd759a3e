"""The HTTP API over the real door, history and desk: what goes in, what comes out, and what is refused."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.desk import Change
from alerts.model import Alert, Event, Reason
from feeds.bus.codec import ALERTS, DEAD_LETTERS, READINGS, decode_dead_letters, decode_readings
from feeds.errors import BusUnavailableError
from feeds.model import Reading
from feeds.registry import SourceFacts

READING = {
    "metric": "queue_length_vehicles",
    "place": "huu-nghi",
    "dims": {"queue": "physical"},
    "value": 37,
    "observed_at": "2026-11-22T03:04:00Z",
}
PASSAGE = {
    "vehicle": "b3f1",
    "place": "tan-thanh",
    "direction": "export",
    "goods_class": "fruit",
    "step": "quarantine",
    "phase": "enter",
    "at": "2026-11-22T03:04:00Z",
}


def reading(at: str, value: float, source: str = "border:simulator") -> Reading:
    """Return a stored reading."""
    observed_at = datetime.fromisoformat(at)
    return Reading("queue_length_vehicles", "huu-nghi", value, observed_at, observed_at, source, {"queue": "physical"})


async def test_a_pushed_reading_is_on_the_stream_under_the_tokens_name(web: Any) -> None:
    """What a machine sends with curl comes out of the bus, stamped and with its source."""
    answer = await web.client.post("/api/v1/readings", json=[READING], headers=web.bearer("machine"))
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1, "rejected": []})
    [entry] = await web.bus.tail(READINGS, 10)
    [stored] = decode_readings(entry.data)
    assert (stored.value, stored.source, stored.received_at) == (37.0, "token-machine", web.clock.now)


async def test_a_person_who_pushes_is_a_manual_source(web: Any) -> None:
    """A name with spaces would be no source; what people send is marked as theirs."""
    headers = {**await web.cookie("admin"), "origin": "http://chihuy.test"}
    assert (await web.client.post("/api/v1/readings", json=[READING], headers=headers)).status_code == 200
    [entry] = await web.bus.tail(READINGS, 10)
    assert decode_readings(entry.data)[0].source == "manual"


async def test_refused_records_come_back_with_index_and_reason_and_are_kept(web: Any) -> None:
    """The sender learns which of its records were refused and why; the good ones are taken."""
    records = [READING, {**READING, "metric": "nope"}, {**READING, "place": "atlantis"}, {"value": 1}]
    answer = await web.client.post("/api/v1/readings", json=records, headers=web.bearer("machine"))
    body = answer.json()
    assert (answer.status_code, body["accepted"]) == (200, 1)
    assert [(one["index"], one["reason"], one["field"]) for one in body["rejected"]] == [
        (1, "unknown_metric", "metric"),
        (2, "unknown_place", "place"),
        (3, "missing_field", ""),
    ]
    [entry] = await web.bus.tail(DEAD_LETTERS, 10)
    assert [one.reason for one in decode_dead_letters(entry.data)] == [
        "unknown_metric",
        "unknown_place",
        "missing_field",
    ]


async def test_when_all_are_refused_the_status_says_so(web: Any) -> None:
    """A sender that looks at the status alone notices."""
    for path, record in (("readings", {**READING, "metric": "nope"}), ("passages", {**PASSAGE, "step": "nope"})):
        answer = await web.client.post(f"/api/v1/{path}", json=[record], headers=web.bearer("machine"))
        assert (answer.status_code, answer.json()["accepted"]) == (422, 0)
    assert (await web.client.post("/api/v1/readings", json=[], headers=web.bearer("machine"))).status_code == 200


async def test_lines_of_json_are_taken_too(web: Any) -> None:
    """A shell script may send one record a line."""
    lines = b"\n".join(msgspec.json.encode({**PASSAGE, "vehicle": f"v{number}"}) for number in range(3))
    headers = {**web.bearer("machine"), "content-type": "application/x-ndjson"}
    answer = await web.client.post("/api/v1/passages", content=lines, headers=headers)
    assert (answer.status_code, answer.json()["accepted"]) == (200, 3)


async def test_a_body_that_is_no_json_is_refused_whole(web: Any) -> None:
    """The sentence says in which line reading stopped."""
    answer = await web.client.post("/api/v1/readings", content=b'{"a":1}\n{"b', headers=web.bearer("machine"))
    assert answer.status_code == 400
    assert answer.json()["error"]["reason"] == "bad_json"
    assert "line 2" in answer.json()["error"]["message"]


async def test_a_body_over_eight_megabytes_is_refused_unread(web: Any) -> None:
    """Neither a stated nor an unstated length eats the memory of the server."""
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 64_000_000:
            sent += 1_000_000
            yield b" " * 1_000_000

    headers = web.bearer("machine")
    stated = await web.client.post("/api/v1/readings", content=b" " * (8 * 1024 * 1024 + 1), headers=headers)
    unstated = await web.client.post("/api/v1/readings", content=endless(), headers=headers)
    assert (stated.status_code, unstated.status_code) == (413, 413)
    assert "send it in parts" in unstated.json()["error"]["message"]
    assert sent < 12_000_000
    packed = {**headers, "content-encoding": "gzip"}
    assert (await web.client.post("/api/v1/readings", content=b"x", headers=packed)).status_code == 415


async def test_while_the_bus_is_down_a_push_is_told_to_come_back(web: Any) -> None:
    """Nothing is acknowledged that could be lost."""
    web.bus.down = True
    for path, record in (("readings", READING), ("passages", PASSAGE), ("readings", {"value": "refused"})):
        answer = await web.client.post(f"/api/v1/{path}", json=[record], headers=web.bearer("machine"))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "nothing was taken" in answer.json()["error"]["message"]
    web.bus.down = False
    assert await web.bus.tail(READINGS, 10) == []


async def test_latest_tells_value_age_freshness_and_whether_it_is_simulated(web: Any) -> None:
    """A program sees what a screen sees, and can filter it."""
    web.history.record_readings(
        [reading("2026-11-22T03:04:05+00:00", 37), reading("2026-11-22T03:00:05+00:00", 9, "gate")]
    )
    answer = (await web.client.get("/api/v1/latest?place=huu-nghi", headers=web.bearer("viewer"))).json()
    assert answer["of"] == 2
    shown = [
        (one["source"], one["value"], one["reading_age_s"], one["freshness"], one["simulated"])
        for one in answer["readings"]
    ]
    assert sorted(shown) == [("border:simulator", 37.0, 0.0, "live", True), ("gate", 9.0, 240.0, "stale", False)]
    assert answer["readings"][0]["unit"] == "xe"
    for query, count in (("source=gate", 1), ("metric=nope", 0), ("place=tan-thanh", 0), ("limit=1", 2)):
        found = (await web.client.get(f"/api/v1/latest?{query}", headers=web.bearer("viewer"))).json()
        assert found["of"] == count
        assert len(found["readings"]) == min(count, 1)


async def test_history_answers_with_points_that_keep_the_extremes(web: Any) -> None:
    """A peak of one reading is seen in a day of a few points."""
    values = dict.fromkeys(range(24), 10.0) | {13: 400.0, 17: 1.0}
    web.history.record_readings([reading(f"2026-11-21T{hour:02}:30:00+00:00", value) for hour, value in values.items()])
    query = "metric=queue_length_vehicles&place=huu-nghi&dims=queue=physical&points=4"
    window = "from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00%2B00:00"
    answer = await web.client.get(f"/api/v1/history?{query}&{window}", headers=web.bearer("viewer"))
    [series] = answer.json()["series"]
    assert (series["source"], series["dims"]) == ("border:simulator", {"queue": "physical"})
    assert 1 <= len(series["points"]) <= 4
    assert min(point[2] for point in series["points"]) == 1.0
    assert max(point[3] for point in series["points"]) == 400.0
    assert answer.json()["unit"] == "xe"


WRONG_QUESTIONS = [
    ("", "metric"),
    ("metric=queue_length_vehicles", "place"),
    ("metric=nope&place=huu-nghi", "metric"),
    ("metric=queue_length_vehicles&place=atlantis", "place"),
    ("metric=queue_length_vehicles&place=huu-nghi&dims=x", "dims"),
    ("metric=queue_length_vehicles&place=huu-nghi&from=yesterday", "from"),
    ("metric=queue_length_vehicles&place=huu-nghi&from=2026-11-22T03:00:00", "from"),
    ("metric=queue_length_vehicles&place=huu-nghi&to=99999999999999999", "to"),
    ("metric=queue_length_vehicles&place=huu-nghi&to=0001-01-01T00:00:00Z", "to"),
    ("metric=queue_length_vehicles&place=huu-nghi&from=2026-11-22T04:00:00Z", "from"),
    ("metric=queue_length_vehicles&place=huu-nghi&points=0", "points"),
    ("metric=queue_length_vehicles&place=huu-nghi&points=1001", "points"),
    ("metric=queue_length_vehicles&place=huu-nghi&points=%C2%B2", "points"),
]


async def test_a_question_that_cannot_be_answered_names_its_parameter(web: Any) -> None:
    """Whoever asks wrongly reads which parameter and what was expected."""
    for query, field in WRONG_QUESTIONS:
        answer = await web.client.get(f"/api/v1/history?{query}", headers=web.bearer("viewer"))
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, field), query
        assert answer.json()["error"]["message"]


async def test_feeds_lists_sources_and_the_books(web: Any) -> None:
    """Produced = stored + duplicates + refused can be checked from outside."""
    await web.parts.registry.announce(SourceFacts("simulator", "simulator", name_vi="Mô phỏng", name_en="Simulator"))
    web.history.record_readings([reading("2026-11-22T03:00:00+00:00", 1), reading("2026-11-22T03:00:00+00:00", 1)])
    answer = (await web.client.get("/api/v1/feeds", headers=web.bearer("viewer"))).json()
    [source] = answer["sources"]
    assert (source["source"], source["simulated"], source["name_vi"]) == ("simulator", True, "Mô phỏng")
    [row] = answer["ledger"]
    assert (row["source"], row["stored"], row["duplicates"], row["refused"]) == ("border:simulator", 1, 1, 0)


async def test_dead_letters_are_listed_page_by_page(web: Any) -> None:
    """An officer reads what was refused and why, newest first."""
    await web.client.post("/api/v1/readings", json=[{**READING, "metric": "nope"}] * 3, headers=web.bearer("machine"))
    for entry in await web.bus.tail(DEAD_LETTERS, 10):
        web.history.record_dead_letters([(entry.id, one) for one in decode_dead_letters(entry.data)])
    viewer = web.bearer("viewer")
    first = (await web.client.get("/api/v1/dead-letters?limit=2&source=token-machine", headers=viewer)).json()
    assert [one["reason"] for one in first["dead_letters"]] == ["unknown_metric"] * 2
    before = first["dead_letters"][-1]["id"]
    rest = (await web.client.get(f"/api/v1/dead-letters?before={before}", headers=viewer)).json()
    assert len(rest["dead_letters"]) == 1
    for query in ("limit=0", "limit=x", "before=-1", "before=99999999999999999999"):
        assert (await web.client.get(f"/api/v1/dead-letters?{query}", headers=viewer)).status_code == 400


ALERT = msgspec.convert(
    {
        "id": "01JALERT",
        "rule": "queue_physical_high",
        "priority": "critical",
        "state": "UNACK",
        "place": "tan-thanh",
        "gate": "tan-thanh",
        "metric": "queue_length_vehicles",
        "dims": {"queue": "physical"},
        "labels": {},
        "value": 1604.0,
        "threshold": 1200.0,
        "unit": "xe",
        "started_at": 1795316400000,
        "updated_at": 1795316400000,
        "ended_at": None,
        **{
            f"{part}_{lang}": f"{part} {lang}"
            for part in ("summary", "short", "cause", "consequence", "response", "owner")
            for lang in ("vi", "en")
        },
        "time_to_respond_s": 600.0,
        "source": "border:simulator",
        "simulated": True,
        "reason": "condition-met",
    },
    Alert,
)


def raise_alert(web: Any) -> None:
    """Put one alert on the real desk."""
    at = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    event = Event("raised", Reason.CONDITION_MET, at, ALERT.id, ALERT.rule, {}, 1604.0, at)
    web.desk.apply([Change(event, ALERT)], {}, "1-0")


async def test_acknowledging_is_journalled_under_the_officers_name_and_told_to_every_screen(web: Any) -> None:
    """One officer's click is on everybody's screen, with who and why."""
    raise_alert(web)
    live = (await web.client.get("/api/v1/alerts", headers=web.bearer("viewer"))).json()["alerts"]
    assert [(one["id"], one["state"]) for one in live] == [("01JALERT", "UNACK")]
    headers = {**await web.cookie("duty"), "origin": "http://chihuy.test"}
    body = {"note": "Đã gọi trạm kiểm dịch."}
    for _ in range(2):
        answer = await web.client.post("/api/v1/alerts/01JALERT/ack", json=body, headers=headers)
        assert answer.status_code == 200
        acked = answer.json()
        assert (acked["state"], acked["acked_by"], acked["note"]) == ("ACKED", "duty", body["note"])
    told = [alert for entry in await web.bus.tail(ALERTS, 10) for alert in msgspec.json.decode(entry.data)]
    assert [(one["id"], one["state"]) for one in told][-1] == ("01JALERT", "ACKED")
    actions = [entry.action for entry in web.desk.journal("01JALERT")]
    assert actions.count("acknowledged") == 1
    noted = await web.client.post("/api/v1/alerts/01JALERT/note", json={"note": "Xe đầu tiên đã qua."}, headers=headers)
    assert noted.json()["note"] == "Xe đầu tiên đã qua."
    back = await web.client.post("/api/v1/alerts/01JALERT/unack", headers=headers)
    assert back.json()["state"] == "UNACK"


async def test_an_acknowledgement_holds_although_the_bus_is_down(web: Any) -> None:
    """The desk is the memory; the screens are told once the bus is back."""
    raise_alert(web)
    web.bus.down = True
    answer = await web.client.post("/api/v1/alerts/01JALERT/ack", headers=web.bearer("duty"))
    assert (answer.status_code, answer.json()["state"]) == (200, "ACKED")
    web.bus.down = False
    await web.client.post("/api/v1/alerts/01JALERT/note", json={"note": "x"}, headers=web.bearer("duty"))
    told = [alert for entry in await web.bus.tail(ALERTS, 10) for alert in msgspec.json.decode(entry.data)]
    assert {one["state"] for one in told} >= {"ACKED"}


WRONG_ACTIONS = [
    ("nobody/ack", b"", 404, ""),
    ("01JALERT/note", b"{}", 422, "note"),
    ("01JALERT/ack", b'{"note": 7}', 422, "note"),
    ("01JALERT/ack", b'{"note": "' + b"x" * 2_001 + b'"}', 422, "note"),
    ("01JALERT/ack", b'{"note": "a\\u0000b"}', 422, "note"),
    ("01JALERT/ack", b"[]", 400, ""),
    ("01JALERT/ack", b"{", 400, ""),
    ("01JALERT/ack", b'{"note": "\xff"}', 400, ""),
    ("01JALERT/ack", b" " * 20_000, 413, ""),
    ("%00/ack", b"", 404, "id"),
    ("x" * 200 + "/ack", b"", 404, "id"),
]


async def test_an_action_that_cannot_be_done_says_why(web: Any) -> None:
    """A wrong id or note is a sentence, and nothing is journalled."""
    raise_alert(web)
    before = len(list(web.desk.journal("01JALERT")))
    for path, content, status, field in WRONG_ACTIONS:
        answer = await web.client.post(f"/api/v1/alerts/{path}", content=content, headers=web.bearer("duty"))
        assert (answer.status_code, answer.json()["error"]["field"]) == (status, field), (path, content[:40])
        assert answer.json()["error"]["message"]
    assert len(list(web.desk.journal("01JALERT"))) == before


async def test_an_administrator_adds_people_and_tokens_and_takes_them_away(web: Any) -> None:
    """Access is administered without a shell, and what is taken away is gone at once."""
    admin = web.bearer("admin")
    person = {"name": "Mai", "password": "một mật khẩu dài", "role": "duty"}
    added = await web.client.post("/api/v1/users", json=person, headers=admin)
    assert (added.status_code, added.json()["role"]) == (201, "duty")
    assert "password" not in added.text
    assert (await web.client.post("/api/v1/users", json=person, headers=admin)).status_code == 422
    assert (await web.client.delete("/api/v1/users/mai", headers=admin)).status_code == 204
    token = await web.client.post("/api/v1/tokens", json={"name": "lab", "role": "machine", "days": 1}, headers=admin)
    secret = {"authorization": f"Bearer {token.json()['token']}"}
    assert (await web.client.get("/api/v1/me", headers=secret)).json()["name"] == "lab"
    tokens = (await web.client.get("/api/v1/tokens", headers=admin)).json()["tokens"]
    number = next(one["id"] for one in tokens if one["name"] == "lab")
    assert all("hash" not in one for one in tokens)
    assert (await web.client.delete(f"/api/v1/tokens/{number}", headers=admin)).status_code == 204
    assert (await web.client.get("/api/v1/me", headers=secret)).status_code == 401
    for naughty in ({"days": "x"}, {"days": True}, {"days": -1}, {"days": 1e308}, {"name": "ô"}, {"role": None}):
        body = {"name": "lab", "role": "machine", **naughty}
        assert (await web.client.post("/api/v1/tokens", json=body, headers=admin)).status_code == 422
    users = (await web.client.get("/api/v1/users", headers=admin)).json()["users"]
    assert next(one for one in users if one["name"] == "Mai")["disabled_at_ms"] is not None


async def test_openapi_describes_every_route_of_the_api(web: Any) -> None:
    """A developer finds the contract where it is promised."""
    spec = (await web.client.get("/api/v1/openapi.json", headers=web.bearer("viewer"))).json()
    for path in ("readings", "passages", "latest", "history", "alerts", "alerts/{alert_id}/ack", "feeds", "me"):
        assert f"/api/v1/{path}" in spec["paths"]
    assert spec["paths"]["/api/v1/readings"]["post"]["requestBody"]["content"]["application/json"]
    assert not any(path.startswith("/_") or "sign-in" in path for path in spec["paths"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAUGHTY_VALUES = st.one_of(JSON, st.sampled_from(["\x00", "9" * 400, "2026-13-01T00:00:00Z", "-" * 70, "NaN", "1e999"]))
RECORDS = st.one_of(
    JSON,
    st.fixed_dictionaries({}, optional={key: NAUGHTY_VALUES | st.just(READING[key]) for key in READING}),
    st.fixed_dictionaries({}, optional={key: NAUGHTY_VALUES | st.just(PASSAGE[key]) for key in PASSAGE}),
)


async def test_no_body_whatever_breaks_the_server(web: Any) -> None:
    """Bad input: never a crash, never a 500, always a reason."""
    loop = asyncio.get_running_loop()
    bodies: list[bytes] = []

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.binary(max_size=200), st.lists(RECORDS, max_size=3).map(msgspec.json.encode)))
    def gather(body: bytes) -> None:
        bodies.append(body)

    await loop.run_in_executor(None, gather)
    bodies += [b"[" * 100_000, b'{"a":' * 50_000, b"[1e999]", b'["\\ud800"]', b"\xef\xbb\xbf[]", b"null", b"\n\n"]
    admin = web.bearer("admin")
    for body in bodies:
        for path in ("readings", "passages", "users", "tokens", "alerts/01J/note"):
            answer = await web.client.post(f"/api/v1/{path}", content=body, headers=admin)
            assert answer.status_code in {200, 400, 404, 413, 422}, (path, body)
            if answer.status_code != 200:
                assert answer.json().get("rejected") or answer.json()["error"]["message"]


async def test_no_query_whatever_breaks_the_server(web: Any) -> None:
    """The same for addresses."""
    texts: list[str] = []

    @settings(max_examples=40, deadline=None, database=None)
    @given(st.one_of(st.text(max_size=60), st.integers().map(str), st.datetimes().map(str), st.just("x" * 5_000)))
    def gather(text: str) -> None:
        texts.append(text)

    await asyncio.get_running_loop().run_in_executor(None, gather)
    good = {"metric": "queue_length_vehicles", "place": "huu-nghi"}
    for text in texts:
        for parameter in ("metric", "place", "dims", "source", "from", "to", "points"):
            answer = await web.client.get(
                "/api/v1/history", params={**good, parameter: text}, headers=web.bearer("viewer")
            )
            assert answer.status_code in {200, 400, 422}, (parameter, text)
        for path in ("latest", "dead-letters"):
            answer = await web.client.get(
                f"/api/v1/{path}", params={"source": text, "limit": text}, headers=web.bearer("viewer")
            )
            assert answer.status_code in {200, 400, 422}, (path, text)


async def test_a_fault_of_ours_is_a_sentence_with_a_reference(web: Any, monkeypatch: Any) -> None:
    """If something of ours breaks all the same, the caller gets a reference to tell us, and no stack trace."""

    def broken() -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(web.history, "latest", broken)
    with structlog.testing.capture_logs() as logged:
        api = await web.client.get("/api/v1/latest", headers=web.bearer("viewer"))
    assert api.status_code == 500
    [line] = [one for one in logged if one["event"] == "a request failed"]
    assert line["reference"] in api.json()["error"]["message"]
    assert "recorded under" in api.json()["error"]["message"]
    assert "secret" not in api.text


async def test_bus_outages_on_reading_routes_are_told_apart(web: Any, monkeypatch: Any) -> None:
    """A list that needs the bus says that the bus is down, with when to ask again."""

    async def down() -> None:
        raise BusUnavailableError("connection refused")

    monkeypatch.setattr(web.parts.registry, "refresh", down)
    answer = await web.client.get("/api/v1/feeds", headers=web.bearer("viewer"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
