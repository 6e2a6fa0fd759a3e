"""Scenes of the wall: what a panel shows in its middle, one at a time, in the frame of `layouts.screens.wall`.

A scene is a module of this folder with `layout(view) -> Component`; the script `4x-wall-scene-<name>.js` fills it. The
page carries the frames of all of them; which are shown, when and for how long stands in config/screens.yaml.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from dash.development.base_component import Component

from layouts.view import View

SCENES: Final = ("overview", "gates", "gate", "services", "network", "programme", "alerts")
"""Every scene that config/screens.yaml may name, in the order of the page."""


def shipped() -> tuple[str, ...]:
    """Return the scenes that have a module, in their order."""
    return tuple(name for name in SCENES if find_spec(f"layouts.scenes.{name}") is not None)


def draw(name: str, view: View) -> Component:
    """Return the frame of a scene.

    Raises:
        ModuleNotFoundError: the scene is not shipped.
    """
    frame: Component = import_module(f"layouts.scenes.{name}").layout(view)
    return frame
