"""What a person may enter by hand, and for how long it then speaks. Pure.

A figure that is entered is a reading of source `manual.<user>`; it is shown with its author and its age, and speaks
only while no feed does (see `selection`). What this module does not do: keep entries (see `feeds.desk`) or send them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from feeds.model import MANUAL_PREFIX
from geodata.gates import HANOI

KIND: Final = "manual"
"""Kind, method and quality of what is entered by hand."""
SHORTEST_S: Final = 60.0
OLDEST: Final = timedelta(days=1)
"""How long ago what is entered may have been seen: what is older belongs into a file of the day."""
_HOUR_S: Final = 3_600.0
_DAY_S: Final = 86_400.0
_NOT_A_WORD: Final = re.compile(r"[^\w.-]", re.ASCII)
_LONGEST_NAME: Final = 64 - len(MANUAL_PREFIX)


@dataclass(frozen=True, slots=True)
class Enterable:
    """A metric that may be entered by hand.

    Attributes:
        metric: its name in the catalogue.
        usual_s: how long an entry speaks when nothing else is said; None: until midnight in Hanoi.
        longest_s: how long it may speak at most.
        kinds: kinds of places it may be entered for.
        dims: what an entry carries when its author names no such dimension.
        needed: dimensions its author must name.
    """

    metric: str
    usual_s: float | None
    longest_s: float
    kinds: frozenset[str]
    dims: Mapping[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()


_GATES: Final = frozenset({"gate", "route"})
_AREAS: Final = frozenset({"province", "commune"})

ENTERABLE: Final[Mapping[str, Enterable]] = {
    one.metric: one
    for one in (
        # A queue turns over within hours, so an older count misleads.
        Enterable("queue_length_vehicles", 2 * _HOUR_S, 12 * _HOUR_S, _GATES, {"queue": "physical"}),
        Enterable("lanes_open", 4 * _HOUR_S, _DAY_S, _GATES),
        # Gates were closed for weeks, and opened by decisions known long before.
        Enterable("operational_status", 12 * _HOUR_S, 31 * _DAY_S, _GATES),
        Enterable("other_side_rate_ratio", 4 * _HOUR_S, 7 * _DAY_S, _GATES),
        # Counts of a day end with it.
        *(
            Enterable(f"dossiers_{name}", None, 7 * _DAY_S, _AREAS)
            for name in ("received", "online", "settled", "open", "overdue")
        ),
        # Targets are reported by the quarter.
        Enterable("target_value", 90 * _DAY_S, 400 * _DAY_S, _AREAS, needed=frozenset({"target"})),
    )
}
"""The figures an officer enters, by metric. Source: issue 3, manual entry; the bounds are ours."""


def source_of(user: str) -> str:
    """Return the source of what a person enters: a word, whatever they are called."""
    return MANUAL_PREFIX + (_NOT_A_WORD.sub("_", user)[:_LONGEST_NAME] or "_")


def usual_until(entered: Enterable, now: datetime) -> datetime:
    """Return until when an entry speaks if its author does not say; a count of the day until midnight in Hanoi."""
    if entered.usual_s is not None:
        return now + timedelta(seconds=entered.usual_s)
    local = now.astimezone(HANOI)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    # A count entered in the day's last minutes would be gone before anybody saw it.
    return max(midnight.astimezone(now.tzinfo), now + timedelta(minutes=10))
