"""The map's frame: dash-leaflet on canvas without tiles, and the places its labels and notes go.

The layers, queues, sites and labels are drawn by the scripts (assets/30-map*.js) on the Leaflet map itself.
"""

from __future__ import annotations

import dash_leaflet as dl
from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.view import Bounds, View
from layouts.wording import say


def map_frame(map_id: str, view: View, *, label: str, inset: bool = False, interactive: bool = False) -> Component:
    """Return a map that fills its box.

    Args:
        map_id: id of the Leaflet container.
        view: language and bounds.
        label: accessible name.
        inset: whether it shows the border corridor and not the province.
        interactive: whether fingers and wheels move it; a wall's does not.
    """
    south_west, north_east = _bounds(view, inset=inset)
    center = [(south_west[0] + north_east[0]) / 2, (south_west[1] + north_east[1]) / 2]
    leaflet = dl.Map(
        id=map_id,
        center=center,
        zoom=9,
        preferCanvas=True,
        zoomControl=interactive,
        attributionControl=False,
        dragging=interactive,
        touchZoom=interactive,
        scrollWheelZoom=interactive,
        doubleClickZoom=interactive,
        boxZoom=False,
        keyboard=interactive,
        zoomSnap=0,
        zoomAnimation=False,
        fadeAnimation=False,
        trackResize=True,
        className="map-canvas",
        style={"width": "100%", "height": "100%"},
    )
    return element(
        "Div",
        "map-frame",
        [leaflet, element("Div", "map-labels", data_part="labels")],
        data_map="inset" if inset else "province",
        role="img",
        aria_label=label,
    )


def map_credit(view: View) -> Component:
    """Return the map's small print: that it (or, with imported boundaries, its roads) is drawn freely, and by whom."""
    drawn = say(view.lang, "map.schematic" if view.schematic else "map.roads_sketched")
    return element("Div", "map-credit", f"{drawn} · {view.attribution}")


def map_progress() -> Component:
    """Return the place where the filling of the history is told, hidden until there is one."""
    return part("Div", "progress", "map-progress", [part("Span", "progress-text"), _bar()], hidden=True)


def _bar() -> Component:
    return element("Span", "bar", element("Span", "bar-fill", data_part="progress-fill"))


def _bounds(view: View, *, inset: bool) -> Bounds:
    return view.inset_bounds if inset else view.province_bounds
