"""One line of a benchmark's report."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """A figure, the floor it is measured against, and the goal.

    Attributes:
        name: what was measured.
        value: the figure (a ratio where there is a floor).
        unit: its unit, `×` or `%` for ratios.
        goal: the promise, in words.
        detail: floor, spread, sizes.
    """

    name: str
    value: float
    unit: str
    goal: str
    detail: str = ""

    def as_json(self) -> dict[str, object]:
        """Return it as a JSON-ready dict."""
        return asdict(self)


def percentile(values: list[float], share: float) -> float:
    """Return a percentile by nearest rank; NaN for no values."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: list[float]) -> str:
    """Return median and range in words."""
    return f"median {median(values):.3g}, {min(values):.3g}–{max(values):.3g} over {len(values)} runs"
