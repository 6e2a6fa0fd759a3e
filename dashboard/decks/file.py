"""config/briefing.yaml: read, checked key by key, refused with a sentence naming file, key and what was expected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import msgspec
import yaml

from dashboard.errors import StartError
from layouts.slides.model import Kind
from layouts.slides.plan import DeckPlan, SlidePlan, When, Wish, Words

FILE: Final = "briefing.yaml"
LONGEST_TEXT: Final = 262_144
"""Characters of the file at most; the shipped one has three thousand."""
MOST_DECKS: Final = 30
MOST_SLIDES: Final = 40
MOST_WISHES: Final = 20
MOST_LINES: Final = 6
"""Alerts or decisions on one slide: more do not fit at 26 px."""
LONGEST_WORDS: Final = 600
KINDS: Final = get_args(Kind)
WHENS: Final = get_args(When)

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_AT: Final = re.compile(r" - at `(key in )?\$(?P<path>[^`]*)`$")


class DecksFileError(StartError):
    """config/briefing.yaml cannot be used; the message names file, key and what was expected."""


@dataclass(frozen=True, slots=True)
class Decks:
    """The declared decks.

    Attributes:
        default: name of the one that is shown when none is asked for.
        plans: by name, in the file's order.
    """

    default: str
    plans: Mapping[str, DeckPlan]


LONE: Final = Decks(
    "giao-ban",
    {
        "giao-ban": DeckPlan(
            "giao-ban",
            Words("Tình hình tỉnh Lạng Sơn", "The state of Lạng Sơn province"),
            Words(),
            tuple(SlidePlan(kind) for kind in KINDS),
        )
    },
)
"""What is shown where there is no file: every kind of slide once, and one for each gate."""


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vi: str = ""
    en: str = ""


class _Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: _Words
    when: str = "always"
    gate: str = ""


class _Slide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    gate: str = "each"
    headline: _Words = _Words()
    notes: _Words = _Words()
    wanted: list[_Wish] = []  # msgspec copies it for each
    from_alerts: bool = True
    most: int = 4


class _Deck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: _Words
    slides: list[_Slide]
    subtitle: _Words = _Words()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    decks: dict[str, _Deck]
    default: str = ""


def load_decks(config_dir: Path, gates: frozenset[str]) -> Decks:
    """Return the declared decks; one with every slide where there is no file.

    Args:
        config_dir: the operator's folder.
        gates: ids of the gates a slide may name.

    Raises:
        DecksFileError: when the file cannot be read or used.
    """
    path = config_dir / FILE
    try:
        return parse_decks(path.read_text(encoding="utf-8"), gates, str(path))
    except FileNotFoundError:
        return LONE
    except OSError as error:
        raise DecksFileError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DecksFileError(f"{path}: not YAML: {error}") from error


def parse_decks(text: str, gates: frozenset[str], where: str = FILE) -> Decks:
    """Return the decks that a text declares; see `load_decks`."""
    whole = _read(text, where)
    if not 1 <= len(whole.decks) <= MOST_DECKS:
        raise _refusal(where, "decks", f"1 to {MOST_DECKS} decks", len(whole.decks))
    default = whole.default or next(iter(whole.decks))
    if default not in whole.decks:
        raise _refusal(where, "default", f"one of {', '.join(whole.decks)}", default)
    return Decks(default, {name: _deck(name, deck, gates, where) for name, deck in whole.decks.items()})


def _read(text: str, where: str) -> _File:
    if len(text) > LONGEST_TEXT:
        raise DecksFileError(f"{where}: expected at most {LONGEST_TEXT} characters, got {len(text)}")
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise DecksFileError(f"{where}: not YAML: {' '.join(str(error).split())[:300]}") from error
    try:
        return msgspec.convert(data, _File)
    except msgspec.ValidationError as error:
        said = str(error)
        found = _AT.search(said)
        key = found["path"].strip(".") if found else ""
        said = said[: found.start()] if found else said
        raise DecksFileError(f"{where}: {key}: {said}" if key else f"{where}: {said}") from error


def _deck(name: str, deck: _Deck, gates: frozenset[str], where: str) -> DeckPlan:
    at = f"decks.{name}"
    if not _NAME.fullmatch(name):
        raise _refusal(where, at, "a name of small letters, digits and hyphens", name)
    if not 1 <= len(deck.slides) <= MOST_SLIDES:
        raise _refusal(where, f"{at}.slides", f"1 to {MOST_SLIDES} slides", len(deck.slides))
    slides = tuple(_slide(one, f"{at}.slides[{i}]", gates, where) for i, one in enumerate(deck.slides))
    title = _words(deck.title, f"{at}.title", where)
    if not title.vi:
        raise _refusal(where, f"{at}.title.vi", "the deck's title in Vietnamese", "")
    # Links and followers find a slide by its id, so that each stands once.
    keys = [(one.kind, one.gate if one.kind == "gate" else "") for one in slides]
    for i, key in enumerate(keys):
        if key in keys[:i]:
            raise _refusal(where, f"{at}.slides[{i}].kind", "each slide once", " ".join(filter(None, key)))
    return DeckPlan(name, title, _words(deck.subtitle, f"{at}.subtitle", where), slides)


def _slide(slide: _Slide, at: str, gates: frozenset[str], where: str) -> SlidePlan:
    if slide.kind not in KINDS:
        raise _refusal(where, f"{at}.kind", f"one of {', '.join(KINDS)}", slide.kind)
    if slide.gate not in {"each", "worst", *gates}:
        raise _refusal(where, f"{at}.gate", f"each, worst or one of {', '.join(sorted(gates))}", slide.gate)
    if not 1 <= slide.most <= MOST_LINES:
        raise _refusal(where, f"{at}.most", f"1 to {MOST_LINES}", slide.most)
    if len(slide.wanted) > MOST_WISHES:
        raise _refusal(where, f"{at}.wanted", f"at most {MOST_WISHES} decisions", len(slide.wanted))
    return SlidePlan(
        slide.kind,  # type: ignore[arg-type]  # checked above
        slide.gate,
        _words(slide.headline, f"{at}.headline", where),
        _words(slide.notes, f"{at}.notes", where),
        tuple(_wish(one, f"{at}.wanted[{i}]", gates, where) for i, one in enumerate(slide.wanted)),
        slide.from_alerts,
        slide.most,
    )


def _wish(wish: _Wish, at: str, gates: frozenset[str], where: str) -> Wish:
    if wish.when not in WHENS:
        raise _refusal(where, f"{at}.when", f"one of {', '.join(WHENS)}", wish.when)
    if wish.gate and wish.gate not in gates:
        raise _refusal(where, f"{at}.gate", f"one of {', '.join(sorted(gates))}", wish.gate)
    text = _words(wish.text, f"{at}.text", where)
    if not text.vi:
        raise _refusal(where, f"{at}.text.vi", "what is to be decided, in Vietnamese", "")
    return Wish(text, wish.when, wish.gate)  # type: ignore[arg-type]  # checked above


def _words(words: _Words, at: str, where: str) -> Words:
    for lang, text in (("vi", words.vi), ("en", words.en)):
        if len(text) > LONGEST_WORDS:
            raise _refusal(where, f"{at}.{lang}", f"at most {LONGEST_WORDS} characters", len(text))
    return Words(words.vi.strip(), words.en.strip())


def _refusal(where: str, key: str, expected: str, got: object) -> DecksFileError:
    return DecksFileError(f"{where}: {key}: expected {expected}, got {got!r}")
