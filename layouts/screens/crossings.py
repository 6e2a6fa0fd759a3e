"""Places that a mapping declared: crossings of another border, from a feed or a recorded day played again.

Nothing is known of them beforehand, so the cards are made by assets/80-crossings.js as their first figures come.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.components.screen_head import screen_head
from layouts.components.shell import shell
from layouts.facts import with_metrics
from layouts.view import View
from layouts.wording import say


def layout(view: View) -> Component:
    """Return the screen of crossings for a view."""
    lang = view.lang
    return shell(
        with_metrics(view),
        [
            screen_head(view, say(lang, "crossings.title")),
            part(
                "Div",
                "replay",
                "replay-line",
                [
                    element("Span", "replay-mark", say(lang, "crossings.replay")),
                    element("Span", "", data_part="replay-words"),
                ],
                hidden=True,
            ),
            element("Section", "crossings", [], data_part="crossings"),
            element(
                "Div",
                "crossings-none",
                [
                    element("P", "crossings-none-title", say(lang, "crossings.none"), data_part="none-title"),
                    element("P", "", say(lang, "crossings.none_detail"), data_part="none-detail"),
                ],
                data_part="none",
            ),
        ],
    )
