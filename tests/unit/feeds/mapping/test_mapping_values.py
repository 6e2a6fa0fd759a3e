"""Numbers and instants out of a payload: what they become, and what is refused rather than guessed."""

from __future__ import annotations

import time

import pytest

from feeds.errors import MappingError
from feeds.mapping.patterns import compiled
from feeds.mapping.units import factor

DELAY = r'{path: v, match: "(?:(?P<hours>\\d{1,2}) hrs? ?)?(?:(?P<minutes>\\d{1,3})(?: min)?)?"}'


@pytest.mark.parametrize(
    ("rule", "cell", "value"),
    [
        ("{path: v}", '{"v": 12}', 12),
        ("{path: v}", '{"v": " 12.5 "}', 12.5),
        ("{path: v}", '{"v": "−3"}', -3),
        ("{path: v}", '{"v": null}', None),
        ("{path: v}", '{"v": ""}', None),
        ("{path: v}", "{}", None),
        ("{path: v, missing: [-1, NIL]}", '{"v": -1}', None),
        ("{path: v, missing: [-1, NIL]}", '{"v": "NIL"}', None),
        ("{path: v, unit: min}", '{"v": 7}', 420),
        ("{path: v, unit: h, offset: 5}", '{"v": 2}', 7205),
        ("{path: v, scale: 60}", '{"v": "1.5"}', 90),
        ('{path: v, decimal: ","}', '{"v": "1,5"}', 1.5),
        ('{path: v, decimal: ",", thousands: "."}', '{"v": "1.234.567,5"}', 1234567.5),
        ('{path: v, thousands: " "}', '{"v": "12\u202f345"}', 12345),
        (DELAY, '{"v": "10 min"}', 600),
        (DELAY, '{"v": "1 hrs 30 min"}', 5400),
        (DELAY, '{"v": "1 hr"}', 3600),
        (DELAY, '{"v": "5"}', 300),
        (r'{path: v, match: "about (\\d+) trucks"}', '{"v": "about 40 trucks"}', 40),
        ("{path: v, lookup: {Lanes Closed: null, no delay: 0}}", '{"v": "Lanes Closed"}', None),
        ("{path: v, lookup: {Lanes Closed: null, no delay: 0}}", '{"v": "no delay"}', 0),
        ("{path: v, lookup: {true: 1, false: 0}}", '{"v": false}', 0),
        ("{path: v, missing_when: {path: paused, equals: true}}", '{"v": 0, "paused": true}', None),
        ("{path: v, missing_when: {path: paused, equals: true}}", '{"v": 0, "paused": false}', 0),
        ("{path: v, divide_by: {path: of}}", '{"v": 1, "of": 4}', 0.25),
        ("{path: v, divide_by: {path: of}}", '{"v": 0, "of": 0}', None),
        ("{constant: 7}", "{}", 7),
    ],
)
def test_a_number_is_read_as_it_is_written(value_of, rule: str, cell: str, value: float | None) -> None:
    """Units, decimal signs, words and patterns give the number meant; what is missing stays missing."""
    assert value_of(rule, cell) == value


@pytest.mark.parametrize(
    ("rule", "cell"),
    [
        ("{path: v}", '{"v": "twelve"}'),
        ("{path: v}", '{"v": "1_000"}'),
        ("{path: v}", '{"v": "１２"}'),
        ("{path: v}", '{"v": "1,5"}'),
        ("{path: v}", '{"v": true}'),
        ("{path: v}", '{"v": NaN}'),
        ("{path: v}", '{"v": -Infinity}'),
        ("{path: v}", '{"v": 1e999}'),
        ("{path: v}", '{"v": "1e999"}'),
        ("{path: v}", '{"v": ' + "9" * 2_000 + "}"),
        ("{path: v, scale: 1.0e+300}", '{"v": 1e300}'),
        ('{path: v, decimal: ","}', '{"v": "12.5"}'),
        ('{path: v, decimal: ",", thousands: "."}', '{"v": "12.5"}'),
        (DELAY, '{"v": "Lanes Closed"}'),
        (DELAY, '{"v": "min"}'),
    ],
)
def test_what_is_no_number_is_refused_and_not_zero(value_of, rule: str, cell: str) -> None:
    """Every text that is not clearly a finite number is refused as bad_value."""
    assert value_of(rule, cell) == "bad_value"


def test_an_object_where_a_number_belongs_is_refused_with_its_kind(value_of) -> None:
    """A list is a fault of the payload's shape."""
    assert value_of("{path: v}", '{"v": [1, 2]}') == "bad_shape"


@pytest.mark.parametrize(
    ("rule", "payload", "instant"),
    [
        ("{path: t}", '{"t": "2026-11-22T10:05:00+07:00"}', "2026-11-22T03:05:00Z"),
        ("{path: t, zone: Asia/Ho_Chi_Minh}", '{"t": "2026-11-22 10:05"}', "2026-11-22T03:05:00Z"),
        ("{path: t, format: epoch_s}", '{"t": 1443966345}', "2015-10-04T13:45:45Z"),
        ("{path: t, format: epoch_ms}", '{"t": "1443966345000"}', "2015-10-04T13:45:45Z"),
        ('{path: t, format: ["%d/%m/%Y", "%d.%m.%Y"], zone: "+07:00"}', '{"t": "22.11.2026"}', "2026-11-21T17:00:00Z"),
        ("{path: t, zone: {path: z, lookup: {HN: Asia/Ho_Chi_Minh}}}", '{"t": "2026-11-22T10:00", "z": "HN"}',
         "2026-11-22T03:00:00Z"),
        ("[{path: t}, {path: u}]", '{"t": "", "u": "2026-11-22T10:00Z"}', "2026-11-22T10:00:00Z"),
        ("{now: true}", "{}", "2026-11-23T03:00:00Z"),
        # Clocks in New York were put forward on 8 March 2026 at 02:00 and back on 1 November 2026 at 02:00.
        ("{path: t, zone: America/New_York}", '{"t": "2026-03-08T01:59"}', "2026-03-08T06:59:00Z"),
        ("{path: t, zone: America/New_York}", '{"t": "2026-03-08T03:00"}', "2026-03-08T07:00:00Z"),
        ("{path: t, zone: America/New_York}", '{"t": "2026-11-01T01:30"}', "2026-11-01T05:30:00Z"),
        ("{path: t, zone: America/New_York, ambiguous: later}", '{"t": "2026-11-01T01:30"}', "2026-11-01T06:30:00Z"),
        ("{path: t, zone: America/New_York, nonexistent: shift}", '{"t": "2026-03-08T02:30"}', "2026-03-08T07:30:00Z"),
    ],
)  # fmt: skip
def test_a_time_is_read_in_its_zone(time_of, rule: str, payload: str, instant: str) -> None:
    """Formats, zones, daylight saving and fall-backs give the instant meant."""
    assert time_of(rule, payload) == instant


LANES = r"""{path: t, match: "At (?P<time>.+) (?P<zone>[A-Z]{3,4})", lookup: {Noon: "12:00 pm"}, format: "%I:%M %p",
  date: {path: d, format: "%m/%d/%Y"}, zones: {EDT: "-04:00", CET: Europe/Paris}, day_before_if_ahead: true}"""


@pytest.mark.parametrize(
    ("text", "day", "instant"),
    [
        ("At 9:00 pm EDT", "4/28/2014", "2014-04-29T01:00:00Z"),
        ("At Noon EDT", "4/28/2014", "2014-04-28T16:00:00Z"),
        ("At 9:00 pm CET", "4/28/2014", "2014-04-28T19:00:00Z"),
        ("At 11:30 pm EDT", "11/22/2026", "2026-11-22T03:30:00Z"),
    ],
)
def test_a_time_of_day_belongs_to_the_payloads_own_date(time_of, text: str, day: str, instant: str) -> None:
    """The day stands elsewhere; a time of day that would lie half an hour ahead of now was yesterday's."""
    assert time_of(LANES, f'{{"t": "{text}", "d": "{day}"}}') == instant


@pytest.mark.parametrize(
    ("rule", "payload", "message"),
    [
        ("{path: t}", '{"t": "yesterday"}', "is not a time of format iso"),
        ("{path: t}", "{}", "there is no time"),
        ("{path: t, format: epoch_s}", '{"t": 1e300}', "is not a time"),
        ("{path: t, format: epoch_s}", '{"t": "nan"}', "is not a time"),
        ("{path: t, zone: America/New_York}", '{"t": "2026-03-08T02:30"}', "jumped over that time"),
        ("{path: t, zone: America/New_York, ambiguous: refuse}", '{"t": "2026-11-01T01:30"}', "happened twice"),
        (LANES, '{"t": "At 9:00 pm XYZ", "d": "4/28/2014"}', "'XYZ' is not an IANA time zone"),
        (LANES, '{"t": "At 9:00 pm EDT"}', "the day it belongs to is missing"),
        (LANES, '{"t": "Lanes Closed", "d": "4/28/2014"}', "does not match"),
        ("{path: t}", '{"t": "0001-01-01T00:00+14:00"}', "is not a time"),
    ],
)
def test_what_is_no_time_is_refused(time_of, rule: str, payload: str, message: str) -> None:
    """The refusal says what stood there and what was expected."""
    assert message in time_of(rule, payload)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+", "(.*)*x", r"(?:\d{1,9}){2,9}x", r"(a)\1", "(?=a)a",
                                     ".*.*.*.*", "((a?)b)*", "x" * 600, "("])  # fmt: skip
def test_a_pattern_that_could_hang_is_refused_when_it_is_loaded(mapping_of, pattern: str) -> None:
    """Nested repeats, alternatives in repeats and look-arounds never reach a payload."""
    quoted = pattern.replace("\\", "\\\\")
    with pytest.raises(MappingError, match=r"could take too long|not taken|not a regular|characters"):
        mapping_of(f'place: {{column: p, match: "{quoted}"}}\ntime: {{now: true}}\n'
                   "readings: [{metric: wait_time_s, value: {column: v}}]")  # fmt: skip


def test_the_slowest_pattern_that_is_taken_is_bounded() -> None:
    """Three open repeats on the longest text that is matched end within a second."""
    begun = time.process_time()
    assert compiled("(.*)(.*)(.*)x").fullmatch("a" * 256) is None
    assert time.process_time() - begun < 5


def test_a_text_too_long_for_a_pattern_is_refused(value_of) -> None:
    """Patterns are tried on 256 characters at most."""
    assert value_of(r'{path: v, match: "(\\d+)"}', f'{{"v": "{"1" * 256}"}}') == "bad_value"
    assert value_of(r'{path: v, match: "(\\d+)"}', f'{{"v": "{"1" * 257}"}}') == "text_too_long"


@pytest.mark.parametrize(
    ("unit", "metric_unit", "size"),
    [("min", "giây", 60), ("km", "m", 1000), ("kg", "tấn", 0.001), ("ratio", "%", 100), ("pct", "", 0.01),
     ("kbps", "Mbit/s", 0.001), ("per_day", "xe/giờ", 1 / 24), ("million_vnd", "đồng", 1e6)],
)  # fmt: skip
def test_units_become_the_metrics_own(unit: str, metric_unit: str, size: float) -> None:
    """The factor is exact."""
    assert factor(unit, metric_unit) == pytest.approx(size)


def test_a_unit_of_something_else_is_refused_with_those_that_fit(mapping_of) -> None:
    """Kilometres cannot become seconds; the message names minutes."""
    with pytest.raises(MappingError, match=r"readings\[0\].value.unit: 'km' cannot become 'giây'; .*min"):
        mapping_of(
            "place: {constant: x}\ntime: {now: true}\nreadings: [{metric: wait_time_s, value: {column: v, unit: km}}]"
        )
