"""The journal of the screens: kept once, kept for so long, and signs of life that cost few writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from dashboard.screen_journal import Beat, Entry, Report, ScreenJournal, open_screen_journal
from dashboard.screen_journal.tables import beats
from feeds.sql import open_engine

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
AT = 1_763_780_645_000


@pytest.fixture
def open_journal(tmp_path: Path) -> Iterator[Callable[..., ScreenJournal]]:
    """Return a function that opens the journal of one database, as often as processes would."""
    opened: list[ScreenJournal] = []
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    open_screen_journal(url, keep_days=90).close()

    def make(**more: int) -> ScreenJournal:
        opened.append(ScreenJournal(open_engine(url), **more))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def report(*numbers: int, panel: str = "main", browser: str = "b1", beat: Beat | None = None) -> Report:
    """Return a report with numbered lines."""
    return Report("wall", panel, [Entry("outage", AT + n, 5_000, f"line {n}", n) for n in numbers], browser, beat)


def test_a_line_sent_twice_is_kept_once(open_journal: Callable[..., ScreenJournal]) -> None:
    """The answer to a report may be lost; the wall sends it again and nothing is doubled."""
    journal = open_journal()
    assert journal.take(report(1, 2), "wall", NOW) == 2
    assert journal.take(report(1, 2, 3), "wall", NOW) == 1
    assert journal.take(report(1, browser="b2"), "wall", NOW) == 1
    assert [line.detail for line in journal.lines()] == ["line 1", "line 3", "line 2", "line 1"]


def test_lines_are_found_by_panel_kind_and_time(open_journal: Callable[..., ScreenJournal]) -> None:
    """Whoever looks for one display's night finds it."""
    journal = open_journal()
    journal.take(report(1, panel="left"), "wall", NOW)
    journal.take(report(2, panel="right"), "wall", NOW + timedelta(hours=1))
    later = round((NOW + timedelta(minutes=30)).timestamp() * 1000)
    assert [line.panel for line in journal.lines(panel="left")] == ["left"]
    assert [line.panel for line in journal.lines(start_ms=later)] == ["right"]
    assert [line.panel for line in journal.lines(end_ms=later)] == ["left"]
    assert journal.lines(kind="frozen") == []
    assert (journal.lines(limit=1)[0].who, journal.lines(limit=1)[0].for_ms) == ("wall", 5_000)


def test_old_lines_are_taken_away(open_journal: Callable[..., ScreenJournal]) -> None:
    """What is older than the file says goes by itself, once an hour at most."""
    journal = open_journal(keep_days=2)
    journal.take(report(1), "wall", NOW)
    journal.take(report(2), "wall", NOW + timedelta(days=2, minutes=1))
    assert [line.detail for line in journal.lines()] == ["line 2"]


def test_signs_of_life_cost_few_writes_and_all_processes_see_them(open_journal: Callable[..., ScreenJournal]) -> None:
    """Twelve beats a minute are one write; another web process knows the panel from that."""
    mine, other = open_journal(), open_journal()
    for second in range(0, 55, 5):
        mine.take(report(beat=Beat(scene="gates", frames=second)), "wall", NOW + timedelta(seconds=second))
    [seen] = mine.heard()
    assert (seen.beat["scene"], seen.beat["frames"]) == ("gates", 50)
    [told] = other.heard()
    assert told.beat["frames"] == 0
    with mine.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(beats)).scalar() == 1
    mine.take(report(beat=Beat(frames=99)), "wall", NOW + timedelta(seconds=61))
    assert other.heard()[0].beat["frames"] == 99


@pytest.mark.parametrize(
    "body",
    [
        b'{"screen": ""}',
        b'{"screen": "wall", "panel": "a b"}',
        b'{"screen": "wall", "entries": [{"kind": "joke", "at": 1}]}',
        b'{"screen": "wall", "entries": [{"kind": "outage", "at": -1}]}',
        b'{"screen": "wall", "entries": [{"kind": "outage", "at": 1, "for_ms": 99999999999999}]}',
        b'{"screen": "wall", "entries": [{"kind": "outage", "at": 1, "detail": "a\\u0000b"}]}',
        b'{"screen": "wall", "entries": [{"kind": "outage", "at": 1, "n": -1}]}',
        b'{"screen": "wall", "beat": {"scene": "' + b"x" * 65 + b'"}}',
        b'{"screen": "wall", "entries": [' + b",".join([b'{"kind": "load", "at": 1}'] * 101) + b"]}",
    ],
)
def test_an_unfit_report_is_refused_whole(body: bytes) -> None:
    """Nothing a browser sends can fill the desk with what nobody understands."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Report)
