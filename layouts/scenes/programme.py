"""Scene "programme": the province's digital-transformation programme, target by target."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element
from layouts.components.panel import box
from layouts.view import View


def layout(view: View) -> Component:
    """Return the scene's frame; the targets come by themselves."""
    return element(
        "Div",
        "scene-programme",
        box("programme", view.lang, element("Div", "programme-list", data_part="list"), title="wall.programme"),
    )
