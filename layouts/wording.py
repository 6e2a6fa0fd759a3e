"""Every sentence a screen shows, by key, in each language.

A language is one file `locale/<code>.po`: msgid is the key, msgstr the sentence, `{name}` a value put in. Where a
language's words follow a number, `[name:site|sites]` gives the first for a value of one and the second for every
other, also for none given. Vietnamese is complete by definition; a key another language lacks falls back to it. The
scripts get the same catalogue as JSON and read it alike (assets/00-lso.js).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polib

LOCALE_DIR: Final = Path(__file__).parent / "locale"
DEFAULT_LANG: Final = "vi"
_CHOICE: Final = re.compile(r"\[(\w+):([^|\]]*)\|([^\]]*)\]")
ONE: Final = "1"
"""How one is written in every language here; values come as they are shown, so 1,0 is not one."""


class WordingError(LookupError):
    """A key that no catalogue has: an error of the program, never of a user."""


def languages() -> tuple[str, ...]:
    """Return the codes of the shipped languages, the default first."""
    found = sorted(path.stem for path in LOCALE_DIR.glob("*.po"))
    return (DEFAULT_LANG, *(code for code in found if code != DEFAULT_LANG))


@functools.cache
def catalogue(lang: str) -> Mapping[str, str]:
    """Return all sentences of a language by key; an unknown language reads as the default one."""
    words = dict(_read(DEFAULT_LANG))
    if lang != DEFAULT_LANG and lang in languages():
        words.update(_read(lang))
    return MappingProxyType(words)


def say(lang: str, key: str, **values: object) -> str:
    """Return a sentence with its values put in.

    Raises:
        WordingError: no catalogue has the key.
    """
    try:
        sentence = catalogue(lang)[key]
    except KeyError:
        raise WordingError(f"The catalogue has no sentence {key!r}. Add it to every file in layouts/locale.") from None
    if "[" in sentence:
        sentence = _CHOICE.sub(lambda choice: choice[2 if str(values.get(choice[1])) == ONE else 3], sentence)
    return sentence.format(**values) if values else sentence


def _read(lang: str) -> dict[str, str]:
    # Untranslated entries stay out, so that the default language answers for them.
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(LOCALE_DIR / f"{lang}.po")) if entry.msgstr}
