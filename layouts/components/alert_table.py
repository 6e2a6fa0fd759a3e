"""The duty screen's table of live alerts and the count of each priority. The rows come from assets/61-duty-table.js."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts import ids
from layouts.components.alert_line import PRIORITIES
from layouts.components.element import element, icon, part
from layouts.wording import say

COLUMNS: Final = ("priority", "state", "place", "value", "age", "who", "note")


def alert_counts(lang: str) -> Component:
    """Return how many alerts of each priority there are, and how many of them nobody has."""
    return element(
        "Ul",
        "counts",
        [_count(priority, lang) for priority in PRIORITIES],
        aria_label=say(lang, "alert.counts"),
    )


def alert_table(lang: str) -> Component:
    """Return the table without rows, and what stands in its place while there are none."""
    head = [element("Th", f"col-{name}", say(lang, f"duty.column.{name}"), scope="col") for name in COLUMNS]
    return element(
        "Section",
        "alerts",
        [
            element(
                "Table",
                "alerts-table",
                [
                    element("Thead", "", element("Tr", "", head)),
                    element("Tbody", "", [], data_part="rows"),
                ],
                id=ids.DUTY_TABLE,
                role="grid",
                aria_label=say(lang, "duty.table"),
                data_part="table",
                hidden=True,
            ),
            element(
                "Div",
                "good-news",
                [
                    element("Span", "icon", data_part="empty-icon", aria_hidden="true"),
                    element("P", "good-news-title", say(lang, "alert.waiting"), data_part="empty-title"),
                    part("P", "empty-detail", "good-news-detail"),
                ],
                data_part="empty",
                role="status",
            ),
        ],
    )


def _count(priority: str, lang: str) -> Component:
    return element(
        "Li",
        "count",
        [
            icon(priority),
            element("Span", "count-value", "–", data_part="count"),
            element("Span", "count-word", say(lang, f"priority.{priority}")),
            part("Span", "unack", "count-unack"),
        ],
        data_priority=priority,
    )
