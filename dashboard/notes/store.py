"""The desk of notes: written by leaders, seen and answered by the duty desk. Synchronous: asyncio uses a thread.

A note and each step are one transaction. What this module does not do: tell the screens (see `telling`).
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, delete, exists, func, insert, select
from sqlalchemy.exc import IntegrityError

from dashboard.errors import ActionError
from dashboard.notes.errors import NoteMissingError, TooManyNotesError
from dashboard.notes.model import LONGEST_TEXT, Note, Step, What
from dashboard.notes.tables import VERSION_TABLE, notes, steps
from feeds.history.dialect import storable
from feeds.sql import open_engine, upgrade

MIGRATIONS: Final = Path(__file__).parent / "migrations"
OPEN_FOR: Final = timedelta(hours=48)
"""How long a note that nobody answered stays before the duty desk: two days and nights of shifts."""
ANSWERED_FOR: Final = timedelta(hours=12)
"""How long an answered one stays, so that its writer finds the answer: as long as a session lasts."""
MOST_SHOWN: Final = 100
MOST_AN_HOUR: Final = 60
"""Notes of one person in an hour: a note a minute is no longer read by anybody."""
MOST_STEPS: Final = 40
KEPT_FOR: Final = timedelta(days=400)
"""As long as the year's report may ask for them."""


def open_notes(url: str, *, fsync_always: bool = False) -> NoteDesk:
    """Open the notes of a database and bring their tables to the newest version."""
    engine = open_engine(url, fsync_always=fsync_always)
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    return NoteDesk(engine)


class NoteDesk:
    """The notes on a database whose tables are at their newest version; see `open_notes`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()

    def live(self, now: datetime) -> list[Note]:
        """Return what the duty desk and the writers still see, newest first, MOST_SHOWN at most."""
        answered = exists().where(steps.c.note_id == notes.c.id, steps.c.what == "answered")
        recently = exists().where(
            steps.c.note_id == notes.c.id, steps.c.what == "answered", steps.c.at_ms > _ms(now - ANSWERED_FOR)
        )
        waits = ~answered & (notes.c.at_ms > _ms(now - OPEN_FOR))
        return self._read(waits | recently, MOST_SHOWN)

    def recent(self, limit: int, by: str | None = None) -> list[Note]:
        """Return the newest notes, newest first; `by` leaves out those of others."""
        return self._read(notes.c.by == by if by is not None else notes.c.id.is_not(None), limit)

    def get(self, note_id: str) -> Note:
        """Return one note.

        Raises:
            NoteMissingError: when there is none of that id.
        """
        found = self._read(notes.c.id == note_id, 1)
        if not found:
            raise NoteMissingError("there is no such note")
        return found[0]

    def write(
        self,
        text: str,
        *,
        by: str,
        role: str,
        now: datetime,
        key: str = "",
        urgent: bool = False,
        place: str | None = None,
        alert: str | None = None,
        path: str = "",
    ) -> Note:
        """Take a note; one whose `key` is known already is returned as it stands.

        Raises:
            ActionError: when the text is empty or too long.
            TooManyNotesError: when the writer has written MOST_AN_HOUR within the hour.
        """
        said = _clean(text)
        # The key is bound to its writer: nobody gets somebody else's note by guessing.
        named = hashlib.sha256(f"{by}\x1f{key}".encode()).hexdigest() if key else secrets.token_hex(16)
        values = {
            "key": named, "by": storable(by)[:64], "role": role, "text": said, "urgent": urgent, "place": place,
            "alert": alert, "path": storable(path),
        }  # fmt: skip
        with contextlib.suppress(IntegrityError), self._writing() as connection:
            if connection.execute(select(notes.c.id).where(notes.c.key == named)).first() is None:
                self._insert(connection, values, now)
        # Also where two sendings of one note met: PostgreSQL refuses the second, and the first one stands.
        return self._read(notes.c.key == named, 1)[0]

    def _insert(self, connection: Connection, values: dict[str, Any], now: datetime) -> None:
        since = _ms(now - timedelta(hours=1))
        mine = select(func.count()).select_from(notes).where(notes.c.by == values["by"], notes.c.at_ms > since)
        if connection.execute(mine).scalar_one() >= MOST_AN_HOUR:
            raise TooManyNotesError(f"at most {MOST_AN_HOUR} notes an hour are taken; call the duty desk instead")
        old = select(notes.c.id).where(notes.c.at_ms <= _ms(now - KEPT_FOR))
        connection.execute(delete(steps).where(steps.c.note_id.in_(old)))
        connection.execute(delete(notes).where(notes.c.at_ms <= _ms(now - KEPT_FOR)))
        connection.execute(insert(notes).values(id=secrets.token_hex(8), at_ms=_ms(now), **values))

    def see(self, note_id: str, who: str, now: datetime) -> Note:
        """Say that somebody at the duty desk has seen a note; saying it twice changes nothing.

        Raises:
            NoteMissingError: when there is none of that id.
        """
        return self._step(note_id, "seen", who, "", now)

    def answer(self, note_id: str, who: str, text: str, now: datetime) -> Note:
        """Answer a note; the same answer again changes nothing.

        Raises:
            ActionError: when the text is empty or too long.
            NoteMissingError: when there is none of that id.
        """
        return self._step(note_id, "answered", who, _clean(text), now)

    def _step(self, note_id: str, what: What, who: str, text: str, now: datetime) -> Note:
        note = self.get(note_id)
        by = storable(who)[:64]
        if any((step.what, step.by, step.text) == (what, by, text) for step in note.steps):
            return note
        if len(note.steps) >= MOST_STEPS:
            raise ActionError("this note was answered too often; talk to its writer")
        with self._writing() as connection:
            connection.execute(insert(steps).values(note_id=note_id, what=what, by=by, at_ms=_ms(now), text=text))
        return self.get(note_id)

    def _read(self, which: ColumnElement[bool], limit: int) -> list[Note]:
        with self._engine.connect() as connection:
            asked = select(notes).where(which).order_by(notes.c.at_ms.desc(), notes.c.id).limit(limit)
            rows = connection.execute(asked).mappings().all()
            done = select(steps).where(steps.c.note_id.in_([row["id"] for row in rows])).order_by(steps.c.seq)
            taken: dict[str, list[Step]] = {row["id"]: [] for row in rows}
            for row in connection.execute(done).mappings() if rows else ():
                taken[row["note_id"]].append(Step(row["what"], row["by"], row["at_ms"], row["text"]))
        return [_note(row, taken[row["id"]]) for row in rows]

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            if self._engine.dialect.name == "sqlite":
                # The lock is taken before the first look, so that what was read is still true when it is written.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection


def _note(row: RowMapping, done: Sequence[Step]) -> Note:
    return Note(
        row["id"], row["at_ms"], row["by"], row["role"], row["text"], bool(row["urgent"]), row["place"], row["alert"],
        row["path"], tuple(done), len(done) + 1, max([row["at_ms"], *(step.at for step in done)]),
    )  # fmt: skip


def _clean(text: str) -> str:
    said = storable(text).strip()
    if not 1 <= len(said) <= LONGEST_TEXT:
        raise ActionError(f"a note has 1 to {LONGEST_TEXT} characters, got {len(said)}")
    return said


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
