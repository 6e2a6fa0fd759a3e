"""Counting requests: by class and status, never by anything a visitor can choose."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.metrics.requests import RequestCounts, RequestMeter, route_class


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "page"),
        ("/wall", "page"),
        ("/wall/x", "unknown"),
        ("/api/v1/readings", "push"),
        ("/api/v1/latest", "api"),
        ("/api/v1/readings/7", "api"),
        ("/healthz", "health"),
        ("/_page/x/_dash-layout", "callback"),
        ("/assets/a.js", "static"),
        ("/sign-in/once/abc", "sign_in"),
        ("/%00/../etc", "unknown"),
        ("", "unknown"),
        ("/wp-login.php", "unknown"),
    ],
)
def test_every_path_has_one_of_a_few_classes(path: str, expected: str) -> None:
    """A scanner that tries a million paths makes one label."""
    assert route_class(path) == expected


async def ask(counts: RequestCounts, app: Any, scope: dict[str, Any]) -> list[dict[str, Any]]:
    """Let one connection pass the meter and return what came out."""
    out: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        out.append(dict(message))

    ticks = iter((1.0, 1.3))
    await RequestMeter(app, counts, lambda: next(ticks))(scope, receive, send)
    return out


async def test_an_answer_is_counted_when_it_has_ended() -> None:
    """Status and time of what was really sent; the answer itself passes unchanged."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"no"})

    counts = RequestCounts()
    out = await ask(counts, app, {"type": "http", "path": "/wall"})
    assert [message["type"] for message in out] == ["http.response.start", "http.response.body"]
    assert counts.requests == {("page", "4xx"): 1}


async def test_an_app_that_fails_is_counted_and_its_error_goes_on() -> None:
    """A fault before any answer is an aborted request, not a missing one."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("a fault")

    counts = RequestCounts()
    with pytest.raises(RuntimeError):
        await ask(counts, app, {"type": "http", "path": "/wall"})
    assert counts.requests == {("page", "aborted"): 1}


@pytest.mark.parametrize(("said", "expected"), [("websocket.accept", "accepted"), ("websocket.close", "refused")])
async def test_a_socket_is_counted_once_by_how_it_began(said: str, expected: str) -> None:
    """A socket that was open and closes later is no refusal."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": said})
        await send({"type": "websocket.close"})

    counts = RequestCounts()
    await ask(counts, app, {"type": "websocket", "path": "/live"})
    assert counts.connections == {expected: 1}
