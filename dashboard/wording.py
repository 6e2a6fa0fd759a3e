"""Wording of the pages the server draws itself: the sentences of the one catalogue whose keys begin with `page.`.

These pages must work before anybody is signed in and without JavaScript. A third language is one more file in
`layouts/locale`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from layouts.wording import DEFAULT_LANG, catalogue, languages

__all__ = ["DEFAULT_LANGUAGE", "languages", "texts"]

DEFAULT_LANGUAGE: Final = DEFAULT_LANG
PREFIX: Final = "page."


@cache
def texts(lang: str) -> Mapping[str, str]:
    """Return key (without its prefix) → text of a language; of Vietnamese where the language is not known."""
    return {key.removeprefix(PREFIX): text for key, text in catalogue(lang).items() if key.startswith(PREFIX)}
