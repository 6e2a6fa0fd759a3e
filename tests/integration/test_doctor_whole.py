"""The doctor on real things: an installation of each kind of database, a broken one, a port and a certificate."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.doctor import installation, machine, services
from dashboard.doctor.examine import examine
from dashboard.settings import load_settings
from dashboard.valkey import EmbeddedValkey
from tests.house import ROOT, free_port

pytestmark = pytest.mark.service


def test_an_installation_on_each_database_is_looked_through(
    database_url: str, valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    """Bus, both databases, tables, disk, files and configuration each have their finding, and none broke."""
    settings = load_settings(
        {
            "LSO_DATABASE_URL": database_url,
            "LSO_REDIS_URL": valkey.url,
            "LSO_DATA_DIR": str(tmp_path / "var"),
            "LSO_CONFIG_DIR": str(ROOT / "config"),
            "LSO_PORT": str(free_port()),
        }
    )
    found = {one.check: one for one in examine(settings)}
    assert [one for one in found.values() if "could not be looked at" in one.found] == []
    well = {
        "python", "sqlite", "timezone", "bus.version", "bus.appendonly", "bus.maxmemory-policy", "clock.bus",
        "database.history", "database.desk", "tables.history", "tables.alerts", "tables.access", "tables.feed_desk",
        "port", "secrets.key", "config.feeds", "config.rules", "config.mappings",
    }  # fmt: skip
    assert {check: found[check].state for check in well} == dict.fromkeys(well, "ok")
    if "postgresql" in database_url:
        assert found["postgresql.fsync"].state == "fail"  # the suite's server is quick and forgetful
        assert found["clock.database"].state == "ok"


def test_the_command_says_what_is_broken_and_ends_with_two(tmp_path: Path) -> None:
    """A key others may read, a rule file with an error and a bus that is gone: each is named, with what to do."""
    config = tmp_path / "config"
    (config / "rules").mkdir(parents=True)
    (config / "rules" / "mine.yaml").write_text("groups: [{", encoding="utf-8")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret.key").write_text("q" * 40, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LSO_")}
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "doctor", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={
            **environment, "LSO_DATA_DIR": str(tmp_path / "var"), "LSO_CONFIG_DIR": str(config),
            "LSO_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0", "LSO_PORT": str(free_port()),
        },
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    said = json.loads(done.stdout)
    states = {one["check"]: (one["state"], one["do"]) for one in said["findings"]}
    assert said["exit"] == 2
    for check in ("secrets.key", "config.rules", "bus"):
        assert states[check][0] == "fail"
        assert states[check][1]
    assert states["database.history"][0] == "warn"
    assert not (tmp_path / "var" / "history.sqlite").exists(), "looking must not make a database"
    assert list((tmp_path / "var").glob(".doctor*")) == []


def test_a_wrong_setting_is_a_finding(tmp_path: Path) -> None:
    """The doctor says what a start would say."""
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "doctor"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "LSO_PORT": "eighty", "LSO_DATA_DIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2
    assert "LSO_PORT='eighty': expected a port number" in done.stdout


def test_a_port_in_use_by_another_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who listens there and is not us is said to be in the way."""
    monkeypatch.setattr(services, "PATIENCE_S", 0.2)  # the other one never answers
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        settings = load_settings(
            {"LSO_DATA_DIR": str(tmp_path), "LSO_CONFIG_DIR": str(ROOT / "config"), "LSO_PORT": str(number)}
        )
        taken.settimeout(0)
        assert services.port(settings).state == "fail"
    assert services.port(settings).state == "ok"


def test_a_certificate_nobody_receives_is_found() -> None:
    """A host that refuses is a sentence; an address without HTTPS is not looked at."""
    now = datetime.now(UTC)
    [finding] = services.certificate(f"https://127.0.0.1:{free_port()}", now)
    assert finding.state == "fail"
    assert "refused" in finding.found.lower()
    assert list(services.certificate("http://127.0.0.1", now)) == []


def test_files_others_may_read_are_named(tmp_path: Path) -> None:
    """A folder only its owner may enter protects what is in it."""
    (tmp_path / "secrets").mkdir(mode=0o755)
    for name, mode in (("desk.sqlite", 0o644), ("secret.key", 0o600), ("secrets/KEY", 0o640)):
        (tmp_path / name).write_text("x", encoding="utf-8")
        (tmp_path / name).chmod(mode)
    tmp_path.chmod(0o755)
    assert {Path(path).name for path, _ in installation.open_files(tmp_path)} == {"desk.sqlite", "KEY"}
    tmp_path.chmod(0o700)
    assert list(installation.open_files(tmp_path)) == []


def test_the_nearest_mount_names_the_file_system(tmp_path: Path) -> None:
    """The longest mount point counts, and of two on one point the later one."""
    inner = tmp_path / "data"
    inner.mkdir()
    mounts = [("/", "ext4"), (str(tmp_path), "nfs4"), (str(inner), "tmpfs"), (str(inner), "xfs")]
    assert machine.file_system(inner, mounts) == "xfs"
    assert machine.file_system(tmp_path, mounts) == "nfs4"
    assert machine.file_system(Path("/"), mounts) == "ext4"
    assert machine.file_system(Path("/"), []) is None


def test_pins_are_read_from_the_requirements(tmp_path: Path) -> None:
    """Extras and remarks are no part of name or version."""
    (tmp_path / "r.txt").write_text("# x\n-c c.txt\ndash[fastapi]==4.4.1\nredis==8.1.0  # why\n\n", encoding="utf-8")
    assert machine.pinned(tmp_path / "r.txt") == {"dash": "4.4.1", "redis": "8.1.0"}
    assert machine.pinned(tmp_path / "none.txt") == {}
