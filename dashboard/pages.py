"""Pages: from an address to a screen, and from there to Dash.

`/wall` and its sisters are served by Dash's index; the renderer then asks under `/_page/<screen>.<lang>.<theme>/` for
layout and callbacks. Only what is listed here is forwarded to Dash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, cast

import orjson
import structlog
from dash.development.base_component import Component
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.body import read_body
from dashboard.assets import fingerprinted_address
from dashboard.auth.model import Permission, Principal, Role
from dashboard.auth.permissions import PERMISSIONS, may, rule_for
from dashboard.bundles import EVERYTHING, sheets_by_screen
from dashboard.choices import THEMES, language_of, remember, theme_of
from dashboard.errors_http import error_json
from dashboard.plain_page import refusal, render
from dashboard.screen_app import Page, ScreenApp, serving
from dashboard.screens import LISTED, SCREENS, address_of
from dashboard.walls import LONE, Walls, views_of
from dashboard.walls.version import served_version
from dashboard.wording import languages, texts
from geodata.layers import attribution, inset_bounds, is_schematic, province_bounds
from geodata.places import Places
from layouts.view import Theme, View

log = structlog.get_logger("web")

_KEY: Final = re.compile(r"([a-z]+)\.([a-z]{2,3})\.([a-z]+)")
_FORWARDED: Final = frozenset({"_dash-layout", "_dash-dependencies"})
_CALLBACK: Final = "_dash-update-component"
_CALLBACK_BYTES: Final = 1_048_576
"""The largest body of a callback: far more than any state of ours."""
_BUNDLE: Final = "_dash-component-suites/"

WALL_SCREENS: Final = frozenset({"wall", "selftest"})
"""Screens that are told which panels there are."""

SUGGESTED: Final = {
    Role.VIEWER: "wall",
    Role.LEADER: "tablet",
    Role.DUTY: "duty",
    Role.SUPERVISOR: "duty",
    Role.ADMIN: "wall",
}
"""The screen each role most likely wants; it leads the start page."""
LONGEST_QUESTION: Final = 200
"""Characters, as of the API's `/ask`."""


def make_layout(layer_urls: Callable[[], dict[str, str]], walls: Walls = LONE) -> Callable[[Page], Component]:
    """Return the function that draws a page by its module in `layouts.screens`.

    Args:
        layer_urls: tells the layers' addresses; asked for every page, since an import changes them.
        walls: the panels there are; the wall and its self-test are told.
    """
    # Imported now: a component library first imported while a page is drawn would be missing from that page.
    draw = {name: import_module(f"layouts.screens.{name}").layout for name in shipped_screens()}

    wall_facts = _wall_facts(walls)
    sheets = sheets_by_screen()

    def facts_of(screen: str) -> dict[str, object]:
        if screen in WALL_SCREENS:
            return {"wall": wall_facts}
        return {"sheets": sheets} if screen in EVERYTHING else {}

    def layout(page: Page) -> Component:
        role = Role(page.role)
        view = View(
            screen=page.screen,
            lang=page.lang,
            theme=cast("Theme", page.theme) if page.theme else None,
            user_name=page.user_name,
            role=role.value,
            can_acknowledge=Permission.ACKNOWLEDGE in PERMISSIONS[role],
            can_judge=Permission.JUDGE in PERMISSIONS[role],
            can_present=Permission.PRESENT in PERMISSIONS[role],
            layers=layer_urls(),
            province_bounds=province_bounds(),
            inset_bounds=inset_bounds(),
            attribution=attribution(),
            schematic=is_schematic(),
            facts=facts_of(page.screen),
        )
        drawn: Component = draw[page.screen](view)
        return drawn

    return layout


def _wall_facts(walls: Walls) -> dict[str, Any]:
    gates = [place.id for place in Places.load().all("gate")]
    return walls.page_facts(views_of(walls, gates).by_panel(), served_version())


def shipped_screens() -> tuple[str, ...]:
    """Return the screens that `layouts` draws; the others have no address."""
    return tuple(screen for screen in SCREENS if find_spec(f"layouts.screens.{screen}") is not None)


def may_open(principal: Principal, screen: str) -> bool:
    """Tell whether a screen is for somebody's role."""
    rule = rule_for("GET", address_of(screen))
    return rule is not None and (rule.permission is None or may(principal, rule.permission))


def _page_of(scope: Scope, screen: str, lang: str, theme: str) -> Page:
    principal: Principal = scope["state"]["principal"]
    words = texts(lang)
    name = "" if principal.kind == "kiosk" else principal.name
    title = f"{words[f'screen_{screen}']} – {words['product']}"
    return Page(screen, lang, theme, title, name, principal.role.value)


async def _forward(app: ASGIApp, scope: Scope, receive: Receive, send: Send, path: str) -> None:
    # A fresh scope: what our router found out about the request is none of Dash's business.
    gone = {"path_params", "endpoint", "router", "app", "route"}
    inner = {key: value for key, value in scope.items() if key not in gone}
    await app({**inner, "path": path, "raw_path": path.encode(), "root_path": ""}, receive, send)


class ScreenPage:
    """ASGI endpoint of one screen's address."""

    def __init__(self, screen: str, dash_server: ASGIApp, default_lang: str) -> None:
        self._screen = screen
        self._dash = dash_server
        self._default_lang = default_lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page."""
        request = Request(scope)
        page = _page_of(scope, self._screen, language_of(request, self._default_lang), theme_of(request, ""))
        with serving(page):
            await _forward(self._dash, scope, receive, send, "/")


class PanelPages:
    """ASGI endpoint of `/wall/<panel>`: the wall for a panel that is declared, 404 for any other."""

    def __init__(self, walls: Walls, page: ScreenPage, default_lang: str) -> None:
        self._panels = frozenset(walls.panels())
        self._page = page
        self._default_lang = default_lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page."""
        if scope["path_params"]["panel"] in self._panels:
            await self._page(scope, receive, send)
            return
        lang = language_of(Request(scope), self._default_lang)
        await refusal(lang, "not_found", 404)(scope, receive, send)


class PageRequests:
    """ASGI endpoint of `/_page/…`: what the renderer asks for on behalf of a page."""

    def __init__(self, dash: ScreenApp, default_lang: str) -> None:
        self._app = dash
        self._dash: ASGIApp = dash.server
        self._default_lang = default_lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a listed request to Dash, with its page; 404 for everything else."""
        key, _, rest = scope["path"].removeprefix("/_page/").partition("/")
        match = _KEY.fullmatch(key)
        known = match is not None and match[1] in SCREENS and match[2] in languages()
        if match is None or not known or match[3] not in {*THEMES, "own"}:
            await refusal(self._default_lang, "not_found", 404)(scope, receive, send)
            return
        page = _page_of(scope, match[1], match[2], "" if match[3] == "own" else match[3])
        with serving(page):
            if rest in _FORWARDED:
                await _forward(self._dash, scope, receive, send, f"/{rest}")
            elif rest == _CALLBACK:
                await self._call_back(scope, receive, send)
            else:
                await self._to_bundle(rest)(scope, receive, send)

    async def _call_back(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Dash answers 500 to a body it cannot make sense of, so it gets only those that name a callback it has; what
        # still fails then is the body's shape, for the callbacks' own errors are caught (see `ScreenApp`).
        body = await read_body(Request(scope, receive), _CALLBACK_BYTES)
        try:
            asked = orjson.loads(body)
        except orjson.JSONDecodeError:
            asked = None
        output = asked.get("output") if isinstance(asked, dict) else None
        if not isinstance(output, str) or output not in self._app.callback_map:
            await error_json(400, "the body names no callback of ours", "output")(scope, receive, send)
            return
        failed = False

        async def once() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def watch(message: Message) -> None:
            nonlocal failed
            failed = failed or message.get("status") == 500
            if not failed:
                await send(message)

        await _forward(self._dash, scope, once, watch, f"/{_CALLBACK}")
        if failed:
            log.warning("a callback could not be dispatched", output=output)
            await error_json(400, "the body does not fit the callback it names")(scope, receive, send)

    def _to_bundle(self, rest: str) -> Response:
        # The renderer asks for plotly.js under the page's prefix and without a fingerprint; one redirect makes it the
        # same long-lived address for all pages. Seen with Dash 4.4.1.
        package, _, path = rest.removeprefix(_BUNDLE).partition("/")
        if rest.startswith(_BUNDLE) and package == "plotly":
            try:
                return RedirectResponse(
                    fingerprinted_address(package, path), 302, {"Cache-Control": "private, max-age=86400"}
                )
            except (OSError, ValueError):
                pass
        return refusal(self._default_lang, "not_found", 404)


def start_page(request: Request, default_lang: str, screens: Sequence[str], *, secure: bool) -> Response:
    """Return the page from which one chooses a screen; the one for the visitor's role stands first."""
    principal: Principal = request.state.principal
    lang = language_of(request, default_lang)
    theme = theme_of(request, "dark")
    words = texts(lang)
    suggested = SUGGESTED[principal.role]
    items = "".join(
        f'<li><a href="/{screen}"{" class=is-suggested" if screen == suggested else ""}>'
        f"<strong>{escape(words[f'screen_{screen}'])}</strong> {escape(words[f'screen_{screen}_what'])}"
        f"{' <small>' + escape(words['suggested']) + '</small>' if screen == suggested else ''}</a></li>"
        for screen in sorted(screens, key=lambda screen: screen != suggested)
        if screen in LISTED and may_open(principal, screen)
    )
    body = (
        f"<p>{escape(words['start_signed_in'].format(name=principal.name))}</p>"
        f"{_ask(words, suggested)}"
        f'<ul class="plain-screens">{items}</ul>'
        f'<details class="plain-help"><summary>{escape(words["start_help"])}</summary>'
        f"<p>{escape(words['start_help_text'])}</p></details>"
        '<div class="plain-foot">'
        f'<a href="/?lang={escape(words["other_language_code"])}" hreflang="{escape(words["other_language_code"])}">'
        f'{escape(words["other_language"])}</a><form method="post" action="/sign-out">'
        f"<button>{escape(words['sign_out'])}</button></form></div>"
    )
    response = render(lang, words["start_title"], body, theme=theme)
    remember(request, response, secure=secure)
    return response


def _ask(words: Mapping[str, str], suggested: str) -> str:
    """Return the line to search and ask; this page has no script, so a screen's own bar opens with the question."""
    screen = "tablet" if suggested == "wall" else suggested
    return (
        f'<form class="plain-ask" role="search" action="/{screen}">'
        f'<label for="ask">{escape(words["start_ask"])}</label>'
        f'<input id="ask" name="ask" type="search" maxlength="{LONGEST_QUESTION}" required autocomplete="off" '
        f'placeholder="{escape(words["start_ask_hint"])}"><button>{escape(words["start_ask_go"])}</button></form>'
    )
