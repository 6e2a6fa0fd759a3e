"""What each fact means, on both sides of every boundary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.doctor import judge_installation as installation
from dashboard.doctor import judge_machine as machine
from dashboard.doctor import judge_services as services
from dashboard.doctor.examine import guarded
from dashboard.doctor.model import Finding, exit_code, version_of

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
GIB = 1 << 30
KEY = "mQ3v9Zr5tLx2-Wc8bNf1yKs7dHg4jPa6uEo0iRqT"
GOOD_PG = {
    "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8",
    "max_connections": "100",
}  # fmt: skip
GOOD_BUS = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}

CASES: list[tuple[Finding, str]] = [
    (machine.judge_python("3.10.12"), "fail"),
    (machine.judge_python("3.11.0"), "ok"),
    (machine.judge_sqlite("3.34.1"), "fail"),
    (machine.judge_sqlite("3.35.0"), "ok"),
    (machine.judge_libraries({"redis": "8.1.0"}, {"redis": "8.1.0"}), "ok"),
    (machine.judge_libraries({"redis": "8.1.0"}, {"redis": "8.1.1"}), "warn"),
    (machine.judge_libraries({"redis": "8.1.0"}, {"redis": None}), "fail"),
    (machine.judge_libraries({}, {}), "warn"),
    (machine.judge_synchronised(synchronised=True), "ok"),
    (machine.judge_synchronised(synchronised=False), "warn"),
    (machine.judge_synchronised(synchronised=None), "ok"),
    (machine.judge_drift("bus", 0.5), "ok"),
    (machine.judge_drift("bus", -0.51), "warn"),
    (machine.judge_drift("bus", 5.0), "warn"),
    (machine.judge_drift("bus", -5.01), "fail"),
    (machine.judge_timezone(25_200.0), "ok"),
    (machine.judge_timezone(28_800.0), "fail"),
    (machine.judge_timezone(None), "fail"),
    (machine.judge_locale("utf-8", "UTF-8"), "ok"),
    (machine.judge_locale("utf-8", "ANSI_X3.4-1968"), "warn"),
    (machine.judge_disk(5 * GIB, 0.0), "ok"),
    (machine.judge_disk(5 * GIB - 1, 0.0), "warn"),
    (machine.judge_disk(GIB, 0.0), "warn"),
    (machine.judge_disk(GIB - 1, 0.0), "fail"),
    (machine.judge_disk(300 * GIB, 10.0 * GIB), "ok"),
    (machine.judge_disk(299 * GIB, 10.0 * GIB), "warn"),
    (machine.judge_disk(30 * GIB, 10.0 * GIB), "warn"),
    (machine.judge_disk(29 * GIB, 10.0 * GIB), "fail"),
    (machine.judge_file_system("ext4"), "ok"),
    (machine.judge_file_system(None), "ok"),
    (machine.judge_file_system("nfs4"), "fail"),
    (machine.judge_file_system("tmpfs"), "fail"),
    (machine.judge_fsync(None, always=False), "fail"),
    (machine.judge_fsync(0.019, always=False), "warn"),
    (machine.judge_fsync(0.02, always=False), "ok"),
    (machine.judge_fsync(50.0, always=True), "ok"),
    (machine.judge_fsync(50.1, always=True), "warn"),
    (machine.judge_descriptors(1_023), "fail"),
    (machine.judge_descriptors(1_024), "warn"),
    (machine.judge_descriptors(4_095), "warn"),
    (machine.judge_descriptors(4_096), "ok"),
    (machine.judge_memory(2 * GIB, None)[0], "ok"),
    (machine.judge_memory(2 * GIB - 1, None)[0], "warn"),
    (machine.judge_memory(None, 0)[0], "ok"),
    (machine.judge_memory(None, 1)[0], "ok"),
    (machine.judge_memory(None, 2)[0], "warn"),
    (services.judge_bus_version({"redis_version": "6.0.16"}), "fail"),
    (services.judge_bus_version({"redis_version": "6.2.0"}), "ok"),
    (services.judge_bus_version({"redis_version": "7.2.4", "valkey_version": "7.1.0"}), "fail"),
    (services.judge_bus_version({"redis_version": "7.2.4", "valkey_version": "9.1.2"}), "ok"),
    (services.judge_bus_version({}), "fail"),
    (services.judge_bus_away("x", embedded=True), "warn"),
    (services.judge_bus_away("x", embedded=False), "fail"),
    (services.judge_revision("history", "h003", "h003", known=True), "ok"),
    (services.judge_revision("history", "h001", "h003", known=True), "warn"),
    (services.judge_revision("history", None, "h003", known=False), "warn"),
    (services.judge_revision("history", "h999", "h003", known=False), "fail"),
    (services.judge_port(8050, "free"), "ok"),
    (services.judge_port(8050, "ours"), "ok"),
    (services.judge_port(8050, "other"), "fail"),
    (services.judge_certificate("h", NOW + timedelta(days=21), "", NOW), "ok"),
    (services.judge_certificate("h", NOW + timedelta(days=20.9), "", NOW), "warn"),
    (services.judge_certificate("h", NOW + timedelta(days=3), "", NOW), "warn"),
    (services.judge_certificate("h", NOW + timedelta(days=2.9), "", NOW), "fail"),
    (services.judge_certificate("h", NOW - timedelta(seconds=1), "", NOW), "fail"),
    (services.judge_certificate("h", NOW + timedelta(days=90), "Hostname mismatch", NOW), "fail"),
    (services.judge_certificate("h", None, "Connection refused", NOW), "fail"),
    (services.judge_certificate("h", None, "certificate has expired", NOW), "fail"),
    (installation.judge_secret("secret.key", KEY, 0o600), "ok"),
    (installation.judge_secret("LSO_SECRET_KEY", KEY[:32], None), "ok"),
    (installation.judge_secret("secret.key", KEY[:31], 0o600), "fail"),
    (installation.judge_secret("secret.key", KEY, 0o640), "fail"),
    (installation.judge_secret("secret.key", "k" * 40, 0o600), "fail"),
    (installation.judge_secret("secret.key", "changeme", 0o600), "fail"),
    (installation.judge_modes([]), "ok"),
    (installation.judge_modes([("desk.sqlite", 0o644)]), "warn"),
    (installation.judge_config("rules", [], 4), "ok"),
    (installation.judge_config("rules", ["gates.yaml:3: x", "y"], 4), "fail"),
    (installation.judge_public_url("https://chihuy.langson.vn", "0.0.0.0"), "ok"),
    (installation.judge_public_url("http://127.0.0.1:8050", "127.0.0.1"), "ok"),
    (installation.judge_public_url("http://127.0.0.1:8050", "0.0.0.0"), "warn"),
    (installation.judge_public_url("http://10.0.0.5:8050", "0.0.0.0"), "warn"),
]


@pytest.mark.parametrize(("finding", "state"), CASES, ids=[f"{one.check}-{n}" for n, (one, _) in enumerate(CASES)])
def test_a_fact_means_what_it_should(finding: Finding, state: str) -> None:
    """Each finding has its state, says what there is, and, unless all is well, what to do in a sentence."""
    assert finding.state == state, finding
    assert finding.found
    assert bool(finding.do) == (state != "ok" or ("ntp" in finding.check and "not tell" in finding.found))
    assert not finding.do or finding.do.endswith((".", ")"))


@pytest.mark.parametrize(
    ("config", "info", "always", "bad"),
    [
        ({}, {}, False, {}),
        ({"appendonly": "no"}, {}, False, {"bus.appendonly": "fail"}),
        ({"appendfsync": "no"}, {}, False, {"bus.appendfsync": "warn"}),
        ({}, {}, True, {"bus.appendfsync": "warn"}),
        ({"appendfsync": "always"}, {}, True, {}),
        ({"maxmemory-policy": "allkeys-lru"}, {}, False, {"bus.maxmemory-policy": "fail"}),
        ({}, {"aof_last_write_status": "err"}, False, {"bus.writes": "fail"}),
    ],
)
def test_a_bus_that_would_lose_data_is_found(
    config: dict[str, str], info: dict[str, str], always: bool, bad: dict[str, str]
) -> None:
    """No log, a lazy one, eviction and failing writes are told apart; a good server has nothing."""
    findings = services.judge_bus_safety({**GOOD_BUS, **config}, info, always=always)
    assert {one.check: one.state for one in findings if one.state != "ok"} == bad


def test_a_bus_that_hides_its_settings_is_judged_by_what_it_tells() -> None:
    """Hosted servers forbid CONFIG; INFO says most of it."""
    good = {"aof_enabled": "1", "maxmemory_policy": "noeviction"}
    assert {one.state for one in services.judge_bus_safety({}, good, always=False)} == {"ok"}
    bad = {"aof_enabled": "0", "maxmemory_policy": "volatile-lru"}
    assert [one.state for one in services.judge_bus_safety({}, bad, always=False)] == ["fail", "fail"]


@pytest.mark.parametrize(
    ("version", "settings", "bad"),
    [
        ("18.4 (Debian 18.4-1)", {}, {}),
        ("14.0", {}, {}),
        ("13.22", {}, {"postgresql.version": "fail"}),
        ("18.4", {"fsync": "off"}, {"postgresql.fsync": "fail"}),
        ("18.4", {"full_page_writes": "off"}, {"postgresql.full_page_writes": "fail"}),
        ("18.4", {"synchronous_commit": "off"}, {"postgresql.synchronous_commit": "warn"}),
        ("18.4", {"server_encoding": "SQL_ASCII"}, {"postgresql.encoding": "fail"}),
        ("18.4", {"max_connections": "59"}, {"postgresql.max_connections": "warn"}),
        ("18.4", {"max_connections": "60"}, {}),
    ],
)
def test_a_postgresql_that_would_lose_data_is_found(version: str, settings: dict[str, str], bad: Any) -> None:
    """Old versions, lazy settings, a wrong encoding and few connections are told apart."""
    findings = services.judge_postgresql(version, {**GOOD_PG, **settings})
    assert {one.check: one.state for one in findings if one.state != "ok"} == bad


def test_the_exit_code_is_that_of_the_worst() -> None:
    """0 all well, 1 something warns, 2 something fails."""
    well, warns, fails = Finding("a", "ok", "x"), Finding("b", "warn", "x", "y"), Finding("c", "fail", "x", "y")
    assert [exit_code([]), exit_code([well]), exit_code([warns, well]), exit_code([warns, fails, well])] == [0, 0, 1, 2]


def test_a_look_that_breaks_is_a_finding() -> None:
    """One symptom nobody thought of does not hide the others."""

    def breaks() -> Any:
        yield Finding("a", "ok", "x")
        raise ZeroDivisionError("of a disk")

    found = list(guarded("machine", breaks))
    assert [one.state for one in found] == ["ok", "fail"]
    assert "ZeroDivisionError: of a disk" in found[1].found


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ("18.4 (Debian 1)", (18, 4)),
        ("9.1.2", (9, 1, 2)),
        ("7.2.4-rc1", (7, 2, 4)),
        ("", ()),
        ("x", ()),
        ("3.11+", (3, 11)),
    ],
)
def test_versions_are_read_from_what_servers_say(words: str, version: tuple[int, ...]) -> None:
    """Only the leading numbers count."""
    assert version_of(words) == version
