"""Keeping moments: all topics at one instant, written once, found again by id or code, pruned by age.

Synchronous: callers in asyncio use a thread. What this module does not do: decide who may, or compose anything.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Engine, Row, delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from dashboard.errors import ActionError
from dashboard.frozen.code import new_code, read_code
from dashboard.frozen.tables import VERSION_TABLE, moments
from feeds.history.dialect import storable
from feeds.sql import open_engine, upgrade
from layouts.slides.simulation import simulation_of

MIGRATIONS: Final = Path(__file__).with_name("migrations")
KEPT_DAYS: Final = 366
"""A moment is looked up until the minutes of the same meeting a year later are written."""
MOST_KEPT: Final = 5_000
"""Some 60 kB each: 300 MB at the very most. Beyond it the oldest go."""
MOST_LISTED: Final = 200
LARGEST_BYTES: Final = 16 * 1024 * 1024
"""JSON of all topics; a province with every commune and every site silent has 1.5 MB."""
TRIES: Final = 5
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Frozen:
    """One frozen moment.

    Attributes:
        id: for ever.
        code: six letters and digits, for people.
        at: the instant, ms since 1970.
        by: who froze it.
        screen: the screen it was frozen on.
        path: what that screen showed, for example `/tablet#/gate/chi-ma`.
        note: why, "" for nothing.
        simulated: `none`, `partly` or `all`.
        topics: topic → data; empty in lists.
    """

    id: str
    code: str
    at: int
    by: str
    screen: str
    path: str
    note: str
    simulated: str
    topics: Mapping[str, Any]


def open_frozen(url: str, *, fsync_always: bool = False) -> FrozenStore:
    """Open the store at a SQLAlchemy URL and bring its tables to head; close it with `FrozenStore.close`.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: when the database cannot be reached or written.
    """
    engine = open_engine(url, fsync_always=fsync_always)
    try:
        upgrade(engine, MIGRATIONS, VERSION_TABLE)
    except BaseException:
        engine.dispose()
        raise
    return FrozenStore(engine)


class FrozenStore:
    """Moments on a database whose tables are at head; see `open_frozen`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def keep(self, topics: Mapping[str, Any], at: int, by: str, screen: str, path: str = "", note: str = "") -> Frozen:
        """Write a moment down, and let those go that are too old.

        Args:
            topics: topic → data, as `Hub.picture` gives it.
            at: its instant, ms since 1970.
            by: who freezes it.
            screen: on which screen.
            path: what the screen showed.
            note: why.

        Raises:
            ActionError: when it is larger than any honest moment.
        """
        text = orjson.dumps(topics)
        if len(text) > LARGEST_BYTES:
            raise ActionError(f"a moment has at most {LARGEST_BYTES} bytes, got {len(text)}")
        words = {"who": storable(by), "screen": storable(screen), "path": storable(path), "note": storable(note)}
        body = {"at_ms": at, **words, "simulated": simulation_of(topics), "topics": zlib.compress(text, 6)}
        for left in reversed(range(TRIES)):
            row = {"id": secrets.token_hex(16), "code": new_code(), **body}
            try:
                with self.engine.begin() as connection:
                    connection.execute(insert(moments).values(**row))
            except IntegrityError:
                # Another moment has this code: one in 88,000 at most, five times in a row never.
                if not left:
                    raise
            else:
                break
        self.prune(at)
        return _frozen(row, orjson.loads(text))

    def get(self, id_or_code: str) -> Frozen | None:
        """Return a moment with its topics; None when there is none (any more)."""
        with self.engine.connect() as connection:
            found = connection.execute(
                select(moments).where(or_(moments.c.id == id_or_code, moments.c.code == read_code(id_or_code)))
            ).first()
        return None if found is None else _of_row(found, orjson.loads(zlib.decompress(found.topics)))

    def list(self, limit: int = 50) -> list[Frozen]:
        """Return the newest moments without their topics, newest first; `limit` is 1 to MOST_LISTED."""
        columns = [column for column in moments.c if column.name != "topics"]
        newest = select(*columns).order_by(moments.c.at_ms.desc(), moments.c.id)
        with self.engine.connect() as connection:
            return [_of_row(row, {}) for row in connection.execute(newest.limit(max(1, min(limit, MOST_LISTED))))]

    def prune(self, now: int) -> int:
        """Delete moments older than KEPT_DAYS at `now` (ms), and the oldest beyond MOST_KEPT; return how many."""
        beyond = select(moments.c.id).order_by(moments.c.at_ms.desc(), moments.c.id).offset(MOST_KEPT).limit(1_000)
        old = moments.c.at_ms < now - KEPT_DAYS * _DAY_MS
        with self.engine.begin() as connection:
            gone = connection.execute(delete(moments).where(old)).rowcount
            if connection.execute(select(func.count()).select_from(moments)).scalar_one() > MOST_KEPT:
                names = list(connection.execute(beyond).scalars())
                gone += connection.execute(delete(moments).where(moments.c.id.in_(names))).rowcount
        return int(gone)


def _of_row(row: Row[Any], topics: Mapping[str, Any]) -> Frozen:
    return _frozen(row._asdict(), topics)


def _frozen(row: Mapping[str, Any], topics: Mapping[str, Any]) -> Frozen:
    return Frozen(
        row["id"], row["code"], row["at_ms"], row["who"], row["screen"], row["path"], row["note"], row["simulated"],
        topics,
    )  # fmt: skip
