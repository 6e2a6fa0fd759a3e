"""Scene "services": the province's public services against their targets, and the 65 communes as a map and as lines."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.components.panel import Row, box, panel
from layouts.view import View
from layouts.wording import say

PROVINCE = (
    Row("on_time_rate", bar=True),
    Row("online_rate", bar=True),
    Row("received"),
    Row("settled"),
    Row("open"),
    Row("overdue"),
)
STRIPS = ("on_time_rate", "online_rate", "overdue")


def layout(view: View) -> Component:
    """Return the scene's frame; its figures come by themselves."""
    lang = view.lang
    return element(
        "Div",
        "scene-services",
        [
            element("Div", "services-left", [panel("services", PROVINCE, lang), _worst(lang)]),
            box(
                "services-map",
                lang,
                [
                    element(
                        "Div", "svg-map-box", data_part="map", role="img", aria_label=say(lang, "wall.services_map")
                    ),
                    element("Ul", "map-key services-key", data_part="key"),
                ],
                title="wall.services_map",
            ),
            element("Div", "services-strips", [_strip(name, lang) for name in STRIPS]),
        ],
    )


def _worst(lang: str) -> Component:
    return box("services-worst", lang, element("Ol", "worst-list", data_part="list"), title="wall.services_worst")


def _strip(name: str, lang: str) -> Component:
    return element(
        "Section",
        "panel strip",
        [
            element(
                "Div",
                "panel-head",
                [
                    element("H2", "panel-title", say(lang, f"wall.strip.{name}")),
                    part("Span", "strip-note", "panel-note near"),
                ],
            ),
            element(
                "Div",
                "strip-body",
                [
                    element(
                        "Div", "strip-chart", data_part="chart", role="img", aria_label=say(lang, f"wall.strip.{name}")
                    ),
                    part("P", "low", "near strip-end"),
                ],
            ),
        ],
        data_strip=name,
    )
