"""Telling the screens of notes: over a stream of the bus, so that every web process hears of each at once.

What the stream lost is mended by the list (see `dashboard.gateway.notes`), so an outage of the bus loses no note.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from dashboard.notes.model import Note, telling
from feeds.bus.port import StreamPort

STREAM: Final = "lso:notes"
KEPT_ENTRIES: Final = 500
"""Entries the stream keeps: far more than any reader can be behind."""

_tellings: Final = msgspec.json.Decoder(list[dict[str, Any]])


async def publish_note(bus: StreamPort, note: Note) -> None:
    """Tell a note as it stands now.

    Raises:
        BusUnavailableError: when the bus cannot be reached; the list brings the note then.
    """
    await bus.publish(STREAM, [msgspec.json.encode([telling(note)])])
    await bus.trim(STREAM, KEPT_ENTRIES)


def decode_tellings(data: bytes) -> Sequence[dict[str, Any]]:
    """Return the notes of one entry.

    Raises:
        msgspec.DecodeError: when it was not written by `publish_note`.
    """
    return _tellings.decode(data)
