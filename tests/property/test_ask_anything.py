"""Whatever is typed: nothing crashes, and no number is told of a place that the text does not name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.ask.asker import Asker
from dashboard.ask.gazetteer import bare_name
from dashboard.ask.lexicon import ABBREVIATIONS, LEXICON
from dashboard.ask.past import Past
from dashboard.ask.subjects import SUBJECTS
from dashboard.ask.text import distance, fold, words_of
from feeds.catalogue import Catalogue
from geodata.places import Places
from tests.unit.dashboard.ask.conftest import NOW, Origins, Remembered, topics

NAUGHTY = Path(__file__).parents[3] / "shared" / "samples" / "bad" / "naughty_strings.json"
PLACES = Places.load()
ASKER = Asker(PLACES, Catalogue())
TOPICS = topics()
LEADS = frozenset({"rank", "list", "alert"})
"""Answers that name places by themselves: which of all, and the alerts that there are."""
PHRASES = sorted(
    {text for _, _, texts in LEXICON for text in texts.split("|")}
    | {text for one in SUBJECTS for text in one.phrases.split("|")}
)
NAMES = sorted({bare_name(place.name_vi) for kind in ("gate", "commune", "district") for place in PLACES.all(kind)})
WORDS = st.sampled_from([*PHRASES, *NAMES, "Móng Cái", "Hà Nội", "sầu riêng", "42", "8h", "20/11", "?", "đ"])


def ask(text: str, lang: str = "vi"):
    """Ask with a history that holds nothing."""
    return ASKER.ask(text[:200], lang, TOPICS, Past(Remembered(), PLACES, Catalogue(), Origins()), NOW)


def names_of(place_id: str) -> set[str]:
    """Return the ways to write a place, joined and without diacritics."""
    place = PLACES.get(place_id)
    assert place is not None
    gate = PLACES.get(PLACES.gate_of(place_id) or "")
    texts = {place.id, place.name_vi, bare_name(place.name_vi), bare_name(place.name_en)}
    texts |= {bare_name(gate.name_vi)} if gate else set()
    texts |= {short for short, name in ABBREVIATIONS.items() if name == place_id}
    return {"".join(word.plain for word in words_of(fold(text))) for text in texts}


def is_named(place_id: str, text: str) -> bool:
    """Tell whether some run of the text's words is the place's name, but for one slip."""
    words = [word.plain for word in words_of(text)]
    runs = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(len(words), i + 6) + 1)}
    return any(distance(run, name, 1) <= (1 if len(name) >= 5 else 0) for run in runs for name in names_of(place_id))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, min_size=1, max_size=6))
def test_a_number_is_told_of_named_places_only(parts):
    """Whatever words are put together, a figure of a gate or commune is told only where the text names it."""
    text = " ".join(parts)[:200]
    for answer in ask(text).answers:
        if answer.kind in LEADS or answer.place in {"", "lang-son"}:
            continue
        # Without a place, a figure that gates do not add up to is told gate by gate.
        if ASKER.understand(text, TOPICS).names:
            assert is_named(answer.place, text), (text, answer)
        else:
            assert answer.place in TOPICS["gates"]["gates"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=200), st.sampled_from(["vi", "en"]))
def test_no_text_crashes_or_is_answered_by_chance(text, lang):
    """Letters of any script are looked for, and answered with a number only if every word of them is understood."""
    reply = ask(text, lang)
    json.dumps(reply.as_object())
    if reply.answers:
        assert ASKER.understand(text, TOPICS).unknown == ()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["hàng chờ", "xe chờ", "thông quan", "phí"]),
    st.text("bcdfghjklmnpqrstvwxz", min_size=4, max_size=9),
)
def test_an_unknown_place_gets_no_number(what, place):
    """A question about a place that nobody knows has no answer, whatever its name."""
    reply = ask(f"{what} {place}")
    known = ASKER.understand(f"{what} {place}", TOPICS)
    assert not reply.answers or known.unknown == ()
    if known.unknown:
        assert reply.said


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the samples are not here")
def test_naughty_strings():
    """Texts that broke other programs are just texts; none of them is answered with a figure of a place."""
    for text in json.loads(NAUGHTY.read_text("utf-8"))[::8]:
        if str(text).strip():
            reply = ask(str(text))
            assert not [answer for answer in reply.answers if answer.place]
