"""Bad input whole: every route of the app under wild bodies, sizes, depths and the strings that break software.

Whatever comes: never a 5xx, always a sentence, and nothing is read to its end that is too large.
"""

from __future__ import annotations

import asyncio
import base64
import json
import string
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BASE = "http://chihuy.test"
MEGABYTE = b"x" * (1 << 20)
LARGE_MB = 100
MAPPING = """
format: csv
source: bad
name: {vi: Xấu, en: Bad}
place: {constant: huu-nghi}
time: {constant: "2026-11-22T03:00:00Z"}
readings: [{metric: queue_length_vehicles, value: {path: a}}]
"""
WORDS = sorted({
    "name", "note", "settings", "mapping", "metric", "place", "value", "dims", "observed_at", "source", "start", "end",
    "why", "scenario", "ends_after_s", "valid_for_s", "role", "days", "password", "ids", "payload", "payload_base64",
    "content_type", "origin", "quality", "method", "vehicle", "direction", "step", "phase", "at", "goods_tonnes",
    "output", "inputs", "state", "changedPropIds", "id", "property", "lang", "limit", "before", "points", "reason",
})  # fmt: skip
TYPICAL = st.sampled_from([
    "queue_length_vehicles", "huu-nghi", "2026-11-22T03:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
    "simulator", "duty", "export", "gate-closed", "manual.x", "\x00", "\ud800", "a/../b", "1e400", "NaN",
    "'; DROP TABLE", MAPPING, "kind: http\nurl: http://127.0.0.1:1/", "&a [*a, *a]", "- " * 2_000, "٣", "é", "ế" * 300,
])  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(10**40), 10**40), st.floats(), st.text(max_size=40), TYPICAL
)
WILD = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), inner)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(WORDS), st.one_of(LEAVES, WILD), max_size=9)


def routes(app: Any) -> list[tuple[str, str]]:
    """Return every method and path of the API, the forms and the pages' callbacks."""
    found = [(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item]
    found.remove(("GET", "/healthz"))  # it takes nothing in, and rightly says 503 here: no process runs
    forms = [("POST", "/sign-in"), ("POST", "/sign-out"), ("POST", "/sign-in/once/{token}"), ("GET", "/kiosk")]
    pages = [("POST", "/_page/wall.dark.vi/_dash-update-component"), ("GET", "/_page/{key}/_dash-layout")]
    files = [("GET", "/layers/{name}"), ("GET", "/assets/{path}"), ("GET", "/_dash-component-suites/{a}/{b}")]
    return found + forms + pages + files


def filled(path: str, words: list[str]) -> str:
    """Return a path with its parameters filled in."""
    pieces = []
    for number, piece in enumerate(path.split("/")):
        word = words[number % len(words)].encode("utf-8", "surrogatepass")
        pieces.append(quote(word, safe="") or "1" if piece.startswith("{") else piece)
    return "/".join(pieces)


def judge(answer: httpx.Response, what: object) -> None:
    """Fail unless an answer is no fault of ours and says in a sentence what is wrong."""
    assert answer.status_code < 500, (what, answer.text[:400])
    if answer.status_code >= 400 and answer.request.url.path.startswith("/api/"):
        said = answer.json()
        if "rejected" in said:
            assert all(one["reason"] and one["message"] for one in said["rejected"]), (what, said)
        else:
            assert isinstance(said["error"]["field"], str), (what, said)
            assert len(said["error"]["message"]) > 5, (what, said)


@pytest.fixture
def everybody(web: Any) -> list[dict[str, str]]:
    """Return the headers of those who may do most: nobody's are tried by the tests of authority."""
    return [web.bearer(role) for role in ("admin", "supervisor", "machine")]


async def test_no_route_answers_wild_input_with_a_fault(web: Any, everybody: list[dict[str, str]]) -> None:
    """Wild JSON, wild bytes, wild parameters on every route of the app: below 500, and with a sentence."""
    every = routes(web.app)
    examples: list[tuple[bytes, list[str], dict[str, str]]] = []

    # Collected first and sent afterwards: the app lives on this test's loop.
    @settings(max_examples=320, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.one_of(OBJECTS.map(dumped), st.lists(OBJECTS, max_size=3).map(dumped), WILD.map(dumped), st.binary()),
        st.lists(st.one_of(st.text(min_size=1, max_size=20), TYPICAL, st.just("1")), min_size=1, max_size=4),
        st.dictionaries(st.sampled_from(WORDS), st.one_of(st.text(max_size=12), TYPICAL), max_size=4),
    )
    def collect(body: bytes, words: list[str], query: dict[str, str]) -> None:
        examples.append((body, words, query))

    collect()
    for number, (body, words, query) in enumerate(examples):
        method, path = every[number % len(every)]
        encoded = [f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in query.items()]
        url = f"{filled(path, words)}?{'&'.join(encoded)}"
        headers = {**everybody[number // len(every) % len(everybody)], "content-type": "application/json"}
        content = None if method == "GET" else body
        judge(await web.client.request(method, url, content=content, headers=headers), (method, url, body))
    assert len(examples) >= 4 * len(every)


TEMPLATES: dict[str, dict[str, Any]] = {
    "readings": {"metric": "queue_length_vehicles", "place": "huu-nghi", "dims": {"queue": "physical"}, "value": 1,
                 "observed_at": "2026-11-22T03:00:00Z", "source": "s", "method": "count", "quality": "good"},
    "passages": {"vehicle": "1", "place": "tan-thanh.1088-2-1089", "direction": "export", "goods_class": "fruit",
                 "step": "transport", "phase": "enter", "at": "2026-11-22T03:00:00Z", "goods_tonnes": 1, "fee_vnd": 1,
                 "diverted": False},
    "manual": {"metric": "lanes_open", "place": "huu-nghi", "dims": {}, "value": 2, "valid_for_s": 3_600,
               "observed_at": "2026-11-22T03:00:00Z", "note": "n"},
    "marks": {"source": "simulator", "metric": "lanes_open", "place": "huu-nghi", "dims": {}, "why": "w",
              "start": "2026-11-22T02:00:00Z", "end": "2026-11-22T03:00:00Z"},
    "feeds": {"name": "n", "settings": {"kind": "folder", "path": "a", "every_s": 60, "pattern": "*"},
              "mapping": MAPPING},
    "feeds/simulator/scenario": {"scenario": "tet", "why": "w", "ends_after_s": 60},
    "mapping/try": {"mapping": MAPPING, "payload": "a\n1\n", "content_type": "text/csv", "origin": "o"},
    "dead-letters/redrive": {"ids": [1], "mapping": MAPPING, "source": "s", "reason": "r", "why": "w"},
    "users": {"name": "n", "password": "một mật khẩu dài", "role": "duty"},
    "tokens": {"name": "n", "role": "machine", "days": 1},
}  # fmt: skip
"""A good body of each route that takes more than a note."""


async def test_no_single_wild_field_makes_a_fault(web: Any, everybody: list[dict[str, str]]) -> None:
    """Bodies that are good but for one wild field, at any depth, are taken or refused with a sentence."""
    examples: list[tuple[str, bytes]] = []

    @settings(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data(), st.sampled_from(sorted(TEMPLATES)), st.one_of(LEAVES, WILD))
    def collect(data: st.DataObject, path: str, wild: Any) -> None:
        body = json.loads(json.dumps(TEMPLATES[path]))
        name = data.draw(st.sampled_from(sorted(body)))
        if isinstance(body[name], dict) and data.draw(st.booleans()):
            body[name][data.draw(st.sampled_from([*body[name], "x"]))] = wild
        else:
            body[name] = wild
        examples.append((path, dumped([body] if path in {"readings", "passages"} else body)))

    collect()
    for path, body in examples:
        headers = {**everybody[2 if path in {"readings", "passages"} else 0], "content-type": "application/json"}
        answer = await web.client.post(f"/api/v1/{path}", content=body, headers=headers)
        judge(answer, (path, body))


def dumped(value: Any) -> bytes:
    """Return JSON as Python writes it, NaN and lone surrogates included."""
    return json.dumps(value).encode()


DEEP = [
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"note":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    b"9" * 100_000,
    b'{"value": 1' + b"0" * 5_000 + b"}",
    b'{"name": "' + b"\\u0000" * 2_000 + b'"}',
    b'{"settings": "' + b"[" * 10_000 + b'", "mapping": "' + b"{a: " * 5_000 + b'", "name": "deep"}',
    b'{"mapping": "a: &a [1]\\n' + b"".join(b"%c: &%c [*%c,*%c,*%c]\\n" % (n, n, n - 1, n - 1, n - 1)
                                          for n in string.ascii_lowercase[1:20].encode()) + b'", "payload": "x"}',
]  # fmt: skip
"""Nesting, numbers and texts of a size that no honest body has, and a bomb of YAML aliases."""


@pytest.mark.parametrize("number", range(len(DEEP)))
async def test_deep_and_dense_bodies_are_refused_everywhere(
    web: Any, everybody: list[dict[str, str]], number: int
) -> None:
    """Every route that takes a body refuses nesting, endless numbers and bombs with a sentence."""
    for method, path in routes(web.app):
        if method not in {"GET", "HEAD"}:
            for headers in everybody[:1] if "readings" not in path else everybody[2:]:
                sent = {**headers, "content-type": "application/json"}
                url = filled(path, ["1"])
                judge(await web.client.request(method, url, content=DEEP[number], headers=sent), (method, path))


@pytest.mark.parametrize("stated", [True, False], ids=["with its length", "without its length"])
async def test_a_body_of_100_mb_is_not_read_to_its_end(web: Any, everybody: list[dict[str, str]], stated: bool) -> None:
    """Every route that takes a body stops reading at its bound, which is 16 MB at most, and answers 4xx."""
    cookie = await web.cookie("supervisor")
    refused = 0
    for method, path in routes(web.app):
        if method in {"GET", "HEAD"}:
            continue
        read = 0

        async def body() -> AsyncIterator[bytes]:
            nonlocal read
            for _ in range(LARGE_MB):
                read += 1
                yield MEGABYTE

        person = path.startswith(("/_page", "/sign"))
        headers = {**(cookie if person else everybody[0]), "content-type": "application/json", "origin": BASE}
        if stated:
            headers["content-length"] = str(LARGE_MB << 20)
        answer = await web.client.request(method, filled(path, ["1"]), content=body(), headers=headers)
        judge(answer, (method, path))
        assert read <= 17, f"{method} {path} read {read} MB"
        refused += answer.status_code == 413
    assert refused > 10


async def test_a_body_that_stops_half_way_is_given_up(
    web: Any, everybody: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A half-open socket holds nothing for ever: after a while without a byte the answer is 408."""
    monkeypatch.setattr("dashboard.api.body.PATIENCE_S", 0.05)

    async def body() -> AsyncIterator[bytes]:
        yield b"[{"
        await asyncio.Event().wait()

    answer = await web.client.post("/api/v1/readings", content=body(), headers=everybody[2])
    judge(answer, "half-open")
    assert answer.status_code == 408


@pytest.fixture(scope="module")
def naughty(shared: Path) -> list[str]:
    """Return the strings that break software."""
    return list(json.loads((shared / "samples" / "bad" / "naughty_strings.json").read_text()))


async def test_naughty_strings_in_pushes(web: Any, naughty: list[str]) -> None:
    """As metric, place, dims, source, time, vehicle: each record is taken or refused with a sentence."""
    machine = web.bearer("machine")
    good = {"metric": "queue_length_vehicles", "place": "huu-nghi", "value": 1, "observed_at": "2026-11-22T03:00:00Z"}
    passage = {
        "vehicle": "1", "place": "tan-thanh.1088-2-1089", "direction": "export", "step": "transport", "phase": "enter",
        "at": "2026-11-22T03:00:00Z",
    }  # fmt: skip
    for route, record in (("readings", good), ("passages", passage)):
        for field in (*record, "source", "goods_class", "quality", "method"):
            body = [{**record, field: text} for text in naughty]
            answer = await web.client.post(f"/api/v1/{route}", json=body, headers=machine)
            judge(answer, (route, field))
            receipt = answer.json()
            assert receipt["accepted"] + len(receipt["rejected"]) == len(naughty)
        dims = [{**record, "dims": {text: text}} for text in naughty]
        judge(await web.client.post(f"/api/v1/{route}", json=dims, headers=machine), (route, "dims"))


async def test_naughty_strings_by_hand_and_at_the_desk(web: Any, naughty: list[str]) -> None:
    """As notes, reasons, names and payloads they are kept as they are, or refused with a sentence; none is executed."""
    headers = web.bearer("supervisor")
    kept: dict[str, int] = {}
    asked: list[tuple[str, Callable[[str], dict[str, Any]]]] = [
        ("manual", lambda text: {"metric": "lanes_open", "place": "huu-nghi", "value": 2, "note": text}),
        ("marks", lambda text: {"source": "simulator", "start": "2026-11-22T02:00:00Z", "why": text}),
        ("feeds", lambda text: {"name": text, "settings": "kind: folder\npath: a", "mapping": MAPPING}),
        ("feeds/simulator/pause", lambda text: {"why": text}),
        ("mapping/try", lambda text: {"mapping": MAPPING, "payload": f"a\n{text}\n", "origin": text[:200]}),
        ("mapping/try", lambda text: {"mapping": text, "payload": "a\n1\n"}),
        ("alerts/01J/note", lambda text: {"note": text}),
        ("dead-letters/try", lambda text: {"ids": [1], "mapping": text}),
    ]
    for number, text in enumerate(naughty):
        # Every string in one place, every place with an eighth of them.
        path, made = asked[number % len(asked)]
        answer = await web.client.post(f"/api/v1/{path}", json=made(text), headers=headers)
        judge(answer, (path, text))
        kept[path] = kept.get(path, 0) + (answer.status_code == 201)
    assert kept["manual"] > 30
    assert kept["marks"] > 30
    notes = {entry.note for entry in web.parts.feed_desk.entries(1_000)}
    assert len(notes & set(naughty)) > 30
    whys = {mark.why for mark in web.parts.feed_desk.marks()}
    assert len(whys & set(naughty)) > 30


async def test_odd_files_through_the_trial(web: Any, shared: Path) -> None:
    """Every file of the bad collections as a payload of the mapping page: a trial or a sentence."""
    headers = web.bearer("supervisor")
    tried = 0
    for file in sorted((shared / "samples" / "bad").rglob("*.*")):
        for form in ("csv", "json", "xml", "ndjson"):
            mapping = MAPPING.replace("format: csv", f"format: {form}")
            body = {"mapping": mapping, "payload_base64": base64.b64encode(file.read_bytes()).decode()}
            answer = await web.client.post("/api/v1/mapping/try", json=body, headers=headers)
            judge(answer, file.name)
            tried += 1
    assert tried > 200
