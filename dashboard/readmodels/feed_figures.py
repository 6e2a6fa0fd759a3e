"""Where the figures of the feed desk come from: what each of them is, as of when, and what it is made of.

The topic `feeds` holds plain values, not cells. A figure is asked for by its path in the topic
(`sources/yard/rate_per_s`, `declared/yard/rows`, `recorder_lag`), or by the path of one the screen computes from the
topic as this module does: `sources/yard/age_s`, `sources/yard/age_cadences`, `declared/yard/polled_age_s`,
`states/late`. Pure: the topic's data and the instant are arguments, so that a frozen moment is told as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from dashboard.readmodels.cells import to_ms
from feeds.freshness import Freshness, freshness_of
from geodata.gates import HANOI

RATE_EVERY_S: Final = 1.0
"""How often rates and the topic are computed anew: each tick of the hub."""
LEDGER_S: Final = 10.0
"""How often the counts of refused records are read from the history."""
FACTS_S: Final = 2.0
"""How often processes, declared feeds and the recorder's backlog are asked for: as often as a heartbeat is written."""
CADENCE_S: Final = 300.0
"""Cadence of a source of which none is known; the same as in assets/91-feeds-sources.js."""
RECORDER: Final = "recorder"
DESK: Final = "feed-desk"
"""What counts over all sources; it is none of them."""
STATES: Final = frozenset({"running", "late", "lost", "failing", "refused", "paused", "waiting", "ended"})
_COUNTS: Final[Mapping[str, Mapping[str, str]]] = {
    "polls": {"failures": "failures"},
    "rows": {"accepted": "accepted", "refused": "refused_rows"},
    "spooled": {},
}
"""Counts of a declared feed, with those that go with them and what these are called."""
_TIMES: Final = {"polled_age_s": "polled_at", "ok_age_s": "ok_at", "next_in_s": "next_at"}


@dataclass(frozen=True, slots=True)
class FeedPart:
    """One part of a count: a reason, a source in a state, or another count of the same feed.

    Attributes:
        kind: `reason`, `source` or `count`, which says what `name` is.
        name: a reason's or a source's id, or the name of a count.
        value: how many, or how old in seconds; None where nothing was ever heard.
        at: as of when, ms since 1970.
        name_vi: of a source, its name.
        name_en: the same in English.
        simulated: whether that source is not the real world.
    """

    kind: str
    name: str
    value: float | None
    at: int
    name_vi: str = ""
    name_en: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class FeedFigure:
    """One figure of the feed desk.

    Attributes:
        key: what it is; its formula stands in the catalogue as `formula.feeds.<key>`.
        value: as the topic has it.
        at: as of when, ms since 1970: of ages and delays the newest reading, of counts when they were counted.
        about: the source or feed it speaks of, `recorder` or `feed-desk` where it is about none.
        name_vi: the name of that, "" where the catalogue has it.
        name_en: the same in English.
        metric: the catalogue's metric of it, "" where it is none.
        unit: where there is no metric.
        cadence_s: how often the source speaks, where the age is judged by that.
        every_s: how often it is counted anew, where it is counted here.
        method: `derived`, `count` or `report`.
        simulated: whether the source is not the real world; of a count of sources, whether all of them are not.
        since: from when on it counts, ms since 1970.
        state: of a count of sources, the state.
        from_data: whether it is computed from what the source sent.
        parts: what it is made of.
    """

    key: str
    value: float
    at: int
    about: str
    name_vi: str = ""
    name_en: str = ""
    metric: str = ""
    unit: str = ""
    cadence_s: float | None = None
    every_s: float | None = None
    method: str = "derived"
    simulated: bool = False
    since: int | None = None
    state: str = ""
    from_data: bool = False
    parts: tuple[FeedPart, ...] = ()


def feed_figure(
    data: Mapping[str, Any], path: str, now_ms: int, counted_ms: int | None = None, asked_ms: int | None = None
) -> FeedFigure:
    """Return the figure at a path.

    Args:
        data: the topic `feeds`.
        path: inside of it.
        now_ms: the instant of the data.
        counted_ms: when the refused records were counted; None: at that instant.
        asked_ms: when the recorder's backlog was asked for; None: at that instant.

    Raises:
        KeyError: when no figure of the feed desk stands there.
    """
    counted_ms = now_ms if counted_ms is None else counted_ms
    match path.split("/"):
        case ["recorder_lag"] if data.get("recorder_lag") is not None:
            at = now_ms if asked_ms is None else asked_ms
            return FeedFigure("recorder_lag", data["recorder_lag"], at, RECORDER, every_s=FACTS_S, method="count")
        case ["states", state] if state in STATES:
            return _in_state(data, state, now_ms)
        case ["declared", name, field]:
            return _declared(data, name, field, now_ms)
        case ["sources", name, field]:
            return _of_source(data, name, field, now_ms, counted_ms)
        case ["sources", name, "refused_today", reason]:
            count = data["sources"][name]["refused_today"][reason]
            return _refused_today(name, data["sources"][name], {reason: count}, counted_ms, "refused_reason")
    raise KeyError(path)


def _of_source(data: Mapping[str, Any], name: str, field: str, now_ms: int, counted_ms: int) -> FeedFigure:
    source = data["sources"][name]
    if field == "refused":
        return _figure(name, source, field, source[field], counted_ms, every_s=LEDGER_S, method="count")
    if field == "refused_today":
        return _refused_today(name, source, source[field], counted_ms, field)
    if field == "cadence_s":
        return _figure(name, source, field, source[field] or CADENCE_S, now_ms, unit="giây", method="report")
    if field == "rate_per_s" and not source["ended"]:
        return _figure(name, source, field, source[field], now_ms, metric="feed_rate_per_s", every_s=RATE_EVERY_S)
    return _of_newest(name, source, field, now_ms)


def _of_newest(name: str, source: Mapping[str, Any], field: str, now_ms: int) -> FeedFigure:
    """Return what is told of a source's newest reading, as of when that was measured."""
    last_at, cadence_s = source["last_at"], source["cadence_s"] or CADENCE_S
    if last_at is None:
        raise KeyError(field)
    age_s = _age_s(last_at, now_ms)
    values = {
        "age_s": (age_s, {"metric": "feed_age_s"}),
        "age_cadences": (age_s / cadence_s, {"metric": "feed_age_cadences"}),
        "delay_s": (source.get("delay_s"), {"unit": "giây"}),
    }
    value, facts = values[field]
    if value is None:
        raise KeyError(field)
    # The silence of a source that ended is no lateness.
    return _figure(name, source, field, value, last_at, cadence_s=None if source["ended"] else cadence_s, **facts)


def _figure(
    name: str,
    source: Mapping[str, Any],
    key: str,
    value: float,
    at: int,
    **more: Any,  # noqa: ANN401
) -> FeedFigure:
    names = source["name_vi"], source["name_en"]
    simulated, from_data = bool(source["simulated"]), key != "cadence_s"
    return FeedFigure(key, value, at, name, *names, simulated=simulated, from_data=from_data, **more)


def _refused_today(
    name: str, source: Mapping[str, Any], reasons: Mapping[str, int], counted_ms: int, key: str
) -> FeedFigure:
    midnight = datetime.fromtimestamp(counted_ms / 1000, UTC).astimezone(HANOI).replace(
        hour=0, minute=0, second=0, microsecond=0
    )  # fmt: skip
    most_first = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    return _figure(
        name, source, key, sum(reasons.values()), counted_ms, metric="feed_refused_today", every_s=LEDGER_S,
        method="count", since=to_ms(midnight),
        parts=tuple(FeedPart("reason", reason, count, counted_ms) for reason, count in most_first),
    )  # fmt: skip


def _declared(data: Mapping[str, Any], name: str, field: str, now_ms: int) -> FeedFigure:
    fact = data["declared"][name]
    source = data["sources"].get(fact.get("source")) or {}
    at = max(fact.get(one) or 0 for one in ("polled_at", "ok_at", "since")) or now_ms
    about: dict[str, Any] = {
        "about": name,
        "name_vi": source.get("name_vi") or name,
        "name_en": source.get("name_en") or name,
        # A simulator's own process is real; what it counts is not.
        "simulated": bool(source.get("simulated")) or fact.get("kind") == "simulator",
    }
    if field in _COUNTS:
        parts = tuple(FeedPart("count", called, fact.get(one) or 0, at) for one, called in _COUNTS[field].items())
        return FeedFigure(field, fact.get(field) or 0, at, method="count", parts=parts, **about)
    instant = fact.get(_TIMES[field])
    if not instant:
        raise KeyError(field)
    ahead_s = (instant - now_ms) / 1000
    if field == "next_in_s":
        return FeedFigure(field, max(0.0, ahead_s), at, unit="giây", method="report", **about)
    return FeedFigure(field, max(0.0, -ahead_s), instant, unit="giây", **about)


def _in_state(data: Mapping[str, Any], wanted: str, now_ms: int) -> FeedFigure:
    """Return how many sources are in a state, and which, the longest silent first."""
    sources = data["sources"]
    facts = {fact.get("source") or fact["name"]: fact for fact in data["declared"].values()}
    parts = []
    for name in {*sources, *facts}:
        source, fact = sources.get(name), facts.get(name)
        if state_of(source, fact, now_ms) == wanted:
            names = (source["name_vi"], source["name_en"]) if source else (name, name)
            last_at = source["last_at"] if source else None
            age_s = _age_s(last_at, now_ms) if last_at else None
            simulated = bool(source and source["simulated"])
            parts.append(FeedPart("source", name, age_s, last_at or now_ms, *names, simulated))
    # What was never heard first, then the longest silent.
    parts.sort(key=lambda part: (part.value is not None, -(part.value or 0), part.name))
    return FeedFigure(
        "states", len(parts), now_ms, DESK, every_s=RATE_EVERY_S, method="count", state=wanted,
        simulated=bool(parts) and all(part.simulated for part in parts), parts=tuple(parts),
    )  # fmt: skip


def state_of(source: Mapping[str, Any] | None, fact: Mapping[str, Any] | None, now_ms: int) -> str:
    """Return the state the feed desk shows of a source; the same as in assets/91-feeds-sources.js.

    What a declared feed says of itself goes first; of one that runs the age of its newest reading decides.
    """
    if fact is not None and fact["state"] not in {"running", "waiting"}:
        return str(fact["state"])
    if source is not None and source["ended"]:
        return "ended"
    if source is None or not source["last_at"]:
        return "waiting"
    state = freshness_of(_age_s(source["last_at"], now_ms), source["cadence_s"] or CADENCE_S)
    if state is Freshness.LIVE:
        return "running"
    return "lost" if state is Freshness.LOST else "late"


def _age_s(at_ms: int, now_ms: int) -> float:
    return max(0.0, (now_ms - at_ms) / 1000)
