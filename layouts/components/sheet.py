"""The tablet's sheet: one alert or one gate in full, over the screen, closed by one touch."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts import ids
from layouts.components.element import element, part
from layouts.wording import say


def sheet(lang: str) -> Component:
    """Return the closed sheet; assets/51-tablet-sheet.js fills and opens it."""
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
            element("Div", "sheet-chart", data_part="sheet-chart", hidden=True, role="img"),
            element("Dl", "sheet-rows", data_part="sheet-rows"),
        ],
        data_part="sheet",
        aria_labelledby=ids.TABLET_SHEET,
    )
