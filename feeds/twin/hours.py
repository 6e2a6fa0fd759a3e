"""Working time of a gate: when it passes vehicles, when its officers work, and when a piece of work is done.

Rule at the close, as at a real gate: nothing passes and nobody is called forward after it; officers go on for a while
with the vehicles already inside (overtime), and what is not finished then is set aside until the next opening.
"""

from __future__ import annotations

from dataclasses import dataclass

from feeds.twin.chance import DAY_S, HANOI_OFFSET_S


@dataclass(frozen=True, slots=True)
class Shift:
    """One gate's day, in seconds after Hanoi midnight.

    Attributes:
        opens_s: first second in which vehicles pass.
        closes_s: first second in which they no longer do; 86,400 for a gate that never closes.
        staff_until_s: end of overtime, from `closes_s` to the end of the day.
    """

    opens_s: float
    closes_s: float
    staff_until_s: float

    def __post_init__(self) -> None:
        """Check the order; a shift that crosses midnight is not known at any gate of the province."""
        if not 0 <= self.opens_s < self.closes_s <= self.staff_until_s <= DAY_S:
            raise ValueError(
                f"A shift opens, closes and ends within one day, got {self.opens_s:g}, {self.closes_s:g}, "
                f"{self.staff_until_s:g} seconds after midnight."
            )

    @property
    def open_s(self) -> float:
        """Seconds a day in which vehicles pass."""
        return self.closes_s - self.opens_s

    def is_open(self, at_s: float) -> bool:
        """Tell whether vehicles pass at an instant; the closing instant is closed."""
        return self.opens_s <= (at_s + HANOI_OFFSET_S) % DAY_S < self.closes_s

    def is_staffed(self, at_s: float) -> bool:
        """Tell whether officers work at an instant."""
        return self.opens_s <= (at_s + HANOI_OFFSET_S) % DAY_S < self.staff_until_s

    def fits(self, at_s: float, work_s: float) -> bool:
        """Tell whether work begun at an instant is done before the close."""
        time_s = (at_s + HANOI_OFFSET_S) % DAY_S
        return self.opens_s <= time_s and time_s + work_s < self.closes_s

    def next_opening_s(self, at_s: float) -> float:
        """Return the instant itself while open, else the next opening."""
        time_s = (at_s + HANOI_OFFSET_S) % DAY_S
        if time_s < self.opens_s:
            return at_s + self.opens_s - time_s
        if time_s < self.closes_s:
            return at_s
        return at_s + DAY_S - time_s + self.opens_s

    def done_s(self, at_s: float, work_s: float) -> float:
        """Return when work that begins at an instant is done, counting only hours in which officers work."""
        time_s = (at_s + HANOI_OFFSET_S) % DAY_S
        if time_s < self.opens_s:
            at_s += self.opens_s - time_s
            time_s = self.opens_s
        elif time_s >= self.staff_until_s:
            at_s += DAY_S - time_s + self.opens_s
            time_s = self.opens_s
        room_s = self.staff_until_s - time_s
        while work_s > room_s:
            at_s += room_s + DAY_S - self.staff_until_s + self.opens_s
            work_s -= room_s
            room_s = self.staff_until_s - self.opens_s
        return at_s + work_s
