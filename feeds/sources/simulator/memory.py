"""What the simulator remembers on the bus, so that a restart goes on where it stopped.

The twin is repeatable, so its start, seed and scenarios say everything about its state; `sent_until` says what the
house was told already.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from feeds.bus.port import StreamPort
from feeds.twin.scenario import SCENARIOS, Scenario

FACT: Final = "lso:simulator"
"""Hash: source → JSON of `Memory`."""


class Change(msgspec.Struct, frozen=True):
    """A scenario that took over at an instant."""

    at: datetime
    scenario: str


class Memory(msgspec.Struct, frozen=True):
    """One run of the simulator, possibly over many restarts.

    Attributes:
        start: first instant of its history.
        seed: of the run.
        changes: scenarios by the instant they took over, the first one from the start.
        sent_until: everything up to here went through the door.
    """

    start: datetime
    seed: int
    changes: list[Change]
    sent_until: datetime

    def schedule(self) -> list[tuple[datetime, Scenario]]:
        """Return the scenarios by instant.

        Raises:
            KeyError: when one of them is no longer known.
        """
        return [(change.at, SCENARIOS[change.scenario]) for change in self.changes]


async def recall(bus: StreamPort, source: str) -> Memory | None:
    """Return what a source remembers; None on a first start, or when what is there is of another version.

    Raises:
        BusUnavailableError: when the bus does not answer.
    """
    data = (await bus.facts(FACT)).get(source)
    if data is None:
        return None
    try:
        memory = msgspec.json.decode(data, type=Memory)
    except msgspec.DecodeError:
        return None
    known = memory.changes and all(change.scenario in SCENARIOS for change in memory.changes)
    return memory if known else None


async def remember(bus: StreamPort, source: str, memory: Memory) -> None:
    """Keep what a source must remember.

    Raises:
        BusUnavailableError: when the bus does not answer.
    """
    await bus.put_facts(FACT, {source: msgspec.json.encode(memory)})
