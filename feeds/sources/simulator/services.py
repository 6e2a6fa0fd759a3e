"""The public-service centres: dossiers received, settled, open and overdue, commune by commune.

A pure function of seed and time, so that any instant can be asked in any order. Dossiers are conserved: what is open
is what was received and not settled. Of the public holidays only Tết is modelled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Final

from feeds.twin.chance import DAY_S, HANOI_OFFSET_S, hanoi_day, mixed
from feeds.twin.tet import ORDINARY, Season
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


@dataclass(frozen=True, slots=True)
class _Day:
    """What is settled beforehand about one centre's day; `week_…` are of the RATE_DAYS before it."""

    received: int
    settled: int
    open_before: int
    late_to_come: int
    week_received: int
    week_online: int
    week_settled: int
    week_late: int


class Services:
    """All centres of the province.

    Args:
        seed: fixes every draw.
        populations: people by commune id; dossiers are shared out by them.
        province: id of the province.
        source: name the readings carry.
        season_of: what the calendar makes of a Hanoi day; None: every day is an ordinary one.
    """

    def __init__(
        self,
        seed: int,
        populations: Mapping[str, int],
        province: str,
        source: str,
        season_of: Callable[[int], Season] | None = None,
    ) -> None:
        self._season_of = season_of or (lambda _: ORDINARY)
        self._seasons: dict[int, Season] = {}
        self._seed = seed
        self._province = province
        self._source = source
        self._days: dict[tuple[int, int], _Day] = {}
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
        if key == 0:
            return Desk(key, dossiers_a_day, ONLINE_SHARE, ON_TIME_SHARE)
        # Communes differ, the mean stays: shares are drawn evenly around the published ones.
        online = ONLINE_SHARE + 0.08 * (mixed(self._seed, key, -1) - 0.5)
        late = (1 - ON_TIME_SHARE) * 2.0 * mixed(self._seed, key, -2)
        return Desk(key, dossiers_a_day, online, 1 - late)

    def _received_on(self, desk: Desk, day: int) -> int:
        spread = 0.85 + 0.30 * mixed(self._seed, desk.key, day)
        mean = desk.dossiers_a_day * WEEKDAYS[_weekday(day)] * spread * self._season(day).offices
        return floor(mean + mixed(self._seed, desk.key + 1_000, day))

    def _batch(self, desk: Desk, day: int) -> int:
        """Return what is settled together: a working day's dossiers with those of the days off that follow."""
        count = self._received_on(desk, day)
        after = day + 1
        while self._is_off(after):
            count += self._received_on(desk, after)
            after += 1
        return count

    def _part(self, desk: Desk, day: int, dossiers: int, share: float, salt: int) -> int:
        """Return how many of the first `dossiers` of a day have a property of that share; never falls as they grow."""
        return floor(dossiers * share + mixed(self._seed, desk.key + salt, day))

    def _tally(self, desk: Desk, at_s: float) -> Tally:
        number = hanoi_day(at_s)
        hour = (at_s + HANOI_OFFSET_S) % DAY_S / 3_600
        day = self._day(desk, number)
        received = floor(day.received * _share(_RECEIVED, hour))
        online = self._part(desk, number, received, desk.online_share, 2_000)
        settled = floor(day.settled * _share(_SETTLED, hour))
        late = self._late(desk, number, settled)
        return Tally(
            received=received,
            online=online,
            settled=settled,
            open=day.open_before + received - settled,
            overdue=day.late_to_come - late,
            week_received=day.week_received + received,
            week_online=day.week_online + online,
            week_settled=day.week_settled + settled,
            week_late=day.week_late + late,
        )

    def _day(self, desk: Desk, number: int) -> _Day:
        known = self._days.get((desk.key, number))
        if known is None:
            if len(self._days) > 1_000:
                self._days.clear()
            known = self._days[desk.key, number] = self._draw(desk, number)
        return known

    def _draw(self, desk: Desk, number: int) -> _Day:
        # At the start of the day everything is open that came since the batch that is to be settled next.
        oldest_open = self._working_day_before(self._working_day_from(number), SETTLED_AFTER_DAYS)
        past = range(number - RATE_DAYS, number)
        received = {each: self._received_on(desk, each) for each in range(min(oldest_open, past.start), number + 1)}
        settled = {each: self._settled_on(desk, each) for each in (*past, number)}
        # Overdue are the late ones of the batches settled today and on the working days that follow.
        late_to_come, working = 0, number
        for _ in range(LATE_DAYS):
            working = self._working_day_from(working)
            late_to_come += self._late(desk, working, self._settled_on(desk, working))
            working += 1
        return _Day(
            received=received[number],
            settled=settled[number],
            open_before=sum(received[each] for each in range(oldest_open, number)),
            late_to_come=late_to_come,
            week_received=sum(received[each] for each in past),
            week_online=sum(self._part(desk, each, received[each], desk.online_share, 2_000) for each in past),
            week_settled=sum(settled[each] for each in past),
            week_late=sum(self._late(desk, each, settled[each]) for each in past),
        )

    def _settled_on(self, desk: Desk, day: int) -> int:
        """Return how many dossiers are settled by the end of a day; none on days off."""
        return 0 if self._is_off(day) else self._batch(desk, self._working_day_before(day, SETTLED_AFTER_DAYS))

    def _late(self, desk: Desk, day: int, settled: int) -> int:
        return self._part(desk, day, settled, 1 - desk.on_time_share, 3_000)

    def forget(self) -> None:
        """Draw the days anew: the calendar ahead has changed."""
        self._days.clear()
        self._seasons.clear()

    def _season(self, day: int) -> Season:
        known = self._seasons.get(day)
        if known is None:
            if len(self._seasons) > 1_000:
                self._seasons.clear()
            known = self._seasons[day] = self._season_of(day)
        return known

    def _is_off(self, day: int) -> bool:
        return _weekday(day) > 4 or not self._season(day).offices_open

    def _working_day_from(self, day: int) -> int:
        while self._is_off(day):
            day += 1
        return day

    def _working_day_before(self, day: int, count: int) -> int:
        """Return the working day that lies `count` working days before a day."""
        while count:
            day -= 1
            count -= not self._is_off(day)
        return day


def _weekday(day: int) -> int:
    """Return 0 for Monday; day 0, 1 January 1970, was a Thursday."""
    return (day + 3) % 7


def _share(profile: tuple[tuple[float, float], ...], hour: float) -> float:
    """Return the share reached at an hour, straight between the profile's points; 0 before the first."""
    before_hour, before = 0.0, 0.0
    for point_hour, reached in profile:
        if hour < point_hour:
            return before + (reached - before) * (hour - before_hour) / (point_hour - before_hour)
        before_hour, before = point_hour, reached
    return before
