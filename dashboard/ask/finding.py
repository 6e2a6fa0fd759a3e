"""Finding things by their names: ranked, without regard to diacritics, with typos within bounds. Pure.

What matches as written comes before what only folds alike, a whole name before its beginning, a beginning before words
in the middle, and a slip of the keyboard last. Sites are found by their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from dashboard.ask.answer import Find
from dashboard.ask.question import Named, Question
from dashboard.ask.speech import Speech
from dashboard.ask.text import Word, allowed_slips, distance, words_of
from dashboard.ask.things import FIRST, Thing
from dashboard.ask.views import view_of
from geodata.places import Places

WHOLE: Final = 100.0
BEGINNING: Final = 80.0
WORDS: Final = 60.0
SLIPPED: Final = 40.0
AS_WRITTEN: Final = 5.0
"""Added where diacritics were typed and are right."""
SHORTEST: Final = 2
"""Letters of a word that is looked for inside of names."""
_OF_THE_NETWORK: Final = (
    "bts",
    "site",
    "cell",
    "population",
    "commune",
    "covered",
    "road",
    "rs",
    "sinr",
    "prb",
    "rrc",
    "dl",
    "system",
    "response",
    "certificate",
)
_SITE: Final = re.compile(r"(?:(?:tram|site|bts)\s*\.?\s*)+0*(\d{1,5})|0*(\d{3,5})")


class Finder:
    """Finds among what lasts, and among what a question's topics name."""

    def __init__(self, lasting: Sequence[Thing], places: Places) -> None:
        self._lasting = lasting
        self._by_key = {(one.kind, one.id): one for one in lasting}
        self._places = places
        self._sites = list(places.all("site"))

    def find(
        self,
        text: str,
        question: Question,
        passing: Sequence[Thing],
        speech: Speech,
        limit: int,
        *,
        answered: bool = False,
    ) -> list[Find]:
        """Return the best finds of a text; those that the question names come first.

        Args:
            text: as typed.
            question: as understood.
            passing: what the topics name now.
            speech: says names.
            limit: finds at most.
            answered: whether the question has its answers; then only what it names is offered.
        """
        words = words_of(text)
        found: dict[tuple[str, str], float] = {}
        held = {**self._by_key, **{(one.kind, one.id): one for one in passing}}
        if not answered and (not question.asks or question.unknown or not question.names):
            for one in (*self._lasting, *passing):
                rank = score(words, one)
                if rank > 0:
                    found[(one.kind, one.id)] = rank
        for index, named in enumerate(question.names):
            for place, meaning in enumerate(named):
                key = _key(meaning)
                if key in held:
                    # Named in the question: as good as written, in the order of the question.
                    found[key] = max(found.get(key, 0.0), WHOLE + AS_WRITTEN - index - place / 10)
        if question.asks and not found and not answered:
            found = self._near(question, words, passing)
        best = sorted(found, key=lambda key: (-found[key], _first(key[0]), self._order(held, key)))
        finds = [_find(held[key], speech) for key in best[:limit]]
        return [*self._numbered(words, speech, limit), *finds][:limit]

    def _order(self, held: dict[tuple[str, str], Thing], key: tuple[str, str]) -> tuple[int, str]:
        return len(held[key].names.get("vi", "")), key[1]

    def _near(
        self, question: Question, words: Sequence[Word], passing: Sequence[Thing]
    ) -> dict[tuple[str, str], float]:
        """Return what comes near a question that names nothing: what its metrics are, and its words each by itself."""
        found: dict[tuple[str, str], float] = {}
        unknown = set(question.unknown)
        for word in words:
            if len(word.plain) < 3 or (unknown and word.raw not in unknown):
                continue
            for one in (*self._lasting, *passing):
                rank = score((word,), one)
                if rank > 0:
                    key = (one.kind, one.id)
                    found[key] = max(found.get(key, 0.0), rank / 2)
        return found

    def _numbered(self, words: Sequence[Word], speech: Speech, limit: int) -> list[Find]:
        """Return the sites whose number is asked for, the very one first, then those that begin so."""
        match = _SITE.fullmatch(" ".join(word.plain for word in words))
        if match is None:
            return []
        number = match[1] or match[2]
        exact = f"site.{int(number):05d}"
        sites = [place for place in self._sites if place.id == exact]
        sites += [place for place in self._sites if place.id != exact and place.id[5:].lstrip("0").startswith(number)]
        return [
            Find(
                "site",
                site.id,
                speech.name(site),
                speech.say("answer.kind.site", commune=speech.place(site.parent or "")),
                view_of("site", site.id, speech.screen),
            )
            for site in sites[:limit]
        ]


def score(words: Sequence[Word], one: Thing) -> float:
    """Return how well words match a thing, 0 for not at all."""
    if not words:
        return 0.0
    plain = tuple(word.plain for word in words)
    whole = "".join(plain)
    return max((_score(words, plain, whole, alias) for alias in one.aliases), default=0.0)


@lru_cache(maxsize=16_384)
def _shape(alias: tuple[Word, ...]) -> tuple[tuple[str, ...], str]:
    """Return an alias without diacritics: its words, and all of them joined."""
    known = tuple(word.plain for word in alias)
    return known, "".join(known)


def _score(words: Sequence[Word], plain: tuple[str, ...], whole: str, alias: tuple[Word, ...]) -> float:
    known, name = _shape(alias)
    rank = _rank(plain, whole, known, name)
    if rank == 0.0:
        return 0.0
    # Typed with diacritics and written otherwise: another word, though it may be a wrong tone.
    wrong = any(bool(a.marks) and not a.same(b) for a, b in zip(words, alias, strict=False))
    return rank + (-AS_WRITTEN if wrong else AS_WRITTEN) - len(alias) / 10


def _rank(plain: tuple[str, ...], whole: str, known: tuple[str, ...], name: str) -> float:
    if whole == name:
        return WHOLE if plain == known else WHOLE - AS_WRITTEN
    last = len(plain) - 1
    if last < len(known) and known[:last] == plain[:-1] and known[last].startswith(plain[-1]):
        return BEGINNING
    if all(len(word) >= SHORTEST and any(other.startswith(word) for other in known) for word in plain):
        return WORDS
    slips = min(allowed_slips(len(whole)), allowed_slips(len(name)))
    if slips and whole[0] == name[0] and abs(len(whole) - len(name)) <= slips:
        apart = distance(whole, name, slips)
        if apart <= slips:
            return SLIPPED - 10 * apart
    return 0.0


def _key(meaning: Named) -> tuple[str, str]:
    return meaning.kind, meaning.id.partition(".")[2] if meaning.kind == "former" else meaning.id


def _first(kind: str) -> int:
    return FIRST.index(kind) if kind in FIRST else len(FIRST)


def _find(one: Thing, speech: Speech) -> Find:
    detail = speech.say(one.detail, places=", ".join(speech.place(place) for place in one.places))
    kind, name = one.kind, one.id
    if kind == "former" and one.places:
        kind_of_view, name_of_view = "commune", one.places[0]
    elif kind == "route":
        kind_of_view, name_of_view = "gate", one.id.partition(".")[0]
    elif kind == "district":
        kind_of_view, name_of_view = "services", ""
    elif kind == "metric":
        kind_of_view, name_of_view = _topic(name), ""
    else:
        kind_of_view, name_of_view = kind, name
    shown = one.names.get(speech.lang) or one.names.get("vi") or name
    return Find(kind, name, shown, detail, view_of(kind_of_view, name_of_view, speech.screen))


def _topic(metric: str) -> str:
    """Return the view in which a metric is seen, by the family of its name."""
    if metric.startswith("dossiers") or metric in {"online_rate", "on_time_rate"}:
        return "services"
    if metric.startswith("feed_"):
        return "feed"
    if metric == "target_value":
        return "programme"
    return "network" if metric.startswith(_OF_THE_NETWORK) else "gates"
