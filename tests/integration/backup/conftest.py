"""Installations to back up and to restore: some with a little of everything in them, some empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select
from sqlalchemy.schema import MetaData

from alerts.desk import Desk
from dashboard.auth.passwords import Passwords
from dashboard.auth.users import Users
from dashboard.rooms import ROOMS
from dashboard.settings import Settings, load_settings
from feeds.desk import FeedDesk
from feeds.history import History
from feeds.model import DeadLetter, Passage, Reading
from feeds.sql import open_engine
from tests.databases import Postgres, sqlite_copy
from tests.unit.alerts.test_desk import change

NOW = datetime.now(UTC).replace(microsecond=123_456)
PASSWORD = "một mật khẩu dài"


def make_settings(folder: Path, url: str = "") -> Settings:
    """Return the settings of an installation in a folder, with a configuration of its own."""
    config = folder / "config" / "rules"
    config.mkdir(parents=True, exist_ok=True)
    (config / "gates.yaml").write_text("groups: []  # của Lạng Sơn\n", encoding="utf-8")
    return load_settings(
        {
            "LSO_DATA_DIR": str(folder / "var"),
            "LSO_CONFIG_DIR": str(folder / "config"),
            **({"LSO_DATABASE_URL": url} if url else {}),
        }
    )


def fill(settings: Settings) -> None:
    """Put a little of everything into both databases, with all that is hard to carry over."""
    history = History(open_engine(settings.history_url))
    readings = [
        Reading("queue_length_vehicles", "tan-thanh", value, NOW - timedelta(minutes=minute), NOW, "platform", dims)
        for minute, (value, dims) in enumerate(
            [(0.1 + 0.2, {}), (-0.0, {}), (1e300, {}), (None, {}), (7.0, {"direction": "export"})]
        )
    ]
    old = Reading("online_rate", "lang-son", 55.5, NOW - timedelta(days=200), NOW, "nguồn cũ", {"tier": "commune"})
    history.record_entries([("1-0", readings), ("2-0", [old])])
    history.record_passages(
        [Passage("xe 12H-ữ", "tan-thanh.a", "export", "fruit", "transport", "enter", NOW, NOW, "p", 1.5, 20, True)]
    )
    letter = DeadLetter("reading", "unknown_metric", "m", "metric", "naughty ữ \x00", NOW, '{"a": "\U0001f600"}', "x:1")
    history.record_dead_letters([("3-0", letter)])
    history.close()
    desk = Desk(open_engine(settings.desk_url))
    [alert] = desk.apply([change("raised", 0)], {"clock": bytes(range(256))}, "1-0")
    desk.note(alert.id, "lan", "Ữ \x00 \ud800", NOW)
    desk.close()
    users = Users(
        open_engine(settings.desk_url),
        settings.secret_key,
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
    )
    users.add("Lan", PASSWORD, "admin")
    users.sign_in("Lan", PASSWORD)
    users.create_token("platform", "machine")
    users.close()
    feeds = FeedDesk(open_engine(settings.desk_url))
    feeds.pause("platform", "lan", "bảo trì", NOW)
    feeds.close()


def contents(settings: Settings) -> dict[str, list[tuple]]:
    """Return every row of every table, read with the application's own tables, independently of the archive."""
    found: dict[str, list[tuple]] = {}
    for room in ROOMS:
        engine = open_engine(settings.history_url if room.database == "history" else settings.desk_url)
        found |= _rows(engine, room.metadata)
        engine.dispose()
    return found


def _rows(engine: Engine, metadata: MetaData) -> dict[str, list[tuple]]:
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


@pytest.fixture
def installation(
    tmp_path: Path, sqlite_template: Path, request: pytest.FixtureRequest
) -> Callable[[str, str], Settings]:
    """Return a function that makes an empty installation by its name and kind of database, tables at head."""

    def make(name: str, kind: str) -> Settings:
        folder = tmp_path / name
        if kind == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            return make_settings(folder, server.copied())
        for database in ("history", "desk"):
            sqlite_copy(sqlite_template, folder / "var", f"{database}.sqlite")
        return make_settings(folder)

    return make
