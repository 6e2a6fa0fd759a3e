"""Figures and times as people read them; signs, units and names come from the catalogue of the language.

`assets/10-format.js` does the same in the browser; a test compares the two over many values. Pure: `now` is an
argument. Between a figure and its unit stands a no-break space.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from layouts.wording import catalogue

HANOI: Final = timezone(timedelta(hours=7), "Hanoi")
BEIJING: Final = timezone(timedelta(hours=8), "Beijing")
"""Neither changes its clock in the year."""

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
"""The sign as wide as a plus, so that signed figures line up."""


@functools.cache
def _words(lang: str) -> Mapping[str, str]:
    """Return signs, units and names of a language: the sentences `format.*` of its catalogue, without that prefix."""
    prefix = "format."
    return {key.removeprefix(prefix): text for key, text in catalogue(lang).items() if key.startswith(prefix)}


def number(value: float, lang: str = "vi", decimals: int = 0) -> str:
    """Write a number with grouped thousands: `1.604` in Vietnamese, `1,604` in English.

    Halves round away from zero, as JavaScript's toFixed does, so that both sides agree.
    """
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    words = _words(lang)
    digits = f"{abs(rounded):,.{decimals}f}".replace(",", "\0").replace(".", words["point"])
    digits = digits.replace("\0", words["group"])
    return (MINUS if rounded < 0 else "") + digits


def signed(value: float, lang: str = "vi", decimals: int = 0) -> str:
    """Write a difference with its sign: `+1.140`, `−18`, `0`."""
    text = number(value, lang, decimals)
    return text if text.startswith(MINUS) or not any(c in "123456789" for c in text) else "+" + text


def percent(value_pct: float, lang: str = "vi", decimals: int = 1) -> str:
    """Write a percentage given in percent: `87,8 %` or `87.8%`."""
    return _words(lang)["percent"].format(value=number(value_pct, lang, decimals))


def duration(seconds: float, lang: str = "vi") -> str:
    """Write a length of time: `<1 ph`, `45 ph`, `9g 40`; English `45 min`, `9h 40`.

    Negative counts as zero. From a hundred hours on the minutes say nothing and are left out: `130g`.
    """
    unit = _words(lang)
    whole = max(0.0, seconds)
    if whole < 60:
        return f"<1{NBSP}{unit['minute']}"
    minutes = int(whole // 60 + (1 if whole % 60 >= 30 else 0))
    if minutes < 60:
        return f"{minutes}{NBSP}{unit['minute']}"
    hours = minutes // 60
    return f"{number(hours, lang)}{unit['hour']}" + (f"{NBSP}{minutes % 60:02d}" if hours < 100 else "")


def age(seconds: float, lang: str = "vi") -> str:
    """Write an age for a narrow place: `12 giây`, `14 ph`, `3g 05`, `2 ngày`. Whole units, never rounded up."""
    unit = _words(lang)
    whole = int(max(0.0, seconds))
    if whole < 60:
        return f"{whole}{NBSP}{unit['second']}"
    if whole < 3_600:
        return f"{whole // 60}{NBSP}{unit['minute']}"
    if whole < 172_800:
        return f"{whole // 3_600}{unit['hour']}{NBSP}{whole % 3_600 // 60:02d}"
    return f"{number(whole // 86_400, lang)}{NBSP}{unit['day']}"


def ago(seconds: float, lang: str = "vi") -> str:
    """Write how long ago something was: `2 giây trước`, `14 min ago`."""
    return _words(lang)["ago"].format(age=age(seconds, lang))


def money(amount_vnd: float, lang: str = "vi") -> str:
    """Write an amount of đồng: `1,40 tỷ ₫`, `640 triệu ₫`, `100.000 ₫`."""
    unit = _words(lang)
    size = abs(amount_vnd)
    if size >= 999_500_000:
        return f"{number(amount_vnd / 1e9, lang, 2)}{NBSP}{unit['billion']}{NBSP}₫"
    if size >= 1_000_000:
        return f"{number(amount_vnd / 1e6, lang)}{NBSP}{unit['million']}{NBSP}₫"
    return f"{number(amount_vnd, lang)}{NBSP}₫"


def distance(metres: float, lang: str = "vi") -> str:
    """Write a distance: `640 m` to ten metres, `8,2 km` from one kilometre."""
    if metres < 995:
        return f"{number(int(metres / 10 + 0.5) * 10, lang)}{NBSP}m"
    return f"{number(metres / 1000, lang, 1)}{NBSP}km"


def clock(at: datetime, *, zone: timezone = HANOI, seconds: bool = False) -> str:
    """Write a time of day, `14:32` or `14:32:08`, in Hanoi unless told otherwise."""
    return at.astimezone(zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def day(at: datetime, lang: str = "vi") -> str:
    """Write a day with its weekday: `CN 22/11/2026`, `Sun 22 Nov 2026`, by the calendar of Hanoi."""
    local = at.astimezone(HANOI)
    words = _words(lang)
    return words["date"].format(
        weekday=words["weekdays"].split()[local.weekday()],
        day=words["days"].split()[local.day - 1],
        month=words["months"].split()[local.month - 1],
        year=local.year,
    )


def from_ms(at_ms: float) -> datetime:
    """Return the aware UTC instant of milliseconds since 1970, as the live frames carry them."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)
