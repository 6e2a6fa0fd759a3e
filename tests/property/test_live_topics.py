"""The rule of the live path: a snapshot, with the deltas after it, is the later snapshot."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.gateway.protocol import TOPICS
from dashboard.gateway.state import LiveState
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.model import DIRECTIONS, Reading
from feeds.registry import Registry
from geodata.places import Place, Places
from geodata.sites import load_sites

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PLACES = Places.load()
PLACES.declare(Place("dorohusk", None, "crossing", "Dorohusk", "Dorohusk", 51.2, 23.8))
COMMUNE = PLACES.all("commune")[0].id
SITES = [site for site in load_sites() if site.commune == COMMUNE]
SERIES: list[tuple[str, str, dict[str, str]]] = [
    ("queue_length_vehicles", "chi-ma", {"queue": "physical"}),
    ("queue_length_vehicles", "na-hinh", {}),
    ("queue_length_vehicles", "dorohusk", {"vehicle_type": "truck"}),
    *(("queue_length_vehicles", "tan-thanh", {"queue": "physical", "direction": way}) for way in DIRECTIONS),
    *(("vehicles_passed_today", gate, {"direction": "export"}) for gate in ("chi-ma", "tan-thanh")),
    ("queue_extent_m", "tan-thanh", {}),
    ("operational_status", "chi-ma", {}),
    ("on_time_rate", COMMUNE, {}),
    ("cell_availability_pct", "lang-son", {"technology": "4g"}),
    ("bts_count", COMMUNE, {}),
    *(("site_on_air", site.id, {}) for site in SITES[:30]),
]

readings = st.builds(
    lambda series, value, source, age_s: (series, value, source, age_s),
    # The queues weigh more: most of what is derived rests on them.
    st.one_of(st.sampled_from(SERIES[:1]), st.sampled_from(SERIES[:6]), st.sampled_from(SERIES)),
    st.one_of(st.none(), st.integers(0, 1)),
    st.sampled_from(["simulator", "simulator", "office", "replay-x"]),
    st.one_of(st.just(0), st.integers(-5, 900)),
)
alerts = st.builds(
    lambda name, version, state, gate: {
        "id": name, "version": version, "updated_at": version, "state": state, "priority": "high", "place": gate,
        "metric": "queue_length_vehicles", "dims": {}, "threshold": 5, "started_at": 1, "simulated": True,
    },
    st.sampled_from("AB"),
    st.integers(1, 4),
    st.sampled_from(["UNACK", "ACKED", "RTNUN", "NORM"]),
    st.sampled_from(["chi-ma", "tan-thanh"]),
)  # fmt: skip
folds = st.tuples(st.just("fold"), st.lists(readings, min_size=2, max_size=8))
steps = st.one_of(
    folds,
    folds,
    folds,
    st.tuples(st.just("alerts"), st.lists(alerts, min_size=1, max_size=3)),
    st.tuples(st.just("wait"), st.sampled_from([1, 59, 300, 601, 3_600, 90_000])),
    st.tuples(st.just("flush"), st.none()),
)


def apply(data: dict[str, Any], changes: dict[str, Any]) -> None:
    """Apply a delta as a client does."""
    for path, value in changes.items():
        *heads, leaf = path.split("/")
        node: Any = data
        for head in heads:
            node = node[int(head)] if isinstance(node, list) else node[head]
        if isinstance(node, list):
            node[int(leaf)] = value
        elif value is None and (len(heads), heads[:1]) in (
            (1, ["items"]), (1, ["silent"]), (1, ["sources"]), (1, ["declared"]), (1, ["processes"]), (1, ["progress"]),
            (1, ["notes"]),
        ):  # fmt: skip
            node.pop(leaf, None)
        else:
            node[leaf] = value


@settings(max_examples=40, deadline=None)
@given(st.lists(steps, min_size=8, max_size=24), st.integers(0, 12))
def test_deltas_lead_from_any_snapshot_to_every_later_one(script: list[tuple[str, Any]], joined_after: int) -> None:
    """A screen that joined at any moment shows the same as one that joins at the end, on every topic."""
    state = LiveState(Registry(MemoryBus(), PLACES), Catalogue(), PLACES, SITES, "e", NOW)
    screens: dict[str, dict[str, Any]] = {}
    seqs: dict[str, int] = {}
    now = NOW

    def flush() -> None:
        for topic, line in state.lines.items():
            frame = line.delta(float("inf"), 0)
            if frame is None:
                continue
            message = orjson.loads(frame.text)
            if topic in screens:
                assert message["seq"] == seqs[topic] + 1
                seqs[topic] = message["seq"]
                apply(screens[topic], message["data"])

    def join() -> None:
        for topic in TOPICS:
            message = orjson.loads(state.snapshot(topic, now).text)
            screens[topic], seqs[topic] = message["data"], message["seq"]

    for number, (kind, what) in enumerate(script):
        if number == joined_after:
            join()
        if kind == "fold":
            state.fold([_reading(one, now) for one in what], now)
        elif kind == "alerts":
            state.fold_alerts(copy.deepcopy(what), now)
        elif kind == "wait":
            now += timedelta(seconds=what)
            state.tick(now)
        else:
            flush()
    state.tick(now)
    flush()
    if not screens:
        join()
    later = now + timedelta(seconds=1)  # beyond the time an encoded snapshot is kept
    for topic in TOPICS:
        assert screens[topic] == orjson.loads(state.snapshot(topic, later).text)["data"], topic


def _reading(one: tuple[tuple[str, str, dict[str, str]], int | None, str, int], now: datetime) -> Reading:
    (metric, place, dims), value, source, age_s = one
    at = now - timedelta(seconds=age_s)
    return Reading(metric, place, value, at, now, source, dims, "count", "missing" if value is None else "good")
