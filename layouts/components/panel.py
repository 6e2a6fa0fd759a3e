"""A panel of rows on the wall: a label, a figure, what it is compared with, and a bar where it is a share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from layouts.components.element import Children, element, part
from layouts.wording import say


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a panel.

    Attributes:
        name: the data-part and the last part of its wording key.
        bar: whether its share of 100 % is drawn.
        shed: how soon it gives way where larger type leaves no room for all, the highest first; 0 never does.
    """

    name: str
    bar: bool = False
    shed: int = 0


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


def box(name: str, lang: str, children: Children, *, class_name: str = "", title: str | None = None) -> Component:
    """Return a panel that a script fills with something else than rows.

    Args:
        name: its `data-panel`.
        lang: language of the catalogue.
        children: what stands below the head.
        class_name: further classes.
        title: wording key of the title, `<name>.title` by default.
    """
    inside = [children] if isinstance(children, str | Component) else list(children or ())
    return element(
        "Section",
        f"panel {class_name}".strip(),
        [
            element(
                "Div",
                "panel-head",
                [
                    element("H2", "panel-title", say(lang, title or f"{name}.title"), data_part="title"),
                    element(
                        "Span",
                        "panel-note",
                        [element("Span", "icon", data_part="note-icon", aria_hidden="true"), part("Span", "note")],
                    ),
                ],
            ),
            *inside,
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
    more = {"data_shed": str(row.shed)} if row.shed else {}
    return element("Div", "row", inside, data_row=row.name, hidden=True, **more)
