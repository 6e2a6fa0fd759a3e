"""What the programme is made of: targets with their aims, what is known of them, and how they are measured. Pure.

The figures themselves stand in `config/targets.yaml` (read by `feeds.programme.targetfile`) and in the readings; what
this module does not do is judge them (see `feeds.programme.path`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from geodata.places import DISTRICTS_VALID_TO

Tier = Literal["province", "district", "commune", "all"]
Better = Literal["up", "down"]
Whole = Literal["mean", "share"]

TIERS: Final[tuple[Tier, ...]] = ("province", "district", "commune", "all")
BETTER: Final[tuple[Better, ...]] = ("up", "down")
WHOLES: Final[tuple[Whole, ...]] = ("mean", "share")
ENTERED_METRIC: Final = "target_value"
"""Metric of what people, or a system that knows the figure, report of a target; dim `target` is the target's key."""
DISTRICTS_END: Final = date.fromisoformat(DISTRICTS_VALID_TO)
"""Last day of the district tier. Source: Resolution 1672/NQ-UBTVQH15, domain facts §1."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Known:
    """A value that a document states.

    Attributes:
        value: in the target's unit.
        source: the document.
        as_of: its day; a document that names only a year counts as of that year's last day.
        date_text: as the file has it: `2020` or `2025-07-31`.
        assumption: whether the value or its date is ours and not the document's.
    """

    value: float
    source: Words
    as_of: date
    date_text: str
    assumption: bool = False

    @property
    def year(self) -> int:
        """The year it is of."""
        return self.as_of.year


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be reached.

    Attributes:
        value: in the target's unit.
        year: by the end of which year; None holds at any time.
        assumption: whether the document names no figure or no year and we chose one.
    """

    value: float
    year: int | None = None
    assumption: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A series that measures a target.

    Attributes:
        metric: its name in the catalogue.
        dims: its dimensions.
        scale: the reading times this is the value in the target's unit.
    """

    metric: str
    dims: Mapping[str, str] = field(default_factory=dict)
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """One target of the programme.

    Attributes:
        key: its name in the topic, in entries (`target=<key>`) and in links.
        group: the group it is listed under.
        name: for people.
        unit: of every value, "" for a pure number.
        decimals: digits shown after the decimal sign.
        tier: whose target it is.
        better: the direction in which it improves.
        lowest: smallest value that makes sense.
        highest: largest value that makes sense; None where there is no bound.
        base: where it started; None where no document says.
        known: what a document states of it; None where none does.
        aims: what is to be reached, the earliest first; at least one.
        owner: the department that answers for it.
        owner_assumed: whether the owner is our assumption.
        document: where the target is set.
        measured: the province's series; None where people report it.
        by_commune: the communes' series; None where there is none.
        whole: how the province's figure follows from those of all communes (or districts) where nothing states it;
            None: it does not.
        family: targets of one family are one aim at several tiers; "" for none.
        valid_to: last day the target's tier existed; None while it does.
        note: what a reader should know, empty in both languages for nothing.
    """

    key: str
    group: str
    name: Words
    unit: str
    tier: Tier
    aims: tuple[Aim, ...]
    owner: Words
    document: Words
    better: Better = "up"
    decimals: int = 0
    lowest: float = 0.0
    highest: float | None = None
    base: Known | None = None
    known: Known | None = None
    owner_assumed: bool = False
    measured: Measured | None = None
    by_commune: Measured | None = None
    whole: Whole | None = None
    family: str = ""
    valid_to: date | None = None
    note: Words = Words("", "")

    @property
    def entered(self) -> Measured:
        """The series under which people report it."""
        return Measured(ENTERED_METRIC, {"target": self.key})


@dataclass(frozen=True, slots=True)
class Group:
    """A heading under which targets are listed."""

    key: str
    name: Words


@dataclass(frozen=True, slots=True)
class System:
    """One of the programme's systems, watched by probes.

    Attributes:
        key: the dim `system` of its readings.
        name: for people.
        owner: who runs it.
        owner_assumed: whether the owner is our assumption.
        parts: what it has one of in every commune (rooms, lines), with a probe each; None where it is one thing.
    """

    key: str
    name: Words
    owner: Words
    owner_assumed: bool = False
    parts: Words | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """Everything `config/targets.yaml` says.

    Attributes:
        groups: in the order of the file.
        targets: in the order of the file; every one belongs to a group.
        systems: in the order of the file.
    """

    groups: tuple[Group, ...] = ()
    targets: tuple[Target, ...] = ()
    systems: tuple[System, ...] = ()

    def family(self, name: str) -> tuple[Target, ...]:
        """Return the targets of a family, in the order of the file; none for ""."""
        return tuple(each for each in self.targets if name and each.family == name)
