"""Records of nested payloads: which there are, what they see around them, and under which conditions rules apply."""

from __future__ import annotations

import json

import pytest

from feeds.mapping import read_record
from tests.unit.feeds.mapping.conftest import NOW

BASE = """
format: json
records: $.gates[*].lanes[*]
place: {path: ^.id}
time: {path: $.at}
readings:
  - metric: queue_length_vehicles
    value: {path: cars}
"""
GATES = {
    "at": "2026-11-22T10:00Z",
    "gates": [
        {"id": "tan-thanh", "lanes": [{"cars": 1}, {"cars": 2}]},
        {"id": "chi-ma"},
        {"id": "coc-nam", "lanes": [{"cars": 3}]},
    ],
}


def test_nested_lists_are_one_record_each_and_see_what_is_around_them(rows_of) -> None:
    """The inner records carry their parent's id and the payload's time; a gate without lanes has none."""
    rows = rows_of(BASE, json.dumps(GATES))
    assert [(row.readings[0].place, row.readings[0].value, row.origin) for row in rows] == [
        ("tan-thanh", 1, "f:$.gates[0].lanes[0]"),
        ("tan-thanh", 2, "f:$.gates[0].lanes[1]"),
        ("coc-nam", 3, "f:$.gates[2].lanes[0]"),
    ]


def test_members_of_an_object_are_records_with_their_names(rows_of) -> None:
    """`$.gates.*` takes each member and `~` is the name it stood under."""
    text = BASE.replace("$.gates[*].lanes[*]", "$.gates.*").replace("^.id", '"~"')
    rows = rows_of(text, '{"at": "2026-11-22T10:00Z", "gates": {"tan-thanh": {"cars": 4}, "chi-ma": {"cars": 5}}}')
    assert [(row.readings[0].place, row.readings[0].value) for row in rows] == [("tan-thanh", 4), ("chi-ma", 5)]


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ('{"at": "x"}', "nothing at $.gates; there is at"),
        ('{"gates": 7}', "$.gates holds int where a list of records was expected"),
        ("[]", "nothing at $.gates; there is a list"),
    ],
)
def test_records_that_are_not_there_are_refused_with_what_is(rows_of, payload: str, message: str) -> None:
    """One dead letter says where nothing was found and what stands there instead."""
    [row] = rows_of(BASE, payload)
    assert row.letter is not None
    assert row.letter.reason == "no_records"
    assert message in row.letter.message


def test_an_empty_list_is_no_fault(rows_of) -> None:
    """A poll without records yields nothing and refuses nothing."""
    assert rows_of(BASE, '{"at": "x", "gates": []}') == []


def test_xml_elements_attributes_and_namespaces(rows_of) -> None:
    """Attributes are `@name`, mixed text is `#text`, a lone element is a record too, namespaces are ignored."""
    text = """
format: xml
records: $.port[*]
place: {path: "@id"}
time: {path: $.at}
readings: [{metric: wait_time_s, value: {path: delay, unit: min}}, {metric: lanes_open, value: {path: "lanes[1]"}}]
"""
    payload = """<w:list xmlns:w="urn:x"><w:at>2026-11-22T10:00Z</w:at>
      <w:port id="chi-ma"><delay unit="min"> 7 </delay><lanes>1</lanes><lanes>2</lanes></w:port></w:list>"""
    [row] = rows_of(text, payload)
    assert [(r.place, r.metric, r.value) for r in row.readings] == [
        ("chi-ma", "wait_time_s", 420), ("chi-ma", "lanes_open", 2),
    ]  # fmt: skip


def test_namespaces_that_are_stated_keep_names_apart(rows_of) -> None:
    """With `namespaces` an element of that URI is `prefix:name`."""
    text = """
format: xml
namespaces: {a: "urn:a"}
place: {constant: chi-ma}
time: {now: true}
readings: [{metric: wait_time_s, value: {path: "a:delay"}}]
"""
    [row] = rows_of(text, '<r xmlns:b="urn:a" xmlns:c="urn:c"><b:delay>1</b:delay><c:delay>2</c:delay></r>')
    assert row.readings[0].value == 1


def test_lines_of_json_are_refused_one_by_one(rows_of) -> None:
    """A broken line does not take the others along."""
    text = BASE.replace("json", "ndjson").replace("$.gates[*].lanes[*]", "$").replace("^.id", "id")
    good = '{"id": "chi-ma", "cars": %d, "at": "2026-11-22T10:00Z"}\n'
    first, broken, deep, last = rows_of(text, good % 1 + '{"id": \n\n' + "[" * 3000 + "\n" + good % 2)
    assert (first.readings[0].value, last.readings[0].value, last.origin) == (1, 2, "f:5")
    assert broken.letter is not None
    assert (broken.letter.reason, broken.letter.origin) == ("bad_json", "f:2")
    assert deep.letter is not None
    assert deep.letter.reason == "too_deep"


@pytest.mark.parametrize(
    ("when", "record", "yields"),
    [
        ("{path: s, equals: open}", {"s": "open"}, True),
        ("{path: s, equals: open}", {}, False),
        ("{path: s, equals: 1}", {"s": "1"}, True),
        ("{path: s, in: [open, 1]}", {"s": 1}, True),
        ("{path: s, matches: 'Ope?n(ed)?'}", {"s": "Opened"}, True),
        ("{path: s, matches: 'Ope'}", {"s": "Opened"}, False),
        ("{path: s, present: true}", {"s": ""}, False),
        ("{path: s, present: false}", {"s": None}, True),
        ("{not: {path: s, equals: open}}", {"s": "shut"}, True),
        ("{any: [{path: s, equals: a}, {path: s, equals: b}]}", {"s": "b"}, True),
        ("[{path: s, equals: a}, {path: z, present: true}]", {"s": "a"}, False),
        ('{path: s, equals: "Ti\u1ebfp"}', {"s": "Tie\u0302\u0301p"}, True),
    ],
)  # fmt: skip
def test_a_rule_applies_when_its_conditions_hold(rows_of, when: str, record: dict, yields: bool) -> None:
    """A reading comes only of the records meant; NFC and NFD are the same word."""
    text = BASE.replace("$.gates[*].lanes[*]", "$").replace("{path: ^.id}", "{constant: chi-ma}")
    text = text.replace("{path: $.at}", "{now: true}") + f"    when: {when}\n"
    [row] = rows_of(text, json.dumps(record))
    assert bool(row.readings) is yields


def test_one_odd_reading_refuses_its_record_unless_told_otherwise(rows_of) -> None:
    """By default the record is refused whole; with `bad_value: reading` only what could not be read."""
    text = """
format: json
place: {constant: chi-ma}
time: {now: true}
readings: [{metric: wait_time_s, value: {path: a}}, {metric: lanes_open, value: {path: b}}]
"""
    [refused] = rows_of(text, '{"a": "x", "b": 2}')
    assert (refused.readings, refused.letter.reason) == ([], "bad_value")
    kept, odd = rows_of(text + "bad_value: reading\n", '{"a": "x", "b": 2}')
    assert ([r.value for r in kept.readings], kept.letter) == ([2], None)
    assert (odd.letter.reason, odd.letter.origin) == ("bad_value", "f:$ readings[0]")


def test_a_dead_letter_holds_what_it_takes_to_read_its_record_again(rows_of, mapping_of) -> None:
    """A record refused for an unknown word is read once the mapping knows it: parents and top come along."""
    text = BASE + "    dims: {direction: {path: way, lookup: {X: export}, unknown: refuse}}\n"
    gates = {"at": "2026-11-22T10:00Z", "gates": [{"id": "chi-ma", "lanes": [{"cars": 3, "way": "XK"}]}]}
    [row] = rows_of(text, json.dumps(gates))
    assert row.letter.reason == "unknown_word"
    mended = mapping_of(text.replace("X: export", "XK: export"))
    again = read_record(json.loads(row.letter.payload), mended, NOW, origin=row.origin)
    assert [(r.place, r.value, r.dims) for r in again.readings] == [("chi-ma", 3, {"direction": "export"})]


def test_a_record_too_long_to_be_kept_keeps_what_the_mapping_looked_at(rows_of, mapping_of) -> None:
    """Five thousand characters of remarks do not keep a dead letter from being read again."""
    text = BASE + "refuse: [{path: cars, equals: 3, reason: odd, message: three is odd}]\n"
    gates = {"at": "2026-11-22T10:00Z", "gates": [{"id": "chi-ma", "lanes": [{"cars": 3, "note": "x" * 5_000}]}]}
    [row] = rows_of(text, json.dumps(gates))
    again = read_record(json.loads(row.letter.payload), mapping_of(BASE), NOW, origin="")
    assert [(r.place, r.value) for r in again.readings] == [("chi-ma", 3)]


@pytest.mark.parametrize(
    ("how", "values", "combined"),
    [("sum", [1, 2, 4], 7), ("sum", [1, None], None), ("mean", [1, None, 4], 2.5), ("min", [3, 1, 2], 1),
     ("max", [3, 9, 2], 9), ("mean", [None], None)],
)  # fmt: skip
def test_records_of_one_place_and_instant_become_one_reading(rows_of, how: str, values: list, combined) -> None:
    """A sum that lacks a part is missing; a mean is of the parts that are there."""
    text = BASE.replace("$.gates[*].lanes[*]", "$[*]").replace("{path: ^.id}", "{constant: chi-ma}")
    text = text.replace("{path: $.at}", "{now: true}") + f"    combine: {{how: {how}}}\n"
    rows = rows_of(text, json.dumps([{"cars": value} for value in values]))
    assert [len(row.readings) for row in rows] == [0] * len(values) + [1]
    assert rows[-1].readings[0].value == combined


def test_places_are_found_by_the_names_people_write(rows_of) -> None:
    """Upper case, NFD and the word before the name lead to the same commune; another name is refused."""
    text = """
place: {column: Xã, find: commune}
time: {now: true}
readings: [{metric: dossiers_received, value: {column: n}}]
"""
    import unicodedata

    names = ["Phường Đông Kinh", "ĐÔNG KINH", unicodedata.normalize("NFD", "Đông Kinh"), "Hà Nội"]
    rows = rows_of(text, "Xã,n\n" + "".join(f"{name},1\n" for name in names))
    assert {row.readings[0].place for row in rows[:3]} == {"commune.05977"}
    assert rows[3].letter.reason == "unknown_place"


def test_a_declared_place_that_cannot_be_one_is_refused_with_its_record(rows_of) -> None:
    """A latitude of 200° or an id with a blank is a fault of the payload, told as such."""
    text = """
place: {column: id}
time: {now: true}
places: {id: {column: id}, name_vi: {column: id}, name_en: {column: id}, lat: {column: lat}, lon: {column: lat}}
readings: [{metric: lanes_open, value: {column: n}}]
"""
    far, blank, good = rows_of(text, "id,lat,n\na,200,1\nb c,50,1\nd,,1\n")
    assert (far.letter.reason, blank.letter.reason) == ("bad_place", "bad_place")
    assert [(place.id, place.lat) for place in good.places] == [("d", None)]
