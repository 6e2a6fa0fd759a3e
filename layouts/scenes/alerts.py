"""Scene "alerts": the live alerts as sentences in their order, how many there are, and what changed last."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.alert_line import PRIORITIES
from layouts.components.element import element, icon, part
from layouts.components.panel import box
from layouts.view import View
from layouts.wording import say


def layout(view: View) -> Component:
    """Return the scene's frame; its sentences come by themselves."""
    lang = view.lang
    return element(
        "Div",
        "scene-alerts",
        [
            element(
                "Ul", "alerts-counts", [_count(each, lang) for each in PRIORITIES], aria_label=say(lang, "alert.counts")
            ),
            element(
                "Section",
                "alerts-live",
                [
                    element("Ol", "alerts-list", data_part="live"),
                    part("P", "rest", "near alerts-rest"),
                    element(
                        "Div",
                        "panel alerts-calm",
                        [
                            element("Span", "icon", data_part="calm-icon", aria_hidden="true"),
                            element("P", "huge", say(lang, "alert.waiting"), data_part="calm"),
                            part("P", "calm-detail", "far"),
                        ],
                        data_part="calm-box",
                    ),
                ],
            ),
            box("changes", lang, element("Ol", "changes-list", data_part="changes"), title="wall.changes"),
        ],
    )


def _count(priority: str, lang: str) -> Component:
    return element(
        "Li",
        "panel alerts-count",
        [
            icon(priority),
            part("Span", "total", "huge"),
            element(
                "Span",
                "alerts-count-words",
                [element("Span", "far", say(lang, f"priority.{priority}")), part("Span", "unack", "near")],
            ),
        ],
        data_priority=priority,
    )
