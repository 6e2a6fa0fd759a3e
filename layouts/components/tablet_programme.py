"""The tablet's page of the province's programme, and the list of all alerts.

The targets are drawn by assets/38-programme*.js; 56-tablet-programme.js places them.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, icon
from layouts.components.tablet_card import card, page
from layouts.wording import say


def programme_page(lang: str) -> Component:
    """Return the page of the targets: the list, and one of them in depth."""
    detail = element(
        "Section",
        "card programme-detail",
        [
            element("Button", "button", [icon("back"), say(lang, "tablet.back")], type="button", data_back="1"),
            element("Div", "programme-body", data_part="target"),
        ],
        data_part="detail",
        aria_label=say(lang, "tablet.nav.programme"),
        hidden=True,
    )
    listed = element(
        "Section",
        "programme-list",
        [
            element("Div", "", data_part="targets"),
            element("P", "card card-empty", say(lang, "panel.empty"), data_part="targets-none"),
        ],
        data_part="listed",
        aria_label=say(lang, "tablet.nav.programme"),
    )
    return page("programme", "page-programme", [listed, detail])


def alerts_page(lang: str) -> Component:
    """Return the page of all alerts, in the desk's order."""
    listed = element("Ul", "needs-list", [], data_part="alerts-list")
    none = element("P", "card-empty", say(lang, "alert.waiting"), data_part="alerts-none")
    back = element("Button", "button", [icon("back"), say(lang, "tablet.back")], type="button", data_back="1")
    return page("alerts", "page-alerts", [card("all-alerts", say(lang, "tablet.alerts"), [listed, none], head=[back])])
