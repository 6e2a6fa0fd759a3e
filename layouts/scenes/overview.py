"""Scene "overview": gates, the map as the heart, the eight steps of one gate, and the province's counts."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts import ids
from layouts.components.element import element
from layouts.components.gate_card import gate_card
from layouts.components.map_view import map_credit, map_frame, map_progress
from layouts.components.panel import Row, panel
from layouts.components.steps_flow import steps_flow
from layouts.view import View
from layouts.wording import say

TODAY: Final = tuple(
    Row(name) for name in ("vehicles_export", "vehicles_import", "passengers", "goods_tonnes", "fee_vnd")
)
SERVICES: Final = (Row("on_time_rate", bar=True), Row("online_rate", bar=True), Row("received", shed=3), Row("overdue"))
NETWORK: Final = (
    Row("on_air"),
    Row("coverage_5g_key", bar=True),
    Row("coverage_4g", shed=1),
    Row("coverage_5g", shed=4),
    Row("availability", shed=2),
)


def layout(view: View) -> Component:
    """Return the scene's frame; its figures come by themselves."""
    lang = view.lang
    return element(
        "Div",
        "scene-overview",
        [
            element("Div", "wall-gates", [gate_card(gate, view) for gate in view.gates]),
            element("Div", "wall-middle", [_map(view), steps_flow(lang)]),
            element(
                "Div",
                "wall-side",
                [panel("today", TODAY, lang), panel("services", SERVICES, lang), panel("network", NETWORK, lang)],
            ),
        ],
    )


def _map(view: View) -> Component:
    lang = view.lang
    inset = map_frame(ids.WALL_INSET, view, label=say(lang, "map.inset"), inset=True)
    return element(
        "Div",
        "panel wall-map",
        [
            map_frame(ids.WALL_MAP, view, label=say(lang, "map.title")),
            element("Div", "wall-inset", inset),
            map_progress(),
            element("Ul", "map-key wall-key", data_part="key", aria_label=say(lang, "wall.key")),
            map_credit(view),
            element("Ul", "wall-tails", data_part="tails", aria_label=say(lang, "wall.tails")),
        ],
        data_panel="map",
    )
