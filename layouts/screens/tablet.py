"""The tablet: in ten seconds whether anything is wrong, where, and whether somebody is on it.

For fingers and for lines that drop: nothing needs a pointer, every target is 44 px, every figure says how old it is.
Filled by assets/50-tablet.js and its neighbours.
"""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts import ids
from layouts.components.element import element, part
from layouts.components.gate_tile import gate_tile
from layouts.components.map_view import map_credit, map_frame
from layouts.components.screen_head import screen_head
from layouts.components.sheet import sheet
from layouts.components.shell import shell
from layouts.facts import with_metrics
from layouts.view import View
from layouts.wording import say

SHOWN_ALERTS: Final = 3
SERVICES: Final = ("on_time_rate", "online_rate", "received", "overdue")
NETWORK: Final = ("on_air", "coverage_4g", "coverage_5g_key", "availability")
TODAY: Final = ("vehicles_export", "vehicles_import")


def layout(view: View) -> Component:
    """Return the tablet's screen for a view."""
    lang = view.lang
    return shell(
        with_metrics(view),
        [
            screen_head(view, say(lang, "tablet.title")),
            _wrong(lang),
            _gates(view),
            element(
                "Section",
                "card summaries",
                [_summary("services", SERVICES, lang), _summary("network", NETWORK, lang)],
            ),
            _map(view),
            sheet(lang),
        ],
    )


def _wrong(lang: str) -> Component:
    return element(
        "Section",
        "card wrong",
        [
            element(
                "Div",
                "card-head",
                [
                    element("H2", "card-title", say(lang, "tablet.wrong")),
                    part("Span", "more", "card-note"),
                ],
            ),
            element("Ul", "wrong-list", [_alert() for _ in range(SHOWN_ALERTS)], data_part="wrong-list", hidden=True),
            element(
                "Div",
                "wrong-none",
                [
                    element("Span", "icon", data_part="none-icon", aria_hidden="true"),
                    element("P", "wrong-none-title", say(lang, "alert.waiting"), data_part="none-title"),
                    part("P", "none-detail", "wrong-none-detail"),
                ],
                data_part="none",
            ),
        ],
    )


def _alert() -> Component:
    return element(
        "Li",
        "",
        element(
            "Button",
            "wrong-alert",
            [
                element("Span", "icon", data_part="icon", aria_hidden="true"),
                element(
                    "Span",
                    "wrong-words",
                    [
                        element("Span", "wrong-sentence", data_part="sentence"),
                        element("Span", "wrong-detail", data_part="detail"),
                    ],
                ),
            ],
            type="button",
        ),
        hidden=True,
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
    return element(
        "Section",
        "card gates",
        [
            element(
                "Div",
                "card-head",
                [
                    element("H2", "card-title", say(lang, "tablet.gates")),
                    element("Span", "card-note", say(lang, "tablet.gates_note")),
                ],
            ),
            element("Div", "tiles", [*(gate_tile(gate, lang) for gate in view.gates), today]),
        ],
    )


def _summary(name: str, rows: tuple[str, ...], lang: str) -> Component:
    return element(
        "Div",
        "summary",
        [
            element(
                "Div",
                "card-head",
                [
                    element("H2", "card-title", say(lang, f"{name}.title")),
                    element(
                        "Span",
                        "card-note",
                        [element("Span", "icon", data_part="note-icon", aria_hidden="true"), part("Span", "note")],
                    ),
                ],
            ),
            *(
                element(
                    "Div",
                    "summary-row",
                    [
                        element("Span", "", say(lang, f"{name}.{row}")),
                        element("Span", "icon", data_part="icon", aria_hidden="true"),
                        element("Span", "summary-value", data_part="value"),
                    ],
                    data_row=row,
                    hidden=True,
                )
                for row in rows
            ),
            element("P", "summary-empty", say(lang, "panel.empty"), data_part="empty"),
        ],
        data_summary=name,
    )


def _map(view: View) -> Component:
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
    )
