"""A house of one instant: topics written by hand, a history that remembers what a test tells it, and who is asked."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.ask.asker import Asker
from dashboard.ask.past import Past
from feeds.catalogue import Catalogue
from feeds.history.series import HistorySeries, Point
from feeds.model import STEPS, is_simulated
from geodata.places import Places

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
"""Monday, 14:30 in Hanoi."""


def cell(value: float, *, age_s: float = 20, src: str = "border:platform", sim: bool = False, cad: float = 60) -> Any:
    """Return one figure as the topics hold it."""
    at = int((NOW - timedelta(seconds=age_s)).timestamp() * 1000)
    return {"v": value, "at": at, "src": src, "q": "good", "sim": sim, "cad": cad}


def gate(name: str, title: str, waiting: float, **more: Any) -> dict[str, Any]:
    """Return one gate as the topic holds it."""
    steps = [{"step": step, "queue": cell(waiting // 8), "median": cell(300.0)} for step in STEPS]
    steps[5]["median"] = cell(4_800.0)
    return {
        "id": name,
        "name_vi": title,
        "name_en": title,
        "mode": "road",
        "order": 1,
        "opens": "07:00",
        "closes": "20:00",
        "open": True,
        "queue": cell(waiting),
        "queue_export": cell(waiting - 40),
        "queue_import": cell(40),
        "queue_virtual": cell(12),
        "queue_yesterday": waiting - 5,
        "clearance_median": cell(11_280),
        "clearance_p90": cell(20_000),
        "throughput_export": cell(12),
        "throughput_import": cell(40),
        "arrivals": cell(60),
        "lanes_open": cell(4),
        "lanes_max": cell(6),
        "other_side": cell(1.0),
        "status": cell(1),
        "stock": cell(80),
        "extent_m": cell(640),
        "priority": None,
        "direction": "export",
        "bottleneck": None,
        "steps": {"export": steps, "import": steps},
        **more,
    }


def alert(name: str, place: str, **more: Any) -> dict[str, Any]:
    """Return one alert as the topic holds it."""
    at = int((NOW - timedelta(minutes=30)).timestamp() * 1000)
    return {
        "id": name,
        "rule": "queue",
        "priority": "critical",
        "state": "UNACK",
        "place": place,
        "gate": place,
        "metric": "queue_length_vehicles",
        "value": 1604,
        "unit": "xe",
        "started_at": at,
        "updated_at": at,
        "summary_vi": "Tân Thanh: 1.604 xe chờ",
        "summary_en": "Tan Thanh: 1,604 vehicles waiting",
        "short_vi": "Ùn tắc",
        "short_en": "Congestion",
        "cause_vi": "Phía bạn kiểm soát chặt.",
        "cause_en": "Strict control.",
        "acked_by": None,
        "source": "border:platform",
        "simulated": False,
        **more,
    }


@functools.cache
def topics() -> dict[str, Any]:
    """Return the data of every topic; nobody changes it."""
    gates = {
        "huu-nghi": gate("huu-nghi", "Hữu Nghị", 262),
        "tan-thanh": gate(
            "tan-thanh", "Tân Thanh", 1604, other_side=cell(0.3), queue_yesterday=400, priority="critical"
        ),
        "chi-ma": gate("chi-ma", "Chi Ma", 67, queue=cell(67, age_s=400), lanes_open=cell(6)),
        "coc-nam": gate("coc-nam", "Cốc Nam", 41, open=False),
        "dong-dang": gate("dong-dang", "Ga Đồng Đăng", 9, mode="rail"),
    }
    communes = {
        f"commune.{code}": {
            "on_time_rate": cell(0.99 - i / 100, cad=300),
            "online_rate": cell(0.88, cad=300),
            "received": cell(30 + i, cad=300),
            "overdue": cell(i, cad=300),
        }
        for i, code in enumerate(("06211", "06541", "06184", "06445"))
    }
    net = {
        "on_air": cell(40, cad=300),
        "expected": cell(42, cad=300),
        "availability": cell(99.91, cad=300),
        "coverage_4g": cell(98.2, cad=300),
        "coverage_5g": cell(31.0, cad=300),
    }
    return {
        "gates": {
            "gates": gates,
            "focus": "tan-thanh",
            "crossings": {},
            "today": {
                "vehicles_export": {"cell": cell(491), "yesterday": 400},
                "vehicles_import": {"cell": cell(1_268), "yesterday": 1_200},
                "passengers": {"cell": cell(4_100, cad=300)},
                "goods_tonnes": {"cell": cell(27_500)},
                "fee_vnd": {"cell": cell(1_400_000_000)},
            },
        },
        "services": {
            "province": {
                "on_time_rate": cell(0.991, cad=300),
                "online_rate": cell(0.878, cad=300),
                "received": cell(2_201, cad=300),
                "settled": cell(2_000, cad=300),
                "overdue": cell(38, cad=300),
                "open": cell(9_800, cad=300),
            },
            "communes": communes,
        },
        "network": {
            "province": {
                "on_air": cell(2_810, cad=300, src="operators"),
                "expected": cell(2_818, src="geodata", cad=300),
                "coverage_4g": cell(99.2, cad=300),
                "coverage_5g": cell(26.1, cad=300),
                "coverage_5g_key": cell(75.7, cad=300),
                "availability": cell(99.92, cad=300),
            },
            "communes": dict.fromkeys(communes, net),
            "silent": {
                "site.00012": {
                    "id": "site.00012",
                    "commune": "commune.06541",
                    "since": int(NOW.timestamp() * 1000) - 900_000,
                }
            },
            "lost": {
                "at": int(NOW.timestamp() * 1000) - 60_000,
                "src": "network:operators",
                "sim": False,
                "stretches": [{"road": "QL4B", "road_name": "QL4B", "from_km": 3.0, "to_km": 5.5, "km": 2.5}],
            },
            "systems": {
                "gate_platform": {"name_vi": "Nền tảng cửa khẩu số", "name_en": "Digital gate platform", "up": cell(1)},
                "documents": {"name_vi": "Quản lý văn bản", "name_en": "Document management", "up": cell(0)},
            },
        },
        "programme": {
            "at": int(NOW.timestamp() * 1000),
            "targets": {
                "work_files_province": {
                    "name_vi": "Hồ sơ công việc cấp tỉnh",
                    "name_en": "Work files, province",
                    "unit": "%",
                    "decimals": 1,
                    "cell": cell(71, cad=8e6),
                    "aim": {"year": 2030, "value": 100},
                    "state": "behind",
                },
                "fibre": {
                    "name_vi": "Cáp quang đến xã",
                    "name_en": "Fibre to communes",
                    "unit": "%",
                    "decimals": 0,
                    "cell": None,
                    "aim": {"year": 2025, "value": 100},
                    "state": "unknown",
                },
            },
        },
        "alerts": {
            "items": {
                "A1": alert("A1", "tan-thanh"),
                "A2": alert(
                    "A2",
                    "huu-nghi",
                    state="ACKED",
                    acked_by="Lan",
                    priority="high",
                    summary_vi="Hữu Nghị: quá tải",
                    summary_en="Huu Nghi: overload",
                ),
            }
        },
        "feeds": {
            "sources": {
                "platform": {
                    "name_vi": "Nền tảng cửa khẩu số",
                    "name_en": "Gate platform",
                    "kind": "http",
                    "cadence_s": 60,
                    "last_at": int(NOW.timestamp() * 1000) - 20_000,
                    "simulated": False,
                    "ended": False,
                },
                "border:platform": {
                    "name_vi": "Tính từ Nền tảng",
                    "name_en": "Derived from the platform",
                    "kind": "derived",
                    "cadence_s": 60,
                    "last_at": int(NOW.timestamp() * 1000) - 20_000,
                },
                "yards": {
                    "name_vi": "Đếm xe trong bãi",
                    "name_en": "Yard counters",
                    "kind": "mqtt",
                    "cadence_s": 60,
                    "last_at": int(NOW.timestamp() * 1000) - 7_200_000,
                    "simulated": False,
                    "ended": False,
                },
            }
        },
    }


class Remembered:
    """A history that knows what it was told, and counts how often it was asked."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str, str, str], list[tuple[datetime, float]]] = {}
        self.asked = 0

    def tell(
        self, metric: str, place: str, dims: str, at: datetime, value: float, source: str = "border:platform"
    ) -> None:
        """Remember one reading."""
        self.held.setdefault((metric, place, dims, source), []).append((at, value))

    def series(
        self,
        metric: str,
        place: str,
        dims: Mapping[str, str] | None = None,
        source: str | None = None,
        *,
        start: datetime,
        end: datetime,
        points: int = 500,
    ) -> list[HistorySeries]:
        """Answer as history does: equal shares of the range, each with mean, lowest and highest."""
        self.asked += 1
        wanted = None if dims is None else ",".join(f"{key}={dims[key]}" for key in sorted(dims))
        found = []
        for (own, here, own_dims, own_source), rows in self.held.items():
            if (own, here) != (metric, place) or wanted not in {None, own_dims} or source not in {None, own_source}:
                continue
            share = (end - start) / points
            bins: dict[int, list[tuple[datetime, float]]] = {}
            for at, value in sorted(rows):
                if start <= at < end:
                    bins.setdefault(int((at - start) / share), []).append((at, value))
            answer = [
                Point(
                    some[-1][0], sum(v for _, v in some) / len(some), min(v for _, v in some), max(v for _, v in some)
                )
                for _, some in sorted(bins.items())
            ]
            pairs = dict(part.split("=") for part in own_dims.split(",") if part)
            found.append(HistorySeries(metric, place, pairs, own_source, answer))
        return found


class Origins:
    """What is known of the sources: those with a simulator's name are simulated."""

    def simulated(self, source: str) -> bool:
        """Tell by the name."""
        return is_simulated(source)

    def cadence_s(self, source: str, metric: str) -> float:
        """Return the catalogue's."""
        del source
        return Catalogue()[metric].cadence_s


@pytest.fixture(scope="session")
def places() -> Places:
    """Every shipped place."""
    return Places.load()


@pytest.fixture(scope="session")
def asker(places: Places) -> Asker:
    """Who is asked; it keeps nothing of what it was asked."""
    return Asker(places, Catalogue())


def remembered() -> Remembered:
    """Return a history with a queue, exports and imports of nine days at four gates, and figures of this minute."""
    memory = Remembered()
    day = timedelta(days=1)
    for name in ("huu-nghi", "tan-thanh", "chi-ma", "coc-nam"):
        for back in range(9):
            begins = NOW - back * day - timedelta(hours=14, minutes=30)  # midnight in Hanoi
            for hour in range(24):
                at = begins + timedelta(hours=hour, minutes=25)
                if at > NOW:
                    continue
                for direction, rate in (("export", 5.0), ("import", 10.0)):
                    memory.tell("vehicles_passed_today", name, f"direction={direction}", at, rate * hour)
                memory.tell("queue_length_vehicles", name, "queue=physical", at, 100.0 + hour)
                memory.tell("clearance_time_s", name, "stat=median", at, 9_000.0)
    for direction, seconds in (("export", 6_000.0), ("import", 3_000.0)):
        memory.tell(
            "wait_time_s", "huu-nghi", f"direction={direction},stat=median", NOW - timedelta(seconds=30), seconds
        )
        dims = f"direction={direction},stat=median,step=quarantine"
        memory.tell("step_duration_s", "chi-ma", dims, NOW - timedelta(seconds=30), seconds / 3)
    for technology, speed in (("4g", 53.3), ("5g", 285.0)):
        memory.tell(
            "dl_user_throughput_mbps",
            "lang-son",
            f"technology={technology}",
            NOW - timedelta(seconds=60),
            speed,
            "operators",
        )
    memory.tell("passengers_today", "huu-nghi", "", NOW - timedelta(seconds=60), 4_100.0)
    return memory


@pytest.fixture(scope="session")
def memory() -> Remembered:
    """That history, for all tests."""
    return remembered()


@pytest.fixture(scope="session")
def past(memory: Remembered, places: Places) -> Past:
    """History as the rules ask it."""
    return Past(memory, places, Catalogue(), Origins())
