"""What a history must remember of passages and refused records, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from feeds.errors import HistoryError
from feeds.history import LedgerRow, Recorded, RefusalRow
from feeds.history import passages as passage_store
from feeds.model import DeadLetter, Passage

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def _passage(minute: float, vehicle: str = "v1", step: str = "transport", phase: str = "enter", **more) -> Passage:
    at = START + timedelta(minutes=minute)
    return Passage(vehicle, "tan-thanh", "export", "fruit", step, phase, at, START, more.pop("source", "gate"), **more)


def _letter(number: int, reason: str = "bad_value", kind: str = "reading", source: str = "dpsu", **more) -> DeadLetter:
    received_at = more.get("received_at", START)
    return DeadLetter(kind, reason, f"row {number} is wrong", "value", source, received_at, more.get("payload", "{}"))


def test_passages_come_back_in_order_and_whole(history):
    """Whatever order passages arrive in, they are read back by the time they happened, with load and fee."""
    whole = _passage(9, step="fee_collection", phase="exit", goods_tonnes=21.5, fee_vnd=1_530_000, diverted=True)
    sent = [whole, _passage(3, "v2"), _passage(3, "v2", "declaration", "exit"), _passage(1)]
    assert history.record_passages(sent) == Recorded(4, 0, 0)
    assert list(history.passages(START + timedelta(minutes=1))) == [sent[3], sent[2], sent[1], whole]
    assert list(history.passages(START + timedelta(minutes=1, microseconds=1))) == [sent[2], sent[1], whole]


def test_passages_are_read_in_pages_without_loss(history, monkeypatch):
    """A page that ends among passages of one instant neither loses nor repeats any."""
    monkeypatch.setattr(passage_store, "PAGE", 3)
    sent = [_passage(0, f"v{number}") for number in range(7)] + [_passage(1, "w")]
    history.record_passages(sent)
    reader = history.passages(START)
    first = next(reader)
    assert history.engine.pool.checkedout() == 0, "a reader that pauses holds no connection"
    assert [first, *reader] == sent


@pytest.mark.parametrize(("minute", "left_out"), [(9, False), (10, True)])
def test_visits_that_are_over_can_be_left_out(history, minute, left_out):
    """Asked for open visits, history leaves out what ended at or before an instant; who came back is not forgotten."""
    end = START + timedelta(minutes=minute)
    over = [_passage(1), _passage(10, step="fee_collection", phase="exit")]
    turned_back = [_passage(2, "v2"), _passage(3, "v2", "quarantine", diverted=True)]
    still_here = [_passage(4, "v3")]
    back_again = [_passage(20, step="quarantine", phase="enter")]
    history.record_passages([*over, *turned_back, *still_here, *back_again])
    kept = [*([] if left_out else over), *still_here, *back_again]
    assert sorted(history.passages(START, over_until=end), key=repr) == sorted(kept, key=repr)


def test_the_same_passage_again_changes_nothing(history):
    """Passages sent twice count as duplicates and are kept once."""
    sent = [_passage(0), _passage(5, phase="exit")]
    history.record_passages(sent)
    assert history.record_passages([*sent, sent[0]]) == Recorded(0, 3, 0)
    assert list(history.passages(START)) == sent


def test_a_corrected_passage_wins(history):
    """The same step of the same vehicle with another time is a correction; the last wins."""
    history.record_passages([_passage(0), _passage(2)])
    assert history.record_passages([_passage(4), _passage(6)]) == Recorded(0, 2, 2)
    assert list(history.passages(START)) == [_passage(6)]
    assert history.ledger() == [LedgerRow("gate", "passage", 1, 3, 3, 0)]


@pytest.mark.parametrize("more", [{"goods_tonnes": 20.0}, {"fee_vnd": 2}, {"diverted": True}])
def test_what_is_told_later_of_a_passage_is_a_correction(history, more):
    """A load, a fee or a turning back that a source adds to a passage replaces what was known."""
    history.record_passages([_passage(0)])
    assert history.record_passages([_passage(0, **more)]) == Recorded(0, 1, 1)
    assert list(history.passages(START)) == [_passage(0, **more)]


def test_passages_of_an_entry_delivered_again_are_not_counted_again(history):
    """A crash between commit and acknowledgement does not show up as duplicate passages."""
    history.record_passages([_passage(0)], ("1-0",))
    assert history.record_passages([_passage(0)], ("1-0",)) == Recorded(0, 0, 0)
    history.record_passage_entries([("1-0", [_passage(0)]), ("2-0", [_passage(1, source="other")])])
    assert history.ledger() == [LedgerRow("gate", "passage", 1, 0, 0, 0), LedgerRow("other", "passage", 1, 0, 0, 0)]


def test_a_vehicle_id_that_breaks_databases_is_kept(history):
    """A NUL or an emoji in a vehicle's id does not stop the recorder."""
    sent = [_passage(0, "a\0b"), _passage(1, "xe 🚚"), _passage(2, "'; DROP TABLE passages; --")]
    assert history.record_passages(sent) == Recorded(3, 0, 0)
    assert [one.vehicle for one in history.passages(START)] == ["a\\x00b", "xe 🚚", "'; DROP TABLE passages; --"]


def test_dead_letters_are_kept_once_and_counted(history):
    """Refused records enter the books once, however often their entry is delivered."""
    entry = [("1-0", _letter(1)), ("1-0", _letter(2, "unknown_place")), ("1-0", _letter(3, kind="row"))]
    assert history.record_dead_letters(entry) == 3
    assert history.record_dead_letters([*entry, ("2-0", _letter(4, kind="passage"))]) == 1
    assert history.record_dead_letters(entry) == 0
    assert history.ledger() == [LedgerRow("dpsu", "passage", 0, 0, 0, 1), LedgerRow("dpsu", "reading", 0, 0, 0, 3)]


def test_no_letters_are_no_work(history):
    """An empty entry of refusals is nothing."""
    assert history.record_dead_letters([]) == 0
    assert (history.dead_letters(), history.ledger()) == ([], [])


def test_refusals_are_counted_by_day_in_hanoi(history):
    """17:00 UTC is already tomorrow in Hanoi."""
    before, after = (datetime(2026, 11, 22, 16, 59, tzinfo=UTC), datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    history.record_dead_letters([("1-0", _letter(1, received_at=before)), ("2-0", _letter(2, received_at=after))])
    history.record_dead_letters([("3-0", _letter(3, received_at=after))])
    assert history.refusals(date(2026, 11, 23)) == [RefusalRow(date(2026, 11, 23), "dpsu", "reading", "bad_value", 2)]
    assert len(history.refusals(date(2026, 11, 22))) == 2


def test_dead_letters_are_listed_newest_first_and_paged(history):
    """An operator pages through refused records by source and reason, and gets each whole."""
    sent = [
        _letter(1),
        _letter(2, source="other"),
        _letter(3, "clock_ahead"),
        _letter(4, payload='{"bad": "\0\ud800ữ"}'),
    ]
    history.record_dead_letters([("1-0", each) for each in sent])
    kept = history.dead_letters()
    assert [each.message for each in kept] == [f"row {number} is wrong" for number in (4, 3, 2, 1)]
    assert kept[0].payload == '{"bad": "\\x00\\ud800ữ"}'
    assert (kept[1].reason, kept[1].received_at, kept[1].field) == ("clock_ahead", START, "value")
    assert [each.message for each in history.dead_letters("dpsu", "bad_value", 1, kept[0].id)] == ["row 1 is wrong"]


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_of_dead_letters_has_bounds(history, limit):
    """A limit out of bounds is refused with the parameter's name."""
    with pytest.raises(HistoryError, match="limit must lie in 1–1000") as caught:
        history.dead_letters(limit=limit)
    assert caught.value.field == "limit"
