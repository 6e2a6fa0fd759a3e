"""The text of `/metrics`: what any Prometheus server can read, whatever the house is told."""

from __future__ import annotations

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dashboard.heartbeat import Beat
from dashboard.metrics.families import ALL, BEATEN, FAMILIES
from dashboard.metrics.from_bus import lag_seconds, write_beats, write_feeds, write_server
from dashboard.metrics.from_databases import write_books
from dashboard.metrics.from_hub import write_hub
from dashboard.metrics.histogram import Histogram
from dashboard.metrics.sheet import MOST_NAMES, OTHER, Names, Sheet
from feeds.history.ledger import LedgerRow

UNITS = ("_seconds", "_bytes", "_info", "_up", "_ok", "_per_second", "_synchronised")
COUNTED = (
    *("_entries", "_frames", "_clients", "_fds", "_today", "_payloads", "_cadences", "_live", "_unlisted"),
    *("_state", "_simulated", "_ended"),
)


def samples(sheet: Sheet) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return every sample of a sheet's text, read back by Prometheus' own parser."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(sheet.text().decode())
        for sample in family.samples
    }


def test_every_name_follows_prometheus_rules() -> None:
    """A dashboard's author can guess the unit from the name, and what only grows is marked as such."""
    assert len(FAMILIES) == len(ALL)
    for family in ALL:
        assert re.fullmatch(r"lso_[a-z][a-z0-9_]*[a-z0-9]", family.name), family.name
        assert all(re.fullmatch(r"[a-z][a-z_]*", label) and label != "le" for label in family.labels)
        assert family.name.endswith("_total") == (family.kind == "counter"), family.name
        if family.kind == "gauge":
            assert family.name.endswith(UNITS + COUNTED), family.name
        assert len(family.help) > 10
        assert not family.help.endswith(".")
        assert "\n" not in family.help


def test_every_family_has_help_and_type_even_without_a_sample() -> None:
    """A rule on something that never happened yet finds the metric known."""
    text = Sheet().text().decode()
    for family in ALL:
        assert f"# HELP {family.name} " in text
        assert f"# TYPE {family.name} {family.kind}" in text


def test_names_that_are_rubbish_still_make_text_that_parses() -> None:
    """A source may be called anything; the monitor goes on reading everything else."""
    names, sheet = Names(), Sheet()
    wild = ['a"b', "a\\b", "a\nb", "", "é\u0301\u202e", "x" * 5_000, "}{,="]
    write_books(sheet, [LedgerRow(name, "reading", 1, 0, 0, 0) for name in wild], [], names)
    found = [dict(labels)["source"] for (name, labels) in samples(sheet) if name == "lso_records_stored_total"]
    assert sorted(found) == sorted([*wild[:5], "x" * 100, "}{,="])


def test_a_sender_that_invents_names_fills_nothing() -> None:
    """Ten thousand names make a hundred labels and one for the rest, and no record is lost from the sum."""
    names = Names()
    for round_number in range(2):
        sheet = Sheet()
        rows = [LedgerRow(f"s{number}", "reading", 1 + round_number, 0, 0, 0) for number in range(10_000)]
        write_books(sheet, rows, [], names)
        stored = {
            labels: value for (name, labels), value in samples(sheet).items() if name == "lso_records_stored_total"
        }
        assert len(stored) == MOST_NAMES + 1
        assert sum(stored.values()) == 10_000 * (1 + round_number)
        assert stored[(("kind", "reading"), ("source", OTHER))] == 9_900 * (1 + round_number)


def test_a_name_keeps_its_label_when_larger_ones_come() -> None:
    """A counter that moved into the rest would seem to have begun anew."""
    names = Names(limit=2)
    assert [names.label(name) for name in ("a", "b", "c", "a", "c")] == ["a", "b", OTHER, "a", OTHER]
    assert names.left_out == {"c"}


def test_a_heartbeat_says_only_what_it_may() -> None:
    """Rubbish on the bus makes no metric, and what is no number is left out."""
    sheet = Sheet()
    figures = {
        "lso_process_open_fds": 7.0,
        "lso_component_up": 1.0,
        "evil": 3.0,
        "lso_process_cpu_seconds_total": float("nan"),
    }
    write_beats(sheet, {"recorder": Beat("running", 1_000, 3, 9_000, 1, figures)})
    found = samples(sheet)
    recorder = (("process", "recorder"),)
    assert found[("lso_process_open_fds", recorder)] == 7.0
    assert found[("lso_process_restarts_total", recorder)] == 3.0
    assert found[("lso_process_heartbeat_time_seconds", recorder)] == 9.0
    assert len(found) == 4
    assert "lso_component_up" not in BEATEN


def test_the_lag_in_seconds_is_told_only_when_it_is_known() -> None:
    """Nothing to do is no lag; a group that has not said how far it is has none that is known."""
    assert lag_seconds(0, 90_000, 0) == 0.0
    assert lag_seconds(5, 90_000, 0) is None
    assert lag_seconds(5, 90_000, 88_500) == 1.5
    assert lag_seconds(5, 88_000, 88_500) == 0.0


def test_a_feed_is_in_one_state_and_a_broken_fact_hides_no_other() -> None:
    """The board shows a feed that fails although another one's fact cannot be read."""
    sheet = Sheet()
    facts = {
        "a": b"rubbish",
        "b": b'{"name":"b","kind":"http","state":"failing","since":5000,"failures":4,"ok_at":null}',
    }
    write_feeds(sheet, facts, Names())
    found = samples(sheet)
    states = {dict(labels)["state"]: value for (name, labels), value in found.items() if name == "lso_feed_state"}
    assert states == {"running": 0, "waiting": 0, "failing": 1, "paused": 0, "ended": 0, "refused": 0}
    assert found[("lso_feed_failures_total", (("feed", "b"),))] == 4
    assert not any(name == "lso_feed_last_success_time_seconds" for name, _ in found)


def test_a_bus_that_cannot_write_its_file_is_seen() -> None:
    """The append-only file is what survives a kill; its failure is told apart from its being off."""
    for said, expected in (("ok", 1.0), ("err", 0.0)):
        sheet = Sheet()
        write_server(sheet, {"aof_enabled": "1", "aof_last_write_status": said, "used_memory": "12", "maxmemory": "x"})
        assert samples(sheet)[("lso_bus_append_only_ok", ())] == expected
        assert samples(sheet)[("lso_bus_memory_bytes", ())] == 12
    sheet = Sheet()
    write_server(sheet, {"aof_enabled": "0", "aof_last_write_status": "ok"})
    assert samples(sheet) == {}


def test_a_source_is_as_old_as_its_newest_reading() -> None:
    """Age in seconds and in cadences, as the screens judge it; a source that never spoke has none."""
    sheet = Sheet()
    sources = {
        "gates": {"last_at": 40_000, "cadence_s": 30.0, "rate_per_s": 2.0, "delay_s": None, "simulated": False},
        "new": {"last_at": None, "cadence_s": 30.0, "simulated": True},
    }
    write_hub(sheet, {"clients": 3, "lag_ms": None, "sources": sources, "frames": {"delta": 9}}, Names(), 100_000)
    found = samples(sheet)
    assert found[("lso_source_age_seconds", (("source", "gates"),))] == 60.0
    assert found[("lso_source_age_cadences", (("source", "gates"),))] == 2.0
    assert found[("lso_source_simulated", (("source", "new"),))] == 1.0
    assert ("lso_source_age_seconds", (("source", "new"),)) not in found
    assert found[("lso_live_frames_total", (("kind", "delta"),))] == 9
    assert ("lso_live_lag_seconds", ()) not in found


def test_a_histogram_counts_up_to_and_with_its_bounds() -> None:
    """`le` means less or equal, and the last bucket holds everything."""
    histogram = Histogram((0.1, 1.0))
    for value in (0.05, 0.1, 0.1000001, 1.0, 7.0):
        histogram.observe(value)
    assert histogram.buckets() == [("0.1", 2.0), ("1.0", 4.0), ("+Inf", 5.0)]
    sheet = Sheet()
    sheet.histogram("lso_http_request_duration_seconds", {"page": histogram})
    found = samples(sheet)
    assert found[("lso_http_request_duration_seconds_count", (("route", "page"),))] == 5
    assert found[("lso_http_request_duration_seconds_sum", (("route", "page"),))] == pytest.approx(8.2500001)


def test_what_is_not_declared_cannot_be_written() -> None:
    """A name that stands in no table reaches no monitor."""
    with pytest.raises(KeyError):
        Sheet().set("lso_invented", 1)
    with pytest.raises(ValueError, match="labels"):
        Sheet().set("lso_component_up", 1)
