"""The parts a web process is made of, and what it needs of each.

Ports are declared here, beside their user; the adapters live in `feeds.history`, `alerts` and `dashboard.gateway`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from alerts.model import Alert
from dashboard.auth.users import Users
from dashboard.settings import Settings
from feeds.bus.port import StreamPort
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.history.ledger import LedgerRow
from feeds.history.letters import KeptLetter
from feeds.history.series import HistorySeries
from feeds.model import Reading
from feeds.registry import Registry
from geodata.places import Places


class HistoryPort(Protocol):
    """What the web process asks of history; every method blocks."""

    def latest(self) -> list[Reading]:
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
        points: int,
    ) -> Sequence[HistorySeries]:
        """Return the series that match."""
        ...

    def ledger(self) -> Sequence[LedgerRow]:
        """Return what became of each source's records."""
        ...

    def dead_letters(
        self, source: str | None = None, reason: str | None = None, *, limit: int, before: int | None = None
    ) -> Sequence[KeptLetter]:
        """Return refused records, newest first."""
        ...


class DeskPort(Protocol):
    """What the web process asks of the alert desk; every method blocks."""

    def live(self) -> Sequence[Alert]:
        """Return the alerts that are not over."""
        ...

    def acknowledge(self, alert_id: str, who: str, note: str | None, now: datetime) -> Alert:
        """Acknowledge an alert and return it."""
        ...

    def unacknowledge(self, alert_id: str, who: str, note: str | None, now: datetime) -> Alert:
        """Take an acknowledgement back and return the alert."""
        ...

    def note(self, alert_id: str, who: str, note: str, now: datetime) -> Alert:
        """Add a note and return the alert."""
        ...


class HubPort(Protocol):
    """The live hub of this web process."""

    async def start(self) -> None:
        """Load state and begin to follow the streams."""
        ...

    async def stop(self) -> None:
        """Close every client and stop following."""
        ...

    def health(self) -> dict[str, Any]:
        """Return its state for `/healthz`."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything `dashboard.app.create_app` is given; it opens nothing by itself."""

    settings: Settings
    bus: StreamPort
    registry: Registry
    door: Door
    history: HistoryPort
    desk: DeskPort
    users: Users
    hub: HubPort
    places: Places
    catalogue: Catalogue
    clock: Callable[[], datetime]
