"""The first alert as a sentence a leader can read aloud, and how many there are of each priority."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts.components.element import element, icon
from layouts.wording import say

PRIORITIES: Final = ("critical", "high", "medium", "low")
"""The worst first."""


def alert_line(lang: str) -> Component:
    """Return the line; it says that the list has not arrived until it has."""
    return element(
        "Section",
        "alert-line",
        [
            element(
                "Div",
                "alert-mark",
                [
                    element("Span", "icon", data_part="icon", aria_hidden="true"),
                    element("Span", "alert-word", data_part="word"),
                ],
            ),
            element(
                "Div",
                "alert-text",
                [
                    element("P", "alert-sentence", say(lang, "alert.waiting"), data_part="sentence"),
                    element("P", "alert-detail", data_part="detail", hidden=True),
                ],
            ),
            element(
                "Ul",
                "alert-counts",
                [_count(each, lang) for each in PRIORITIES],
                aria_label=say(lang, "alert.counts"),
                data_part="counts",
                hidden=True,
            ),
        ],
        data_panel="alert",
        aria_live="polite",
    )


def _count(priority: str, lang: str) -> Component:
    return element(
        "Li",
        "alert-count",
        [
            icon(priority),
            element("Span", "alert-count-value", data_part="count"),
            element("Span", "near", say(lang, f"priority.{priority}")),
        ],
        data_priority=priority,
    )
