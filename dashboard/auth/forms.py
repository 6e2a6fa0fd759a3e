"""The ways in and out: sign-in form, one-time link, kiosk, sign-out. Plain HTML, no script."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from html import escape
from typing import Final
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.auth.accounts import name_key
from dashboard.auth.attempts import Attempts
from dashboard.auth.model import SESSION_COOKIE
from dashboard.auth.origin import local_path
from dashboard.auth.sessions import KIOSK_MS
from dashboard.auth.users import Users, session_cookie
from dashboard.choices import language_of, remember, theme_of
from dashboard.errors import AccessError, ActionError
from dashboard.errors_http import error_json, unavailable
from dashboard.plain_page import STYLE, field, problem, render
from dashboard.wording import texts

FORM_BYTES: Final = 16_384
"""The largest form: name, two passwords and a target, with room."""
LINK_NAME: Final = "\x00link"
"""Key under which failures with one-time links are counted; no user can have this name."""


class Forms:
    """The pages of the way in.

    Args:
        users: the service behind them.
        default_lang: language for those who chose none.
        secure: whether browsers reach us by https, so that cookies may say so.
        monotonic: seconds, for the limit on attempts.
    """

    def __init__(
        self, users: Users, default_lang: str, *, secure: bool, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._users = users
        self._default_lang = default_lang
        self._secure = secure
        self._monotonic = monotonic
        self._attempts = Attempts()

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/sign-in", self.show_sign_in, methods=["GET", "HEAD"])
        router.add_api_route("/sign-in", self.take_sign_in, methods=["POST"])
        router.add_api_route("/sign-in/style.css", self.style, methods=["GET", "HEAD"])
        router.add_api_route("/sign-in/once/{secret}", self.show_first, methods=["GET", "HEAD"])
        router.add_api_route("/sign-in/once/{secret}", self.take_first, methods=["POST"])
        router.add_api_route("/kiosk", self.start_kiosk, methods=["GET"])
        router.add_api_route("/sign-out", self.sign_out, methods=["POST"])
        return router

    async def style(self) -> Response:
        """Serve the style of the plain pages."""
        return Response(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=86400"})

    async def show_sign_in(self, request: Request) -> Response:
        """Show the sign-in form."""
        response = self._sign_in_page(request, local_path(request.query_params.get("next", "/")))
        remember(request, response, secure=self._secure)
        return response

    async def take_sign_in(self, request: Request) -> Response:
        """Sign in, or show the form again with what was wrong."""
        form = await read_form(request)
        if form is None:
            return error_json(413, f"a form has at most {FORM_BYTES} bytes")
        name, target = form.get("name", "")[:256], local_path(form.get("next", "/"))
        key, address = name_key(name), _address(request)
        wait_s = self._attempts.wait_s(key, address, self._monotonic())
        if wait_s:
            return self._sign_in_page(request, target, name, "error_wait", 429, wait_s=wait_s)
        # Counted before the slow check, so that many tries at once are as few as many in turn.
        self._attempts.failed(key, address, self._monotonic())
        try:
            cookie = await run_in_threadpool(self._users.sign_in, name, form.get("password", ""), address)
        except AccessError:
            return self._sign_in_page(request, target, name, "error_mismatch", 401)
        except SQLAlchemyError:
            self._attempts.succeeded(key, address)
            return unavailable(request, self._default_lang, "the desk database does not answer")
        self._attempts.succeeded(key, address)
        return self._welcome(target, cookie)

    async def show_first(self, request: Request, secret: str) -> Response:
        """Show the form that makes the first administrator, while the link is good."""
        good = await run_in_threadpool(self._users.link_is_good, secret)
        if not good:
            return self._sign_in_page(request, "/", "", "error_link", 410)
        return self._first_page(request)

    async def take_first(self, request: Request, secret: str) -> Response:
        """Make the first administrator."""
        form = await read_form(request)
        if form is None:
            return error_json(413, f"a form has at most {FORM_BYTES} bytes")
        name, password, address = form.get("name", ""), form.get("password", ""), _address(request)
        if self._attempts.wait_s(LINK_NAME, address, self._monotonic()):
            return self._sign_in_page(request, "/", "", "error_link", 429)
        if password != form.get("password_again", ""):
            return self._first_page(request, name, "error_passwords_differ", 422)
        try:
            cookie = await run_in_threadpool(self._users.use_first_link, secret, name, password)
        except AccessError:
            self._attempts.failed(LINK_NAME, address, self._monotonic())
            return self._sign_in_page(request, "/", "", "error_link", 410)
        except ActionError as error:
            key = "error_password_unfit" if "password" in str(error) else "error_name_unfit"
            return self._first_page(request, name, key, 422)
        return self._welcome("/", cookie)

    async def start_kiosk(self, request: Request) -> Response:
        """Exchange a display's token for a cookie and go on to its screen, so that the token leaves the address."""
        target = local_path(request.query_params.get("next", "/wall"), "/wall")
        token = request.query_params.get("token", "")
        address = _address(request)
        if self._attempts.wait_s(LINK_NAME, address, self._monotonic()):
            return self._kiosk_refused(request, 429)
        try:
            cookie = await run_in_threadpool(self._users.exchange, token, address)
        except AccessError:
            self._attempts.failed(LINK_NAME, address, self._monotonic())
            return self._kiosk_refused(request, 401)
        except SQLAlchemyError:
            return unavailable(request, self._default_lang, "the desk database does not answer")
        return self._welcome(target, cookie, max_age_s=KIOSK_MS // 1000)

    async def sign_out(self, request: Request) -> Response:
        """End the session and go to the sign-in form."""
        await run_in_threadpool(self._users.sign_out, session_cookie(request.headers.get("cookie", "")))
        # What the tablet's app keeps on the device goes with the session (docs/tablet.md).
        gone = {"Cache-Control": "no-store", "Clear-Site-Data": '"storage"'}
        response = RedirectResponse("/sign-in", 303, gone)
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=self._secure)
        return response

    def _welcome(self, target: str, cookie: str, max_age_s: int | None = None) -> Response:
        response = RedirectResponse(target, 303, {"Cache-Control": "no-store"})
        response.set_cookie(
            SESSION_COOKIE, cookie, max_age=max_age_s, httponly=True, samesite="lax", secure=self._secure, path="/"
        )
        return response

    def _sign_in_page(
        self, request: Request, target: str, name: str = "", error: str = "", status: int = 200, *, wait_s: int = 0
    ) -> Response:
        lang = language_of(request, self._default_lang)
        words = texts(lang)
        sentence = words[error].format(minutes=max(1, -(-wait_s // 60))) if error else ""
        other = f"/sign-in?lang={quote(words['other_language_code'])}&next={quote(target, safe='')}"
        body = (
            f'{problem(sentence)}<form method="post" action="/sign-in">'
            f'<input type="hidden" name="next" value="{escape(target)}">'
            f"{field('name', words['name'], value=name, complete='username')}"
            f"{field('password', words['password'], kind='password', complete='current-password')}"
            f"<button>{escape(words['sign_in'])}</button></form>"
            f'<div class="plain-foot"><a href="{escape(other)}">{escape(words["other_language"])}</a></div>'
        )
        headers = {"Retry-After": str(wait_s)} if wait_s else None
        return render(lang, words["sign_in"], body, theme=theme_of(request, "dark"), status=status, headers=headers)

    def _first_page(self, request: Request, name: str = "", error: str = "", status: int = 200) -> Response:
        lang = language_of(request, self._default_lang)
        words = texts(lang)
        body = (
            f"{problem(words[error] if error else '')}<p>{escape(words['first_hint'])}</p>"
            f'<form method="post">{field("name", words["name"], value=name, complete="username")}'
            + field(
                "password",
                words["password"],
                kind="password",
                complete="new-password",
                hint=words["password_hint"],
            )
            + field("password_again", words["password_again"], kind="password", complete="new-password")
            + f"<button>{escape(words['create'])}</button></form>"
        )
        return render(lang, words["first_title"], body, theme=theme_of(request, "dark"), status=status)

    def _kiosk_refused(self, request: Request, status: int) -> Response:
        lang = language_of(request, self._default_lang)
        words = texts(lang)
        return render(lang, words["forbidden_title"], problem(words["error_kiosk"]), status=status)


async def read_form(request: Request) -> Mapping[str, str] | None:
    """Return the fields of a URL-encoded form, None when it is larger than any form of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            return None
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}  # more fields than any form of ours has: nothing in it is for us


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
