"""The duty screen's right side: one alert in full, the last two hours of its figure, and what one may do about it."""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts import ids
from layouts.components.element import element, part
from layouts.view import View
from layouts.wording import say

FIGURES: Final = ("value", "limit", "since", "respond")
TEXTS: Final = ("response", "cause", "consequence", "owner")
ACTIONS: Final = (("ack", "A"), ("unack", "U"), ("note", "N"))


def alert_detail(view: View) -> Component:
    """Return the panel; buttons are there only for those who may use them."""
    lang = view.lang
    return element(
        "Section",
        "detail",
        [
            element(
                "Div",
                "detail-head",
                [
                    element("Span", "icon", data_part="icon", aria_hidden="true"),
                    element("H2", "detail-title", data_part="title-text"),
                ],
            ),
            element("P", "detail-meta", data_part="meta"),
            part("Span", "simulated", "detail-sim", say(lang, "sim.mark"), hidden=True),
            _chart(lang),
            element("Dl", "detail-figures", [_figure(name, lang) for name in FIGURES]),
            *([_actions(lang), _form(lang)] if view.can_acknowledge else []),
            part("P", "error", "detail-error", role="alert"),
            part(
                "Div",
                "said",
                "detail-said",
                [
                    element("Span", "detail-label", data_part="said-who"),
                    element("P", "", data_part="said-text"),
                ],
                hidden=True,
            ),
            element("Dl", "detail-texts", [_text(name, lang) for name in ("where", *TEXTS)]),
        ],
        id=ids.DUTY_DETAIL,
        aria_label=say(lang, "duty.detail"),
        hidden=True,
    )


def _chart(lang: str) -> Component:
    return element(
        "Figure",
        "detail-chart",
        [
            element("Figcaption", "detail-label", data_part="chart-title"),
            element("Div", "detail-line", data_part="chart", role="img", aria_label=say(lang, "duty.chart")),
            part("P", "chart-empty", "detail-empty"),
        ],
    )


def _figure(name: str, lang: str) -> Component:
    return element(
        "Div",
        "detail-figure",
        [
            element("Dt", "detail-label", say(lang, f"duty.figure.{name}"), data_part="figure-name"),
            element("Dd", "detail-value", data_part=f"figure-{name}"),
        ],
        data_figure=name,
        hidden=True,
    )


def _actions(lang: str) -> Component:
    buttons = [
        element(
            "Button",
            "button",
            [say(lang, f"duty.action.{name}"), element("Kbd", "key", key, aria_hidden="true")],
            type="button",
            data_action=name,
            hidden=True,
        )
        for name, key in ACTIONS
    ]
    return element("Div", "detail-actions", buttons, data_part="actions")


def _form(lang: str) -> Component:
    return element(
        "Form",
        "detail-form",
        [
            element("Label", "detail-label", data_part="form-label", htmlFor=ids.DUTY_NOTE),
            # The form is the script's own: Dash would draw the area anew while somebody writes.
            element("Div", "", data_part="form-area"),
            element(
                "Div",
                "detail-actions",
                [
                    element("Button", "button is-main", data_part="form-send", type="submit"),
                    element(
                        "Button",
                        "button",
                        [say(lang, "duty.cancel"), element("Kbd", "key", "Esc", aria_hidden="true")],
                        data_part="form-cancel",
                        type="button",
                    ),
                ],
            ),
        ],
        data_part="form",
        hidden=True,
    )


def _text(name: str, lang: str) -> Component:
    return element(
        "Div",
        "detail-text",
        [element("Dt", "detail-label", say(lang, f"duty.text.{name}")), element("Dd", "", data_part=f"text-{name}")],
        hidden=True,
    )
