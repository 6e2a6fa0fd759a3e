"""Notes to the duty desk over HTTP, and what a browser is given to install the tablet."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.notes.publish import STREAM, decode_tellings
from feeds.errors import BusUnavailableError

NOTE = {"text": "Gọi kiểm dịch thêm một tổ", "urgent": True, "place": "tan-thanh", "path": "/tablet#/gate/tan-thanh"}


async def ask(web: Any, role: str, method: str, path: str, body: Any = None) -> Any:
    """Ask as a token of a role."""
    return await web.client.request(method, f"/api/v1/notes{path}", headers=web.bearer(role), json=body)


async def test_a_note_goes_to_the_desk_and_its_answer_comes_back(web: Any) -> None:
    """Written by a leader, received and answered by the duty; each step is told on the stream at once."""
    sent = await ask(web, "leader", "POST", "", NOTE)
    assert sent.status_code == 201
    note = sent.json()
    assert (note["state"], note["by"], note["role"]) == ("sent", "token-leader", "leader")
    assert (await ask(web, "duty", "POST", f"/{note['id']}/seen")).json()["state"] == "seen"
    answered = (await ask(web, "duty", "POST", f"/{note['id']}/answer", {"text": "Đã gọi"})).json()
    assert [(step["what"], step["by"]) for step in answered["steps"]] == [
        ("seen", "token-duty"), ("answered", "token-duty"),
    ]  # fmt: skip
    entries = await web.bus.read(STREAM, "0-0", 10, 0)
    assert [decode_tellings(entry.data)[0]["state"] for entry in entries] == ["sent", "seen", "answered"]
    assert (await ask(web, "leader", "GET", "?mine=1")).json()["notes"] == [answered]
    assert (await ask(web, "duty", "GET", "?mine=1")).json()["notes"] == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "text"),
        ({"text": "  "}, "text"),
        ({"text": 5}, "text"),
        ({"text": "x" * 1_001}, "text"),
        ({"text": "a", "place": "nowhere"}, "place"),
        ({"text": "a", "alert": "nobody"}, "alert"),
        ({"text": "a", "urgent": "yes"}, "urgent"),
        ({"text": "a", "path": "//evil.example/x"}, "path"),
        ({"text": "a", "path": "tablet"}, "path"),
        ({"text": "a", "key": "a b"}, "key"),
        ({"text": "a", "colour": "red"}, "colour"),
    ],
)
async def test_an_unfit_note_is_refused_by_the_field_at_fault(web: Any, fields: dict[str, Any], field: str) -> None:
    """Whoever sends it learns what to mend, and nothing is kept."""
    refused = await ask(web, "leader", "POST", "", fields)
    assert (refused.status_code, refused.json()["error"]["field"]) == (422, field)
    assert (await ask(web, "leader", "GET", "")).json()["notes"] == []


@pytest.mark.parametrize("path", ["/0123456789abcdef/seen", "/nobody/seen", "/0123456789abcdef/answer"])
async def test_a_note_that_is_not_there_is_404(web: Any, path: str) -> None:
    """A wrong id is the asker's mistake and says so."""
    assert (await ask(web, "duty", "POST", path, {"text": "a"})).status_code == 404


async def test_a_note_is_taken_while_the_bus_is_down(web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk has it; the screens hear of it from the list when the bus is back."""

    async def down(*_: Any) -> None:
        raise BusUnavailableError("down")

    monkeypatch.setattr(web.bus, "publish", down)
    assert (await ask(web, "leader", "POST", "", NOTE)).status_code == 201
    assert len((await ask(web, "leader", "GET", "")).json()["notes"]) == 1


async def test_too_many_notes_are_429(web: Any) -> None:
    """A tablet gone wild does not drown the desk."""
    for number in range(60):
        assert (await ask(web, "leader", "POST", "", {"text": f"Việc {number}"})).status_code == 201
    assert (await ask(web, "leader", "POST", "", {"text": "Nữa"})).status_code == 429


async def test_a_browser_is_given_what_installing_needs_before_anybody_signs_in(web: Any) -> None:
    """The manifest is fetched without cookies; the worker may never be held back by a cache."""
    worker = await web.client.get("/sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"
    told = await web.client.get("/tablet.webmanifest?lang=en")
    assert told.headers["content-type"] == "application/manifest+json"
    assert told.json()["lang"] == "en"
    for icon in told.json()["icons"]:
        found = await web.client.get(icon["src"])
        assert (found.status_code, found.headers["content-type"]) == (200, "image/png")


async def test_only_the_tablets_page_names_the_app(web: Any) -> None:
    """A wall or a duty desk offers nothing to install."""
    cookie = await web.cookie("leader")
    headers = {**cookie, "accept": "text/html"}
    assert 'rel="manifest"' in (await web.client.get("/tablet", headers=headers)).text
    assert 'rel="manifest"' not in (await web.client.get("/duty", headers=headers)).text


async def test_signing_out_clears_what_the_device_keeps(web: Any) -> None:
    """The next person who holds the tablet finds none of the figures."""
    cookie = await web.cookie("leader")
    gone = await web.client.post("/sign-out", headers={**cookie, "sec-fetch-site": "same-origin"})
    assert gone.headers["clear-site-data"] == '"storage"'
