"""What a scenario is made of: phases of the gates' traffic, and what else happens to the province and its feed.

Scenarios are data; who plays them are the engine (phases), the simulated network (`Blackout`) and the simulator as a
feed (`Rot`). What is not here: the scenarios themselves (see `scenario`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Sampling:
    """Quarantine on the other side takes samples of fruit before it lets it in.

    Attributes:
        share: of the fruit exports that are sampled, 0–1.
        rate: speed of the sampling against normal; 0.5 takes twice as long.
        places: vehicles sampled at once, by gate; a gate that is not named has as many as it needs.
    """

    share: float
    rate: float
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Phase:
    """Part of a scenario.

    Attributes:
        from_day: first day of the phase, counted from the scenario's first.
        other_side_rate: the Chinese side's rate against normal, a range from which each day draws; 1 is normal.
        export_a_day: vehicles that come to export, by gate; None: as in July 2025.
        import_a_day: vehicles that would come to import at the normal rate, by gate; None: as in July 2025.
        patience_s: mean time after which a waiting export vehicle turns back; None: nobody does.
        fruit_share: part of the exports that is fruit; None: as usual.
        sampling: samples of fruit exports; None: as usual.
        inside_factor: export vehicles that flow control lets inside against the usual number.
        closed: gates at which nothing moves.
    """

    from_day: int = 0
    other_side_rate: tuple[float, float] = (1.0, 1.0)
    export_a_day: Mapping[str, float] | None = None
    import_a_day: Mapping[str, float] | None = None
    patience_s: float | None = None
    fruit_share: float | None = None
    sampling: Sampling | None = None
    inside_factor: float = 1.0
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Blackout:
    """Sites along the road to a gate fall silent, and come back one after another.

    Attributes:
        gate: whose approach road.
        corridor_m: how far off the road a site still hangs on its fibre and power line.
        length_m: how far along the road from the gate.
    """

    gate: str
    corridor_m: float
    length_m: float


@dataclass(frozen=True, slots=True)
class Rot:
    """Shares of a feed's readings that go bad, each reading in one way at most.

    Attributes:
        late: told when they are older than a healthy feed's ever are.
        ahead: stamped by a clock that is minutes ahead, which the house still takes.
        duplicated: told twice.
        missing: told without a value.
        contradictory: told with a wrong value first and with the right one afterwards, for the same instant.
        refused: told in a shape that the house must refuse.
        passages_duplicated: of the passages, told twice.
    """

    late: float = 0.0
    ahead: float = 0.0
    duplicated: float = 0.0
    missing: float = 0.0
    contradictory: float = 0.0
    refused: float = 0.0
    passages_duplicated: float = 0.0

    def __post_init__(self) -> None:
        """Check that the shares are shares.

        Raises:
            ValueError: when one lies outside 0–1, or those of readings add up to more than 1.
        """
        shares = [getattr(self, each.name) for each in fields(self)]
        if not all(0 <= share <= 1 for share in shares) or sum(shares[:-1]) > 1 + 1e-9:
            raise ValueError(f"Shares of bad readings lie in 0–1 and add up to 1 at most, got {self}.")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that may happen to the province; phases in order, the last one stays.

    Attributes:
        name: stable id, also on the command line.
        phases: what happens at the gates.
        name_vi: Vietnamese name for screens.
        name_en: English name for screens.
        about_vi: what happens, a sentence or two.
        about_en: the same in English.
        lead: on a first start, how long before the present it began, the past before it being normal; None: it holds
            in the whole past that is filled in.
        tet: the days around Tết are played from the take-over on.
        blackout: sites that fall silent; None: none but those of every day.
        rot: what becomes of the feed's readings; None: it is healthy.
    """

    name: str
    phases: tuple[Phase, ...] = field(default_factory=lambda: (Phase(),))
    name_vi: str = ""
    name_en: str = ""
    about_vi: str = ""
    about_en: str = ""
    lead: timedelta | None = None
    tet: bool = False
    blackout: Blackout | None = None
    rot: Rot | None = None

    def phase_on(self, day: int) -> Phase:
        """Return the phase of a day counted from the scenario's first; the first one before it."""
        return self.phases[max(0, bisect_right([phase.from_day for phase in self.phases], day) - 1)]
