"""The public-service centres: dossiers received, settled, open and overdue, commune by commune.

A pure function of seed and time, so that any instant can be asked in any order. Dossiers are conserved: what is open
is what was received and not settled. Public holidays are not modelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Final

from feeds.twin.chance import DAY_S, HANOI_OFFSET_S, hanoi_day, mixed
from feeds.validation import RawReading

DOSSIERS_A_DAY: Final = 2_201.0
ONLINE_SHARE: Final = 0.8776
ON_TIME_SHARE: Final = 0.99
"""Source: domain facts §3, 1 July to 3 December 2025 (343,399 dossiers in 156 days, 301,358 online)."""
PROVINCE_TIER_SHARE: Final = 0.30
"""Part of the dossiers that the provincial centre handles itself (A)."""
WEEKDAYS: Final = (1.33, 1.33, 1.33, 1.33, 1.33, 0.25, 0.10)
"""A day's dossiers against the mean, Monday first (A; mean 1): offices work Monday to Friday, the portal always."""
SETTLED_AFTER_DAYS: Final = 3
"""Working days from receipt to settlement (A)."""
LATE_DAYS: Final = 2
"""Working days that a late dossier is overdue before it is settled (A)."""
RATE_DAYS: Final = 7
"""Rates are over today and this many days before, so that one late dossier does not colour a commune for a day."""

_RECEIVED: Final = ((7.0, 0.02), (8.0, 0.07), (11.5, 0.47), (13.0, 0.53), (17.0, 0.90), (22.0, 1.0))
_SETTLED: Final = ((8.0, 0.0), (11.5, 0.45), (13.5, 0.48), (17.0, 1.0))
"""Share of a day's dossiers done by a Hanoi hour (A): office hours, some from home in the evening."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One centre: a commune's, or the provincial one.

    Attributes:
        key: number for its draws.
        dossiers_a_day: mean over calendar days.
        online_share: of dossiers received.
        on_time_share: of dossiers settled.
    """

    key: int
    dossiers_a_day: float
    online_share: float
    on_time_share: float


@dataclass(slots=True)
class Tally:
    """Dossiers of one or more centres at an instant; today counts from midnight in Hanoi."""

    received: int = 0
    online: int = 0
    settled: int = 0
    open: int = 0
    overdue: int = 0
    week_received: int = 0
    week_online: int = 0
    week_settled: int = 0
    week_late: int = 0

    def add(self, other: Tally) -> None:
        """Count another centre's dossiers in."""
        self.received += other.received
        self.online += other.online
        self.settled += other.settled
        self.open += other.open
        self.overdue += other.overdue
        self.week_received += other.week_received
        self.week_online += other.week_online
        self.week_settled += other.week_settled
        self.week_late += other.week_late


class Services:
    """All centres of the province.

    Args:
        seed: fixes every draw.
        populations: people by commune id; dossiers are shared out by them.
        province: id of the province.
        source: name the readings carry.
    """

    def __init__(self, seed: int, populations: Mapping[str, int], province: str, source: str) -> None:
        self._seed = seed
        self._province = province
        self._source = source
        people = sum(populations.values())
        commune_dossiers = DOSSIERS_A_DAY * (1 - PROVINCE_TIER_SHARE)
        self._desks = {
            commune: self._desk(key, commune_dossiers * count / people)
            for key, (commune, count) in enumerate(populations.items(), start=1)
        }
        self._provincial = self._desk(0, DOSSIERS_A_DAY * PROVINCE_TIER_SHARE)

    @property
    def places(self) -> list[str]:
        """Ids that have readings: the communes, then the province."""
        return [*self._desks, self._province]

    def tally(self, commune: str, at: datetime) -> Tally:
        """Return a commune's dossiers at an instant; the province's id means its own centre alone.

        Raises:
            KeyError: for a place without a centre.
        """
        return self._tally(self._provincial if commune == self._province else self._desks[commune], at.timestamp())

    def readings(self, place: str, at: datetime) -> list[RawReading]:
        """Return every figure of a place at an instant: a commune's, or the province's in total and by tier."""
        if place != self._province:
            return self._of(place, self.tally(place, at), at, {"tier": "commune"})
        own = self.tally(place, at)
        communes = Tally()
        for commune in self._desks:
            communes.add(self.tally(commune, at))
        total = Tally()
        total.add(own)
        total.add(communes)
        return [
            *self._of(place, total, at, {}),
            *self._of(place, own, at, {"tier": "province"}),
            *self._of(place, communes, at, {"tier": "commune"}),
        ]

    def _of(self, place: str, tally: Tally, at: datetime, dims: dict[str, str]) -> list[RawReading]:
        figures: list[tuple[str, float]] = [
            ("dossiers_received", tally.received),
            ("dossiers_online", tally.online),
            ("dossiers_settled", tally.settled),
            ("dossiers_open", tally.open),
            ("dossiers_overdue", tally.overdue),
        ]
        if tally.week_received:
            figures.append(("online_rate", round(tally.week_online / tally.week_received, 4)))
        if tally.week_settled:
            figures.append(("on_time_rate", round(1 - tally.week_late / tally.week_settled, 4)))
        return [RawReading(metric, place, at, value, self._source, dims, "count") for metric, value in figures]

    def _desk(self, key: int, dossiers_a_day: float) -> Desk:
        # Communes differ, the mean stays: shares are drawn evenly around the published ones.
        online = ONLINE_SHARE + 0.08 * (mixed(self._seed, key, -1) - 0.5)
        late = (1 - ON_TIME_SHARE) * 2.0 * mixed(self._seed, key, -2)
        return Desk(key, dossiers_a_day, online, 1 - late)

    def _received_on(self, desk: Desk, day: int) -> int:
        spread = 0.85 + 0.30 * mixed(self._seed, desk.key, day)
        mean = desk.dossiers_a_day * WEEKDAYS[_weekday(day)] * spread
        return floor(mean + mixed(self._seed, desk.key + 1_000, day))

    def _batch(self, desk: Desk, day: int) -> int:
        """Return what is settled together: a working day's dossiers with those of the days off that follow."""
        count = self._received_on(desk, day)
        after = day + 1
        while _weekday(after) > 4:
            count += self._received_on(desk, after)
            after += 1
        return count

    def _part(self, desk: Desk, day: int, dossiers: int, share: float, salt: int) -> int:
        """Return how many of the first `dossiers` of a day have a property of that share; never falls as they grow."""
        return floor(dossiers * share + mixed(self._seed, desk.key + salt, day))

    def _tally(self, desk: Desk, at_s: float) -> Tally:
        day = hanoi_day(at_s)
        hour = (at_s + HANOI_OFFSET_S) % DAY_S / 3_600
        received = floor(self._received_on(desk, day) * _share(_RECEIVED, hour))
        settled = late = 0
        if _weekday(day) <= 4:
            batch_day = _working_day_before(day, SETTLED_AFTER_DAYS)
            settled = floor(self._batch(desk, batch_day) * _share(_SETTLED, hour))
            late = self._part(desk, day, settled, 1 - desk.on_time_share, 3_000)
        # At the start of the day everything is open that came since the batch that is to be settled next.
        oldest_open = _working_day_before(_working_day_from(day), SETTLED_AFTER_DAYS)
        before = sum(self._received_on(desk, each) for each in range(oldest_open, day))
        tally = Tally(
            received=received,
            online=self._part(desk, day, received, desk.online_share, 2_000),
            settled=settled,
            open=before + received - settled,
            overdue=self._overdue(desk, day, late),
        )
        tally.week_received, tally.week_online = tally.received, tally.online
        tally.week_settled, tally.week_late = settled, late
        for past in range(day - RATE_DAYS, day):
            count = self._received_on(desk, past)
            tally.week_received += count
            tally.week_online += self._part(desk, past, count, desk.online_share, 2_000)
            if _weekday(past) <= 4:
                done, done_late = self._settled_on(desk, past)
                tally.week_settled += done
                tally.week_late += done_late
        return tally

    def _settled_on(self, desk: Desk, day: int) -> tuple[int, int]:
        done = self._batch(desk, _working_day_before(day, SETTLED_AFTER_DAYS))
        return done, self._part(desk, day, done, 1 - desk.on_time_share, 3_000)

    def _overdue(self, desk: Desk, day: int, late_today: int) -> int:
        """Return the late dossiers still open: those of today's batch not settled yet, and of the next working days."""
        count = -late_today
        working = _working_day_from(day)
        for _ in range(LATE_DAYS):
            count += self._settled_on(desk, working)[1]
            working = _working_day_from(working + 1)
        return count


def _weekday(day: int) -> int:
    """Return 0 for Monday; day 0, 1 January 1970, was a Thursday."""
    return (day + 3) % 7


def _working_day_from(day: int) -> int:
    while _weekday(day) > 4:
        day += 1
    return day


def _working_day_before(day: int, count: int) -> int:
    """Return the working day that lies `count` working days before a working day."""
    weeks, rest = divmod(count, 5)
    day -= 7 * weeks
    for _ in range(rest):
        day -= 1
        while _weekday(day) > 4:
            day -= 1
    return day


def _share(profile: tuple[tuple[float, float], ...], hour: float) -> float:
    """Return the share reached at an hour, straight between the profile's points; 0 before the first."""
    before_hour, before = 0.0, 0.0
    for point_hour, reached in profile:
        if hour < point_hour:
            return before + (reached - before) * (hour - before_hour) / (point_hour - before_hour)
        before_hour, before = point_hour, reached
    return before
