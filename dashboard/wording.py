"""Wording of the pages the server renders itself, by language, from `dashboard/locale/*.po`.

The screens have their own catalogue in `layouts`; these pages must work before anybody is signed in and without
JavaScript. A third language is one more file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

FOLDER: Final = Path(__file__).parent / "locale"
DEFAULT_LANGUAGE: Final = "vi"


def languages() -> tuple[str, ...]:
    """Return the languages there are, Vietnamese first."""
    found = sorted(path.stem for path in FOLDER.glob("*.po"))
    return tuple(sorted(found, key=lambda lang: lang != DEFAULT_LANGUAGE))


@cache
def texts(lang: str) -> Mapping[str, str]:
    """Return key → text of a language; of Vietnamese where the language is not known."""
    path = FOLDER / f"{lang}.po" if lang in languages() else FOLDER / f"{DEFAULT_LANGUAGE}.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {str(message.id): str(message.string) for message in catalogue if message.id}
