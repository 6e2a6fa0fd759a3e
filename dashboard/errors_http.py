"""How failures answer: one sentence, in the shape the asker understands (JSON for programs, a page for browsers).

No failure a caller can cause answers 500; the last resort, for faults of our own, logs them and says under which
reference.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.choices import language_of
from dashboard.plain_page import refusal

log = structlog.get_logger("web")

RETRY_AFTER_S: Final = 5
"""When to ask again after an outage of bus or database: they are back within 5 s of being restarted."""


def error_json(
    status: int, message: str, field: str = "", headers: Mapping[str, str] | None = None, **more: str
) -> JSONResponse:
    """Return an error as the API states it: `{"error": {"field", "message", …}}`."""
    body = {"error": {"field": field, "message": message, **more}}
    return JSONResponse(body, status, {"Cache-Control": "no-store", **(headers or {})})


def wants_page(request: Request) -> bool:
    """Tell whether a person's browser asks for a page (and not a program or a script for data)."""
    if request.url.path.startswith("/api/"):
        return False
    return request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", "")


def unavailable(request: Request, default_lang: str, what: str) -> Response:
    """Return 503 with Retry-After; `what` says in a sentence what does not answer."""
    if wants_page(request):
        response: Response = refusal(language_of(request, default_lang), "unavailable", 503)
    else:
        response = error_json(503, what)
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


class LastResort:
    """Answers what nothing else answered: logs the fault and gives its reference."""

    def __init__(self, app: ASGIApp, default_lang: str) -> None:
        self._app = app
        self._default_lang = default_lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app; see the class."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("a request failed", path=scope["path"], method=scope["method"], reference=reference)
            if begun:
                raise  # half an answer is out: the connection must break, or it would pass for a whole one
            request = Request(scope)
            if wants_page(request):
                lang = language_of(request, self._default_lang)
                response: Response = refusal(lang, "broken", 500, reference=reference)
            else:
                response = error_json(500, f"the server failed to answer; the fault was recorded under {reference}")
            await response(scope, receive, send)
