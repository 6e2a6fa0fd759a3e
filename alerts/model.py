"""Alerts, the events that make and end them, and the reason of every decision.

An event is what the engine decided; an alert is what people see of it, with its texts in both languages and what they
did about it. Immutable. What this module does not do: decide (see `engine`) or keep (see `desk`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec

from alerts.expr.evaluator import label_key
from alerts.lifecycle import State

PRIORITIES: Final = ("critical", "high", "medium", "low")
"""From the gravest down."""
NO_DATA: Final = ("resolve", "keep", "alert")

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Reason(StrEnum):
    """Why the engine decided as it did."""

    PENDING = "pending"  # the condition is met, `for` has not passed yet
    CONDITION_MET = "condition-met"  # the condition is met and the rule waits for nothing
    HELD_FOR = "held-for"  # the condition has held for at least `for`
    DATA_ENDED = "data-ended"  # the series ended, which this rule calls a condition (no_data: alert)
    VALUE_CHANGED = "value-changed"  # still the same alert, another value
    ABOVE_CLEAR = "not-yet-clear"  # the condition is over, the clear threshold not yet reached
    KEEP_FIRING = "keep-firing"  # the condition is over, keep_firing_for has not passed yet
    KEPT_WITHOUT_DATA = "kept-without-data"  # the series ended, the rule says keep
    CONDITION_OVER = "condition-over"  # the condition is over
    KEPT_LONG_ENOUGH = "kept-long-enough"  # keep_firing_for has passed since the condition was over
    NO_DATA = "no-data"  # the series ended, the rule says resolve
    RULE_REMOVED = "rule-removed"  # nobody asks any more
    ORPHANED = "orphaned"  # the desk knew an alert that the engine does not; it is raised anew if it still holds


@dataclass(frozen=True, slots=True)
class Event:
    """One decision of the engine.

    Attributes:
        kind: `raised`, `updated` or `cleared`.
        reason: why.
        at: when, on the clock of received readings.
        alert_id: see `alert_id`.
        rule: the rule's name.
        labels: the labels of the sample that met the condition.
        value: what was measured; None where there is no (finite) value.
        started_at: when it was raised.
        sources: every source that had a part in the value.
    """

    kind: str
    reason: Reason
    at: datetime
    alert_id: str
    rule: str
    labels: dict[str, str]
    value: float | None
    started_at: datetime
    sources: tuple[str, ...] = ()


class Alert(msgspec.Struct, frozen=True):
    """One alert as people see it; its JSON is that of the stream and of the API.

    Attributes:
        id: the same for the same rule, labels and start.
        rule: the rule's name.
        priority: one of PRIORITIES.
        state: one of `lifecycle.STATES`.
        place: the place it is about.
        metric: what is measured.
        dims: the dimensions of the series.
        labels: the rule's own labels.
        value: newest value, None where there is none.
        threshold: the number it is compared with, None where there is none.
        unit: of both.
        started_at: ms since 1970.
        updated_at: ms since 1970 of the newest change.
        ended_at: ms since 1970, None while the condition holds.
        summary_vi: what is wrong, a sentence; likewise cause, consequence, response, owner and short (a few words).
        time_to_respond_s: how soon somebody should act.
        acked_by: who acknowledged it.
        acked_at: ms since 1970.
        note: newest note.
        source: where the value comes from; several are joined with a comma.
        simulated: whether any of it is not the real world.
        version: grows by one with each change: a reader that sees an older version after a newer one ignores it.
        reason: why it is in this state, one of Reason.
    """

    id: str
    rule: str
    priority: str
    state: State
    place: str
    gate: str | None
    metric: str
    dims: dict[str, str]
    labels: dict[str, str]
    value: float | None
    threshold: float | None
    unit: str
    started_at: int
    updated_at: int
    ended_at: int | None
    summary_vi: str
    summary_en: str
    short_vi: str
    short_en: str
    cause_vi: str
    cause_en: str
    consequence_vi: str
    consequence_en: str
    response_vi: str
    response_en: str
    owner_vi: str
    owner_en: str
    time_to_respond_s: float
    source: str
    simulated: bool
    reason: str
    acked_by: str | None = None
    acked_at: int | None = None
    note: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal, never changed once written.

    Attributes:
        seq: grows with each line.
        at: when it happened, aware UTC.
        alert_id: of which alert.
        action: `raised`, `cleared`, `superseded`, `acknowledged`, `unacknowledged` or `noted`.
        who: the user, or `engine`.
        state: the alert's state after it.
        reason: why: the engine's reason, or "" for people's actions, whose why is the note.
        note: what was said.
        facts: rule, place, value, threshold and texts at that moment.
    """

    seq: int
    at: datetime
    alert_id: str
    action: str
    who: str
    state: State
    reason: str = ""
    note: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def to_us(at: datetime) -> int:
    """Return an aware instant in whole microseconds since 1970, so that boundaries compare exactly."""
    return (at - EPOCH) // MICROSECOND


def from_us(us: int) -> datetime:
    """Return the instant of microseconds since 1970; the inverse of `to_us`."""
    return EPOCH + us * MICROSECOND


def to_ms(at: datetime) -> int:
    """Return an aware instant in whole milliseconds since 1970, as screens count."""
    return to_us(at) // 1000


def alert_id(rule: str, labels: dict[str, str], started_us: int) -> str:
    """Return the id of an alert: 26 characters that sort by time of start, like a ULID.

    The same rule, labels and start give the same id, so that what is decided again after a crash is recognised.
    """
    material = repr((rule, label_key(labels), started_us)).encode()
    digest = hashlib.blake2b(material, digest_size=10).digest()
    number = (started_us // 1000) << 80 | int.from_bytes(digest)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
