"""Instrument marks: stretches in which a source's readings tell of its instrument and not of the world.

A person says so, with a reason; what is covered keeps its value and gets quality `instrument`. Pure. What this module
does not do: keep marks (see `feeds.desk`) or restate what is stored (see `feeds.restating`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from feeds.model import Reading

INSTRUMENT: Final = "instrument"
"""The quality of what is covered by a mark."""


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """One stretch of one source that is not to be believed.

    Attributes:
        id: its number on the desk.
        source: whose readings; what is derived from that source (`border:S`) is covered as well.
        metric: only this metric; "" for all, the source's passages included.
        place: only at this place; "" for all.
        dims_key: only these dims (`feeds.model.dims_key`); None for all, "" for those without.
        start: first instant covered, aware UTC.
        end: first instant no longer covered; None while the fault lasts.
        why: what the person who marked it said.
        who: that person.
        at: when they did.
        ended_by: who took the mark away again; "" while it stands.
        ended_at: when they did.
    """

    id: int
    source: str
    start: datetime
    end: datetime | None
    why: str
    who: str
    at: datetime
    metric: str = ""
    place: str = ""
    dims_key: str | None = None
    ended_by: str = ""
    ended_at: datetime | None = None

    def speaks_of(self, source: str, metric: str, place: str, dims: str) -> bool:
        """Tell whether a series lies under the mark, whatever the instant.

        Args:
            source: the series' source.
            metric: its metric; "" for passages.
            place: its place.
            dims: its canonical dims.
        """
        return (
            (source == self.source or source.rpartition(":")[2] == self.source)
            and self.metric in {"", metric}
            and self.place in {"", place}
            and self.dims_key in {None, dims}
        )

    def spans(self, at: datetime) -> bool:
        """Tell whether an instant lies in [start, end)."""
        return self.start <= at and (self.end is None or at < self.end)


class MarkBook:
    """The marks that stand, by source: one look for the many sources that have none.

    Attributes:
        standing: the marks.
    """

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self.standing = frozenset(mark for mark in marks if mark.ended_at is None)
        self._by_source: dict[str, list[Mark]] = {}
        for mark in self.standing:
            self._by_source.setdefault(mark.source, []).append(mark)

    def __bool__(self) -> bool:
        return bool(self._by_source)

    def covers(self, source: str, metric: str, place: str, dims: str, at: datetime) -> bool:
        """Tell whether a reading of that series at that instant is covered; metric "" asks for a passage."""
        base = source.rpartition(":")[2]
        found = (*self._by_source.get(source, ()), *(self._by_source.get(base, ()) if base != source else ()))
        return any(mark.spans(at) and mark.speaks_of(source, metric, place, dims) for mark in found)


def marked(reading: Reading) -> Reading:
    """Return the reading with quality `instrument`, its own quality kept in `was`."""
    if reading.quality == INSTRUMENT:
        return reading
    return msgspec.structs.replace(reading, quality=INSTRUMENT, was=reading.quality)


def unmarked(reading: Reading) -> Reading:
    """Return the reading as it was before it was marked; the source's own word `instrument` stays."""
    if reading.quality != INSTRUMENT or not reading.was:
        return reading
    return msgspec.structs.replace(reading, quality=reading.was, was="")
