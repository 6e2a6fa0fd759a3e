"""The catalogues: complete, used, and with the same values to put in."""

import re
import string
from pathlib import Path

import polib
import pytest

import layouts
from feeds.freshness import Freshness
from feeds.model import STEPS
from layouts.scenes.overview import NETWORK, SERVICES, TODAY
from layouts.wording import LOCALE_DIR, WordingError, catalogue, languages, say

ROOM = Path(layouts.__file__).parent
# Keys put together at run time: the family, and the names it is asked for.
FAMILIES = {
    "desk.note": (
        "read_as",
        "empty",
        "unused",
        "twice",
        "no_column",
        "no_path",
        "silent",
        "place_taken",
        "place_parent",
    ),
    "step": set(STEPS),
    "state": {state.value for state in Freshness},
    "priority": {"critical", "high", "medium", "low"},
    "direction": {"export", "import"},
    "zone": {"hanoi", "beijing"},
    "today": {"title", *(row.name for row in TODAY)},
    "services": {"title", *(row.name for row in SERVICES)},
    "network": {"title", *(row.name for row in NETWORK)},
}


def sources() -> str:
    """All Python and script text of the rooms that speak to people."""
    files = [*ROOM.rglob("*.py"), *(ROOM.parent / "dashboard").rglob("*.py"), *(ROOM / "assets").glob("*.js")]
    return "\n".join(file.read_text("utf-8") for file in files)


def keys(lang: str) -> set[str]:
    """The keys of a catalogue file."""
    return {entry.msgid for entry in polib.pofile(str(LOCALE_DIR / f"{lang}.po"))}


def values_of(sentence: str) -> set[str]:
    """The names in braces of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_vietnamese_comes_first_and_english_is_there():
    """Vietnamese is the default; a third language is one more file."""
    assert languages()[:2] == ("vi", "en")


@pytest.mark.parametrize("lang", [lang for lang in languages() if lang != "vi"])
def test_every_language_has_every_sentence(lang):
    """A screen that mixes two languages looks broken."""
    assert keys(lang) == keys("vi")
    assert [entry.msgid for entry in polib.pofile(str(LOCALE_DIR / f"{lang}.po")) if not entry.msgstr] == []


@pytest.mark.parametrize("lang", languages())
def test_a_sentence_takes_the_same_values_in_every_language(lang):
    """A value named differently in one language would be shown in braces."""
    different = [key for key, text in catalogue(lang).items() if values_of(text) != values_of(catalogue("vi")[key])]
    assert different == []


@pytest.mark.parametrize("lang", languages())
def test_no_key_stands_twice(lang):
    """Of two sentences under one key only the last would ever be seen."""
    listed = [entry.msgid for entry in polib.pofile(str(LOCALE_DIR / f"{lang}.po"))]
    assert sorted(listed) == sorted(set(listed))


def test_every_sentence_asked_for_exists():
    """A missing key shows its name to the leader instead of a sentence."""
    asked = set(re.findall(r'\b(?:say\([\w.]+, |LSO\.t\()"([a-z_]+\.[\w.-]*\w)"', sources()))
    assert len(asked) > 30
    assert asked - keys("vi") == set()


def test_every_family_is_complete():
    """A ninth step or a fifth priority would need its word."""
    wanted = {f"{family}.{name}" for family, names in FAMILIES.items() for name in names}
    assert wanted - keys("vi") == set()


@pytest.mark.parametrize(
    ("lang", "count", "said"),
    [("en", 1, "1 site silent"), ("en", "1", "1 site silent"), ("en", 2, "2 sites silent"),
     ("en", "1.0", "1.0 sites silent"), ("vi", 1, "1 trạm mất"), ("vi", 2, "2 trạm mất")],
)  # fmt: skip
def test_words_follow_their_number(lang, count, said):
    """Nobody who reads "1 sites" believes the rest of the screen."""
    assert say(lang, "map.silent", count=count) == said


def test_a_word_without_its_number_is_of_many():
    """The unit on an axis."""
    assert say("en", "unit.vehicles") == "vehicles"


def test_no_number_stands_before_a_word_of_many_alone():
    """A word that has two forms in one sentence has them in every sentence with a number before it."""
    sentences = catalogue("en").values()
    many = {form.split()[0] for text in sentences for form in re.findall(r"\[\w+:\w[^|\]{]*\|([a-z]+s)\b", text)}
    assert {"vehicles", "sites", "alerts"} <= many
    bare = re.compile(r"\{\w+\} (?:more )?(?:" + "|".join(sorted(many)) + r")\b")
    # Inside a choice the form of many stands alone, as it should.
    assert [text for text in sentences if bare.search(re.sub(r"\[[^\]]*\]", "", text))] == []


def test_no_sentence_is_left_over():
    """Sentences nobody shows are translated and checked for nothing."""
    text = sources()
    wanted = {f"{family}.{name}" for family, names in FAMILIES.items() for name in names}
    prefixes = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)*\.)" \+', text)) | set(
        re.findall(r'f"([a-z_]+(?:\.[a-z_]+)*\.)\{', text)
    )
    unused = [
        key
        for key in keys("vi")
        # The server's own pages (page.*), formulas and answers are checked where they are drawn.
        if f'"{key}"' not in text
        and key not in wanted
        and not key.startswith(("page.", "formula.", "answer.", *prefixes))
    ]
    assert unused == []


def test_an_unknown_key_is_an_error_of_the_program():
    """Python refuses at once, so that it is found before a user sees it."""
    with pytest.raises(WordingError, match=r"no\.such"):
        say("vi", "no.such")


def test_an_unknown_language_reads_as_vietnamese():
    """A bad ?lang= shows the default, never an empty screen."""
    assert say("xx", "gate.waiting") == say("vi", "gate.waiting")


def test_values_are_put_in():
    """The sentence carries its figure."""
    assert say("vi", "map.silent", count=11) == "11 trạm mất"
