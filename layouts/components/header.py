"""The wall's head: whose screen it is, whether it is simulated, how old the data is, the time on both sides."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.wording import say


def header(lang: str) -> Component:
    """Return the head line with the heartbeat below it."""
    return element(
        "Header",
        "wall-head",
        [
            element(
                "Div",
                "wall-title",
                [
                    element(
                        "H1",
                        "wall-name",
                        [
                            element("Span", "wall-name-long", say(lang, "app.name")),
                            element("Span", "wall-name-short", say(lang, "app.short"), aria_hidden="true"),
                        ],
                    ),
                    part("Span", "scene", "wall-scene-name"),
                ],
                data_part="title",
            ),
            part(
                "Div",
                "notice",
                "wall-notice",
                [
                    element("Span", "icon", data_icon="lost", aria_hidden="true"),
                    element("Span", "", data_part="notice-text"),
                ],
                hidden=True,
                role="status",
            ),
            part(
                "Div",
                "sim",
                "sim-mark",
                element(
                    "Span",
                    "",
                    [
                        say(lang, "sim.mark"),
                        part("Span", "sim-partly", "sim-partly", say(lang, "sim.partly"), hidden=True),
                        part("Span", "sim-scenario", "sim-scenario", hidden=True),
                    ],
                ),
                hidden=True,
            ),
            element(
                "Div",
                "wall-pulse",
                [
                    element("Span", "pulse", data_part="pulse", aria_hidden="true"),
                    element(
                        "Span",
                        "pulse-words",
                        [
                            element("Span", "near", say(lang, "live.connecting"), data_part="freshness"),
                            part("Span", "sources", "near"),
                        ],
                    ),
                ],
            ),
            _clock("hanoi", lang),
            _clock("beijing", lang),
            element("Div", "beat", element("Span", "beat-mark", data_part="beat"), aria_hidden="true"),
        ],
    )


def _clock(zone: str, lang: str) -> Component:
    return element(
        "Div",
        f"clock clock-{zone}",
        [
            element("Span", "clock-time", data_part=f"clock-{zone}"),
            element("Span", "near clock-zone", say(lang, f"zone.{zone}")),
        ],
    )
