"""Figures and times as people read them, in Vietnamese and English.

`assets/10-format.js` does the same in the browser; a test compares the two over many values. Pure: `now` is an
argument. Between a figure and its unit stands a no-break space.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

HANOI: Final = timezone(timedelta(hours=7), "Hanoi")
BEIJING: Final = timezone(timedelta(hours=8), "Beijing")
"""Neither changes its clock in the year."""

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
"""The sign as wide as a plus, so that signed figures line up."""

_SIGNS: Final = {"vi": (".", ","), "en": (",", ".")}
_UNITS: Final = {
    "vi": {
        "s": "giây",
        "min": "ph",
        "h": "g",
        "d": "ngày",
        "ago": "trước",
        "bn": "tỷ",
        "m": "triệu",
        "pct": NBSP + "%",
    },
    "en": {"s": "s", "min": "min", "h": "h", "d": "d", "ago": "ago", "bn": "bn", "m": "m", "pct": "%"},
}
_WEEKDAYS: Final = {
    "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS_EN: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: float, lang: str = "vi", decimals: int = 0) -> str:
    """Write a number with grouped thousands: `1.604` in Vietnamese, `1,604` in English.

    Halves round away from zero, as JavaScript's toFixed does, so that both sides agree.
    """
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    group, point = _SIGNS[_known(lang)]
    digits = f"{abs(rounded):,.{decimals}f}".replace(",", "\0").replace(".", point).replace("\0", group)
    return (MINUS if rounded < 0 else "") + digits


def signed(value: float, lang: str = "vi", decimals: int = 0) -> str:
    """Write a difference with its sign: `+1.140`, `−18`, `0`."""
    text = number(value, lang, decimals)
    return text if text.startswith(MINUS) or not any(c in "123456789" for c in text) else "+" + text


def percent(value_pct: float, lang: str = "vi", decimals: int = 1) -> str:
    """Write a percentage given in percent: `87,8 %` or `87.8%`."""
    return number(value_pct, lang, decimals) + _UNITS[_known(lang)]["pct"]


def duration(seconds: float, lang: str = "vi") -> str:
    """Write a length of time: `<1 ph`, `45 ph`, `9g 40`; English `45 min`, `9h 40`.

    Negative counts as zero. From a hundred hours on the minutes say nothing and are left out: `130g`.
    """
    unit = _UNITS[_known(lang)]
    whole = max(0.0, seconds)
    if whole < 60:
        return f"<1{NBSP}{unit['min']}"
    minutes = int(whole // 60 + (1 if whole % 60 >= 30 else 0))
    if minutes < 60:
        return f"{minutes}{NBSP}{unit['min']}"
    hours = minutes // 60
    return f"{number(hours, lang)}{unit['h']}" + (f"{NBSP}{minutes % 60:02d}" if hours < 100 else "")


def age(seconds: float, lang: str = "vi") -> str:
    """Write an age for a narrow place: `12 giây`, `14 ph`, `3g 05`, `2 ngày`. Whole units, never rounded up."""
    unit = _UNITS[_known(lang)]
    whole = int(max(0.0, seconds))
    if whole < 60:
        return f"{whole}{NBSP}{unit['s']}"
    if whole < 3_600:
        return f"{whole // 60}{NBSP}{unit['min']}"
    if whole < 172_800:
        return f"{whole // 3_600}{unit['h']}{NBSP}{whole % 3_600 // 60:02d}"
    return f"{number(whole // 86_400, lang)}{NBSP}{unit['d']}"


def ago(seconds: float, lang: str = "vi") -> str:
    """Write how long ago something was: `2 giây trước`, `14 min ago`."""
    return f"{age(seconds, lang)} {_UNITS[_known(lang)]['ago']}"


def money(amount_vnd: float, lang: str = "vi") -> str:
    """Write an amount of đồng: `1,40 tỷ ₫`, `640 triệu ₫`, `100.000 ₫`."""
    unit = _UNITS[_known(lang)]
    size = abs(amount_vnd)
    if size >= 999_500_000:
        return f"{number(amount_vnd / 1e9, lang, 2)}{NBSP}{unit['bn']}{NBSP}₫"
    if size >= 1_000_000:
        return f"{number(amount_vnd / 1e6, lang)}{NBSP}{unit['m']}{NBSP}₫"
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
    weekday = _WEEKDAYS[_known(lang)][local.weekday()]
    if lang == "en":
        return f"{weekday} {local.day} {_MONTHS_EN[local.month - 1]} {local.year}"
    return f"{weekday} {local.day:02d}/{local.month:02d}/{local.year}"


def from_ms(at_ms: float) -> datetime:
    """Return the aware UTC instant of milliseconds since 1970, as the live frames carry them."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _known(lang: str) -> str:
    """Return the language whose signs are used; a third language starts with the English ones."""
    return lang if lang in _SIGNS else "en"
