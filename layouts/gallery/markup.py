"""From a component to its HTML: the gallery clones each frame ten times, which Dash would draw as ten trees of its own.

Measured: the page's 3,000 components kept Dash's renderer busy for over a minute; as markup they stand in a second.
Only what our components use is known; anything else is an error of the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from dash.development.base_component import Component

ATTRIBUTES: Final = {"className": "class", "class_name": "class", "htmlFor": "for", "tabIndex": "tabindex"}
"""Names of React's that HTML writes otherwise; the others are lower case in HTML."""
LEFT_OUT: Final = frozenset({"children", "style", "size"})
TAGS: Final = {"Table": "table"}
"""Components that are no element of Dash's own."""
CHART: Final = "Graph"
"""Plotly's place: a script draws into it."""


def to_html(node: Component | str | Sequence[Component | str] | None) -> str:
    """Return the markup of a component and everything inside it; "" for None."""
    if node is None:
        return ""
    if isinstance(node, str):
        return escape(node, quote=False)
    if isinstance(node, Sequence):
        return "".join(to_html(each) for each in node)
    kind = str(node._type)  # noqa: SLF001  # the only place where a Dash component keeps its element's name
    if kind == CHART:
        return '<div class="js-plotly-plot"></div>'
    tag = TAGS.get(kind, kind.lower())
    inside = to_html(getattr(node, "children", None))
    return f"<{tag}{_attributes(node)}>{inside}</{tag}>"


def _attributes(node: Component) -> str:
    found = []
    for name, value in node.to_plotly_json()["props"].items():  # type: ignore[no-untyped-call]
        if name in LEFT_OUT or value is None or value is False:
            continue
        written = ATTRIBUTES.get(name, name.lower())
        found.append(f" {written}" if value is True else f' {written}="{escape(str(value))}"')
    style = getattr(node, "style", None)
    if style:
        rules = ";".join(f"{name}:{value}" for name, value in style.items())
        found.append(f' style="{escape(rules)}"')
    return "".join(found)
