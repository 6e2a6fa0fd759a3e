"""The one who is asked: made once from places and catalogue, and then asked with the topics of an instant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from dashboard.ask.answer import Reply
from dashboard.ask.context import Context
from dashboard.ask.finding import Finder
from dashboard.ask.gazetteer import place_names, thing_names
from dashboard.ask.grammar import Book, Grammar, book_of_names
from dashboard.ask.past import Past
from dashboard.ask.question import Named, Question, moment_of
from dashboard.ask.rules import answer
from dashboard.ask.speech import Speech
from dashboard.ask.subjects import SUBJECTS, catalogue_subjects
from dashboard.ask.text import words_of
from dashboard.ask.things import lasting_things, passing_things
from feeds.catalogue import Catalogue
from geodata.places import Places

LONGEST: Final = 200
"""Letters of a question; what is longer is refused, not cut."""
MOST_FINDS: Final = 20
_SITE: Final = re.compile(r"\b(?:tram|site|bts) 0*(\d{1,5})\b")


class Asker:
    """Answers questions and finds things; keeps nothing of what it was asked."""

    def __init__(self, places: Places, catalogue: Catalogue) -> None:
        """Build the index: about a third of a second and a few megabytes, so do it once, off the event loop."""
        self._places = places
        self._catalogue = catalogue
        subjects = [*SUBJECTS, *catalogue_subjects(catalogue)]
        self._subjects = {subject.key: subject for subject in subjects}
        self._grammar = Grammar(subjects, place_names(places))
        self._finder = Finder(lasting_things(places, catalogue), places)
        self._things: tuple[frozenset[Any], Book] = (frozenset(), book_of_names(()))

    def understand(self, text: str, topics: Mapping[str, Any]) -> Question:
        """Return what a text means, given the targets, systems and feeds of the topics."""
        question = self._grammar.read(text, self._book(topics))
        return self._with_site(text, question)

    def ask(
        self,
        text: str,
        lang: str,
        topics: Mapping[str, Any],
        past: Past,
        now: datetime,
        *,
        limit: int = MOST_FINDS,
        screen: str = "",
        recent: Iterable[Mapping[str, Any]] = (),
    ) -> Reply:
        """Answer a text and find what it names. Blocking: history may be asked.

        Args:
            text: as typed, at most LONGEST letters.
            lang: language of the answer.
            topics: the data of every topic at one instant.
            past: history.
            now: that instant.
            limit: finds at most.
            screen: kind of screen from which it is asked; views are of the same kind.
            recent: alerts that began lately, live or over.
        """
        question = self.understand(text, topics)
        if not question.words:
            return Reply(text)
        speech = Speech(lang, now, topics, self._catalogue, self._places, screen)
        context = Context(
            question, moment_of(question, now), topics, speech, past, self._places, self._catalogue, self._subjects
        )
        answers, said = answer(context)
        finds = self._finder.find(
            text, question, list(passing_things(topics, recent)), speech, limit, answered=bool(answers)
        )
        if not answers and not said and not finds:
            said = speech.say("answer.said.nothing_found")
        return Reply(text, answers, finds, said)

    def _book(self, topics: Mapping[str, Any]) -> Book:
        names = frozenset(thing_names(topics))
        if names != self._things[0]:
            # One assignment: several threads may ask at once.
            self._things = (names, book_of_names(sorted(names, key=repr)))
        return self._things[1]

    def _with_site(self, text: str, question: Question) -> Question:
        """Read "trạm 12" as the site of that number."""
        plain = " ".join(word.plain for word in words_of(text))
        match = _SITE.search(plain)
        if match is None:
            return question
        site = f"site.{int(match[1]):05d}"
        if site not in self._places:
            return question
        rest = self._grammar.read(_SITE.sub(" ", plain), self._things[1])
        slots = dict(rest.slots)
        slots.setdefault("kind", ("site",))
        return replace(rest, slots=slots, names=(*rest.names, (Named("site", site),)), words=question.words)
