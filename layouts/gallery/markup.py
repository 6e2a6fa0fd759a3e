"""The gallery's frames as HTML: it clones each ten times, which Dash would draw as ten trees of its own.

Measured: the page's 3,000 components kept Dash's renderer busy for over a minute; as markup they stand in a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash import html
from dash.development.base_component import Component

from layouts.markup import write

CHART: Final = "Graph"
"""Plotly's place: a script draws into it."""
MAP: Final = "MapContainer"
"""Leaflet's place: a script makes a map of it (assets/29-gallery-map.js), as dash-leaflet does on a screen."""
TABLE: Final = "Table"
"""Bootstrap's table; its classes are all that it adds to HTML's."""


def to_html(node: Component | str | Sequence[Component | str] | None) -> str:
    """Return the markup of a component and everything inside it; "" for None."""
    return write(html.Template(node), _standing)[len("<template>") : -len("</template>")]


def _standing(component: Component) -> Component:
    kind = component._type  # noqa: SLF001  # Dash tells an element's name nowhere else
    if kind == CHART:
        return html.Div(className="js-plotly-plot")
    if kind == MAP and hasattr(component, "className"):
        return html.Div(className=component.className)
    if kind == TABLE and hasattr(component, "class_name"):
        return html.Table(component.children, className=component.class_name)
    return component
