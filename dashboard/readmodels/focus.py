"""Which gate needs it most, in which direction, and which step holds it up: three pure rules.

Screens follow these answers, so each rule has a memory of its last answer and leaves it only for something clearly
worse: a wall that jumps between two gates is read by nobody.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

PRIORITIES: Final = ("critical", "high", "medium", "low")
"""Alert priorities, the gravest first. Source: docs/contract-internal.md."""

FLOOR_VEHICLES: Final = 100.0
"""What is usual, and a yard, are taken as at least this when gates are compared: fifty trucks where forty are usual
are no need of the province."""
CLEARLY_MORE: Final = 0.25
CLEARLY_MORE_VEHICLES: Final = 50.0
"""What another gate must have beyond the present one's vehicles too many to take the focus over: a quarter and at
least 50, for the queues of large gates vary by as much on ordinary days (A)."""
FOCUS_HOLD_S: Final = 60.0
"""How long a gate keeps the focus at least, unless a graver alert is raised elsewhere."""
DIRECTION_MARGIN: Final = 1.1
DIRECTION_MARGIN_VEHICLES: Final = 3.0
"""The other direction is shown only when it holds 10 % and three vehicles more."""

ABNORMAL_YARD_FACTOR: Final = 1.25
"""A queue is abnormal a quarter beyond the yard: the yard places of small gates are our own estimate (A)."""
ABNORMAL_FACTOR: Final = 2.0
ABNORMAL_VEHICLES: Final = 50.0
"""A queue is abnormal at twice the usual and 50 vehicles above it. Ours (A); ordinary days vary by 12 % (domain §2)."""
STEP_FLOOR_VEHICLES: Final = 5.0
STEP_FACTOR: Final = 1.5
"""A step holds the gate up when its queue is at least 1.5 × the usual; usual is taken as at least five vehicles."""


@dataclass(frozen=True, slots=True)
class Need:
    """How much one gate needs attention.

    Attributes:
        gate: its id.
        priority: of its gravest live alert, None without one.
        queue: vehicles waiting, None when not known or lost.
        usual: the same at this clock time yesterday, None when not known.
        yard_places: places in its yards, None when not known.
    """

    gate: str
    priority: str | None
    queue: float | None
    usual: float | None
    yard_places: float | None

    @property
    def rank(self) -> int:
        """The gravity of its alert, 0 for none."""
        return len(PRIORITIES) - PRIORITIES.index(self.priority) if self.priority in PRIORITIES else 0

    @property
    def excess(self) -> float:
        """Vehicles too many: beyond the usual or beyond the yard, the greater of both; negative where there is room.

        Without a yesterday only the yard counts, and without either what is beyond the floor. A queue that nobody
        knows is less than any.
        """
        if self.queue is None:
            return -math.inf
        against = [max(self.usual, FLOOR_VEHICLES)] if self.usual is not None else []
        if self.yard_places:
            against.append(max(self.yard_places, FLOOR_VEHICLES))
        return self.queue - min(against, default=FLOOR_VEHICLES)

    @property
    def abnormal(self) -> bool:
        """Whether something is wrong: a grave alert, a queue well beyond the yard, or far beyond the usual."""
        if self.priority in {"critical", "high"}:
            return True
        if self.queue is None:
            return False
        if self.yard_places and self.queue > ABNORMAL_YARD_FACTOR * self.yard_places:
            return True
        return self.usual is not None and self.queue >= max(
            ABNORMAL_FACTOR * self.usual, self.usual + ABNORMAL_VEHICLES
        )


class Focus:
    """Keeps the gate that needs it most."""

    def __init__(self) -> None:
        self.gate: str | None = None
        self._since: datetime | None = None

    def update(self, needs: Sequence[Need], now: datetime) -> str | None:
        """Return the gate to look at; None without gates.

        The gravest alert wins, then what is abnormal, then the most vehicles too many. The present gate stays when the
        other is not graver and either the present one has been shown for less than FOCUS_HOLD_S or the other is not
        clearly worse.
        """
        if not needs:
            self.gate = None
            return None
        best = max(needs, key=lambda need: (need.rank, need.abnormal, need.excess))
        present = next((need for need in needs if need.gate == self.gate), None)
        if present is None or self._since is None:
            return self._take(best, now)
        if best.rank > present.rank:
            return self._take(best, now)
        held_s = (now - self._since).total_seconds()
        if held_s >= FOCUS_HOLD_S and _clearly_worse(best, present):
            return self._take(best, now)
        return self.gate

    def _take(self, need: Need, now: datetime) -> str:
        if need.gate != self.gate:
            self.gate, self._since = need.gate, now
        return need.gate


def _clearly_worse(other: Need, present: Need) -> bool:
    if other.abnormal and not present.abnormal:
        # A long queue that goes to and fro across the limit of what is abnormal keeps the focus.
        return not _clearly_more(present.excess, other.excess)
    return _clearly_more(other.excess, present.excess)


def _clearly_more(one: float, other: float) -> bool:
    return one > other + max(CLEARLY_MORE_VEHICLES, CLEARLY_MORE * max(other, 0.0))


def direction_of(waiting_export: float | None, waiting_import: float | None, present: str) -> str:
    """Return the direction with more vehicles waiting; the present one unless the other is clearly longer."""
    waiting: Mapping[str, float] = {"export": waiting_export or 0.0, "import": waiting_import or 0.0}
    other = "import" if present == "export" else "export"
    longer = waiting[other] > waiting[present] * DIRECTION_MARGIN
    return other if longer and waiting[other] >= waiting[present] + DIRECTION_MARGIN_VEHICLES else present


@dataclass(frozen=True, slots=True)
class StepLoad:
    """One physical step: its queue now and usually, and its median duration; None where not known."""

    step: str
    queue: float | None
    usual: float | None
    median_s: float | None


def bottleneck_of(loads: Sequence[StepLoad], *, abnormal: bool, alerted_step: str | None) -> str | None:
    """Return the step that holds the gate up, None while nothing is abnormal.

    A step that a live alert names is the answer. Else the one whose queue is largest against the usual, if that is at
    least STEP_FACTOR; else, where no usual queue is known, the one with the longest median.
    """
    if not abnormal:
        return None
    if alerted_step is not None:
        return alerted_step
    ratios = [
        (load.queue / max(load.usual, STEP_FLOOR_VEHICLES), load.step)
        for load in loads
        if load.queue is not None and load.usual is not None
    ]
    if ratios:
        ratio, step = max(ratios)
        return step if ratio >= STEP_FACTOR else None
    medians = [(load.median_s, load.step) for load in loads if load.median_s is not None]
    return max(medians)[1] if medians else None
