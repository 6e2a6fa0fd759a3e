"""A gate on the tablet: its queue, what it was yesterday, and how long clearance takes; touched, its page opens."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.view import GateView
from layouts.wording import say


def gate_tile(gate: GateView, lang: str) -> Component:
    """Return the tile, a link; every figure is empty until the live data arrives."""
    return element(
        "A",
        "tile",
        [
            element(
                "Span",
                "tile-head",
                [
                    element("Span", "tile-name", gate.name_vi if lang == "vi" else gate.name_en),
                    element(
                        "Span",
                        "tile-flag",
                        [
                            element("Span", "icon", data_part="icon", aria_hidden="true"),
                            part("Span", "status", "tile-status"),
                        ],
                    ),
                ],
            ),
            element(
                "Span",
                "tile-body",
                [
                    part("Span", "queue", "tile-figure"),
                    part("Span", "change", "tile-change"),
                    element("Span", "tile-empty", say(lang, "gate.no_data"), data_part="empty"),
                ],
            ),
            part("Span", "clearance", "tile-foot"),
        ],
        href=f"#/gate/{gate.id}",
        data_tile=gate.id,
    )
