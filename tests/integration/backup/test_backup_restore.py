"""Backup and restore on real databases: from each kind to each, beside writers, and refusals that change nothing."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from dashboard.backup.archive import verify
from dashboard.backup.restore import restore
from dashboard.backup.rotation import archive_name, forget_old
from dashboard.backup.write import write_backup
from dashboard.errors import BackupError
from dashboard.settings import Settings
from feeds.history import History, tables
from feeds.model import Reading
from feeds.sql import open_engine, upgrade_on
from tests.integration.backup.conftest import NOW, contents, fill

pytestmark = pytest.mark.service

Make = Callable[[str, str], Settings]


@pytest.mark.parametrize("to_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("from_kind", ["sqlite", "postgresql"])
def test_everything_arrives_whatever_the_databases(
    installation: Make, tmp_path: Path, from_kind: str, to_kind: str
) -> None:
    """Rows, files and numbering are what they were, on the same kind of database and on the other one."""
    source, target = installation("source", from_kind), installation("target", to_kind)
    (source.config_dir / "feeds.yaml").write_text("feeds: {}\n", encoding="utf-8")
    (source.data_dir / "geodata" / "v1").mkdir(parents=True)
    (source.data_dir / "geodata" / "v1" / "communes.json").write_bytes(b"[1, 2]")
    fill(source)
    before = contents(source)
    assert all(rows for name, rows in before.items() if name in {"raw", "passages", "alerts", "desk_session"})
    written = write_backup(source, tmp_path / "all.zip", NOW)
    assert written.kinds == {"history": from_kind, "desk": from_kind}
    done = restore(tmp_path / "all.zip", target, NOW)
    assert contents(target) == before
    assert done.manifest.rows == sum(len(rows) for rows in before.values())
    assert (target.config_dir / "feeds.yaml").read_text(encoding="utf-8") == "feeds: {}\n"
    assert (target.data_dir / "geodata" / "v1" / "communes.json").read_bytes() == b"[1, 2]"
    fill_again(target)
    assert contents(source) == before


def fill_again(settings: Settings) -> None:
    """New rows get new numbers: a series, a dead letter, a line of a journal."""
    history = History(open_engine(settings.history_url))
    assert history.record_readings([Reading("lanes_open", "chi-ma", 1.0, NOW, NOW, "new")]).stored == 1
    assert {one.source for one in history.latest()} >= {"new", "platform"}
    history.close()
    engine = open_engine(settings.desk_url)
    with engine.begin() as connection:
        names = "name, name_key, password_hash, role, created_at_ms"
        connection.execute(text(f"INSERT INTO desk_user ({names}) VALUES ('b', 'b', 'x', 'duty', 1)"))
        assert len(connection.execute(text("SELECT DISTINCT id FROM desk_user")).all()) == 2
    engine.dispose()


def test_a_backup_beside_a_writer_is_of_one_instant(installation: Make, tmp_path: Path, database_kind: str) -> None:
    """What is in it are the first so many batches, whole: never a later one without an earlier one, books included."""
    source, target = installation("source", database_kind), installation("target", "sqlite")
    history = History(open_engine(source.history_url))
    ended, begun = threading.Event(), threading.Event()

    def write() -> None:
        for batch in range(2_000):
            at = NOW - timedelta(hours=1)
            rows = [
                Reading("lanes_open", "tan-thanh", float(batch), at + timedelta(milliseconds=batch * 20 + n), NOW, "w")
                for n in range(20)
            ]
            history.record_entries([(f"{batch}-0", rows)])
            if batch == 5:
                begun.set()
            if ended.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(60)
        manifest = write_backup(source, tmp_path / "beside.zip", NOW)
    finally:
        ended.set()
        writer.join(60)
        history.close()
    restore(tmp_path / "beside.zip", target, NOW)
    rows = {entry.name: entry.rows for entry in manifest.tables}
    engine = open_engine(target.history_url)
    with engine.connect() as connection:
        found = [row[0] for row in connection.execute(select(tables.raw.c.value).order_by(tables.raw.c.observed_at))]
        [(stored,)] = connection.execute(select(tables.ledger.c.stored).where(tables.ledger.c.source == "w")).all()
    engine.dispose()
    batches = rows["raw"] // 20
    assert batches >= 5
    assert found == [float(batch) for batch in range(batches) for _ in range(20)]
    assert stored == len(found) == 20 * rows["marks"]


def test_a_target_that_holds_something_is_refused_until_forced(
    installation: Make, tmp_path: Path, database_kind: str
) -> None:
    """Nothing is replaced by accident; with --force everything is, and what was there before is gone."""
    source, target = installation("source", "sqlite"), installation("target", database_kind)
    fill(source)
    fill(target)
    history = History(open_engine(target.history_url))
    history.record_readings([Reading("lanes_open", "chi-ma", 1.0, NOW, NOW, "only here")])
    history.close()
    before = contents(target)
    write_backup(source, tmp_path / "a.zip", NOW)
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "a.zip", target, NOW)
    assert contents(target) == before
    restore(tmp_path / "a.zip", target, NOW, force=True)
    assert contents(target) == contents(source)


def test_a_file_that_differs_is_refused_until_forced(installation: Make, tmp_path: Path) -> None:
    """An operator's rules are not overwritten in silence, and --no-files leaves them."""
    source, target = installation("source", "sqlite"), installation("target", "sqlite")
    write_backup(source, tmp_path / "a.zip", NOW)
    rules = target.config_dir / "rules" / "gates.yaml"
    rules.write_text("mine", encoding="utf-8")
    with pytest.raises(BackupError, match=r"gates\.yaml.*--force"):
        restore(tmp_path / "a.zip", target, NOW)
    restore(tmp_path / "a.zip", target, NOW, files=False)
    assert rules.read_text(encoding="utf-8") == "mine"
    restore(tmp_path / "a.zip", target, NOW, force=True)
    assert "của Lạng Sơn" in rules.read_text(encoding="utf-8")


def test_a_house_that_runs_is_not_restored_into(installation: Make, tmp_path: Path, database_kind: str) -> None:
    """A database in use is refused with what to do, forced or not."""
    source, target = installation("source", "sqlite"), installation("target", database_kind)
    write_backup(source, tmp_path / "a.zip", NOW)
    running = open_engine(target.desk_url)
    with running.connect() as connection:
        connection.execute(text("SELECT count(*) FROM desk_user"))
        with pytest.raises(BackupError, match="end the house"):
            restore(tmp_path / "a.zip", target, NOW, force=True)
    running.dispose()
    restore(tmp_path / "a.zip", target, NOW)


def test_what_fails_on_the_way_leaves_the_target_as_it_was(
    installation: Make, tmp_path: Path, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure after the last table was loaded undoes all of it, in both databases."""
    source, target = installation("source", "sqlite"), installation("target", database_kind)
    fill(source)
    fill(target)
    before = contents(target)
    write_backup(source, tmp_path / "a.zip", NOW)
    monkeypatch.setattr("dashboard.backup.restore.encoder", lambda _columns: lambda row: repr(row[0]).encode())
    with pytest.raises(BackupError, match="contents differ"):
        restore(tmp_path / "a.zip", target, NOW, force=True)
    assert contents(target) == before


def test_an_archive_of_an_older_version_is_brought_to_head(
    installation: Make, tmp_path: Path, database_kind: str
) -> None:
    """Tables of the first release are restored as they were and then migrated."""
    source, target = installation("source", "sqlite"), installation("target", database_kind)
    older = open_engine(source.history_url)
    with older.begin() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        for table in reversed(tables.metadata.sorted_tables):
            connection.exec_driver_sql(f"DROP TABLE {table.name}")
        connection.exec_driver_sql(f"DROP TABLE {tables.VERSION_TABLE}")
        from dashboard.rooms import ROOMS

        upgrade_on(connection, ROOMS[0].migrations, tables.VERSION_TABLE, "h001")
        connection.exec_driver_sql("INSERT INTO series VALUES (5, 'lanes_open', 'tan-thanh', '', 'old')")
        connection.exec_driver_sql("INSERT INTO raw VALUES (5, 1000, 2.5, 'good', 'count', 1000)")
    older.dispose()
    with pytest.raises(BackupError, match="stand at h001"):
        write_backup(source, tmp_path / "a.zip", NOW)
    archive = older_archive(source, tmp_path)
    restore(archive, target, NOW)
    assert [row[:6] for row in contents(target)["raw"]] == [(5, 1000, 2.5, "good", "count", 1000)]


def older_archive(source: Settings, folder: Path) -> Path:
    """Write an archive as the first release would have, had it known how."""
    from sqlalchemy import MetaData

    from dashboard.backup import snapshot, write
    from dashboard.rooms import ROOMS, Room

    engine, reflected = open_engine(source.history_url), MetaData()
    reflected.reflect(engine, only=["series", "raw"])
    engine.dispose()
    history = Room("history", "history", reflected, ROOMS[0].migrations, tables.VERSION_TABLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "ROOMS", (history, *ROOMS[1:]))
        patch.setattr(snapshot, "head_of", lambda scripts: "h001" if scripts == history.migrations else real(scripts))
        real = __import__("feeds.sql").sql.head_of
        write.write_backup(source, folder / "old.zip", NOW)
    return folder / "old.zip"


def test_nothing_is_left_behind_when_a_backup_fails(installation: Make, tmp_path: Path) -> None:
    """A folder that cannot be written, and a database that is not there, are sentences and no half archive."""
    source = installation("source", "sqlite")
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(BackupError, match="cannot be written"):
        write_backup(source, tmp_path / "taken" / "a.zip", NOW)
    (source.data_dir / "desk.sqlite").unlink()
    with pytest.raises(BackupError, match="There is no desk database"):
        write_backup(source, tmp_path / "out" / "a.zip", NOW)
    assert list((tmp_path / "out").glob("*")) == []
    assert not (source.data_dir / "desk.sqlite").exists()


def test_secrets_come_along_only_when_asked_for(installation: Make, tmp_path: Path) -> None:
    """An archive that is mailed around must not hold the signing key unless somebody said so."""
    source, target = installation("source", "sqlite"), installation("target", "sqlite")
    (source.data_dir / "secrets").mkdir()
    (source.data_dir / "secrets" / "PORTAL_KEY").write_text("geheim", encoding="utf-8")
    without = write_backup(source, tmp_path / "a.zip", NOW)
    assert {one.area for one in without.files} == {"config"}
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0
    write_backup(source, tmp_path / "b.zip", NOW, secrets=True)
    restore(tmp_path / "b.zip", target, NOW, force=True)
    key = target.data_dir / "secret.key"
    assert key.read_bytes() == (source.data_dir / "secret.key").read_bytes()
    assert key.stat().st_mode & 0o077 == 0
    assert (target.data_dir / "secrets" / "PORTAL_KEY").read_text(encoding="utf-8") == "geheim"


def test_a_file_that_is_no_database_is_named(installation: Make, tmp_path: Path) -> None:
    """A damaged database file is a sentence, for backup and for restore."""
    source, target = installation("source", "sqlite"), installation("target", "sqlite")
    write_backup(source, tmp_path / "a.zip", NOW)
    (target.data_dir / "history.sqlite").write_bytes(b"not a database at all, but long enough" * 50)
    with pytest.raises(BackupError, match="database"):
        write_backup(target, tmp_path / "b.zip", NOW)
    with pytest.raises(BackupError, match="no SQLite database"):
        restore(tmp_path / "a.zip", target, NOW, force=True)


def test_the_timer_keeps_the_newest_and_nothing_of_others(tmp_path: Path) -> None:
    """--keep 2 deletes the oldest of our names and leaves every other file alone."""
    start = datetime(2026, 11, 22, 3, tzinfo=UTC)
    names = [archive_name(start + timedelta(days=day)) for day in range(4)]
    for name in (*names, "before-the-upgrade.zip", "notes.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert forget_old(tmp_path, 0) == []
    assert {path.name for path in forget_old(tmp_path, 2)} == set(names[:2])
    assert {path.name for path in tmp_path.iterdir()} == {*names[2:], "before-the-upgrade.zip", "notes.txt"}


def test_an_archive_says_what_it_holds(installation: Make, tmp_path: Path) -> None:
    """Counts in the manifest are those of the database, and checking an archive finds it whole."""
    source = installation("source", "sqlite")
    fill(source)
    written = write_backup(source, tmp_path / "a.zip", NOW, bus_url="redis://127.0.0.1:1/0")
    found = verify(tmp_path / "a.zip")
    assert found.manifest == written
    assert found.manifest.bus is None
    assert "did not answer" in found.manifest.bus_error
    with sqlite3.connect(source.data_dir / "history.sqlite") as history:
        [(rows,)] = history.execute("SELECT count(*) FROM raw").fetchall()
    assert {entry.name: entry.rows for entry in written.tables}["raw"] == rows
