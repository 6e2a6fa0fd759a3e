"""A wrong mapping is refused with its line, its key and what was expected."""

from __future__ import annotations

import pytest

from feeds.catalogue import Catalogue
from feeds.errors import MappingError
from feeds.mapping import load_mapping, parse_mapping

GOOD = """source: probe
name: {vi: Thử, en: Test}
format: csv
define:
  count: {decimal: ","}
place: {column: where}
time: {column: when, zone: Asia/Ho_Chi_Minh}
refuse:
  - {column: flag, equals: no, reason: parse_miss, message: "cannot be read"}
readings:
  - metric: queue_length_vehicles
    dims: {queue: physical}
    when: {column: flag, in: [a, b]}
    value: {column: cars, use: count}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "metric: queue_length_vehicles",
            "metric: queue_lenght_vehicles",
            r"m.yaml:11: readings\[0\].metric: .*mean 'queue_length_vehicles'",
        ),
        ("{column: cars", "{colum: cars", r"m.yaml:14: readings\[0\].value.colum: .*did you mean 'column'"),
        ("cadence", "cadence", None),
        ("format: csv", "fromat: csv", r"m.yaml:3: fromat: there is no key 'fromat' here; did you mean 'format'"),
        ("format: csv", "format: yaml", r"m.yaml:3: format: Invalid enum value 'yaml'"),
        ("format: csv", "format: json", r"readings\[0\].value: names a column, but format is json: write path"),
        ("queue: physical", "queue: real", r"m.yaml:12: readings\[0\].dims.queue: expected one of"),
        ("queue: physical", "colour: red", r"readings\[0\].dims: queue_length_vehicles has dims .*'colour'"),
        ("Asia/Ho_Chi_Minh", "Hanoi", r"m.yaml:7: time.zone: 'Hanoi' is not an IANA time zone"),
        ("{column: flag, in: [a, b]}", "{column: flag}", r"m.yaml:13: readings\[0\].when: needs a column or path tog"),
        ("zone: Asia/Ho_Chi_Minh", 'format: "%Q"', r"m.yaml:7: time.format: expected iso, epoch_s.*bad directive"),
        ("zone: Asia/Ho_Chi_Minh", "format: unix", r"m.yaml:7: time.format: expected iso, epoch_s"),
        ("reason: parse_miss", "reason: Parse Miss!", r"refuse\[0\].reason: expected a short word"),
        ("use: count", "use: conut", r"readings\[0\].value.use: 'conut' is not under define; there is count"),
        ("place: {column: where}", "place: {}", r"m.yaml:6: place: needs exactly one of column, path, constant"),
        ("place: {column: where}\n", "", r"readings\[0\]: readings\[0\] has no place"),
        ("time: {column: when, zone: Asia/Ho_Chi_Minh}\n", "", r"has no time: the mapping needs the key time"),
        ("source: probe", "source: a b", r"m.yaml:1: source: expected a word"),
        ("source: probe\n", "", "missing required field `source`"),
        ("source: probe", "source: probe\nsource: other", r"m.yaml:2: the key 'source' stands twice"),
        ("place: {column: where}", "place: &p {column: where}\nrecorded: *p", r"m.yaml:7: has an alias"),
        ("place: {column: where}", "place: {column: where", "not YAML"),
        ("{column: cars, use: count}", "{constant: 1, column: cars}", r"value: needs exactly one of column, path or"),
    ],
)
def test_a_fault_is_told_with_line_key_and_what_was_expected(
    catalogue: Catalogue, old: str, new: str, message: str | None
) -> None:
    """An author finds the place at once, with the nearest word that exists."""
    if message is None:
        assert parse_mapping(GOOD, catalogue).source == "probe"
        return
    with pytest.raises(MappingError, match=message):
        parse_mapping(GOOD.replace(old, new, 1), catalogue, name="m.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected keys such as source"),
        ("- a\n- b", "expected keys such as source"),
        ("[" * 100_000, "nested deeper"),
        ("a: " + "{b: " * 200, "nested deeper"),
        ("x" * 300_000, "characters"),
        ("a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "alias"),
        ("a: !!python/object/apply:os.system ['true']", "not YAML"),
        ("define: {a: {use: b}, b: {use: a}}\nsource: {use: a}", "a definition cannot use another"),
        ("a: \0", "not YAML"),
        ("? [a, b]\n: c", "not YAML"),
    ],
)
def test_a_yaml_that_is_a_bomb_or_none_at_all_is_refused(catalogue: Catalogue, text: str, message: str) -> None:
    """Aliases, depth, size and tags of Python are refused before anything is built from them."""
    with pytest.raises(MappingError, match=message):
        parse_mapping(text, catalogue)


def test_words_of_yaml_mean_what_they_look_like(catalogue: Catalogue) -> None:
    """`no` is a word, 12:00 a text and 070801 keeps its zero: nothing turns into a number behind one's back."""
    mapping = parse_mapping(GOOD.replace("in: [a, b]", "in: [off, 12:00, 070801, 2026-01-01, -10:00, 1e3]"), catalogue)
    assert mapping.refuse[0].equals == "no"
    assert mapping.readings[0].when.among == ["off", "12:00", "070801", "2026-01-01", "-10:00", 1000.0]


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path, catalogue: Catalogue) -> None:
    """A mapping saved in another encoding is told as such."""
    path = tmp_path / "m.yaml"
    path.write_bytes(b"source: probe\nname: L\xe0ng\n")
    with pytest.raises(MappingError, match=r"m\.yaml:2: not UTF-8 at byte 22"):
        load_mapping(path, catalogue)


def test_a_mapping_under_another_source_is_otherwise_the_same(catalogue: Catalogue) -> None:
    """Only what its readings carry changes."""
    mapping = parse_mapping(GOOD, catalogue)
    assert (mapping.under("other").source, mapping.under("other").readings) == ("other", mapping.readings)
