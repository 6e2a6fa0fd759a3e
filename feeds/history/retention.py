"""Forgetting what need not be kept, a bounded piece at a time.

A raw reading is forgotten once both its observation and its reception are older than its class keeps: a recorded day
that is replayed months later stays whole for as long as a live one, and sending it twice changes nothing meanwhile.
Minutes and hours stay for good, but for the hours of single sites. The ledger and the latest values always stay.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, Table, delete, select, tuple_

from feeds.catalogue import Retention
from feeds.history import partitions, tables
from feeds.history.activity import ACTIVITY_KEPT_US
from feeds.history.instants import DAY_US, from_us
from feeds.history.levels import HOURS_KEPT_US, RAW_KEPT_US

CHUNK: Final = 20_000
"""Rows of one table that one call forgets at most: some tenths of a second during which no batch is recorded."""
PASSAGES_KEPT_US: Final = 30 * DAY_US
"""As long as raw readings; what they came to is kept in the derived series."""
LETTERS_KEPT_US: Final = 30 * DAY_US
MARKS_KEPT_US: Final = 7 * DAY_US
"""Longer than a stream entry can wait to be delivered again."""


class Pruned(NamedTuple):
    """How many rows one call forgot; `more` when it stopped at its bound and another call has work to do.

    `days` is how many partitions were dropped whole (PostgreSQL); their rows are not among `raw`.
    """

    raw: int
    rollups: int
    passages: int
    dead_letters: int
    more: bool
    days: int = 0


def prune(connection: Connection, now_us: int, site_metrics: Collection[str]) -> Pruned:
    """Forget up to CHUNK rows of each table.

    Args:
        connection: inside `dialect.writing`.
        now_us: the present, microseconds since 1970.
        site_metrics: the metrics of retention class `site`; all others are standard.
    """
    metric, number = tables.series.c.metric, tables.series.c.id
    members: dict[Retention, Select[tuple[int]]] = {
        "site": select(number).where(metric.in_(site_metrics)),
        "standard": select(number).where(metric.not_in(site_metrics)),
    }
    partitions.make_ready(connection, from_us(now_us))
    days, more_days = partitions.drop_forgotten(connection, now_us - max(RAW_KEPT_US.values()))
    raw = hours = 0
    for retention, numbers in members.items():
        raw += _forget(connection, tables.raw, numbers, now_us - RAW_KEPT_US[retention], CHUNK - raw)
        kept_us = HOURS_KEPT_US[retention]
        if kept_us is not None:
            hours += _forget(connection, tables.rollup_1h, numbers, now_us - kept_us, CHUNK - hours)
    passages = _forget_old(connection, tables.passages, now_us - PASSAGES_KEPT_US)
    letters = _forget_old(connection, tables.dead_letters, now_us - LETTERS_KEPT_US)
    _forget_old(connection, tables.marks, now_us - MARKS_KEPT_US)
    old = tables.activity.c.bucket < now_us - ACTIVITY_KEPT_US
    _delete(connection, tables.activity, select(*tables.activity.primary_key.columns).where(old).limit(CHUNK))
    return Pruned(raw, hours, passages, letters, more_days or max(raw, hours, passages, letters) >= CHUNK, days)


def _forget(connection: Connection, table: Table, numbers: Select[tuple[int]], before_us: int, limit: int) -> int:
    series_id, instant = tuple(table.primary_key.columns)
    # By series number first: then each series is one short range of the primary key.
    old = select(series_id, instant).where(series_id.in_(numbers), instant < before_us).limit(limit)
    if "received_at" in table.c:
        old = old.where(table.c.received_at < before_us)
    return _delete(connection, table, old)


def _forget_old(connection: Connection, table: Table, before_us: int) -> int:
    keys = tuple(table.primary_key.columns)
    old = select(*keys).where(table.c.received_at < before_us).limit(CHUNK)
    if "at" in table.c:
        old = old.where(table.c["at"] < before_us)
    return _delete(connection, table, old)


def _delete(connection: Connection, table: Table, old: Select[Any]) -> int:
    keys = tuple(table.primary_key.columns)
    return connection.execute(delete(table).where(tuple_(*keys).in_(old))).rowcount
