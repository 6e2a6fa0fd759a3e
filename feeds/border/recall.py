"""Which recorded passages a derivation needs to go on where the one before it stopped.

Pure: passages in, passages out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from feeds.border.derivation import GHOST_S, REMEMBER_S
from feeds.model import STEPS, Passage

LOOK_BACK: Final = timedelta(seconds=GHOST_S)
"""How far back a vehicle that is still here may have come; history keeps passages no longer."""


def still_needed(passages: Iterable[Passage], now: datetime) -> list[Passage]:
    """Return the passages of visits that are not over, or ended so late that they still count.

    Args:
        passages: of any sources, ordered by `at`.
        now: the instant of the restart.

    Returns:
        Visit by visit, each in the order given.
    """
    forgotten = now - timedelta(seconds=REMEMBER_S)
    visits: dict[tuple[str, str, str, str], list[Passage] | None] = {}
    for passage in passages:
        key = (passage.source, passage.vehicle, passage.place, passage.direction)
        visit = visits.setdefault(key, [])
        if visit is None:  # over and forgotten: only what came long after may be another visit
            if passage.at > forgotten:
                visits[key] = [passage]
        elif passage.at <= forgotten and _is_last(passage):
            visits[key] = None
        else:
            visit.append(passage)
    return [passage for visit in visits.values() if visit for passage in visit]


def _is_last(passage: Passage) -> bool:
    return passage.diverted or (passage.step == STEPS[-1] and passage.phase == "exit")
