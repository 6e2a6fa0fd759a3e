"""Scene "gate": one gate in depth, the one that needs it most or the one that config/screens.yaml names."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.model import DIRECTIONS, STEPS
from layouts.components.element import element, part
from layouts.components.panel import box
from layouts.view import View
from layouts.wording import say

FACTS = ("clearance", "flow", "other_side", "lanes", "stock", "yard")
SHED = {"yard": "2", "stock": "1"}
"""Facts that give way where larger type leaves no room for all, the highest number first."""
COUNTS = ("vehicles_export", "vehicles_import", "passengers", "goods_tonnes", "fee_vnd")


def layout(view: View) -> Component:
    """Return the scene's frame; its figures come by themselves."""
    lang = view.lang
    return element(
        "Div",
        "scene-gate",
        [
            element("Section", "gate-lead panel", [_lead(lang), _facts(lang)], data_panel="gate-lead"),
            element(
                "Div",
                "gate-centre",
                [
                    box(
                        "gate-trend",
                        lang,
                        element(
                            "Div", "gate-line", data_part="trend", role="img", aria_label=say(lang, "gate.trend_label")
                        ),
                        title="wall.trend_title",
                    ),
                    box("gate-steps", lang, [_steps(way, lang) for way in DIRECTIONS], title="wall.steps_title"),
                ],
            ),
            element(
                "Div",
                "gate-side",
                [
                    box(
                        "gate-road",
                        lang,
                        element("Div", "svg-map-box", data_part="map", role="img", aria_label=say(lang, "wall.road")),
                        title="wall.road",
                    ),
                    box("gate-today", lang, element("Div", "gate-counts", data_part="counts"), title="today.title"),
                    box(
                        "gate-alerts", lang, element("Ol", "gate-alerts", data_part="alerts"), title="wall.gate_alerts"
                    ),
                ],
            ),
        ],
    )


def _lead(lang: str) -> Component:
    return element(
        "Div",
        "gate-lead-head",
        [
            element("H2", "gate-title", say(lang, "wall.gate_waiting"), data_part="name"),
            element(
                "P",
                "near lead-status",
                [element("Span", "icon", data_part="status-icon", aria_hidden="true"), part("Span", "status")],
            ),
            element(
                "P",
                "lead-queue",
                [part("Span", "total", "lead-figure"), part("Span", "unit", "far lead-unit")],
            ),
            element("Span", "near", say(lang, "gate.no_data"), data_part="empty"),
            element("P", "lead-compare", [part("Span", "compare", "far"), part("Span", "compare-note", "near")]),
        ],
    )


def _facts(lang: str) -> Component:
    rows = [
        element(
            "Div",
            "lead-row",
            [
                element("Span", "near lead-label", say(lang, f"wall.fact.{name}")),
                element(
                    "Span",
                    "lead-values",
                    [part("Span", "value", "far lead-value"), part("Span", "more", "near lead-more")],
                ),
            ],
            data_fact=name,
            hidden=True,
            **({"data_shed": SHED[name]} if name in SHED else {}),
        )
        for name in FACTS
    ]
    return element("Div", "lead-facts", rows)


def _steps(direction: str, lang: str) -> Component:
    head = element(
        "P",
        "ways-head",
        [
            element("Span", "ways-name", say(lang, f"wall.way.{direction}")),
            part("Span", "way-queue", "far ways-queue"),
            part("Span", "way-times", "near"),
        ],
    )
    steps = [
        element(
            "Li",
            "way-step",
            [
                element("Span", "way-room", element("Span", "way-bar", data_part="bar")),
                part("Span", "queue", "far way-queue"),
                element("Span", "near way-name", say(lang, f"step.{step}")),
                part("Span", "median", "near way-median"),
                part("Span", "p90", "near way-p90"),
            ],
            data_step_of=step,
        )
        for step in STEPS
    ]
    return element("Div", "way", [head, element("Ol", "way-steps", steps)], data_direction=direction)
