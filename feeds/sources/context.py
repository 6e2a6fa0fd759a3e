"""What every kind of source is given: who it is, where its payloads go, and what it may reach.

A kind of source knows this record and nothing of the keeper, of other kinds, or of how feeds are declared.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from feeds.bus.port import StreamPort
from feeds.door import Door
from feeds.registry import Registry
from feeds.sources.hosts import AllowList
from feeds.sources.secrets import Secrets
from feeds.sources.status import Status

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class FeedContext:
    """The surroundings of one declared feed.

    Attributes:
        name: its name.
        status: where it says how it is doing.
        bus: for facts of its own.
        door: takes records that need no mapping.
        registry: where it announces itself.
        hosts: what it may contact.
        secrets: what it authenticates with.
        data_dir: relative directories begin here.
        config_dir: relative files of the operator begin here.
        clock: the present, aware UTC.
        sleep: replaced by tests.
    """

    name: str
    status: Status
    bus: StreamPort
    door: Door
    registry: Registry
    hosts: AllowList
    secrets: Secrets
    data_dir: Path
    config_dir: Path
    clock: Clock
    sleep: Sleep
