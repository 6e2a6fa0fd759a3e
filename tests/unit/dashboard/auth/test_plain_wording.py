"""The wording of the pages the server renders itself is whole in every language."""

from __future__ import annotations

import re
from pathlib import Path

import dashboard
from dashboard.plain_page import field, problem, refusal
from dashboard.screens import SCREENS
from dashboard.wording import languages, texts

SOURCES = "".join(path.read_text() for path in Path(dashboard.__file__).parent.rglob("*.py"))
BUILT_KEYS = {f"screen_{screen}{end}" for screen in SCREENS for end in ("", "_what")} | {
    f"{refused}_title" for refused in ("not_found", "forbidden", "unavailable", "broken")
}
"""Keys that the code puts together."""


def test_every_language_has_every_text_with_the_same_gaps() -> None:
    """No page falls back to a key or fails on a missing number in one of the languages."""
    assert languages() == ("vi", "en")
    vietnamese, english = texts("vi"), texts("en")
    assert set(vietnamese) == set(english)
    for key, text in vietnamese.items():
        assert text
        assert english[key]
        assert re.findall(r"{\w+}", text) == re.findall(r"{\w+}", english[key])


def test_every_text_is_used_and_every_key_exists() -> None:
    """The catalogue holds nothing that no page says, and no page asks for what is not there."""
    known = set(texts("vi"))
    assert {key for key in known - BUILT_KEYS if f'"{key}"' not in SOURCES and f"'{key}'" not in SOURCES} == set()
    assert known >= BUILT_KEYS
    assert set(re.findall(r'words\[[\'"](\w+)[\'"]\]', SOURCES)) <= known


def test_an_unknown_language_reads_vietnamese() -> None:
    """Whatever an address asks for, there is a text."""
    assert texts("../../etc") == texts("vi")


def test_what_comes_from_outside_never_becomes_html() -> None:
    """A name with angle brackets is shown as it was typed."""
    assert "<b>" not in field("name", "<b>", value='"><b>', hint="<b>")
    assert problem("<b>") == '<p class="plain-error" role="alert">&lt;b&gt;</p>'
    assert problem("") == ""
    assert b"<b>" not in refusal("vi", "broken", 500, reference="<b>").body
