"""Payloads meant to break software: bombs, sizes, depths, and whole collections of bad input."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from feeds.bus.codec import decode_dead_letters, encode_batches
from feeds.catalogue import Catalogue
from feeds.mapping import Mapping, Row, load_mapping, read_payload, read_record, try_mapping
from geodata.places import Place, Places
from tests.unit.feeds.mapping.conftest import NOW

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def shipped() -> dict[str, Mapping]:
    """Return every shipped mapping by name."""
    paths = sorted((ROOT / "config" / "mappings").glob("*.yaml"))
    return {path.stem: load_mapping(path, Catalogue()) for path in paths}


class Endless:
    """A binary file of one repeated piece, that counts what was read of it."""

    def __init__(self, head: bytes, piece: bytes, size: int) -> None:
        self.given = 0
        self._size = size
        self._buffer = head
        self._piece = piece

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        assert size >= 0, "nothing may be read without a bound"
        size = min(size, self._size - self.given)
        while len(self._buffer) < size:
            self._buffer += self._piece
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        self.given += len(data)
        return data


@pytest.mark.parametrize(
    ("mapping", "payload", "reason"),
    [
        ("echerga", b'{"data":' + b"[" * 900 + b"]" * 900 + b"}", "too_deep"),
        ("echerga", b'{"data":' + b"[" * 200_000, "too_deep"),
        ("echerga", b'{"data":' + b"[" * 1_500_000, "too_large"),
        ("echerga", b'{"data": [', "bad_json"),
        ("echerga", b"\0" * 5_000, "empty_payload"),
        ("echerga", b"", "empty_payload"),
        ("us-cbp", b"<a>" * 5_000, "too_deep"),
        ("us-cbp", b"<a><b></a>", "bad_xml"),
        ("us-cbp", b'<!DOCTYPE a [<!ENTITY x "xxx"><!ENTITY y "&x;&x;">]><a>&y;</a>', "xml_entities"),
        ("us-cbp", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml_entities"),
        ("us-cbp", b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', "xml_entities"),
        ("us-cbp", b"<a>&lol;</a>", "bad_xml"),
        ("dpsu", b"", "empty_payload"),
        ("dpsu", b"a" * 200_000, "too_large"),
        ("dpsu", b"a," * 60_000, "bad_csv"),
        ("dpsu", b"id,id\n1,2\n", "missing_column"),
    ],
)
def test_a_bomb_is_one_dead_letter(shipped: dict[str, Mapping], mapping: str, payload: bytes, reason: str) -> None:
    """It is refused whole under a stable reason, with a sentence."""
    [row] = read_payload(payload, shipped[mapping], NOW, origin="bomb")
    assert row.letter is not None
    assert (row.letter.reason, row.letter.origin) == (reason, "bomb")
    assert len(row.letter.message) > 15


def test_xml_entities_are_not_expanded_into_values(rows_of) -> None:
    """Only the five entities every XML knows and numbers of characters are read."""
    text = "format: xml\nplace: {path: p}\ntime: {now: true}\nreadings: [{metric: lanes_open, value: {path: n}}]"
    [row] = rows_of(text, "<r><p>a&amp;b&#x30;</p><n>&#x31;</n></r>")
    assert (row.readings[0].place, row.readings[0].value) == ("a&b0", 1)


@pytest.mark.parametrize(("mapping", "head", "piece"), [("echerga", b'{"data":[', b'{"id":1},'),
                                                        ("us-cbp", b"<r>", b"<port/>")])  # fmt: skip
def test_a_hundred_megabytes_are_refused_after_a_third(
    shipped: dict[str, Mapping], mapping: str, head: bytes, piece: bytes
) -> None:
    """What is read whole is not read further than its bound."""
    file = Endless(head, piece * 4_000_000, 100 << 20)
    [row] = read_payload(file, shipped[mapping], NOW, origin="big")
    assert row.letter is not None
    assert row.letter.reason == "too_large"
    assert file.given <= (32 << 20) + 1


def test_a_large_csv_is_read_line_by_line(shipped: dict[str, Mapping], shared: Path) -> None:
    """After the first row of a file of 100 MB hardly more than the sample for its encoding was read."""
    lines = (shared / "samples" / "border" / "dpsu_2026-06-28.csv").read_bytes().splitlines(keepends=True)
    file = Endless(lines[0], b"".join(lines[1:]), 100 << 20)
    row = next(read_payload(file, shipped["dpsu"], NOW, origin="big"))
    assert len(row.readings) == 3
    assert file.given < 1 << 20


def test_a_quote_never_closed_takes_no_other_line_along(rows_of) -> None:
    """The torn line is refused; those behind it are read, several paragraphs in one cell as well."""
    text = "place: {column: p}\ntime: {now: true}\nreadings: [{metric: lanes_open, value: {column: n}}]"
    payload = 'p,n,note\na,1,"x\nb,2,y\nc,3,"first\nsecond"\nd,4,"z\ne,5,\n'
    rows = rows_of(text, payload)
    assert [row.readings[0].place for row in rows if row.readings] == ["b", "c", "e"]
    assert [(row.letter.reason, row.origin) for row in rows if row.letter] == [
        ("torn_quote", "f:2"),
        ("torn_quote", "f:6"),
    ]


def test_doubled_columns_are_refused_where_they_are_used(rows_of) -> None:
    """Which of two columns of one name is meant nobody knows; one that is not used does no harm."""
    text = "place: {column: p}\ntime: {now: true}\nreadings: [{metric: lanes_open, value: {column: n}}]"
    [row] = rows_of(text, "p,n,n\na,1,2\n")
    assert row.letter.reason == "duplicate_column"
    [row] = rows_of(text, "p,n,x,x\na,1,2,3\n")
    assert row.readings[0].value == 1


def survives(payload: bytes, mapping: Mapping) -> list[Row]:
    """Read a payload, its dead letters again, and both through the bus's codec; return its rows."""
    trial = try_mapping(payload, mapping, Catalogue(), Places([Place("a", None, "gate", "a", "a", None, None)]), NOW,
                        origin="f")  # fmt: skip
    assert msgspec.json.decode(msgspec.json.encode(trial))["rows"] == trial.rows
    rows = list(read_payload(payload, mapping, NOW, origin="f"))
    letters = [row.letter for row in rows if row.letter]
    assert [one for batch in encode_batches(letters) for one in decode_dead_letters(batch)] == letters
    assert sum(trial.reasons.values()) == trial.refused_rows + trial.rejected
    for letter in letters:
        assert letter.reason
        assert letter.message
        try:
            record = json.loads(letter.payload)
        except ValueError:
            continue
        if isinstance(record, dict):
            read_record(record, mapping, NOW, origin="f")
    return rows


def test_the_bad_files_under_every_mapping_raise_nothing(shipped: dict[str, Mapping], shared: Path) -> None:
    """CSV spectrum, bad GeoJSON and naughty strings are refused or read, whatever mapping they are read with."""
    files = [path for path in sorted((shared / "samples" / "bad").rglob("*")) if path.is_file()]
    assert len(files) > 60
    for path in files:
        for mapping in shipped.values():
            survives(path.read_bytes(), mapping)


def test_the_csv_spectrum_is_read_as_it_is_meant(shared: Path, rows_of) -> None:
    """Quotes, commas and line breaks in cells arrive as written."""
    import csv

    for path in sorted((shared / "samples" / "bad" / "csv_spectrum").glob("*.csv")):
        data = path.read_bytes()
        expected = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
        first = next(iter(csv.reader(io.StringIO(data.decode(), newline=""))))[0]
        text = (
            f"place: {{constant: x}}\ntime: {{now: true}}\nmissing: []\n"
            f'readings: [{{metric: lanes_open, value: {{column: {json.dumps(first)}, lookup: {{"": 7}}}}}}]\n'
            "bad_value: reading\n"
        )
        rows = [row for row in rows_of(text, data) if not row.part]
        assert len(rows) == len(expected), path.name


def test_naughty_strings_come_through_whole_or_are_refused(shared: Path, rows_of) -> None:
    """As ids, names and words none of the 515 strings raises, and none is changed but for NFC and blanks."""
    import unicodedata

    strings = json.loads((shared / "samples" / "bad" / "naughty_strings.json").read_text(encoding="utf-8"))
    text = """
format: json
records: $[*]
place: {path: s}
time: {now: true}
readings: [{metric: lanes_open, value: {path: n}, dims: {direction: {path: s}}}]
passages: [{vehicle: {path: s}, step: transport, phase: enter, direction: export}]
"""
    rows = rows_of(text, json.dumps([{"s": string, "n": 1} for string in strings]))
    reasons: Counter[str] = Counter()
    for string, row in zip(strings, rows, strict=True):
        wanted = unicodedata.normalize("NFC", string).strip()
        if row.letter is not None:
            reasons[row.letter.reason] += 1
            assert not wanted or "\0" in wanted or len(wanted) > 4_096
        else:
            assert (row.passages[0].vehicle, row.readings[0].place) == (wanted, wanted)
    assert set(reasons) <= {"missing_place", "bad_text", "text_too_long"}


@pytest.mark.parametrize("name", ["echerga", "dpsu", "border-gate-passages", "us-cbp", "public-service"])
def test_naughty_strings_inside_a_real_payload(shared: Path, shipped: dict[str, Mapping], name: str) -> None:
    """In the place of any word of a payload they are refused or read; what is stored can be stored."""
    strings = json.loads((shared / "samples" / "bad" / "naughty_strings.json").read_text(encoding="utf-8"))
    if name == "echerga":
        payload = json.dumps(
            {"data": [{"id": s, "title": s, "is_paused": s, "wait_time": s, "lat": s} for s in strings]}
        )
    elif name == "border-gate-passages":
        event = {"step": 1, "type": "IN", "time": "2026-11-22 06:40:00"}
        visit = {"route": "1119-1120", "direction": "XK"}
        vehicles = [
            visit | {"visit_id": s, "goods": {"group": s}, "events": [event, event | {"step": s, "type": s}]}
            for s in strings
        ]
        payload = json.dumps({"vehicles": vehicles})
    elif name == "us-cbp":
        from xml.sax.saxutils import escape

        payload = "<r>" + "".join(f"<port><port_number>{escape(s)}</port_number></port>" for s in strings) + "</r>"
    else:
        columns = sorted({key for _, pick in shipped[name].picks() for key in pick.keys})
        lines = [shipped[name].delimiter.join('"' + s.replace('"', '""') + '"' for _ in columns) for s in strings]
        payload = "\n".join([shipped[name].delimiter.join(columns), *lines])
    assert survives(payload.encode("utf-8", "surrogatepass"), shipped[name])
