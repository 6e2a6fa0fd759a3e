"""The journal of the screens in the desk database.

Synchronous; callers in asyncio use a thread. Signs of life are kept in memory and written at most once a minute for
each browser, so that forty panels cost the desk a write every second or two and not eight.
"""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.screen_journal.model import Heard, Line, Report
from dashboard.screen_journal.tables import VERSION_TABLE, beats, journal
from feeds.sql import open_engine, upgrade

MIGRATIONS: Final = Path(__file__).parent / "migrations"
MOST_LINES: Final = 200_000
"""Lines kept at most: a hundred panels with twenty a day for three months; the oldest go first."""
WRITE_BEAT_MS: Final = 60_000
FORGET_BEAT_MS: Final = 30 * 86_400_000
"""A display that has been silent for a month hangs there no more."""
PRUNE_EVERY_MS: Final = 3_600_000
MOST_BROWSERS: Final = 1_000
"""Signs of life kept at most: whoever may read may name itself as it likes."""


def open_screen_journal(url: str, *, keep_days: int, fsync_always: bool = False) -> ScreenJournal:
    """Open the journal of a database and bring its tables to their newest version."""
    engine = open_engine(url, fsync_always=fsync_always)
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    return ScreenJournal(engine, keep_days=keep_days)


class ScreenJournal:
    """What screens reported.

    Args:
        engine: the desk database, at its newest version.
        keep_days: age at which a line is taken away.
    """

    def __init__(self, engine: Engine, *, keep_days: int = 90) -> None:
        self.engine = engine
        self._keep_ms = keep_days * 86_400_000
        self._lock = threading.Lock()
        self._heard: dict[tuple[str, str, str], Heard] = {}
        self._written: dict[tuple[str, str, str], int] = {}
        self._pruned_ms = 0

    def take(self, report: Report, who: str, now: datetime) -> int:
        """Keep a report; return how many of its lines were new. A line sent again is kept once."""
        now_ms = _ms(now)
        added = self._add_lines(report, who, now_ms) if report.entries else 0
        if report.beat is not None:
            heard = Heard(report.screen, report.panel, report.browser, who, now_ms, msgspec.to_builtins(report.beat))
            self._hear(heard)
        with self._lock:
            due = now_ms - self._pruned_ms >= PRUNE_EVERY_MS
            self._pruned_ms = now_ms if due else self._pruned_ms
        if due:
            self.prune(now)
        return added

    def lines(
        self,
        *,
        screen: str = "",
        panel: str = "",
        kind: str = "",
        start_ms: int = 0,
        end_ms: int | None = None,
        limit: int = 200,
    ) -> list[Line]:
        """Return lines, those received last first.

        Args:
            screen: only this screen's; "" for all.
            panel: only this panel's; "" for all.
            kind: only this kind; "" for all.
            start_ms: received from then on.
            end_ms: received before then; None: until now.
            limit: at most so many.
        """
        columns = [column.label(_FIELDS.get(column.name, column.name)) for column in journal.c if column.name != "n"]
        query = select(*columns).where(journal.c.received_ms >= start_ms)
        for column, value in ((journal.c.screen, screen), (journal.c.panel, panel), (journal.c.kind, kind)):
            if value:
                query = query.where(column == value)
        if end_ms is not None:
            query = query.where(journal.c.received_ms < end_ms)
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(journal.c.id.desc()).limit(limit)).mappings()
            return [Line(**{str(name): value for name, value in row.items()}) for row in rows]

    def heard(self) -> list[Heard]:
        """Return the last sign of life of every browser, the newest first; also what other processes were told."""
        found: dict[tuple[str, str, str], Heard] = {}
        with self.engine.connect() as connection:
            for row in connection.execute(select(beats)).mappings():
                body: dict[str, Any] = msgspec.json.decode(row["body"])
                one = Heard(row["screen"], row["panel"], row["browser"], row["who"], row["at_ms"], body)
                found[_key(one)] = one
        with self._lock:
            for key, one in self._heard.items():
                if key not in found or found[key].at < one.at:
                    found[key] = one
        return sorted(found.values(), key=lambda one: one.at, reverse=True)

    def prune(self, now: datetime) -> int:
        """Take away lines past their age and beyond MOST_LINES; return how many."""
        now_ms = _ms(now)
        with self.engine.begin() as connection:
            gone = connection.execute(delete(journal).where(journal.c.received_ms < now_ms - self._keep_ms)).rowcount
            newest = select(func.max(journal.c.id)).scalar_subquery()
            gone += connection.execute(delete(journal).where(journal.c.id <= newest - MOST_LINES)).rowcount
            connection.execute(delete(beats).where(beats.c.at_ms < now_ms - FORGET_BEAT_MS))
        with self._lock:
            self._heard = {key: one for key, one in self._heard.items() if one.at >= now_ms - FORGET_BEAT_MS}
        return gone

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def _add_lines(self, report: Report, who: str, now_ms: int) -> int:
        rows = [
            {
                "screen": report.screen,
                "panel": report.panel,
                "browser": report.browser,
                "n": entry.n if report.browser else None,
                "who": who,
                "kind": entry.kind,
                "at_ms": entry.at,
                "for_ms": entry.for_ms,
                "detail": entry.detail,
                "received_ms": now_ms,
            }
            for entry in report.entries
        ]
        dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        with self.engine.begin() as connection:
            # Counted by what comes back: psycopg tells no row count of an insert that may leave a row out.
            statement = dialect.insert(journal).on_conflict_do_nothing(index_elements=["browser", "n"])
            kept = statement.returning(journal.c.id)
            return sum(len(connection.execute(kept.values(**row)).all()) for row in rows)

    def _hear(self, heard: Heard) -> None:
        key = _key(heard)
        with self._lock:
            if key not in self._heard and len(self._heard) >= MOST_BROWSERS:
                oldest = min(self._heard, key=lambda one: self._heard[one].at)
                self._heard.pop(oldest)
                self._written.pop(oldest, None)
            self._heard[key] = heard
            due = heard.at - self._written.get(key, 0) >= WRITE_BEAT_MS
            if due:
                self._written[key] = heard.at
        if due:
            self._write(heard)

    def _write(self, heard: Heard) -> None:
        dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        values = {
            "screen": heard.screen,
            "panel": heard.panel,
            "browser": heard.browser,
            "who": heard.who,
            "at_ms": heard.at,
            "body": msgspec.json.encode(heard.beat),
        }
        statement = dialect.insert(beats).values(**values)
        statement = statement.on_conflict_do_update(
            index_elements=["screen", "panel", "browser"],
            set_={name: values[name] for name in ("who", "at_ms", "body")},
        )
        with self.engine.begin() as connection:
            connection.execute(statement)


_FIELDS: Final = {"at_ms": "at", "received_ms": "received_at"}


def _key(heard: Heard) -> tuple[str, str, str]:
    return heard.screen, heard.panel, heard.browser


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
