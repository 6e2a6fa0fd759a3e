"""Instants out of a record: formats, zones with daylight saving, and a day that stands elsewhere.

Two questions have an answer by decision (022): a local time that happened twice is the earlier one unless said
otherwise, and one that clocks jumped over is refused unless it is to be shifted, since both guesses would be silent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feeds.errors import RefusedError
from feeds.mapping.schema import Day, Instant, Instants
from feeds.mapping.scope import Scope, as_text
from feeds.mapping.texts import text_of

AHEAD: Final = timedelta(minutes=5)
"""How far ahead of now a time of day may lie before it is taken for yesterday's: the door's own tolerance."""
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)
_MOST_TEXT: Final = 128

Found = TypeVar("Found")


def instant_of(rules: Instants, scope: Scope) -> datetime:
    """Return the first instant that is there, aware UTC.

    Raises:
        RefusedError: bad_time, when none is there or the first that is there is none; and as `Scope.text`.
    """
    listed = rules if isinstance(rules, list) else [rules]
    for rule in listed:
        at = _instant(rule, scope)
        if at is not None:
            return at
    labels = ", ".join(rule.label for rule in listed)
    raise RefusedError("bad_time", f"{labels}: there is no time", listed[0].label if listed else "time")


@lru_cache(maxsize=512)
def zone_of(text: str) -> tzinfo:
    """Return a zone by its IANA name or its offset (`-04:00`, `UTC+7`).

    Raises:
        ValueError: when it is neither.
    """
    if text in {"UTC", "Z", "GMT"}:
        return UTC
    offset = _OFFSET.fullmatch(text.replace("−", "-"))
    if offset:
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if shift > timedelta(hours=14):
            raise ValueError(f"{text!r} is further from UTC than any zone")
        return timezone(-shift if offset[1] == "-" else shift)
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{text[:64]!r} is not an IANA time zone such as Asia/Ho_Chi_Minh, nor -04:00") from error


def _instant(rule: Instant, scope: Scope) -> datetime | None:
    if rule.now:
        return scope.now
    text = scope.text(rule, rule.missing)
    if text is None:
        return None
    whole, zone_text, day_text = text, "", ""
    if rule.match:
        found = scope.budget.match(rule.match, text, rule.label)
        if found is None:
            raise _bad(rule, text, f"does not match {rule.match!r}")
        groups = {name: (part or "").strip() for name, part in found.groupdict().items()}
        text = groups.get("time", found[1] if found.re.groups else found[0]) or ""
        zone_text, day_text = groups.get("zone", ""), groups.get("date", "")
    if text in rule.lookup:
        text = as_text(rule.lookup[text])
    try:
        at = _read(rule, text, day_text, scope)
        at = at if at.tzinfo is not None else _placed(rule, at, zone_text, scope)
        at = at.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        if isinstance(error, RefusedError):
            raise
        formats = rule.format if isinstance(rule.format, str) else " or ".join(rule.format)
        raise _bad(rule, whole, f"is not a time of format {formats} ({error})") from error
    if rule.day_before_if_ahead and at > scope.now + AHEAD:
        at -= timedelta(days=1)
    return at


def _read(rule: Instant, text: str, day_text: str, scope: Scope) -> datetime:
    if len(text) > _MOST_TEXT:
        raise ValueError("too long")
    if rule.date is None and not day_text:
        return _first(rule.format, text, _whole)
    day = _day(rule.date, day_text, scope)
    return datetime.combine(day, _first(rule.format, text, _time_of_day))


def _day(rule: Day | None, day_text: str, scope: Scope) -> date:
    formats: str | list[str] = "iso"
    if rule is not None:
        formats = rule.format
        if not day_text:
            day_text = scope.text(rule, rule.missing) or ""
        if rule.match and day_text:
            found = scope.budget.match(rule.match, day_text, rule.label)
            day_text = found[1 if found.re.groups else 0] if found else ""
    if not day_text:
        raise ValueError("the day it belongs to is missing")
    return _first(formats, day_text, _whole).date()


def _first(formats: str | list[str], text: str, read: Callable[[str, str], Found]) -> Found:
    listed = [formats] if isinstance(formats, str) else formats
    for index, form in enumerate(listed):
        try:
            return read(form, text)
        except ValueError:
            if index == len(listed) - 1:
                raise
    raise ValueError("no format is given")


def _whole(form: str, text: str) -> datetime:
    if form == "iso":
        return datetime.fromisoformat(text)
    if form in {"epoch_s", "epoch_ms"}:
        return datetime.fromtimestamp(float(text) / (1000 if form == "epoch_ms" else 1), UTC)
    return datetime.strptime(text, form)  # noqa: DTZ007 (the zone is added by the caller)


def _time_of_day(form: str, text: str) -> time:
    if form == "iso":
        return time.fromisoformat(text)
    return datetime.strptime(text, form).timetz()  # noqa: DTZ007 (the same)


def _placed(rule: Instant, at: datetime, zone_text: str, scope: Scope) -> datetime:
    if not zone_text:
        zone_text = rule.zone if isinstance(rule.zone, str) else text_of(rule.zone, scope) or ""
    zone = zone_of(rule.zones.get(zone_text, zone_text))
    first, second = at.replace(tzinfo=zone, fold=0), at.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    # Clocks were changed here: put back, the time exists twice; put forward, it does not come back from UTC.
    exists = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == at
    if not exists:
        if rule.nonexistent == "refuse":
            raise ValueError(f"clocks in {zone_text} jumped over that time")
        return first
    if rule.ambiguous == "refuse":
        raise ValueError(f"that time happened twice in {zone_text}")
    return second if rule.ambiguous == "later" else first


def _bad(rule: Instant, text: str, why: str) -> RefusedError:
    return RefusedError("bad_time", f"{rule.label}: {text[:64]!r} {why}", rule.label)
