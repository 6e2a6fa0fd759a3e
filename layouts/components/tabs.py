"""Tabs: buttons of which one is pressed, and the pane it belongs to; assets/90-desk-tabs.js turns them.

Not Bootstrap's: those of dash-bootstrap-components 2.0.4 give every tab the same id and take all of them out of the
order of Tab, so that a keyboard cannot reach them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from layouts.components.element import element


@dataclass(frozen=True, slots=True)
class Pane:
    """One tab: its name (the scripts' and the address's), what stands on it, and what is behind it."""

    name: str
    label: str
    children: Component


def tabs(name: str, panes: Sequence[Pane], label: str) -> list[Component]:
    """Return the row of tabs and its panes, the first one open.

    Args:
        name: begins the ids, `<name>-tab-<pane>` and `<name>-pane-<pane>`.
        panes: in their order.
        label: what the row is, for those who cannot see it.
    """
    row = [
        element(
            "Button",
            "nav-link",
            pane.label,
            type="button",
            role="tab",
            id=f"{name}-tab-{pane.name}",
            tabIndex="0" if pane is panes[0] else "-1",
            data_tab=pane.name,
            aria_controls=f"{name}-pane-{pane.name}",
            aria_selected="true" if pane is panes[0] else "false",
        )
        for pane in panes
    ]
    bodies = [
        element(
            "Section",
            "tab-pane",
            pane.children,
            id=f"{name}-pane-{pane.name}",
            role="tabpanel",
            data_pane=pane.name,
            aria_labelledby=f"{name}-tab-{pane.name}",
            hidden=pane is not panes[0],
        )
        for pane in panes
    ]
    return [
        element("Div", "nav-tabs", row, role="tablist", aria_label=label),
        element("Div", "tab-content", bodies),
    ]
