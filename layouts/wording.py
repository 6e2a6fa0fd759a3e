"""Every sentence a screen shows, by key, in each language.

A language is one file `locale/<code>.po`: msgid is the key, msgstr the sentence, `{name}` a value put in. Vietnamese
is complete by definition; a key another language lacks falls back to it. The scripts get the same catalogue as JSON.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polib

LOCALE_DIR: Final = Path(__file__).parent / "locale"
DEFAULT_LANG: Final = "vi"


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
    return sentence.format(**values) if values else sentence


def _read(lang: str) -> dict[str, str]:
    # Untranslated entries stay out, so that the default language answers for them.
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(LOCALE_DIR / f"{lang}.po")) if entry.msgstr}
