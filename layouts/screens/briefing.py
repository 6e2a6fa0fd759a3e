"""The briefing: a deck of slides, live or of one frozen moment, for video-conferences down to the communes.

Drawn for 1280×720, where nothing is smaller than 26 px and no cited figure than 36; at 640×360 it is exactly half. The
slides come composed from the server; assets/75-briefing.js and its neighbours draw them and let people turn them.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.components.screen_head import notice, sim_mark
from layouts.components.shell import shell
from layouts.view import View
from layouts.wording import say


def layout(view: View) -> Component:
    """Return the briefing for a view; it is empty until the deck has come."""
    lang = view.lang
    return shell(
        view,
        [
            element("Div", "brief-stage slide-holder", [], data_part="stage", aria_live="polite"),
            part("P", "message", "brief-message", say(lang, "briefing.waiting"), role="status"),
            notice(),
            sim_mark(lang),
            part(
                "Nav",
                "nav",
                "brief-nav",
                [
                    _button("previous", "‹", say(lang, "briefing.previous")),
                    _button("next", "›", say(lang, "briefing.next")),
                    element(
                        "Button",
                        "brief-button",
                        say(lang, "briefing.freeze_first"),
                        type="button",
                        data_part="freeze",
                        hidden=True,
                    ),
                    _button("menu", "⋯", say(lang, "briefing.menu")),
                ],
                aria_label=say(lang, "briefing.controls"),
            ),
        ],
    )


def _button(name: str, sign: str, label: str) -> Component:
    return element(
        "Button",
        "brief-button",
        element("Span", "", sign, aria_hidden="true"),
        type="button",
        aria_label=label,
        data_part=name,
    )
