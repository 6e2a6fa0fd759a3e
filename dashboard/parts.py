"""The parts a web process is made of; whoever starts it opens them, and closes them after it has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from alerts.desk import Desk
from dashboard.auth.users import Users
from dashboard.frozen.store import FrozenStore
from dashboard.gateway.state import Basis
from dashboard.notes import NoteDesk
from dashboard.screen_journal import ScreenJournal
from dashboard.settings import Settings
from dashboard.walls import Walls
from feeds.bus.port import StreamPort
from feeds.catalogue import Catalogue
from feeds.desk import FeedDesk
from feeds.door import Door
from feeds.history import History
from feeds.registry import Registry
from geodata.places import Places


class HubPort(Protocol):
    """The live hub of this web process."""

    async def start(self) -> None:
        """Load state and begin to follow the streams."""
        ...

    async def stop(self) -> None:
        """Close every client and stop following."""
        ...

    def picture(self) -> tuple[int, dict[str, Any]]:
        """Return this instant (ms since 1970) and the data of every topic at it."""
        ...

    def health(self) -> dict[str, Any]:
        """Return its state for `/healthz`."""
        ...

    def basis(self, topic: str, path: str) -> Basis:
        """Return the value at a path of a topic with the readings behind it; LookupError when nothing is there."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything `dashboard.app.create_app` is given; it opens nothing by itself."""

    settings: Settings
    bus: StreamPort
    registry: Registry
    door: Door
    history: History
    desk: Desk
    users: Users
    hub: HubPort
    places: Places
    catalogue: Catalogue
    clock: Callable[[], datetime]
    feed_desk: FeedDesk
    frozen: FrozenStore
    notes: NoteDesk
    screen_journal: ScreenJournal
    walls: Walls
