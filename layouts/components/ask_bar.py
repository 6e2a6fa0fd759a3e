"""The button that opens search and ask; the bar itself is made by assets/39-ask-bar.js when it is opened."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, icon
from layouts.wording import say


def ask_button(lang: str) -> Component:
    """Return the button: an icon with its name for a reader; `/` and Ctrl-K do the same."""
    return element(
        "Button",
        "ask-button",
        [icon("search")],
        type="button",
        title=f"{say(lang, 'ask.open')} ( / )",
        aria_label=say(lang, "ask.open"),
        data_ask_open="1",
    )
