"""The tablet's first page: three things that need the leader, what changed, the gates, the province in a line, the map.

Filled by assets/52-tablet-now.js.
"""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts import ids
from layouts.components.element import element, icon, part
from layouts.components.gate_tile import gate_tile
from layouts.components.map_view import map_credit, map_frame
from layouts.components.tablet_card import card, page
from layouts.view import View
from layouts.wording import say

TODAY: Final = ("vehicles_export", "vehicles_import")
STRIP: Final = ("services", "network", "programme")


def now_page(view: View) -> Component:
    """Return the page."""
    lang = view.lang
    return page("now", "page-now", [_needs(lang), _gates(view), _changes(lang), _strip(lang), live_map(view)])


def _needs(lang: str) -> Component:
    calm = element(
        "Div",
        "needs-none",
        [
            element("Span", "icon", data_part="none-icon", aria_hidden="true"),
            element("P", "needs-none-title", say(lang, "alert.waiting"), data_part="none-title"),
            part("P", "none-detail", "needs-none-detail"),
        ],
        data_part="none",
    )
    rest = element("A", "card-more", "", href="#/alerts", data_part="more", hidden=True)
    listed = element("Ul", "needs-list", [], data_part="needs-list", hidden=True)
    return card("needs", say(lang, "tablet.needs"), [listed, calm], head=[rest])


def _changes(lang: str) -> Component:
    tools = [
        element("Button", "card-more", type="button", data_part="changes-all", hidden=True),
        element("Button", "card-more", say(lang, "tablet.seen"), type="button", data_part="seen", hidden=True),
    ]
    return element(
        "Section",
        "card changes",
        [
            element(
                "Div",
                "card-head",
                [
                    element("H2", "card-title", say(lang, "tablet.changes"), data_part="changes-title"),
                    element("Div", "changes-tools", tools),
                ],
            ),
            element("Ul", "changes-list", [], data_part="changes-list"),
            element("P", "card-empty", say(lang, "tablet.changes_waiting"), data_part="changes-none"),
        ],
        aria_label=say(lang, "tablet.changes"),
    )


def _gates(view: View) -> Component:
    lang = view.lang
    today = element(
        "Div",
        "tile tile-today",
        [
            element("Span", "tile-name", say(lang, "today.title")),
            *(
                part(
                    "Span",
                    f"today-{name}",
                    "tile-count",
                    [element("Span", "", say(lang, f"today.{name}")), element("Span", "tile-value", data_part="value")],
                    hidden=True,
                )
                for name in TODAY
            ),
        ],
        data_part="today",
        hidden=True,
    )
    tiles = element("Div", "tiles", [*(gate_tile(gate, lang) for gate in view.gates), today])
    head = [element("Span", "card-note", say(lang, "tablet.gates_note"))]
    return card("gates", say(lang, "tablet.gates"), [tiles], head=head)


def _strip(lang: str) -> Component:
    return element(
        "Section",
        "strip",
        [
            element(
                "A",
                "strip-place",
                [
                    element("Span", "strip-name", [icon(f"place_{name}"), say(lang, f"tablet.nav.{name}")]),
                    element("Span", "strip-figure", say(lang, "panel.empty"), data_part="figure"),
                    part("Span", "detail", "strip-detail"),
                ],
                href=f"#/{name}",
                data_strip=name,
            )
            for name in STRIP
        ],
        aria_label=say(lang, "tablet.strip"),
    )


def live_map(view: View) -> Component:
    """Return the card of the map: the province, and the corridor of the border in its corner."""
    return element(
        "Section",
        "card tablet-map",
        [
            map_frame(ids.TABLET_MAP, view, label=say(view.lang, "map.title")),
            element(
                "Div",
                "tablet-inset",
                map_frame(ids.TABLET_INSET, view, label=say(view.lang, "map.inset"), inset=True),
            ),
            map_credit(view),
        ],
        aria_label=say(view.lang, "map.title"),
    )
