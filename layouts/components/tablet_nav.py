"""The tablet's bottom bar: six places, each one touch away."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts.components.element import element, icon
from layouts.wording import say

PLACES: Final = ("now", "gates", "services", "network", "programme")
"""Pages, in the order of the bar; what is asked comes last and is no page."""
_ADDRESSES: Final = {"gates": "gate"}


def tablet_nav(lang: str) -> Component:
    """Return the bar. Its entries are links, so that going back works as everywhere."""
    return element(
        "Nav",
        "tablet-nav",
        [
            *(
                element(
                    "A",
                    "nav-place",
                    [icon(f"place_{name}"), element("Span", "", say(lang, f"tablet.nav.{name}"))],
                    href=f"#/{_ADDRESSES.get(name, name)}",
                    data_place=name,
                )
                for name in PLACES
            ),
            element(
                "Button",
                "nav-place",
                [icon("place_ask"), element("Span", "", say(lang, "tablet.nav.ask"))],
                type="button",
                data_place="ask",
                aria_haspopup="dialog",
            ),
        ],
        aria_label=say(lang, "tablet.nav"),
    )
