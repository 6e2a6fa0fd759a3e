"""Manual entry: an officer's figures where a feed is dead or does not exist, in two touches.

A tile a gate, those whose feeds are dead first; then dossiers and the targets of the programme; then what was
entered and is still valid. Filled by assets/9x-entry-*.js. What is entered comes back on `/live` like any reading,
with its author and its age.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from dash.development.base_component import Component

from feeds.manual import ENTERABLE
from layouts.components.element import element, part
from layouts.components.screen_head import screen_head
from layouts.components.shell import shell
from layouts.facts import with_metrics
from layouts.view import View
from layouts.wording import say


def layout(view: View) -> Component:
    """Return the screen of manual entry for a view."""
    lang = view.lang
    return shell(
        _with_facts(view),
        [
            screen_head(view, say(lang, "entry.title")),
            part("Div", "told", "entry-told", hidden=True, role="status", aria_live="polite"),
            element(
                "Section",
                "entry-section",
                [
                    element("H2", "entry-title", say(lang, "entry.gates"), id="entry-gates-title"),
                    element("P", "entry-hint", say(lang, "entry.gates_hint")),
                    element("Div", "entry-tiles", [], data_part="tiles"),
                ],
                aria_labelledby="entry-gates-title",
            ),
            element(
                "Section",
                "entry-section",
                [
                    element("H2", "entry-title", say(lang, "entry.services"), id="entry-services-title"),
                    element("Div", "entry-forms", [], data_part="forms"),
                ],
                aria_labelledby="entry-services-title",
            ),
            element(
                "Section",
                "entry-section",
                [
                    element("H2", "entry-title", say(lang, "entry.targets"), id="entry-targets-title"),
                    element("P", "entry-hint", say(lang, "entry.targets_hint")),
                    element("Div", "entry-tiles", [], data_part="targets"),
                ],
                aria_labelledby="entry-targets-title",
            ),
            element(
                "Section",
                "entry-section",
                [
                    element("H2", "entry-title", say(lang, "entry.valid"), id="entry-valid-title"),
                    element("P", "entry-hint", say(lang, "entry.valid_none"), data_part="valid-none"),
                    element("Ul", "entry-list", [], data_part="valid"),
                ],
                aria_labelledby="entry-valid-title",
            ),
        ],
    )


def _with_facts(view: View) -> View:
    """Return the view with what may be entered, and for how long; the targets come with the topic `programme`."""
    named = with_metrics(view)
    return dataclasses.replace(named, facts={**named.facts, **offers()})


def offers() -> dict[str, Any]:
    """Return the facts a page with forms of entry needs: metric → usual and longest validity in seconds, its dims."""
    return {
        "enterable": {
            name: {"usual_s": one.usual_s, "longest_s": one.longest_s, "dims": dict(one.dims)}
            for name, one in ENTERABLE.items()
        }
    }
