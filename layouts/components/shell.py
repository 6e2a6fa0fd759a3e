"""The element around every screen, with what the scripts need to know written into the page."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from layouts import ids
from layouts.components.element import element
from layouts.plotly_template import template
from layouts.theme import TOKENS, theme_of
from layouts.view import View
from layouts.wording import catalogue

OWN_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "page": frozenset(),
    "answer": frozenset(),
    "slide": frozenset(),
    "briefing": frozenset({"briefing", "presenter"}),
    "presenter": frozenset({"presenter"}),
    "formula": frozenset(),
    "print": frozenset(),
    "export": frozenset({"briefing", "presenter"}),
    "desk": frozenset({"feeds", "mapping"}),
    "tabletapp": frozenset({"tablet"}),
    "code": frozenset({"tablet"}),
    "note": frozenset({"tablet", "duty"}),
    "share": frozenset({"tablet"}),
    "foot": frozenset({"wall"}),
    "selftest": frozenset({"selftest"}),
    "entry": frozenset({"entry"}),
    "feeds": frozenset({"feeds"}),
    "mapping": frozenset({"mapping"}),
    "tablet": frozenset({"tablet"}),
    "gallery": frozenset({"gallery"}),
    "wall": frozenset({"wall", "selftest"}),
}
"""Families of sentences that only some screens' scripts need; all others go to every screen."""

CHARTED: Final = frozenset({"wall", "gallery"})
"""Screens with a chart of Plotly's: the others are not sent its template."""

EVERY_FAMILY: Final = frozenset({"gallery"})
"""Screens that draw the components of all others, and are sent the words of all of them."""


def _words(view: View) -> dict[str, str]:
    return {
        key: text
        for key, text in catalogue(view.lang).items()
        if _is_sent(view.screen, OWN_WORDS.get(key.partition(".")[0]))
    }


def _is_sent(screen: str, owners: frozenset[str] | None) -> bool:
    # A family without an owner is the server's alone.
    return owners is None or screen in owners or (bool(owners) and screen in EVERY_FAMILY)


def page_data(view: View) -> dict[str, Any]:
    """Return what the scripts read as LSO.page: JSON-ready, no secrets."""
    return {
        "screen": view.screen,
        "lang": view.lang,
        "words": _words(view),
        "colours": dict(TOKENS[theme_of(view.screen, view.theme)]),
        **({"chart": template(theme_of(view.screen, view.theme))} if view.screen in CHARTED else {}),
        "layers": dict(view.layers),
        "gates": [dataclasses.asdict(gate) for gate in view.gates],
        "province_bounds": view.province_bounds,
        "inset_bounds": view.inset_bounds,
        "attribution": view.attribution,
        "schematic": view.schematic,
        "live_url": view.live_url,
        "user_name": view.user_name,
        "role": view.role,
        "can_acknowledge": view.can_acknowledge,
        "can_judge": view.can_judge,
        "can_present": view.can_present,
        "csrf": view.csrf,
        "facts": dict(view.facts),
    }


def shell(view: View, children: list[Component]) -> Component:
    """Return the screen's `<main>` with its data, in the view's language and theme."""
    # "</" would end the script element early wherever it stands in a text.
    text = json.dumps(page_data(view), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return element(
        "Main",
        "",
        [html.Script(text, id=ids.PAGE_DATA, type="application/json"), *children],
        lang=view.lang,
        data_screen=view.screen,
        data_theme=theme_of(view.screen, view.theme),
        data_lang=view.lang,
    )
