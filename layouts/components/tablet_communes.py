"""The tablet's two pages that go from the province to its communes: public services, and the mobile network.

Filled by assets/54-tablet-services.js and 55-tablet-network.js.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash.development.base_component import Component

from layouts.components.element import element, icon, part
from layouts.components.tablet_card import card, choice, note, page
from layouts.wording import say

SERVICES: Final = ("overdue", "on_time_rate", "online_rate", "received")
"""Figures of the province and orders of the list, what is worst first."""
NETWORK: Final = ("on_air", "availability", "coverage_4g", "coverage_5g_key")
NETWORK_ORDERS: Final = ("silent", "availability", "coverage_4g", "coverage_5g")


def services_page(lang: str) -> Component:
    """Return the page of public services."""
    listed = element("Ol", "commune-list", [], data_part="communes")
    waiting = element("P", "card-empty", say(lang, "panel.empty"), data_part="communes-none")
    orders = choice("order", [(name, say(lang, f"services.{name}")) for name in SERVICES], say(lang, "tablet.order"))
    return page(
        "services",
        "page-split",
        [
            _figures("services", SERVICES, lang),
            _map(lang),
            card("split-list", say(lang, "tablet.communes"), [orders, listed, waiting], head=[note("list-note")]),
            _detail(lang),
        ],
    )


def network_page(lang: str) -> Component:
    """Return the page of the network and of the systems that stand on it."""
    orders = choice(
        "order", [(name, say(lang, f"tablet.network.{name}")) for name in NETWORK_ORDERS], say(lang, "tablet.order")
    )
    listed = element("Ol", "commune-list", [], data_part="communes")
    return page(
        "network",
        "page-split",
        [
            _figures("network", NETWORK, lang),
            _map(lang),
            element(
                "Div",
                "split-list network-lists",
                [
                    _rows("silent", say(lang, "tablet.network.silent"), lang),
                    _rows("stretches", say(lang, "tablet.network.stretches"), lang),
                    _rows("systems", say(lang, "tablet.network.systems"), lang),
                    card("", say(lang, "tablet.communes"), [orders, listed]),
                ],
            ),
            _detail(lang),
        ],
    )


def _figures(name: str, rows: Sequence[str], lang: str) -> Component:
    return element(
        "Section",
        "figures",
        [
            element(
                "Div",
                "figure",
                [
                    element("Span", "figure-name", say(lang, f"{name}.{row}")),
                    element(
                        "Span",
                        "figure-line",
                        [
                            element("Span", "icon", data_part="icon", aria_hidden="true"),
                            element("Span", "figure-value", data_part="value"),
                        ],
                    ),
                    part("Span", "state", "figure-state"),
                ],
                data_row=row,
                hidden=True,
            )
            for row in rows
        ],
        aria_label=say(lang, "tablet.province"),
    )


def _map(lang: str) -> Component:
    return element(
        "Section",
        "card split-map",
        [
            element("Div", "commune-map", data_part="map", role="img"),
            element("P", "map-legend", data_part="legend"),
        ],
        aria_label=say(lang, "map.title"),
    )


def _rows(name: str, title: str, lang: str) -> Component:
    listed = element("Ul", "rows", [], data_part=name)
    none = element("P", "card-empty", say(lang, "panel.empty"), data_part=f"{name}-none")
    return card(f"rows-{name}", title, [listed, none], head=[part("Span", f"{name}-count", "card-note")])


def _detail(lang: str) -> Component:
    return element(
        "Section",
        "card split-detail",
        [
            element(
                "Div",
                "card-head",
                [
                    element("H2", "detail-title", data_part="detail-title", tabIndex="-1"),
                    element("Button", "button", [icon("back"), say(lang, "tablet.back")], type="button", data_back="1"),
                ],
            ),
            element("Dl", "facts", [], data_part="detail-facts"),
            element("H3", "detail-sub", data_part="detail-chart-title", hidden=True),
            element("Div", "detail-chart", data_part="detail-chart", role="img", hidden=True),
            element("Ul", "rows", [], data_part="detail-rows"),
            element("Ul", "needs-list", [], data_part="detail-alerts"),
        ],
        data_part="detail",
        hidden=True,
    )
