"""Wiring: the parts of a process, built from the settings and nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import StartError
from dashboard.settings import Settings
from dashboard.valkey import running_url
from feeds.bus.redis import RedisBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.registry import Registry
from geodata import storage
from geodata.errors import GeodataError
from geodata.places import Places

if TYPE_CHECKING:
    from alerts.desk import Desk
    from dashboard.auth.users import Users
    from dashboard.frozen.store import FrozenStore
    from dashboard.notes import NoteDesk
    from dashboard.screen_journal import ScreenJournal
    from dashboard.walls import Walls
    from feeds.desk import FeedDesk
    from feeds.history import History
    from feeds.programme.model import Programme


@dataclass(frozen=True, slots=True)
class Base:
    """What every process needs."""

    settings: Settings
    bus: RedisBus
    places: Places
    registry: Registry
    catalogue: Catalogue
    door: Door


def redis_url(settings: Settings) -> str:
    """Return the URL of the bus: the setting, or the embedded server that `up` started.

    Raises:
        StartError: when neither is there.
    """
    url = settings.redis_url or running_url(settings.embedded_bus_dir)
    if not url:
        raise StartError("no bus: start `make run` first (it brings an embedded Valkey), or set LSO_REDIS_URL")
    return url


def use_ground(settings: Settings) -> str:
    """Take imported boundaries, sites and people into use; return their version, "" for the shipped ones.

    Raises:
        StartError: when the version in use is damaged.
    """
    try:
        return storage.use_directory(settings.data_dir)
    except GeodataError as error:
        raise StartError(str(error)) from error


@contextlib.asynccontextmanager
async def open_base(settings: Settings) -> AsyncIterator[Base]:
    """Yield the common parts; the bus is closed at the end."""
    bus = RedisBus(redis_url(settings))
    try:
        use_ground(settings)
        places = Places.load()
        registry = Registry(bus, places)
        catalogue = Catalogue()
        yield Base(settings, bus, places, registry, catalogue, Door(bus, registry, catalogue))
    finally:
        await bus.aclose()


def open_history(settings: Settings) -> History:
    """Open the history database, brought to head; the caller closes it."""
    from feeds.history import open_history as open_it

    return open_it(settings.history_url, fsync_always=settings.fsync == "always")


def open_desk(settings: Settings) -> Desk:
    """Open the alert desk (journal, live list), brought to head; the caller closes it."""
    from alerts.desk import open_desk as open_it

    return open_it(settings.desk_url, fsync_always=settings.fsync == "always")


def open_feed_desk(settings: Settings) -> FeedDesk:
    """Open the desk of feeds (what people decided about them), brought to head; the caller closes it."""
    from feeds.desk import open_feed_desk as open_it

    return open_it(settings.desk_url, fsync_always=settings.fsync == "always")


def open_frozen(settings: Settings) -> FrozenStore:
    """Open the store of frozen moments, brought to head; the caller closes it."""
    from dashboard.frozen.store import open_frozen as open_it

    return open_it(settings.desk_url, fsync_always=settings.fsync == "always")


def open_notes(settings: Settings) -> NoteDesk:
    """Open the notes to the duty desk, brought to head; the caller closes it."""
    from dashboard.notes import open_notes as open_it

    return open_it(settings.desk_url, fsync_always=settings.fsync == "always")


def open_screen_journal(settings: Settings, keep_days: int) -> ScreenJournal:
    """Open the journal of the screens, brought to head; the caller closes it."""
    from dashboard.screen_journal import open_screen_journal as open_it

    return open_it(settings.desk_url, keep_days=keep_days, fsync_always=settings.fsync == "always")


def read_walls(settings: Settings) -> Walls:
    """Return the walls as `config/screens.yaml` declares them; one panel with every scene without the file.

    Raises:
        StartError: when the file cannot be used.
    """
    from dashboard.walls import load_walls

    return load_walls(settings.config_dir, [place.id for place in Places.load().all("gate")])


def read_programme(settings: Settings) -> Programme:
    """Return the province's programme as `config/targets.yaml` declares it; an empty one without the file.

    Raises:
        StartError: when the file has a fault; each is named with its line.
    """
    from feeds.programme.targetfile import TargetFileError, load_programme

    try:
        return load_programme(settings.config_dir)
    except TargetFileError as error:
        raise StartError(str(error)) from error


def open_users(settings: Settings) -> Users:
    """Open the directory of people and tokens, brought to head; the caller closes it."""
    from dashboard.auth.users import open_users as open_it

    return open_it(settings.desk_url, settings.secret_key)
