"""The dates of Tết against computed new moons, and the days around it."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise

from feeds.twin.tet import FIRST_DAYS, ORDINARY, offset_of, season

EPOCH = date(1970, 1, 1)


def new_moon_jd(number: float) -> float:
    """Return the Julian day (UT, within minutes) of a new moon after the one of 6 January 2000.

    Source: Meeus, Astronomical Algorithms, 2nd edition, chapter 49, the larger terms; ΔT taken as 72 s.
    """
    t = number / 1236.85
    jde = 2451550.09766 + 29.530588861 * number + 0.00015437 * t**2
    sun = math.radians(2.5534 + 29.10535670 * number)
    moon = math.radians(201.5643 + 385.81693528 * number + 0.0107582 * t**2)
    latitude = math.radians(160.7108 + 390.67050284 * number - 0.0016118 * t**2)
    e = 1 - 0.002516 * t
    jde += -0.40720 * math.sin(moon) + 0.17241 * e * math.sin(sun) + 0.01608 * math.sin(2 * moon)
    jde += 0.01039 * math.sin(2 * latitude) + 0.00739 * e * math.sin(moon - sun) - 0.00514 * e * math.sin(moon + sun)
    jde += 0.00208 * e**2 * math.sin(2 * sun) - 0.00111 * math.sin(moon - 2 * latitude)
    jde += -0.00057 * math.sin(moon + 2 * latitude) + 0.00056 * e * math.sin(2 * moon + sun)
    return jde - 72 / 86_400


def hanoi_date(jd: float) -> date:
    """Return the date in Hanoi (UTC+7) of a Julian day."""
    return EPOCH + timedelta(days=math.floor(jd - 2440587.5 + 7 / 24))


def test_each_first_day_is_a_new_moon_between_21_january_and_20_february() -> None:
    """The table holds for UTC+7: each date is the day of a new moon in Hanoi, one a year, none left out."""
    moons = {hanoi_date(new_moon_jd(number)) for number in range(290, 375)}
    assert [day.year for day in FIRST_DAYS] == list(range(2024, 2031))
    for day in FIRST_DAYS:
        assert day in moons
        assert (1, 21) <= (day.month, day.day) <= (2, 20)
    months = [round((b - a).days / 29.530588) for a, b in pairwise(FIRST_DAYS)]
    # Years with a leap month have thirteen: 2025, 2028 (Source: the rule of seven in nineteen years).
    assert months == [12, 13, 12, 12, 13, 12]


def test_both_sides_of_each_boundary() -> None:
    """Open on the last day of the old year, shut on the first four of the new one, open again on the fifth."""
    first = (date(2027, 2, 6) - EPOCH).days
    assert [season(offset_of(first + day)).closed for day in (-1, 0, 3, 4)] == [False, True, True, False]
    assert [season(offset_of(first + day)).offices_open for day in (-2, -1, 3, 4)] == [True, False, False, True]
    assert season(8).traffic < 1 < season(9).traffic
    assert season(13).traffic > 1
    assert season(14) == season(-8) == season(None) == ORDINARY
    assert offset_of(first - 8) is None
    assert offset_of(first + 14) is None
    assert (offset_of(first - 7), offset_of(first + 13)) == (-7, 13)
