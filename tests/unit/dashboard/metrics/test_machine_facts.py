"""Certificate, disk, backup and version as `/metrics` tells them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.backup import last
from dashboard.metrics import build, from_machine
from dashboard.metrics.process import own_figures


def test_the_newest_backup_is_known_wherever_it_lies(tmp_path: Path) -> None:
    """A backup on a network disk still counts as one; a note that is damaged is no backup."""
    archive = tmp_path / "far" / "a.zip"
    archive.parent.mkdir()
    archive.write_bytes(b"12345")
    assert last.read(tmp_path) is None
    last.note(tmp_path, archive, datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC))
    found = last.read(tmp_path)
    assert found is not None
    assert (found.at_s, found.size_bytes) == (1795395723.0, 5)
    assert (tmp_path / last.NOTE).stat().st_mode & 0o077 == 0
    (tmp_path / last.NOTE).write_text("rubbish")
    assert last.read(tmp_path) is None


def test_a_certificate_is_looked_at_once_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scrapes every fifteen seconds open no connection each, and a failed look keeps what was known."""
    now, looks = [0.0], []
    ends = datetime(2027, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(
        from_machine, "not_after", lambda der: ends if der == b"der" else (_ for _ in ()).throw(ValueError())
    )
    answers = [b"der", b"rubbish"]

    def fetch(host: str, port: int) -> bytes:
        looks.append((host, port))
        return answers.pop(0)

    certificate = from_machine.Certificate("https://chihuy.test", fetch, lambda: now[0])
    assert certificate.end_time_s() == ends.timestamp()
    now[0] = 3599.0
    assert certificate.end_time_s() == ends.timestamp()
    now[0] = 3600.0
    assert certificate.end_time_s() == ends.timestamp()
    assert looks == [("chihuy.test", 443)] * 2


def test_without_https_there_is_no_certificate() -> None:
    """Nobody is asked for one."""
    assert from_machine.Certificate("http://127.0.0.1:8050").end_time_s() is None


@pytest.mark.parametrize("kind", ["loose", "packed", "detached", "note", "nothing"])
def test_the_revision_is_found_where_it_stands(tmp_path: Path, kind: str) -> None:
    """A checkout, a fresh clone, a tag and a bundle each say which source they are of."""
    commit = "0123456789abcdef" * 2
    git = tmp_path / ".git"
    if kind == "note":
        (tmp_path / "REVISION").write_text(commit + "\n")
    elif kind != "nothing":
        (git / "refs" / "heads").mkdir(parents=True)
        (git / "HEAD").write_text(commit if kind == "detached" else "ref: refs/heads/main\n")
        if kind == "loose":
            (git / "refs" / "heads" / "main").write_text(commit + "\n")
        (git / "packed-refs").write_text(f"# pack-refs\n{commit} refs/heads/main\n" if kind == "packed" else "#\n")
    assert build.revision(tmp_path) == ("unknown" if kind == "nothing" else commit[:12])
    assert build.version(tmp_path) == "unknown"
    assert build.version() != "unknown"


def test_a_process_knows_its_own_size() -> None:
    """Memory, time and descriptors are those of a living process."""
    figures = own_figures()
    assert figures["lso_process_cpu_seconds_total"] > 0
    assert figures["lso_process_resident_memory_bytes"] > 1_000_000
    assert 3 <= figures["lso_process_open_fds"] < figures["lso_process_max_fds"]
