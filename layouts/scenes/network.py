"""Scene "network": sites on air, where they are silent, what coverage is lost, the technologies and the systems."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element
from layouts.components.panel import Row, box, panel
from layouts.view import View
from layouts.wording import say

PROVINCE = (
    Row("on_air"),
    Row("availability"),
    Row("coverage_4g", bar=True),
    Row("coverage_5g_key", bar=True),
)


def layout(view: View) -> Component:
    """Return the scene's frame; its figures come by themselves."""
    lang = view.lang
    return element(
        "Div",
        "scene-network",
        [
            element(
                "Div",
                "network-left",
                [
                    panel("network", PROVINCE, lang),
                    box(
                        "technologies", lang, element("Div", "tech-table", data_part="table"), title="wall.technologies"
                    ),
                ],
            ),
            box(
                "network-map",
                lang,
                [
                    element(
                        "Div", "svg-map-box", data_part="map", role="img", aria_label=say(lang, "wall.network_map")
                    ),
                    element("Ul", "map-key network-key", data_part="key"),
                ],
                title="wall.network_map",
            ),
            element(
                "Div",
                "network-right",
                [
                    box("stretches", lang, element("Ol", "stretch-list", data_part="list"), title="wall.stretches"),
                    box("systems", lang, element("Ol", "system-list", data_part="list"), title="wall.systems"),
                ],
            ),
        ],
    )
