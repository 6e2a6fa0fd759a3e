"""The Dash app behind the screens: its layout per page, its configuration per page, and nothing it would open itself.

It lives on a FastAPI app of its own that is never exposed: `pages` forwards single, listed requests to it. So Dash's
catch-all (200 for any address), its own WebSocket and its unprotected asset mount are not reachable.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final

import structlog
from dash import Dash, html
from dash.development.base_component import Component
from fastapi import FastAPI

from dashboard.bundles import OWN_OF_DASH, belongs, packages_of
from dashboard.joined import ALONE, JoinedAssets
from dashboard.markup import fold
from dashboard.pwa.manifest import START, links
from dashboard.screens import address_of


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was asked for.

    Attributes:
        screen: one of SCREENS.
        lang: language.
        theme: `dark`, `light`, or "" for the screen's own.
        title: text of the browser's tab.
        user_name: who looks.
        role: their role.
    """

    screen: str
    lang: str
    theme: str = ""
    title: str = ""
    user_name: str = ""
    role: str = "viewer"

    @property
    def key(self) -> str:
        """The page in an address, for example `wall.vi.dark`."""
        return f"{self.screen}.{self.lang}.{self.theme or 'own'}"


log = structlog.get_logger("web")

_OUTPUT: Final = re.compile(r"([\w-]+)\.\w+")
"""Id and property of an output, in the key of a callback; several stand in one key, with dots between them."""

POLYFILL: Final = "/deps/polyfill@"
"""What Dash's renderer brings for browsers from before 2017; our own scripts and styles need younger ones."""

FONTS: Final = ("inter-latin-wght-normal", "inter-vietnamese-wght-normal")
"""Fonts of every page: fetched at once, not when the style sheet has been read and a first word needs them."""

DRAWING: Final = ("_dash-layout", "_dash-dependencies")
"""What Dash's renderer asks for before it draws: fetched beside the scripts, not after they have run."""

DRAWN: Final = 32
"""Pages kept as they were drawn: some 130 kB and 100 ms of work each, for which nobody waits who opens theirs again."""

_page: ContextVar[Page | None] = ContextVar("page", default=None)


def current_page() -> Page:
    """Return the page of the request in hand; callbacks and layouts use it.

    Raises:
        LookupError: outside of a request for a page.
    """
    page = _page.get()
    if page is None:
        raise LookupError("no page is being asked for")
    return page


@contextlib.contextmanager
def serving(page: Page) -> Iterator[None]:
    """Make the page the current one."""
    token = _page.set(page)
    try:
        yield
    finally:
        _page.reset(token)


def _log_callback_error(error: Exception) -> None:
    # Returning nothing leaves the outputs as they are: a failing callback must not take the screen with it.
    log.error("a callback failed", exc_info=error)


class ScreenApp(Dash):
    """Dash with one layout per page.

    The renderer asks for layout and dependencies under a prefix that names the page (`/_page/wall.vi.dark/`), so that
    two tabs with different pages never mix, without cookies or referrers.

    Args:
        assets_folder: our scripts and styles.
        layout: makes a page's component tree.
        stamp: changes with whatever a layout is made of besides its page; None where that is not known, and then
            nothing that was drawn is drawn from memory again.
    """

    def __init__(
        self, assets_folder: Path, layout: Callable[[Page], Component], stamp: Callable[[], Hashable] | None = None
    ) -> None:
        super().__init__(
            name="dashboard",
            # Dash's annotations of these two are narrower than what it takes. Seen with Dash 4.4.1.
            server=FastAPI(openapi_url=None, docs_url=None, redoc_url=None),  # type: ignore[arg-type]
            assets_folder=str(assets_folder.resolve()),
            suppress_callback_exceptions=True,
            update_title=None,  # type: ignore[arg-type]
            title="",
            pages_folder="",
            use_pages=False,
            add_log_handler=False,
            on_error=_log_callback_error,
        )
        self.joined = JoinedAssets(assets_folder.resolve())
        self._page_layout = layout
        self._stamp = stamp
        self._drawn = lru_cache(maxsize=DRAWN)(lambda page, _: self._draw(page))
        self._packages: dict[tuple[str, str], frozenset[str]] = {}
        self.layout = self._current_layout

    def _current_layout(self) -> Component:
        page = _page.get()
        if page is None:
            return html.Div()  # Dash asks once for a layout before any page is asked for, to check it
        try:
            return self._draw(page) if self._stamp is None else self._drawn(page, self._stamp())
        except Exception:
            # Dash answers 500 without a word of why. Seen with Dash 4.4.1.
            log.exception("a screen could not be drawn", screen=page.screen)
            raise

    def _draw(self, page: Page) -> Component:
        return fold(self._page_layout(page), self._named())

    def _named(self) -> frozenset[str]:
        """Return the ids that callbacks name."""
        parts = [part for one in self.callback_map.values() for part in (*one["inputs"], *one["state"])]
        outputs = [name for key in self.callback_map for name in _OUTPUT.findall(key)]
        return frozenset({str(part["id"]) for part in parts}.union(outputs))

    def warm(self) -> None:
        """Register bundles, assets and callbacks now.

        Dash does this on the first request for `/`; a cold server whose first request is for a page would serve it
        without our assets. Seen with Dash 4.4.1.
        """
        self._setup_server()  # type: ignore[no-untyped-call]

    def _collect_and_register_resources(
        self, resources: Sequence[dict[str, Any]], include_async: bool = True, url_attr: str = "src"
    ) -> list[Any]:
        # While nothing is being asked for (`warm`), everything is registered, so that it can be served; a page then
        # names only its own bundles, and its assets as one file. Dash would send everything to every page, file by
        # file. Seen with Dash 4.4.1.
        page = _page.get()
        if page is not None:
            packages = self._packages_of(page)
            resources = self._joined([one for one in resources if belongs(one, page.screen, packages)], page.screen)
        found = super()._collect_and_register_resources(resources, include_async, url_attr)  # type: ignore[no-untyped-call]
        return [one for one in found if page is None or POLYFILL not in str(one)]

    def _joined(self, resources: Sequence[dict[str, Any]], screen: str) -> list[dict[str, Any]]:
        ours = [one for one in resources if "asset_path" in one]
        if not ours:
            return list(resources)
        kind = str(ours[0]["asset_path"]).rpartition(".")[2]
        name, digest = self.joined.address(screen, kind)
        alone = [one for one in ours if one["asset_path"] in ALONE]
        # Before the libraries, of which they need nothing while they are read: the socket then opens while those load.
        return [{"asset_path": name, "ts": digest}, *alone, *(one for one in resources if one not in ours)]

    def _packages_of(self, page: Page) -> frozenset[str]:
        # A role may see other parts of a screen; language and theme need no other library.
        key = (page.screen, page.role)
        if key not in self._packages:
            self._packages[key] = packages_of(self._current_layout())
        return self._packages[key]

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        # Without this key the renderer opens no WebSocket of its own; ours is `/live`. Seen with Dash 4.4.1.
        config.pop("websocket", None)
        config.pop("python_version", None)
        page = _page.get()
        if page is not None:
            config["requests_pathname_prefix"] = f"/_page/{page.key}/"
            packages = self._packages_of(page)
            config["children_props"] = {
                package: props
                for package, props in config.get("children_props", {}).items()
                if package in packages or package.startswith(OWN_OF_DASH)
            }
        return config

    def interpolate_index(
        self,
        metas: str = "",
        title: str = "",
        css: str = "",
        config: str = "",
        scripts: str = "",
        app_entry: str = "",
        favicon: str = "",
        renderer: str = "",
    ) -> str:
        """Return the page's HTML; see `Dash.interpolate_index`. Title and icon are the page's, not Dash's."""
        del title, favicon
        page = current_page()
        app = links(page.lang) if address_of(page.screen) == START else ""
        fonts = "".join(
            f'<link rel="preload" as="font" type="font/woff2" crossorigin href="/assets/fonts/{name}.woff2">'
            for name in FONTS
        )
        drawing = "".join(
            f'<link rel="preload" as="fetch" crossorigin="anonymous" href="/_page/{escape(page.key)}/{name}">'
            for name in DRAWING
        )
        return (
            f'<!DOCTYPE html><html lang="{escape(page.lang)}"><head>{metas}<title>{escape(page.title)}</title>'
            f'<link rel="icon" href="/favicon.ico">{app}{fonts}{drawing}{css}</head><body>{app_entry}'
            f"<footer>{config}{scripts}{renderer}</footer></body></html>"
        )
