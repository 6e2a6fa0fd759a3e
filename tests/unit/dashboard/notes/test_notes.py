"""Notes to the duty desk: kept once, carried on step by step, and gone from the screens in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.errors import ActionError
from dashboard.notes import NoteDesk
from dashboard.notes.errors import NoteMissingError, TooManyNotesError
from dashboard.notes.model import telling
from dashboard.notes.store import ANSWERED_FOR, MOST_AN_HOUR, OPEN_FOR
from dashboard.readmodels.notes import MOST, NotesModel
from feeds.sql import open_engine

NOW = datetime(2026, 11, 22, 7, 32, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def desk(database_url: str):
    """A desk without notes, on each kind of database."""
    one = NoteDesk(open_engine(database_url))
    yield one
    assert one._engine.pool.checkedout() == 0
    one.close()


def write(desk: NoteDesk, text: str = "Gọi kiểm dịch thêm một tổ", **more):
    """Write a note as a leader does."""
    return desk.write(text, **{"by": "lan", "role": "leader", "now": NOW, **more})


def test_a_note_is_seen_and_answered_by_name_and_time(desk):
    """The leader reads who saw it when, and the answer; what is said twice stands once."""
    note = write(desk, urgent=True, place="tan-thanh", path="/tablet#/gate/tan-thanh")
    assert (note.state, note.version, note.urgent) == ("sent", 1, True)
    desk.see(note.id, "duy", NOW + SECOND)
    assert desk.see(note.id, "duy", NOW + 2 * SECOND).version == 2
    done = desk.answer(note.id, "duy", "Đã gọi, 20 phút nữa đến", NOW + 3 * SECOND)
    assert (done.state, done.version) == ("answered", 3)
    assert [(step.what, step.by) for step in done.steps] == [("seen", "duy"), ("answered", "duy")]
    assert telling(done)["state"] == "answered"
    assert desk.get(note.id) == done


def test_a_note_sent_again_after_a_lost_answer_is_the_same_note(desk):
    """A tablet that did not hear the answer sends once more, and the desk reads it once; keys are each person's own."""
    first = write(desk, key="k1")
    assert write(desk, key="k1", now=NOW + SECOND) == first
    assert write(desk, key="k1", by="minh").id != first.id
    assert len(desk.recent(10)) == 2
    assert desk.recent(10, "lan") == [first]


@pytest.mark.parametrize(
    ("answered", "after", "shown"),
    [
        (False, OPEN_FOR - SECOND, True),
        (False, OPEN_FOR, False),
        (True, ANSWERED_FOR - SECOND, True),
        (True, ANSWERED_FOR, False),
    ],
)
def test_a_note_stays_before_the_desk_for_its_time(desk, answered, after, shown):
    """An open one for two days, an answered one for a session; both sides of each boundary."""
    note = write(desk)
    if answered:
        desk.answer(note.id, "duy", "Xong", NOW)
    assert bool(desk.live(NOW + after)) is shown


def test_nobody_floods_the_desk(desk):
    """The sixty-first note of an hour is refused; the next hour takes notes again."""
    for number in range(MOST_AN_HOUR):
        write(desk, f"Việc {number}")
    with pytest.raises(TooManyNotesError):
        write(desk)
    assert write(desk, by="minh")
    assert write(desk, now=NOW + timedelta(hours=1, seconds=1))


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001])
def test_an_unfit_text_is_refused(desk, text):
    """Neither nothing nor a novel."""
    with pytest.raises(ActionError):
        write(desk, text)


def test_a_note_that_is_not_there_says_so(desk):
    """An id of nothing is an error of its own, not an empty answer."""
    with pytest.raises(NoteMissingError):
        desk.see("0" * 16, "duy", NOW)


def telling_of(name: str, version: int, at: int = 0):
    """A note as the stream tells it."""
    return {"id": name, "version": version, "at": at}


def test_the_newest_telling_wins_in_whatever_order_they_come():
    """The list that was read before the stream told something newer does not take it back."""
    model = NotesModel()
    assert model.fold([telling_of("a", 2)]) == {"notes/a": telling_of("a", 2)}
    assert model.fold([telling_of("a", 1), telling_of("a", 2)]) == {}
    assert model.replace([telling_of("a", 1)], keep=["a"]) == {}
    assert model.snapshot()["a"]["version"] == 2


def test_a_note_that_left_the_list_leaves_the_screens_unless_it_just_came():
    """Time takes notes away; one told while the list was read stays."""
    model = NotesModel()
    model.fold([telling_of("old", 1), telling_of("new", 1)])
    assert model.replace([], keep=["new"]) == {"notes/old": None}


def test_a_flood_of_notes_pushes_the_oldest_out():
    """A hub holds no more than it can show."""
    model = NotesModel()
    changes = model.fold(telling_of(str(at), 1, at) for at in range(MOST + 1))
    assert changes["notes/0"] is None
    assert len(model.snapshot()) == MOST
