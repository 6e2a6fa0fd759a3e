"""The briefing: one frozen moment in large type, for video-conferences down to the communes.

Drawn for 1280×720, where nothing is smaller than 26 px and no cited figure than 32; at 640×360 it is exactly half.
Frozen and filled by assets/70-briefing.js and its neighbours; live data alone changes nothing on it.
"""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.components.screen_head import notice, sim_mark
from layouts.components.shell import shell
from layouts.facts import with_metrics
from layouts.view import View
from layouts.wording import say

SLIDES: Final = ("province", "gate", "reach", "alerts")


def layout(view: View) -> Component:
    """Return the briefing for a view; it is empty until the first moment is frozen."""
    lang = view.lang
    return shell(
        with_metrics(view),
        [
            element(
                "Header",
                "brief-head",
                [
                    element(
                        "Div",
                        "brief-line",
                        [
                            element("H1", "brief-title", say(lang, "briefing.waiting"), data_part="headline"),
                            sim_mark(lang),
                        ],
                    ),
                    part("P", "instant", "brief-instant"),
                ],
            ),
            element(
                "Section",
                "brief-slide",
                [],
                data_part="slide",
                aria_live="polite",
            ),
            _foot(lang),
        ],
    )


def _foot(lang: str) -> Component:
    return element(
        "Footer",
        "brief-foot",
        [
            element(
                "Div",
                "brief-source",
                [part("Span", "title", "brief-from", say(lang, "app.name"), hidden=False), notice()],
            ),
            element(
                "Nav",
                "brief-nav",
                [
                    _button("previous", "‹", say(lang, "briefing.previous")),
                    element("Span", "brief-page", "", data_part="page"),
                    _button("next", "›", say(lang, "briefing.next")),
                    element("Button", "brief-button", say(lang, "briefing.freeze"), type="button", data_part="freeze"),
                ],
                aria_label=say(lang, "briefing.slides"),
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
