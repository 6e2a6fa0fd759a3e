"""From a plain component to its HTML.

Used where a component that nothing in Dash moves need not be drawn by Dash: pages are folded (`dashboard.markup`), and
the gallery clones its frames. What this module does not do: draw what only a script can (a map, a form of Bootstrap's).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any, Final

from dash.development.base_component import Component

_TAGS: Final[Mapping[str, str]] = {"MapEl": "map", "ObjectEl": "object"}
"""Dash's names of elements that Python had a word for; all others are the tag's own."""
_NAMES: Final[Mapping[str, str]] = {"className": "class", "class_name": "class", "htmlFor": "for", "html_for": "for"}
"""Names of attributes that React and Bootstrap write otherwise; HTML tells no capitals in the others."""
_OF_DASH: Final = frozenset({"children", "key", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "loading_state"})
_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_RAW: Final = frozenset({"script", "style"})
"""Elements whose text is taken as it stands; whoever fills them keeps "</" out of it."""
_CAPITAL: Final = re.compile("[A-Z]")


Stand = Callable[[Component], Component]
"""Says which component is written in another one's place; itself for a plain one."""


def write(component: Component, stand: Stand = lambda component: component) -> str:
    """Return a plain element and all in it as HTML.

    Args:
        component: the element.
        stand: asked of it and of each inside, for what is not plain.
    """
    shown = stand(component)
    tag = tag_of(shown)
    own = "".join(_attribute(name, value) for name, value in attributes_of(shown).items())
    return f"<{tag}{own}>" + ("" if tag in _VOID else f"{inside(shown, stand)}</{tag}>")


def inside(component: Component, stand: Stand = lambda component: component) -> str:
    """Return what is inside an element as HTML; see `write`."""
    raw = tag_of(component) in _RAW
    written = []
    for child in children_of(component):
        if isinstance(child, Component):
            written.append(write(child, stand))
        elif child is not None and not isinstance(child, bool):
            written.append(str(child) if raw else escape(str(child), quote=False))
    return "".join(written)


def tag_of(component: Component) -> str:
    """Return the name of an element's tag."""
    name = str(component._type)  # noqa: SLF001  # Dash tells an element's name nowhere else
    return _TAGS.get(name, name.lower())


def attributes_of(component: Component) -> dict[str, Any]:
    """Return an element's attributes by React's names, without what only Dash knows."""
    props: dict[str, Any] = component.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    # By name: Dash keeps no order of its own from one start to the next.
    return {name: props[name] for name in sorted(props) if name not in _OF_DASH and props[name] is not None}


def children_of(component: Component) -> Iterable[Any]:
    """Return what stands in an element, () for nothing."""
    children = getattr(component, "children", None)
    if children is None:
        return ()
    return children if isinstance(children, list | tuple) else (children,)


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
