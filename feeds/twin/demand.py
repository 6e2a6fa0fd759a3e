"""Who comes on a day: how many, when, with what, and what chance will do to each on its way through.

The number of vehicles a day varies by DAILY_SD_SHARE around its mean, in blocks of thirty days whose draws are the
thirty quantiles of a normal distribution in shuffled order: any block has the mean exactly, so that a month of the
twin compares with a month of the published figures.
"""

from __future__ import annotations

import functools
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, floor
from statistics import NormalDist, pstdev
from typing import Final

from feeds.twin import calibration as c
from feeds.twin.chance import day_start_s, mixed, seeded
from feeds.twin.line import Line, Vehicle

BLOCK_DAYS: Final = 30
_QUANTILES: Final = [NormalDist().inv_cdf((k + 0.5) / BLOCK_DAYS) for k in range(BLOCK_DAYS)]
_SPREAD: Final = pstdev(_QUANTILES)
_GOLDEN: Final = 0.6180339887498949
_PROFILES: Final = {
    direction: list(accumulate(share / sum(profile) for share in profile))
    for direction, profile in (("export", c.EXPORT_ARRIVALS), ("import", c.IMPORT_ARRIVALS))
}
_FEE_STEP_VND: Final = 10_000


@functools.lru_cache(maxsize=64)
def _block(seed: int, number: int) -> tuple[float, ...]:
    draws = list(_QUANTILES)
    seeded(seed, "days", number).shuffle(draws)
    return tuple(1.0 + c.DAILY_SD_SHARE * z / _SPREAD for z in draws)


def day_factor(seed: int, day: int) -> float:
    """Return the day's volume against the mean; every block of thirty days has mean 1 and SD DAILY_SD_SHARE."""
    number, index = divmod(day, BLOCK_DAYS)
    return _block(seed, number)[index]


@dataclass(frozen=True, slots=True)
class Mix:
    """What an average day brings to a line.

    Attributes:
        mean_a_day: vehicles.
        fruit_share: part of them that is fruit; None: as usual.
        sampled_share: part of the fruit that quarantine samples; None: what it inspects usually.
    """

    mean_a_day: float
    fruit_share: float | None = None
    sampled_share: float | None = None


def vehicles_of_day(seed: int, day: int, line: Line, mix: Mix, again: int = 0) -> list[Vehicle]:
    """Return the vehicles that arrive on a Hanoi day in one line, by time of arrival.

    Args:
        seed: of the run.
        day: Hanoi day number.
        line: where they go.
        mix: what an average day brings to this line.
        again: number of the change of scenario for which a day is drawn anew; 0 for its first draw.
    """
    rng = seeded(seed, line.place, line.direction, day, *((again,) if again else ()))
    # The golden ratio's multiples spread evenly, so that whole vehicles add up to the fractional mean over weeks.
    dither = (day * _GOLDEN + mixed(seed, hash_of(line.place), hash_of(line.direction))) % 1.0
    count = floor(mix.mean_a_day * day_factor(seed, day) + dither)
    arrivals = sorted(_arrival_s(rng, line, day) for _ in range(count))
    goods = _goods(line, mix)
    mark = f".{again}" if again else ""
    vehicles = []
    for number, arrival_s in enumerate(arrivals):
        vehicle = Vehicle(f"{line.code}-{day}-{number:03d}{mark}", line, _pick(rng, goods))
        _draw(rng, vehicle, arrival_s, mix)
        vehicles.append(vehicle)
    return vehicles


def hash_of(text: str) -> int:
    """Return a number for a text that is the same in every process (Python's own hash is not)."""
    return int.from_bytes(text.encode()[-8:], "big") ^ len(text)


def _arrival_s(rng: random.Random, line: Line, day: int) -> float:
    profile = _PROFILES[line.direction]
    shift = line.shift
    while True:
        hour = bisect_left(profile, rng.random())
        time_s = (min(hour, 23) + rng.random()) * c.HOUR_S
        # An import arrives by crossing the border, so it does while the gate is open; an export comes when it likes.
        if line.direction == "export" or shift.opens_s <= time_s < shift.closes_s:
            return day_start_s(day) + time_s


def _goods(line: Line, mix: Mix) -> Sequence[tuple[str, float]]:
    usual = c.GOODS[line.direction]
    if mix.fruit_share is None:
        return usual
    others = sum(share for name, share in usual if name != "fruit")
    rest = (1 - mix.fruit_share) / others
    return [(name, mix.fruit_share if name == "fruit" else share * rest) for name, share in usual]


def _draw(rng: random.Random, vehicle: Vehicle, arrival_s: float, mix: Mix) -> None:
    """Draw everything that chance will do to a vehicle."""
    line, goods = vehicle.line, vehicle.goods
    normal = rng.normalvariate
    sigma = c.SIGMA

    def around(median_s: float) -> float:
        return median_s * exp(normal(0.0, sigma))

    vehicle.arrival_s = arrival_s
    vehicle.declaration_s = around(c.DECLARATION_S)
    on_the_way_s = min(around(c.ON_THE_WAY_S), c.ON_THE_WAY_MAX_S)
    vehicle.declared_s = arrival_s - on_the_way_s - vehicle.declaration_s
    share = c.QUARANTINED[goods]
    if goods == "fruit" and mix.sampled_share is not None:
        share = mix.sampled_share
    inspected = rng.random() < share
    vehicle.sampled = inspected and goods == "fruit" and line.direction == "export"
    quarantine_s = around(c.QUARANTINE_S if inspected else c.QUARANTINE_PAPERS_S)
    if inspected and rng.random() < c.LABORATORY_SHARE:
        vehicle.laboratory_s = rng.uniform(*c.LABORATORY_S)
    goods_s = around(c.TRANSSHIPMENT_S)
    if rng.random() < c.PHYSICAL_CHECK_SHARE:
        goods_s += around(c.PHYSICAL_CHECK_S)
    vehicle.work_s = (
        around(c.CALL_FORWARD_S),
        around(c.FLOW_CONTROL_S),
        around(c.MEDICAL_S),
        around(c.VEHICLE_INSPECTION_S),
        quarantine_s,
        min(goods_s, c.GOODS_CHECK_MAX_S),
        around(c.FEE_S),
    )
    vehicle.refused = rng.random() < c.REFUSED_SHARE[line.direction]
    if line.direction == "export":
        if rng.random() < c.STAY_SHARE:
            vehicle.stay_s = rng.gammavariate(c.STAY_SHAPE, c.STAY_MEAN_S / c.STAY_SHAPE)
        vehicle.rest_s = rng.random() * 4 * c.HOUR_S
        vehicle.patience = rng.expovariate(1.0)
    else:
        vehicle.rest_s = rng.random() * 0.5 * c.HOUR_S
    vehicle.tonnes = round(min(c.TONNES_MAX, c.TONNES[goods] * rng.triangular(0.4, 1.6, 1.0)), 1)
    fee = c.FEE_MEDIAN_VND * exp(normal(0.0, c.FEE_SIGMA))
    low, high = c.FEE_BOUNDS_VND
    vehicle.fee_vnd = round(min(high, max(low, fee)) / _FEE_STEP_VND) * _FEE_STEP_VND


def _pick(rng: random.Random, shares: Sequence[tuple[str, float]]) -> str:
    draw = rng.random()
    for name, share in shares[:-1]:
        draw -= share
        if draw < 0:
            return name
    return shares[-1][0]
