"""The ledger: what became of everything each source produced.

For every source and kind, produced = stored + duplicates + refused, always. A correction (the same identity with
another content) replaced what was stored; it is counted as a correction *and* as a duplicate, so that the sum holds.
Marks tell which stream entries already had their effect, so that an entry that is delivered again after a crash is
not counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from sqlalchemy import Connection, select

from feeds.history import tables
from feeds.history.dialect import insert

Kind = Literal["reading", "passage"]

EPOCH_DAY: Final = date(1970, 1, 1)


class Recorded(NamedTuple):
    """What became of one batch.

    Attributes:
        stored: records of an identity never seen before.
        duplicates: records of an identity that was stored already, corrections included; stored + duplicates is
            what was sent.
        corrections: those of the duplicates that changed what is stored.
    """

    stored: int = 0
    duplicates: int = 0
    corrections: int = 0


class LedgerRow(NamedTuple):
    """The books of one source and kind (`reading` or `passage`); produced = stored + duplicates + refused."""

    source: str
    kind: str
    stored: int
    duplicates: int
    corrections: int
    refused: int


class RefusalRow(NamedTuple):
    """How many records of a source and kind were refused for a reason on one day in Hanoi."""

    day: date
    source: str
    kind: str
    reason: str
    refused: int


@dataclass(slots=True)
class Tally:
    """What became of one source's records in a batch; see `Recorded`."""

    produced: int = 0
    duplicates: int = 0
    corrections: int = 0
    refused: int = 0


class Mark(NamedTuple):
    """One stream entry: its id, and its size and first reception as its fingerprint.

    The id alone would not do: a bus that lost its streams may give the same id again, and then new facts would be
    taken for old ones.
    """

    kind: Kind
    stream_id: str
    records: int
    received_at: int


def total(tallies: Mapping[str, Tally]) -> Recorded:
    """Return the sum over the sources."""
    duplicates = sum(tally.duplicates for tally in tallies.values())
    produced = sum(tally.produced for tally in tallies.values())
    return Recorded(produced - duplicates, duplicates, sum(tally.corrections for tally in tallies.values()))


def enter(connection: Connection, kind: Kind, tallies: Mapping[str, Tally]) -> None:
    """Add a batch to the books, in the transaction that stores it."""
    if not tallies:
        return
    book = tables.ledger
    statement = insert(connection, book)
    counts = ("stored", "duplicates", "corrections", "refused")
    statement = statement.on_conflict_do_update(
        index_elements=[book.c.source, book.c.kind],
        set_={name: book.c[name] + statement.excluded[name] for name in counts},
    )
    connection.execute(
        statement,
        [
            {
                "source": source,
                "kind": kind,
                "stored": tally.produced - tally.duplicates,
                "duplicates": tally.duplicates,
                "corrections": tally.corrections,
                "refused": tally.refused,
            }
            for source, tally in sorted(tallies.items())
        ],
    )


def enter_refusals(connection: Connection, counts: Mapping[tuple[int, str, str, str], int]) -> None:
    """Add refusals by (Hanoi day since 1970, source, kind, reason)."""
    book = tables.refusals
    statement = insert(connection, book)
    statement = statement.on_conflict_do_update(
        index_elements=[book.c.day, book.c.source, book.c.kind, book.c.reason],
        set_={"refused": book.c.refused + statement.excluded.refused},
    )
    connection.execute(
        statement,
        [
            {"day": day, "source": source, "kind": kind, "reason": reason, "refused": refused}
            for (day, source, kind, reason), refused in sorted(counts.items())
        ],
    )


def read(connection: Connection) -> list[LedgerRow]:
    """Return the books, ordered by source and kind."""
    book = tables.ledger
    rows = connection.execute(select(book).order_by(book.c.source, book.c.kind))
    return [LedgerRow(*row) for row in rows]


def read_refusals(connection: Connection, since: date) -> list[RefusalRow]:
    """Return the refusals of a day in Hanoi and all later ones, ordered by day, source, kind and reason."""
    book = tables.refusals
    since_day = (since - EPOCH_DAY).days
    rows = connection.execute(
        select(book).where(book.c.day >= since_day).order_by(book.c.day, book.c.source, book.c.kind, book.c.reason)
    )
    return [RefusalRow(EPOCH_DAY + timedelta(days=row[0]), *row[1:]) for row in rows]


def known(connection: Connection, marks: Sequence[Mark]) -> set[Mark]:
    """Return those of the marks (all of one kind) that are set."""
    if not marks:
        return set()
    table = tables.marks
    rows = connection.execute(
        select(table).where(table.c.kind == marks[0].kind, table.c.stream_id.in_([mark.stream_id for mark in marks]))
    )
    return {Mark(*row) for row in rows} & set(marks)


def set_marks(connection: Connection, marks: Iterable[Mark]) -> None:
    """Set marks, in the transaction that has their effect."""
    rows = [mark._asdict() for mark in marks]
    if rows:
        connection.execute(insert(connection, tables.marks).on_conflict_do_nothing(), rows)
