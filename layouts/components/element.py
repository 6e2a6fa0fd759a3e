"""One way to write an element: tag, class, and the data attributes by which scripts and styles find it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

Children = str | Component | Sequence["Component | str"] | None


def element(tag: str, class_name: str = "", children: Children = None, **attributes: str | bool) -> Component:
    """Return an HTML element.

    Args:
        tag: Dash name of the element, for instance `Div`.
        class_name: CSS classes, "" for none.
        children: what stands inside.
        **attributes: further attributes; `data_part` becomes `data-part`, `aria_label` becomes `aria-label`.
    """
    named: dict[str, Any] = {
        name.replace("_", "-") if name.startswith(("data_", "aria_")) else name: value
        for name, value in attributes.items()
    }
    if class_name:
        named["className"] = class_name
    return getattr(html, tag)(children, **named)  # type: ignore[no-any-return]


def part(tag: str, name: str, class_name: str = "", children: Children = None, **attributes: str | bool) -> Component:
    """Return an element that a script fills: it carries `data-part` and starts hidden unless it has children."""
    if children is None:
        attributes.setdefault("hidden", True)
    return element(tag, class_name, children, data_part=name, **attributes)


def icon(name: str) -> Component:
    """Return a shipped icon (assets/icons/NAME.svg, by 11-icons.css) in its text's colour, silent when read out."""
    return element("Span", "icon", data_icon=name, aria_hidden="true")
