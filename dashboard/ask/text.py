"""Text as people type it: words with and without their diacritics, and how far two words are apart. Pure.

Vietnamese is typed with full diacritics, with some, with a wrong tone, or with none; a word keeps both its forms, so
that what was written exactly can win over what only folds alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

MOST_WORDS: Final = 40
"""Words of a question that are read; the longest plain question people ask has about fifteen."""
_WORD: Final = re.compile(r"\d+(?:[:/.,-]\d+)+|[^\W_]+")
"""A time, date or marker (8:30, 20/11, 1119-1120) is one word; an underscore parts words."""
_SPECIAL: Final = str.maketrans({"đ": "d", "Đ": "D", "–": "-"})


class Word(NamedTuple):
    """One word: as written (lower case, composed), without diacritics, and its diacritics in a fixed order."""

    raw: str
    plain: str
    marks: str = ""

    def same(self, other: Word) -> bool:
        """Tell whether two words are one, wherever the tone stands: hoà and hòa are both written."""
        return self.plain == other.plain and self.marks == other.marks


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text, at most MOST_WORDS."""
    whole = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    found = _WORD.findall(whole.casefold().replace("–", "-"))[:MOST_WORDS]
    # Case folding may take a letter apart ("ß", "İ"); what is compared is composed again.
    return tuple(Word(unicodedata.normalize("NFC", word), fold(word), _marks(word)) for word in found)


@lru_cache(maxsize=8_192)
def _marks(text: str) -> str:
    return "".join(
        sorted(char for char in unicodedata.normalize("NFD", text) if unicodedata.combining(char) or char == "đ")
    )


@lru_cache(maxsize=8_192)
def fold(text: str) -> str:
    """Return a text in lower case without diacritics; đ, which has none to strip, becomes d."""
    stripped = (char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char))
    return "".join(stripped).translate(_SPECIAL)


def distance(left: str, right: str, most: int) -> int:
    """Return how many letters must be changed, added, left out or swapped to make one text the other.

    Args:
        left: a text.
        right: another one.
        most: where the answer would be larger, `most + 1` is returned.

    Source: optimal string alignment (Damerau–Levenshtein with adjacent swaps).
    """
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != other))
            if i > 1 and j > 1 and one == right[j - 2] and left[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def allowed_slips(length: int) -> int:
    """Return how many slips of the keyboard a name of that many letters forgives.

    Below five letters another word is nearer than a typo: "chi", "chu", "cho" are all words.
    """
    return 0 if length < 5 else 1 if length < 9 else 2


def shortened(text: str, most: int) -> Iterator[str]:
    """Yield a text and what is left of it without one letter, or without two when `most` is 2.

    Two texts within a distance share one of these, which makes near names a look-up. Source: symmetric deletes
    (SymSpell).
    """
    yield text
    if most > 0:
        for index in range(len(text)):
            less = text[:index] + text[index + 1 :]
            yield less
            if most > 1:
                for other in range(index, len(less)):
                    yield less[:other] + less[other + 1 :]
