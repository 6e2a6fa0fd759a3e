"""Watching one folder: a file that has come to rest is read as a stream, once, and put away.

A file is its own spool: it stays until every row has gone through the door. A restart in the middle of a file begins it
again, which changes nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final

import structlog

from feeds.errors import BusUnavailableError, SourceError
from feeds.sources.context import FeedContext
from feeds.sources.folder.settings import FolderSettings
from feeds.sources.folder.shelf import DONE, REFUSED, Candidate, Shelf
from feeds.sources.outlet import Outlet, UnusableError
from feeds.worker import insisting

_CHUNK: Final = 1 << 20


class FolderSource:
    """Watches for ever; ends only when cancelled or by a programming error.

    Args:
        settings: of the feed.
        context: its surroundings.
        outlet: takes the files' contents.
        fingerprint: of the mapping: the same content under a mended mapping is read again.
    """

    def __init__(self, settings: FolderSettings, context: FeedContext, outlet: Outlet, fingerprint: str = "") -> None:
        self._settings = settings
        self._context = context
        self._outlet = outlet
        self._fingerprint = fingerprint.encode()
        self._log = structlog.get_logger(f"feed.{context.name}")
        ledger = context.data_dir / "spool" / f"{context.name}.taken.json"
        self._shelf = Shelf(context.data_dir / Path(settings.path), settings.pattern, ledger)
        self._seen: dict[str, tuple[Candidate, float]] = {}
        self._failing = False

    async def run(self) -> None:
        """Look, take what is ready, wait."""
        status = self._context.status
        while True:
            due = self._context.clock() + timedelta(seconds=self._settings.every_s)
            status.polled(next_at=due)
            try:
                note = await self.look()
            except OSError as error:
                why = error.strerror or str(error)
                if not self._failing:
                    self._log.warning("failing", error=why)
                self._failing = True
                status.failed(
                    SourceError(
                        f"Không dùng được thư mục {self._settings.path}: {why}.",
                        f"The folder {self._settings.path} cannot be used: {why}.",
                    )
                )
            else:
                self._failing = False
                status.good(note)
            await self._context.sleep(self._settings.every_s)

    async def look(self) -> SourceError | None:
        """Take every file that is ready; return a remark when one was refused.

        Raises:
            OSError: when the folder cannot be read.
        """
        note = None
        for file in self._ready(await asyncio.to_thread(self._shelf.candidates)):
            note = await self._take(file) or note
        return note

    def _ready(self, files: list[Candidate]) -> list[Candidate]:
        # By a clock that nobody sets: a wall clock put back must not hold files up.
        now_s = asyncio.get_running_loop().time()
        seen = {}
        ready = []
        for file in files:
            before = self._seen.get(file.name)
            since = before[1] if before and before[0] == file else now_s
            seen[file.name] = (file, since)
            # At its first sight a file may be half written, whatever its times say.
            rested = since < now_s or not self._settings.settle_s
            settled = now_s - since >= self._settings.settle_s
            if rested and settled and not self._shelf.knows_state(file):
                ready.append(file)
        self._seen = seen
        return ready

    async def _take(self, file: Candidate) -> SourceError | None:
        if file.size > self._settings.max_bytes:
            return await self._refuse(
                file, "too_large", f"{file.size} bytes are more than max_bytes ({self._settings.max_bytes})"
            )
        with self._shelf.open(file) as stream:
            digest = await asyncio.to_thread(self._digest, stream)
            if self._shelf.knows_content(digest):
                self._log.info("taken before", file=file.shown)
                await self._put_away(file, DONE, digest)
                return None
            try:
                await self._send(file, stream)
            except UnusableError as error:
                if not self._shelf.unchanged(file):
                    return None  # it is still being written; it comes to rest later
                return await self._set_aside(file, error.reason, str(error))
        if not self._shelf.unchanged(file):
            return None  # what was appended meanwhile is read when it rests; what was sent is sent again
        self._log.info("taken", file=file.shown, bytes=file.size)
        await self._put_away(file, DONE, digest)
        return None

    async def _send(self, file: Candidate, stream: BinaryIO) -> None:
        async def from_the_beginning() -> None:
            stream.seek(0)
            try:
                await self._outlet.send(stream, origin=file.shown)
            except BusUnavailableError:
                self._context.status.waiting(
                    SourceError(
                        "Kênh dữ liệu nội bộ không trả lời; tệp được giữ nguyên và đọc lại sau.",
                        "The bus does not answer; the file stays and is read again later.",
                    )
                )
                raise

        await insisting(from_the_beginning, expected=BusUnavailableError, sleep=self._context.sleep)

    async def _refuse(self, file: Candidate, reason: str, message: str) -> SourceError:
        await insisting(
            lambda: self._outlet.refuse(reason, message, origin=file.shown),
            expected=BusUnavailableError,
            sleep=self._context.sleep,
        )
        return await self._set_aside(file, reason, message)

    async def _set_aside(self, file: Candidate, reason: str, message: str) -> SourceError:
        self._log.warning("refused", file=file.shown, reason=reason, message=message)
        await asyncio.to_thread(self._shelf.put_away, file, REFUSED, f"{reason}: {message}")
        return SourceError(
            f"Tệp {file.shown} không dùng được: {message}", f"The file {file.shown} cannot be used: {message}"
        )

    async def _put_away(self, file: Candidate, where: str, digest: str) -> None:
        # Remembered first: a file that cannot be moved is not taken at every look.
        await asyncio.to_thread(self._shelf.remember, file, digest)
        await asyncio.to_thread(self._shelf.put_away, file, where)

    def _digest(self, stream: BinaryIO) -> str:
        digest = hashlib.sha256(self._fingerprint)
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
        return digest.hexdigest()
