"""Figures out of the picture of all topics: by path, with their freshness; and several of them together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from feeds.freshness import Freshness, age_s, freshness_of, freshness_until


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure with where it comes from.

    Attributes:
        value: the number.
        at: when its source saw it.
        source: who says so; several are joined by `+`.
        simulated: whether any of it is not the real world.
        quality: as the reading says.
        cadence_s: how often its source speaks; None where the figure is of a past time.
        until: until when an entry made by hand speaks.
        by: who entered it.
    """

    value: float
    at: datetime
    source: str
    simulated: bool
    quality: str = "good"
    cadence_s: float | None = None
    until: datetime | None = None
    by: str = ""

    def freshness(self, now: datetime) -> Freshness | None:
        """Return how fresh it is, None for a figure of a past time."""
        if self.until is not None:
            return freshness_until(self.until, now)
        if self.cadence_s is None:
            return None
        return freshness_of(age_s(self.at, now), self.cadence_s)

    def lost(self, now: datetime) -> bool:
        """Tell whether it is too old to stand for the present."""
        return self.freshness(now) is Freshness.LOST


def at_path(topics: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 (what a topic holds is JSON)
    """Return what stands at a path (topic first, parts by `/`), None where nothing does."""
    node: Any = topics
    for part in path.split("/"):
        if not isinstance(node, Mapping):
            return None
        node = node.get(part)
    return node


def cell_of(raw: Any) -> Cell | None:  # noqa: ANN401 (what a topic holds is JSON)
    """Return a cell of a topic, None where it holds no number."""
    if not isinstance(raw, Mapping) or raw.get("v") is None:
        return None
    return Cell(
        float(raw["v"]),
        datetime.fromtimestamp(raw["at"] / 1000, UTC),
        str(raw.get("src", "")),
        bool(raw.get("sim")),
        str(raw.get("q", "good")),
        float(raw.get("cad") or 0) or None,
        datetime.fromtimestamp(raw["until"] / 1000, UTC) if raw.get("until") else None,
        str(raw.get("by", "")),
    )


def cell_at(topics: Mapping[str, Any], path: str) -> Cell | None:
    """Return the figure at a path, None where there is no number."""
    return cell_of(at_path(topics, path))


def summed(cells: Sequence[Cell]) -> Cell:
    """Return the sum of figures: as old as the oldest part, simulated when any part is."""
    oldest = min(cells, key=lambda cell: cell.at)
    cadences = [cell.cadence_s for cell in cells if cell.cadence_s is not None]
    return Cell(
        sum(cell.value for cell in cells),
        oldest.at,
        "+".join(sorted({source for cell in cells for source in cell.source.split("+")})),
        any(cell.simulated for cell in cells),
        next((cell.quality for cell in cells if cell.quality != "good"), "good"),
        max(cadences, default=None),
        min((cell.until for cell in cells if cell.until is not None), default=None),
        ", ".join(sorted({cell.by for cell in cells if cell.by})),
    )


def together(cells: Iterable[Cell | None]) -> Cell | None:
    """Return the sum of figures, None unless every one is there: a part never passes for the whole."""
    held = list(cells)
    whole = [cell for cell in held if cell is not None]
    return summed(whole) if whole and len(whole) == len(held) else None
