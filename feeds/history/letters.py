"""Dead letters: refused records, kept whole with their reason, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from feeds.history import tables
from feeds.history.dialect import insert, storable
from feeds.history.instants import from_us, hanoi_day, to_us
from feeds.history.ledger import Kind, Tally, enter, enter_refusals
from feeds.model import DeadLetter

CHUNK: Final = 500
"""Numbers in one statement: both databases take far more, and neither plans well with very many."""
MOST_ID: Final = 2**63 - 1
"""The largest number either database has; a larger one is nobody's."""


class KeptLetter(DeadLetter, frozen=True, gc=False):
    """A dead letter with its number in the history, by which lists are paged.

    Attributes:
        id: the number.
        redriven_at: when a person sent it through the door again, aware UTC; None while nobody did.
        redriven_by: that person; "" while nobody did.
    """

    id: int = 0
    redriven_at: datetime | None = None
    redriven_by: str = ""


def record(connection: Connection, letters: Sequence[tuple[str, DeadLetter]]) -> int:
    """Store letters by the id of the stream entry they came in; return how many were new.

    One entry carries many letters: they are told apart by their place among those of the same entry in this call, so
    an entry must be passed whole. New ones enter the books as refused; a row no record could be made of counts among
    the readings.
    """
    places: Counter[str] = Counter()
    new: list[tuple[Kind, DeadLetter]] = []
    statement = insert(connection, tables.dead_letters).on_conflict_do_nothing().returning(tables.dead_letters.c.id)
    for stream_id, letter in letters:
        row = {
            "stream_id": stream_id,
            "ordinal": places[stream_id],
            "kind": letter.kind,
            "reason": storable(letter.reason),
            "message": storable(letter.message),
            "field": storable(letter.field),
            "source": storable(letter.source),
            "received_at": to_us(letter.received_at),
            "payload": storable(letter.payload),
            "origin": storable(letter.origin),
        }
        places[stream_id] += 1
        if connection.execute(statement, row).first() is not None:
            new.append((_kind(letter), letter))
    kinds: tuple[Kind, ...] = ("reading", "passage")
    for kind in kinds:
        refused = Counter(storable(letter.source) for own, letter in new if own == kind)
        enter(connection, kind, {source: Tally(refused=count) for source, count in refused.items()})
    if new:
        enter_refusals(
            connection,
            Counter(
                (hanoi_day(to_us(letter.received_at)), storable(letter.source), kind, storable(letter.reason))
                for kind, letter in new
            ),
        )
    return len(new)


def _kind(letter: DeadLetter) -> Kind:
    return "passage" if letter.kind == "passage" else "reading"


def read(
    connection: Connection,
    source: str | None,
    reason: str | None,
    limit: int,
    before: int | None,
    redriven: bool | None = None,
) -> list[KeptLetter]:
    """Return letters, newest first; see `History.dead_letters`."""
    table = tables.dead_letters
    statement = select(table).order_by(table.c.id.desc()).limit(limit)
    if source is not None:
        statement = statement.where(table.c.source == source)
    if reason is not None:
        statement = statement.where(table.c.reason == reason)
    if before is not None:
        statement = statement.where(table.c.id < before)
    if redriven is not None:
        statement = statement.where(table.c.redriven_at.is_not(None) if redriven else table.c.redriven_at.is_(None))
    return [_letter(row) for row in connection.execute(statement)]


def read_one(connection: Connection, letter_id: int) -> KeptLetter | None:
    """Return the letter of that number, None when there is none (any more)."""
    if not -MOST_ID <= letter_id <= MOST_ID:
        return None
    row = connection.execute(select(tables.dead_letters).where(tables.dead_letters.c.id == letter_id)).first()
    return None if row is None else _letter(row)


def mark_redriven(connection: Connection, ids: Collection[int], who: str, at_us: int) -> int:
    """Note who sent letters through the door again; the first time stays. Return how many were noted."""
    table = tables.dead_letters
    noted = 0
    wanted = sorted(one for one in set(ids) if -MOST_ID <= one <= MOST_ID)
    for start in range(0, len(wanted), CHUNK):
        chosen = table.c.id.in_(wanted[start : start + CHUNK])
        noted += connection.execute(
            update(table)
            .where(chosen, table.c.redriven_at.is_(None))
            .values(redriven_at=at_us, redriven_by=storable(who))
        ).rowcount
    return noted


def _letter(row: Row[Any]) -> KeptLetter:
    return KeptLetter(
        row.kind,
        row.reason,
        row.message,
        row.field,
        row.source,
        from_us(row.received_at),
        row.payload,
        row.origin,
        row.id,
        None if row.redriven_at is None else from_us(row.redriven_at),
        row.redriven_by or "",
    )
