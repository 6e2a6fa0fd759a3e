"""What goes through one place in one direction: vehicles added up from the facts of their visits.

Every change of a visit is counted as "away with the old facts, in with the new ones", so that the sums depend on the
passages alone and not on the order they came in. Pure. What this module does not do: name figures (see `figures`).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from typing import Final

from feeds.border.visit import DURATIONS, SECOND_US, VIRTUAL, Facts, Point
from feeds.border.window import DailyCount, Window, busy_us, quantile
from feeds.model import GOODS_CLASSES, STEPS

RATE_WINDOW_S: Final = 3_600
"""Rates are over the last 60 minutes. Source: contract between the rooms."""
TIMES_WINDOW_S: Final = 4 * 3_600
"""Medians and p90 are over vehicles that finished in the last 4 hours: about one clearance. Source: as above."""
TOLERANCE_S: Final = 600
"""Passages may come ten minutes late before the books of an instant are closed on them."""

_RATE_US: Final = RATE_WINDOW_S * SECOND_US
_TIMES_US: Final = TIMES_WINDOW_S * SECOND_US
_TOLERANCE_US: Final = TOLERANCE_S * SECOND_US


class Flow:
    """The counts and windows of one place and direction.

    Attributes:
        by_step: vehicles by location, index 0 for those declared and not yet arrived.
        by_class: vehicles present, by goods class.
        arrivals: those of the last 60 minutes.
        departures: vehicles that passed in the last 60 minutes.
        durations: lengths in µs by index (see `visit`), of vehicles that finished in the last 4 hours.
        booth: stays in vehicle inspection that ended in the last 60 minutes.
        inspected: instants at which the vehicles now in vehicle inspection entered it, ascending.
        arrived_today: daily count, as are the next four.
        ghosts: vehicles present of which nothing was heard for a month, set by the derivation.
    """

    __slots__ = (
        "_contradictions",
        "_entered",
        "_left",
        "arrivals",
        "arrived_today",
        "booth",
        "by_class",
        "by_step",
        "departures",
        "diverted_today",
        "durations",
        "fee_today",
        "ghosts",
        "grams_today",
        "inspected",
        "passed_today",
    )

    def __init__(self) -> None:
        self.by_step = [0] * len(STEPS)
        self.by_class = [0] * len(GOODS_CLASSES)
        self.arrivals = Window(_RATE_US)
        self.departures = Window(_RATE_US)
        self.booth = Window(_RATE_US)
        self.inspected: list[int] = []
        self.durations = [Window(_TIMES_US) for _ in range(DURATIONS)]
        self.arrived_today = DailyCount()
        self.passed_today = DailyCount()
        self.diverted_today = DailyCount()
        self.grams_today = DailyCount()
        self.fee_today = DailyCount()
        self.ghosts = 0
        self._contradictions = Window(_TIMES_US + _TOLERANCE_US)
        self._entered = 0
        self._left = 0

    @property
    def present(self) -> int:
        """Vehicles that have arrived and not yet left."""
        return sum(self.by_step) - self.by_step[VIRTUAL]

    @property
    def imbalance(self) -> int:
        """Vehicles by which stock and in − out disagree; the two are counted apart, so anything but 0 is a fault."""
        return abs(self.present - (self._entered - self._left))

    def contradicting(self, now_us: int) -> int:
        """Return the vehicles whose passages contradicted each other in the 4 hours that ended TOLERANCE_S ago."""
        return self._contradictions.count_until(now_us - _TOLERANCE_US)

    def utilisation(self, now_us: int, lanes: int) -> float:
        """Return the share of the last 60 minutes that lanes had a vehicle to inspect, 0–1.

        Source: Little's law on the booths, L ÷ c with L the mean number of vehicles in service.
        """
        begin_us = now_us - _RATE_US
        stays = [(max(begin_us, end_us - length_us), end_us) for end_us, length_us in self.booth.points]
        stays += [(max(begin_us, since_us), now_us) for since_us in self.inspected]
        return busy_us(stays, lanes) / (lanes * _RATE_US)

    def move(self, now_us: int) -> None:
        """Let every window end now."""
        for window in (self.arrivals, self.departures, self.booth, self._contradictions, *self.durations):
            window.move(now_us)

    def change(self, old: Facts, new: Facts, now_us: int) -> None:
        """Count a visit's new facts in place of its old ones."""
        if old.location != new.location or old.goods_class != new.goods_class:
            self._place(old, -1)
            self._place(new, 1)
        if old.arrived != new.arrived or old.passed != new.passed or old.diverted != new.diverted:
            self._pass(old, -1, now_us)
            self._pass(new, 1, now_us)
        if old.tonnes != new.tonnes:
            _recount(self.grams_today, old.tonnes, new.tonnes)
        if old.fee != new.fee:
            _recount(self.fee_today, old.fee, new.fee)
        if old.contradiction != new.contradiction:
            if old.contradiction:
                self._contradictions.remove((old.contradiction, 0))
            if new.contradiction:
                self._contradictions.add((new.contradiction, 0), now_us)
        if old.inspected_since != new.inspected_since:
            if old.inspected_since:
                self.inspected.remove(old.inspected_since)
            if new.inspected_since:
                insort(self.inspected, new.inspected_since)
        if old.durations != new.durations:
            self._time(old, new, now_us)

    def _place(self, facts: Facts, sign: int) -> None:
        if facts.location >= VIRTUAL:
            self.by_step[facts.location] += sign
            if facts.location > VIRTUAL:
                self.by_class[facts.goods_class] += sign

    def _pass(self, facts: Facts, sign: int, now_us: int) -> None:
        if facts.arrived:
            self._entered += sign
            self.arrived_today.add(facts.arrived, sign)
            _put(self.arrivals, (facts.arrived, 0), sign, now_us)
            # Only a vehicle that was let in can be counted out; one that was not is a contradiction of its own.
            self._left += sign if facts.left else 0
        if facts.passed:
            self.passed_today.add(facts.passed, sign)
            _put(self.departures, (facts.passed, 0), sign, now_us)
        if facts.diverted:
            self.diverted_today.add(facts.diverted, sign)

    def _time(self, old: Facts, new: Facts, now_us: int) -> None:
        for index, (before, after) in enumerate(zip(old.durations, new.durations, strict=True)):
            if before is after:  # a visit measures anew only what changed, so the rest is the same object
                continue
            windows = (self.durations[index], self.booth) if index == BOOTH else (self.durations[index],)
            for window in windows:
                if before is not None:
                    window.remove(before)
                if after is not None:
                    window.add(after, now_us)


BOOTH: Final = STEPS.index("vehicle_inspection")
"""The step whose lanes are counted as the gate's lanes."""


def quantiles_s(windows: Sequence[Window]) -> tuple[float, float] | None:
    """Return median and p90 of windows taken together, in seconds; None where nothing finished."""
    held = [window.values for window in windows if len(window)]
    if not held:
        return None
    ascending = held[0] if len(held) == 1 else sorted(value for values in held for value in values)
    # To the millisecond: what lies below is noise of the interpolation.
    median, p90 = (round(quantile(ascending, share) / SECOND_US, 3) for share in (0.5, 0.9))
    return median, p90


def _put(window: Window, point: Point, sign: int, now_us: int) -> None:
    if sign > 0:
        window.add(point, now_us)
    else:
        window.remove(point)


def _recount(count: DailyCount, before: Point | None, after: Point | None) -> None:
    for point, sign in ((before, -1), (after, 1)):
        if point is not None:
            count.add(point[0], sign * point[1])
