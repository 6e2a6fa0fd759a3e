"""Figures of a past time, and of series that no screen shows, read from history. Blocking: for a thread.

A series of the place itself is preferred to the sum of its parts (directions, routes), a real source to a simulated one,
and parts are only added from one and the same source. What history does not hold stays unanswered.
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
DAY: Final = timedelta(days=1)


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

    def stretch(
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

    def earliest(self, subject: Subject, place: str, now: datetime) -> datetime | None:
        """Return since when history has anything of it (to the day), None when it has nothing of two months."""
        rows = self._history.series(subject.metric, place, start=now - timedelta(days=60), end=now, points=60)
        first = [row.points[0].t for row in rows if row.points]
        return min(first, default=None)

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
            by_source: dict[str, list[list[HistorySeries]]] = {}
            for one in group:
                rows = [
                    row
                    for row in self._history.series(metric.name, one, start=start, end=end, points=points)
                    if any(point.value is not None for point in row.points)
                ]
                for source in {row.source for row in rows}:
                    parts = _parts([row for row in rows if row.source == source], metric, dims)
                    if parts:
                        by_source.setdefault(source, []).append(parts)
            whole = {source: parts for source, parts in by_source.items() if len(parts) == len(group)}
            if whole:
                # As on the screens: a real source before a simulated one, then the first in the alphabet.
                source = min(whole, key=lambda name: (self._origins.simulated(name), name))
                return [_valued(row) for part in whole[source] for row in part], source
        return None


def _parts(rows: Sequence[HistorySeries], metric: Metric, dims: Mapping[str, str]) -> list[HistorySeries]:
    """Return the series that make up what was asked: the one with just these dims, or its two directions."""
    exact = [row for row in rows if row.dims == dims]
    if exact:
        return exact
    if metric.aggregation == "sum" and "direction" in metric.dims and "direction" not in dims:
        both = [row for row in rows if {k: v for k, v in row.dims.items() if k != "direction"} == dims]
        if {row.dims.get("direction") for row in both} == set(DIRECTIONS):
            return both
    # Services tell their figures by tier; where a place has one tier only, that is the whole.
    tiered = [row for row in rows if {k: v for k, v in row.dims.items() if k != "tier"} == dims]
    return tiered if len(tiered) == 1 else []


def _valued(row: HistorySeries) -> list[Point]:
    return [point for point in row.points if point.value is not None]


def _is_gate(place: Place | None) -> bool:
    return place is not None and place.kind == "gate"
