"""The history as other rooms see it: one object that records, answers and forgets.

Synchronous; callers in asyncio use a thread. One History may be used by several threads, and several processes may
write to one database: writers take turns, readers never wait for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, select

from feeds.catalogue import Catalogue
from feeds.errors import HistoryError
from feeds.history import activity as activity_store
from feeds.history import ledger, letters, partitions, retention, tables
from feeds.history import passages as passage_store
from feeds.history import readings as reading_store
from feeds.history import series as series_store
from feeds.history.activity import Activity, Gap
from feeds.history.dialect import writing
from feeds.history.directory import Directory, Key
from feeds.history.instants import SECOND_US, to_us
from feeds.history.ledger import Kind, LedgerRow, Mark, Recorded, RefusalRow
from feeds.history.letters import KeptLetter
from feeds.history.levels import LEVELS
from feeds.history.readings import UnderMark
from feeds.history.retention import Pruned
from feeds.history.series import HistorySeries, Question
from feeds.marks import Mark as InstrumentMark
from feeds.model import DeadLetter, Passage, Reading, dims_key, parse_dims_key
from feeds.sql import open_engine, upgrade

MIGRATIONS: Final = Path(__file__).with_name("migrations")
MOST_LETTERS: Final = 1_000


def open_history(url: str, *, fsync_always: bool = False) -> History:
    """Open the history at a SQLAlchemy URL and bring its tables to head; close it with `History.close`.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: when the database cannot be reached or written.
    """
    engine = open_engine(url, fsync_always=fsync_always)
    try:
        upgrade(engine, MIGRATIONS, tables.VERSION_TABLE)
        partitions.keep_ready(engine, datetime.now(UTC))
    except BaseException:
        engine.dispose()
        raise
    return History(engine)


class History:
    """Everything that was, in SQL.

    Every method raises `sqlalchemy.exc.SQLAlchemyError` when the database cannot do it; then nothing of that call was
    done, and the call may be repeated.
    """

    def __init__(self, engine: Engine, catalogue: Catalogue | None = None) -> None:
        self.engine = engine
        self._catalogue = catalogue or Catalogue()
        self._series = Directory(tables.series)
        self._points = Directory(tables.points)
        self._site_metrics = frozenset(one.name for one in self._catalogue.all() if one.retention == "site")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    # Recording

    def record_readings(self, readings: Sequence[Reading], position: Sequence[str] | None = None) -> Recorded:
        """Record readings in one transaction: raw rows, rollups, latest values and ledger.

        The identity of a reading is its series and `observed_at`. The same value and quality again is a duplicate and
        changes nothing (`good` and `late` are one quality here, see `readings`); anything else is a correction, and
        the last wins.

        Args:
            readings: in order of arrival.
            position: ids of the stream entries they came in. When the very same group was recorded before, nothing
                is done and nothing is counted. A group that is cut differently the second time is recorded again
                (harmless for the data) and its readings are counted as duplicates; `record_entries` has no such edge.
        """
        return self._record_readings([(_marks("reading", readings, position), readings)])

    def record_entries(self, entries: Sequence[tuple[str, Sequence[Reading]]]) -> Recorded:
        """Record the readings of stream entries, (id, readings), in one transaction; see `record_readings`.

        An entry that was recorded before is left out, however entries are grouped.
        """
        return self._record_readings([(_marks("reading", batch, (stream_id,)), batch) for stream_id, batch in entries])

    def record_passages(self, passages: Sequence[Passage], position: Sequence[str] | None = None) -> Recorded:
        """Record passages in one transaction with the ledger; `position` as in `record_readings`.

        The identity of a passage is source, vehicle, place, direction, step and phase; the same with another `at` or
        content is a correction, and the last wins.
        """
        return self._record_passages([(_marks("passage", passages, position), passages)])

    def record_passage_entries(self, entries: Sequence[tuple[str, Sequence[Passage]]]) -> Recorded:
        """Record the passages of stream entries in one transaction; see `record_entries`."""
        return self._record_passages([(_marks("passage", batch, (stream_id,)), batch) for stream_id, batch in entries])

    def record_dead_letters(self, dead_letters: Sequence[tuple[str, DeadLetter]]) -> int:
        """Keep refused records, (id of their stream entry, letter), each once; return how many were new.

        All letters of an entry must come in one call, in the entry's order.
        """
        if not dead_letters:
            return 0
        with writing(self.engine) as connection:
            return letters.record(connection, dead_letters)

    def _record_readings(self, groups: Sequence[tuple[list[Mark], Sequence[Reading]]]) -> Recorded:
        with writing(self.engine) as connection:
            fresh = _not_yet(connection, groups)
            batch = [reading for _, some in fresh for reading in some]
            if not batch:
                return Recorded()
            keys = reading_store.keys_of(batch)
            claimed = self._series.claim(connection, keys)
            gathered = reading_store.gather(batch, keys, _numbers(self._series, claimed))
            names = dict(claimed)

            def source_of(number: int) -> str:
                return (names.get(number) or self._series.keys[number])[3]

            fresh_rows = reading_store.store(
                connection,
                gathered,
                source_of,
                lambda number: (names.get(number) or self._series.keys[number])[0] in self._site_metrics,
            )
            ledger.enter(connection, "reading", gathered.tallies)
            told = activity_store.counted(fresh_rows, source_of)
            activity_store.enter(connection, "readings", told, activity_store.heard(some for _, some in fresh))
            ledger.set_marks(connection, chain.from_iterable(marks for marks, _ in fresh))
        self._series.adopt(claimed)
        return ledger.total(gathered.tallies)

    def _record_passages(self, groups: Sequence[tuple[list[Mark], Sequence[Passage]]]) -> Recorded:
        with writing(self.engine) as connection:
            fresh = _not_yet(connection, groups)
            batch = [passage for _, some in fresh for passage in some]
            if not batch:
                return Recorded()
            keys = passage_store.keys_of(batch)
            claimed = self._points.claim(connection, keys)
            gathered = passage_store.gather(batch, keys, _numbers(self._points, claimed))
            names = dict(claimed)

            def source_of(number: int) -> str:
                return (names.get(number) or self._points.keys[number])[0]

            fresh_rows = passage_store.store(connection, gathered, source_of)
            ledger.enter(connection, "passage", gathered.tallies)
            told = activity_store.counted(fresh_rows, source_of)
            activity_store.enter(connection, "passages", told, activity_store.heard(some for _, some in fresh))
            ledger.set_marks(connection, chain.from_iterable(marks for marks, _ in fresh))
        self._points.adopt(claimed)
        return ledger.total(gathered.tallies)

    # Answering

    def latest(self) -> list[Reading]:
        """Return the newest reading of every series, ordered by series number; [] when nothing was recorded."""
        table = tables.latest
        with self.engine.connect() as connection:
            rows = connection.execute(select(table).order_by(table.c.series_id)).all()
            self._series.refresh(connection)
        keys = self._series.keys
        return [reading_store.reading_of(reading_store.RawRow(*row), keys[row[0]]) for row in rows]

    def series(
        self,
        metric: str,
        place: str,
        dims: Mapping[str, str] | None = None,
        source: str | None = None,
        *,
        start: datetime,
        end: datetime,
        points: int = series_store.MOST_POINTS,
    ) -> list[HistorySeries]:
        """Return every matching series over [start, end).

        Args:
            metric: a name of the catalogue.
            place: a place id; one without readings gives [].
            dims: exactly these dims ({} is none of them); None takes the series of all dims.
            source: only this source; None takes all.
            start: aware.
            end: aware, after start.
            points: at most so many points a series, 1 to MOST_POINTS. Each stands for (end − start) ÷ points, counted
                from `start`; to get shares of five minutes of a day, ask for 288.

        Returns:
            The series ordered by dims and source; one without readings in the range has no points. The lowest and the
            highest reading of the range are among the points' `min` and `max`.

        Raises:
            HistoryError: with the query parameter at fault: metric, from, to, points, dims.
        """
        found = self._catalogue.get(metric)
        if found is None:
            raise HistoryError("metric", f"metric {metric[:64]!r} is not in the catalogue")
        series_store.check_range(start, end, points)
        if dims is not None:
            for key in dims:
                if key not in found.dims:
                    known = ", ".join(sorted(found.dims)) or "none"
                    raise HistoryError("dims", f"{metric} has dims {known}; got {key[:32]!r}")
        wanted = None if dims is None else dims_key(dims)
        levels = LEVELS[found.retention]
        answers = []
        with self.engine.connect() as connection:
            self._series.refresh(connection)
            for own, number in self._series.about(metric, place):
                if wanted not in {None, own[2]} or source not in {None, own[3]}:
                    continue
                question = Question.of(number, to_us(start), to_us(end), points)
                answer = series_store.answer(connection, question, levels)
                answers.append(HistorySeries(metric, place, parse_dims_key(own[2]), own[3], answer))
        return answers

    def readings(
        self,
        metric: str,
        place: str,
        dims: Mapping[str, str] | None = None,
        source: str | None = None,
        *,
        start: datetime,
        end: datetime,
        limit: int = reading_store.MOST_READINGS,
    ) -> list[Reading]:
        """Return single readings as they were told, values of broken instruments too, oldest first by series.

        Arguments and errors as `series`; `limit` is 1 to MOST_READINGS readings in all.
        """
        found = self._catalogue.get(metric)
        if found is None:
            raise HistoryError("metric", f"metric {metric[:64]!r} is not in the catalogue")
        series_store.check_range(start, end, 1)
        if not 1 <= limit <= reading_store.MOST_READINGS:
            raise HistoryError("limit", f"limit must lie in 1–{reading_store.MOST_READINGS}, got {limit}")
        wanted = None if dims is None else dims_key(dims)
        with self.engine.connect() as connection:
            self._series.refresh(connection)
            numbers = [
                number
                for own, number in self._series.about(metric, place)
                if wanted in {None, own[2]} and source in {None, own[3]}
            ]
            rows = reading_store.read_range(connection, numbers, to_us(start), to_us(end), limit=limit)
        return [reading_store.reading_of(row, self._series.keys[row.series_id]) for row in rows]

    def under_mark(
        self, mark: InstrumentMark, limit: int, after: tuple[int, int] = (0, 0), *, lift: bool = False
    ) -> UnderMark:
        """Return up to `limit` stored readings that do not agree with an instrument mark.

        Args:
            mark: the mark, standing or taken away.
            limit: readings at most.
            after: where the answer before this one ended.
            lift: False: those under the mark that do not say `instrument`; True: those that do because of a mark, but
                do not lie under this one (any more).
        """
        start, end = to_us(mark.start), None if mark.end is None else to_us(mark.end)
        if lift and mark.ended_at is None:
            if end is None:
                return UnderMark([], after, more=False)
            start, end = end, None
        with self.engine.connect() as connection:
            self._series.refresh(connection)
            numbers = [
                number
                for own, number in self._series.ids.copy().items()
                if mark.speaks_of(own[3], own[0], own[1], own[2])
            ]
            stretch = (start, end)
            rows = reading_store.read_range(connection, numbers, *stretch, limit=limit, after=after, marked=lift)
        readings = [reading_store.reading_of(row, self._series.keys[row.series_id]) for row in rows]
        return UnderMark(readings, rows[-1][:2] if rows else after, more=len(rows) == limit)

    def passages(self, since: datetime, *, over_until: datetime | None = None) -> Iterator[Passage]:
        """Yield the passages at or after an instant, ordered by `at`; of one instant, by step and phase.

        With `over_until` what a vehicle did up to the end of a visit is left out where that end (exit of the last step,
        or turned back) came at or before that instant: a month is asked for its open visits in seconds.

        Read page by page: no connection is held while the caller works, and what is recorded meanwhile is found if it
        lies ahead.
        """
        return passage_store.in_order(
            self._passage_rows(to_us(since), to_us(over_until) if over_until else None), self._points.keys
        )

    def _passage_rows(self, since_us: int, over_until_us: int | None) -> Iterator[passage_store.PassageRow]:
        after = (since_us, "", 0)  # no vehicle is called "", so the first instant is whole
        while True:
            with self.engine.connect() as connection:
                page = passage_store.read_page(connection, after, over_until_us)
                self._points.refresh(connection)
            yield from page
            if len(page) < passage_store.PAGE:
                return
            after = (page[-1].at, page[-1].vehicle, page[-1].point_id)

    def ledger(self) -> list[LedgerRow]:
        """Return the books: what became of what each source produced, ordered by source and kind."""
        with self.engine.connect() as connection:
            return ledger.read(connection)

    def refusals(self, since: date) -> list[RefusalRow]:
        """Return the refused records by Hanoi day, source, kind and reason, from a day on."""
        with self.engine.connect() as connection:
            return ledger.read_refusals(connection, since)

    def dead_letters(
        self,
        source: str | None = None,
        reason: str | None = None,
        limit: int = 100,
        before: int | None = None,
        *,
        redriven: bool | None = None,
    ) -> list[KeptLetter]:
        """Return refused records, newest first.

        Args:
            source: only this sender's.
            reason: only these.
            limit: 1 to MOST_LETTERS.
            before: only those older than the letter of this `id`, for the next page.
            redriven: only those that were sent through the door again (True) or were not (False).

        Raises:
            HistoryError: when the limit is out of bounds.
        """
        if not 1 <= limit <= MOST_LETTERS:
            raise HistoryError("limit", f"limit must lie in 1–{MOST_LETTERS}, got {limit}")
        with self.engine.connect() as connection:
            return letters.read(connection, source, reason, limit, before, redriven)

    def dead_letter(self, letter_id: int) -> KeptLetter | None:
        """Return one refused record; None when there is none of that number (any more)."""
        with self.engine.connect() as connection:
            return letters.read_one(connection, letter_id)

    def mark_redriven(self, ids: Collection[int], who: str, at: datetime) -> int:
        """Note that a person sent letters through the door again; return how many were not noted before.

        They stay refused in the books; what came of them is counted like anything else a source sends.
        """
        with writing(self.engine) as connection:
            return letters.mark_redriven(connection, ids, who, to_us(at))

    def activity(
        self, source: str | None, start: datetime, end: datetime, bucket_s: float = activity_store.BUCKET_S
    ) -> list[Activity]:
        """Return what sources told of each stretch of [start, end), ordered by source and time, without empty ones.

        Args:
            source: only this one; None for all.
            start: aware; the stretches are counted from the whole five minutes at or before it.
            end: aware.
            bucket_s: length of a stretch, a multiple of 300.

        Raises:
            HistoryError: with the parameter at fault: from, to, bucket_s.
        """
        activity_store.check(start, end, bucket_s)
        with self.engine.connect() as connection:
            return activity_store.read(connection, source, start, end, round(bucket_s * SECOND_US))

    def gaps(
        self, source: str | None, start: datetime, end: datetime, *, shortest_s: float = activity_store.BUCKET_S
    ) -> list[Gap]:
        """Return the stretches of [start, end) of which a source told nothing, ordered by source and time.

        A source is looked at from its first record in the last ACTIVITY_KEPT days on: it has no gap before it began.

        Args:
            source: only this one; None for all that told anything.
            start: aware.
            end: aware.
            shortest_s: shorter ones are left out; three cadences are a fair bound.

        Raises:
            HistoryError: as `activity`.
        """
        activity_store.check(start, end, activity_store.BUCKET_S)
        with self.engine.connect() as connection:
            return activity_store.gaps(connection, source, start, end, shortest_s)

    # Forgetting

    def prune(self, now: datetime) -> Pruned:
        """Forget what is older than its retention, a bounded piece; call again while `more` is True."""
        with writing(self.engine) as connection:
            return retention.prune(connection, to_us(now), self._site_metrics)


Record = TypeVar("Record", Reading, Passage)


def _not_yet(
    connection: Connection, groups: Sequence[tuple[list[Mark], Sequence[Record]]]
) -> list[tuple[list[Mark], Sequence[Record]]]:
    """Return the groups whose effect is not in the history yet."""
    known = ledger.known(connection, [mark for marks, _ in groups for mark in marks])
    return [group for group in groups if not group[0] or not known.issuperset(group[0])]


def _numbers(directory: Directory, claimed: Sequence[tuple[int, Key]]) -> Mapping[Key, int]:
    return directory.ids | {key: number for number, key in claimed} if claimed else directory.ids


def _marks(kind: Kind, records: Sequence[Reading] | Sequence[Passage], position: Sequence[str] | None) -> list[Mark]:
    if not position or not records:
        return []
    received_at = to_us(records[0].received_at)
    return [Mark(kind, stream_id, len(records), received_at) for stream_id in position]
