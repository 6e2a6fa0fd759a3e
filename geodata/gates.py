"""What is known about each gate and route: hours, lanes, yards, the other side.

Read from hand-entered facts that keep their source and how sure it is (H high, M medium,
A our own assumption). Deliberately not here: closures on a day (Tết, the other side's
holidays, an epidemic) — those are readings (`operational_status`), not facts.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from geodata import storage
from geodata.errors import PlaceError

# Neither Hanoi nor Beijing changes its clock in the year.
HANOI: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

# The gates that carry traffic worth a card on the wall, in the order of their traffic.
TRAFFIC_GATES: Final = ("huu-nghi", "tan-thanh", "chi-ma", "coc-nam", "dong-dang")

# Which row of gates.csv, which has codes of its own, speaks of which of our ids.
_CODES: Final[Mapping[str, str]] = {
    "huu-nghi": "HN", "huu-nghi.1116-1117": "HN", "huu-nghi.1119-1120": "HN1119",
    "tan-thanh": "TT", "tan-thanh.1090-1091": "TT", "tan-thanh.1088-2-1089": "TT1088",
    "coc-nam": "CN", "coc-nam.1104-1105": "CN", "chi-ma": "CM", "chi-ma.1223-1224": "CM",
    "dong-dang": "DD", "dong-dang.rail": "DD", "na-hinh": "NH", "na-nua": "NN", "binh-nghi": "BN",
    "po-nhung": "PN", "co-sau": "CS", "na-cang": "NC", "ban-chat": "BC",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one service, from a date on.

    Attributes:
        service: `cargo` or `passenger`.
        opens: Hanoi time of opening, inclusive.
        closes: Hanoi time of closing, exclusive; None means the end of the day.
        valid_from: First day these hours held, or None when not known.
        sure: H, M or A.
        source: Where the figure comes from.
    """

    service: str
    opens: time
    closes: time | None
    valid_from: date | None
    sure: str
    source: str

    def contains(self, hanoi_time: time) -> bool:
        """Say whether a Hanoi time of day lies inside; the closing instant does not."""
        return self.opens <= hanoi_time and (self.closes is None or hanoi_time < self.closes)


@dataclass(frozen=True, slots=True)
class LaneCount:
    """Lanes of a route from a date on; `valid_from` None means from the beginning."""

    lanes: int
    valid_from: date | None
    sure: str
    source: str


@dataclass(frozen=True, slots=True)
class GateFacts:
    """Everything entered by hand about one gate or route.

    Attributes:
        id: The gate or route.
        gate: The gate it belongs to; its own id for a gate.
        hours: Every known row of hours, all services and dates.
        lanes: Lanes by date, oldest first; empty for a gate (see its routes).
        yard_places: Places in the gate's yards, None when unknown. Routes share the gate's.
        lanes_abreast: Lanes side by side on the approach road, for the queue's extent.
        cn_counterpart: The Chinese side, with its name in Chinese.
        cargo: Whether goods pass here.
        passenger: Whether people pass here.
        key_area: Whether 5G comes first here.
        accuracy_m: Estimated error of the entered position.
        yard_source: Where the yard's figure comes from.
        source: Sources and doubts as entered.
    """

    id: str
    gate: str
    hours: tuple[Hours, ...]
    lanes: tuple[LaneCount, ...]
    yard_places: int | None
    lanes_abreast: int
    cn_counterpart: str
    cargo: bool
    passenger: bool
    key_area: bool
    accuracy_m: float
    yard_source: str
    source: str

    def hours_on(self, day: date, service: str = "cargo") -> Hours | None:
        """Return the hours of a service on a day, or None when the service is not offered.

        Before the first dated row the first row answers: older hours are not known.
        """
        rows = [row for row in self.hours if row.service == service]
        held = [row for row in rows if row.valid_from is None or row.valid_from <= day]
        return held[-1] if held else (rows[0] if rows else None)

    @property
    def hours_hanoi(self) -> tuple[time, time | None]:
        """The latest known opening and closing time in Hanoi; closing None means 24:00."""
        rows = [row for row in self.hours if row.service == "cargo"] or list(self.hours)
        return rows[-1].opens, rows[-1].closes


def gate_facts(place_id: str) -> GateFacts:
    """Return the facts of a gate or a route.

    Raises:
        PlaceError: The id is no gate and no route.
    """
    try:
        return _all_facts()[place_id]
    except KeyError:
        raise PlaceError(f"{place_id!r} is neither a gate nor a route. Known are: {', '.join(_all_facts())}.") from None


def all_gate_facts() -> Mapping[str, GateFacts]:
    """Return the facts of every gate and route by id, in the order of places.csv."""
    return _all_facts()


def lanes_at(place_id: str, day: date) -> int:
    """Return the lanes of a route on a day; for a gate, the sum over its routes.

    Gates without traffic have no known lanes and answer 0.

    Raises:
        PlaceError: The id is no gate and no route.
    """
    facts = gate_facts(place_id)
    if facts.id == facts.gate:
        routes = [other for other in _all_facts().values() if other.gate == place_id != other.id]
        return sum(lanes_at(route.id, day) for route in routes)
    held = [row.lanes for row in facts.lanes if row.valid_from is None or row.valid_from <= day]
    return held[-1] if held else 0


def is_open(place_id: str, at_utc: datetime, service: str = "cargo") -> bool:
    """Say whether a gate or route is open at an instant by its published hours.

    Args:
        place_id: Gate or route.
        at_utc: An aware instant; any zone will do.
        service: `cargo` or `passenger`.

    Raises:
        PlaceError: The id is no gate and no route.
        ValueError: The instant has no zone.
    """
    if at_utc.tzinfo is None:
        raise ValueError(f"The instant {at_utc.isoformat()} has no zone. Expected an aware one.")
    local = at_utc.astimezone(HANOI)
    hours = gate_facts(place_id).hours_on(local.date(), service)
    return hours is not None and hours.contains(local.time())


@functools.cache
def _all_facts() -> Mapping[str, GateFacts]:
    coded = {row["id"]: row for row in storage.read_facts("gates.csv")}
    yards = {row["gate"]: row for row in storage.read_facts("yards.csv")}
    hours: dict[str, list[Hours]] = {}
    for row in storage.read_facts("hours.csv"):
        hours.setdefault(row["place"], []).append(_hours(row))
    lanes: dict[str, list[LaneCount]] = {}
    for row in storage.read_facts("lanes.csv"):
        count = LaneCount(int(row["lanes"]), _date(row["valid_from"]), row["sure"], row["source"])
        lanes.setdefault(row["route"], []).append(count)
    facts: dict[str, GateFacts] = {}
    for row in storage.read_facts("places.csv"):
        gate = row["parent"] or row["id"]
        code, yard = coded[_CODES[row["id"]]], yards.get(gate)
        services = tuple(hours.get(gate, ()))
        facts[row["id"]] = GateFacts(
            id=row["id"],
            gate=gate,
            hours=services,
            lanes=tuple(lanes.get(row["id"], ())),
            yard_places=int(yard["places"]) if yard else None,
            lanes_abreast=int(yard["lanes_abreast"]) if yard else 1,
            cn_counterpart=code["cn_counterpart"],
            cargo=any(row.service == "cargo" for row in services),
            passenger=any(row.service == "passenger" for row in services) and "dedicated" not in code["class"],
            key_area=yard is not None and yard["key_area"] == "1",
            accuracy_m=float(code["accuracy_m"]),
            yard_source=yard["source"] if yard else "",
            source=code["sources_and_doubt"],
        )
    return facts


def _hours(row: Mapping[str, str]) -> Hours:
    closes = row["close_hanoi"]
    return Hours(
        service=row["service"],
        opens=time.fromisoformat(row["open_hanoi"]),
        # `time` has no 24:00.
        closes=None if closes == "24:00" else time.fromisoformat(closes),
        valid_from=_date(row["valid_from"]),
        sure=row["sure"],
        source=row["source"],
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
