"""Jobs: one at a time, in their order, bounded, and nothing left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.exports import Format
from dashboard.exports.jobs import MOST_OF_ONE, MOST_WAITING, BusyError, ExportJobs, Job
from layouts.slides.model import Deck
from tests.unit.dashboard.exports.decks import deck

PATIENCE_S = 20.0


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until a condition is true."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        threading.Event().wait(0.005)


class Press:
    """Makes files when it is told to."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.made: list[str] = []
        self.running = 0
        self.most_running = 0

    def __call__(self, whole: Deck, form: Format, progress: Callable[[int, int], None]) -> bytes:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        progress(1, 3)
        assert self.go.wait(PATIENCE_S)
        self.made.append(whole.title)
        self.running -= 1
        if whole.title == "bad":
            raise RuntimeError("a fault in an export")
        return b"%PDF " + whole.title.encode()


@pytest.fixture
def press() -> Press:
    """Return a press that waits."""
    return Press()


def done(jobs: ExportJobs, job: Job) -> bool:
    """Tell whether a job has ended."""
    return job.state in {"done", "failed"}


def test_jobs_are_made_one_at_a_time_in_their_order(tmp_path: Path, press: Press) -> None:
    """Ten people at once slow each other down, not the screens."""
    jobs = ExportJobs(tmp_path / "exports", make=press)
    mine = [jobs.start(deck(title=str(at)), "pdf", f"d{at}", f"p{at}") for at in range(4)]
    wait_for(lambda: mine[0].state == "working" and mine[0].total == 3)
    assert [job.state for job in mine[1:]] == ["waiting"] * 3
    assert [jobs.ahead_of(job) for job in mine] == [0, 1, 2, 3]
    press.go.set()
    wait_for(lambda: all(done(jobs, job) for job in mine))
    assert press.made == ["0", "1", "2", "3"]
    assert press.most_running == 1
    assert mine[2].file is not None
    assert mine[2].file.read_bytes() == b"%PDF 2"
    assert mine[2].file_name == "d2.pdf"


def test_one_person_cannot_take_the_whole_queue(tmp_path: Path, press: Press) -> None:
    """Who asks too often is told to wait; somebody else is not."""
    jobs = ExportJobs(tmp_path, make=press)
    for _ in range(MOST_OF_ONE):
        jobs.start(deck(), "pdf", "d", "lan")
    with pytest.raises(BusyError, match="your exports"):
        jobs.start(deck(), "pdf", "d", "lan")
    jobs.start(deck(), "pdf", "d", "minh")
    press.go.set()


def test_the_queue_is_bounded(tmp_path: Path, press: Press) -> None:
    """A full queue says so; nothing grows without end."""
    jobs = ExportJobs(tmp_path, make=press)
    for at in range(MOST_WAITING):
        jobs.start(deck(), "pdf", "d", f"p{at}")
    with pytest.raises(BusyError, match="try again"):
        jobs.start(deck(), "pdf", "d", "one more")
    press.go.set()


def test_a_failed_export_says_so_and_the_next_one_is_made(tmp_path: Path, press: Press) -> None:
    """One bad deck does not end exporting."""
    jobs = ExportJobs(tmp_path, make=press)
    bad, good = jobs.start(deck(title="bad"), "pdf", "d", "a"), jobs.start(deck(title="good"), "pdf", "d", "a")
    press.go.set()
    wait_for(lambda: done(jobs, bad) and done(jobs, good))
    assert (bad.state, bad.file, good.state) == ("failed", None, "done")


def test_results_are_deleted_after_their_time(tmp_path: Path, press: Press) -> None:
    """A disk does not fill with files nobody fetches."""
    now = [0.0]
    jobs = ExportJobs(tmp_path, make=press, kept_s=60.0, clock=lambda: now[0])
    press.go.set()
    job = jobs.start(deck(), "pdf", "d", "a")
    wait_for(lambda: done(jobs, job))
    now[0] = 59.9
    assert jobs.get(job.id) is job
    assert job.file is not None
    now[0] = 60.0
    assert jobs.get(job.id) is None
    assert not job.file.exists()


def test_results_vanish_though_nobody_asks_again(tmp_path: Path, press: Press) -> None:
    """The thread itself cleans up, then ends."""
    jobs = ExportJobs(tmp_path, make=press, kept_s=0.05)
    press.go.set()
    jobs.start(deck(), "pdf", "d", "a")
    wait_for(lambda: press.made != [] and not list(tmp_path.iterdir()))
    wait_for(lambda: not any(thread.name == "exports" and thread is jobs._thread for thread in threading.enumerate()))


def test_what_an_earlier_process_left_is_removed(tmp_path: Path, press: Press) -> None:
    """A restart in the middle of an export leaves no half file for ever."""
    (tmp_path / "old.part").write_bytes(b"half")
    press.go.set()
    jobs = ExportJobs(tmp_path, make=press)
    job = jobs.start(deck(), "pdf", "d", "a")
    wait_for(lambda: done(jobs, job))
    assert job.file is not None
    assert list(tmp_path.iterdir()) == [job.file]


def test_nobody_can_guess_a_job(tmp_path: Path, press: Press) -> None:
    """The name of a job is its key."""
    jobs = ExportJobs(tmp_path, make=press)
    press.go.set()
    job = jobs.start(deck(), "pdf", "d", "a")
    assert len(job.id) >= 24
    assert jobs.get("../" + job.id) is None
