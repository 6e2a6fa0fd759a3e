"""The head of tablet, duty, briefing and crossings: title, simulation mark, age of the data, time on both sides.

Its parts carry the names that assets/30-heartbeat.js and 35-screen.js fill.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.ask_bar import ask_button
from layouts.components.element import element, part
from layouts.view import View
from layouts.wording import say


def screen_head(view: View, title: str) -> Component:
    """Return the head with the title given; the signs of life come by themselves."""
    lang = view.lang
    return element(
        "Header",
        "head",
        [
            element("Div", "head-title", element("H1", "head-name", title), data_part="title"),
            notice(),
            sim_mark(lang),
            element(
                "Div",
                "head-pulse",
                [
                    element("Span", "head-beat", data_part="pulse", aria_hidden="true"),
                    element("Span", "", say(lang, "live.connecting"), data_part="freshness"),
                    part("Span", "sources"),
                ],
                data_part="pulse-box",
            ),
            _clock("hanoi", lang),
            _clock("beijing", lang),
            _who(view),
            ask_button(lang),
            help_button(lang),
            element("A", "head-link", say(lang, "head.screens"), href="/"),
        ],
    )


def help_button(lang: str) -> Component:
    """Return the button that opens the screen's help (assets/37-help.js)."""
    return element(
        "Button",
        "head-help",
        element("Span", "icon", data_icon="help", aria_hidden="true"),
        type="button",
        data_part="help",
        aria_label=say(lang, "help.open"),
        title=say(lang, "help.open"),
    )


def notice() -> Component:
    """Return the place of the sentence about the line to the server, hidden while all is well."""
    return part(
        "Div",
        "notice",
        "head-notice",
        [element("Span", "icon", data_icon="lost", aria_hidden="true"), element("Span", "", data_part="notice-text")],
        hidden=True,
        role="status",
    )


def sim_mark(lang: str) -> Component:
    """Return the mark of simulated figures, hidden until one is on the screen."""
    return part(
        "Div",
        "sim",
        "head-sim",
        element(
            "Span",
            "",
            [
                say(lang, "sim.mark"),
                part("Span", "sim-partly", "", say(lang, "sim.partly"), hidden=True),
                part("Span", "sim-scenario", "", hidden=True),
            ],
        ),
        hidden=True,
    )


def _who(view: View) -> Component:
    return part("Span", "who", "head-who", view.user_name, hidden=not view.user_name)


def _clock(zone: str, lang: str) -> Component:
    return element(
        "Div",
        f"head-clock head-clock-{zone}",
        [element("Span", "head-time", data_part=f"clock-{zone}"), element("Span", "", say(lang, f"zone.{zone}"))],
    )
