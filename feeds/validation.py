"""Judging what comes in: a raw record becomes a reading or a passage, or is refused with its reason.

Pure: `now`, the catalogue and the places are arguments. Late input is not refused; it is marked. A clock that runs
ahead is marked by clamping nothing: up to CLOCK_TOLERANCE_S it is taken as it is, beyond it the reading is refused,
since a future instant would hide every later reading of its series.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from feeds.catalogue import DIM_VALUES, Catalogue, Metric
from feeds.errors import RefusedError
from feeds.model import (
    DIRECTIONS,
    GOODS_CLASSES,
    METHODS,
    PHASES,
    QUALITIES,
    STEPS,
    Passage,
    Reading,
    is_manual,
)
from geodata.places import Places

CLOCK_TOLERANCE_S: Final = 300.0
"""How far a source's clock may run ahead: real feeds were seen 1–60 s ahead; five minutes is a broken clock."""
LATE_CADENCES: Final = 3.0
"""A reading older than this many cadences when it arrives has quality `late`; the same bound as `stale`."""
OLDEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Anything before is a clock that was never set."""

_WORD: Final = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_SOURCE: Final = re.compile(r"[\w][\w.:-]{0,63}", re.ASCII)
_VEHICLE_MAX: Final = 128


class RawReading(msgspec.Struct, frozen=True, gc=False):
    """A reading as sources send it; every field still to be judged."""

    metric: str
    place: str
    observed_at: datetime
    value: float | None = None
    source: str = ""
    dims: dict[str, str] = {}
    method: str = "unknown"
    quality: str = "good"
    expires_at: datetime | None = None


class RawPassage(msgspec.Struct, frozen=True, gc=False):
    """A passage as sources send it; every field still to be judged."""

    vehicle: str
    place: str
    direction: str
    step: str
    phase: str
    at: datetime
    goods_class: str = "other"
    source: str = ""
    goods_tonnes: float | None = None
    fee_vnd: int | None = None
    diverted: bool = False


def judge_reading(
    raw: RawReading,
    default_source: str,
    now: datetime,
    catalogue: Catalogue,
    places: Places,
    *,
    cadence_s: float | None = None,
    by_hand: bool = False,
) -> Reading:
    """Return the reading, with `received_at` = now and quality `late` where it came late.

    Only what is `by_hand` may (and must) come from a source `manual.<user>`, and may expire.

    Raises:
        RefusedError: with a reason among unknown_metric, unknown_place, unknown_dim, bad_dim, bad_value,
            out_of_bounds, missing_value, bad_time, clock_ahead, bad_source, bad_method, bad_quality, bad_expiry.
    """
    metric = catalogue.get(raw.metric)
    if metric is None:
        raise RefusedError("unknown_metric", f"metric {raw.metric[:64]!r} is not in the catalogue", "metric")
    if raw.place not in places:
        raise RefusedError("unknown_place", f"place {raw.place[:64]!r} is not known", "place")
    if raw.dims:
        _judge_dims(metric, raw.dims)
    observed_at = _judge_time(raw.observed_at, now, "observed_at")
    source = _judge_source(raw.source or default_source)
    if is_manual(source) != by_hand:
        raise RefusedError("bad_source", f"{source!r}: only what a person enters by hand comes from manual.*", "source")
    expires_at = None if raw.expires_at is None else _judge_expiry(raw.expires_at, observed_at, by_hand=by_hand)
    if raw.quality not in QUALITIES:
        raise RefusedError(
            "bad_quality",
            f"quality must be one of {QUALITIES}, got {raw.quality[:32]!r}",
            "quality",
        )
    if raw.method not in METHODS:
        raise RefusedError("bad_method", f"method must be one of {METHODS}, got {raw.method[:32]!r}", "method")
    value = _judge_value(metric, raw)
    quality = raw.quality
    if quality == "good" and (now - observed_at).total_seconds() > LATE_CADENCES * (cadence_s or metric.cadence_s):
        quality = "late"
    return Reading(raw.metric, raw.place, value, observed_at, now, source, raw.dims, raw.method, quality, expires_at)


def judge_passage(raw: RawPassage, default_source: str, now: datetime, places: Places) -> Passage:
    """Return the passage, with `received_at` = now.

    Raises:
        RefusedError: with a reason among unknown_place, bad_place, bad_vehicle, bad_direction, bad_goods_class,
            bad_step, bad_phase, bad_time, clock_ahead, bad_source, out_of_bounds.
    """
    if not raw.vehicle or len(raw.vehicle) > _VEHICLE_MAX:
        raise RefusedError("bad_vehicle", f"vehicle must have 1–{_VEHICLE_MAX} characters", "vehicle")
    place = places.get(raw.place)
    if place is None:
        raise RefusedError("unknown_place", f"place {raw.place[:64]!r} is not known", "place")
    if place.kind not in {"gate", "route"}:
        raise RefusedError(
            "bad_place",
            f"a passage happens at a gate or route, {raw.place!r} is a {place.kind}",
            "place",
        )
    for field, value, allowed in (
        ("direction", raw.direction, DIRECTIONS),
        ("goods_class", raw.goods_class, GOODS_CLASSES),
        ("step", raw.step, STEPS),
        ("phase", raw.phase, PHASES),
    ):
        if value not in allowed:
            raise RefusedError(f"bad_{field}", f"{field} must be one of {allowed}, got {value[:32]!r}", field)
    at = _judge_time(raw.at, now, "at")
    source = _judge_source(raw.source or default_source)
    if is_manual(source):
        raise RefusedError("bad_source", "a passage is not entered by hand", "source")
    if raw.goods_tonnes is not None and not 0 <= raw.goods_tonnes <= 1_000:
        raise RefusedError(
            "out_of_bounds",
            f"goods_tonnes must lie in 0–1000, got {raw.goods_tonnes}",
            "goods_tonnes",
        )
    if raw.fee_vnd is not None and not 0 <= raw.fee_vnd <= 1_000_000_000:
        raise RefusedError("out_of_bounds", f"fee_vnd must lie in 0–1,000,000,000, got {raw.fee_vnd}", "fee_vnd")
    return Passage(
        raw.vehicle,
        raw.place,
        raw.direction,
        raw.goods_class,
        raw.step,
        raw.phase,
        at,
        now,
        source,
        raw.goods_tonnes,
        raw.fee_vnd,
        raw.diverted,
    )


def _judge_dims(metric: Metric, dims: Mapping[str, Any]) -> None:
    for key, value in dims.items():
        if key not in metric.dims:
            known = ", ".join(sorted(metric.dims)) or "none"
            raise RefusedError(
                "unknown_dim",
                f"{metric.name} has dims {known}; got {key[:32]!r}",
                f"dims.{key[:32]}",
            )
        allowed = DIM_VALUES[key]
        if allowed is not None:
            if value not in allowed:
                raise RefusedError("bad_dim", f"{key} must be one of {allowed}, got {value[:32]!r}", f"dims.{key}")
        elif not _WORD.fullmatch(value):
            raise RefusedError(
                "bad_dim",
                f"{key} must be a word of 1–64 characters, got {value[:32]!r}",
                f"dims.{key}",
            )


def _judge_time(at: datetime, now: datetime, field: str) -> datetime:
    if at.tzinfo is None:
        raise RefusedError("bad_time", f"{field} must carry its zone (…Z or ±hh:mm), got {at.isoformat()}", field)
    if at.tzinfo is not UTC:
        try:
            at = at.astimezone(UTC)
        except OverflowError as error:
            raise RefusedError("bad_time", f"{field} lies outside the calendar once in UTC", field) from error
    if at < OLDEST:
        raise RefusedError("bad_time", f"{field} lies before 2000: {at.isoformat()}", field)
    if at > now and at - now > timedelta(seconds=CLOCK_TOLERANCE_S):
        ahead = (at - now).total_seconds()
        raise RefusedError(
            "clock_ahead",
            f"{field} lies {ahead:.0f} s in the future; at most {CLOCK_TOLERANCE_S:.0f} s is accepted",
            field,
        )
    return at


def _judge_expiry(expires_at: datetime, observed_at: datetime, *, by_hand: bool) -> datetime:
    if not by_hand:
        raise RefusedError("bad_expiry", "only what a person enters by hand expires", "expires_at")
    if expires_at.tzinfo is None:
        raise RefusedError(
            "bad_expiry", f"expires_at must carry its zone (…Z or ±hh:mm), got {expires_at.isoformat()}", "expires_at"
        )
    try:
        expires_at = expires_at.astimezone(UTC)
    except OverflowError as error:
        raise RefusedError("bad_expiry", "expires_at lies outside the calendar once in UTC", "expires_at") from error
    if expires_at < observed_at:
        raise RefusedError("bad_expiry", "expires_at must not lie before observed_at", "expires_at")
    return expires_at


def _judge_source(source: str) -> str:
    if not _SOURCE.fullmatch(source):
        raise RefusedError("bad_source", f"source must be a word of 1–64 characters, got {source[:32]!r}", "source")
    return source


def _judge_value(metric: Metric, raw: RawReading) -> float | None:
    value = raw.value
    if raw.quality == "missing":
        if value is not None:
            raise RefusedError("bad_value", "a reading of quality missing carries no value (null)", "value")
        return None
    if value is None:
        raise RefusedError("missing_value", "value is null; say quality missing if it is missing", "value")
    if not math.isfinite(value):
        raise RefusedError("bad_value", f"value must be a finite number, got {value}", "value")
    if metric.integer and value != int(value):
        raise RefusedError("bad_value", f"{metric.name} counts whole things, got {value}", "value")
    if (metric.lower is not None and value < metric.lower) or (metric.upper is not None and value > metric.upper):
        raise RefusedError(
            "out_of_bounds",
            f"{metric.name} lies in {metric.lower:g}–{_bound(metric.upper)}, got {value:g}",
            "value",
        )
    return value


def _bound(upper: float | None) -> str:
    return "∞" if upper is None else f"{upper:g}"
