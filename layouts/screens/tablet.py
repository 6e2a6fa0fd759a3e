"""The tablet: in ten seconds whether anything is wrong, where, and whether somebody is on it; then deeper by touch.

For fingers and for lines that drop: nothing needs a pointer, every target is 44 px, every figure says how old it is.
Each page has an address (`#/gate/tan-thanh`), so that going back, a bookmark and a shared link work. The frames stand
here; assets/5x-tablet-*.js fill them.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.components.sheet import sheet
from layouts.components.shell import shell
from layouts.components.tablet_communes import network_page, services_page
from layouts.components.tablet_gate import gate_page
from layouts.components.tablet_head import tablet_head
from layouts.components.tablet_nav import tablet_nav
from layouts.components.tablet_now import now_page
from layouts.components.tablet_programme import alerts_page, programme_page
from layouts.facts import with_metrics
from layouts.view import View


def layout(view: View) -> Component:
    """Return the tablet's screen for a view."""
    lang = view.lang
    pages = [
        now_page(view),
        gate_page(view),
        services_page(lang),
        network_page(lang),
        programme_page(lang),
        alerts_page(lang),
    ]
    return shell(
        with_metrics(view),
        [
            tablet_head(view),
            part("P", "pull", "pull", role="status"),
            element("Div", "tablet-pages", pages, data_part="pages"),
            sheet(view),
            tablet_nav(lang),
        ],
    )
