"""A panel of rows on the wall: a label, a figure, what it is compared with, and a bar where it is a share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.wording import say


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `name` is the data-part and the last part of its wording key; `bar` draws its share of 100 %."""

    name: str
    bar: bool = False


def panel(name: str, rows: Sequence[Row], lang: str) -> Component:
    """Return the panel `name` with its rows hidden until a figure for them has arrived."""
    return element(
        "Section",
        "panel",
        [
            element(
                "Div",
                "panel-head",
                [
                    element("H2", "panel-title", say(lang, f"{name}.title")),
                    element(
                        "Span",
                        "panel-note",
                        [element("Span", "icon", data_part="note-icon", aria_hidden="true"), part("Span", "note")],
                    ),
                ],
            ),
            *(_row(name, row, lang) for row in rows),
            element("P", "panel-empty", say(lang, "panel.empty"), data_part="empty"),
        ],
        data_panel=name,
    )


def _row(panel_name: str, row: Row, lang: str) -> Component:
    inside = [
        element("Span", "row-label", say(lang, f"{panel_name}.{row.name}")),
        element(
            "Span",
            "row-figure",
            [
                element("Span", "icon", data_part="icon", aria_hidden="true"),
                element("Span", "row-value", data_part="value"),
                part("Span", "change", "row-change"),
            ],
        ),
    ]
    if row.bar:
        inside.append(
            element(
                "Span", "bar", [element("Span", "bar-fill", data_part="fill"), part("Span", "target", "bar-target")]
            )
        )
    return element("Div", "row", inside, data_row=row.name, hidden=True)
