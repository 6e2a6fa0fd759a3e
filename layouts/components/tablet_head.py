"""The tablet's head: where one is, whether it is simulated, how old the data is, the time, and what one can send.

Its parts carry the names that assets/30-heartbeat.js and 35-screen.js fill. Not `screen_head`: that one is laid out for
a desk and has no room for fingers.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, icon, part
from layouts.components.screen_head import help_button, notice, sim_mark
from layouts.view import View
from layouts.wording import say


def tablet_head(view: View) -> Component:
    """Return the head; the buttons of the leader are there for those who may present."""
    lang = view.lang
    return element(
        "Header",
        "head tablet-head",
        [
            element(
                "Div",
                "head-title",
                element("H1", "head-name", say(lang, "tablet.title"), data_part="page-title", tabIndex="-1"),
                data_part="title",
            ),
            notice(),
            sim_mark(lang),
            element(
                "Button",
                "head-pulse",
                [
                    element("Span", "head-beat", data_part="pulse", aria_hidden="true"),
                    element("Span", "", say(lang, "live.connecting"), data_part="freshness"),
                    part("Span", "sources", "head-sources"),
                ],
                type="button",
                title=say(lang, "tablet.refresh"),
                data_part="pulse-box",
            ),
            element(
                "Div",
                "head-clock",
                [element("Span", "head-time", data_part="clock"), part("Span", "today-date", "head-date")],
            ),
            element("Div", "head-tools", _tools(view)),
        ],
    )


def _tools(view: View) -> list[Component]:
    # What the role may not do has no button: a refused touch is worse than none.
    lang = view.lang
    sends = ["note", "share"] if view.can_present else []
    return [
        *(_tool(name, say(lang, f"tablet.{name}")) for name in (*sends, "code")),
        help_button(lang),
        element(
            "A",
            "tool",
            [icon("screens")],
            href="/",
            title=say(lang, "head.screens"),
            aria_label=say(lang, "head.screens"),
        ),
    ]


def _tool(name: str, label: str) -> Component:
    return element("Button", "tool", [icon(name)], type="button", title=label, aria_label=label, data_tool=name)
