"""What the simulator remembers on the bus, so that a restart goes on where it stopped.

The twin is repeatable, so its start, seed and scenarios say everything about its state; `sent_until` says what the
house was told already.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from feeds.bus.port import StreamPort
from feeds.twin.play import Scenario
from feeds.twin.scenario import NORMAL, scenario_named

FACT: Final = "lso:simulator"
"""Hash: source → JSON of `Memory`."""


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """A scenario that took over at an instant, by whom and why where a person asked for it."""

    at: datetime
    scenario: str
    who: str = ""
    why: str = ""


class Memory(msgspec.Struct, frozen=True):
    """One run of the simulator, possibly over many restarts.

    Attributes:
        start: first instant of its history.
        seed: of the run.
        changes: scenarios by the instant they took over, the first one from the start.
        sent_until: every passage up to here went through the door.
        live_at: so did every reading of the present up to here.
        injected: what a bad feed's rot did so far, by fate; see `rot`.
    """

    start: datetime
    seed: int
    changes: list[Change]
    sent_until: datetime
    live_at: datetime | None = None
    injected: dict[str, int] = {}

    def schedule(self) -> list[tuple[datetime, Scenario]]:
        """Return the scenarios by instant.

        Raises:
            ValueError: when one of them is no longer known.
        """
        return [(change.at, scenario_named(change.scenario)) for change in self.changes]


def first_memory(start: datetime, now: datetime, seed: int, change: Change) -> Memory:
    """Return the memory of a first start: a scenario with a lead begins that long before now, after a normal past."""
    lead = scenario_named(change.scenario).lead
    if lead is None:
        return Memory(start, seed, [msgspec.structs.replace(change, at=start)], start)
    began = msgspec.structs.replace(change, at=max(start, now - lead))
    return Memory(start, seed, [Change(start, NORMAL.name), began] if began.at > start else [began], start)


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
        memory.schedule()
    except ValueError:  # msgspec's own errors are ones too
        return None
    return memory if memory.changes else None


async def remember(bus: StreamPort, source: str, memory: Memory) -> None:
    """Keep what a source must remember.

    Raises:
        BusUnavailableError: when the bus does not answer.
    """
    await bus.put_facts(FACT, {source: msgspec.json.encode(memory)})
