"""Which bundles and assets a page is sent: those its components come from, and those of its own.

Dash sends every imported component library and every file of the assets folder to every page. The wall, whose first
load is promised to stay small, would pay for the forms of the desk, and the desk for the map. What this module does
not do: serve anything (see `assets`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from dash.development.base_component import Component

import layouts
from dashboard.screens import SCREENS

ALWAYS: Final = frozenset({"dash", "plotly"})
"""Dash's own packages: the renderer asks for parts of them by itself. Plotly is only fetched by a page with a chart."""
OWN_OF_DASH: Final = ("dash_core_components", "dash_html_components", "dash_table")
"""Dash's own component packages, by the names their components carry."""
UNASKED: Final[Mapping[str, str]] = {"dcc": "dash_core_components", "dash_table": "dash_table"}
"""Folders of Dash's package that the renderer does not need → the package whose components do."""
SHARED: Final[Mapping[str, frozenset[str]]] = {
    "panel": frozenset({"wall", "selftest"}),
    "desk": frozenset({"feeds", "mapping"}),
    "slide": frozenset({"briefing", "presenter"}),
    "programme": frozenset({"wall", "tablet", "briefing", "presenter", "entry", "gallery"}),
    "share": frozenset({"tablet"}),
    "note": frozenset({"tablet", "duty"}),
    "plotly": frozenset({"wall", "gallery"}),
    "trend": frozenset({"wall", "gallery"}),
    "export": frozenset({"briefing", "presenter"}),
}
"""First word of an asset's name → the screens that share it. A first word that is a screen's own name is that screen's;
all other assets are everybody's."""

EVERYTHING: Final = frozenset({"gallery"})
"""Screens that show the components of all others and are sent what belongs to any of them."""

_NAMED: Final = re.compile(r"\d{2}-([a-z]+)[\w-]*\.(?:js|css)")


def packages_of(tree: Component) -> frozenset[str]:
    """Return the component libraries of everything in a layout, by package name."""
    return frozenset(_packages(tree))


def _packages(node: object) -> Iterator[str]:
    if isinstance(node, Component):
        yield str(getattr(node, "_namespace", "dash")).split("/", maxsplit=1)[0]
        for name in getattr(node, "_prop_names", ()) or node.__dict__:
            yield from _packages(getattr(node, name, None))
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _packages(each)
    elif isinstance(node, dict):
        for each in node.values():
            yield from _packages(each)


def belongs(resource: Mapping[str, Any], screen: str, packages: frozenset[str]) -> bool:
    """Tell whether a page needs a resource of Dash: a bundle of its libraries, or an asset of its own or of all.

    Args:
        resource: as Dash lists it, with `namespace` (a package) or `asset_path` (a file of ours).
        screen: the page's screen.
        packages: libraries of its components.
    """
    path = resource.get("asset_path")
    if path is not None:
        return asset_belongs(str(path), screen)
    namespace = str(resource.get("namespace", "dash"))
    folder = str(resource.get("relative_package_path", "")).partition("/")[0]
    if namespace == "dash" and folder in UNASKED:
        return UNASKED[folder] in packages
    return namespace in packages or namespace in ALWAYS or namespace.startswith("dash_renderer")


def asset_belongs(path: str, screen: str) -> bool:
    """Tell whether an asset is sent to a screen, by the first word of its name; see SHARED.

    What lies in a folder (fonts, icons, Plotly) is sent with no page: styles and scripts ask for it when they need it.
    """
    if "/" in path:
        return False
    match = _NAMED.fullmatch(path)
    if match is None or screen in EVERYTHING:
        return True
    owners = SHARED.get(match[1], frozenset({match[1]}) & frozenset(SCREENS))
    return not owners or screen in owners


def sheets_by_screen() -> dict[str, list[str]]:
    """Return the style sheets that each screen is sent, by name: a gallery styles every specimen as its screen does."""
    names = sorted(path.name for path in (Path(layouts.__file__).parent / "assets").glob("*.css"))
    return {screen: [name for name in names if asset_belongs(name, screen)] for screen in SCREENS}
