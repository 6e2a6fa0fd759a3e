"""The sheet a scrape is written on, and its text. Pure.

Two promises are kept here. Nothing is written that `families` does not declare. And the number of label values is
bounded: a sender that makes up names fills neither this answer nor the monitor's memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from dashboard.metrics.families import ALL, FAMILIES, Family
from dashboard.metrics.histogram import Histogram

OTHER: Final = "other"
"""Stands for every name beyond the limit."""
MOST_NAMES: Final = 100
"""Sources, and feeds, that get a label of their own: the province has about thirty."""
LABEL_CHARACTERS: Final = 100


class Names:
    """Which names of one kind have a label of their own: the first ones met, for the life of the process.

    The first and not the largest: a name that moved in and out of `other` would make its counter jump.
    """

    def __init__(self, limit: int = MOST_NAMES) -> None:
        self._limit = limit
        self._known: set[str] = set()
        self.left_out: set[str] = set()

    def label(self, name: str) -> str:
        """Return the label of a name: itself, or OTHER."""
        if name in self._known:
            return name[:LABEL_CHARACTERS]
        if len(self._known) < self._limit:
            self._known.add(name)
            return name[:LABEL_CHARACTERS]
        if len(self.left_out) < self._limit * self._limit:
            self.left_out.add(name)
        return OTHER


class Sheet:
    """Samples of one scrape."""

    def __init__(self) -> None:
        self._values: dict[str, dict[tuple[str, ...], float]] = {}
        self._histograms: dict[str, dict[tuple[str, ...], Histogram]] = {}

    def set(self, name: str, value: float | None, *labels: str) -> None:
        """Write one value; None and what is no finite number leave it out.

        Raises:
            KeyError: when no family has that name; ValueError: when the labels are not the family's.
        """
        if value is not None and math.isfinite(value):
            self._of(name, labels)[labels] = float(value)

    def add(self, name: str, value: float, *labels: str) -> None:
        """Add to a value, for names that share a label; raises like `set`."""
        mine = self._of(name, labels)
        mine[labels] = mine.get(labels, 0.0) + value

    def histogram(self, name: str, histograms: Mapping[str, Histogram]) -> None:
        """Write a histogram for each value of its one label."""
        self._histograms[name] = {(label,): one for label, one in histograms.items()}

    def take(self, other: Sheet) -> None:
        """Take over everything that is written on another sheet."""
        for name, values in other._values.items():
            self._values.setdefault(name, {}).update(values)
        self._histograms.update(other._histograms)

    def text(self) -> bytes:
        """Return the sheet as Prometheus text; every declared family is there, some without a sample."""
        registry = CollectorRegistry()
        registry.register(_Written([self._metric(family) for family in ALL]))
        return generate_latest(registry)

    def _of(self, name: str, labels: tuple[str, ...]) -> dict[tuple[str, ...], float]:
        family = FAMILIES[name]
        if len(labels) != len(family.labels):
            raise ValueError(f"{name} has the labels {family.labels}, got {labels}")
        return self._values.setdefault(name, {})

    def _metric(self, family: Family) -> Metric:
        if family.kind == "histogram":
            histogram = HistogramMetricFamily(family.name, family.help, labels=family.labels)
            for labels, one in self._histograms.get(family.name, {}).items():
                histogram.add_metric(labels, buckets=one.buckets(), sum_value=one.total)
            return histogram
        kind = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
        metric = kind(family.name, family.help, labels=family.labels)
        for labels, value in self._values.get(family.name, {}).items():
            metric.add_metric(labels, value)
        return metric


class _Written(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return iter(self._metrics)
