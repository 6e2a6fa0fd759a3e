"""The figures of the feed desk: each is the topic's value, with as of when and what it is made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.readmodels.feed_figures import feed_figure, state_of

NOW = round(datetime(2026, 11, 22, 18, 30, tzinfo=UTC).timestamp() * 1000)  # half past one on the 23rd in Hanoi
MIDNIGHT = round(datetime(2026, 11, 22, 17, 0, tzinfo=UTC).timestamp() * 1000)


def source(age_s: float | None = 20, **more: Any) -> dict[str, Any]:
    """Return a source as the topic has it."""
    return {
        "name_vi": "Bãi chờ xe", "name_en": "Lorry yards", "kind": "folder", "cadence_s": 60,
        "last_at": None if age_s is None else NOW - round(age_s * 1000), "rate_per_s": 1.5, "refused": 99,
        "refused_today": {"bad_value": 3, "unknown_place": 12}, "delay_s": 4.2, "simulated": False, "ended": False,
        "detail": "", **more,
    }  # fmt: skip


def fact(name: str, state: str = "running", **more: Any) -> dict[str, Any]:
    """Return what a declared feed says of itself."""
    return {"name": name, "kind": "folder", "source": name, "state": state, "since": 0, "polled_at": NOW - 5_000,
            "ok_at": NOW - 65_000, "next_at": NOW + 30_000, "polls": 8, "failures": 1, "rows": 40, "accepted": 37,
            "refused": 3, "spooled": 2, **more}  # fmt: skip


def topic() -> dict[str, Any]:
    """Return a topic with sources in several states."""
    sources = {
        "yard": source(),
        "slow": source(200),
        "gone": source(601),
        "silent": source(None),
        "done": source(9_000, ended=True, simulated=True),
        "broken": source(),
    }
    declared = {name: fact(name) for name in ("yard", "new")} | {"broken": fact("broken", "failing")}
    return {"sources": sources, "declared": declared, "recorder_lag": 139}


@pytest.mark.parametrize(
    ("path", "value", "at", "metric"),
    [
        ("sources/yard/age_s", 20, NOW - 20_000, "feed_age_s"),
        ("sources/yard/age_cadences", 20 / 60, NOW - 20_000, "feed_age_cadences"),
        ("sources/yard/rate_per_s", 1.5, NOW, "feed_rate_per_s"),
        ("sources/yard/delay_s", 4.2, NOW - 20_000, ""),
        ("sources/yard/cadence_s", 60, NOW, ""),
        ("sources/yard/refused", 99, NOW - 7_000, ""),
        ("sources/yard/refused_today", 15, NOW - 7_000, "feed_refused_today"),
        ("sources/yard/refused_today/bad_value", 3, NOW - 7_000, "feed_refused_today"),
        ("declared/yard/polls", 8, NOW - 5_000, ""),
        ("declared/yard/rows", 40, NOW - 5_000, ""),
        ("declared/yard/spooled", 2, NOW - 5_000, ""),
        ("declared/yard/polled_age_s", 5, NOW - 5_000, ""),
        ("declared/yard/ok_age_s", 65, NOW - 65_000, ""),
        ("declared/yard/next_in_s", 30, NOW - 5_000, ""),
        ("recorder_lag", 139, NOW - 1_500, ""),
    ],
)
def test_a_figure_is_the_topics_value_as_of_when_it_was_so(path: str, value: float, at: int, metric: str) -> None:
    """Whoever asks is told the number on the screen, and how old that is."""
    figure = feed_figure(topic(), path, NOW, NOW - 7_000, NOW - 1_500)
    assert (figure.value, figure.at, figure.metric) == (value, at, metric)


def test_what_was_refused_today_tells_since_when_and_why() -> None:
    """Since midnight in Hanoi, which is not midnight in UTC; the commonest reason first."""
    figure = feed_figure(topic(), "sources/yard/refused_today", NOW)
    assert figure.since == MIDNIGHT
    assert [(part.name, part.value) for part in figure.parts] == [("unknown_place", 12), ("bad_value", 3)]
    # Counted just before midnight, it is of the day before, even if asked after it.
    assert feed_figure(topic(), "sources/yard/refused_today", NOW, MIDNIGHT - 1).since == MIDNIGHT - 86_400_000


def test_rows_tell_what_became_of_them() -> None:
    """Forty rows of which three were refused."""
    parts = feed_figure(topic(), "declared/yard/rows", NOW).parts
    assert [(part.name, part.value) for part in parts] == [("accepted", 37), ("refused_rows", 3)]


@pytest.mark.parametrize(
    ("state", "names"),
    [("running", ["yard"]), ("late", ["slow"]), ("lost", ["gone"]), ("waiting", ["new", "silent"]),
     ("ended", ["done"]), ("failing", ["broken"]), ("paused", [])],
)  # fmt: skip
def test_a_count_of_sources_names_them(state: str, names: list[str]) -> None:
    """Every source is in one state: what it says of itself, or the age of its newest reading."""
    figure = feed_figure(topic(), f"states/{state}", NOW)
    assert (figure.value, [part.name for part in figure.parts]) == (len(names), names)
    assert figure.simulated == (state == "ended")


def test_a_count_of_real_and_simulated_sources_marks_each_simulated_one() -> None:
    """Four sources of which one is real are not simulated as a whole, and none of the others passes for real."""
    data = topic()
    data["sources"]["twin"] = source(simulated=True)
    figure = feed_figure(data, "states/running", NOW)
    assert [(part.name, part.simulated) for part in figure.parts] == [("twin", True), ("yard", False)]
    assert not figure.simulated


def test_a_source_that_ended_is_not_judged_by_its_silence() -> None:
    """A replay that came to its end is no fault, and has no rate any more."""
    assert feed_figure(topic(), "sources/done/age_s", NOW).cadence_s is None
    assert feed_figure(topic(), "sources/gone/age_s", NOW).cadence_s == 60
    assert state_of(source(9_000, ended=True), None, NOW) == "ended"
    with pytest.raises(KeyError):
        feed_figure(topic(), "sources/done/rate_per_s", NOW)


@pytest.mark.parametrize(
    "path",
    ["", "sources", "sources/yard", "sources/none/age_s", "sources/yard/detail", "sources/silent/age_s", "states/good",
     "sources/yard/refused_today/nothing", "declared/yard/name", "declared/none/polls", "processes/hub", "simulated"],
)  # fmt: skip
def test_what_is_no_figure_is_not_told(path: str) -> None:
    """Nothing is invented for a path that shows no number."""
    with pytest.raises(KeyError):
        feed_figure(topic(), path, NOW)


def test_a_backlog_nobody_knows_is_no_figure() -> None:
    """Unknown is not zero."""
    with pytest.raises(KeyError):
        feed_figure(topic() | {"recorder_lag": None}, "recorder_lag", NOW)
