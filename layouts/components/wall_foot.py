"""The wall's last line: rotation, the instant on show, the panel, and the code of this view. For who walks up."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.wording import say


def wall_foot(lang: str) -> Component:
    """Return the line; filled by assets/43-wall-foot.js."""
    return element(
        "Footer",
        "wall-foot",
        [
            part("Span", "turns", "foot-turns", hidden=True),
            element(
                "Span",
                "foot-sign",
                [
                    element("Span", "icon", data_part="sign-icon", aria_hidden="true"),
                    part("Span", "sign-text"),
                ],
                data_part="sign",
            ),
            part("Span", "instant", "foot-instant"),
            part("Span", "panel", "foot-panel"),
            part(
                "Span",
                "code-box",
                "foot-code",
                [element("Span", "", say(lang, "foot.code")), element("Span", "foot-letters", data_part="code")],
                hidden=True,
            ),
        ],
    )
