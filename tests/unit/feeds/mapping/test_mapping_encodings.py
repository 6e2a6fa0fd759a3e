"""The letters of a payload: found, declared, or refused with the line; never guessed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from feeds.catalogue import Catalogue
from feeds.mapping import Mapping, load_mapping, read_payload
from feeds.mapping.encodings import encoding_of
from tests.unit.feeds.mapping.conftest import NOW

ROOT = Path(__file__).resolve().parents[4]
TEXT = (ROOT / "tests" / "data" / "mappings" / "public-service.csv").read_text(encoding="utf-8")
TONES = "\u0300\u0301\u0303\u0309\u0323"


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    """Return the mapping of the public-service export."""
    return load_mapping(ROOT / "config" / "mappings" / "public-service.yaml", Catalogue())


def in_1258(text: str) -> bytes:
    """Return a text as Windows-1258 writes it: vowels whole, tone marks after them."""
    out = []
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in marks if mark in TONES)
        out.append(unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES)) + tone)
    return "".join(out).encode("cp1258")


@pytest.mark.parametrize(
    ("payload", "content_type", "told"),
    [
        (TEXT.encode("utf-8-sig"), "", "byte-order mark"),
        (unicodedata.normalize("NFD", TEXT).encode(), "", "utf-8"),
        (TEXT.encode("utf-16"), "", "byte-order mark"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "", "byte-order mark"),
        (TEXT.encode("utf-16-le"), "", "every other byte is zero"),
        (TEXT.encode("utf-16-be"), "", "every other byte is zero"),
        (in_1258(TEXT), "", "tone marks all stand on Vietnamese vowels"),
        (in_1258(TEXT), "text/csv; charset=windows-1258", "the content type says so"),
        (TEXT.replace("\n", "\r\n").encode(), "", "utf-8"),
        (TEXT.replace("\n", "\r").encode(), "", "utf-8"),
    ],
)
def test_the_same_export_in_any_encoding_is_the_same_readings(
    mapping: Mapping, payload: bytes, content_type: str, told: str
) -> None:
    """NFC or NFD, UTF-8, UTF-16 or Windows-1258: the same places and numbers, and it is told what was found."""
    plain = [row.readings for row in read_payload(TEXT.encode(), mapping, NOW, origin="f")]
    rows = [row.readings for row in read_payload(payload, mapping, NOW, origin="f", content_type=content_type)]
    assert rows == plain
    assert sum(map(len, plain)) == 49
    assert told in encoding_of(payload, "auto", content_type).why


@pytest.mark.parametrize(
    "text", ["Ciò è così, però più su: città, virtù", "Où est l'élève? Ça, c'est là-bas, à côté",
             "Größe, Öl und Übung", "São João, três ações à mão"],
)  # fmt: skip
def test_another_language_is_not_taken_for_windows_1258(text: str) -> None:
    """Italian, French, German and Portuguese in Windows-1252 stay undecided."""
    assert encoding_of((text * 20).encode("cp1252")).codec == "utf-8"


def test_a_json_in_the_wrong_encoding_is_refused_with_line_and_byte(rows_of) -> None:
    """What is read whole is refused whole, naming where."""
    text = "format: json\nplace: {path: p}\ntime: {now: true}\nreadings: [{metric: lanes_open, value: {path: n}}]"
    [row] = rows_of(text, b'{"n": 1,\n "p": "L\xe0ng"}')
    assert row.letter.reason == "bad_encoding"
    assert "line 2: byte 0xe0 at byte 18" in row.letter.message


def test_an_xml_declares_its_own_encoding_and_a_content_type_overrules_it(rows_of) -> None:
    """ISO-8859-1 is read as declared; a charset of the sender goes before."""
    text = """
format: xml
place: {path: p, slug: true}
time: {now: true}
readings: [{metric: lanes_open, value: {path: n}}]
"""
    payload = '<?xml version="1.0" encoding="ISO-8859-1"?><r><p>Größe</p><n>1</n></r>'
    assert rows_of(text, payload.encode("latin-1"))[0].readings[0].place == "grosse"
    for encoding in ("utf-8", "utf-16-le", "utf-16", "cp1252"):
        [row] = rows_of(text, payload.encode(encoding), content_type=f"text/xml; charset={encoding}")
        assert row.readings[0].place == "grosse"


@pytest.mark.parametrize("charset", ["rot13", "base64", "punycode", "no-such", "unicode_escape"])
def test_a_charset_that_is_none_of_texts_is_refused(rows_of, charset: str) -> None:
    """Codecs that are in Python's register and decode no text are not used on a payload."""
    text = "place: {column: p}\ntime: {now: true}\nreadings: [{metric: lanes_open, value: {column: n}}]"
    [row] = rows_of(text, "p,n\na,1\n", content_type=f"text/csv; charset={charset}")
    assert row.letter.reason == "bad_encoding"


def test_utf_16_that_breaks_off_is_refused_from_there_on(mapping: Mapping) -> None:
    """Rows before the break are read; the refusal names the line."""
    data = TEXT.encode("utf-16")
    rows = list(read_payload(data[: len(data) // 2 * 2 - 301], mapping, NOW, origin="f"))
    assert rows[0].readings
    assert rows[-1].letter is not None
    assert rows[-1].letter.reason in {"bad_encoding", "short_row", "torn_quote"}
