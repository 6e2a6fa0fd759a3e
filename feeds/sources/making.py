"""Making the source of a declared feed: the one place that knows every kind."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

from feeds.bus.port import StreamPort
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.errors import BusUnavailableError, SourceError
from feeds.mapping import Mapping
from feeds.registry import Registry, SourceFacts
from feeds.settings import MappedSettings, SimulatorSettings
from feeds.sources.context import Clock, FeedContext, Sleep
from feeds.sources.declarations import Declared
from feeds.sources.delivery import Delivery
from feeds.sources.folder.settings import FolderSettings
from feeds.sources.folder.source import FolderSource
from feeds.sources.hosts import AllowList
from feeds.sources.http.settings import HttpSettings
from feeds.sources.http.source import HttpSource
from feeds.sources.mqtt.settings import MqttSettings
from feeds.sources.mqtt.source import MqttSource
from feeds.sources.outlet import Outlet
from feeds.sources.probe.settings import ProbeSettings
from feeds.sources.probe.source import ProbeSource
from feeds.sources.secrets import Secrets
from feeds.sources.simulator.source import SimulatorSource
from feeds.sources.spool import MAX_BYTES, Spool
from feeds.sources.status import Status
from feeds.sources.tls import tls_context
from feeds.sources.websocket.settings import WebSocketSettings
from feeds.sources.websocket.source import WebSocketSource
from feeds.twin.engine import SOURCE as SIMULATOR
from feeds.twin.scenario import scenario_named
from feeds.worker import insisting

SPOOLS: Final = "spool"


class Runs(Protocol):
    """Anything that runs until it is cancelled."""

    async def run(self) -> None:
        """Run until cancelled."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """What all feeds of a process share.

    Attributes:
        bus: the bus.
        door: the way in.
        registry: where sources announce themselves.
        catalogue: of metrics.
        secrets: what feeds authenticate with.
        config_dir: what the operator edits.
        data_dir: what is kept.
        fsync: whether spools survive power loss.
        clock: the present, aware UTC.
        sleep: replaced by tests.
        players: the simulators that run, by feed, so that one can be told of another scenario while it does.
    """

    bus: StreamPort
    door: Door
    registry: Registry
    catalogue: Catalogue
    secrets: Secrets
    config_dir: Path
    data_dir: Path
    fsync: bool
    clock: Clock
    sleep: Sleep
    players: dict[str, SimulatorSource] = field(default_factory=dict)


async def run_feed(feed: Declared, status: Status, house: House) -> None:
    """Make the source of a usable declaration and run it until cancelled.

    Raises:
        SourceError: when something it needs (a secret, a file of certificates) is not there; try again later.
        MappingError: when its mapping cannot be used.
        Exception: whatever a source raises that it does not wait out itself.
    """
    settings = feed.settings
    assert settings is not None, "a declaration that cannot be used is never run"
    status.describe(error_vi="", error_en="", next_at=None)
    if isinstance(settings, SimulatorSettings):
        status.describe(source=SIMULATOR, scenario=settings.scenario, target="", mapping="")
        status.good()
        player = house.players[feed.name] = _simulator(settings, feed, house)
        try:
            await player.run()
        finally:
            house.players.pop(feed.name, None)
        return
    context = FeedContext(
        feed.name, status, house.bus, house.door, house.registry, AllowList(feed.hosts), house.secrets,
        house.data_dir, house.config_dir, house.clock, house.sleep,
    )  # fmt: skip
    if isinstance(settings, ProbeSettings):
        status.describe(source=settings.source, target=settings.target, mapping="", scenario="")
        status.waiting()
        await ProbeSource(settings, context).run()
        return
    mapping = feed.mapping(house.catalogue)
    status.describe(source=mapping.source, target=settings.target, mapping=feed.mapping_name, scenario="")
    _check_means(settings, context)
    with _alone(house.data_dir / SPOOLS, feed.name):
        status.waiting()
        await _run_mapped(feed, mapping, settings, context, house)


async def _run_mapped(
    feed: Declared, mapping: Mapping, settings: MappedSettings, context: FeedContext, house: House
) -> None:
    status = context.status
    spool = Spool(
        house.data_dir / SPOOLS / feed.name,
        max_bytes=getattr(settings, "spool_bytes", MAX_BYTES),
        fsync=house.fsync,
    )
    delivery = Delivery(house.door, house.registry, house.catalogue, mapping)
    outlet = Outlet(delivery, spool, status, house.door, mapping.source, clock=house.clock, sleep=house.sleep)
    source: Runs
    if isinstance(settings, HttpSettings):
        source = HttpSource(settings, context, outlet)
    elif isinstance(settings, WebSocketSettings):
        source = WebSocketSource(settings, context, outlet)
    elif isinstance(settings, MqttSettings):
        source = MqttSource(settings, context, outlet)
    else:
        fingerprint = hashlib.sha256(f"{mapping.source}\n{feed.mapping_text}".encode()).hexdigest()
        source = FolderSource(settings, context, outlet, fingerprint)
    facts = _facts(mapping, feed.kind, settings)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(
                insisting(lambda: house.registry.announce(facts), expected=BusUnavailableError, sleep=house.sleep)
            )
            group.create_task(outlet.drain())
            group.create_task(source.run())
    finally:
        outlet.close()


@contextlib.contextmanager
def _alone(directory: Path, name: str) -> Iterator[None]:
    """Hold a feed's spool and memory for this process while the block runs.

    Raises:
        SourceError: when another process (`feed NAME` beside `feeds`) runs the same feed; released when that one dies.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / f"{name}.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SourceError(
                "Nguồn này đang chạy trong một tiến trình khác.", "This feed runs in another process already."
            ) from error
        yield


def _simulator(settings: SimulatorSettings, feed: Declared, house: House) -> SimulatorSource:
    return SimulatorSource(
        house.bus, house.door, house.registry, scenario_named(settings.scenario),
        seed=settings.seed, speed=settings.speed, history=timedelta(days=settings.history_days),
        who=feed.played_by, why=feed.played_why,
    )  # fmt: skip


def _facts(mapping: Mapping, kind: str, settings: MappedSettings) -> SourceFacts:
    cadence_s = mapping.cadence_s
    if isinstance(settings, HttpSettings):
        # Whatever the provider does, we learn of it no more often than we ask.
        cadence_s = max(cadence_s or 0.0, settings.every_s)
    return SourceFacts(mapping.source, kind, cadence_s, mapping.name.vi, mapping.name.en, settings.target)


def _check_means(settings: MappedSettings, context: FeedContext) -> None:
    if isinstance(settings, FolderSettings):
        return
    if isinstance(settings, MqttSettings):
        if settings.secret:
            context.secrets.value(settings.secret)
    elif settings.auth is not None:
        context.secrets.value(settings.auth.secret)
    if settings.ca_file:
        tls_context(settings.ca_file, context.config_dir)
