"""The wall: the state of the province in one look, for an operations room. Nothing to click.

Drawn for 1920×1080 and scaled as a whole (assets/20-wall.css): head, one scene at a time, the alert line, the foot;
filled by assets/40-wall*.js. What a scene shows is its own (`layouts.scenes`).
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts import scenes
from layouts.components.alert_line import alert_line
from layouts.components.element import element
from layouts.components.header import header
from layouts.components.shell import shell
from layouts.components.wall_foot import wall_foot
from layouts.view import View
from layouts.wording import say


def layout(view: View) -> Component:
    """Return the wall for a view; its figures come by themselves."""
    lang = view.lang
    return shell(
        view,
        [
            header(lang),
            element("Div", "wall-stage", [_scene(name, view) for name in scenes.shipped()]),
            alert_line(lang),
            wall_foot(lang),
        ],
    )


def _scene(name: str, view: View) -> Component:
    return element(
        "Section",
        "wall-scene",
        scenes.draw(name, view),
        data_scene=name,
        hidden=name != scenes.SCENES[0],
        aria_label=say(view.lang, f"scene.{name}"),
    )
