"""Keeping manual entries: rows in, entries out. Called inside the desk's transactions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from feeds.desk import tables
from feeds.desk.model import ManualEntry
from feeds.errors import FeedDeskMissingError
from feeds.history.instants import from_us, to_us
from feeds.model import dims_key, parse_dims_key


def add(
    connection: Connection,
    metric: str,
    place: str,
    dims: Mapping[str, str],
    value: float,
    note: str,
    who: str,
    source: str,
    observed_at: datetime,
    until: datetime,
    now: datetime,
) -> ManualEntry:
    """Write an entry down; see `FeedDesk.enter`."""
    table = tables.entries
    number = connection.execute(
        insert(table)
        .values(
            metric=metric,
            place=place,
            dims_key=dims_key(dims),
            value=value,
            note=note,
            who=who,
            source=source,
            observed_at_us=to_us(observed_at),
            entered_at_us=to_us(now),
            until_us=to_us(until),
            withdrawn_by="",
        )
        .returning(table.c.id)
    ).scalar_one()
    return ManualEntry(number, metric, place, dict(dims), value, note, who, source, observed_at, now, until)


def read(connection: Connection, limit: int, valid_at: datetime | None) -> list[ManualEntry]:
    """Return entries, newest first."""
    table = tables.entries
    asked = select(table).order_by(table.c.id.desc()).limit(limit)
    if valid_at is not None:
        asked = asked.where(table.c.withdrawn_at_us.is_(None), table.c.until_us > to_us(valid_at))
    return [_entry(row) for row in connection.execute(asked)]


def get(connection: Connection, entry_id: int) -> ManualEntry:
    """Return one entry; raises FeedDeskMissingError when there is none."""
    row = connection.execute(select(tables.entries).where(tables.entries.c.id == entry_id)).first()
    if row is None:
        raise FeedDeskMissingError(f"no manual entry has the number {entry_id}")
    return _entry(row)


def withdraw(connection: Connection, entry_id: int, who: str, now: datetime) -> ManualEntry:
    """Take a standing entry back."""
    entry = get(connection, entry_id)
    if entry.withdrawn_at is not None:
        raise FeedDeskMissingError(f"the manual entry {entry_id} was withdrawn already")
    table = tables.entries
    connection.execute(update(table).where(table.c.id == entry_id).values(withdrawn_by=who, withdrawn_at_us=to_us(now)))
    return msgspec.structs.replace(entry, withdrawn_by=who, withdrawn_at=now)


def _entry(row: Row[Any]) -> ManualEntry:
    return ManualEntry(
        row.id,
        row.metric,
        row.place,
        parse_dims_key(row.dims_key),
        row.value,
        row.note,
        row.who,
        row.source,
        from_us(row.observed_at_us),
        from_us(row.entered_at_us),
        from_us(row.until_us),
        row.withdrawn_by,
        None if row.withdrawn_at_us is None else from_us(row.withdrawn_at_us),
    )
