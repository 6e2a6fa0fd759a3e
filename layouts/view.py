"""What a screen is told when it is drawn: who looks, in which language, and the facts that do not change.

Live figures are not here: they come through `/live` and are put in by the scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Bounds = tuple[tuple[float, float], tuple[float, float]]
"""South-west and north-east corner as (latitude, longitude), the order Leaflet expects."""

Theme = Literal["dark", "light"]

THEMES: Final[tuple[Theme, ...]] = ("dark", "light")


@dataclass(frozen=True, slots=True)
class GateView:
    """A gate with a card of its own.

    Attributes:
        id: canonical id, for instance `tan-thanh`.
        name_vi: Vietnamese name.
        name_en: English name.
        markers: border markers of its freight route, "" when it has none.
        mode: what passes there.
    """

    id: str
    name_vi: str
    name_en: str
    markers: str = ""
    mode: Literal["road", "rail"] = "road"


TRAFFIC_GATES: Final[tuple[GateView, ...]] = (
    GateView("tan-thanh", "Tân Thanh", "Tan Thanh", "1088/2–1089"),
    GateView("huu-nghi", "Hữu Nghị", "Huu Nghi", "1119–1120"),
    GateView("chi-ma", "Chi Ma", "Chi Ma", "1223–1224"),
    GateView("coc-nam", "Cốc Nam", "Coc Nam", "1104–1105"),
    GateView("dong-dang", "Ga Đồng Đăng", "Dong Dang rail", "", "rail"),
)
"""The five gates with traffic, the historically worst first. Source: domain facts §2."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything a screen's layout may depend on.

    Attributes:
        screen: `wall`, `tablet`, `duty`, `briefing`, `crossings`, `feeds` or `mapping`.
        lang: language of the catalogue, `vi` or `en`.
        theme: token set; None takes the screen's own (dark for wall and duty, light for tablet and briefing).
        user_name: who is signed in, "" for a kiosk.
        role: `viewer`, `leader`, `duty`, `supervisor` or `admin`.
        can_acknowledge: whether the role may acknowledge alerts and write notes.
        can_judge: whether the role answers for the feeds: pauses them, mends mappings, marks faults of instruments.
        can_present: whether the role may freeze a moment, share and export it, and write a note to the duty desk.
        csrf: token that forms send back, "" when the page has none.
        layers: address of each map layer by name.
        gates: gates that get a card, in the order of the cards.
        province_bounds: corners of the province.
        inset_bounds: corners of the border corridor.
        attribution: whom the map's data is owed to.
        schematic: whether the boundaries are ours and not official.
        live_url: path of the live socket.
        facts: further plain facts a screen may show; JSON values only.
    """

    screen: str
    lang: str = "vi"
    theme: Theme | None = None
    user_name: str = ""
    role: str = "viewer"
    can_acknowledge: bool = False
    can_judge: bool = False
    can_present: bool = False
    csrf: str = ""
    layers: Mapping[str, str] = field(default_factory=dict)
    gates: tuple[GateView, ...] = TRAFFIC_GATES
    province_bounds: Bounds = ((21.32, 106.09), (22.46, 107.37))
    inset_bounds: Bounds = ((21.925, 106.635), (22.045, 106.755))
    attribution: str = "© OpenStreetMap contributors"
    schematic: bool = True
    live_url: str = "/live"
    facts: Mapping[str, object] = field(default_factory=dict)
