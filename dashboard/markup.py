"""Folds what no Dash component moves into plain markup, so that a page costs what it shows.

Dash's renderer gives every component of a layout a subscription of its own and asks all of them at each step of its
drawing: the wall's 1,350 elements took seconds of a processor before its first figure stood. Nearly all of them are
plain elements that only our scripts write to. So a subtree of plain elements is sent as one component, `Markup`, with
its inside as text (drawn by assets/01-markup.js); what holds a map or a form stays, and so does what a callback
names. What this module does not do: decide what a screen shows (see `layouts.screens`).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from html import escape
from typing import Any, Final

from dash.development.base_component import Component

NAMESPACE: Final = "lso_markup"
"""What the script that draws it is called in the browser."""
PLAIN: Final = "dash_html_components"
"""Namespace of Dash's plain elements."""
_TAGS: Final[Mapping[str, str]] = {"MapEl": "map", "ObjectEl": "object"}
"""Dash's names of elements that Python had a word for; all others are the tag's own."""
_NAMES: Final[Mapping[str, str]] = {"className": "class", "htmlFor": "for"}
"""React's names of attributes; HTML tells no capitals in the others."""
_OF_DASH: Final = frozenset({"children", "key", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "loading_state"})
_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_RAW: Final = frozenset({"script", "style"})
"""Elements whose text is taken as it stands; whoever fills them keeps "</" out of it."""
_CAPITAL: Final = re.compile("[A-Z]")


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
        return Markup(_tag(component), _own(component), _inside(component))
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


def write(component: Component) -> str:
    """Return a plain element and all in it as HTML."""
    tag = _tag(component)
    attributes = "".join(_attribute(name, value) for name, value in _own(component).items())
    return f"<{tag}{attributes}>" + ("" if tag in _VOID else f"{_inside(component)}</{tag}>")


def _is_plain(component: Component, named: AbstractSet[str]) -> bool:
    if getattr(component, "_namespace", "") != PLAIN or str(getattr(component, "id", "")) in named:
        return False
    return all(_is_plain(child, named) for child in _children(component) if isinstance(child, Component))


def _tag(component: Component) -> str:
    name = str(component._type)  # noqa: SLF001  # Dash tells an element's name nowhere else
    return _TAGS.get(name, name.lower())


def _own(component: Component) -> dict[str, Any]:
    props: dict[str, Any] = component.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    # By name: Dash keeps no order of its own from one start to the next.
    return {name: props[name] for name in sorted(props) if name not in _OF_DASH and props[name] is not None}


def _children(component: Component) -> Iterable[Any]:
    children = getattr(component, "children", None)
    if children is None:
        return ()
    return children if isinstance(children, list | tuple) else (children,)


def _inside(component: Component) -> str:
    raw = _tag(component) in _RAW
    written = []
    for child in _children(component):
        if isinstance(child, Component):
            written.append(write(child))
        elif child is not None and not isinstance(child, bool):
            written.append(str(child) if raw else escape(str(child), quote=False))
    return "".join(written)


def _attribute(name: str, value: object) -> str:
    words = name.startswith(("data-", "aria-"))
    if isinstance(value, bool) and not words:
        return f" {_NAMES.get(name, name)}" if value else ""
    if isinstance(value, bool):
        value = str(value).lower()
    if name == "style" and isinstance(value, Mapping):
        value = ";".join(f"{_CAPITAL.sub(_dashed, key)}:{one}" for key, one in value.items())
    return f' {_NAMES.get(name, name)}="{escape(str(value))}"'


def _dashed(capital: re.Match[str]) -> str:
    return f"-{capital[0].lower()}"
