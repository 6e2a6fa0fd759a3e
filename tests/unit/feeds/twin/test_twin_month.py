"""A month of the twin in `normal`, against the published figures of July 2025 (domain facts §2)."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from feeds.model import STEPS
from feeds.twin.calibration import DAILY_MEAN, JULY_2025, JULY_2025_TOTAL, RAIL_WAGONS_A_DAY
from feeds.twin.engine import Count, Twin
from feeds.twin.scenario import NORMAL
from feeds.validation import RawPassage

pytestmark = [pytest.mark.slow]

START = datetime(2026, 10, 1, 17, tzinfo=UTC)
"""Midnight in Hanoi, so that days are whole."""
DAYS = 30
HANOI = timedelta(hours=7)


@dataclass
class Month:
    """What thirty days gave."""

    passages: list[RawPassage]
    counts: list[Count]
    by_vehicle: dict[str, list[RawPassage]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for passage in self.passages:
            self.by_vehicle.setdefault(passage.vehicle, []).append(passage)


def is_passed(passage: RawPassage) -> bool:
    """Tell whether a vehicle left through the gate."""
    return passage.step == "fee_collection" and passage.phase == "exit"


def is_arrived(passage: RawPassage) -> bool:
    """Tell whether a vehicle came."""
    return passage.step == "transport" and passage.phase == "enter"


def gate_of(passage: RawPassage) -> str:
    """Return the gate of a passage's route."""
    return passage.place.partition(".")[0]


@pytest.fixture(scope="module")
def month() -> Month:
    """Run the twin for thirty days, once for all tests here."""
    twin = Twin(20250701, START, [(START, NORMAL)])
    return Month(twin.advance(START + timedelta(days=DAYS)), twin.counts())


def test_daily_volumes_match_july_2025(month: Month) -> None:
    """Every gate passes, in each direction, what July 2025 had, within 5 %."""
    passed = Counter((gate_of(p), p.direction) for p in month.passages if is_passed(p) and p.at >= START)
    for gate, published in JULY_2025.items():
        for direction, vehicles in zip(("export", "import"), published, strict=True):
            expected = vehicles * DAILY_MEAN / JULY_2025_TOTAL
            assert passed[gate, direction] / DAYS == pytest.approx(expected, rel=0.05), (gate, direction)


def test_wagons_match_the_timetable(month: Month) -> None:
    """Đồng Đăng passes 25 export and 30–35 import wagons a day."""
    passed = Counter(p.direction for p in month.passages if is_passed(p) and gate_of(p) == "dong-dang")
    for direction, wagons in RAIL_WAGONS_A_DAY.items():
        assert passed[direction] / DAYS == pytest.approx(wagons, rel=0.05)


def test_days_differ_as_published(month: Month) -> None:
    """The total of a day has a standard deviation of about 12 %."""
    arrived = Counter((p.at + HANOI).date() for p in month.passages if is_arrived(p) and p.at >= START)
    days = list(arrived.values())
    assert statistics.pstdev(days) / statistics.mean(days) == pytest.approx(0.12, abs=0.02)


def test_no_vehicle_is_lost_or_made(month: Month) -> None:
    """On every line, those who entered are those who left, turned back or are still there."""
    inside: Counter[tuple[str, str]] = Counter()
    for passage in month.passages:
        key = (passage.place, passage.direction)
        inside[key] += is_arrived(passage)
        inside[key] -= is_passed(passage) or passage.diverted
        assert inside[key] >= 0
    for count in month.counts:
        assert count.entered == count.left + count.diverted + count.present
        assert inside[count.place, count.direction] == count.present


def test_every_vehicle_takes_the_steps_in_order(month: Month) -> None:
    """A vehicle enters and leaves each step once, in order, from the declaration on, until it is gone."""
    way = [(step, phase) for step in STEPS for phase in ("enter", "exit")]
    for passages in month.by_vehicle.values():
        taken = [(p.step, p.phase) for p in passages]
        assert taken == way[: len(taken)]
        assert not any(p.diverted for p in passages[:-1])
        assert [p.at for p in passages] == sorted(p.at for p in passages)


def test_passages_come_in_time_order(month: Month) -> None:
    """The derivation of queues relies on it."""
    instants = [p.at for p in month.passages]
    assert instants == sorted(instants)


def test_cargo_passes_in_opening_hours_only(month: Month) -> None:
    """No road vehicle passes before 7 or from the close on; imports cross, so they arrive in those hours too."""
    checked = 0
    for passage in month.passages:
        gate = gate_of(passage)
        if gate == "dong-dang":
            continue
        if is_passed(passage) or (is_arrived(passage) and passage.direction == "import"):
            checked += 1
            assert 7 <= (passage.at + HANOI).hour < (19 if gate == "coc-nam" else 20), passage
    assert checked > 50_000


def test_nobody_is_called_forward_at_night(month: Month) -> None:
    """At the road gates `transport` ends in opening hours, unless the vehicle turns back."""
    hours = {
        (p.at + HANOI).hour
        for p in month.passages
        if p.step == "transport" and p.phase == "exit" and not p.diverted and gate_of(p) != "dong-dang"
    }
    assert hours == set(range(7, 20))


def test_median_clearance_is_three_to_four_hours(month: Month) -> None:
    """Declaration to decision takes 3–4 h at the median, over all and at each of the large gates."""
    declared = {p.vehicle: p.at for p in month.passages if p.step == "declaration" and p.phase == "enter"}
    hours: dict[str, list[float]] = defaultdict(list)
    for passage in month.passages:
        if passage.step == "transshipment" and passage.phase == "exit" and gate_of(passage) != "dong-dang":
            taken = (passage.at - declared[passage.vehicle]).total_seconds() / 3_600
            hours["all"].append(taken)
            hours[gate_of(passage)].append(taken)
    for place in ("all", "huu-nghi", "tan-thanh", "chi-ma"):
        assert 3.0 <= statistics.median(hours[place]) <= 4.0, place


def test_export_stock_at_eight_in_the_evening(month: Month) -> None:
    """The stock of export vehicles at 20:00 is the published 370–500 on average, and never far from it."""
    stock = 0
    cut_off = START + timedelta(hours=20)
    stocks = []
    for passage in month.passages:
        while passage.at > cut_off:
            stocks.append(stock)
            cut_off += timedelta(days=1)
        if passage.direction == "export" and gate_of(passage) != "dong-dang":
            stock += is_arrived(passage) - (is_passed(passage) or passage.diverted)
    assert len(stocks) >= DAYS - 1
    assert 370 <= statistics.mean(stocks) <= 500
    assert min(stocks) > 300
    assert max(stocks) < 600


@pytest.mark.parametrize("direction", ["export", "import"])
def test_littles_law(month: Month, direction: str) -> None:
    """L = λW: the mean number present is the rate of arrivals times the mean stay, within 5 %."""
    end = START + timedelta(days=DAYS)
    present = arrivals = 0
    area_s = 0.0
    last = START
    stays_s: list[float] = []
    arrived_at: dict[str, datetime] = {}
    for passage in month.passages:
        if passage.direction != direction or gate_of(passage) == "dong-dang":
            continue
        if passage.at > last:
            area_s += present * (passage.at - last).total_seconds()
            last = passage.at
        if is_arrived(passage):
            present += 1
            arrivals += passage.at >= START
            arrived_at[passage.vehicle] = passage.at
        elif is_passed(passage) or passage.diverted:
            present -= 1
            stays_s.append((passage.at - arrived_at[passage.vehicle]).total_seconds())
    area_s += present * (end - last).total_seconds()
    span_s = (end - START).total_seconds()
    assert area_s / span_s == pytest.approx(arrivals / span_s * statistics.mean(stays_s), rel=0.05)


def test_goods_and_fees_are_those_published(month: Month) -> None:
    """25–30 thousand tonnes a day pass, and a vehicle pays about 1.53 million đồng."""
    passed = [p for p in month.passages if is_passed(p) and p.at >= START]
    assert 25_000 <= sum(p.goods_tonnes or 0.0 for p in passed) / DAYS <= 30_000
    fees = [p.fee_vnd for p in passed if p.fee_vnd is not None]
    assert statistics.mean(fees) == pytest.approx(1_530_000, rel=0.03)
    assert min(fees) >= 100_000
    assert max(fees) <= 5_000_000
    assert all(p.goods_tonnes is None and p.fee_vnd is None for p in month.passages if not is_passed(p))


def test_fruit_share_and_laboratory(month: Month) -> None:
    """71–83 % of exports are fruit, and a few fruit trucks wait one to three days for a laboratory."""
    exports = [p for p in month.passages if is_arrived(p) and p.direction == "export" and gate_of(p) != "dong-dang"]
    assert 0.71 <= sum(p.goods_class == "fruit" for p in exports) / len(exports) <= 0.83
    entered = {p.vehicle: p.at for p in month.passages if p.step == "quarantine" and p.phase == "enter"}
    long = [
        p
        for p in month.passages
        if p.step == "quarantine" and p.phase == "exit" and p.at - entered[p.vehicle] > timedelta(hours=24)
    ]
    assert 0.003 < sum(p.goods_class == "fruit" for p in long) / len(exports) < 0.02
