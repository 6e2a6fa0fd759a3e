"""The gate: the one place every request passes before anything else sees it.

It finds out who asks, looks up what the route demands, and refuses what stands in no rule. Browsers that ask for a
page are led to sign-in; programs get a sentence. A cookie alone writes nothing: the request must come from a page of
ours. WebSockets other than `/live` are refused, and so is who may not read; Origin and the rest are judged by
`/live` itself (see `dashboard.gateway.endpoint`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import quote

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.auth.model import Permission, Principal
from dashboard.auth.origin import SAFE_METHODS, is_ours
from dashboard.auth.permissions import Rule, may, rule_for
from dashboard.auth.users import Users
from dashboard.choices import language_of
from dashboard.errors_http import error_json, unavailable, wants_page
from dashboard.plain_page import problem, refusal, render
from dashboard.wording import texts

log = structlog.get_logger("access")

NOT_SIGNED_IN: Final = "sign in, or send `Authorization: Bearer <token>`"


async def identify(users: Users, headers: Mapping[str, str]) -> Principal | None:
    """Return who sends these headers, or None; asks SQL in a thread only when memory does not know.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: when the desk database does not answer.
    """
    known, principal = users.remembered(headers)
    if known:
        return principal
    return await run_in_threadpool(users.authenticate, headers)


class Gate:
    """ASGI middleware; see the module's docstring.

    Args:
        app: what lies behind it.
        users: knows who holds which credential.
        allowed_origins: origins of ours besides the host that was asked for.
        default_lang: language of refusals to those who chose none.
    """

    def __init__(self, app: ASGIApp, users: Users, allowed_origins: Collection[str], default_lang: str) -> None:
        self._app = app
        self._users = users
        self._origins = frozenset(allowed_origins)
        self._default_lang = default_lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge one connection."""
        if scope["type"] == "http":
            refused = await self._judge(Request(scope))
            await (refused or self._app)(scope, receive, send)
        elif scope["type"] == "websocket" and not await self._may_connect(scope):
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": "there is nothing here for you"})
        else:
            await self._app(scope, receive, send)

    async def _may_connect(self, scope: Scope) -> bool:
        """Tell whether a WebSocket may go on to `/live`; who has no credential at all is told so there."""
        if scope["path"] != "/live":
            return False
        try:
            principal = await identify(self._users, joined(Headers(scope=scope)))
        except SQLAlchemyError:
            return True  # `/live` asks again and tells the client to come back later
        return principal is None or may(principal, Permission.READ)

    async def _judge(self, request: Request) -> Response | None:
        rule = rule_for(request.method, request.url.path)
        if rule is not None and rule.permission is None:
            return self._foreign(request)
        try:
            principal = await identify(self._users, joined(request.headers))
        except SQLAlchemyError as error:
            log.warning("the desk database does not answer", error=str(error.__cause__ or error))
            return unavailable(request, self._default_lang, "the desk database does not answer; try again in a moment")
        if principal is None:
            return self._to_sign_in(request)
        request.state.principal = principal
        return self._judge_known(request, principal, rule)

    def _judge_known(self, request: Request, principal: Principal, rule: Rule | None) -> Response | None:
        if rule is None or rule.permission is None:
            # Signed in, and no rule knows the route: it does not exist for anybody.
            return self._refuse(request, "not_found", 404, f"there is no {request.method} {request.url.path}")
        if not may(principal, rule.permission):
            sentence = f"the role {principal.role} may not do this; it needs the permission {rule.permission}"
            return self._refuse(request, "forbidden", 403, sentence)
        return self._foreign(request) if principal.via == "cookie" else None

    def _foreign(self, request: Request) -> Response | None:
        if request.method in SAFE_METHODS or is_ours(request.headers, self._origins):
            return None
        log.warning("refused a request from another site", path=request.url.path, origin=request.headers.get("origin"))
        if "text/html" in request.headers.get("accept", ""):  # a form was sent
            lang = language_of(request, self._default_lang)
            words = texts(lang)
            return render(lang, words["forbidden_title"], problem(words["error_origin"]), status=403)
        return error_json(403, "the request did not come from a page of ours (Origin or Sec-Fetch-Site)")

    def _to_sign_in(self, request: Request) -> Response:
        if not wants_page(request):
            return error_json(401, NOT_SIGNED_IN, headers={"WWW-Authenticate": "Bearer"})
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(target, safe='/')}", 303, {"Cache-Control": "no-store"})

    def _refuse(self, request: Request, key: str, status: int, sentence: str) -> Response:
        if wants_page(request):
            return refusal(language_of(request, self._default_lang), key, status)
        return error_json(status, sentence)


def joined(headers: Headers) -> dict[str, str]:
    """Return the headers that carry a credential, lower-case names to values."""
    # HTTP/2 may split the cookie into several headers; RFC 9113 §8.2.3 joins them with "; ".
    joined = {name: headers[name] for name in ("authorization",) if name in headers}
    cookies = headers.getlist("cookie")
    if cookies:
        joined["cookie"] = "; ".join(cookies)
    return joined
