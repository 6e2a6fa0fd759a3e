"""The faces of exports: every Vietnamese letter, honest replacements, and cuts that equal their sources."""

from __future__ import annotations

import unicodedata

import pytest

from dashboard.exports.eot import to_eot
from dashboard.exports.font_build import build
from dashboard.exports.fonts import FACES, REPLACEMENT, advances, font_bytes, printable, width

VOWELS = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0303\u0309\u0323"


def test_every_vietnamese_letter_can_be_printed_in_every_weight() -> None:
    """No name of a commune loses a letter in a file."""
    letters = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in ("", *TONES)} | {"đ", "₫"}
    letters |= {letter.upper() for letter in letters}
    assert all(len(letter) == 1 for letter in letters)
    for weight in FACES:
        assert letters - set(advances(weight)) == set()


def test_figures_are_as_wide_as_each_other() -> None:
    """Columns of figures stand under each other, as on the screens."""
    for weight in FACES:
        assert len({advances(weight)[digit] for digit in "0123456789"}) == 1


def test_widths_are_those_of_the_font() -> None:
    """What is measured is what is printed: our reading of the tables is the font library's."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(font_bytes("bold")))
    for letter in "AÊệử1₫ →◆":
        assert advances("bold")[letter] == font["hmtx"][font.getBestCmap()[ord(letter)]][0] / 2048
    assert width("11", 100, "bold") == 2 * 100 * advances("bold")["1"]


def test_the_committed_cuts_are_what_their_sources_give() -> None:
    """A newer font of the browser cannot leave the exports behind unnoticed."""
    assert build(FACES["bold"]) == font_bytes("bold"), "run: python -m dashboard.exports.font_build"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Lạng Sơn", "Lạng Sơn"),
        (unicodedata.normalize("NFD", "Hữu Nghị"), "Hữu Nghị"),
        ("xe 🚚🚛 chờ", f"xe {REPLACEMENT} chờ"),
        ("đến 中国", f"đến {REPLACEMENT}"),
        ("שלום", REPLACEMENT),
        ("một\nhai\x00", "một hai"),
        ("≥ 5 → 6 \u202f%", "≥ 5 → 6 \u00a0%"),
        ("a\u200d\u202eb", "ab"),
        ("", ""),
    ],
)
def test_what_has_no_letter_is_replaced_and_nothing_else(text: str, printed: str) -> None:
    """Emoji and other scripts become an empty box each; line breaks and directions do no harm."""
    assert printable(text) == printed


def test_a_font_for_powerpoint_says_who_it_is() -> None:
    """The header's sizes agree with what follows, or PowerPoint would call the file damaged."""
    font = font_bytes("regular")
    data = to_eot(font, FACES["regular"])
    assert int.from_bytes(data[:4], "little") == len(data)
    assert int.from_bytes(data[4:8], "little") == len(font)
    assert data[34:36] == b"LP"
    assert data.endswith(font)
    assert "Inter".encode("utf-16-le") in data[: len(data) - len(font)]
