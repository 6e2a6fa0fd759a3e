"""A mapping tried on a real payload, live; then saved as a feed that starts without a restart.

Filled by assets/96-mapping-*.js and its neighbours. Nothing is stored by trying.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.desk_table import editor
from layouts.components.element import element, part
from layouts.components.feed_form import feed_form
from layouts.components.screen_head import screen_head
from layouts.components.shell import shell
from layouts.components.tabs import Pane, tabs
from layouts.facts import with_metrics
from layouts.view import View
from layouts.wording import say


def layout(view: View) -> Component:
    """Return the page for a view; only those who answer for the feeds come here."""
    lang = view.lang
    return shell(
        with_metrics(view),
        [
            screen_head(view, say(lang, "mapping.title")),
            element(
                "Div",
                "mapping-split",
                [
                    element("Section", "mapping-side", [_payload(lang), _mapping(lang)]),
                    element(
                        "Section",
                        "mapping-side",
                        tabs(
                            "mapping",
                            [
                                Pane("preview", say(lang, "mapping.tab.preview"), _preview(lang)),
                                Pane("save", say(lang, "mapping.tab.save"), _save(lang)),
                            ],
                            say(lang, "mapping.title"),
                        ),
                    ),
                ],
            ),
        ],
    )


def _payload(lang: str) -> Component:
    return element(
        "Div",
        "mapping-half mapping-payload",
        [
            element(
                "Div",
                "mapping-bar",
                [
                    element("H2", "desk-subtitle", say(lang, "mapping.payload")),
                    part("Span", "file", "desk-sub"),
                    element("Div", "desk-actions", data_part="payload-actions"),
                ],
            ),
            editor("payload", say(lang, "mapping.payload")),
        ],
        data_part="drop",
    )


def _mapping(lang: str) -> Component:
    return element(
        "Div",
        "mapping-half",
        [
            element(
                "Div",
                "mapping-bar",
                [
                    element("H2", "desk-subtitle", say(lang, "mapping.mapping")),
                    part("Span", "of", "desk-sub"),
                    element("Div", "desk-actions", data_part="mapping-actions"),
                ],
            ),
            editor("mapping", say(lang, "mapping.mapping")),
        ],
    )


def _preview(lang: str) -> Component:
    return element(
        "Div",
        "mapping-preview",
        [
            part("P", "trial-error", "desk-error", role="alert"),
            element("P", "desk-hint", say(lang, "mapping.empty"), data_part="trial-hint"),
            element("Div", "desk-trial", data_part="trial", aria_live="polite"),
        ],
    )


def _save(lang: str) -> Component:
    return element(
        "Div", "mapping-preview", [element("P", "desk-hint", say(lang, "mapping.save_hint")), feed_form(lang)]
    )
