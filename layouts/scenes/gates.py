"""Scene "gates": the gates side by side, each with its queue, both directions' eight steps, times, flow and trend."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.model import DIRECTIONS, STEPS
from layouts.components.element import element, part
from layouts.view import GateView, View
from layouts.wording import say

FIGURES = (
    ("times", ("clearance_median", "clearance_p90")),
    ("flow", ("arrivals", "throughput")),
    ("sides", ("other_side", "lanes")),
)
"""Rows of two figures each, below the steps."""


def layout(view: View) -> Component:
    """Return the scene's frame; its figures come by themselves."""
    key = [
        element("Li", "", f"{number} {say(view.lang, f'step.{step}')}") for number, step in enumerate(STEPS, start=1)
    ]
    return element(
        "Div",
        "scene-gates",
        [
            element("Div", "gates-columns", [_column(gate, view.lang) for gate in view.gates]),
            element("Ol", "near gates-key", key, aria_label=say(view.lang, "wall.steps_key")),
        ],
    )


def _column(gate: GateView, lang: str) -> Component:
    return element(
        "Article",
        "gates-column panel",
        [
            element("H2", "far gates-name", gate.name_vi if lang == "vi" else gate.name_en),
            element(
                "P",
                "near gates-status",
                [element("Span", "icon", data_part="status-icon", aria_hidden="true"), part("Span", "status")],
            ),
            element(
                "Div",
                "gates-queue",
                [
                    part("Span", "total", "gates-figure"),
                    element("Span", "near", say(lang, "gate.no_data"), data_part="empty"),
                    element(
                        "Span",
                        "gates-beside",
                        [
                            part("Span", "change", "gates-change"),
                            part(
                                "Span",
                                "unit",
                                "near",
                                say(lang, "gate.waiting_rail" if gate.mode == "rail" else "gate.waiting"),
                                hidden=True,
                            ),
                        ],
                    ),
                ],
            ),
            *(_steps(direction, lang) for direction in DIRECTIONS),
            *(_pair(name, names, lang) for name, names in FIGURES),
            element(
                "Div",
                "gates-trend",
                data_part="trend",
                data_shed="2",
                role="img",
                aria_label=say(lang, "gate.trend_label"),
            ),
        ],
        data_column=gate.id,
    )


def _steps(direction: str, lang: str) -> Component:
    bars = [
        element(
            "Li",
            "mini-step",
            [
                element("Span", "mini-room", element("Span", "mini-bar", data_part="bar")),
                element("Span", "near mini-number", str(number)),
            ],
            data_step_of=step,
        )
        for number, step in enumerate(STEPS, start=1)
    ]
    head = element(
        "P",
        "gates-direction",
        [
            element("Span", "near", say(lang, f"wall.way.{direction}")),
            part("Span", "way-queue", "far gates-way"),
        ],
    )
    worst = part("P", "worst", "near gates-worst")
    return element("Div", "gates-steps", [head, worst, element("Ol", "mini-steps", bars)], data_direction=direction)


def _pair(name: str, names: tuple[str, ...], lang: str) -> Component:
    figures = [
        element(
            "Span",
            "gates-pair-figure",
            [element("Span", "near", say(lang, f"wall.figure.{each}")), part("Span", each, "far gates-value")],
            data_figure=each,
        )
        for each in names
    ]
    return element("Div", "gates-pair", figures, data_pair=name)
