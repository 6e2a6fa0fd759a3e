"""One rule at work: which of its conditions hold, since when, and what that makes of its alerts.

The state machine of an alert before people see it. Semantics are Prometheus': a condition that has held for at least
`for` raises; one that is met again while it keeps firing was never over; `keep_firing_for` ends once at least that
much has passed. Pure: instants are whole microseconds and handed in.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple, TypeAlias

import msgspec

from alerts.expr.evaluator import LabelKey, Sample, evaluate, label_key
from alerts.expr.syntax import is_local
from alerts.model import Event, Reason, alert_id, from_us
from alerts.rules import Rule
from alerts.series import Series

SHOW_EVERY_US: Final = 15_000_000
"""A raised alert's new value is told at most this often: a person reads no faster, and a stream need not."""


class Active(msgspec.Struct):
    """A condition that is met, or was until a moment ago.

    Attributes:
        labels: of the sample that met it.
        since_us: when it was first met.
        fired_us: when the alert was raised, None while it waits for `for`.
        over_us: since when the condition is no longer met, None while it is.
        value: newest value, None where there is none.
        sources: where the value comes from.
        shown_us: when people were last told the value.
        shown: the value they were told.
        reason: why it is in this state.
        alert_id: "" until it is raised.
        armed_us: the instant a timer already waits for; not meaningful in another run.
    """

    labels: dict[str, str]
    since_us: int
    value: float | None
    sources: tuple[str, ...]
    fired_us: int | None = None
    over_us: int | None = None
    shown_us: int = 0
    shown: float | None = None
    reason: Reason = Reason.PENDING
    alert_id: str = ""
    armed_us: int | None = None


Known: TypeAlias = dict[LabelKey, Active]


class _Findings(NamedTuple):
    """What the present samples say of a rule."""

    met: dict[LabelKey, Sample]
    held: dict[LabelKey, Sample]
    present: frozenset[LabelKey]
    ended: frozenset[LabelKey]


class Watch:
    """A rule with its conditions."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.local = is_local(rule.expr)
        self._holding = rule.holding
        self._measured = rule.measured
        self._for_us = round(rule.for_s * 1e6)
        self._keep_us = round(rule.keep_firing_s * 1e6)
        self._active: dict[str, dict[LabelKey, Active]] = {}

    def active(self) -> Iterator[Active]:
        """Yield every condition, place by place."""
        for members in self._active.values():
            yield from members.values()

    def restore(self, active: Active) -> None:
        """Take over a condition of an earlier run."""
        active.armed_us = None
        self._active.setdefault(_place(active.labels), {})[label_key(active.labels)] = active

    def arm(self) -> list[tuple[int, str]]:
        """Return the instants, and the places, at which a condition changes by the passing of time alone.

        Each is returned once: by the next call after it became known.
        """
        due = []
        for place, members in self._active.items():
            for active in members.values():
                instant = self._due_us(active)
                if instant is not None and instant != active.armed_us:
                    active.armed_us = instant
                    due.append((instant, place))
        return due

    def judge(self, series: Series, now_us: int, places: Collection[str] | None) -> list[Event]:
        """Look at the present samples once.

        Args:
            series: the samples.
            now_us: the instant.
            places: those at which something changed; None asks everywhere.

        Raises:
            EvaluationError: when the expression has no answer; every condition stays as it was.
        """
        known = self._in_scope(places)
        findings = self._find(series, now_us, places, known)
        events: list[Event] = []
        for key in sorted({*findings.met, *known}):
            active = known.get(key)
            sample = findings.met.get(key) or findings.held.get(key)
            if active is None:
                assert sample is not None
                active = Active(sample.labels, now_us, _finite(sample.value), sample.sources)
                self.restore(active)
                known[key] = active
            if sample is not None and (key in findings.met or active.fired_us is not None):
                events += self._met(active, sample, now_us, findings, key)
            else:
                events += self._not_met(active, key, now_us, findings)
        return events

    def _due_us(self, active: Active) -> int | None:
        if active.fired_us is None:
            return active.since_us + self._for_us
        return None if active.over_us is None else active.over_us + self._keep_us

    def _find(self, series: Series, now_us: int, places: Collection[str] | None, known: Known) -> _Findings:
        view = series.view(now_us, places)
        met = {sample.key: sample for sample in evaluate(self.rule.expr, view)}
        held: dict[LabelKey, Sample] = {}
        if self._holding is not None and any(active.fired_us is not None for active in known.values()):
            held = {sample.key: sample for sample in evaluate(self._holding, view)}
        present: frozenset[LabelKey] = frozenset()
        ended: set[LabelKey] = set()
        # Whether data ended matters only where a condition is no longer met, or where that is the condition.
        if self._measured is not None and (self.rule.no_data == "alert" or not known.keys() <= met.keys()):
            present = frozenset(sample.key for sample in evaluate(self._measured, view))
            if self.rule.no_data == "alert":
                for sample in evaluate(self._measured, series.view(now_us, places, ended_too=True)):
                    if sample.key not in present:
                        ended.add(sample.key)
                        met[sample.key] = Sample(sample.labels, math.nan, sample.sources)
        return _Findings(met, held, present, frozenset(ended))

    def _in_scope(self, places: Collection[str] | None) -> Known:
        chosen = self._active if places is None else [place for place in places if place in self._active]
        return {key: active for place in chosen for key, active in self._active[place].items()}

    def _met(self, active: Active, sample: Sample, now_us: int, findings: _Findings, key: LabelKey) -> list[Event]:
        active.value, active.sources, active.over_us = _finite(sample.value), sample.sources, None
        if active.fired_us is not None:
            if key in findings.met:
                active.reason = Reason.DATA_ENDED if key in findings.ended else Reason.CONDITION_MET
            else:
                active.reason = Reason.ABOVE_CLEAR
            if active.value == active.shown or now_us - active.shown_us < SHOW_EVERY_US:
                return []
            active.shown, active.shown_us = active.value, now_us
            return [self._event("updated", Reason.VALUE_CHANGED, active, now_us)]
        if now_us - active.since_us < self._for_us:
            return []
        active.fired_us = active.shown_us = now_us
        active.shown = active.value
        active.alert_id = alert_id(self.rule.name, active.labels, now_us)
        if key in findings.ended:
            active.reason = Reason.DATA_ENDED
        else:
            active.reason = Reason.HELD_FOR if self._for_us else Reason.CONDITION_MET
        return [self._event("raised", active.reason, active, now_us)]

    def _not_met(self, active: Active, key: LabelKey, now_us: int, findings: _Findings) -> list[Event]:
        absent = self._measured is not None and key not in findings.present
        if active.fired_us is None:
            self._drop(active, key)
            return []
        if active.over_us is None:
            if absent and self.rule.no_data == "keep":
                active.reason = Reason.KEPT_WITHOUT_DATA
                return []
            active.over_us, active.reason = now_us, Reason.KEEP_FIRING
        if now_us - active.over_us < self._keep_us:
            return []
        self._drop(active, key)
        reason = Reason.NO_DATA if absent else Reason.CONDITION_OVER
        if self._keep_us:
            reason = Reason.KEPT_LONG_ENOUGH
        return [self._event("cleared", reason, active, now_us)]

    def _drop(self, active: Active, key: LabelKey) -> None:
        place = _place(active.labels)
        del self._active[place][key]
        if not self._active[place]:
            del self._active[place]

    def _event(self, kind: str, reason: Reason, active: Active, now_us: int) -> Event:
        return to_event(self.rule.name, kind, reason, active, now_us)


def to_event(rule: str, kind: str, reason: Reason, active: Active, now_us: int) -> Event:
    """Return a decision on a raised condition."""
    assert active.fired_us is not None
    return Event(
        kind,
        reason,
        from_us(now_us),
        active.alert_id,
        rule,
        active.labels,
        active.value,
        from_us(active.fired_us),
        active.sources,
    )


def _place(labels: dict[str, str]) -> str:
    return labels.get("place", "")


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
