"""Writing readings: one batch becomes raw rows, rollups and latest values, each exactly once in effect.

The batch is first reduced in memory to one final row per identity, then compared with what is stored by one join, and
only what is new or different is written. New readings are added to their buckets, which is exact because the
comparison proved that they were in no bucket yet. Corrected ones have their buckets restated from the raw rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy import Connection, Table, case, func, select

from feeds.history import tables
from feeds.history.dialect import insert, load
from feeds.history.directory import Key
from feeds.history.instants import from_us, to_us
from feeds.history.ledger import Tally
from feeds.history.levels import HOUR, MINUTE, Level
from feeds.history.rollup import Rollup, amend, combine, roll_up
from feeds.marks import INSTRUMENT
from feeds.model import Reading, dims_key, parse_dims_key

Identity = tuple[int, int]


class RawRow(NamedTuple):
    """A reading in the order of the raw table's columns; instants in microseconds since 1970."""

    series_id: int
    observed_at: int
    value: float | None
    quality: str
    method: str
    received_at: int
    expires_at: int | None = None
    was: str | None = None

    @property
    def counted(self) -> float | None:
        """The value that counts in rollups: a broken instrument's is as good as missing."""
        return None if self.quality == INSTRUMENT else self.value


class Correction(NamedTuple):
    """What a stored reading counted before and after it was corrected."""

    series_id: int
    observed_at: int
    old: float | None
    new: float | None


@dataclass(slots=True)
class ReadingBatch:
    """A batch with one row per identity.

    Attributes:
        rows: the last row of each identity.
        firsts: the first row of those identities whose content changed within the batch; it is the one to compare
            with what is stored.
        tallies: by source, so far without what the comparison will find.
    """

    rows: dict[Identity, RawRow] = field(default_factory=dict)
    firsts: dict[Identity, RawRow] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)


MOST_READINGS: Final = 10_000
"""Single readings one question answers with at most: some megabytes of JSON."""
ARRIVAL_QUALITIES: Final = frozenset({"good", "late"})
"""Which of these two a reading gets is our own judgement of when it came, not the source's word: the same value sent
again an hour later arrives as `late`, and is still the same reading. The quality of the first arrival stays."""


def keys_of(readings: Iterable[Reading]) -> list[Key]:
    """Return the series key of each reading."""
    return [(one.metric, one.place, dims_key(one.dims), one.source) for one in readings]


def reading_of(row: RawRow, key: Key) -> Reading:
    """Return the reading that a stored row holds; `key` is that of its series."""
    metric, place, dims, source = key
    return Reading(
        metric,
        place,
        row.value,
        from_us(row.observed_at),
        from_us(row.received_at),
        source,
        parse_dims_key(dims),
        row.method,
        row.quality,
        None if row.expires_at is None else from_us(row.expires_at),
        row.was or "",
    )


def gather(readings: Sequence[Reading], keys: Sequence[Key], ids: Mapping[Key, int]) -> ReadingBatch:
    """Return the batch, numbered by `ids`; later readings of an identity win over earlier ones. Pure."""
    batch = ReadingBatch()
    rows, firsts, tallies = batch.rows, batch.firsts, batch.tallies
    for source, produced in Counter(reading.source for reading in readings).items():
        tallies[source] = Tally(produced)
    for reading, key in zip(readings, keys, strict=True):
        series_id = ids[key]
        observed_at = to_us(reading.observed_at)
        identity = (series_id, observed_at)
        row = RawRow(
            series_id,
            observed_at,
            reading.value,
            reading.quality,
            reading.method,
            to_us(reading.received_at),
            to_us(reading.expires_at) if reading.expires_at is not None else None,
            reading.was or None,
        )
        before = rows.get(identity)
        if before is not None:
            tallies[reading.source].duplicates += 1
            if _same(row, before):
                continue
            tallies[reading.source].corrections += 1
            firsts.setdefault(identity, before)
        rows[identity] = row
    return batch


def store(
    connection: Connection, batch: ReadingBatch, sources: Callable[[int], str], sites: Callable[[int], bool]
) -> list[Identity]:
    """Write a batch, complete its tallies, and return the identities never stored before.

    Args:
        connection: inside `dialect.writing`.
        batch: from `gather`; its rows are reduced to those written.
        sources: series number → source.
        sites: series number → whether the series belongs to the retention class `site`.
    """
    rows = sorted(batch.rows.values())
    load(connection, tables.staged_readings, rows)
    corrections: list[Correction] = []
    known: set[Identity] = set()
    for stored in _stored(connection, rows):
        series_id, observed_at = identity = stored[:2]
        known.add(identity)
        final = batch.rows[identity]
        first = batch.firsts.get(identity, final)
        tally = batch.tallies[sources(series_id)]
        tally.duplicates += 1
        same = _same(first, stored)
        tally.corrections += not same
        if same and first is final:
            del batch.rows[identity]
        elif final.counted != stored.counted:
            corrections.append(Correction(series_id, observed_at, stored.counted, final.counted))
    if known:
        rows = [row for row in rows if (row.series_id, row.observed_at) in batch.rows]
        load(connection, tables.staged_readings, rows)
    if not rows:
        return []
    _upsert(connection, tables.raw, tables.staged_readings)
    fresh = [row for row in rows if (row.series_id, row.observed_at) not in known] if known else rows
    _add(connection, fresh, sites)
    if corrections:
        _restate(connection, corrections, sites)
    _renew_latest(connection, rows)
    return [row[:2] for row in fresh]


def _same(one: RawRow, other: RawRow) -> bool:
    return (
        one.value == other.value
        and one.expires_at == other.expires_at
        and (one.quality == other.quality or ARRIVAL_QUALITIES.issuperset((one.quality, other.quality)))
    )


def _stored(connection: Connection, rows: Sequence[RawRow]) -> list[RawRow]:
    staged, raw = tables.staged_readings, tables.raw
    if not rows:
        return []
    instants = [row.observed_at for row in rows]
    found = connection.execute(
        select(raw)
        .select_from(
            staged.join(raw, (raw.c.series_id == staged.c.series_id) & (raw.c.observed_at == staged.c.observed_at))
        )
        # Says nothing new, but lets PostgreSQL leave the partitions of other days alone.
        .where(raw.c.observed_at.between(min(instants), max(instants)))
    )
    return [RawRow(*row) for row in found]


class UnderMark(NamedTuple):
    """Readings that do not agree with an instrument mark, a piece of them.

    Attributes:
        readings: as they are stored.
        after: where the piece ends: number of the series and instant.
        more: whether there may be others behind it.
    """

    readings: list[Reading]
    after: tuple[int, int]
    more: bool


def read_range(
    connection: Connection,
    numbers: Iterable[int],
    start: int,
    end: int | None,
    *,
    limit: int,
    after: Identity = (0, 0),
    marked: bool | None = None,
) -> list[RawRow]:
    """Return up to `limit` rows of some series over [start, end), ordered by series and time.

    Args:
        connection: where to read.
        numbers: of the series.
        start: microseconds since 1970.
        end: the same; None for no end.
        limit: rows at most.
        after: only what comes behind this number and instant.
        marked: only those that have quality `instrument` because of a mark (True) or do not have it (False).
    """
    raw = tables.raw
    asked = select(raw).where(raw.c.observed_at >= start).order_by(raw.c.observed_at)
    if end is not None:
        asked = asked.where(raw.c.observed_at < end)
    if marked is True:
        asked = asked.where(raw.c.quality == INSTRUMENT, raw.c.was.is_not(None))
    elif marked is False:
        asked = asked.where(raw.c.quality != INSTRUMENT)
    found: list[RawRow] = []
    for number in sorted(numbers):  # one by one: each is one short range of the primary key
        if len(found) >= limit:
            break
        if number < after[0]:
            continue
        one = asked.where(raw.c.series_id == number).limit(limit - len(found))
        if number == after[0]:
            one = one.where(raw.c.observed_at > after[1])
        found += [RawRow(*row) for row in connection.execute(one)]
    return found


def _add(connection: Connection, rows: Sequence[RawRow], sites: Callable[[int], bool]) -> None:
    """Add readings that were in no bucket yet; rows are ordered by series and time."""
    standard = [(row.series_id, row.observed_at, row.counted) for row in rows if not sites(row.series_id)]
    minutes = roll_up(standard, MINUTE.width_us)
    hours = combine(minutes, HOUR.width_us)
    if len(standard) < len(rows):
        single = ((row.series_id, row.observed_at, row.counted) for row in rows if sites(row.series_id))
        hours += roll_up(single, HOUR.width_us)
    for level, buckets in ((MINUTE, minutes), (HOUR, hours)):
        if buckets:
            load(connection, tables.staged_rollups, buckets)
            _merge_buckets(connection, level.table)


def _merge_buckets(connection: Connection, table: Table) -> None:
    """Add the staged buckets to the stored ones; the same arithmetic as `rollup.merge`, on whole sets."""
    staged, mine = tables.staged_rollups.c, table.c
    statement = insert(connection, table).from_select(
        [column.name for column in tables.staged_rollups.columns],
        # SQLite takes ON CONFLICT after a SELECT for a join's ON unless there is a WHERE.
        select(tables.staged_rollups).where(staged.readings + staged.missing > 0),
    )
    new = statement.excluded
    newer = (new.last_at.is_not(None)) & (mine.last_at.is_(None) | (new.last_at >= mine.last_at))
    statement = statement.on_conflict_do_update(
        index_elements=[mine.series_id, mine.bucket],
        set_={
            "readings": mine.readings + new.readings,
            "missing": mine.missing + new.missing,
            # A comparison with NULL is not true, so one empty side falls through to the other.
            "lowest": case((mine.lowest <= new.lowest, mine.lowest), else_=func.coalesce(new.lowest, mine.lowest)),
            "highest": case(
                (mine.highest >= new.highest, mine.highest), else_=func.coalesce(new.highest, mine.highest)
            ),
            "total": mine.total + new.total,
            "last": case((newer, new.last), else_=mine.last),
            "last_at": case((newer, new.last_at), else_=mine.last_at),
        },
    )
    connection.execute(statement)


def _restate(connection: Connection, corrections: Sequence[Correction], sites: Callable[[int], bool]) -> None:
    standard = [one for one in corrections if not sites(one.series_id)]
    single = [one for one in corrections if sites(one.series_id)]
    if standard:
        _restate_from_raw(connection, MINUTE, standard)
        _restate_hours(connection, standard)
    if single:
        _restate_from_raw(connection, HOUR, single)


def _restate_from_raw(connection: Connection, level: Level, corrections: Sequence[Correction]) -> None:
    """Make the corrected buckets anew; where raw rows of a bucket were pruned already, amend what is stored."""
    _stage_buckets(connection, corrections, level)
    staged, raw, table = tables.staged_buckets, tables.raw, level.table
    inside = (
        (raw.c.series_id == staged.c.series_id)
        & (raw.c.observed_at >= staged.c.bucket)
        & (raw.c.observed_at < staged.c.bucket + level.width_us)
    )
    rows = connection.execute(
        select(raw.c.series_id, raw.c.observed_at, case((raw.c.quality != INSTRUMENT, raw.c.value)))
        .select_from(staged.join(raw, inside))
        .order_by(raw.c.series_id, raw.c.observed_at)
    )
    made = roll_up(((row[0], row[1], row[2]) for row in rows), level.width_us)
    restated = {(one.series_id, one.bucket): one for one in made}
    same = (table.c.series_id == staged.c.series_id) & (table.c.bucket == staged.c.bucket)
    by_bucket: dict[Identity, list[Correction]] = {}
    for one in corrections:
        by_bucket.setdefault((one.series_id, one.observed_at - one.observed_at % level.width_us), []).append(one)
    for row in connection.execute(select(table).select_from(staged.join(table, same))):
        stored = Rollup(*row)
        bucket = (stored.series_id, stored.bucket)
        # Fewer raw rows than the bucket once counted: the others were pruned, so what it knows must be kept.
        if restated[bucket].readings + restated[bucket].missing < stored.readings + stored.missing:
            for one in by_bucket[bucket]:
                stored = amend(stored, one.observed_at, one.old, one.new)
            restated[bucket] = stored
    _replace_buckets(connection, table, list(restated.values()))


def _restate_hours(connection: Connection, corrections: Sequence[Correction]) -> None:
    """Make hours anew from their minutes, which are never pruned."""
    _stage_buckets(connection, corrections, HOUR)
    staged, finer = tables.staged_buckets, MINUTE.table
    inside = (
        (finer.c.series_id == staged.c.series_id)
        & (finer.c.bucket >= staged.c.bucket)
        & (finer.c.bucket < staged.c.bucket + HOUR.width_us)
    )
    rows = connection.execute(
        select(finer).select_from(staged.join(finer, inside)).order_by(finer.c.series_id, finer.c.bucket)
    )
    _replace_buckets(connection, HOUR.table, combine((Rollup(*row) for row in rows), HOUR.width_us))


def _stage_buckets(connection: Connection, corrections: Iterable[Correction], level: Level) -> None:
    width = level.width_us
    load(
        connection,
        tables.staged_buckets,
        sorted({(one.series_id, one.observed_at - one.observed_at % width) for one in corrections}),
    )


def _replace_buckets(connection: Connection, table: Table, buckets: Sequence[Rollup]) -> None:
    load(connection, tables.staged_rollups, buckets)
    _upsert(connection, table, tables.staged_rollups)


def _upsert(connection: Connection, table: Table, staged: Table) -> None:
    """Write the staged rows, over those of the same key."""
    keys = [column.name for column in table.primary_key.columns]
    statement = insert(connection, table).from_select(
        [column.name for column in staged.columns], select(staged).where(staged.c[keys[0]].is_not(None))
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_={column.name: statement.excluded[column.name] for column in staged.columns if column.name not in keys},
        )
    )


def _renew_latest(connection: Connection, rows: Sequence[RawRow]) -> None:
    newest = list({row.series_id: row for row in rows}.values())  # ordered by time: the newest comes last
    if len(newest) < len(rows):
        load(connection, tables.staged_readings, newest)
    names = [column.name for column in tables.latest.columns]
    staged, mine = tables.staged_readings.c, tables.latest.c
    statement = insert(connection, tables.latest).from_select(
        names, select(*(staged[name] for name in names)).where(staged.series_id.is_not(None))
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[mine.series_id],
            set_={name: statement.excluded[name] for name in names if name != "series_id"},
            # At the same instant it is a correction, which wins; an older reading never does.
            where=statement.excluded.observed_at >= mine.observed_at,
        )
    )
