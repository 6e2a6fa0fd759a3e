"""The ids of elements that another part of the house has to find, `screen-part-role`.

Everything else is found by `data-part` inside its component.
"""

from __future__ import annotations

from typing import Final

PAGE_DATA: Final = "lso-page"
"""The JSON the scripts read; 00-lso.js writes this id too."""

WALL: Final = "wall"
WALL_MAP: Final = "wall-map-province"
WALL_INSET: Final = "wall-map-inset"


def wall_gate(gate_id: str) -> str:
    """Return the id of a gate's card on the wall."""
    return f"wall-gate-{gate_id}"


def wall_trend(gate_id: str) -> str:
    """Return the id of a gate's 24-hour trend on the wall."""
    return f"wall-trend-{gate_id}"


DUTY_TABLE: Final = "duty-alerts-table"
DUTY_DETAIL: Final = "duty-alert-detail"
DUTY_NOTE: Final = "duty-note-text"
TABLET_MAP: Final = "tablet-map-province"
TABLET_INSET: Final = "tablet-map-inset"
TABLET_SHEET: Final = "tablet-sheet-title"


def mapping_field(name: str) -> str:
    """Return the id of a control of the form that declares a feed."""
    return f"mapping-field-{name}"
