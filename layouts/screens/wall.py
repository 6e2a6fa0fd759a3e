"""The wall: the state of the province in one look, for an operations room. Nothing to click.

Drawn for 1920×1080 and scaled as a whole (assets/20-wall.css); filled by assets/40-wall*.js.
"""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts import ids
from layouts.components.alert_line import alert_line
from layouts.components.element import element
from layouts.components.gate_card import gate_card
from layouts.components.header import header
from layouts.components.map_view import map_credit, map_frame, map_progress
from layouts.components.panel import Row, panel
from layouts.components.shell import shell
from layouts.components.steps_flow import steps_flow
from layouts.view import View
from layouts.wording import say

TODAY: Final = tuple(
    Row(name) for name in ("vehicles_export", "vehicles_import", "passengers", "goods_tonnes", "fee_vnd")
)
SERVICES: Final = (Row("on_time_rate", bar=True), Row("online_rate", bar=True), Row("received"), Row("overdue"))
NETWORK: Final = (
    Row("on_air"),
    Row("coverage_5g_key", bar=True),
    Row("coverage_4g"),
    Row("coverage_5g"),
    Row("availability"),
)


def layout(view: View) -> Component:
    """Return the wall for a view; its figures come by themselves."""
    lang = view.lang
    return shell(
        view,
        [
            header(lang),
            element("Section", "wall-gates", [gate_card(gate, view) for gate in view.gates]),
            element(
                "Section",
                "wall-middle",
                [
                    element(
                        "Div",
                        "panel wall-map",
                        [
                            map_frame(ids.WALL_MAP, view, label=say(lang, "map.title")),
                            element(
                                "Div",
                                "wall-inset",
                                map_frame(ids.WALL_INSET, view, label=say(lang, "map.inset"), inset=True),
                            ),
                            map_progress(),
                            map_credit(view),
                        ],
                        data_panel="map",
                    ),
                    steps_flow(lang),
                ],
            ),
            element(
                "Section",
                "wall-side",
                [panel("today", TODAY, lang), panel("services", SERVICES, lang), panel("network", NETWORK, lang)],
            ),
            alert_line(lang),
        ],
    )
