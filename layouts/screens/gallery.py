"""The gallery: every component in every state, in the language and theme of the address, with an invented day.

For whoever works on the screens. `?component=NAME` shows one component, `?state=NAME` one state, `?lang=` and `?theme=`
choose the look. The frames stand here once, hidden; assets/29-gallery*.js clones them for each state.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import segno
from dash.development.base_component import Component

from layouts.components.element import element
from layouts.components.map_view import map_frame
from layouts.components.shell import shell
from layouts.facts import with_metrics
from layouts.gallery.markup import to_html
from layouts.gallery.piece import Piece
from layouts.gallery.pieces import PIECES
from layouts.gallery.sample import AT_MS, Topics
from layouts.gallery.states import states
from layouts.screens import entry
from layouts.slides.compose import compose
from layouts.slides.plan import DeckPlan, SlidePlan, Words
from layouts.theme import theme_of
from layouts.view import THEMES, View
from layouts.wording import languages, say

DECK: Final = DeckPlan(
    "sample",
    Words("Bộ trang mẫu", "Sample deck"),
    Words(),
    (SlidePlan("province"), SlidePlan("gate", gate="tan-thanh"), SlidePlan("alerts")),
)
"""One slide of each form: figures with a chart, one gate, sentences."""

CODE: Final = "https://sample.invalid/briefing?follow=ABC234"
"""What the sample's QR code leads to: nowhere, for nobody is presenting."""


def layout(view: View) -> Component:
    """Return the gallery for a view; with everybody's rights, since all of a component is on show."""
    lang = view.lang
    shown = states()
    rights = dataclasses.replace(view, can_acknowledge=True, can_present=True)
    facts = {
        **view.facts,
        **entry.offers(),
        "qr": segno.make(CODE, error="m", micro=False).svg_data_uri(scale=8, border=4, light="white"),
        "at": AT_MS,
        "topics": shown,
        "frames": {piece.name: to_html(piece.make(rights)) for piece in PIECES},
        "decks": {name: _deck(topics, view) for name, topics in shown.items()},
    }
    drawn = with_metrics(dataclasses.replace(rights, facts=facts))
    return shell(
        drawn,
        [
            element(
                "Header",
                "gallery-head",
                [
                    element("H1", "gallery-title", say(lang, "gallery.title")),
                    element("P", "gallery-sample", say(lang, "gallery.sample")),
                    element("Nav", "gallery-looks", _looks(view), aria_label=say(lang, "gallery.looks")),
                ],
            ),
            element("P", "gallery-about", say(lang, "gallery.about")),
            element(
                "Nav",
                "gallery-index",
                [_link(f"?component={piece.name}", say(lang, f"gallery.piece.{piece.name}")) for piece in PIECES],
                aria_label=say(lang, "gallery.index"),
            ),
            element("Div", "gallery-pieces", [_piece(piece, drawn) for piece in PIECES]),
            # Brings Leaflet along, of which assets/29-gallery-map.js makes the maps of the specimens.
            element("Div", "", [map_frame("gallery-map", view, label=say(lang, "map.title"))], hidden=True),
        ],
    )


def _deck(topics: Topics, view: View) -> dict[str, Any] | None:
    if not topics:
        return None
    return dataclasses.asdict(compose(DECK, topics, AT_MS, view.lang, view.gates))


def _looks(view: View) -> list[Component]:
    now = theme_of(view.screen, view.theme)
    return [
        *(_link(f"?lang={lang}", say(lang, "gallery.language"), chosen=lang == view.lang) for lang in languages()),
        *(_link(f"?theme={theme}", say(view.lang, f"gallery.theme.{theme}"), chosen=theme == now) for theme in THEMES),
        _link("/gallery", say(view.lang, "gallery.all")),
    ]


def _link(address: str, words: str, *, chosen: bool = False) -> Component:
    more = {"aria_current": "true"} if chosen else {}
    return element("A", "gallery-link", words, href=address, **more)


def _piece(piece: Piece, view: View) -> Component:
    return element(
        "Section",
        "gallery-piece",
        [
            element("H2", "gallery-name", say(view.lang, f"gallery.piece.{piece.name}")),
            element("Div", "gallery-states", data_part="states"),
        ],
        data_piece=piece.name,
        data_of=piece.screen,
        data_width=str(piece.width),
        data_height=str(piece.height),
        data_least=str(piece.least),
        data_only=" ".join(sorted(piece.only)),
    )
