"""The eight clearance steps of one gate as a flow: how many vehicles stand in each, and how long each takes."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from feeds.model import STEPS
from layouts.components.element import element, part
from layouts.wording import say

PARTS: Final = ("bar", "queue", "median")


def steps_flow(lang: str) -> Component:
    """Return the eight steps in their order, empty until the live data arrives."""
    return element(
        "Section",
        "panel steps",
        [
            element(
                "Div",
                "panel-head",
                [
                    part("H2", "title", "panel-title", say(lang, "steps.empty")),
                    element(
                        "Span",
                        "panel-note",
                        [element("Span", "icon", data_part="note-icon", aria_hidden="true"), part("Span", "note")],
                    ),
                ],
            ),
            element("Ol", "steps-list", [_step(step, lang) for step in STEPS], data_part="list", hidden=True),
        ],
        data_panel="steps",
    )


def _step(step: str, lang: str) -> Component:
    return element(
        "Li",
        "step",
        [
            element("Span", "step-room", element("Span", "step-bar", data_part="bar")),
            element("Span", "step-queue", data_part="queue"),
            element("Span", "step-name", say(lang, f"step.{step}")),
            element("Span", "step-median", data_part="median"),
        ],
        data_step=step,
    )
