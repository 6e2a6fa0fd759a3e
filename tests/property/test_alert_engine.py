"""The engine decides the same whatever the circumstances: restarts, repetitions, how often it is asked, the order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.engine import Engine
from alerts.rulefile import TEXT_KEYS, read_rules
from alerts.rules import RuleSet
from feeds.catalogue import Catalogue
from feeds.model import Reading
from geodata.places import Place, Places

BEGIN = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
CATALOGUE = Catalogue()
PLACES = Places(
    [
        Place("lang-son", None, "province", "Tỉnh Lạng Sơn", "Lang Son Province", None, None),
        Place("tan-thanh", "lang-son", "gate", "Tân Thanh", "Tan Thanh", None, None),
        Place("huu-nghi", "lang-son", "gate", "Hữu Nghị", "Huu Nghi", None, None),
    ]
)
Q = "queue_length_vehicles"
RULES = (
    ("plain", f"{Q} > 5", {}),
    ("waits", f"{Q} > 5", {"for": "2m", "keep_firing_for": "1m", "clear": "3"}),
    ("keeps", f"{Q} < 2", {"no_data": "keep", "for": "1m"}),
    ("misses", f"{Q} > 8", {"no_data": "alert", "keep_firing_for": "90s"}),
    ("sums", f"sum({Q}) > 9", {"for": "1m", "clear": "7"}),
    ("joins", f"{Q} / on(place) lanes_open > 2 unless on(place) lanes_open == 4", {}),
)


def _rule_set() -> RuleSet:
    texts = "".join(f"          {key}: {{vi: x, en: x}}\n" for key in TEXT_KEYS)
    body = "".join(
        f"      - alert: {name}\n        expr: '{expr}'\n        priority: low\n        time_to_respond: 1h\n"
        + "".join(f"        {key}: {value}\n" for key, value in more.items())
        + f"        annotations:\n{texts}"
        for name, expr, more in RULES
    )
    rules, errors = read_rules(f"groups:\n  - name: all\n    rules:\n{body}", "all.yaml", CATALOGUE, PLACES)
    assert errors == []
    return RuleSet(rules)


RULE_SET = _rule_set()

moments = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 15, 30, 59, 60, 61, 120, 299, 300, 601]),  # seconds since the moment before
        st.lists(
            st.tuples(
                st.sampled_from([Q, Q, "lanes_open"]),
                st.sampled_from(["tan-thanh", "huu-nghi"]),
                st.integers(0, 9),
                st.sampled_from(["platform", "simulator"]),
                st.sampled_from(["good", "good", "good", "late", "manual"]),
            ),
            max_size=4,
        ),
    ),
    min_size=1,
    max_size=25,
)


def _story(drawn) -> list[tuple[datetime, list[Reading]]]:
    story, now = [], BEGIN
    for pause, rows in drawn:
        now += timedelta(seconds=pause)
        readings = {
            (metric, place, source): Reading(metric, place, float(value), now, now, source, quality=quality)
            for metric, place, value, source, quality in rows
        }
        story.append((now, list(readings.values())))
    return story


def _engine() -> Engine:
    return Engine(RULE_SET, CATALOGUE, PLACES)


def _decided(events) -> list[tuple]:
    return [
        (event.at, event.kind, event.rule, event.reason, event.alert_id, event.value)
        for event in events
        if event.kind != "updated"
    ]


def _told(story, restart_at=(), repeat_at=(), ask_between=False, reverse=False) -> list[tuple]:
    engine, events = _engine(), []
    before = BEGIN
    for index, (now, readings) in enumerate(story):
        if index in restart_at:
            state, engine = engine.dump(), _engine()
            engine.load(state)
        if ask_between:
            for part in range(1, 4):
                # Strictly before the next moment: what is received at an instant goes before what falls due at it.
                events += engine.evaluate(before + (now - before) * part / 4)
        before = now
        events += engine.step(readings[::-1] if reverse else readings, now)
        if index in repeat_at:
            events += engine.step(readings, now)
    events += engine.evaluate(before + timedelta(hours=1))
    return _decided(events)


@settings(max_examples=30, deadline=None)
@given(moments, st.sets(st.integers(0, 24), max_size=6))
def test_a_restart_at_any_point_changes_nothing(drawn, points) -> None:
    """Killed and begun again between any two moments, the engine makes the same decisions with the same ids."""
    story = _story(drawn)
    assert _told(story, restart_at=points) == _told(story)


@settings(max_examples=30, deadline=None)
@given(moments, st.sets(st.integers(0, 24), max_size=6))
def test_what_comes_twice_changes_nothing(drawn, points) -> None:
    """A batch that is delivered again decides nothing more."""
    story = _story(drawn)
    assert _told(story, repeat_at=points) == _told(story)


@settings(max_examples=30, deadline=None)
@given(moments)
def test_it_does_not_matter_how_often_it_is_asked(drawn) -> None:
    """Looked at three times between any two moments or never, the decisions and their instants are the same."""
    # Moments of one instant are one moment here: what is decided at an instant is not taken back at that instant.
    story = _story([(max(pause, 1), rows) for pause, rows in drawn])
    assert _told(story, ask_between=True) == _told(story)


@settings(max_examples=30, deadline=None)
@given(moments)
def test_the_order_within_a_batch_does_not_matter(drawn) -> None:
    """Readings of different series in one batch may come in any order."""
    story = _story(drawn)
    assert _told(story, reverse=True) == _told(story)


@settings(max_examples=30, deadline=None)
@given(moments)
def test_every_end_has_a_beginning(drawn) -> None:
    """An alert is raised once and cleared at most once, and later than it was raised."""
    raised: dict[str, datetime] = {}
    for at, kind, _rule, _reason, alert_id, _value in _told(_story(drawn)):
        if kind == "raised":
            assert alert_id not in raised
            raised[alert_id] = at
        else:
            assert raised.pop(alert_id) <= at
    assert all(at >= BEGIN for at in raised.values())


@settings(max_examples=30, deadline=None)
@given(moments)
def test_changed_parts_are_the_whole_state(drawn) -> None:
    """Writing down only what changed after each moment leaves the same state as writing everything at the end."""
    engine, kept = _engine(), {}
    for now, readings in _story(drawn):
        engine.step(readings, now)
        kept |= engine.dump_changed()
    whole = engine.dump()
    other, another = _engine(), _engine()
    other.load(kept)
    another.load(whole)
    later = BEGIN + timedelta(hours=9)
    assert _decided(other.evaluate(later)) == _decided(another.evaluate(later))
