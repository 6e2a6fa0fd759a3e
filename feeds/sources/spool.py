"""The spool: payloads that could not be delivered because the bus is away, kept on disk in their order.

A directory of segments, each a run of frames `length | CRC-32 | body`, and a small file that remembers how far it was
drained. A frame that was torn by a crash, or damaged since, ends its segment: what stands before it is whole, what
stands behind it was never acknowledged. Bounded: when the spool is full its oldest segment goes, and how much went is
remembered until somebody has been told.

What this module does not do: deliver; a payload that was delivered and not yet struck off is delivered again.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections import deque
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

MAX_BYTES: Final = 64 * 1024 * 1024
"""Default bound of one feed's spool: six hours of a 50 kB payload every 15 s."""
SEGMENTS: Final = 16
"""A full spool gives up about a sixteenth of what it holds at a time."""
_HEAD: Final = struct.Struct("<II")
_CURSOR: Final = "drained"
_LOST: Final = "lost"


class Spooled(msgspec.Struct, frozen=True, array_like=True):
    """One payload as it was taken.

    Attributes:
        at: when it was taken, aware UTC.
        origin: where it came from, for dead letters.
        content_type: what its sender called it.
        payload: the bytes.
    """

    at: datetime
    origin: str
    content_type: str
    payload: bytes


class Lost(msgspec.Struct, frozen=True):
    """What a full (or unwritable) spool had to give up since somebody was last told."""

    payloads: int = 0
    bytes: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Spooled)


class _Segment(msgspec.Struct):
    number: int
    size: int
    waiting: int


class Spool:
    """The spool of one feed; used by one task at a time, in one process.

    Args:
        directory: made when something is first written.
        max_bytes: how much is kept at most.
        fsync: whether a payload survives power loss too, not only kill −9.
    """

    def __init__(self, directory: Path, *, max_bytes: int = MAX_BYTES, fsync: bool = False) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._fsync = fsync
        self._writer: BinaryIO | None = None
        self._segments: deque[_Segment] = deque()
        self._read_at = 0
        self._head: tuple[Spooled, int] | None = None
        self.lost = Lost()
        self._load()

    def __len__(self) -> int:
        return sum(segment.waiting for segment in self._segments)

    def append(self, item: Spooled) -> bool:
        """Keep a payload behind the others.

        Returns:
            False when it could not be kept (it is larger than the whole spool, or the disk refuses); it is then counted
            in `lost`.
        """
        body = _encoder.encode(item)
        size = _HEAD.size + len(body)
        if size > self._max_bytes:
            self._lose([item])
            return False
        try:
            while self._segments and sum(segment.size for segment in self._segments) + size > self._max_bytes:
                self._drop_oldest()
            self._write(_HEAD.pack(len(body), zlib.crc32(body)) + body)
        except OSError:
            self._close_writer()
            self._lose([item])
            return False
        return True

    def oldest(self) -> Spooled | None:
        """Return the oldest payload that was not struck off, None when there is none."""
        while self._segments:
            if self._head is not None:
                return self._head[0]
            segment = self._segments[0]
            with self._path(segment.number).open("rb") as file:
                file.seek(self._read_at)
                self._head = _frame(file)
            if self._head is None:
                # Damaged since it was opened: nobody can read these any more, and somebody is to know.
                self._lose([], unread=segment.waiting)
                self._retire_first()
        return None

    def strike(self) -> None:
        """Strike off the payload that `oldest` returned: it was delivered."""
        if self._head is None:
            return
        segment = self._segments[0]
        self._read_at += self._head[1]
        self._head = None
        segment.waiting -= 1
        if segment.waiting <= 0:
            self._retire_first()
        else:
            _replace(self._directory / _CURSOR, msgspec.json.encode((segment.number, self._read_at)))

    def told(self) -> None:
        """Forget what was lost: somebody has been told."""
        self.lost = Lost()
        (self._directory / _LOST).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file being written; everything kept stays on disk."""
        self._close_writer()

    # Segments

    def _load(self) -> None:
        if not self._directory.is_dir():
            return
        lost = _read_json(self._directory / _LOST, Lost)
        self.lost = lost if isinstance(lost, Lost) else Lost()
        cursor = _read_json(self._directory / _CURSOR, tuple[int, int])
        number, offset = cursor if isinstance(cursor, tuple) else (0, 0)
        for path in sorted(self._directory.glob("*.seg")):
            found = int(path.stem) if path.stem.isdigit() else -1
            begin = offset if found == number else 0
            if found < number:
                path.unlink(missing_ok=True)
                continue
            waiting, end = _survey(path, begin)
            if not waiting:
                path.unlink(missing_ok=True)
                continue
            if not self._segments:
                self._read_at = begin
            self._segments.append(_Segment(found, end, waiting))

    def _write(self, frame: bytes) -> None:
        segment = self._segments[-1] if self._segments else None
        if segment is None or self._writer is None or segment.size + len(frame) > self._max_bytes // SEGMENTS:
            segment = self._open_segment()
        assert self._writer is not None
        try:
            self._writer.write(frame)
            self._writer.flush()
            if self._fsync:
                os.fsync(self._writer.fileno())
        except OSError:
            # Part of the frame may stand in the file: nothing may ever be written behind it.
            self._close_writer()
            self._forget_empty()
            raise
        segment.size += len(frame)
        segment.waiting += 1

    def _open_segment(self) -> _Segment:
        self._close_writer()
        self._directory.mkdir(parents=True, exist_ok=True)
        number = max((segment.number for segment in self._segments), default=self._last_number()) + 1
        self._writer = self._path(number).open("xb")
        if not self._segments:
            self._read_at = 0
            self._head = None
        segment = _Segment(number, 0, 0)
        self._segments.append(segment)
        return segment

    def _forget_empty(self) -> None:
        if self._segments and self._segments[-1].waiting == 0:
            self._segments.pop()

    def _last_number(self) -> int:
        cursor = _read_json(self._directory / _CURSOR, tuple[int, int])
        known = [int(path.stem) for path in self._directory.glob("*.seg") if path.stem.isdigit()]
        return max([*known, cursor[0] if isinstance(cursor, tuple) else 0])

    def _retire_first(self) -> None:
        segment = self._segments.popleft()
        if not self._segments:
            self._close_writer()
        self._read_at = 0
        self._head = None
        # First remembered, then removed: a crash in between leaves a file that is older than the mark.
        _replace(self._directory / _CURSOR, msgspec.json.encode((segment.number + 1, 0)))
        self._path(segment.number).unlink(missing_ok=True)

    def _drop_oldest(self) -> None:
        segment = self._segments[0]
        gone: list[Spooled] = []
        with self._path(segment.number).open("rb") as file:
            file.seek(self._read_at)
            while (found := _frame(file)) is not None:
                gone.append(found[0])
        self._lose(gone)
        self._retire_first()

    def _lose(self, gone: list[Spooled], *, unread: int = 0) -> None:
        if not gone and not unread:
            return
        lost = self.lost
        self.lost = Lost(
            lost.payloads + len(gone) + unread,
            lost.bytes + sum(len(item.payload) for item in gone),
            lost.first_at or (gone[0].at if gone else None),
            gone[-1].at if gone else lost.last_at,
        )
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            _replace(self._directory / _LOST, msgspec.json.encode(self.lost))
        except OSError:
            # A disk that takes nothing: the count lives on in memory.
            return

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _path(self, number: int) -> Path:
        return self._directory / f"{number:010d}.seg"


def _frame(file: BinaryIO) -> tuple[Spooled, int] | None:
    """Return the frame that begins here with its size; None at the end of what is whole."""
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    length, checksum = _HEAD.unpack(head)
    left = os.fstat(file.fileno()).st_size - file.tell()
    # A damaged length must not make us read (and hold) gigabytes.
    if length > left:
        return None
    body = file.read(length)
    if len(body) < length or zlib.crc32(body) != checksum:
        return None
    try:
        return _decoder.decode(body), _HEAD.size + length
    except msgspec.DecodeError:
        return None


def _survey(path: Path, begin: int) -> tuple[int, int]:
    """Return how many whole frames stand from `begin` on, and where they end."""
    count, end = 0, begin
    with path.open("rb") as file:
        file.seek(begin)
        while (found := _frame(file)) is not None:
            count += 1
            end += found[1]
    return count, end


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(data)
    fresh.replace(path)


def _read_json(path: Path, kind: Any) -> Any:  # noqa: ANN401 (what it was told to be)
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None
