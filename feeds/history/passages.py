"""Writing passages, and reading them back in the order in which they happened.

A passage is unique by source, vehicle, place, direction, step and phase. The same identity with another instant or
content is a correction: the last one wins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, or_, select, tuple_

from feeds.history import tables
from feeds.history.dialect import insert, load, storable
from feeds.history.directory import Key
from feeds.history.instants import from_us, to_us
from feeds.history.ledger import Tally
from feeds.model import PHASES, STEPS, Passage

Identity = tuple[str, int]

PAGE: Final = 5_000
"""Rows read at once: some hundredths of a second, and no connection is held between two pages."""
CONTENT: Final = slice(2, 7)
"""The columns of a row that a correction may change: all but identity and reception."""


class PassageRow(NamedTuple):
    """A passage in the order of the table's columns; instants in microseconds since 1970."""

    vehicle: str
    point_id: int
    at: int
    goods_class: str
    goods_tonnes: float | None
    fee_vnd: int | None
    diverted: bool
    received_at: int


@dataclass(slots=True)
class PassageBatch:
    """A batch with one row per identity; see `readings.ReadingBatch`."""

    rows: dict[Identity, PassageRow] = field(default_factory=dict)
    firsts: dict[Identity, PassageRow] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)


def keys_of(passages: Iterable[Passage]) -> list[Key]:
    """Return the point key of each passage."""
    return [(one.source, one.place, one.direction, one.step, one.phase) for one in passages]


def gather(passages: Sequence[Passage], keys: Sequence[Key], ids: Mapping[Key, int]) -> PassageBatch:
    """Return the batch, numbered by `ids`; later passages of an identity win over earlier ones. Pure."""
    batch = PassageBatch()
    rows, tallies = batch.rows, batch.tallies
    for source, produced in Counter(passage.source for passage in passages).items():
        tallies[source] = Tally(produced)
    for one, key in zip(passages, keys, strict=True):
        row = PassageRow(
            storable(one.vehicle),
            ids[key],
            to_us(one.at),
            one.goods_class,
            one.goods_tonnes,
            one.fee_vnd,
            one.diverted,
            to_us(one.received_at),
        )
        identity = row[:2]
        before = rows.get(identity)
        if before is not None:
            tallies[one.source].duplicates += 1
            if before[CONTENT] == row[CONTENT]:
                continue
            tallies[one.source].corrections += 1
            batch.firsts.setdefault(identity, before)
        rows[identity] = row
    return batch


def store(connection: Connection, batch: PassageBatch, sources: Callable[[int], str]) -> list[tuple[int, int]]:
    """Write a batch and complete its tallies; return (point, at) of those never stored before.

    `sources` gives the source of a point's number.
    """
    rows = sorted(batch.rows.values(), key=lambda row: row[:2])
    load(connection, tables.staged_passages, rows)
    known: set[Identity] = set()
    for stored in _stored(connection):
        identity = stored[:2]
        known.add(identity)
        final = batch.rows[identity]
        tally = batch.tallies[sources(stored.point_id)]
        tally.duplicates += 1
        if batch.firsts.get(identity, final)[CONTENT] != stored[CONTENT]:
            tally.corrections += 1
        if final[CONTENT] == stored[CONTENT]:
            del batch.rows[identity]
    if known:
        rows = [row for row in rows if row[:2] in batch.rows]
        load(connection, tables.staged_passages, rows)
    if not rows:
        return []
    names = [column.name for column in tables.passages.columns]
    statement = insert(connection, tables.passages).from_select(
        names, select(tables.staged_passages).where(tables.staged_passages.c.vehicle.is_not(None))
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=names[:2], set_={name: statement.excluded[name] for name in names[2:]}
        )
    )
    return [(row.point_id, row.at) for row in rows if row[:2] not in known]


def _stored(connection: Connection) -> list[PassageRow]:
    staged, kept = tables.staged_passages, tables.passages
    same = (kept.c.vehicle == staged.c.vehicle) & (kept.c.point_id == staged.c.point_id)
    return [PassageRow(*row) for row in connection.execute(select(kept).select_from(staged.join(kept, same)))]


def read_page(connection: Connection, after: tuple[int, str, int], over_until: int | None = None) -> list[PassageRow]:
    """Return up to PAGE rows beyond (at, vehicle, point id), in that order.

    Args:
        connection: where to read.
        after: the last row read before.
        over_until: leave out what a vehicle did up to an end of its visit that came at or before this instant, in
            microseconds since 1970; None leaves out nothing.
    """
    kept = tables.passages.c
    order = (kept.at, kept.vehicle, kept.point_id)
    question = select(tables.passages).where(tuple_(*order) > after).order_by(*order).limit(PAGE)
    if over_until is not None:
        question = question.where(~_over(over_until))
    rows = connection.execute(question)
    return [PassageRow(*row) for row in rows]


def _over(until: int) -> ColumnElement[bool]:
    """Return whether the vehicle of a passage came to an end after it, at or before an instant."""
    kept, end, point = tables.passages.c, tables.passages.alias("visit_end"), tables.points
    last = select(point.c.id).where(point.c.step == STEPS[-1], point.c.phase == PHASES[-1])
    return exists().where(
        end.c.vehicle == kept.vehicle,
        end.c.at >= kept.at,
        end.c.at <= until,
        or_(end.c.diverted, end.c.point_id.in_(last)),
    )


def in_order(rows: Iterable[PassageRow], points: Mapping[int, Key]) -> Iterator[Passage]:
    """Yield passages from rows ordered by `at`; of one instant, earlier steps and entries come first."""
    for _, together in groupby(rows, key=lambda row: row.at):
        yield from sorted((_passage(row, points[row.point_id]) for row in together), key=_rank)


def _rank(passage: Passage) -> tuple[int, int, str]:
    return STEPS.index(passage.step), PHASES.index(passage.phase), passage.vehicle


def _passage(row: PassageRow, point: Sequence[Any]) -> Passage:
    source, place, direction, step, phase = point
    return Passage(
        row.vehicle,
        place,
        direction,
        row.goods_class,
        step,
        phase,
        from_us(row.at),
        from_us(row.received_at),
        source,
        row.goods_tonnes,
        row.fee_vnd,
        row.diverted,
    )
