"""What opens over a screen or is filled in: search, explanation, export, notes, codes, forms, tabs.

Dialogs are opened by their own scripts and shown as they stand (assets/29-gallery-open.js). Most have no figure of
their own: the states they cannot have are named in `only`, and the gallery says so.
"""

from __future__ import annotations

import dataclasses
from typing import Final

from dash.development.base_component import Component

from layouts.components.element import element
from layouts.components.feed_form import feed_form
from layouts.components.sheet import sheet
from layouts.components.tabs import Pane, tabs
from layouts.gallery.piece import Piece
from layouts.screens import entry, mapping
from layouts.view import View
from layouts.wording import say

CONTROLS: Final = {"Input": "form-control", "Form": "desk-form"}
"""Bootstrap's components, which React would draw, and the class that it gives them."""
ASKED: Final = frozenset({"normal", "warning", "critical", "loading", "empty", "error", "too_much"})
"""States of what asks the server and holds no figure that could grow old."""
SENT: Final = frozenset({"normal", "loading", "error", "lost"})
"""States of what is filled in and sent."""
TYPED: Final = frozenset({"normal", "stale", "lost", "missing", "loading", "empty", "error", "too_much"})
"""States of figures entered by hand: no limit is judged where they are typed."""
UNCHANGING: Final = frozenset({"normal"})


def _nothing(_view: View) -> list[Component]:
    return []


def _inside(layout: Component) -> list[Component]:
    """Return what is inside a screen's <main>, without the page's data."""
    return list(layout.children)[1:]


def _figure(view: View) -> list[Component]:
    return [element("Button", "button", say(view.lang, "gate.waiting"), type="button", data_part="why")]


def _tabs(view: View) -> list[Component]:
    names = ("sources", "letters", "faults")
    panes = [
        Pane(name, say(view.lang, f"feeds.tab.{name}"), element("P", "", say(view.lang, f"feeds.tab.{name}")))
        for name in names
    ]
    return tabs("gallery", panes, say(view.lang, "feeds.title"))


def _entry(view: View) -> list[Component]:
    return _inside(entry.layout(dataclasses.replace(view, screen="entry")))


def _mapping(view: View) -> list[Component]:
    page = _inside(mapping.layout(dataclasses.replace(view, screen="mapping")))
    return [drawn(each) for each in page]


def _feed_form(view: View) -> list[Component]:
    return [drawn(feed_form(view.lang))]


def drawn(node: Component) -> Component:
    """Give Bootstrap's controls inside a component the class and the children that React would."""
    kind = str(getattr(node, "_type", ""))
    if kind == "Select" and hasattr(node, "options"):
        options = [element("Option", "", each["label"], value=each["value"]) for each in node.options]
        return element("Select", "form-select", options, id=str(getattr(node, "id", "")))
    if kind in CONTROLS:
        setattr(node, "class_name", CONTROLS[kind])  # noqa: B010  # Dash's components take their properties so
    children = getattr(node, "children", None)
    if isinstance(children, Component):
        node.children = drawn(children)
    elif isinstance(children, list | tuple):
        node.children = [drawn(each) if isinstance(each, Component) else each for each in children]
    return node


DIALOGS: Final[tuple[Piece, ...]] = (
    Piece("ask", "duty", 760, 13, _nothing, only=ASKED),
    Piece("why", "duty", 560, 13, _figure),
    Piece("export", "briefing", 560, 13, _nothing, only=SENT | {"missing", "too_much"}),
    Piece("follow", "briefing", 560, 13, _nothing, only=frozenset({"normal", "error"})),
    Piece("sheet", "tablet", 700, 15, lambda view: [sheet(view)], only=frozenset({"warning", "critical", "too_much"})),
    Piece("note", "tablet", 620, 15, _nothing, only=SENT | {"critical", "empty"}),
    Piece("code", "tablet", 620, 15, _nothing, only=SENT | {"missing"}),
    Piece("entry", "entry", 1366, 13, _entry, only=TYPED),
    Piece("tabs", "feeds", 900, 13, _tabs, only=UNCHANGING),
    Piece("mapping", "mapping", 1500, 13, _mapping, only=UNCHANGING),
    Piece("feed-form", "mapping", 900, 13, _feed_form, only=UNCHANGING),
)
"""In the order of the page, after the screens' own components."""
