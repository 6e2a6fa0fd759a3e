"""The tablet's sheet: one alert in full, with what to do and whom to tell, over the screen, closed by one touch."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts import ids
from layouts.components.element import element, icon, part
from layouts.view import View
from layouts.wording import say


def sheet(view: View) -> Component:
    """Return the closed sheet; assets/52-tablet-sheet.js fills and opens it."""
    lang = view.lang
    tools = [
        element("A", "button", say(lang, "tablet.alert.where"), href="#/now", data_part="sheet-where", hidden=True),
        *(_sends(lang) if view.can_present else ()),
    ]
    return element(
        "Dialog",
        "sheet",
        [
            element(
                "Div",
                "sheet-head",
                [
                    element("Span", "icon", data_part="sheet-icon", aria_hidden="true"),
                    element("H2", "sheet-title", data_part="sheet-title", id=ids.TABLET_SHEET),
                    element("Button", "button", say(lang, "sheet.close"), type="button", data_part="sheet-close"),
                ],
            ),
            part("P", "sheet-meta", "sheet-meta"),
            part("P", "sheet-until", "sheet-until"),
            element("Dl", "sheet-rows", data_part="sheet-rows"),
            element("Div", "sheet-tools", tools),
        ],
        data_part="sheet",
        aria_labelledby=ids.TABLET_SHEET,
    )


def _sends(lang: str) -> list[Component]:
    return [
        element(
            "Button",
            "button" + (" is-main" if name == "note" else ""),
            [icon(name), say(lang, f"tablet.{name}")],
            type="button",
            data_tool=name,
        )
        for name in ("note", "share")
    ]
