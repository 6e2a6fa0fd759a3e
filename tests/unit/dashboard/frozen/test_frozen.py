"""Frozen moments and presentations on both kinds of database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from dashboard.errors import AccessError, ActionError
from dashboard.frozen.code import ALPHABET, new_code, read_code
from dashboard.frozen.following import Following
from dashboard.frozen.presentations import KEPT_MS, Presentations
from dashboard.frozen.store import KEPT_DAYS, FrozenStore
from dashboard.frozen.tables import moments
from feeds.sql import open_engine

NOW = 1_795_415_400_000
DAY = 86_400_000
TOPICS = {"gates": {"gates": {"x": {"queue": {"v": 1, "sim": True}}}}, "feeds": {"simulated": True}}


@pytest.fixture
def store(database_url: str) -> Iterator[FrozenStore]:
    """Return a store on an empty database."""
    opened = FrozenStore(open_engine(database_url))
    yield opened
    assert opened.engine.pool.checkedout() == 0
    opened.close()


def test_a_moment_is_found_by_its_code_however_it_is_typed(store: FrozenStore) -> None:
    """Somebody reads the code aloud, another types it in small letters with a hyphen."""
    kept = store.keep(TOPICS, NOW, "Lan", "briefing", "/briefing", "giao ban")
    code = kept.code
    for typed in (code, code.lower(), f" {code[:3]}-{code[3:]} ", kept.id):
        found = store.get(typed)
        assert found is not None
        assert (found.topics, found.at, found.by, found.simulated) == (TOPICS, NOW, "Lan", "all")
    assert store.get("QQQQQQ" if code != "QQQQQQ" else "RRRRRR") is None
    assert [one.topics for one in store.list()] == [{}]


def test_a_moment_is_never_changed(store: FrozenStore) -> None:
    """What was cited from it stays what it was, whoever can write to the database."""
    store.keep(TOPICS, NOW, "Lan", "wall")
    with pytest.raises(DatabaseError), store.engine.begin() as connection:
        connection.execute(update(moments).values(note="x"))


def test_moments_go_by_age(store: FrozenStore) -> None:
    """On either side of the edge: exactly as old as allowed is kept."""
    edge = NOW - KEPT_DAYS * DAY
    old, kept = store.keep({}, edge - 1, "Lan", "wall"), store.keep({}, edge, "Lan", "wall")
    assert store.prune(NOW) == 1
    assert (store.get(old.id), store.get(kept.id) is not None) == (None, True)


def test_codes_have_no_letters_that_look_alike() -> None:
    """Nobody asks whether that was an O or a zero."""
    assert not set("0O1IL") & set(ALPHABET)
    assert read_code("abc23") is None
    assert read_code("ABC0EF") is None
    assert read_code(new_code()) is not None


def test_only_who_began_a_presentation_turns_its_slides(store: FrozenStore) -> None:
    """Another account cannot take the followers elsewhere; an ended presentation stays ended."""
    desk = Presentations(store.engine)
    begun = desk.begin("giao-ban", "", "title", "Lan", NOW)
    shown = desk.show(begun.code.lower(), "Lan", NOW + 5, slide="province")
    assert shown is not None
    assert (shown.slide, shown.revision, shown.touched_at) == ("province", 2, NOW + 5)
    same = desk.show(begun.code, "Lan", NOW + 9, slide="province")
    assert same == shown
    with pytest.raises(AccessError):
        desk.show(begun.code, "Minh", NOW, slide="title")
    ended = desk.show(begun.code, "Lan", NOW, ended=True)
    assert ended is not None
    assert ended.ended
    with pytest.raises(ActionError):
        desk.show(begun.code, "Lan", NOW, slide="title")
    assert desk.show("QQQQQQ", "Lan", NOW) is None
    desk.begin("d", "", "", "Lan", NOW + 5 + KEPT_MS + 1)
    assert desk.get(begun.code) is None


async def test_a_follower_hears_of_a_change_at_once_and_of_one_elsewhere_soon(store: FrozenStore) -> None:
    """By this process, and by another one that shares the database."""
    desk = Presentations(store.engine)
    begun = await asyncio.to_thread(desk.begin, "d", "", "title", "Lan", NOW)
    following = Following(desk.get)
    assert await following.after(begun.code, 0) == begun
    for tell in (True, False):
        before = await asyncio.to_thread(desk.get, begun.code)
        assert before is not None
        waiting = asyncio.create_task(following.after(begun.code, before.revision, 20))
        while not following.waiting:  # noqa: ASYNC110 (nobody tells when somebody begins to wait)
            await asyncio.sleep(0)
        changed = await asyncio.to_thread(desk.show, begun.code, "Lan", NOW, slide=f"to-{tell}")
        assert changed is not None
        if tell:
            following.tell(changed)
        assert await waiting == changed
    assert following.waiting == 0
    assert await following.after("QQQQQQ", 0) is None


async def test_those_who_wait_are_answered_when_the_server_goes(store: FrozenStore) -> None:
    """A restart is not held up by followers, and they come again with what they know."""
    desk = Presentations(store.engine)
    begun = await asyncio.to_thread(desk.begin, "d", "", "title", "Lan", NOW)
    following = Following(desk.get)
    waiting = asyncio.create_task(following.after(begun.code, begun.revision))
    while not following.waiting:  # noqa: ASYNC110 (nobody tells when somebody begins to wait)
        await asyncio.sleep(0)
    following.close()
    assert await waiting == begun
    assert await following.after(begun.code, begun.revision, 0) == begun
