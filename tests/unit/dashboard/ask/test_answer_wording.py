"""The sentences of answers: all there, none left over, and none of them for the browsers."""

from __future__ import annotations

import re
from pathlib import Path

import dashboard.ask
from dashboard.ask.subjects import SENTENCES
from layouts.components.shell import OWN_WORDS
from layouts.wording import catalogue

ROOM = Path(dashboard.ask.__file__).parent
TEXT = "\n".join(path.read_text("utf-8") for path in [*sorted(ROOM.glob("*.py")), ROOM.parent / "api" / "ask.py"])
KEYS = {key for key in catalogue("vi") if key.startswith("answer.")}


def test_every_sentence_exists():
    """A missing key would end a question in an error."""
    asked = set(re.findall(r'"(answer\.[\w.]*\w)"', TEXT))
    assert len(asked) > 80
    assert asked - KEYS == set()
    assert {f"answer.what.{key}" for key in SENTENCES} <= KEYS


def test_no_sentence_is_left_over():
    """What is translated is said somewhere, whole or put together from a family."""
    families = tuple(set(re.findall(r'f"(answer\.[\w.]*[._])\{', TEXT)))
    stems = tuple(set(re.findall(r'"(answer\.alerts\.\w+)"', TEXT)))
    left = [key for key in KEYS if f'"{key}"' not in TEXT and not key.startswith((*families, *stems))]
    assert [key for key in left if not key.startswith("answer.targets.")] == []


def test_answers_are_spoken_by_the_server_only():
    """No screen is sent two hundred sentences that only the server says."""
    assert OWN_WORDS["answer"] == frozenset()
