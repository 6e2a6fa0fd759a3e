"""The tablet's page of one gate in depth: its queue and its day, its eight steps both ways, its figures, its alerts.

Filled by assets/53-tablet-gate*.js.
"""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.components.tablet_card import card, choice, note, page
from layouts.view import View
from layouts.wording import say

RANGES: Final = ("day", "week")
SERIES: Final = ("queue", "clearance", "passed")
DIRECTIONS: Final = ("export", "import")


def gate_page(view: View) -> Component:
    """Return the page; which gate it is about stands in the address."""
    lang = view.lang
    return page("gate", "page-gate", [_picker(view), _queue(lang), _facts(lang), _steps(lang), _alerts(lang)])


def _picker(view: View) -> Component:
    return element(
        "Nav",
        "picker",
        [
            element(
                "A",
                "picker-gate",
                [
                    element("Span", "picker-name", gate.name_vi if view.lang == "vi" else gate.name_en),
                    element("Span", "icon", data_part="icon", aria_hidden="true"),
                    part("Span", "queue", "picker-queue"),
                ],
                href=f"#/gate/{gate.id}",
                data_pick=gate.id,
            )
            for gate in view.gates
        ],
        aria_label=say(view.lang, "tablet.gate.pick"),
    )


def _queue(lang: str) -> Component:
    figures = element(
        "Div",
        "gate-now",
        [
            element("Div", "gate-big", [part("Span", "big"), part("Span", "big-unit", "gate-unit")]),
            element("Div", "gate-beside", [part("P", "change"), part("P", "split"), part("P", "age", "gate-age")]),
        ],
    )
    series = choice(
        "series", [(name, say(lang, f"tablet.series.{name}")) for name in SERIES], say(lang, "tablet.series")
    )
    ranges = choice("range", [(name, say(lang, f"tablet.range.{name}")) for name in RANGES], say(lang, "tablet.range"))
    chart = element("Div", "gate-chart", data_part="chart", role="img")
    empty = part("P", "chart-empty", "card-empty")
    legend = element("P", "gate-legend", data_part="legend", hidden=True)
    title = element("H2", "card-title", say(lang, "tablet.gate.queue"), data_part="queue-title")
    return element(
        "Section",
        "card gate-queue",
        [
            element("Div", "card-head", [title, note("gate-note")]),
            figures,
            element("Div", "gate-choices", [series, ranges]),
            chart,
            empty,
            legend,
        ],
        aria_label=say(lang, "tablet.gate.queue"),
    )


def _facts(lang: str) -> Component:
    none = element("P", "card-empty", say(lang, "panel.empty"), data_part="facts-none")
    return card("gate-facts", say(lang, "tablet.gate.facts"), [element("Dl", "facts", [], data_part="facts"), none])


def _steps(lang: str) -> Component:
    rows = [
        element(
            "Div",
            "flow",
            [
                element("H3", "flow-title", say(lang, f"direction.{direction}")),
                element("Ol", "flow-steps", [], data_part=f"flow-{direction}"),
            ],
            data_flow=direction,
        )
        for direction in DIRECTIONS
    ]
    return card("gate-steps", say(lang, "tablet.gate.steps"), rows, head=[part("Span", "bottleneck", "card-note")])


def _alerts(lang: str) -> Component:
    listed = element("Ul", "needs-list", [], data_part="gate-alerts")
    none = element("P", "card-empty", say(lang, "alert.waiting"), data_part="gate-calm")
    return card("gate-alerts", say(lang, "tablet.gate.alerts"), [listed, none])
