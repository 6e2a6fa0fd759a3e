"""Keeping instrument marks: rows in, marks out. Called inside the desk's transactions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from feeds.desk import tables
from feeds.errors import FeedDeskError, FeedDeskMissingError
from feeds.history.dialect import storable
from feeds.history.instants import from_us, to_us
from feeds.marks import Mark
from feeds.model import dims_key

OLDEST: Final = timedelta(days=30)
"""How far back a mark may begin: as long as raw readings are kept; what is only left in rollups cannot be restated."""
AHEAD: Final = timedelta(minutes=5)
"""A mark may begin this far ahead: a person's clock is as tolerated as a source's."""
MOST_STANDING: Final = 1_000
"""Marks that stand at once: every process keeps them in memory."""


def add(
    connection: Connection,
    source: str,
    metric: str,
    place: str,
    dims: Mapping[str, str] | None,
    start: datetime,
    end: datetime | None,
    why: str,
    who: str,
    now: datetime,
) -> Mark:
    """Write a mark down; see `FeedDesk.mark`."""
    _check_stretch(start, end, now)
    mark = Mark(
        0,
        source,
        start,
        end,
        why,
        who,
        now,
        storable(metric),
        storable(place),
        None if dims is None else dims_key(dims),
    )
    table = tables.marks
    standing = connection.execute(select(table.c.id).where(table.c.ended_at_us.is_(None)).limit(MOST_STANDING)).all()
    if len(standing) >= MOST_STANDING:
        raise FeedDeskError("source", f"{MOST_STANDING} marks stand already; take some away first")
    number = connection.execute(
        insert(table)
        .values(
            source=source,
            metric=mark.metric,
            place=mark.place,
            dims_key=mark.dims_key,
            start_us=to_us(start),
            end_us=None if end is None else to_us(end),
            why=why,
            who=who,
            at_us=to_us(now),
            ended_by="",
            settled=0,
        )
        .returning(table.c.id)
    ).scalar_one()
    return msgspec.structs.replace(mark, id=number)


def _check_stretch(start: datetime, end: datetime | None, now: datetime) -> None:
    for field, instant in (("start", start), ("end", end)):
        if instant is not None and instant.tzinfo is None:
            raise FeedDeskError(field, f"{field} must carry its zone (…Z or ±hh:mm), got {instant.isoformat()}")
    if end is not None and end <= start:
        raise FeedDeskError("end", f"end must lie after start, got {start.isoformat()} to {end.isoformat()}")
    if start < now - OLDEST:
        raise FeedDeskError(
            "start", f"start lies more than {OLDEST.days} days back; single readings are not kept that long"
        )
    if start > now + AHEAD:
        raise FeedDeskError("start", "start lies in the future; a fault is marked once it is there")


def read(connection: Connection, source: str | None, *, standing: bool, limit: int) -> list[Mark]:
    """Return marks, newest first."""
    table = tables.marks
    asked = select(table).order_by(table.c.id.desc()).limit(limit)
    if source is not None:
        asked = asked.where(table.c.source == source)
    if standing:
        asked = asked.where(table.c.ended_at_us.is_(None))
    return [_mark(row) for row in connection.execute(asked)]


def unsettled(connection: Connection) -> list[Mark]:
    """Return the marks whose effect on the history is not complete, oldest first."""
    table = tables.marks
    return [_mark(row) for row in connection.execute(select(table).where(table.c.settled == 0).order_by(table.c.id))]


def set_end(connection: Connection, mark_id: int, end: datetime) -> Mark:
    """End a standing mark at an instant; its effect is then to be looked at again."""
    mark = _standing(connection, mark_id)
    if end.tzinfo is None or end <= mark.start:
        raise FeedDeskError("end", f"end must carry its zone and lie after the start, {mark.start.isoformat()}")
    table = tables.marks
    connection.execute(update(table).where(table.c.id == mark_id).values(end_us=to_us(end), settled=0))
    return msgspec.structs.replace(mark, end=end)


def lift(connection: Connection, mark_id: int, who: str, now: datetime) -> Mark:
    """Take a standing mark away; its effect is then to be undone."""
    mark = _standing(connection, mark_id)
    table = tables.marks
    connection.execute(
        update(table).where(table.c.id == mark_id).values(ended_by=who, ended_at_us=to_us(now), settled=0)
    )
    return msgspec.structs.replace(mark, ended_by=who, ended_at=now)


def settle(connection: Connection, mark: Mark) -> None:
    """Note that the history agrees with the mark; a row that was changed meanwhile is left as it is."""
    table = tables.marks
    unchanged = [
        table.c.id == mark.id,
        table.c.end_us.is_(None) if mark.end is None else table.c.end_us == to_us(mark.end),
        table.c.ended_at_us.is_(None) if mark.ended_at is None else table.c.ended_at_us == to_us(mark.ended_at),
    ]
    connection.execute(update(table).where(*unchanged).values(settled=1))


def _standing(connection: Connection, mark_id: int) -> Mark:
    table = tables.marks
    row = connection.execute(select(table).where(table.c.id == mark_id, table.c.ended_at_us.is_(None))).first()
    if row is None:
        raise FeedDeskMissingError(f"no standing mark has the number {mark_id}")
    return _mark(row)


def _mark(row: Row[Any]) -> Mark:
    return Mark(
        row.id,
        row.source,
        from_us(row.start_us),
        None if row.end_us is None else from_us(row.end_us),
        row.why,
        row.who,
        from_us(row.at_us),
        row.metric,
        row.place,
        row.dims_key,
        row.ended_by,
        None if row.ended_at_us is None else from_us(row.ended_at_us),
    )
