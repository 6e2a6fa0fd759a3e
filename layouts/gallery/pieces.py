"""The components of the gallery: each the real one, empty, as its screen draws it before the live data arrives.

assets/29-gallery*.js puts each frame up for every state and lets the screens' own scripts fill it. A new component
is one entry here and one in 29-gallery-draw.js.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Final

from dash.development.base_component import Component

from layouts import scenes
from layouts.components import tablet_communes, tablet_gate, tablet_now
from layouts.components.alert_detail import alert_detail
from layouts.components.alert_line import alert_line
from layouts.components.alert_table import alert_counts, alert_table
from layouts.components.desk_table import desk_table
from layouts.components.duty_notes import duty_notes
from layouts.components.element import element, part
from layouts.components.gate_card import gate_card
from layouts.components.header import header
from layouts.components.panel import panel
from layouts.components.screen_head import screen_head
from layouts.components.steps_flow import steps_flow
from layouts.components.tablet_programme import alerts_page, programme_page
from layouts.gallery.dialogs import DIALOGS
from layouts.gallery.piece import Piece
from layouts.scenes.overview import NETWORK, SERVICES, TODAY
from layouts.screens import crossings
from layouts.view import View
from layouts.wording import say

SOURCES: Final = ("state", "source", "last", "age", "rate", "delay", "refused", "gaps")


def _gate(view: View) -> list[Component]:
    return [element("Div", "wall-gates", [gate_card(view.gates[0], view)]), steps_flow(view.lang)]


def _panels(view: View) -> list[Component]:
    lang = view.lang
    rows = [panel("today", TODAY, lang), panel("services", SERVICES, lang), panel("network", NETWORK, lang)]
    return [element("Div", "wall-side", rows)]


def _scene(name: str) -> Callable[[View], list[Component]]:
    def make(view: View) -> list[Component]:
        return [element("Section", "wall-scene", scenes.draw(name, view), data_scene=name)]

    return make


def _now(view: View) -> list[Component]:
    page = tablet_now.now_page(view)
    # The map is a piece of its own.
    page.children = [each for each in page.children if "tablet-map" not in str(getattr(each, "className", ""))]
    return [page]


def _duty(view: View) -> list[Component]:
    listed = [alert_counts(view.lang), duty_notes(view), alert_table(view.lang)]
    return [_head(view)[0], element("Section", "duty-list", listed), alert_detail(view)]


def _crossings(view: View) -> list[Component]:
    frame = crossings.layout(dataclasses.replace(view, screen="crossings"))
    # What is inside the screen's <main>, without the page's data.
    return list(frame.children)[1:]


def _sources(view: View) -> list[Component]:
    lang = view.lang
    columns = {name: say(lang, f"feeds.column.{name}") for name in SOURCES}
    return [desk_table("sources", columns, say(lang, "feeds.tab.sources"))]


def _slide(_view: View) -> list[Component]:
    return [element("Div", "slide-holder", []), part("P", "message", "brief-message")]


def _chart(_view: View) -> list[Component]:
    return [
        element("Div", "detail-line", data_part="chart"),
        part("P", "chart-empty", "detail-empty"),
    ]


def _why(view: View) -> list[Component]:
    figure: list[Component | str] = [element("Span", "", data_part="why-value"), f" {say(view.lang, 'gate.waiting')}"]
    return [element("Button", "button", figure, type="button", data_part="why")]


def _buttons(view: View) -> list[Component]:
    lang = view.lang
    field_id = "gallery-note"
    return [
        element(
            "Div",
            "gallery-buttons",
            [
                element("Button", "button", say(lang, "duty.action.ack"), type="button"),
                element("Button", "button is-main", say(lang, "note.desk.send"), type="button", data_part="main"),
                element("Button", "button", say(lang, "duty.cancel"), type="button", disabled=True),
                element("Label", "detail-label", say(lang, "duty.note"), htmlFor=field_id),
                element("Textarea", "note-area", id=field_id),
            ],
        ),
        part("P", "error", "detail-error", role="alert"),
    ]


def _head(view: View) -> list[Component]:
    return [screen_head(view, say(view.lang, "duty.title"))]


PIECES: Final[tuple[Piece, ...]] = (
    Piece("wall-header", "wall", 1884, 24, lambda view: [header(view.lang)], 72),
    Piece("wall-gate", "wall", 880, 24, _gate),
    Piece("wall-panels", "wall", 500, 24, _panels),
    Piece("wall-alert", "wall", 1884, 24, lambda view: [alert_line(view.lang)], 106),
    *(
        Piece(f"scene-{name}", "wall", 1884, 24, _scene(name), 824)
        for name in ("gates", "gate", "services", "network", "programme", "alerts")
    ),
    Piece("tablet-now", "tablet", 1024, 15, _now, 660),
    Piece("tablet-map", "tablet", 900, 13, lambda view: [tablet_now.live_map(view)], 520),
    Piece("tablet-gate", "tablet", 1024, 15, lambda view: [tablet_gate.gate_page(view)]),
    Piece("tablet-services", "tablet", 1024, 15, lambda view: [tablet_communes.services_page(view.lang)]),
    Piece("tablet-network", "tablet", 1024, 15, lambda view: [tablet_communes.network_page(view.lang)]),
    Piece("tablet-programme", "tablet", 1024, 15, lambda view: [programme_page(view.lang)]),
    Piece("tablet-alerts", "tablet", 1024, 15, lambda view: [alerts_page(view.lang)]),
    Piece("head", "duty", 1884, 13, _head),
    Piece("duty", "duty", 1884, 13, _duty, 960),
    Piece("crossings", "crossings", 1884, 13, _crossings),
    Piece("sources", "feeds", 1500, 13, _sources),
    Piece("slide-province", "briefing", 1280, 26, _slide, 720),
    Piece("slide-gate", "briefing", 1280, 26, _slide, 720),
    Piece("slide-alerts", "briefing", 1280, 26, _slide, 720),
    Piece("line-chart", "duty", 600, 13, _chart),
    Piece("buttons", "duty", 900, 13, _buttons),
    Piece("explain", "duty", 700, 13, _why),
    *DIALOGS,
)
"""Every component, in the order of the page."""
