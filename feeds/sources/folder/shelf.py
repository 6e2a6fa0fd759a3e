"""The folder itself: which files are ready, where they go afterwards, and what was taken before.

Names are other people's: they may be any bytes, any length, and the same twice. Links, folders, pipes and hidden files
are left alone. Nothing outside the folder is ever read or written.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

DONE: Final = "done"
REFUSED: Final = "refused"
LEDGER_FILES: Final = 10_000
"""Taken files remembered at most; they only matter while a file cannot be moved away, or is put there again."""
LONGEST_NAME_BYTES: Final = 200
"""A file system takes 255; room is left for what is added to a name."""


class Candidate(msgspec.Struct, frozen=True):
    """A file as it stands there: name, size and time of change tell one state of it from another."""

    name: str
    size: int
    mtime_ns: int
    inode: int

    @property
    def shown(self) -> str:
        """The name as text that can be stored and shown: bytes that are no UTF-8 are written as escapes."""
        text = os.fsencode(self.name).decode("utf-8", errors="backslashreplace")
        return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


class Taken(msgspec.Struct, frozen=True, array_like=True):
    """One remembered file: its state, and a digest of mapping and content."""

    name: str
    size: int
    mtime_ns: int
    digest: str


class Shelf:
    """The watched folder and the memory of what was taken.

    Args:
        folder: where files are put.
        pattern: names that are taken.
        ledger: file that remembers what was taken.
    """

    def __init__(self, folder: Path, pattern: str, ledger: Path) -> None:
        self.folder = folder
        self._pattern = pattern.casefold()
        self._ledger = ledger
        self._taken = self._recall()

    def candidates(self) -> list[Candidate]:
        """Return the plain files whose names fit, oldest first.

        Raises:
            OSError: when the folder cannot be read.
        """
        found = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not fnmatch.fnmatchcase(entry.name.casefold(), self._pattern):
                    continue
                with contextlib.suppress(OSError):
                    facts = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(facts.st_mode):
                        found.append(Candidate(entry.name, facts.st_size, facts.st_mtime_ns, facts.st_ino))
        return sorted(found, key=lambda file: (file.mtime_ns, file.name))

    @contextlib.contextmanager
    def open(self, file: Candidate) -> Iterator[BinaryIO]:
        """Open a file for reading; a link put in its place meanwhile is not followed.

        Raises:
            OSError: when it is gone, may not be read, or is no plain file any more.
        """
        handle = os.open(self.folder / file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise OSError(f"{file.shown} is no plain file")
            yield stream

    def unchanged(self, file: Candidate) -> bool:
        """Tell whether a file is still what it was."""
        try:
            facts = (self.folder / file.name).stat(follow_symlinks=False)
        except OSError:
            return False
        return (facts.st_size, facts.st_mtime_ns, facts.st_ino) == (file.size, file.mtime_ns, file.inode)

    # Memory

    def knows_state(self, file: Candidate) -> bool:
        """Tell whether this very state of the file was taken and could not be moved away."""
        return any(
            (taken.name, taken.size, taken.mtime_ns) == (file.shown, file.size, file.mtime_ns)
            for taken in self._taken.values()
        )

    def knows_content(self, digest: str) -> bool:
        """Tell whether the same content was taken with the same mapping."""
        return digest in self._taken

    def remember(self, file: Candidate, digest: str) -> None:
        """Remember that a file was taken.

        Raises:
            OSError: when the memory cannot be written.
        """
        self._taken.pop(digest, None)
        self._taken[digest] = Taken(file.shown, file.size, file.mtime_ns, digest)
        while len(self._taken) > LEDGER_FILES:
            self._taken.pop(next(iter(self._taken)))
        self._ledger.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._ledger.with_name(self._ledger.name + ".new")
        fresh.write_bytes(msgspec.json.encode(list(self._taken.values())))
        fresh.replace(self._ledger)

    def _recall(self) -> dict[str, Taken]:
        try:
            taken = msgspec.json.decode(self._ledger.read_bytes(), type=list[Taken])
        except (OSError, msgspec.DecodeError):
            # Without a memory a file may be sent twice, which changes nothing.
            return {}
        return {file.digest: file for file in taken}

    # Afterwards

    def put_away(self, file: Candidate, where: str, reason: str = "") -> None:
        """Move a file into a folder beside it, under its own name or, where that is taken, one like it.

        Args:
            file: what to move.
            where: DONE or REFUSED.
            reason: a sentence written beside it, "" for none.

        Raises:
            OSError: when it cannot be moved.
        """
        folder = self.folder / where
        folder.mkdir(exist_ok=True)
        target = _free(folder, file.name)
        (self.folder / file.name).rename(target)
        if reason:
            target.with_name(target.name + ".reason.txt").write_text(reason + "\n", encoding="utf-8")


def _free(folder: Path, name: str) -> Path:
    stem, dot, suffix = name.rpartition(".") if "." in name[1:] else (name, "", "")
    if len(os.fsencode(suffix)) > 32:
        stem, dot, suffix = name, "", ""
    room = LONGEST_NAME_BYTES - len(os.fsencode(suffix)) - 12
    short = os.fsdecode(os.fsencode(stem)[:room])
    for number in range(1, 1_000_000):
        target = folder / (f"{short}{dot}{suffix}" if number == 1 else f"{short}.{number}{dot}{suffix}")
        if not os.path.lexists(target):
            return target
    raise OSError(f"{folder} holds a million files of that name")
