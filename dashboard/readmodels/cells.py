"""Cells: one figure on a screen, chosen among the sources of its series.

A board holds the newest reading of every series that a screen shows, by source, and the figures that are made from
them. Folding a reading mostly replaces one entry; a figure is computed anew only when something it rests on changed.
Where the series of the whole is missing, its parts from one and the same source are added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from dashboard.readmodels.origins import Origins
from feeds.freshness import Freshness, age_s, freshness_of, freshness_until
from feeds.model import QUALITIES, Reading, dims_key, usable_value
from feeds.selection import choose

Cell: TypeAlias = dict[str, Any]
"""`{"v", "at", "src", "q", "sim", "cad"}`, and `by` and `until` where a person entered it; see
the live topics in docs/contract-internal.md."""
Changes: TypeAlias = dict[str, Any]
SeriesId: TypeAlias = tuple[str, str, str]
"""Metric, place, dims key: a series without its source."""
Recipe: TypeAlias = tuple[SeriesId, ...]
"""Series whose sum is the figure; one series is the figure itself."""

_WORSE: Final = {quality: rank for rank, quality in enumerate(QUALITIES)}
"""Rank of a quality: a sum is as good as its worst part."""


def to_ms(at: datetime) -> int:
    """Return an instant in ms since the epoch."""
    return round(at.timestamp() * 1000)


def series_id(metric: str, place: str, **dims: str) -> SeriesId:
    """Return the id of a series; dims in any order."""
    return (metric, place, dims_key(dims))


@dataclass(frozen=True, slots=True)
class Sample:
    """What one source says of a figure; a candidate for `feeds.selection.choose`."""

    source: str
    observed_at: datetime
    cadence_s: float
    simulated: bool
    value: float | None
    quality: str
    expires_at: datetime | None = None
    by: str = ""

    def cell(self) -> Cell:
        """Return the sample as screens get it."""
        cell: Cell = {
            "v": self.value,
            "at": to_ms(self.observed_at),
            "src": self.source,
            "q": self.quality,
            "sim": self.simulated,
            "cad": self.cadence_s,
        }
        if self.expires_at is not None:
            cell["by"] = self.by
            cell["until"] = to_ms(self.expires_at)
        return cell

    def lost(self, now: datetime) -> bool:
        """Tell whether it is too old to stand for the present."""
        if self.expires_at is not None:
            return freshness_until(self.expires_at, now) is Freshness.LOST
        return freshness_of(age_s(self.observed_at, now), self.cadence_s) is Freshness.LOST


@dataclass(slots=True, eq=False)
class _Series:
    """The newest reading of a series by source, and the figures that rest on it."""

    newest: dict[str, Reading] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Figure:
    """One figure and the ways to come by it, the preferred one first."""

    path: str
    metric: str
    recipes: tuple[Recipe, ...]
    shown: Sample | None = None
    cell: Cell | None = None
    # Every source that ever said something about it; mostly one, and then there is nothing to choose.
    sources: set[str] = field(default_factory=set)

    @property
    def value(self) -> float | None:
        """The value shown, None while there is none."""
        return self.shown.value if self.shown else None


class Board:
    """The figures of one topic by path.

    Changes are reported by path; a figure without any reading has the cell None.
    """

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._series: dict[SeriesId, _Series] = {}
        self.figures: dict[str, Figure] = {}
        self.simulated_count = 0

    def bind(self, path: str, *recipes: Sequence[SeriesId]) -> Figure:
        """Add a figure.

        Args:
            path: where it stands in the topic's data.
            recipes: ways to come by it, the preferred one first; each is one series, or several of one metric that
                add up. Sums of a metric that does not add up are left out.
        """
        metric = recipes[0][0][0]
        usable = [tuple(recipe) for recipe in recipes if len(recipe) == 1 or self._origins.summed(metric)]
        figure = Figure(path, metric, tuple(dict.fromkeys(usable)))
        for series in {series for recipe in figure.recipes for series in recipe}:
            held = self._series.setdefault(series, _Series())
            held.figures.append(figure)
            figure.sources.update(held.newest)
        self.figures[path] = figure
        return figure

    def knows(self, series: SeriesId) -> bool:
        """Tell whether a figure rests on the series."""
        return series in self._series

    def cell(self, path: str) -> Cell | None:
        """Return the cell at a path, None when there never was a reading."""
        return self.figures[path].cell

    def basis(self, figure: Figure) -> list[Reading]:
        """Return the readings that the figure shown was made from; none while it shows nothing."""
        return self._parts(figure, figure.shown.source) if figure.shown else []

    def fold(self, readings: Iterable[Reading], now: datetime) -> list[Figure]:
        """Take readings in and return the figures whose cell changed; readings of unknown series change nothing.

        An older reading of a source never replaces a newer one. Of two with the same instant the one received last
        wins: it is the correction.
        """
        dirty: dict[Figure, None] = {}
        known = self._series
        for reading in readings:
            series = known.get((reading.metric, reading.place, dims_key(reading.dims)))
            if series is None:
                continue
            held = series.newest.get(reading.source)
            if held is not None and (
                reading.observed_at < held.observed_at
                or (reading.observed_at == held.observed_at and reading.received_at < held.received_at)
            ):
                continue
            series.newest[reading.source] = reading
            if held is None:
                for figure in series.figures:
                    figure.sources.add(reading.source)
            for figure in series.figures:
                dirty[figure] = None
        return [figure for figure in dirty if self._evaluate(figure, now)]

    def tick(self, now: datetime) -> list[Figure]:
        """Return the figures whose source changed because the one shown was lost, or came back, by mere time."""
        return [figure for figure in self.figures.values() if len(figure.sources) > 1 and self._evaluate(figure, now)]

    def reconsider(self, now: datetime) -> list[Figure]:
        """Return the figures that changed because something new is known of their sources."""
        return [figure for figure in self.figures.values() if self._evaluate(figure, now)]

    def _evaluate(self, figure: Figure, now: datetime) -> bool:
        samples = [sample for source in figure.sources if (sample := self._sample(figure, source)) is not None]
        # A lone sample needs no choosing, unless it may be an entry that was withdrawn.
        lone = len(samples) == 1 and samples[0].expires_at is None
        chosen = samples[0] if lone else choose(samples, now)
        before = figure.shown
        if chosen == before:
            return False
        figure.shown = chosen
        figure.cell = chosen.cell() if chosen else None
        was, is_now = before is not None and before.simulated, chosen is not None and chosen.simulated
        self.simulated_count += is_now - was
        return True

    def _sample(self, figure: Figure, source: str) -> Sample | None:
        """Return what a source says of a figure, by the first recipe that it can serve whole."""
        parts = self._parts(figure, source)
        return self._sum(figure.metric, source, parts) if parts else None

    def _parts(self, figure: Figure, source: str) -> list[Reading]:
        for recipe in figure.recipes:
            parts = [reading for series in recipe if (reading := self._series[series].newest.get(source)) is not None]
            if len(parts) == len(recipe):
                return parts
        return []

    def _sum(self, metric: str, source: str, parts: Sequence[Reading]) -> Sample:
        cadence_s = self._origins.cadence_s(source, metric)
        simulated = self._origins.simulated(source)
        if len(parts) == 1:
            only = parts[0]
            by = self._origins.person(source) if only.expires_at is not None else ""
            value = usable_value(only)
            return Sample(source, only.observed_at, cadence_s, simulated, value, only.quality, only.expires_at, by)
        values = [value for part in parts if (value := usable_value(part)) is not None]
        expiries = [part.expires_at for part in parts if part.expires_at is not None]
        return Sample(
            source,
            # As old as its oldest part: a sum of which one half stands still must not look fresh.
            min(part.observed_at for part in parts),
            cadence_s,
            simulated,
            sum(values) if len(values) == len(parts) else None,
            max((part.quality for part in parts), key=_WORSE.__getitem__),
            min(expiries, default=None),
            self._origins.person(source) if expiries else "",
        )


def combined(figures: Sequence[Figure]) -> Cell | None:
    """Return the sum of what several figures show, of whatever sources; None unless every one shows a value.

    It is simulated when any part is, as old as the oldest and as good as the worst; the sources are joined by `+`.
    """
    samples = [figure.shown for figure in figures if figure.shown is not None and figure.shown.value is not None]
    if not samples or len(samples) < len(figures):
        return None
    cell: Cell = {
        "v": sum(sample.value for sample in samples if sample.value is not None),
        "at": to_ms(min(sample.observed_at for sample in samples)),
        "src": "+".join(sorted({sample.source for sample in samples})),
        "q": max((sample.quality for sample in samples), key=_WORSE.__getitem__),
        "sim": any(sample.simulated for sample in samples),
        "cad": max(sample.cadence_s for sample in samples),
    }
    entered = [sample for sample in samples if sample.expires_at is not None]
    if entered:
        cell["by"] = ", ".join(sorted({sample.by for sample in entered}))
        cell["until"] = to_ms(min(sample.expires_at for sample in entered if sample.expires_at is not None))
    return cell


def nested(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return paths and values as a tree of dicts: `{"a/b": 1}` → `{"a": {"b": 1}}`."""
    tree: dict[str, Any] = {}
    for path, value in cells.items():
        *heads, leaf = path.split("/")
        node = tree
        for head in heads:
            node = node.setdefault(head, {})
        node[leaf] = value
    return tree
