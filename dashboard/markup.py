"""Folds what no Dash component moves into plain markup, so that a page costs what it shows.

Dash's renderer gives every component of a layout a subscription of its own and asks all of them at each step of its
drawing: the wall's 1,350 elements took seconds of a processor before its first figure stood. Nearly all of them are
plain elements that only our scripts write to. So a subtree of plain elements is sent as one component, `Markup`, with
its inside as text (drawn by assets/01-markup.js); what holds a map or a form stays, and so does what a callback
names. What this module does not do: decide what a screen shows (see `layouts.screens`).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from dash.development.base_component import Component

from layouts.markup import attributes_of, children_of, inside, tag_of

NAMESPACE: Final = "lso_markup"
"""What the script that draws it is called in the browser."""
PLAIN: Final = "dash_html_components"
"""Namespace of Dash's plain elements."""


class Markup(Component):
    """One element whose inside is text.

    Args:
        tag: the element's name.
        attributes: its attributes, by React's names.
        inner: markup of its inside, "" for none.
    """

    _namespace = NAMESPACE
    _type = "Markup"

    def __init__(self, tag: str = "div", attributes: Mapping[str, Any] | None = None, inner: str = "") -> None:
        self._prop_names = ["tag", "attributes", "inner"]
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = self._prop_names
        self.available_wildcard_properties: list[str] = []
        super().__init__(  # type: ignore[no-untyped-call]
            tag=tag, attributes=dict(attributes or {}), inner=inner
        )


def fold(component: Component, named: AbstractSet[str] = frozenset()) -> Component:
    """Return a layout in which every subtree of plain elements is one `Markup`; what is given is not changed.

    Args:
        component: the layout.
        named: ids that callbacks name; those elements and what holds them stay components.
    """
    if _is_plain(component, named):
        return Markup(tag_of(component), attributes_of(component), inside(component))
    children = getattr(component, "children", None)
    if getattr(component, "_namespace", "") != PLAIN or children is None:
        return component
    kept = copy.copy(component)
    many = isinstance(children, list | tuple)
    folded = [
        fold(child, named) if isinstance(child, Component) else child for child in (children if many else [children])
    ]
    kept.children = folded if many else folded[0]
    return kept


def _is_plain(component: Component, named: AbstractSet[str]) -> bool:
    if getattr(component, "_namespace", "") != PLAIN or str(getattr(component, "id", "")) in named:
        return False
    return all(_is_plain(child, named) for child in children_of(component) if isinstance(child, Component))
