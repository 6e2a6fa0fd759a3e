"""The part `notes` of the topic `alerts`: what leaders wrote to the duty desk, by id, each in its newest version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

MOST: Final = 200
"""Notes held at most; the oldest leave first. The list from the desk is shorter."""


class NotesModel:
    """Folds notes into `notes/ID`."""

    def __init__(self) -> None:
        self._notes: dict[str, Mapping[str, Any]] = {}

    def fold(self, told: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Take versions of notes in and return what changed, by path."""
        changes: dict[str, Any] = {}
        for note in told:
            held = self._notes.get(note["id"])
            # `<=`: the same version again, as the list brings it after the stream, changes nothing.
            if held is not None and note["version"] <= held["version"]:
                continue
            self._notes[note["id"]] = note
            changes[f"notes/{note['id']}"] = note
        while len(self._notes) > MOST:
            oldest = min(self._notes.values(), key=lambda note: int(note["at"]))["id"]
            del self._notes[oldest]
            changes[f"notes/{oldest}"] = None
        return changes

    def replace(self, listed: Iterable[Mapping[str, Any]], keep: Iterable[str] = ()) -> dict[str, Any]:
        """Take the whole list and return what changed; notes not in it have had their time.

        Args:
            listed: the list as the desk keeps it.
            keep: ids that were folded while the list was being read, which it may not know yet.
        """
        known = list(listed)
        changes = self.fold(known)
        staying = {note["id"] for note in known} | set(keep)
        for gone in [name for name in self._notes if name not in staying]:
            del self._notes[gone]
            changes[f"notes/{gone}"] = None
        return changes

    def snapshot(self) -> dict[str, Any]:
        """Return the notes by id."""
        return dict(self._notes)
