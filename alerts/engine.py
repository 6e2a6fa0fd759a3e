"""The engine: readings in, decisions out.

Pure: no I/O, and `now` is an argument. What it decides depends only on what it was given and when, never on how often
it is asked: whatever falls due between two calls is decided at the very instant it was due. Only what changed is
looked at again, so that ten thousand rules fit one core.

Readings of quality `late` or `missing` are not looked at: a late reading fills history and never rewrites what was
decided. A reading that tells of a broken instrument, or an entry that was withdrawn, ends what its source said. An
entry is present until it expires. The clock is that of receiving.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from alerts.errors import EvaluationError
from alerts.expr.syntax import Selector, selectors
from alerts.model import Event, Reason, from_us, to_us
from alerts.rules import Rule, RuleSet
from alerts.series import Cell, KeptCell, Series, wants
from alerts.watch import Active, Watch, to_event
from feeds.catalogue import Catalogue
from feeds.freshness import LOST_FROM, STALE_FROM
from feeds.marks import INSTRUMENT
from feeds.model import Reading, dims_key, is_simulated
from geodata.places import Places

FORMAT: Final = 1
"""Version of what `dump` writes."""
IGNORED_QUALITIES: Final = frozenset({"late", "missing"})
BACKWARD_US: Final = 60_000_000
"""A clock that steps back by less is waited for; by more it was set, and everything remembered is set with it."""


class _Clock(msgspec.Struct, frozen=True):
    format: int
    now_us: int


class Engine:
    """The rules at work.

    Args:
        rules: the rules in force.
        catalogue: the metrics, for their cadence.
        places: for the labels kind and gate.
        cadence_of: source and the metric's cadence → seconds between its readings; see `Registry.cadence_s`.
        simulated_of: source → whether it is not the real world.
    """

    def __init__(
        self,
        rules: RuleSet,
        catalogue: Catalogue,
        places: Places,
        cadence_of: Callable[[str, float], float] = lambda _source, cadence_s: cadence_s,
        simulated_of: Callable[[str], bool] = is_simulated,
    ) -> None:
        self.rules = rules
        self._catalogue = catalogue
        self._places = places
        self._cadence_of = cadence_of
        self._simulated_of = simulated_of
        self._watches = [Watch(rule) for rule in rules]
        self._asked = _index(rules)
        self._series = Series(places)
        self._unwatched: set[tuple[str, str, str, str]] = set()
        self._now_us = 0
        self._timers: list[tuple[int, int, Cell | tuple[int, str]]] = []
        self._timer_count = 0
        self._touched: dict[int, set[str] | None] = {}
        self._review = False
        self._events: list[Event] = []
        self._changed: set[str] = set()
        self.problems: dict[str, str] = {}
        """Rules whose expression has no answer at present, and why; their alerts stay as they are."""

    @property
    def now(self) -> datetime:
        """The instant up to which everything has been decided."""
        return from_us(self._now_us)

    def step(self, readings: Sequence[Reading], now: datetime) -> list[Event]:
        """Take readings in and decide; see `observe` and `evaluate`."""
        self.observe(readings, now)
        return self.evaluate(now)

    def observe(self, readings: Iterable[Reading], now: datetime) -> None:
        """Take readings in that were received by now; what was due before now is decided first.

        The same readings again change nothing. A reading older than the newest of its series and source changes
        nothing either; of equal age it is a correction and wins.
        """
        now_us = self._advance_to(now)
        if now_us > self._now_us:
            # What falls due at this very instant waits: a condition that ends now has not held until now.
            self._settle(now_us - 1)
            self._now_us = now_us
        for reading in readings:
            if reading.metric not in self._asked:
                continue
            if reading.quality == INSTRUMENT or (reading.expires_at is not None and reading.value is None):
                self._take_back(reading)
            elif reading.quality not in IGNORED_QUALITIES and reading.value is not None:
                self._take(reading, reading.value)

    def evaluate(self, now: datetime) -> list[Event]:
        """Return every decision up to now, in the order of time, then of rules."""
        now_us = self._advance_to(now)
        self._settle(now_us)
        self._now_us = now_us
        if self._review:
            self._review = False
            self._touched = dict.fromkeys(range(len(self._watches)))
            self._run()
        return self.decided()

    def decided(self) -> list[Event]:
        """Return the decisions up to the newest readings, without looking at the clock: more may be on their way."""
        self._settle(self._now_us)
        events, self._events = self._events, []
        return events

    def due(self) -> datetime | None:
        """Return the next instant at which something may have to be decided without any reading, or None."""
        return from_us(self._timers[0][0]) if self._timers else None

    def active(self) -> Iterator[tuple[Rule, Active]]:
        """Yield every condition that is met or was until a moment ago, with its rule and the reason of its state."""
        for watch in self._watches:
            for active in watch.active():
                yield watch.rule, active

    def raised_ids(self) -> set[str]:
        """Return the ids of the alerts that are raised."""
        return {active.alert_id for _, active in self.active() if active.fired_us is not None}

    def dump(self) -> dict[str, bytes]:
        """Return the whole state in named parts, from which `load` goes on as if nothing had happened."""
        parts = {"clock": self._encode_clock(), "alerts": self._encode_alerts()}
        return parts | {f"cells:{metric}": self._encode_cells(metric) for metric in self._asked}

    def dump_changed(self) -> dict[str, bytes]:
        """Return those parts of the state that changed since the last call; empty when none did."""
        parts = {f"cells:{metric}": self._encode_cells(metric) for metric in sorted(self._changed - {"alerts"})}
        if "alerts" in self._changed:
            parts["alerts"] = self._encode_alerts()
        self._changed = set()
        return {"clock": self._encode_clock(), **parts} if parts else {}

    def load(self, parts: Mapping[str, bytes]) -> None:
        """Take over the state of an earlier run; the rules may be others by now.

        Raised alerts of rules that are gone are cleared; every rule looks at the world anew at the next `evaluate`.

        Raises:
            msgspec.DecodeError: when a part was not written by `dump`; the engine is then not to be used.
        """
        if "clock" not in parts:
            return
        clock = msgspec.json.decode(parts["clock"], type=_Clock)
        if clock.format != FORMAT:
            return
        self._now_us = clock.now_us
        self._review = True
        for metric in self._asked:
            for kept in msgspec.json.decode(parts.get(f"cells:{metric}", b"[]"), type=list[KeptCell]):
                self._restore(metric, kept)
        numbers = {watch.rule.name: number for number, watch in enumerate(self._watches)}
        for name, active in msgspec.json.decode(parts.get("alerts", b"[]"), type=list[tuple[str, Active]]):
            if name in numbers:
                self._watches[numbers[name]].restore(active)
            elif active.fired_us is not None:
                self._events.append(to_event(name, "cleared", Reason.RULE_REMOVED, active, self._now_us))
        self._changed = {"alerts", *self._asked}
        self._arm_alerts(range(len(self._watches)))

    def with_rules(self, rules: RuleSet) -> Engine:
        """Return an engine that goes on from here with other rules; this one is not to be used any more."""
        other = Engine(rules, self._catalogue, self._places, self._cadence_of, self._simulated_of)
        other.load(self.dump())
        other._events = self._events + other._events
        return other

    def _advance_to(self, now: datetime) -> int:
        now_us = to_us(now)
        if now_us < self._now_us - BACKWARD_US:
            self._set_back(now_us)
        return max(now_us, self._now_us)

    def _set_back(self, now_us: int) -> None:
        """Follow a clock that was set back: nothing remembered may lie in what is now the future."""
        self._now_us = now_us
        for cell in self._series.cells():
            cell.received_us = min(cell.received_us, now_us)
            cell.observed_at = min(cell.observed_at, from_us(now_us))
        for watch in self._watches:
            for active in watch.active():
                active.since_us = min(active.since_us, now_us)
                active.shown_us = min(active.shown_us, now_us)
                active.over_us = None if active.over_us is None else min(active.over_us, now_us)
                active.armed_us = None
        self._timers = []
        for cell in self._series.cells():
            cell.due_us = 0
            self._arm_cell(cell)
        self._arm_alerts(range(len(self._watches)))
        self._changed = {"alerts", *self._asked}

    def _take(self, reading: Reading, value: float) -> None:
        cell = self._series.find(reading)
        if cell is None:
            cell = self._new_cell(reading)
            if cell is not None:
                self._touch_cell(cell)
            return
        if reading.observed_at < cell.observed_at:
            return
        news = value != cell.value or cell.ends_us <= self._now_us or self._series.rivals(cell) > 1
        if (cell.quality, cell.expires_at) != (reading.quality, reading.expires_at):
            cell.quality, cell.expires_at, news = reading.quality, reading.expires_at, True
        cell.value = value
        cell.observed_at = reading.observed_at
        cell.received_us = max(cell.received_us, min(to_us(reading.received_at), self._now_us))
        self._judge_source(cell)
        self._changed.add(cell.metric)
        if news or not cell.due_us:
            self._arm_cell(cell)
        if news:
            self._touch_cell(cell)

    def _take_back(self, reading: Reading) -> None:
        """End at once what a source said of a series, unless it said something newer."""
        cell = self._series.find(reading)
        if cell is None or reading.observed_at < cell.observed_at:
            return
        cell.observed_at, cell.quality, cell.expires_at = reading.observed_at, reading.quality, reading.expires_at
        self._changed.add(cell.metric)
        self._touch_cell(cell)

    def _new_cell(self, reading: Reading) -> Cell | None:
        key = (reading.metric, reading.place, dims_key(reading.dims), reading.source)
        if key in self._unwatched:
            return None
        cell = self._series.add(reading, 0.0, simulated=False)
        cell.received_us = min(cell.received_us, self._now_us)
        self._judge_source(cell)
        cell.watchers = self._watchers(cell)
        if not cell.watchers:
            self._series.forget(cell)
            if reading.place in self._places:  # one declared later may yet have a kind and a gate to match
                self._unwatched.add(key)
            return None
        self._changed.add(cell.metric)
        self._arm_cell(cell)
        if cell.expires_at is not None:
            for feed in self._series.rival_feeds(cell):
                self._arm_cell(feed)  # from now on it matters when it becomes stale
        return cell

    def _restore(self, metric: str, kept: KeptCell) -> None:
        observed, received = from_us(kept.observed_us), from_us(kept.received_us)
        expires_at = None if kept.expires_us is None else from_us(kept.expires_us)
        self._new_cell(
            Reading(
                metric,
                kept.place,
                kept.value,
                observed,
                received,
                kept.source,
                kept.dims,
                quality=kept.quality,
                expires_at=expires_at,
            )
        )

    def _judge_source(self, cell: Cell) -> None:
        cadence_s = self._cadence_of(cell.source, self._catalogue[cell.metric].cadence_s)
        if cadence_s != cell.cadence_s:
            cell.cadence_s = cadence_s
            cell.due_us = 0  # its end may have come nearer
        cell.simulated = self._simulated_of(cell.source)

    def _watchers(self, cell: Cell) -> tuple[int, ...]:
        by_place = self._asked[cell.metric]
        candidates = by_place.get(cell.place, []) + by_place.get(None, [])
        return tuple(sorted({number for number, selector in candidates if wants(selector.matchers, cell.labels)}))

    def _touch_cell(self, cell: Cell) -> None:
        for number in cell.watchers:
            self._touch(number, cell.place)

    def _touch(self, number: int, place: str) -> None:
        if not self._watches[number].local:
            self._touched[number] = None
            return
        places = self._touched.setdefault(number, set())
        assert places is not None
        places.add(place)

    def _arm_cell(self, cell: Cell) -> bool:
        """Wait for the next instant at which a cell changes by ageing: it ends, or it is lost and another speaks.

        A timer that rings before that instant is left to ring, and waits anew then. Return whether there is one.
        """
        observed_us = to_us(cell.observed_at)
        lost_us = observed_us + round(LOST_FROM * cell.cadence_s * 1e6) + 1
        # When it becomes stale a manual entry may speak in its place.
        stale_us = observed_us + round(STALE_FROM * cell.cadence_s * 1e6) + 1 if self._series.rivals(cell) > 1 else 0
        turns = [instant for instant in (cell.ends_us, lost_us, stale_us) if instant > self._now_us]
        if not turns:
            cell.due_us = 0
            return False
        due_us = min(turns)
        if not self._now_us < cell.due_us <= due_us:
            cell.due_us = due_us
            self._wait(due_us, cell)
        return True

    def _arm_alerts(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            for due_us, place in self._watches[number].arm():
                self._wait(due_us, (number, place))

    def _wait(self, due_us: int, subject: Cell | tuple[int, str]) -> None:
        self._timer_count += 1
        heapq.heappush(self._timers, (due_us, self._timer_count, subject))

    def _settle(self, limit_us: int) -> None:
        """Decide what was touched, then whatever falls due up to and including an instant, each at its own time."""
        self._run()
        while self._timers and self._timers[0][0] <= limit_us:
            self._now_us = max(self._now_us, self._timers[0][0])
            while self._timers and self._timers[0][0] <= self._now_us:
                due_us, _, subject = heapq.heappop(self._timers)
                self._ring(due_us, subject)
            self._run()

    def _ring(self, due_us: int, subject: Cell | tuple[int, str]) -> None:
        if isinstance(subject, tuple):
            self._touch(*subject)
            return
        if subject.due_us != due_us:
            return  # overtaken by an earlier one, or the cell is forgotten
        self._touch_cell(subject)
        waits = self._arm_cell(subject)
        if not waits and not any(self._watches[number].rule.no_data == "alert" for number in subject.watchers):
            # It has ended and is lost: nothing asks for it any more. A rule that alerts on the end keeps it in mind.
            self._series.forget(subject)
            self._changed.add(subject.metric)

    def _run(self) -> None:
        touched, self._touched = self._touched, {}
        for number in sorted(touched):
            watch = self._watches[number]
            try:
                self._events += watch.judge(self._series, self._now_us, touched[number])
            except EvaluationError as error:
                self.problems[watch.rule.name] = str(error)
                continue
            self.problems.pop(watch.rule.name, None)
            self._changed.add("alerts")
        self._arm_alerts(sorted(touched))

    def _encode_clock(self) -> bytes:
        return msgspec.json.encode(_Clock(FORMAT, self._now_us))

    def _encode_alerts(self) -> bytes:
        return msgspec.json.encode([(rule.name, active) for rule, active in self.active()])

    def _encode_cells(self, metric: str) -> bytes:
        return msgspec.json.encode(
            [
                KeptCell(
                    cell.place,
                    cell.source,
                    cell.dims,
                    cell.value,
                    to_us(cell.observed_at),
                    cell.received_us,
                    cell.quality,
                    None if cell.expires_at is None else to_us(cell.expires_at),
                )
                for cell in self._series.cells(metric)
            ]
        )


def _index(rules: RuleSet) -> dict[str, dict[str | None, list[tuple[int, Selector]]]]:
    """Return metric → place (None: any) → the rules, by number, with the selector that asks for it."""
    index: dict[str, dict[str | None, list[tuple[int, Selector]]]] = {}
    for number, rule in enumerate(rules):
        for selector in selectors(rule.expr):
            named = [m.value for m in selector.matchers if m.label == "place" and m.op == "="]
            index.setdefault(selector.metric, {}).setdefault(named[0] if named else None, []).append((number, selector))
    return index
