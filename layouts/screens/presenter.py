"""The presenter's window: the slide that is shown, the one that comes next, what to say, the time, and the controls.

It stands on a second monitor. Slide and moment are the same as in the audience's window and at the followers'.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.components.screen_head import notice
from layouts.components.shell import shell
from layouts.view import View
from layouts.wording import say


def layout(view: View) -> Component:
    """Return the presenter's window for a view."""
    lang = view.lang
    return shell(
        view,
        [
            element(
                "Header",
                "pres-head",
                [
                    element("H1", "pres-title", say(lang, "presenter.title"), data_part="title"),
                    notice(),
                    part("P", "instant", "pres-instant"),
                    _clock(lang, "clock-hanoi", "presenter.clock"),
                    _clock(lang, "elapsed", "presenter.elapsed"),
                    _button("restart", say(lang, "presenter.restart")),
                ],
            ),
            element(
                "Section",
                "pres-now",
                [
                    # The audience sees the light theme unless it asked otherwise: so does the preview.
                    element("Div", "slide-holder pres-stage", [], data_part="stage", data_theme="light"),
                    element(
                        "Div",
                        "pres-controls",
                        [
                            _button("previous", "‹ " + say(lang, "briefing.previous")),
                            element("P", "pres-page", "", data_part="page", aria_live="polite"),
                            _button("next", say(lang, "briefing.next") + " ›"),
                            _button("freeze", say(lang, "briefing.freeze_first")),
                            _button("go-live", say(lang, "briefing.go_live")),
                            _button("audience", say(lang, "presenter.audience")),
                        ],
                    ),
                ],
                aria_label=say(lang, "presenter.now"),
            ),
            element(
                "Section",
                "pres-side",
                [
                    element(
                        "Div",
                        "pres-next",
                        [
                            element("H2", "pres-section", say(lang, "presenter.next")),
                            element("Div", "slide-holder pres-preview", [], data_part="preview", data_theme="light"),
                            part("P", "last", "pres-last"),
                        ],
                    ),
                    element(
                        "Div",
                        "pres-notes",
                        [
                            element("H2", "pres-section", say(lang, "presenter.notes")),
                            # Reached by the keyboard, since it scrolls.
                            element("Div", "pres-notes-text", "", data_part="notes", tabIndex="0"),
                        ],
                    ),
                    element(
                        "Div",
                        "pres-follow",
                        [
                            element("H2", "pres-section", say(lang, "briefing.followers")),
                            element("Div", "pres-follow-body", [], data_part="follow"),
                            part("P", "sent", "pres-sent", role="status"),
                        ],
                    ),
                ],
            ),
        ],
    )


def _clock(lang: str, name: str, label: str) -> Component:
    return element(
        "P",
        "pres-clock",
        [element("Span", "pres-clock-label", say(lang, label)), element("Span", "pres-clock-time", "", data_part=name)],
    )


def _button(name: str, label: str) -> Component:
    return element("Button", "brief-action", label, type="button", data_part=name)
