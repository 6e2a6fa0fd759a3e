"""Exports that are under way: one at a time in a thread of their own, a bounded queue, results kept for some minutes.

The thread lives while there is something to make or to delete, and leaves nothing behind: what an earlier process left
in the folder goes when the first export is asked for. One web process knows its own jobs only.
"""

from __future__ import annotations

import queue
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import structlog

from dashboard.errors import DashboardError
from dashboard.exports import Format, export, extension
from layouts.slides.model import Deck

log = structlog.get_logger("exports")

KEPT_S: Final = 15 * 60.0
"""Long enough to come back from a telephone call to the download."""
MOST_WAITING: Final = 8
MOST_OF_ONE: Final = 3
"""Jobs of one person that are not finished: nobody holds up the others."""
MOST_KEPT: Final = 40
"""Results on disk; the oldest goes for a new one. Pictures of a deck have some 3 MB."""
LISTEN_S: Final = 5.0
"""How often the thread looks whether a result has been kept long enough."""

State = Literal["waiting", "working", "done", "failed"]
Make = Callable[[Deck, Format, Callable[[int, int], None]], bytes]


class BusyError(DashboardError, RuntimeError):
    """Too much is asked for at once; the message says what to wait for."""


@dataclass(slots=True)
class Job:
    """One export.

    Attributes:
        id: unguessable.
        who: whose it is.
        format: of the file.
        name: of the file, without its ending.
        deck: what is printed; None once it is.
        state: how far it is.
        done: pages done.
        total: pages in all, 0 while that is unknown.
        file: the result.
        ended_s: when it ended, by the clock of the jobs.
    """

    id: str
    who: str
    format: Format
    name: str
    deck: Deck | None
    state: State = "waiting"
    done: int = 0
    total: int = 0
    file: Path | None = None
    ended_s: float = field(default=0.0)

    @property
    def file_name(self) -> str:
        """Return the name a browser saves the result under."""
        return self.name + (self.file.suffix if self.file else "")


class ExportJobs:
    """The jobs of one web process."""

    def __init__(
        self,
        folder: Path,
        *,
        make: Make = export,
        kept_s: float = KEPT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._make = make
        self._kept_s = kept_s
        self._clock = clock
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._swept = False

    def start(self, deck: Deck, format: Format, name: str, who: str) -> Job:  # noqa: A002 (the word of the contract)
        """Queue an export.

        Args:
            deck: what to print.
            format: as what.
            name: of the file, without its ending.
            who: for whom.

        Raises:
            BusyError: when the queue is full, or this person's share of it.
        """
        with self._lock:
            self._sweep()
            self._forget()
            open_ = [job for job in self._jobs.values() if job.state in {"waiting", "working"}]
            if len([job for job in open_ if job.who == who]) >= MOST_OF_ONE:
                raise BusyError(f"{MOST_OF_ONE} of your exports are under way; wait until one is done")
            if len(open_) >= MOST_WAITING:
                raise BusyError(f"{MOST_WAITING} exports are under way; try again in a minute")
            job = Job(secrets.token_urlsafe(18), who, format, name, deck)
            self._jobs[job.id] = job
            self._waiting.put(job)
            if self._thread is None:
                # A daemon: the end of the process does not wait for a file nobody will fetch.
                self._thread = threading.Thread(target=self._work, name="exports", daemon=True)
                self._thread.start()
            return job

    def get(self, job_id: str) -> Job | None:
        """Return a job; None when there is none or it was kept long enough."""
        with self._lock:
            self._forget()
            return self._jobs.get(job_id)

    def ahead_of(self, job: Job) -> int:
        """Return how many jobs come before this one."""
        with self._lock:
            before = list(self._jobs.values())
            count = before.index(job) if job in before else 0
            return sum(each.state in {"waiting", "working"} for each in before[:count])

    def _work(self) -> None:
        while True:
            try:
                job = self._waiting.get(timeout=min(LISTEN_S, self._kept_s))
            except queue.Empty:
                with self._lock:
                    self._forget()
                    if not self._jobs:
                        self._thread = None
                        return
                continue
            self._run(job)

    def _run(self, job: Job) -> None:
        job.state = "working"

        def tell(done: int, total: int) -> None:
            job.done, job.total = done, total

        deck = job.deck
        assert deck is not None
        try:
            data = self._make(deck, job.format, tell)
            file = self._folder / f"{job.id}.{extension(job.format, data)}"
            part = file.with_suffix(".part")
            part.write_bytes(data)
            part.replace(file)
        except Exception:
            # Whatever one deck or a full disk does, the next export is made; the fault is in the log.
            log.exception("an export failed", job=job.id, format=job.format, deck=job.name)
            job.ended_s = self._clock()
            job.state = "failed"
        else:
            job.file = file
            job.ended_s = self._clock()
            # Last: whoever sees it done finds the file.
            job.state = "done"
        finally:
            job.deck = None

    def _forget(self) -> None:
        """Delete what was kept long enough, and the oldest of too many."""
        now = self._clock()
        ended = sorted(
            (job for job in self._jobs.values() if job.state in {"done", "failed"}), key=lambda job: job.ended_s
        )
        surplus = len(ended) - MOST_KEPT
        for at, job in enumerate(ended):
            if at < surplus or now - job.ended_s >= self._kept_s:
                del self._jobs[job.id]
                if job.file is not None:
                    job.file.unlink(missing_ok=True)

    def _sweep(self) -> None:
        if self._swept:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in self._folder.iterdir():
            if file.is_file():
                file.unlink(missing_ok=True)
        self._swept = True
