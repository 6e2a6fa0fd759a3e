"""A question as it was understood: what is asked, about which places, when; or the words that were not. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from geodata.gates import HANOI

WeekPart = Literal["this_week", "last_week", "this_month", "last_month"]
DAY: Final = timedelta(days=1)
ASKING: Final = (
    "intent",
    "kind",
    "state",
    "extreme",
    "refuse",
    "soft",
    "direction",
    "technology",
    "area",
    "step",
    "time",
)
"""Slots that make a text a question; a name alone is only looked for."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a question is about.

    Attributes:
        kind: `now`; `at` one instant; `day` one whole day or `days` several; `future`.
        start: the instant, or where the days begin (aware).
        end: where the days end; None for an instant.
    """

    kind: Literal["now", "at", "day", "days", "future"] = "now"
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that the question names.

    Attributes:
        kind: `gate`, `route`, `commune`, `district`, `former`, `province`, `site`, `target`, `system`, `feed`, `step`.
        id: its id.
        near: whether the name was only nearly written so.
    """

    kind: str
    id: str
    near: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What was understood.

    Attributes:
        slots: values by slot of the lexicon, in the order of the question.
        subjects: keys of subjects, in the order of the question.
        names: for each name in the question everything it may mean, the likeliest first.
        unknown: words that were not understood, as written.
        clock: a time of day that was named.
        ago: how long before now.
        day: a date that was named.
        words: how many words it has.
    """

    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()
    names: tuple[tuple[Named, ...], ...] = ()
    unknown: tuple[str, ...] = ()
    clock: time | None = None
    ago: timedelta | None = None
    day: tuple[int, int, int | None] | None = None
    weekday: int | None = None
    words: int = 0

    def first(self, slot: str) -> str:
        """Return the first value of a slot, "" when nothing was said of it."""
        return (self.slots.get(slot) or ("",))[0]

    def has(self, slot: str, value: str) -> bool:
        """Tell whether a slot holds a value."""
        return value in self.slots.get(slot, ())

    @property
    def asks(self) -> bool:
        """Whether this is a question (and not just a name to find)."""
        return bool(self.subjects or any(self.slots.get(name) for name in ASKING))

    @property
    def compares(self) -> bool:
        """Whether two times are to be compared."""
        times = set(self.slots.get("time", ()))
        return self.has("intent", "compare") or {"this_week", "last_week"} <= times or {"today", "yesterday"} <= times


def moment_of(question: Question, now: datetime) -> Moment:
    """Return when a question is about, by the calendar of Hanoi; a time of day without a day is today's."""
    local = now.astimezone(HANOI)
    times = set(question.slots.get("time", ()))
    if question.ago is not None:
        return Moment("at", now - question.ago)
    for name, days in (("same_yesterday", 1), ("same_last_week", 7)):
        if name in times:
            return Moment("at", now - days * DAY)
    named = _named_day(question, local, times)
    if question.clock is not None:
        at = datetime.combine(named or local.date(), question.clock, HANOI)
        return Moment("future") if at > now else Moment("at", at)
    if named is not None:
        return _day(named, local)
    for name in ("this_week", "last_week", "this_month", "last_month"):
        if name in times:
            start, end = span_of(name, local.date())
            return Moment("days", _midnight(start), min(_midnight(end), now))
    return Moment("now")


def span_of(name: str, today: date) -> tuple[date, date]:
    """Return the first day and the day after the last of a week (from Monday) or month, this one or the last."""
    if name.endswith("week"):
        monday = today - timedelta(days=today.weekday())
        return (monday, monday + 7 * DAY) if name == "this_week" else (monday - 7 * DAY, monday)
    first = today.replace(day=1)
    if name == "last_month":
        return (first - DAY).replace(day=1), first
    return first, (first + timedelta(days=32)).replace(day=1)


def _named_day(question: Question, local: datetime, times: set[str]) -> date | None:
    today = local.date()
    for name, days in (("yesterday", 1), ("day_before", 2)):
        if name in times:
            return today - days * DAY
    if question.weekday is not None:
        back = (today.weekday() - question.weekday) % 7
        return today - (back or 7) * DAY
    if question.day is None:
        return None
    day, month, year = question.day
    try:
        named = date(year or today.year, month, day)
        # Without a year the latest such day is meant; one not yet over cannot be.
        return named if year or named <= today else named.replace(year=today.year - 1)
    except ValueError:
        return date.max


def _day(named: date, local: datetime) -> Moment:
    if named > local.date():
        return Moment("future")
    start = _midnight(named)
    return Moment("now") if named == local.date() else Moment("day", start, start + DAY)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HANOI)
