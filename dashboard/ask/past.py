"""Figures of a past time, and of series that no screen shows, read from history. Blocking: for a thread.

A series of the place itself is preferred to the sum of its parts (directions, routes), a real source to a simulated
one, and parts are only added from one and the same source. What history does not hold stays unanswered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from dashboard.ask.cells import Cell
from dashboard.ask.subjects import Subject
from feeds.catalogue import Catalogue, Metric
from feeds.freshness import LOST_FROM, STALE_FROM
from feeds.history.series import HistorySeries, Point
from feeds.model import DIRECTIONS
from geodata.places import Place, Places

SHORTEST: Final = timedelta(minutes=15)
"""How far around an instant a value is looked for at least, so that a slow minute of a feed is no gap."""
LONGEST: Final = timedelta(days=40)
"""The longest range that is added up: a month and what belongs to it."""
TIERS: Final = ("commune", "province")
"""Tiers by which services tell their figures; where a place has one only, that is the whole."""
DAY: Final = timedelta(days=1)
LOOK_BACK: Final = timedelta(days=60)
HALF_DAY: Final = timedelta(hours=12)
EARLY: Final = timedelta(hours=8)
"""A day's count is believed when its source was heard between the evening before and the opening hour (07:00, 08:00 in
Beijing)."""


class HistoryPort(Protocol):
    """What is asked of history."""

    def series(
        self,
        metric: str,
        place: str,
        dims: Mapping[str, str] | None = None,
        source: str | None = None,
        *,
        start: datetime,
        end: datetime,
        points: int = ...,
    ) -> Sequence[HistorySeries]:
        """Return the matching series over [start, end)."""
        ...


class OriginsPort(Protocol):
    """What is known of sources."""

    def simulated(self, source: str) -> bool:
        """Tell whether a source is not the real world."""
        ...

    def cadence_s(self, source: str, metric: str) -> float:
        """Return the seconds between readings expected of a source in a metric."""
        ...


class Span(NamedTuple):
    """A figure over a stretch of time: `cell` is the count or the mean, with the extremes of what was read."""

    cell: Cell
    lowest: float
    highest: float
    days: int


class Past:
    """Asks history what was."""

    def __init__(
        self,
        history: HistoryPort,
        places: Places,
        catalogue: Catalogue,
        origins: OriginsPort,
    ) -> None:
        """Prepare.

        Args:
            history: answers.
            places: for the routes of a gate.
            catalogue: for aggregation and cadence.
            origins: what is known of the sources.
        """
        self._history = history
        self._places = places
        self._catalogue = catalogue
        self._origins = origins

    def newest(self, subject: Subject, place: str, dims: Mapping[str, str], now: datetime) -> Cell | None:
        """Return the newest figure that is not lost, of a series that no screen shows."""
        metric = self._catalogue[subject.metric]
        reach = max(SHORTEST, timedelta(seconds=metric.cadence_s * LOST_FROM))
        found = self._read(metric, place, {**subject.dims, **dims}, now - reach, now + SHORTEST, 200)
        if found is None:
            return None
        return replace(found, cadence_s=self._origins.cadence_s(found.source, metric.name))

    def instant(self, subject: Subject, place: str, dims: Mapping[str, str], at: datetime) -> Cell | None:
        """Return the figure that stood at an instant: the last one told before it, unless that was stale then."""
        metric = self._catalogue[subject.metric]
        reach = max(SHORTEST, timedelta(seconds=metric.cadence_s * STALE_FROM))
        return self._read(metric, place, {**subject.dims, **dims}, at - reach, at + timedelta(seconds=1), 100)

    def stretch(  # noqa: PLR0911 (each way out is one row of a table)
        self, subject: Subject, place: str, dims: Mapping[str, str], start: datetime, end: datetime
    ) -> Span | None:
        """Return a figure over [start, end): a day's counts added up, or the mean of anything else.

        A count is only told when every day of the stretch has one.
        """
        metric = self._catalogue[subject.metric]
        asked = {**subject.dims, **dims}
        if end - start > LONGEST or end <= start:
            return None
        if not subject.counter:
            whole = self._points(metric, place, asked, start, end, 1)
            if whole is None:
                return None
            points, source = whole
            values = [row[0] for row in points if row]
            if len(values) != len(points) or any(one.value is None for one in values):
                return None
            cell = self._sum([one.value for one in values], [one.t for one in values], source)
            return Span(
                cell,
                sum(one.min if one.min is not None else 0.0 for one in values),
                sum(one.max if one.max is not None else 0.0 for one in values),
                max(1, (end - start).days),
            )
        # A source that was first heard in the middle of a day may have counted from there on.
        if self._points(metric, place, asked, start - HALF_DAY, start + EARLY, 1) is None:
            return None
        whole_days = (end - start) // DAY
        noon = start + whole_days * DAY
        parts = [(start, noon, whole_days)] if whole_days else []
        if end > noon:
            parts.append((noon, end, 1))
        totals: list[float] = []
        newest, source = start, ""
        for begin, stop, days in parts:
            # One point a day from midnight to midnight; what was counted by its end is its highest reading.
            found = self._points(metric, place, asked, begin, stop, days)
            if found is None:
                return None
            rows, source = found
            for index in range(days):
                from_, to = begin + index * DAY, begin + (index + 1) * DAY
                of_day = [
                    next((one for one in row if from_ <= one.t < to and one.max is not None), None) for row in rows
                ]
                if not of_day or any(one is None for one in of_day):
                    return None
                totals.append(sum(one.max or 0.0 for one in of_day if one))
                newest = max([newest, *(one.t for one in of_day if one)])
        cell = Cell(sum(totals), newest, source, self._origins.simulated(source))
        return Span(cell, min(totals), max(totals), len(totals))

    def earliest(self, subject: Subject, place: str, dims: Mapping[str, str], now: datetime) -> datetime | None:
        """Return since when history has anything of it (to the day), None when it has nothing of two months."""
        metric = self._catalogue[subject.metric]
        found = self._points(metric, place, {**subject.dims, **dims}, now - LOOK_BACK, now, LOOK_BACK.days)
        return max((row[0].t for row in found[0] if row), default=None) if found else None

    def _read(
        self, metric: Metric, place: str, dims: Mapping[str, str], start: datetime, end: datetime, points: int
    ) -> Cell | None:
        found = self._points(metric, place, dims, start, end, points)
        if found is None:
            return None
        rows, source = found
        picked = [row[-1] for row in rows if row]
        if len(picked) != len(rows) or any(one.value is None for one in picked):
            return None
        return self._sum([one.value for one in picked], [one.t for one in picked], source)

    def _sum(self, values: Sequence[float | None], times: Sequence[datetime], source: str) -> Cell:
        return Cell(sum(value or 0.0 for value in values), min(times), source, self._origins.simulated(source))

    def _points(
        self, metric: Metric, place: str, dims: Mapping[str, str], start: datetime, end: datetime, points: int
    ) -> tuple[list[list[Point]], str] | None:
        """Return the points of the series whose sum is the figure, and their source; None where there is none."""
        known = self._places.get(place)
        groups = [[place]]
        routes = (
            [child.id for child in self._places.children(place) if child.kind == "route"] if _is_gate(known) else []
        )
        if routes and (metric.aggregation == "sum" or len(routes) == 1):
            groups.append(routes)
        for group in groups:
            whole: dict[str, list[list[Point]]] | None = None
            for one in group:
                parts = self._of_place(metric, one, dims, start, end, points)
                # Only sources that tell of every part may speak for the whole.
                held = parts if whole is None else whole
                whole = {source: [*(whole or {}).get(source, []), *parts[source]] for source in held if source in parts}
            if whole:
                # As on the screens: a real source before a simulated one, then the first in the alphabet.
                source = min(whole, key=lambda name: (self._origins.simulated(name), name))
                return whole[source], source
        return None

    def _of_place(
        self, metric: Metric, place: str, dims: Mapping[str, str], start: datetime, end: datetime, points: int
    ) -> dict[str, list[list[Point]]]:
        """Return by source the points of what was asked: of that very series, its two directions, or its only tier."""

        def ask(more: Mapping[str, str]) -> dict[str, list[Point]]:
            rows = self._history.series(metric.name, place, {**dims, **more}, start=start, end=end, points=points)
            return {row.source: valued for row in rows if (valued := _valued(row))}

        exact = ask({})
        if exact:
            return {source: [row] for source, row in exact.items()}
        if metric.aggregation == "sum" and "direction" in metric.dims and "direction" not in dims:
            ways = [ask({"direction": direction}) for direction in DIRECTIONS]
            return {source: [way[source] for way in ways] for source in ways[0] if all(source in way for way in ways)}
        if "tier" in metric.dims and "tier" not in dims:
            tiers = [rows for tier in TIERS if (rows := ask({"tier": tier}))]
            return {source: [row] for source, row in tiers[0].items()} if len(tiers) == 1 else {}
        return {}


def _valued(row: HistorySeries) -> list[Point]:
    return [point for point in row.points if point.value is not None]


def _is_gate(place: Place | None) -> bool:
    return place is not None and place.kind == "gate"
