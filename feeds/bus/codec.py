"""Stream entries as bytes: a batch of readings, passages or dead letters is one JSON array.

One entry carries a batch, so that the cost of the bus is paid per batch and not per reading; JSON, so that an
operator can read a stream with `valkey-cli`. MAX_BATCH bounds what a consumer holds at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from feeds.model import DeadLetter, Passage, Reading

READINGS: Final = "lso:readings"
PASSAGES: Final = "lso:passages"
DEAD_LETTERS: Final = "lso:dead"
ALERTS: Final = "lso:alerts"

FACTS_PLACES: Final = "lso:places"
"""Hash: place id → JSON of a place that a mapping declared."""
FACTS_SOURCES: Final = "lso:sources"
"""Hash: source → JSON of `feeds.registry.SourceFacts`."""
FACTS_FEEDS: Final = "lso:feeds"
"""Hash: declared feed → JSON of `feeds.sources.status.FeedFacts`."""
FACTS_SYSTEMS: Final = "lso:systems"
"""Hash: probed system → JSON of `feeds.sources.probe.settings.SystemFacts`."""
FACTS_MARKS: Final = "lso:marks"
"""Hash: number → JSON of a standing `feeds.marks.Mark`."""
FACTS_NETWORK: Final = "lso:network"
"""Hash: NETWORK_LOST → JSON of the coverage that is lost now; see `feeds.network.picture`."""
NETWORK_LOST: Final = "lost"
FACTS_PROCESSES: Final = "lso:processes"
"""Hash: process name → JSON of its last heartbeat."""
FACTS_PROGRESS: Final = "lso:progress"
"""Hash: long task → JSON of its progress."""

MAX_BATCH: Final = 500
"""Records in one entry at most: about 100 kB, a few milliseconds of any consumer's time."""

_encoder = msgspec.json.Encoder()
_readings = msgspec.json.Decoder(list[Reading])
_passages = msgspec.json.Decoder(list[Passage])
_dead_letters = msgspec.json.Decoder(list[DeadLetter])


def encode_batches(
    records: Sequence[Reading] | Sequence[Passage] | Sequence[DeadLetter],
) -> list[bytes]:
    """Return the records as entries of at most MAX_BATCH each, in order."""
    encode = _encoder.encode
    return [encode(records[i : i + MAX_BATCH]) for i in range(0, len(records), MAX_BATCH)]


def decode_readings(data: bytes) -> list[Reading]:
    """Return the readings of one entry.

    Raises:
        msgspec.DecodeError: when the entry was not written by `encode_batches`.
    """
    return _readings.decode(data)


def decode_passages(data: bytes) -> list[Passage]:
    """Return the passages of one entry; raises like `decode_readings`."""
    return _passages.decode(data)


def decode_dead_letters(data: bytes) -> list[DeadLetter]:
    """Return the dead letters of one entry; raises like `decode_readings`."""
    return _dead_letters.decode(data)
