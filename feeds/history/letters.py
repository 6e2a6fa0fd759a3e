"""Dead letters: refused records, kept whole with their reason, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, select

from feeds.history import tables
from feeds.history.dialect import insert, storable
from feeds.history.instants import from_us, hanoi_day, to_us
from feeds.history.ledger import Kind, Tally, enter, enter_refusals
from feeds.model import DeadLetter


class KeptLetter(DeadLetter, frozen=True, gc=False):
    """A dead letter with its number in the history, by which lists are paged."""

    id: int = 0


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
    connection: Connection, source: str | None, reason: str | None, limit: int, before: int | None
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
    return [
        KeptLetter(
            row.kind,
            row.reason,
            row.message,
            row.field,
            row.source,
            from_us(row.received_at),
            row.payload,
            row.origin,
            row.id,
        )
        for row in connection.execute(statement)
    ]
