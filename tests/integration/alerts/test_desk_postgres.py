"""The desk on either database, and two processes at once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from alerts.desk import Change, Desk, open_desk
from alerts.errors import AlertStateError
from tests.unit.alerts.test_desk import change

pytestmark = pytest.mark.service
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def test_a_whole_life_is_the_same_on_both(database_url: str) -> None:
    """Raised, noted, acknowledged, taken back, ended, seen: the same states, journal and outbox on both databases."""
    desk = open_desk(database_url)
    [alert] = desk.apply([change("raised", 0)], {"clock": b"1"}, "1-0")
    assert desk.apply([change("raised", 0)], {"clock": b"2"}, "2-0") == []
    desk.note(alert.id, "lan", "Ữ \x00 \ud800", NOW)
    desk.acknowledge(alert.id, "lan", None, NOW)
    desk.unacknowledge(alert.id, "lan", None, NOW)
    desk.apply([change("updated", 7_200, 1700), change("cleared", 7_260)], {}, "3-0")
    [old, new] = desk.apply([change("raised", 7_300, started=7_300)], {}, "4-0")
    assert (old.state, new.state) == ("NORM", "UNACK")
    assert [entry.action for entry in desk.journal(alert.id)] == [
        "superseded",
        "cleared",
        "unacknowledged",
        "acknowledged",
        "noted",
        "raised",
    ]
    assert desk.journal(alert.id)[-2].note == "Ữ  ?"
    assert desk.engine_state() == ({"clock": b"2"}, "4-0")
    taken = desk.outbox_pending("engine", NOW)
    assert len(taken) == 8
    assert desk.outbox_pending("web", NOW) == []
    desk.outbox_done([message.seq for message in taken])
    assert desk.outbox_pending("web", NOW) == []
    with pytest.raises(AlertStateError):
        desk.unacknowledge(alert.id, "lan", None, NOW)
    for statement in ("UPDATE alert_journal SET who = 'x'", "DELETE FROM alert_journal"):
        with pytest.raises(DatabaseError, match="append-only"), desk._engine.begin() as connection:
            connection.exec_driver_sql(statement)
    assert desk._engine.pool.checkedout() == 0
    desk.close()
    again = open_desk(database_url)
    assert [each.id for each in again.live()] == [new.id]
    again.close()


def test_an_acknowledgement_and_an_end_that_meet(database_url: str) -> None:
    """Whichever of two processes comes first, an alert that is seen and over is NORM, once, with a whole journal."""
    desk, other = open_desk(database_url), open_desk(database_url)
    rounds = range(12)
    raised = [change("raised", index, started=index, place=f"p{index}") for index in rounds]
    desk.apply(raised, {}, "1-0")
    ids = [each.event.alert_id for each in raised]
    ends = [change("cleared", index + 60, started=index, place=f"p{index}") for index in rounds]
    gate = threading.Barrier(2)
    failures: list[Exception] = []

    def each(work: Callable[[int], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                for index in rounds:
                    gate.wait(10)
                    work(index)
            except Exception as error:  # noqa: BLE001 (shown by the assertion below)
                failures.append(error)
                gate.abort()

        return run

    def end(index: int) -> object:
        return desk.apply([ends[index]], {"clock": b"%d" % index}, f"{index}-0")

    def see(index: int) -> object:
        return other.acknowledge(ids[index], "lan", None, NOW)

    threads = [threading.Thread(target=each(work)) for work in (end, see)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert desk.live() == []
    for alert_id in ids:
        alert = desk.get(alert_id)
        assert (alert.state, alert.acked_by, alert.version) == ("NORM", "lan", 3)
        assert {entry.action for entry in desk.journal(alert_id)} == {"raised", "acknowledged", "cleared"}
        assert len(desk.journal(alert_id)) == 3
    told: list[Change | object] = []
    while messages := desk.outbox_pending("engine", NOW + timedelta(minutes=1)):
        told += messages
        desk.outbox_done([message.seq for message in messages])
    assert len(told) == 3 * len(ids)
    assert isinstance(desk, Desk)
    desk.close()
    other.close()
