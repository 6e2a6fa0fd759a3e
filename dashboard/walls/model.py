"""What config/screens.yaml says: walls, their panels, and the scenes a panel takes turns with.

A wall is a set of panels that hang beside each other and show the same instant; a panel is one display with an address
of its own, `/wall/<panel>`. The panel `main` is also `/wall`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from layouts.scenes import SCENES

MAIN: Final = "main"
"""The panel that `/wall` shows."""
SETTINGS: Final[Mapping[str, frozenset[str]]] = {"gate": frozenset({"gate"})}
"""Scene → the settings it takes beside `scene` and `dwell_s`; any other scene takes none."""
WORST: Final = "worst"
"""The gate that needs it most, whichever it is."""


class SceneTurn(msgspec.Struct, frozen=True):
    """One scene in the rotation of a panel.

    Attributes:
        scene: one of `layouts.scenes.SCENES`.
        dwell_s: how long it stays, 5 to 3,600 s.
        settings: what else its entry says, for instance `{"gate": "worst"}`.
    """

    scene: str
    dwell_s: float
    settings: dict[str, str] = {}


class Panel(msgspec.Struct, frozen=True):
    """One display.

    Attributes:
        id: last part of its address.
        name_vi: how it is called in the room.
        name_en: the same in English.
        diagonal_in: size of the picture in inches.
        distance_m: from the picture to the farthest seat, in metres.
        width_px: width of the picture in device pixels; None: as the browser says.
        height_px: height likewise.
        hold: whether it leaves its rotation for an unacknowledged critical alert.
        scenes: its rotation; one scene alone stays.
    """

    id: str
    name_vi: str
    name_en: str
    diagonal_in: float
    distance_m: float
    scenes: tuple[SceneTurn, ...]
    width_px: int | None = None
    height_px: int | None = None
    hold: bool = True


class Wall(msgspec.Struct, frozen=True):
    """Panels that show the same instant and turn together.

    Attributes:
        id: name in the file.
        name_vi: how the wall is called.
        name_en: the same in English.
        panels: from left to right.
    """

    id: str
    name_vi: str
    name_en: str
    panels: tuple[Panel, ...]


class Walls(msgspec.Struct, frozen=True):
    """Everything config/screens.yaml says.

    Attributes:
        walls: in the order of the file.
        reload_at: Hanoi time at which a healthy panel loads itself anew, "" for never.
        journal_days: how long what panels reported is kept.
    """

    walls: tuple[Wall, ...]
    reload_at: str = "03:30"
    journal_days: int = 90

    def panels(self) -> dict[str, tuple[Wall, Panel]]:
        """Return every panel by its id, with its wall."""
        return {panel.id: (wall, panel) for wall in self.walls for panel in wall.panels}

    def page_facts(self, codes: Mapping[str, Mapping[str, str]], version: str) -> dict[str, Any]:
        """Return what the wall's scripts are told.

        Args:
            codes: panel → scene, or `gate:<id>`, → code of that view.
            version: of what this process serves.
        """
        panels = {
            name: {
                **msgspec.to_builtins(panel),
                "wall": wall.id,
                # A wall of one panel has nobody to keep step with: it draws at once.
                "together": len(wall.panels) > 1,
                "codes": dict(codes.get(name, {})),
            }
            for name, (wall, panel) in self.panels().items()
        }
        return {"panels": panels, "reload_at": self.reload_at, "version": version}


def _lone() -> Walls:
    turns = [SceneTurn(scene, 120.0 if scene == "overview" else 20.0) for scene in SCENES]
    panel = Panel(MAIN, "Màn hình chính", "Main panel", 75, 4, tuple(turns))
    return Walls((Wall("operations", "Phòng điều hành", "Operations room", (panel,)),))


LONE: Final = _lone()
"""What holds where there is no config/screens.yaml: one panel with every scene."""
