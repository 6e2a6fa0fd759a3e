"""What leaders wrote to the duty desk, above the alerts: hidden while there is nothing to answer."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.view import View
from layouts.wording import say

TITLE_ID: Final = "duty-notes-title"


def duty_notes(view: View) -> Component:
    """Return the empty list; assets/64-duty-notes.js fills it, with buttons for those who may acknowledge."""
    return element(
        "Section",
        "notes",
        [
            element(
                "Div",
                "notes-head",
                [
                    element("H2", "notes-title", say(view.lang, "note.desk.title"), id=TITLE_ID),
                    part("Span", "notes-count", "notes-count", role="status"),
                ],
            ),
            element("Ul", "notes-list", [], data_part="notes-list"),
            part("P", "notes-error", "notes-error", role="alert"),
        ],
        data_part="notes",
        hidden=True,
        aria_labelledby=TITLE_ID,
    )
