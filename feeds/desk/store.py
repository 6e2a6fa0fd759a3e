"""The desk of feeds as other rooms see it: one object, every action of which is journalled.

Each change is one transaction with its line in the journal, and writers take turns, so that a reader who has seen a
revision has seen every change before it. Synchronous: callers in asyncio use a thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, delete, func, insert, select, text

from feeds.desk import entries, marks, tables
from feeds.desk.model import DeclaredFeed, FeedAction, ManualEntry, Pause, Playing
from feeds.errors import FeedDeskError, FeedDeskMissingError
from feeds.history.dialect import storable
from feeds.history.instants import from_us, to_us
from feeds.marks import Mark
from feeds.sql import open_engine, upgrade

MIGRATIONS: Final = Path(__file__).with_name("migrations")
WRITER_LOCK: Final = 0x4C534F46
"""PostgreSQL advisory lock of whoever changes the desk ("LSOF"): numbers of the journal become visible in order."""
LONGEST_WHY: Final = 500
LONGEST_YAML: Final = 200_000
"""Characters of settings or of a mapping: some thousand rows of a lookup table."""
MOST_FEEDS: Final = 200
"""Feeds declared on the desk: each is a task of the feeds process."""
MOST_ROWS: Final = 1_000
_NAME: Final = re.compile(r"[\w][\w.:-]{0,63}", re.ASCII)


def open_feed_desk(url: str, *, fsync_always: bool = False) -> FeedDesk:
    """Open the desk of feeds at a SQLAlchemy URL and bring its tables to head; close it with `FeedDesk.close`.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: when the database cannot be reached or written.
    """
    engine = open_engine(url, fsync_always=fsync_always)
    try:
        upgrade(engine, MIGRATIONS, tables.VERSION_TABLE)
    except BaseException:
        engine.dispose()
        raise
    return FeedDesk(engine)


class FeedDesk:
    """The desk on a database whose tables are at head; see `open_feed_desk`.

    Every action raises FeedDeskError when what was asked for is unfit (it names the field), and every method
    `sqlalchemy.exc.SQLAlchemyError` when the database cannot do it; then nothing was done.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def revision(self) -> int:
        """Return a number that grows with every change; 0 for a desk on which nothing was done yet."""
        with self.engine.connect() as connection:
            found = connection.execute(select(func.max(tables.journal.c.seq))).scalar()
        return int(found or 0)

    def journal(self, limit: int = 100) -> list[FeedAction]:
        """Return the newest actions, newest first; `limit` is 1 to MOST_ROWS."""
        table = tables.journal
        with self.engine.connect() as connection:
            rows = connection.execute(select(table).order_by(table.c.seq.desc()).limit(_limit(limit)))
            return [FeedAction(from_us(row.at_us), row.who, row.what, row.subject, row.why) for row in rows]

    # Declared feeds

    def declared(self) -> list[DeclaredFeed]:
        """Return the feeds declared on the desk, by name."""
        table = tables.declared
        with self.engine.connect() as connection:
            rows = connection.execute(select(table).order_by(table.c.name))
            return [
                DeclaredFeed(row.name, row.settings_yaml, row.mapping_yaml, row.who, from_us(row.at_us)) for row in rows
            ]

    def declare(self, name: str, settings_yaml: str, mapping_yaml: str, who: str, now: datetime) -> None:
        """Declare a feed, or change a declared one; whether its settings can be used is the caller's to check."""
        _check_name(name)
        for field, words in (("settings_yaml", settings_yaml), ("mapping_yaml", mapping_yaml)):
            if len(words) > LONGEST_YAML:
                raise FeedDeskError(field, f"{field} has at most {LONGEST_YAML} characters, got {len(words)}")
        table = tables.declared
        with self._changing(who, "declared", name, "", now) as connection:
            connection.execute(delete(table).where(table.c.name == name))
            if connection.execute(select(func.count()).select_from(table)).scalar_one() >= MOST_FEEDS:
                raise FeedDeskError("name", f"the desk holds at most {MOST_FEEDS} feeds; retire one first")
            connection.execute(
                insert(table).values(
                    name=name,
                    settings_yaml=storable(settings_yaml),
                    mapping_yaml=storable(mapping_yaml),
                    who=storable(who),
                    at_us=to_us(now),
                )
            )

    def retire(self, name: str, who: str, why: str, now: datetime) -> None:
        """Take a declared feed away, with its pause and its scenario.

        Raises:
            FeedDeskMissingError: when the desk declares no feed of that name (those of the file stay there).
        """
        with self._changing(who, "retired", name, _words(why), now) as connection:
            if not connection.execute(delete(tables.declared).where(tables.declared.c.name == name)).rowcount:
                raise FeedDeskMissingError(f"the desk declares no feed {name[:64]!r}")
            connection.execute(delete(tables.paused).where(tables.paused.c.feed == name))
            connection.execute(delete(tables.playing).where(tables.playing.c.feed == name))

    # Pauses and scenarios

    def paused(self) -> dict[str, Pause]:
        """Return the feeds that are paused, by name."""
        table = tables.paused
        with self.engine.connect() as connection:
            rows = connection.execute(select(table).order_by(table.c.feed))
            return {row.feed: Pause(row.feed, row.who, row.why, from_us(row.at_us)) for row in rows}

    def pause(self, feed: str, who: str, why: str, now: datetime) -> None:
        """Pause a feed; one that is paused already gets the new reason."""
        _check_name(feed)
        table, words = tables.paused, _words(why)
        with self._changing(who, "paused", feed, words, now) as connection:
            connection.execute(delete(table).where(table.c.feed == feed))
            connection.execute(insert(table).values(feed=feed, who=storable(who), why=words, at_us=to_us(now)))

    def resume(self, feed: str, who: str, why: str, now: datetime) -> None:
        """Let a paused feed go on.

        Raises:
            FeedDeskMissingError: when it is not paused.
        """
        with self._changing(who, "resumed", feed, _words(why, needed=False), now) as connection:
            if not connection.execute(delete(tables.paused).where(tables.paused.c.feed == feed)).rowcount:
                raise FeedDeskMissingError(f"feed {feed[:64]!r} is not paused")

    def scenarios(self) -> dict[str, Playing]:
        """Return the scenarios chosen on the desk, by feed."""
        table = tables.playing
        with self.engine.connect() as connection:
            rows = connection.execute(select(table).order_by(table.c.feed))
            return {
                row.feed: Playing(
                    row.scenario,
                    row.who,
                    row.why,
                    from_us(row.at_us),
                    None if row.until_us is None else from_us(row.until_us),
                )
                for row in rows
            }

    def play(
        self, feed: str, scenario: str | None, who: str, why: str, now: datetime, *, until: datetime | None = None
    ) -> None:
        """Choose the scenario of a simulator, for a time or for good; None gives it back the one its settings declare.

        Who plays the scenarios calls `end_scenarios`, so that one whose time is over ends.
        """
        _check_name(feed)
        if until is not None and until <= now:
            raise FeedDeskError("until", "a scenario ends after it begins")
        if scenario is not None and not _NAME.fullmatch(scenario):
            raise FeedDeskError("scenario", f"a scenario is a word of 1-64 characters, got {scenario[:64]!r}")
        table, words = tables.playing, _words(why, needed=False)
        what = "stopped playing" if scenario is None else "played"
        subject = feed if scenario is None else f"{feed}: {scenario}"
        with self._changing(who, what, subject, words, now) as connection:
            connection.execute(delete(table).where(table.c.feed == feed))
            if scenario is not None:
                connection.execute(
                    insert(table).values(
                        feed=feed,
                        scenario=scenario,
                        who=storable(who),
                        why=words,
                        at_us=to_us(now),
                        until_us=None if until is None else to_us(until),
                    )
                )

    def end_scenarios(self, now: datetime) -> list[str]:
        """End the scenarios whose time is over and return the feeds they were played by; each end is journalled."""
        table = tables.playing
        over = table.c.until_us <= to_us(now)
        with self.engine.connect() as connection:
            if connection.execute(select(table.c.feed).where(over).limit(1)).first() is None:
                return []
        with _turn(self.engine) as connection:
            rows = list(connection.execute(select(table).where(over).order_by(table.c.feed)))
            connection.execute(delete(table).where(over))
            for row in rows:
                connection.execute(
                    insert(tables.journal).values(
                        at_us=to_us(now),
                        who=row.who,
                        what="stopped playing",
                        subject=row.feed,
                        why=storable(f"the time set for {row.scenario} is over"),
                    )
                )
        return [row.feed for row in rows]

    # Instrument marks

    def marks(self, *, source: str | None = None, standing: bool = False, limit: int = MOST_ROWS) -> list[Mark]:
        """Return marks, newest first.

        Args:
            source: only those of this source.
            standing: only those that nobody took away.
            limit: 1 to MOST_ROWS.
        """
        with self.engine.connect() as connection:
            return marks.read(connection, source, standing=standing, limit=_limit(limit))

    def mark(
        self,
        source: str,
        start: datetime,
        end: datetime | None,
        why: str,
        who: str,
        now: datetime,
        *,
        metric: str = "",
        place: str = "",
        dims: Mapping[str, str] | None = None,
    ) -> Mark:
        """Mark a stretch [start, end) of a source as its instrument's; see `feeds.marks.Mark`.

        A fault that lasts has no end. One reading is a stretch of a microsecond.
        """
        _check_name(source, "source")
        words = _words(why)
        with self._changing(who, "marked", source, words, now) as connection:
            return marks.add(connection, source, metric, place, dims, start, end, words, storable(who), now)

    def end_mark(self, mark_id: int, end: datetime, who: str, now: datetime) -> Mark:
        """Say when a lasting fault ended: what is observed from `end` on is believed again.

        Raises:
            FeedDeskMissingError: when no standing mark has that number.
        """
        with self._changing(who, "ended mark", str(mark_id), "", now) as connection:
            return marks.set_end(connection, mark_id, end)

    def unmark(self, mark_id: int, who: str, now: datetime) -> Mark:
        """Take a mark away: what it covered is believed again.

        Raises:
            FeedDeskMissingError: when no standing mark has that number.
        """
        with self._changing(who, "unmarked", str(mark_id), "", now) as connection:
            return marks.lift(connection, mark_id, storable(who), now)

    def unsettled(self) -> list[Mark]:
        """Return the marks, standing or taken away, whose effect on the history is not complete; oldest first."""
        with self.engine.connect() as connection:
            return marks.unsettled(connection)

    def settle(self, mark: Mark) -> None:
        """Note that the history agrees with a mark as it was read; nothing happens if it was changed since."""
        with _turn(self.engine) as connection:
            marks.settle(connection, mark)

    # Manual entries

    def entries(self, limit: int = 100, *, valid_at: datetime | None = None) -> list[ManualEntry]:
        """Return manual entries, newest first.

        Args:
            limit: 1 to MOST_ROWS.
            valid_at: only those that stand and have not expired at this instant.
        """
        with self.engine.connect() as connection:
            return entries.read(connection, _limit(limit), valid_at)

    def entry(self, entry_id: int) -> ManualEntry:
        """Return one entry.

        Raises:
            FeedDeskMissingError: when none has that number.
        """
        with self.engine.connect() as connection:
            return entries.get(connection, entry_id)

    def enter(
        self,
        metric: str,
        place: str,
        dims: Mapping[str, str],
        value: float,
        *,
        note: str,
        who: str,
        source: str,
        observed_at: datetime,
        until: datetime,
        now: datetime,
    ) -> ManualEntry:
        """Write a manual entry down; whether the figure is fit is the door's to judge before."""
        words = _words(note, needed=False, field="note")
        with self._changing(who, "entered", f"{metric} {place}", words, now) as connection:
            return entries.add(
                connection, metric, place, dims, value, words, storable(who), source, observed_at, until, now
            )

    def withdraw(self, entry_id: int, who: str, now: datetime, why: str = "") -> ManualEntry:
        """Take an entry back.

        Raises:
            FeedDeskMissingError: when no standing entry has that number.
        """
        with self._changing(who, "withdrawn", str(entry_id), _words(why, needed=False), now) as connection:
            return entries.withdraw(connection, entry_id, storable(who), now)

    @contextmanager
    def _changing(self, who: str, what: str, subject: str, why: str, now: datetime) -> Iterator[Connection]:
        """Open a change: its line in the journal is written with it, or neither is."""
        if not who or len(who) > 128:
            raise FeedDeskError("who", "an action has a person of 1-128 characters")
        with _turn(self.engine) as connection:
            yield connection
            connection.execute(
                insert(tables.journal).values(
                    at_us=to_us(now), who=storable(who), what=what, subject=storable(subject), why=why
                )
            )


@contextmanager
def _turn(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
        yield connection


def _check_name(name: str, field: str = "name") -> None:
    if not _NAME.fullmatch(name):
        raise FeedDeskError(
            field, f"{field} is a word of 1-64 letters, digits and . _ : -, beginning with a letter or digit"
        )


def _words(words: str, *, needed: bool = True, field: str = "why") -> str:
    kept = storable(words.strip())
    if needed and not kept:
        raise FeedDeskError(field, f"{field} must not be empty: say why, for those who come after you")
    if len(kept) > LONGEST_WHY:
        raise FeedDeskError(field, f"{field} has at most {LONGEST_WHY} characters, got {len(kept)}")
    return kept


def _limit(limit: int) -> int:
    if not 1 <= limit <= MOST_ROWS:
        raise FeedDeskError("limit", f"limit must lie in 1-{MOST_ROWS}, got {limit}")
    return limit
