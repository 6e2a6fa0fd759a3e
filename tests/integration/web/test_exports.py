"""Exports through the web: asked for, watched, fetched; every refusal names its field."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from dashboard.exports import jobs as jobs_module

PATIENCE_S = 60.0


async def finished(web: Any, job: dict[str, Any], role: str = "leader") -> dict[str, Any]:
    """Return a job once it has ended."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            told: dict[str, Any] = (
                await web.client.get(f"/api/v1/exports/{job['id']}", headers=web.bearer(role))
            ).json()
            if told["state"] in {"done", "failed"}:
                return told
            await asyncio.sleep(0.02)


async def ask(web: Any, role: str = "leader", **wish: Any) -> Any:
    """Ask for an export."""
    return await web.client.post("/api/v1/exports", json=wish, headers=web.bearer(role))


@pytest.mark.parametrize(
    ("form", "kind"), [("pdf", "application/pdf"), ("pptx", "presentationml.presentation"), ("png", "image/png")]
)
async def test_a_leader_takes_a_deck_away(web: Any, form: str, kind: str) -> None:
    """A file comes with a name that says what it is, and with the right type."""
    answer = await ask(web, format=form, **({"deck": "share"} if form == "png" else {}))
    assert answer.status_code == 202
    told = await finished(web, answer.json())
    assert told["state"] == "done"
    assert told["done"] == told["total"] > 0
    file = await web.client.get(told["url"], headers=web.bearer("leader"))
    assert file.status_code == 200
    assert kind in file.headers["content-type"]
    assert file.headers["cache-control"] == "private, no-store"
    assert told["name"] in file.headers["content-disposition"]
    assert told["name"].startswith("lang-son-")
    assert told["name"].endswith("." + form)


async def test_a_frozen_moment_is_printed_as_it_was(web: Any) -> None:
    """A file of a frozen moment tells its instant and its code, in the language asked for, however late it is made."""
    at = int(web.clock().timestamp() * 1000)
    kept = web.parts.frozen.keep({"gates": {}, "feeds": {}}, at, "lan", "briefing")
    web.clock.forward(days=3)
    told = await finished(web, (await ask(web, format="pdf", frozen=kept.code.lower(), lang="en")).json())
    file = await web.client.get(told["url"], headers=web.bearer("leader"))
    document = PdfDocument(file.content)
    try:
        text = document[0].get_textpage().get_text_range()
    finally:
        document.close()
    assert f"code {kept.code}" in text
    assert "10:04" in text
    assert "22 Nov 2026" in text
    assert kept.code in told["name"]


@pytest.mark.parametrize(
    ("wish", "status", "field"),
    [
        ({}, 422, "format"),
        ({"format": "docx"}, 422, "format"),
        ({"format": 7}, 422, "format"),
        ({"format": "pdf", "lang": "xx"}, 422, "lang"),
        ({"format": "pdf", "deck": "nope"}, 404, "deck"),
        ({"format": "pdf", "slide": "nope"}, 404, "slide"),
        ({"format": "pdf", "frozen": "ZZZZZZ"}, 404, "frozen"),
        ({"format": "pdf", "frozen": "'; drop table"}, 404, "frozen"),
        ({"format": "pdf", "pages": 3}, 422, "pages"),
    ],
)
async def test_what_cannot_be_printed_is_refused_by_its_field(web: Any, wish: Any, status: int, field: str) -> None:
    """Whoever writes a script learns which word was wrong."""
    answer = await ask(web, **wish)
    assert (answer.status_code, answer.json()["error"]["field"]) == (status, field)


async def test_a_viewer_may_not_export_and_unknown_jobs_are_unknown(web: Any) -> None:
    """Files leave the house only through those who speak for it."""
    assert (await ask(web, "viewer", format="pdf")).status_code == 403
    for path in ("nothing", "nothing/file", "..%2f..%2fsecret.key/file"):
        answer = await web.client.get(f"/api/v1/exports/{path}", headers=web.bearer("leader"))
        assert answer.status_code == 404


async def test_a_file_that_is_not_done_says_so_and_too_many_are_told_to_wait(
    make_web: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """409 while it is being made, 429 with the time to come back when there are too many."""
    gate = threading.Event()

    def slow(_deck: object, _format: str, progress: Callable[[int, int], None]) -> bytes:
        progress(1, 9)
        assert gate.wait(PATIENCE_S)
        return b"%PDF"

    original = jobs_module.ExportJobs
    monkeypatch.setattr("dashboard.api.exports.ExportJobs", lambda folder: original(folder, make=slow))
    web = make_web()
    async with web.app.router.lifespan_context(web.app), web.client:
        first = (await ask(web, format="pdf")).json()
        answer = await web.client.get(f"/api/v1/exports/{first['id']}/file", headers=web.bearer("leader"))
        assert answer.status_code == 409
        assert "not done" in answer.json()["error"]["message"]
        for _ in range(jobs_module.MOST_OF_ONE - 1):
            assert (await ask(web, format="pdf")).status_code == 202
        busy = await ask(web, format="pdf")
        assert busy.status_code == 429
        assert int(busy.headers["retry-after"]) > 0
        assert (await ask(web, "duty", format="pdf")).status_code == 202
        gate.set()
        assert (await finished(web, first))["state"] == "done"
