"""From words to a question: the cheapest way to read every word as a known phrase. Pure.

Each phrase of the lexicon, the subjects and the names covers some words at a cost: little as written, more under a
wrong tone, more still with slips of the keyboard. The reading with the least cost wins (a shortest path over the
words), and a word that no phrase covers costs so much that it is only left over where nothing fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any, Final, NamedTuple

from dashboard.ask.gazetteer import LONGEST_NAME, RANK, Name
from dashboard.ask.lexicon import LEXICON, WEEKDAYS
from dashboard.ask.question import Named, Question
from dashboard.ask.subjects import Subject
from dashboard.ask.text import Word, distance, fold, shortened, words_of

UNKNOWN_COST: Final = 20.0
SPAN_COST: Final = 1.0
WRONG_TONE: Final = 0.8
"""For a word whose diacritics are others than those typed: less than any other reading as written."""
FORGIVING: Final = frozenset({"name", "subject"})
"""Slots whose single words may have a wrong tone: mostly a short word under another tone is another (đăng, đang)."""
NO_TONE: Final = 0.01
"""For a word typed without the diacritics it has: which of its readings is meant is open."""
SLIP_COST: Final = 3.0
SHORTEST_SLIPPED: Final = 5
"""Letters of the shortest name that forgives a slip: of fewer, another word is nearer (chi, chu, cho)."""
SHORTEST_PHRASE_SLIPPED: Final = 7
"""The same for what is asked: "tài xế" (driver) is one slip from "tắc xe" (jam)."""
LONGEST_SLIPPED: Final = 40
FILLER_COST: Final = 0.3
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:h](\d{2})?|g(\d{2}))")
_DATE: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?")
_UNITS: Final[Mapping[str, float]] = {
    "gio": 3600, "tieng": 3600, "hour": 3600, "hours": 3600, "h": 3600,
    "phut": 60, "minutes": 60, "minute": 60, "min": 60,
    "ngay": 86_400, "hom": 86_400, "day": 86_400, "days": 86_400, "tuan": 604_800, "week": 604_800, "weeks": 604_800,
}  # fmt: skip
_AGO: Final = frozenset({"truoc", "ago"})
_LATER: Final = frozenset({"nua", "toi", "sau"})
_HALF_DAYS: Final = {"sang": 0, "am": 0, "trua": 12, "chieu": 12, "toi": 12, "dem": 12, "pm": 12}


class Phrase(NamedTuple):
    """A known phrase: its words, the slot and the value."""

    words: tuple[Word, ...]
    slot: str
    value: Any


class Span(NamedTuple):
    """A reading of the words from `start` to before `end`."""

    start: int
    end: int
    cost: float
    slot: str
    value: Any


@dataclass(frozen=True)
class Book:
    """Phrases by their folded words, and by what is left of them after a slip."""

    exact: Mapping[tuple[str, ...], tuple[Phrase, ...]]
    joined: Mapping[str, tuple[Phrase, ...]]

    @classmethod
    def of(cls, phrases: Iterable[Phrase]) -> Book:
        """Make a book of phrases."""
        exact: dict[tuple[str, ...], list[Phrase]] = {}
        joined: dict[str, set[Phrase]] = {}
        for phrase in phrases:
            if not phrase.words:
                continue
            key = tuple(word.plain for word in phrase.words)
            exact.setdefault(key, []).append(phrase)
            whole = "".join(key)
            # Only names and what is asked for may be misspelt; a misspelt particle is an unknown word.
            shortest = SHORTEST_SLIPPED if phrase.slot == "name" else SHORTEST_PHRASE_SLIPPED
            if phrase.slot in {"name", "subject", "time", "intent", "kind"} and len(whole) >= shortest:
                for rest in shortened(whole, 1):
                    joined.setdefault(rest, set()).add(phrase)
        return cls(
            {key: tuple(found) for key, found in exact.items()},
            {key: tuple(sorted(found, key=_order)) for key, found in joined.items()},
        )


def _order(phrase: Phrase) -> tuple[str, str]:
    return phrase.slot, repr(phrase.value)


class Grammar:
    """Reads questions; made once from lexicon, subjects and the names of places."""

    def __init__(self, subjects: Iterable[Subject], names: Iterable[Name]) -> None:
        phrases = [Phrase(words_of(text), slot, value) for slot, value, texts in LEXICON for text in texts.split("|")]
        phrases += [Phrase(words_of(text), "subject", one.key) for one in subjects for text in one.phrases.split("|")]
        phrases += [Phrase(words_of(text), "weekday", number) for text, number in WEEKDAYS.items()]
        phrases += [Phrase(name.words, "name", name.meaning) for name in names]
        self._book = Book.of(phrases)

    def read(self, text: str, things: Book | None = None) -> Question:
        """Return what a text means.

        Args:
            text: as it was typed.
            things: names that change while the house runs: targets, systems, feeds.
        """
        words = words_of(text)
        books = (self._book, things) if things else (self._book,)
        spans = [*_numbers(words), *(span for book in books for span in _exact(words, book))]
        path, unknown = _cheapest(words, spans)
        if unknown:
            spans += [span for book in books for span in _near(words, book, unknown)]
            path, unknown = _cheapest(words, spans)
        return _question(words, path, unknown, spans)


def book_of_names(names: Iterable[Name]) -> Book:
    """Return a book of names."""
    return Book.of(Phrase(name.words, "name", name.meaning) for name in names)


def _exact(words: Sequence[Word], book: Book) -> Iterable[Span]:
    plain = [word.plain for word in words]
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + LONGEST_NAME) + 1):
            for phrase in book.exact.get(tuple(plain[start:end]), ()):
                tones = sum(_tone(word, known) for word, known in zip(words[start:end], phrase.words, strict=True))
                if end - start == 1 and tones >= WRONG_TONE and phrase.slot not in FORGIVING:
                    continue
                extra = FILLER_COST if phrase.slot == "filler" else 0.0
                yield Span(start, end, SPAN_COST + tones + extra, phrase.slot, phrase.value)


def _tone(word: Word, known: Word) -> float:
    if word.same(known):
        return 0.0
    return NO_TONE if not word.marks else WRONG_TONE


def _near(words: Sequence[Word], book: Book, unknown: Sequence[int]) -> Iterable[Span]:
    """Return readings of misspelt names and phrases, the nearest only, wherever a word was not understood."""
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + 6) + 1):
            if not any(start <= index < end for index in unknown):
                continue
            whole = "".join(word.plain for word in words[start:end])
            if not SHORTEST_SLIPPED <= len(whole) <= LONGEST_SLIPPED:
                continue
            found: dict[Phrase, int] = {}
            for rest in shortened(whole, 1):
                for phrase in book.joined.get(rest, ()):
                    if phrase not in found:
                        known = "".join(word.plain for word in phrase.words)
                        slips = distance(whole, known, 1)
                        if slips <= 1 and (whole[0] == known[0] or len(known) > 8):
                            found[phrase] = slips
            least = min(found.values(), default=0)
            for phrase, slips in found.items():
                if slips == least:
                    value = replace(phrase.value, near=slips > 0) if isinstance(phrase.value, Named) else phrase.value
                    yield Span(start, end, SPAN_COST + 0.2 + slips * SLIP_COST, phrase.slot, value)


def _cheapest(words: Sequence[Word], spans: Sequence[Span]) -> tuple[list[Span], list[int]]:
    """Return the reading with the least cost and the words it leaves over."""
    ending: dict[int, list[Span]] = {}
    for span in spans:
        ending.setdefault(span.end, []).append(span)
    best: list[tuple[float, Span | None]] = [(0.0, None)]
    for end in range(1, len(words) + 1):
        cost, chosen = best[end - 1][0] + UNKNOWN_COST, None
        for span in ending.get(end, ()):
            through = best[span.start][0] + span.cost
            if through < cost - 1e-9:
                cost, chosen = through, span
        best.append((cost, chosen))
    path: list[Span] = []
    unknown: list[int] = []
    at = len(words)
    while at > 0:
        taken = best[at][1]
        if taken is None:
            at -= 1
            unknown.append(at)
        else:
            path.append(taken)
            at = taken.start
    return path[::-1], unknown[::-1]


def _question(words: Sequence[Word], path: Sequence[Span], unknown: Sequence[int], spans: Sequence[Span]) -> Question:
    slots: dict[str, list[str]] = {}
    subjects: list[str] = []
    names: list[tuple[Named, ...]] = []
    numbers: dict[str, Any] = {}
    for span in path:
        if span.slot == "name":
            # Everything those very words may name, as well written as what was chosen.
            same = [one for one in spans if one.slot == "name" and (one.start, one.end) == (span.start, span.end)]
            cheapest = min((one.cost for one in same), default=0.0)
            # A name typed without its diacritics may be any of those that fold alike.
            same.sort(key=lambda one: (one.cost > cheapest + WRONG_TONE / 2, RANK.index(one.value.kind)))
            names.append(tuple(dict.fromkeys(one.value for one in same)))
        elif span.slot == "subject":
            subjects.append(span.value)
        elif span.slot in {"clock", "ago", "day", "weekday"}:
            numbers[span.slot] = span.value
        elif span.slot != "filler":
            slots.setdefault(span.slot, []).append(span.value)
    return Question(
        slots={slot: tuple(values) for slot, values in slots.items()},
        subjects=tuple(dict.fromkeys(subjects)),
        names=tuple(names),
        unknown=tuple(words[index].raw for index in unknown),
        words=len(words),
        **numbers,
    )


def _numbers(words: Sequence[Word]) -> Iterable[Span]:
    """Return times of day, dates and "so long ago" among the words."""
    plain = [word.plain for word in words]
    for start, word in enumerate(plain):
        rest = plain[start + 1 : start + 4]
        clock = _CLOCK.fullmatch(word)
        if clock:
            yield from _clock(start, start + 1, int(clock[1]), int(clock[2] or clock[3] or 0), rest)
        found = _DATE.fullmatch(word)
        if found and 1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12:
            yield Span(
                start, start + 1, SPAN_COST, "day", (int(found[1]), int(found[2]), int(found[3]) if found[3] else None)
            )
        if word == "ngay" and rest and _DATE.fullmatch(rest[0]):
            yield Span(start, start + 1, SPAN_COST, "filler", "")
        if not (word.isascii() and word.isdigit() and len(word) <= 3 and rest):
            continue
        count = int(word)
        if rest[0] in _UNITS and len(rest) > 1 and rest[1] in _AGO:
            yield Span(start, start + 3, SPAN_COST, "ago", timedelta(seconds=min(count * _UNITS[rest[0]], 3.2e7)))
        if rest[0] in _UNITS and len(rest) > 1 and rest[1] in _LATER:
            yield Span(start, start + 3, SPAN_COST, "refuse", "future")
        if rest[0] in {"gio", "h", "am", "pm"}:
            minutes = (
                int(rest[1]) if len(rest) > 1 and rest[1].isascii() and rest[1].isdigit() and len(rest[1]) == 2 else 0
            )
            end = start + (3 if minutes else 2)
            half = rest[0] if rest[0] in {"am", "pm"} else ""
            yield from _clock(start, end, count, minutes, [half] if half else plain[end : end + 1], counted=bool(half))


def _clock(
    start: int, end: int, hour: int, minute: int, rest: Sequence[str], *, counted: bool = False
) -> Iterable[Span]:
    half = _HALF_DAYS.get(rest[0]) if rest else None
    if hour <= 23 and minute <= 59:
        if half is not None and hour <= 12:
            yield Span(start, end if counted else end + 1, SPAN_COST, "clock", time(hour % 12 + half, minute))
        yield Span(start, end, SPAN_COST, "clock", time(hour, minute))


def folded(text: str) -> str:
    """Return the words of a text without diacritics, with single blanks."""
    return " ".join(word.plain for word in words_of(fold(text)))
