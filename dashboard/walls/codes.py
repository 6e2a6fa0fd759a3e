"""Codes of views: three letters by which somebody in front of a panel opens the same view in the hand.

A code is computed from the panel, the scene and, where the scene shows one gate, that gate; so it is the same after any
restart and on every machine with the same configuration.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from dashboard.walls.model import WORST, Walls
from layouts.scenes import SCENES

LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which are read as figures."""
LENGTH: Final = 3


class ViewOf(msgspec.Struct, frozen=True):
    """What a code stands for.

    Attributes:
        code: three letters.
        screen: `wall`.
        panel: id of the panel.
        scene: name of the scene.
        gate: the gate it shows, "" for a scene that is not about one gate, `worst` for whichever needs it most.
        url: address at which exactly this view stays.
    """

    code: str
    screen: str
    panel: str
    scene: str
    gate: str
    url: str


class Views:
    """All codes of a configuration.

    Args:
        walls: the configuration.
        gates: ids of the gates that may be shown.
    """

    def __init__(self, walls: Walls, gates: Iterable[str]) -> None:
        self._by_code: dict[str, ViewOf] = {}
        # In order of the names: which of two that would share a code moves on does not depend on the file's order.
        for panel, scene, gate in sorted(_all(walls, sorted(gates))):
            code = next(code for code in _candidates(f"{panel}/{scene}/{gate}") if code not in self._by_code)
            self._by_code[code] = ViewOf(code, "wall", panel, scene, gate, _url(panel, scene, gate))

    def find(self, code: str) -> ViewOf | None:
        """Return what a code stands for, in capital letters or small ones; None for an unknown one."""
        return self._by_code.get(code.strip().upper())

    def by_panel(self) -> dict[str, dict[str, str]]:
        """Return panel → scene, or `gate:<id>`, → code."""
        told: dict[str, dict[str, str]] = {}
        for code, view in self._by_code.items():
            key = f"{view.scene}:{view.gate}" if view.gate else view.scene
            told.setdefault(view.panel, {})[key] = code
        return told


def views_of(walls: Walls, gates: Iterable[str]) -> Views:
    """Return the codes of a configuration."""
    return Views(walls, gates)


def _all(walls: Walls, gates: list[str]) -> Iterator[tuple[str, str, str]]:
    # Every scene, not only those of the rotation: an alert brings others up, and an address may pin any.
    for panel in walls.panels():
        for scene in SCENES:
            if scene == "gate":
                yield from ((panel, scene, gate) for gate in (WORST, *gates))
            else:
                yield panel, scene, ""


def _candidates(name: str) -> Iterator[str]:
    attempt = 0
    while True:
        number = int.from_bytes(hashlib.sha256(f"{name}/{attempt}".encode()).digest()[:8], "big")
        letters = ""
        for _ in range(LENGTH):
            number, at = divmod(number, len(LETTERS))
            letters += LETTERS[at]
        yield letters
        attempt += 1


def _url(panel: str, scene: str, gate: str) -> str:
    return f"/wall/{panel}?scene={scene}" + (f"&gate={gate}" if gate else "")
