"""The feed desk: every source with its state and its gaps, what was refused and can be mended, faults of instruments.

Filled by assets/91-feeds-*.js; what people decide here goes through the API and comes back on `/live`. Everybody who
may read sees it; only those who answer for the feeds have buttons.
"""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts.components.desk_table import button, desk_table, editor
from layouts.components.element import element, part
from layouts.components.screen_head import screen_head
from layouts.components.shell import shell
from layouts.components.tabs import Pane, tabs
from layouts.facts import with_metrics
from layouts.view import View
from layouts.wording import say

SOURCE_COLUMNS: Final = ("state", "source", "last", "age", "rate", "delay", "refused", "gaps")
LETTER_COLUMNS: Final = ("pick", "at", "from", "reason", "message", "redriven")
MARK_COLUMNS: Final = ("since", "until", "what", "why", "who", "end")
FAULT_COLUMNS: Final = ("fault", "feed", "value", "began")


def layout(view: View) -> Component:
    """Return the feed desk for a view."""
    lang = view.lang
    return shell(
        with_metrics(view),
        [
            screen_head(view, say(lang, "feeds.title")),
            _sums(view),
            *tabs(
                "feeds",
                [
                    Pane("sources", say(lang, "feeds.tab.sources"), _sources(lang)),
                    Pane("letters", say(lang, "feeds.tab.letters"), _letters(view)),
                    Pane("faults", say(lang, "feeds.tab.faults"), _faults(lang)),
                ],
                say(lang, "feeds.title"),
            ),
        ],
    )


def _table(name: str, columns: tuple[str, ...], lang: str) -> Component:
    titles = {column: say(lang, f"feeds.column.{column}") for column in columns}
    return desk_table(name, titles, say(lang, f"feeds.tab.{name}"))


def _sums(view: View) -> Component:
    lang = view.lang
    links = [element("A", "button", say(lang, "feeds.new"), href="/mapping")] if view.can_judge else []
    return element(
        "Section",
        "desk-sums",
        [
            element("Ul", "desk-counts", data_part="counts", aria_label=say(lang, "feeds.counts")),
            element("P", "desk-lag", data_part="lag"),
            *links,
        ],
    )


def _sources(lang: str) -> Component:
    return element(
        "Div",
        "desk-split",
        [
            element(
                "Section",
                "desk-list",
                [
                    _table("sources", SOURCE_COLUMNS, lang),
                    element(
                        "P",
                        "strip-legend",
                        [
                            element(
                                "Span",
                                "",
                                [element("I", f"strip-key strip-key-{kind}"), say(lang, f"feeds.strip.{kind}")],
                            )
                            for kind in ("told", "partly", "silent", "unknown")
                        ],
                    ),
                ],
            ),
            element(
                "Aside",
                "desk-detail",
                [
                    element(
                        "Div",
                        "desk-detail-head",
                        [
                            element("Span", "icon", data_part="detail-icon", aria_hidden="true"),
                            element("H2", "desk-detail-title", data_part="detail-title"),
                        ],
                    ),
                    element("P", "desk-detail-meta", data_part="detail-meta"),
                    part("P", "detail-error", "desk-error", role="alert"),
                    element("Div", "desk-actions", data_part="detail-actions"),
                    element("Div", "desk-strips", data_part="detail-strips"),
                    element("Dl", "desk-facts", data_part="detail-facts"),
                    element("Div", "", data_part="detail-more"),
                ],
                data_part="detail",
                aria_label=say(lang, "feeds.detail"),
                hidden=True,
            ),
        ],
    )


def _letters(view: View) -> Component:
    lang = view.lang
    mending = [
        element("H3", "desk-label", say(lang, "feeds.letter.mapping"), data_part="letter-mapping-title"),
        editor("letter-mapping", say(lang, "feeds.letter.mapping")),
        part("P", "letter-error", "desk-error", role="alert"),
        element(
            "Div",
            "desk-actions",
            [
                button("letter-redrive", say(lang, "feeds.letter.redrive"), "is-main"),
                button("letter-save", say(lang, "feeds.letter.save")),
                button("letter-all", say(lang, "feeds.letter.redrive_all")),
            ],
            data_part="letter-actions",
        ),
        element("Div", "desk-trial", data_part="letter-trial", aria_live="polite"),
    ]
    return element(
        "Div",
        "desk-split",
        [
            element(
                "Section",
                "desk-list",
                [
                    element("Form", "desk-filters", data_part="letters-filters"),
                    _table("letters", LETTER_COLUMNS, lang),
                    element("Div", "desk-actions", data_part="letters-actions"),
                ],
            ),
            element(
                "Aside",
                "desk-detail",
                [
                    element("H2", "desk-detail-title", data_part="letter-title"),
                    element("P", "desk-detail-meta", data_part="letter-meta"),
                    element("P", "desk-said", data_part="letter-message"),
                    element("H3", "desk-label", say(lang, "feeds.letter.payload")),
                    element("Pre", "desk-payload", data_part="letter-payload", tabIndex="0"),
                    *(mending if view.can_judge else []),
                ],
                data_part="letter",
                aria_label=say(lang, "feeds.letter.detail"),
                hidden=True,
            ),
        ],
    )


def _faults(lang: str) -> Component:
    return element(
        "Div",
        "desk-columns",
        [
            element(
                "Section",
                "desk-list",
                [
                    element("H2", "desk-subtitle", say(lang, "feeds.faults.technical")),
                    element("P", "desk-hint", say(lang, "feeds.faults.technical_hint")),
                    _table("faults", FAULT_COLUMNS, lang),
                    element("P", "desk-hint", data_part="world"),
                ],
            ),
            element(
                "Section",
                "desk-list",
                [
                    element("H2", "desk-subtitle", say(lang, "feeds.faults.marks")),
                    element("P", "desk-hint", say(lang, "feeds.faults.marks_hint")),
                    _table("marks", MARK_COLUMNS, lang),
                    element("H2", "desk-subtitle", say(lang, "feeds.faults.journal")),
                    element("Ol", "desk-journal", data_part="journal", tabIndex="0"),
                ],
            ),
        ],
    )
