"""Where a target stands: its path to the aim, what is missing, and what each day must bring. Pure arithmetic.

A path is straight between the points that are known: the base, and every aim in the order of its year. A year's value
is due on its last day. Between two aims the path therefore runs from the one to the other, whether the first was kept
or not; before the first known point there is none, and nothing is made up for it. What this module does not do: choose
which value counts (see `dashboard.readmodels.programme`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, Literal

from feeds.programme.model import Aim, Better, Known, Target

State = Literal["reached", "on_path", "behind", "far_behind", "unknown"]
STATES: Final[tuple[State, ...]] = ("reached", "on_path", "behind", "far_behind", "unknown")
FAR_SHARE: Final = 0.1
"""Short of the path by more than this share of the path's value is far behind: nine ranks of ninety, ten points of a
hundred. Assumption of ours, decision 066."""
_SLACK: Final = 1e-9
"""Sums of decimal fractions miss their value by less; nobody is behind by that."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a target stands on a day.

    Attributes:
        aim: the next aim; the last one when all years have passed.
        missed: aims whose year has passed without the value of today, the earliest first; empty without a value.
        path_now: what the path asks for today; None without two known points around the day.
        gap: what is missing to the aim in the target's unit, never negative; None without a value.
        ahead: the value against the path, positive when better; None without either.
        days_left: to the last day of the aim's year; None for an aim without a year, 0 when it has passed.
        needed_per_day: what each day must bring, negative where less is better; 0 when reached, None when no day is
            left or the aim has no year.
        state: all of it in a word.
    """

    aim: Aim
    missed: tuple[Aim, ...]
    path_now: float | None
    gap: float | None
    ahead: float | None
    days_left: int | None
    needed_per_day: float | None
    state: State


def due(year: int) -> date:
    """Return the day on which a year's value is due: its last."""
    return date(year, 12, 31)


def standing(target: Target, value: float | None, today: date) -> Standing:
    """Return where a target stands.

    Args:
        target: with at least one aim.
        value: in its unit; None while nobody knows.
        today: day in Hanoi. A target whose tier has ended is judged on the tier's last day.
    """
    day = today if target.valid_to is None else min(today, target.valid_to)
    aim = next_aim(target.aims, day)
    path_now = planned(target.base, target.aims, day)
    days_left = None if aim.year is None else max(0, (due(aim.year) - day).days)
    if value is None:
        return Standing(aim, (), path_now, None, None, days_left, None, "unknown")
    better = target.better
    gap = max(0.0, _short(aim.value, value, better))
    reached = _met(value, aim.value, better)
    missed = tuple(
        each
        for each in target.aims
        if each.year is not None and due(each.year) < day and not _met(value, each.value, better)
    )
    # `0.0 -`: a minus alone would make -0.0 of nothing.
    ahead = None if path_now is None else 0.0 - _short(path_now, value, better)
    return Standing(
        aim,
        missed,
        path_now,
        gap,
        ahead,
        days_left,
        _needed(gap, better, days_left, reached=reached),
        _state(ahead, path_now, reached=reached),
    )


def next_aim(aims: Sequence[Aim], day: date) -> Aim:
    """Return the aim that counts on a day: the earliest whose year has not passed, else the last.

    An aim without a year never passes. The last day of a year still belongs to it.
    """
    for aim in aims:
        if aim.year is None or day <= due(aim.year):
            return aim
    return aims[-1]


def planned(base: Known | None, aims: Sequence[Aim], day: date) -> float | None:
    """Return what the path asks for on a day; None before its first known point.

    After the last aim's day the path stays at it: what was to be reached is to be kept.
    """
    points = [(base.as_of, base.value)] if base is not None else []
    for aim in aims:
        if aim.year is None:
            return aim.value
        points.append((due(aim.year), aim.value))
    if day < points[0][0]:
        return None
    for (from_day, from_value), (to_day, to_value) in pairwise(points):
        if day < to_day:
            share = (day - from_day).days / (to_day - from_day).days
            return from_value + (to_value - from_value) * share
    return points[-1][1]


def _short(wanted: float, value: float, better: Better) -> float:
    """Return by how much a value is worse than what is wanted; negative when it is better."""
    return wanted - value if better == "up" else value - wanted


def _met(value: float, wanted: float, better: Better) -> bool:
    return _short(wanted, value, better) <= _SLACK


def _needed(gap: float, better: Better, days_left: int | None, *, reached: bool) -> float | None:
    if reached:
        return 0.0
    if not days_left:
        return None
    return (gap if better == "up" else -gap) / days_left


def _state(ahead: float | None, path_now: float | None, *, reached: bool) -> State:
    if reached:
        return "reached"
    if ahead is None or path_now is None:
        return "unknown"
    if ahead >= -_SLACK:
        return "on_path"
    # `<=`: exactly a tenth short is behind, not far behind.
    return "behind" if -ahead <= FAR_SHARE * abs(path_now) + _SLACK else "far_behind"
