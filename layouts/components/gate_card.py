"""A gate on the wall: one big number, what it was yesterday, how long clearance takes, and the last 24 hours."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts import ids
from layouts.components.element import element, part
from layouts.view import GateView, View
from layouts.wording import say


def gate_card(gate: GateView, view: View) -> Component:
    """Return the card; every figure is empty until the live data arrives."""
    lang = view.lang
    name = gate.name_vi if lang == "vi" else gate.name_en
    return element(
        "Article",
        "gate-card",
        [
            element(
                "Div",
                "gate-head",
                [
                    element("H2", "gate-name", name),
                    element("Span", "gate-markers", gate.markers),
                    element(
                        "Span",
                        "gate-status",
                        [element("Span", "icon", data_part="status-icon", aria_hidden="true"), part("Span", "status")],
                    ),
                ],
            ),
            element(
                "Div",
                "gate-body",
                [
                    part("Span", "queue", "gate-figure"),
                    element("Span", "gate-empty", say(lang, "gate.no_data"), data_part="empty"),
                    element(
                        "Span",
                        "gate-change",
                        [
                            part("Span", "change", "gate-change-value"),
                            part("Span", "change-note", "near", say(lang, "gate.yesterday"), hidden=True),
                        ],
                    ),
                    element(
                        "Div",
                        "gate-trend",
                        trend(ids.wall_trend(gate.id)),
                        aria_label=say(lang, "gate.trend_label"),
                        role="img",
                    ),
                ],
            ),
            element(
                "Div",
                "gate-foot",
                [
                    element(
                        "Span",
                        "near",
                        say(lang, "gate.waiting_rail" if gate.mode == "rail" else "gate.waiting"),
                        data_part="unit",
                    ),
                    element(
                        "Span",
                        "gate-clearance",
                        [_figure("clearance", say(lang, "gate.clearance")), _figure("p90", say(lang, "gate.p90"))],
                    ),
                ],
            ),
        ],
        id=ids.wall_gate(gate.id),
        data_gate=gate.id,
    )


def trend(graph_id: str) -> Component:
    """Return an empty place for a chart; assets/30-trend.js draws into it once Plotly has come (29-plotly.js)."""
    return element("Div", "trend", id=graph_id, aria_hidden="true")


def _figure(name: str, label: str) -> Component:
    return part(
        "Span",
        f"{name}-box",
        "gate-time",
        [element("Span", "near", label), element("Span", "gate-time-value", data_part=name)],
        hidden=True,
    )
