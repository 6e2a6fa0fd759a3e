"""Tết: when it is, and what the days around it do to the gates and the offices.

The dates are real ones; a scenario may play the same days at another time. What is not here: other public holidays,
which leave no mark in the published figures of the gates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

FIRST_DAYS: Final = (
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 2),
)
"""First day of the lunar year in Vietnam. It is the day, at UTC+7, of the second new moon after the winter solstice
(the third in a year with a leap month in between); in 2030 that new moon is at 23:07 in Hanoi and at 00:07 in Beijing,
where the year begins a day later. Source: rules of the Vietnamese calendar (Hồ Ngọc Đức, „Âm lịch Việt Nam“), checked
against computed new moons in the tests."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_NUMBERS: Final = tuple(day.toordinal() - _EPOCH for day in FIRST_DAYS)

CLOSED_DAYS: Final = 4
REGISTERED_DAYS: Final = 5
"""Closed for four days, then four to five days of pre-registered traffic only. Source: domain facts §2."""
RUSH_DAYS: Final = 5
EBB_DAYS: Final = 7
"""How long the rush after it and the ebb before it last (A)."""


@dataclass(frozen=True, slots=True)
class Season:
    """What one day brings.

    Attributes:
        traffic: vehicles against an ordinary day.
        closed: whether the road gates stay shut.
        offices: dossiers received against an ordinary day; settled are some only where the offices are open.
        offices_open: whether they are.
    """

    traffic: float = 1.0
    closed: bool = False
    offices: float = 1.0
    offices_open: bool = True


ORDINARY: Final = Season()
_REGISTERED: Final = Season(0.25)
_RUSH: Final = Season(1.30)
_HOLIDAY: Final = Season(0.0, closed=True, offices=0.03, offices_open=False)
_EBB: Final = {-7: 0.9, -6: 0.9, -5: 0.85, -4: 0.75, -3: 0.6, -2: 0.45, -1: 0.25}
"""Vehicles against an ordinary day as the year ends, when drivers go home (A)."""
_OFFICES: Final = {-3: 0.6, -2: 0.4, -1: 0.15, 4: 0.4, 5: 0.6, 6: 0.8}
"""Dossiers against an ordinary day around the holiday (A)."""


def offset_of(day: int) -> int | None:
    """Return how many days after the nearest Tết a day (days since 1970-01-01) is; None far from any that is known."""
    for first in _NUMBERS:
        if -EBB_DAYS <= day - first < CLOSED_DAYS + REGISTERED_DAYS + RUSH_DAYS:
            return day - first
    return None


def season(offset: int | None) -> Season:
    """Return what a day brings by how many days after the first of the lunar year it is; ORDINARY for None.

    The last day of the old year is a holiday of the offices already, and the gates still pass what is there.
    """
    if offset is None:
        return ORDINARY
    if 0 <= offset < CLOSED_DAYS:
        return _HOLIDAY
    offices = _OFFICES.get(offset, 1.0)
    if -EBB_DAYS <= offset < 0:
        return Season(_EBB[offset], offices=offices, offices_open=offset != -1)
    if offset < 0 or offset >= CLOSED_DAYS + REGISTERED_DAYS + RUSH_DAYS:
        return ORDINARY
    if offset < CLOSED_DAYS + REGISTERED_DAYS:
        return Season(_REGISTERED.traffic, offices=offices)
    return _RUSH
