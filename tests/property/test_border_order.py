"""Whatever order passages come in, and however often, the border's figures end up the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.border.derivation import Derivation
from feeds.model import DIRECTIONS, GOODS_CLASSES, PHASES, STEPS, Passage
from geodata.places import Place, Places

START = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)  # 18:30 in Hanoi: the runs cross 20:00 and midnight
LATEST_S = 8 * 3_600
END = START + timedelta(seconds=LATEST_S)
PLACES = Places(
    Place(name, parent, kind, name, name, None, None)
    for name, parent, kind in (
        ("lang-son", None, "province"),
        ("g", "lang-son", "gate"),
        ("g.a", "g", "route"),
        ("g.b", "g", "route"),
    )
)


@st.composite
def passages(draw) -> Passage:
    """Any passage of one of a few vehicles, sensible or not; received up to half an hour after it happened."""
    at = START + timedelta(seconds=draw(st.integers(0, LATEST_S)))
    return Passage(
        vehicle=draw(st.sampled_from(("u", "v", "w"))),
        place=draw(st.sampled_from(("g.a", "g.b", "g"))),
        direction=draw(st.sampled_from(DIRECTIONS)),
        goods_class=draw(st.sampled_from(GOODS_CLASSES)),
        step=draw(st.sampled_from(STEPS)),
        phase=draw(st.sampled_from(PHASES)),
        at=at,
        received_at=at + timedelta(seconds=draw(st.integers(0, 1_800))),
        source="s",
        goods_tonnes=draw(st.none() | st.floats(0, 40)),
        fee_vnd=draw(st.none() | st.integers(0, 5_000_000)),
        diverted=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def trips(draw) -> list[Passage]:
    """A sensible visit, cut off anywhere."""
    vehicle, place = draw(st.uuids()).hex, draw(st.sampled_from(("g.a", "g.b")))
    direction, goods = draw(st.sampled_from(DIRECTIONS)), draw(st.sampled_from(GOODS_CLASSES))
    at_s = draw(st.integers(0, LATEST_S // 2))
    made = []
    for step in STEPS:
        for phase in PHASES:
            at = START + timedelta(seconds=at_s)
            made.append(Passage(vehicle, place, direction, goods, step, phase, at, at, "s"))
            at_s += draw(st.integers(0, 1_800)) if phase == "enter" else 0
    return [one for one in made[: draw(st.integers(1, 16))] if one.at <= END]


def figures(derivation: Derivation) -> list[tuple[str, str, tuple[tuple[str, str], ...], float | None]]:
    """Return the final figures; the stock is left out, it is told by the first telling after 20:00."""
    told = derivation.readings(END + timedelta(minutes=10), changed_only=False)
    return sorted(
        (one.metric, one.place, tuple(sorted(one.dims.items())), one.value)
        for one in told
        if one.metric != "stock_vehicles"
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_order_and_repetition_do_not_matter(data):
    """Shuffled, repeated and with tellings in between, the final figures equal those of the orderly run."""
    orderly = data.draw(st.lists(passages(), max_size=20))
    for trip in data.draw(st.lists(trips(), max_size=3)):
        orderly += trip
    orderly.sort(key=lambda one: one.at)
    expected = Derivation(PLACES, {}, "s")
    for one in orderly:
        expected.apply(one)
    repeated = data.draw(st.lists(st.sampled_from(orderly), max_size=10)) if orderly else []
    shuffled = data.draw(st.permutations(orderly + repeated))
    look_at = sorted(data.draw(st.lists(st.integers(0, LATEST_S), max_size=4)))
    actual = Derivation(PLACES, {}, "s")
    # The tellings in between make most of what follows late: by up to eight hours here.
    pause = max(1, len(shuffled) // (len(look_at) + 1))
    for index, one in enumerate(shuffled):
        actual.apply(one)
        if look_at and index % pause == pause - 1:
            actual.readings(START + timedelta(seconds=look_at.pop(0)), changed_only=False)
    assert figures(actual) == figures(expected)


@settings(max_examples=40, deadline=None)
@given(st.lists(trips(), min_size=1, max_size=8))
def test_sensible_visits_are_conserved(visits):
    """Vehicles in less vehicles out are those present, and nothing disagrees."""
    derivation = Derivation(PLACES, {}, "s")
    for one in sorted((one for visit in visits for one in visit), key=lambda one: one.at):
        derivation.apply(one)
    told = {(metric, place, dims): value for metric, place, dims, value in figures(derivation)}
    came = sum(any(one.step != "declaration" and one.phase == "enter" for one in visit) for visit in visits)
    left = sum(any(one.step == "fee_collection" and one.phase == "exit" for one in visit) for visit in visits)
    assert told["queue_length_vehicles", "g", (("queue", "physical"),)] == came - left
    routes = [told.get(("queue_length_vehicles", place, (("queue", "physical"),)), 0) for place in ("g.a", "g.b")]
    assert sum(routes) == came - left
    [errors] = [derivation.readings(END + timedelta(minutes=10), changed_only=False)]
    assert all(one.value == 0 for one in errors if one.metric == "conservation_error_vehicles")
