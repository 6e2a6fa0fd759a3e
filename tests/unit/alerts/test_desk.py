"""The desk: what people and the engine do to an alert, in every order, on SQLite and (marked) PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy.exc import DatabaseError

from alerts.announcement import announce
from alerts.desk import Change, Desk
from alerts.errors import AlertNotFoundError, AlertStateError
from alerts.model import Alert, Event, Reason, alert_id, to_us
from feeds.sql import open_engine
from tests.unit.alerts.world import CATALOGUE, PLACES, at, rule_set, rule_yaml

RULES = rule_set(rule_yaml("queue_length_vehicles > 1000", clear="900"))
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@pytest.fixture
def desk(desk_url: str) -> Iterator[Desk]:
    """An empty desk that must give every connection back."""
    desk = Desk(open_engine(desk_url))
    yield desk
    assert desk._engine.pool.checkedout() == 0
    desk.close()


def change(
    kind: str, seconds: float, value: float | None = 1604, started: float = 0, place: str = "tan-thanh"
) -> Change:
    """Return a decision on the queue of a gate."""
    labels = {"place": place, "queue": "physical", "metric": "queue_length_vehicles", "source": "border:simulator"}
    identity = alert_id("queue_high", labels, to_us(at(started)))
    reason = Reason.CONDITION_OVER if kind == "cleared" else Reason.CONDITION_MET
    event = Event(kind, reason, at(seconds), identity, "queue_high", labels, value, at(started), ("border:simulator",))
    rule = RULES.get("queue_high")
    assert rule is not None
    return Change(event, announce(event, rule, CATALOGUE, PLACES))


def raise_one(desk: Desk) -> Alert:
    """Raise one alert and return it."""
    [alert] = desk.apply([change("raised", 0)], {}, "1-0")
    return alert


def actions(desk: Desk, alert_id: str) -> list[str]:
    """Return the journal of an alert, oldest first."""
    return [entry.action for entry in reversed(desk.journal(alert_id))]


def test_a_raised_alert_is_live_with_its_texts(desk: Desk) -> None:
    """What was raised is on the live list, in words and numbers of both languages, and marked as simulated."""
    raise_one(desk)
    [alert] = desk.live()
    assert (alert.state, alert.priority, alert.place, alert.gate) == ("UNACK", "high", "tan-thanh", "tan-thanh")
    assert (alert.summary_vi, alert.summary_en) == ("Tân Thanh: 1.604 xe", "Tan Thanh: 1,604 vehicles")
    assert (alert.dims, alert.unit, alert.threshold, alert.simulated) == ({"queue": "physical"}, "xe", 1000, True)


def test_acknowledged_then_over(desk: Desk) -> None:
    """An alert that somebody saw leaves the list when its condition ends."""
    raised = raise_one(desk)
    seen = desk.acknowledge(raised.id, "lan", "đã gọi Hải quan", NOW)
    assert (seen.state, seen.acked_by, seen.note) == ("ACKED", "lan", "đã gọi Hải quan")
    [over] = desk.apply([change("cleared", 60)], {}, "2-0")
    assert (over.state, over.ended_at, over.acked_by) == ("NORM", raised.started_at + 60_000, "lan")
    assert desk.live() == []
    assert actions(desk, raised.id) == ["raised", "acknowledged", "cleared"]


def test_over_then_acknowledged(desk: Desk) -> None:
    """An alert that ended unseen stays listed until somebody says that they saw it."""
    raised = raise_one(desk)
    [over] = desk.apply([change("cleared", 60)], {}, "2-0")
    assert over.state == "RTNUN"
    assert [alert.id for alert in desk.live()] == [raised.id]
    assert desk.acknowledge(raised.id, "lan", None, NOW).state == "NORM"
    assert desk.live() == []


def test_acknowledging_twice_is_once(desk: Desk) -> None:
    """The second tap of an impatient finger changes nothing, and neither does a late one after the end."""
    raised = raise_one(desk)
    first = desk.acknowledge(raised.id, "lan", None, NOW)
    assert desk.acknowledge(raised.id, "minh", "me too", NOW + timedelta(seconds=1)) == first
    desk.apply([change("cleared", 60)], {}, "2-0")
    assert desk.acknowledge(raised.id, "minh", None, NOW).acked_by == "lan"
    assert actions(desk, raised.id) == ["raised", "acknowledged", "cleared"]


def test_an_acknowledgement_can_be_taken_back_while_the_alert_lives(desk: Desk) -> None:
    """Taken back, the alert asks again; of an alert that is over nothing can be taken back."""
    raised = raise_one(desk)
    assert desk.unacknowledge(raised.id, "lan", None, NOW).state == "UNACK"
    desk.acknowledge(raised.id, "lan", None, NOW)
    again = desk.unacknowledge(raised.id, "minh", "nhầm", NOW)
    assert (again.state, again.acked_by, again.note) == ("UNACK", None, "nhầm")
    desk.acknowledge(raised.id, "lan", None, NOW)
    desk.apply([change("cleared", 60)], {}, "2-0")
    with pytest.raises(AlertStateError, match="is over"):
        desk.unacknowledge(raised.id, "lan", None, NOW)
    assert actions(desk, raised.id) == ["raised", "acknowledged", "unacknowledged", "acknowledged", "cleared"]


def test_a_note_is_kept_whatever_it_holds(desk: Desk) -> None:
    """Odd characters neither break the database nor vanish; an empty note is refused."""
    raised = raise_one(desk)
    assert desk.note(raised.id, "lan", "  Ữ\x00 \ud800 <b>'; DROP", NOW).note == "Ữ ? <b>'; DROP"
    assert desk.get(raised.id).note == "Ữ ? <b>'; DROP"
    assert desk.journal(raised.id)[0].note == "Ữ ? <b>'; DROP"
    with pytest.raises(AlertStateError, match="needs a text"):
        desk.note(raised.id, "lan", " \x00 ", NOW)


def test_an_unknown_alert_is_said_to_be_unknown(desk: Desk) -> None:
    """Every action on an id nobody knows says so and writes nothing."""
    for act in (desk.acknowledge, desk.unacknowledge, desk.note):
        with pytest.raises(AlertNotFoundError, match="no alert 'nothing'"):
            act("nothing", "lan", "x", NOW)
    with pytest.raises(AlertNotFoundError):
        desk.get("nothing")
    assert desk.journal() == []


def test_a_repeated_batch_changes_nothing(desk: Desk) -> None:
    """Decisions that come again after a crash are neither kept nor told twice."""
    batch = [change("raised", 0), change("updated", 20, 1700), change("cleared", 60)]
    assert len(desk.apply(batch, {}, "1-0")) == 3
    told = desk.outbox_pending("engine", NOW)
    assert desk.apply(batch, {}, "1-0") == []
    assert desk.outbox_pending("engine", NOW) == told
    assert [entry.action for entry in desk.journal()] == ["cleared", "raised"]


def test_an_update_changes_the_words_not_the_acknowledgement(desk: Desk) -> None:
    """A new value is shown, and the alert stays acknowledged; the journal is not filled with values."""
    raised = raise_one(desk)
    desk.acknowledge(raised.id, "lan", None, NOW)
    [alert] = desk.apply([change("updated", 7_200, 1700)], {}, "2-0")
    assert (alert.value, alert.summary_vi, alert.state) == (1700, "Tân Thanh: 1.700 xe", "ACKED")
    assert actions(desk, raised.id) == ["raised", "acknowledged"]


def test_what_comes_back_unseen_is_one_line(desk: Desk) -> None:
    """A condition that ended unseen and is met again is one live alert, not two; the journal tells of both."""
    raised = raise_one(desk)
    desk.apply([change("cleared", 60)], {}, "2-0")
    old, new = desk.apply([change("raised", 120, started=120)], {}, "3-0")
    assert (old.id, old.state, new.state) == (raised.id, "NORM", "UNACK")
    assert [alert.id for alert in desk.live()] == [new.id]
    assert actions(desk, raised.id) == ["raised", "cleared", "superseded"]
    desk.apply([change("raised", 180, started=180)], {}, "4-0")
    assert desk.get(new.id).ended_at == new.started_at + 60_000


def test_an_end_of_what_was_never_raised_says_nothing(desk: Desk) -> None:
    """The end of an alert nobody knows is passed over."""
    assert desk.apply([change("cleared", 60)], {}, "1-0") == []


def test_the_gravest_and_newest_come_first(desk: Desk) -> None:
    """The live list begins with what is gravest, then with what is newest; recent() goes back in time."""
    desk.apply([change("raised", 0), change("raised", 5, started=5, place="huu-nghi")], {}, "1-0")
    assert [alert.place for alert in desk.live()] == ["huu-nghi", "tan-thanh"]
    assert [alert.place for alert in desk.recent(at(1))] == ["huu-nghi"]
    assert [entry.at for entry in desk.journal(since=at(1))] == [at(5)]


def test_what_changed_since_an_instant_is_told_whether_it_is_over_or_not(desk: Desk) -> None:
    """Who was away hears of what began, was taken or ended meanwhile, and of nothing from before."""
    old = raise_one(desk)
    desk.apply([change("raised", 5, started=5, place="huu-nghi")], {}, "2-0")
    assert [alert.place for alert in desk.changed(at(1))] == ["huu-nghi"]
    desk.acknowledge(old.id, "Lan", None, at(9))
    assert [alert.place for alert in desk.changed(at(1))] == ["tan-thanh", "huu-nghi"]
    assert desk.changed(at(10)) == []


def test_the_journal_cannot_be_changed(desk: Desk) -> None:
    """The database itself refuses to rewrite or to delete a line of the journal."""
    raise_one(desk)
    for statement in ("UPDATE alert_journal SET who = 'nobody'", "DELETE FROM alert_journal"):
        with pytest.raises(DatabaseError, match="append-only"), desk._engine.begin() as connection:
            connection.exec_driver_sql(statement)
    assert len(desk.journal()) == 1


def test_the_engine_finds_its_state_again(desk: Desk) -> None:
    """State and position are kept part by part; what is not named stays."""
    assert desk.engine_state() == ({}, "0-0")
    desk.apply([], {"clock": b"1", "alerts": b"[]"}, "5-0")
    desk.apply([], {"clock": b"2"}, "6-1")
    assert desk.engine_state() == ({"clock": b"2", "alerts": b"[]"}, "6-1")


def test_the_outbox_tells_each_change_once_and_in_order(desk: Desk) -> None:
    """What one process took another does not get, nor anything later of the same alert, until the lease ends."""
    raised = raise_one(desk)
    [message] = desk.outbox_pending("engine", NOW)
    assert msgspec.json.decode(message.payload, type=Alert) == raised
    desk.acknowledge(raised.id, "lan", None, NOW)
    assert desk.outbox_pending("web", NOW) == []
    assert [each.seq for each in desk.outbox_pending("web", NOW + timedelta(seconds=11))] == [1, 2]
    desk.outbox_done([1])
    [left] = desk.outbox_pending("web", NOW)
    assert msgspec.json.decode(left.payload, type=Alert).version == 2
    desk.outbox_done([])
    desk.outbox_done([left.seq])
    assert desk.outbox_pending("engine", NOW) == []
