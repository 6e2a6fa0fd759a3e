"""What the hub asks of history and of the alert desk, and which of their failures it waits out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol

from sqlalchemy.exc import SQLAlchemyError

from alerts.errors import AlertError
from feeds.errors import FeedError
from feeds.model import Reading

FAILURES: Final = (SQLAlchemyError, FeedError, AlertError, OSError)
"""A database that cannot be reached or is locked; anything else is an error of ours."""


class HistoryPort(Protocol):
    """The SQL memory; every method blocks and is called in a thread."""

    def latest(self) -> Sequence[Reading]:
        """Return the newest reading of every series."""
        ...

    def series(
        self,
        metric: str,
        place: str,
        dims: Mapping[str, str] | None = None,
        source: str | None = None,
        *,
        start: datetime,
        end: datetime,
        points: int = ...,
    ) -> Sequence[Any]:
        """Return the matching series over [start, end), each with `source` and `points` of (t, value, min, max)."""
        ...

    def ledger(self) -> Sequence[Any]:
        """Return rows with `source`, `kind` and `refused`."""
        ...

    def refusals(self, since: date) -> Sequence[Any]:
        """Return rows with `source`, `reason` and `refused` of a day in Hanoi and later ones."""
        ...


class DeskPort(Protocol):
    """The alert desk; it blocks and is called in a thread."""

    def live(self) -> Sequence[Any]:
        """Return the alerts that are not over."""
        ...
