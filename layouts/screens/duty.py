"""The duty officer's screen: every live alert in a table, one of them in full, and acknowledging it by key or button.

Filled by assets/60-duty.js and its neighbours. Sound, shelving and hand-over are not here.
"""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts.components.alert_detail import alert_detail
from layouts.components.alert_table import alert_counts, alert_table
from layouts.components.duty_notes import duty_notes
from layouts.components.element import element
from layouts.components.screen_head import screen_head
from layouts.components.shell import shell
from layouts.facts import with_metrics
from layouts.view import View
from layouts.wording import say

KEYS: Final = ((("J", "K"), "move"), (("A",), "ack"), (("U",), "unack"), (("N",), "note"), (("L",), "notes"))
READERS_KEYS: Final = KEYS[:1]


def layout(view: View) -> Component:
    """Return the duty screen for a view; who may not acknowledge sees no button and no key for it."""
    lang = view.lang
    return shell(
        with_metrics(view),
        [
            screen_head(view, say(lang, "duty.title")),
            element("Section", "duty-list", [alert_counts(lang), duty_notes(view), alert_table(lang)]),
            alert_detail(view),
            _keys(lang, may=view.can_acknowledge),
        ],
    )


def _keys(lang: str, *, may: bool) -> Component:
    shown = KEYS if may else READERS_KEYS
    children: list[Component] = [
        element(
            "Span",
            "key-word",
            [*(element("Kbd", "key", key) for key in keys), say(lang, f"duty.key.{name}")],
        )
        for keys, name in shown
    ]
    if not may:
        children.append(element("Span", "key-word", say(lang, "duty.reading_only")))
    return element("Footer", "duty-keys", children)
