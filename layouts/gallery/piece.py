"""A component on show: its name, whose style sheets it stands in, and which states it can have. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dash.development.base_component import Component

from layouts.view import View


@dataclass(frozen=True, slots=True)
class Piece:
    """A component on show.

    Attributes:
        name: in the address (`?component=`) and of its drawing script.
        screen: whose style sheets it stands in.
        width: of its frame, in pixels of that screen's design.
        least: the smallest type its screen allows there, in pixels.
        make: draws the empty component.
        height: of its frame, 0 for as high as it is.
        only: the states it can have, none for all of them; the gallery says of the others that it has none.
    """

    name: str
    screen: str
    width: int
    least: int
    make: Callable[[View], list[Component]]
    height: int = 0
    only: frozenset[str] = frozenset()
