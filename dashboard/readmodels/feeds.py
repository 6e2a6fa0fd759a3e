"""The topic `feeds`: how each source, process and long task is doing, and whether bus and history answer.

A source is shown once it announced itself or sent a reading. What this module does not do: ask anybody; the hub
hands in what the registry, the bus and the history said.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dashboard.readmodels.cells import to_ms
from dashboard.readmodels.feed_figures import FeedFigure, feed_figure
from dashboard.readmodels.origins import Origins
from feeds.model import Reading
from feeds.registry import SourceFacts

RATE_WINDOW_S: Final = 10.0
"""Rates are told over this long: short enough to see a stop, long enough to be steady."""
OWN_SOURCES: Final = frozenset({"recorder"})
"""Sources that only speak of other sources; they are no feed."""
DERIVED_VI: Final = "Tính từ"
DERIVED_EN: Final = "Derived from"
MAX_SOURCES: Final = 500
"""Sources shown at most; a sender that invents names must not fill the screens."""
FINE_DELAY_S: Final = 10.0
"""Below it a delay is told to a tenth of a second, above it to the second."""
_NO_SIMULATOR: Final = SourceFacts("", "")


@dataclass(slots=True)
class _Seen:
    """What was seen of one source."""

    received: int = 0
    last_at: datetime | None = None
    delay_s: float | None = None
    cadence_s: float | None = None


class FeedsModel:
    """Folds what is known of the feeds into the topic `feeds`."""

    def __init__(self, origins: Origins, now: datetime) -> None:
        self._origins = origins
        self._seen: dict[str, _Seen] = {}
        self._announced: Mapping[str, SourceFacts] = {}
        self._refused: Mapping[str, int] = {}
        self._refused_today: Mapping[str, Mapping[str, int]] = {}
        self._counted_at: datetime | None = None
        self._declared: Mapping[str, Mapping[str, Any]] = {}
        self._recorder_lag: int | None = None
        self._asked_at: datetime | None = None
        self._processes: Mapping[str, Mapping[str, Any]] = {}
        self._progress: Mapping[str, Mapping[str, Any]] = {}
        self._history: deque[tuple[datetime, dict[str, int]]] = deque([(now, {})])
        self._bus = "down"
        self._history_state = "down"
        self._simulated = False
        self._shown: dict[str, Any] = self._compose(now)

    def fold(self, readings: Sequence[Reading], *, live: bool = True) -> None:
        """Count readings by source; those loaded from history (`live` False) count in no rate."""
        counts = Counter([reading.source for reading in readings])
        for source, count in counts.items():
            if source in OWN_SOURCES or (source not in self._seen and len(self._seen) >= MAX_SOURCES):
                continue
            seen = self._seen.setdefault(source, _Seen())
            if live:
                seen.received += count
            mine = readings if len(counts) == 1 else [reading for reading in readings if reading.source == source]
            newest = max(mine, key=_observed_at)
            if seen.last_at is None or newest.observed_at > seen.last_at:
                seen.last_at = newest.observed_at
                if live:
                    seen.delay_s = _delay_s(newest)
            shortest = min(self._origins.cadence_s(source, metric) for metric in {reading.metric for reading in mine})
            if seen.cadence_s is None or shortest < seen.cadence_s:
                seen.cadence_s = shortest

    def take_sources(self, announced: Mapping[str, SourceFacts]) -> None:
        """Take what the sources said of themselves."""
        self._announced = dict(announced)

    def take_refused(self, refused: Mapping[str, int]) -> None:
        """Take how many records of each source were refused."""
        self._refused = dict(refused)

    def take_refused_today(self, refused: Mapping[str, Mapping[str, int]], at: datetime | None = None) -> None:
        """Take how many records of each source were refused since midnight in Hanoi, by reason, as of `at`."""
        self._counted_at = at
        self._refused_today = {source: dict(reasons) for source, reasons in refused.items()}

    def take_declared(self, facts: Mapping[str, Mapping[str, Any]]) -> None:
        """Take what each declared feed says of itself, by the feed's name (hash `lso:feeds`)."""
        self._declared = {name: dict(facts[name]) for name in sorted(facts)[:MAX_SOURCES]}

    def take_recorder_lag(self, entries: int | None, at: datetime | None = None) -> None:
        """Take how many entries of the stream the recorder has not stored yet, as of `at`; None: that is not known."""
        self._asked_at = at
        self._recorder_lag = entries

    def take_processes(self, processes: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the processes by name: `{"state", "since", "restarts"}`."""
        self._processes = dict(processes)

    def take_progress(self, progress: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the long tasks by name: `{"label_vi", "label_en", "done", "total", "at"}`."""
        self._progress = dict(progress)

    def take_states(self, *, bus_up: bool, history_up: bool, simulated: bool) -> None:
        """Take whether bus and history answer, and whether any figure shown is simulated."""
        self._bus = "up" if bus_up else "down"
        self._history_state = "up" if history_up else "down"
        self._simulated = simulated

    def tick(self, now: datetime) -> dict[str, Any]:
        """Return what changed since the last tick, by path."""
        self._history.append((now, {source: seen.received for source, seen in self._seen.items()}))
        # Two entries are kept at least: a rate needs a beginning and an end.
        while len(self._history) > 2 and (now - self._history[1][0]).total_seconds() >= RATE_WINDOW_S:
            self._history.popleft()
        fresh = self._compose(now)
        changes = _difference(self._shown, fresh)
        self._shown = fresh
        return changes

    def snapshot(self) -> dict[str, Any]:
        """Return the topic's data as of the last tick."""
        return self._shown

    def figure(self, path: str) -> FeedFigure:
        """Return what a figure of the feed desk is, as of the last tick.

        Raises:
            KeyError: when no figure stands there.
        """
        counted_ms, asked_ms = (to_ms(at) if at else None for at in (self._counted_at, self._asked_at))
        return feed_figure(self._shown, path, to_ms(self._history[-1][0]), counted_ms, asked_ms)

    def _compose(self, now: datetime) -> dict[str, Any]:
        names = sorted({*self._announced, *self._seen} - OWN_SOURCES)
        simulator = next((facts for facts in self._announced.values() if facts.kind == "simulator"), _NO_SIMULATOR)
        return {
            "sources": {name: self._source(name, now) for name in names},
            "declared": dict(self._declared),
            "recorder_lag": self._recorder_lag,
            "processes": dict(self._processes),
            "progress": dict(self._progress),
            "simulated": self._simulated,
            "scenario": simulator.detail,
            "scenario_vi": simulator.detail_vi or simulator.detail,
            "scenario_en": simulator.detail_en or simulator.detail,
            "scenario_at": to_ms(simulator.detail_at) if simulator.detail_at else None,
            "scenario_by": simulator.detail_by,
            "bus": self._bus,
            "history": self._history_state,
        }

    def _source(self, name: str, now: datetime) -> dict[str, Any]:
        seen = self._seen.get(name) or _Seen()
        facts = self._announced.get(name)
        base = self._origins.facts(name)
        derived = facts is None and ":" in name
        name_vi = (base.name_vi if base else "") or name.rpartition(":")[2]
        name_en = (base.name_en if base else "") or name.rpartition(":")[2]
        return {
            "name_vi": f"{DERIVED_VI} {name_vi}" if derived else name_vi,
            "name_en": f"{DERIVED_EN} {name_en}" if derived else name_en,
            "kind": facts.kind if facts else ("derived" if derived else "push"),
            "cadence_s": facts.cadence_s if facts and facts.cadence_s is not None else seen.cadence_s,
            "last_at": to_ms(seen.last_at) if seen.last_at else None,
            "rate_per_s": self._rate(name, now),
            "refused": self._refused.get(name, 0),
            "refused_today": self._refused_today.get(name, {}),
            "delay_s": seen.delay_s,
            "simulated": self._origins.simulated(name),
            "ended": bool(base and base.ended),
            "detail": base.detail if base else "",
        }

    def _rate(self, name: str, now: datetime) -> float:
        began, before = self._history[0]
        seconds = (now - began).total_seconds()
        seen = self._seen.get(name)
        if seen is None or seconds <= 0:
            return 0.0
        return round((seen.received - before.get(name, 0)) / seconds, 1)


def _observed_at(reading: Reading) -> datetime:
    return reading.observed_at


def _delay_s(reading: Reading) -> float:
    """Return how long a reading took to us, coarse enough that it does not change with every reading."""
    seconds = max(0.0, (reading.received_at - reading.observed_at).total_seconds())
    return round(seconds, 1) if seconds < FINE_DELAY_S else float(round(seconds))


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes of a tree two levels deep: entities that came or went whole, of the others the leaves."""
    changes: dict[str, Any] = {}
    for key, value in new.items():
        if not isinstance(value, dict):
            if old[key] != value:
                changes[key] = value
            continue
        before = old[key]
        for name in before:
            if name not in value:
                changes[f"{key}/{name}"] = None
        for name, entity in value.items():
            if name not in before or before[name].keys() != entity.keys():
                changes[f"{key}/{name}"] = entity
                continue
            for leaf, fact in entity.items():
                if before[name][leaf] != fact:
                    changes[f"{key}/{name}/{leaf}"] = fact
    return changes
