"""The past that the screens need, read from history: yesterday's queues and counts. Blocking; call it in a thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from dashboard.gateway.ports import HistoryPort
from dashboard.readmodels.availability import BUCKETS
from dashboard.readmodels.cells import Recipe
from dashboard.readmodels.gates import Want
from dashboard.readmodels.trend import STEP_S
from feeds.model import parse_dims_key
from geodata.places import PROVINCE_ID

Points: TypeAlias = list[tuple[datetime, float | None]]


def read_past(history: HistoryPort, wants: Iterable[Want]) -> list[tuple[Want, str, Points]]:
    """Return what is wanted, by source; of each want the first recipe for which history has anything.

    Raises:
        feeds.errors.FeedError, sqlalchemy.exc.SQLAlchemyError: when history cannot answer.
    """
    found = []
    for want in wants:
        for recipe in want.recipes:
            by_source = _read(history, recipe, want.start, want.end)
            if by_source:
                found += [(want, source, points) for source, points in by_source.items()]
                break
    return found


def read_days(history: HistoryPort, systems: Iterable[str], now: datetime) -> list[tuple[str, str, Points]]:
    """Return what probes said of systems in the last 24 hours, as (system, source, points).

    Raises:
        feeds.errors.FeedError, sqlalchemy.exc.SQLAlchemyError: when history cannot answer.
    """
    start = now - timedelta(days=1)
    return [
        (system, row.source, [(point[0], point[1]) for point in row.points])
        for system in systems
        for row in history.series(
            "system_availability", PROVINCE_ID, {"system": system}, start=start, end=now, points=BUCKETS
        )
    ]


def _read(history: HistoryPort, recipe: Recipe, start: datetime, end: datetime) -> dict[str, Points]:
    """Return the points of a recipe by source, of those sources that have all of its series."""
    # Whole buckets, so that a point of history is a bucket of the trend.
    first_s = int(start.timestamp() // STEP_S) * STEP_S
    count = max(1, int(-(-(end.timestamp() - first_s) // STEP_S)))
    begin, stop = datetime.fromtimestamp(first_s, UTC), datetime.fromtimestamp(first_s + count * STEP_S, UTC)
    parts: list[dict[str, Points]] = []
    for metric, place, dims in recipe:
        rows = history.series(metric, place, parse_dims_key(dims), start=begin, end=stop, points=count)
        part = {row.source: [(point[0], point[1]) for point in row.points] for row in rows if row.points}
        if not part:
            return {}
        parts.append(part)
    whole = set.intersection(*(set(part) for part in parts))
    return {source: summed([part[source] for part in parts]) for source in sorted(whole)}


def summed(parts: Sequence[Points]) -> Points:
    """Return the sum of several lists of points, bucket by bucket; a bucket that one of them lacks is left out."""
    if len(parts) == 1:
        return parts[0]
    columns = [{int(at.timestamp() // STEP_S): (at, value) for at, value in part} for part in parts]
    points: Points = []
    for bucket in sorted(set.intersection(*(set(column) for column in columns))):
        held = [column[bucket] for column in columns]
        values = [value for _, value in held if value is not None]
        points.append((max(at for at, _ in held), sum(values) if len(values) == len(held) else None))
    return points
