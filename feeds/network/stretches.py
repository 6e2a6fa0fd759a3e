"""Dead stretches of the approach roads: from which kilometre to which no site on air reaches.

Pure. What this module does not do: choose a technology, or say for how long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.footprints import SAMPLE_M, Sampled


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A part of an approach road that nothing reaches although the plan reaches it, all or in part.

    Attributes:
        km: length in kilometres along the road.
        place: gate or route whose approach it lies on.
        road: id of the road.
        from_km: where it begins, in kilometres from the road's own beginning.
        to_km: where it ends; never less than `from_km`.
    """

    km: float
    place: str
    road: str
    from_km: float
    to_km: float


def dead_stretches(sampled: Sampled, dead: NDArray[np.bool_], planned: NDArray[np.bool_]) -> tuple[Stretch, ...]:
    """Return the dead stretches of one approach, from the gate inland.

    Args:
        sampled: the approach.
        dead: by sample, whether no site on air reaches it now.
        planned: by sample, whether the plan reaches it. A stretch that the plan never reached is no loss and is left
            out; one that is lost counts with the planned gap beside it, since a driver knows no difference.
    """
    found = []
    for first, end in _runs(sampled, dead):
        if not planned[first:end].any():
            continue
        kms = sampled.kms[first:end]
        length_km = round((end - first) * SAMPLE_M / 1_000.0, 1)
        from_km = min(kms)
        # A sample stands for the 100 m that begin with it.
        to_km = round(max(max(kms) + SAMPLE_M / 1_000.0, from_km), 1)
        found.append(Stretch(length_km, sampled.place, sampled.roads[first], from_km, to_km))
    return tuple(found)


def _runs(sampled: Sampled, dead: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield (first, end) of each run of dead samples on one road."""
    first = None
    for number, road in enumerate(sampled.roads):
        if first is not None and (not dead[number] or road != sampled.roads[first]):
            yield first, number
            first = None
        if first is None and dead[number]:
            first = number
    if first is not None:
        yield first, len(sampled.roads)
