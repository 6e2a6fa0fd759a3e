"""Chance that can be repeated: generators seeded by words, and numbers hashed from integers.

Everything random in the simulator comes from here, so that the same seed gives the same province on every machine.
Nothing here is fit for secrets.
"""

from __future__ import annotations

import math
import random
from typing import Final

from geodata.gates import HANOI

HANOI_OFFSET_S: Final = int(HANOI.utcoffset(None).total_seconds())
"""Hanoi is ahead of UTC by this many seconds, all year round."""
DAY_S: Final = 86_400

_MASK: Final = (1 << 64) - 1


def seeded(*parts: object) -> random.Random:
    """Return a generator that is fixed by the parts, independent of any other's use.

    Text seeds go through SHA-512 in the standard library, so neighbouring parts give unrelated streams.
    """
    return random.Random(":".join(map(str, parts)))  # noqa: S311 (a simulation, not a secret)


def mixed(seed: int, a: int, b: int = 0) -> float:
    """Return a number in [0, 1) hashed from three integers; cheap enough for every reading.

    Source: the finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014).
    """
    z = (seed * 0x9E3779B97F4A7C15 + a * 0xBF58476D1CE4E5B9 + b * 0x94D049BB133111EB + 0x2545F4914F6CDD1D) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((z ^ (z >> 31)) >> 11) / (1 << 53)


def wander(seed: int, key: int, at_s: float, knot_s: float) -> float:
    """Return a value in [−1, 1] that changes smoothly with time: hashed knots, joined by a cosine."""
    knot, part = divmod(at_s / knot_s, 1.0)
    left = mixed(seed, key, int(knot))
    right = mixed(seed, key, int(knot) + 1)
    share = 0.5 - 0.5 * math.cos(math.pi * part)
    return 2.0 * (left + (right - left) * share) - 1.0


def hanoi_day(at_s: float) -> int:
    """Return the number of the Hanoi day (days since 1970-01-01 there) of an instant in Unix seconds."""
    return int((at_s + HANOI_OFFSET_S) // DAY_S)


def day_start_s(day: int) -> float:
    """Return the instant at which a Hanoi day begins, in Unix seconds."""
    return float(day * DAY_S - HANOI_OFFSET_S)
