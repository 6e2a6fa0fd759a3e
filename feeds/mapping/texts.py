"""Texts and numbers out of a record: looked up, matched, converted. Missing stays missing: None, never 0."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from typing import Final

from feeds.errors import RefusedError
from feeds.mapping.paths import ABSENT
from feeds.mapping.schema import Text, Value
from feeds.mapping.scope import Scope, as_text, clean, holds
from geodata.places import Place, Places

DURATIONS: Final = {"days": 86_400.0, "hours": 3_600.0, "minutes": 60.0, "seconds": 1.0}
"""Groups of a value's pattern that are added up, in seconds."""
_MOST_DIGITS: Final = 64
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_NOT_A_SLUG: Final = re.compile(r"[^a-z0-9._]+")
_MINUSES: Final = str.maketrans({"−": "-", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})


def text_of(rule: Text, scope: Scope) -> str | None:
    """Return the text a rule yields, None where it is missing.

    Raises:
        RefusedError: no_match, unknown_word, unknown_place, and as `Scope.text`.
    """
    if rule.parts:
        text = _joined(rule, [text_of(part, scope) for part in rule.parts])
    elif rule.keys:
        text = scope.text(rule, rule.missing)
    else:
        text = as_text(rule.constant) or None
    if text is not None and rule.match:
        found = scope.budget.match(rule.match, text, rule.label)
        if found is None:
            raise RefusedError("no_match", f"{rule.label}: {text[:64]!r} does not match {rule.match!r}", rule.label)
        text = _group(found, "text") or None
    if text is not None and rule.lookup:
        text = _looked_up(rule, text)
    if text is None and rule.default is not None:
        text = as_text(rule.default)
    if text is None:
        return None
    if rule.find:
        text = _found(rule, text)
    if rule.slug:
        text = slug(text)
    return f"{rule.prefix}{text}{rule.suffix}" if text else None


def number_of(rule: Value, scope: Scope) -> float | None:
    """Return the number a rule yields, in the metric's unit; None where it is missing.

    Raises:
        RefusedError: bad_value, and as `Scope.text`.
    """
    if rule.missing_when and holds(rule.missing_when, scope):
        return None
    if not rule.keys:
        return rule.constant
    text = scope.text(rule, rule.missing)
    if text is None:
        return _missing_word(rule, scope)
    if text in rule.lookup:
        word = rule.lookup[text]
        return None if word is None else float(word)
    return _converted(rule, text, scope)


def _converted(rule: Value, text: str, scope: Scope) -> float | None:
    number = _matched(rule, text, scope) if rule.match else _parsed(rule, text, scope.raw(rule))
    if rule.divide_by is not None:
        divisor = number_of(rule.divide_by, scope)
        if not divisor:
            return None  # nothing was attempted, so that there is no share of it
        number /= divisor
    number = number * rule.scale + rule.offset
    if not math.isfinite(number):
        raise _bad(rule, text, "is not a finite number")
    return number


def slug(text: str) -> str:
    """Return a text as the letters of an id: lower case, without diacritics, dashes for everything else."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return _NOT_A_SLUG.sub("-", kept).strip("-._")


def _joined(rule: Text, pieces: list[str | None]) -> str | None:
    there = [piece for piece in pieces if piece is not None]
    if len(there) < len(pieces) and not rule.skip_missing:
        return None
    return rule.separator.join(there) or None


def _looked_up(rule: Text, text: str) -> str | None:
    if rule.ignore_case:
        folded = text.casefold()
        key = next((key for key in rule.lookup if key.casefold() == folded), None)
    else:
        key = text if text in rule.lookup else None
    if key is not None:
        word = rule.lookup[key]
        return None if word is None else as_text(word)
    if rule.default is not None:
        return as_text(rule.default)
    if rule.unknown == "refuse":
        raise RefusedError("unknown_word", f"{rule.label}: {text[:64]!r} is not in the lookup", rule.label)
    return text


def _found(rule: Text, text: str) -> str:
    kinds = tuple(rule.find) if isinstance(rule.find, list) else (rule.find,)
    place = _place(kinds, text)
    if place is None:
        wanted = " or ".join(kinds)
        raise RefusedError("unknown_place", f"{rule.label}: {text[:64]!r} is not the name of a {wanted}", rule.label)
    return place.id


@lru_cache(maxsize=8192)
def _place(kinds: tuple[str, ...], text: str) -> Place | None:
    return _names(kinds).find(text)


@lru_cache(maxsize=16)
def _names(kinds: tuple[str, ...]) -> Places:
    # A registry of these kinds only: a commune may bear the name of a gate.
    return Places(_orphan(place) for place in Places.load().all() if place.kind in kinds)


def _orphan(place: Place) -> Place:
    return Place(place.id, None, place.kind, place.name_vi, place.name_en, place.lat, place.lon)


def _missing_word(rule: Value, scope: Scope) -> float | None:
    # A lookup may give a meaning even to a text that is a missing marker, such as "".
    text = clean(scope.raw(rule), rule)
    word = rule.lookup.get(text) if text is not None else None
    return None if word is None else float(word)


def _matched(rule: Value, text: str, scope: Scope) -> float:
    found = scope.budget.match(rule.match, text, rule.label)
    if found is None:
        raise _bad(rule, text, f"does not match {rule.match!r}")
    groups = found.groupdict()
    durations = {name: DURATIONS[name] for name in groups if name in DURATIONS}
    if not durations:
        return _parsed(rule, _group(found, "value"), ABSENT)
    parts = [_parsed(rule, groups[name], ABSENT) * size for name, size in durations.items() if groups[name]]
    if not parts:
        raise _bad(rule, text, "holds none of days, hours, minutes, seconds")
    return sum(parts)


def _parsed(rule: Value, text: str, raw: object) -> float:
    if isinstance(raw, bool):
        raise _bad(rule, text, "is not a number; say what it means with a lookup")
    if isinstance(raw, (int, float)):
        try:
            return float(raw)
        except OverflowError as error:
            raise _bad(rule, text, "is too large") from error
    plain = text.translate(_MINUSES).strip()
    if rule.thousands:
        plain = _ungrouped(plain, rule.thousands.translate(_MINUSES), rule.decimal)
    if rule.decimal == ",":
        # A point would be a group of thousands here: taking it for a decimal sign would be off by a thousand.
        plain = "" if "." in plain else plain.replace(",", ".")
    if len(plain) > _MOST_DIGITS or not _NUMBER.fullmatch(plain):
        raise _bad(rule, text, "is not a number")
    return float(plain)


def _ungrouped(text: str, sign: str, decimal: str) -> str:
    whole, point, rest = text.partition(decimal)
    if sign not in whole:
        return text
    first, *groups = whole.split(sign)
    grouped = first.lstrip("+-").isdigit() and len(first.lstrip("+-")) <= 3
    if not grouped or any(len(group) != 3 or not group.isdigit() for group in groups):
        return ""
    return first + "".join(groups) + point + rest


def _group(found: re.Match[str], name: str) -> str:
    if name in found.re.groupindex:
        return (found[name] or "").strip()
    return (found[1] if found.re.groups else found[0]) or ""


def _bad(rule: Value, text: str, why: str) -> RefusedError:
    return RefusedError("bad_value", f"{rule.label}: {text[:64]!r} {why}", rule.label)
