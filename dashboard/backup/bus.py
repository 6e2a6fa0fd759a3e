"""How far each stream was recorded, for the manifest: what came later waits on the bus and is in no backup."""

from __future__ import annotations

from typing import Final

import redis

from dashboard.backup.manifest import BusPosition
from feeds.bus.codec import DEAD_LETTERS, PASSAGES, READINGS
from feeds.recorder import GROUP

PATIENCE_S: Final = 2.0


def positions(url: str) -> list[BusPosition]:
    """Return the recorder's position on each stream.

    Raises:
        redis.RedisError: when the bus cannot be asked.
    """
    with redis.Redis.from_url(url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S) as client:
        return [_position(client, stream) for stream in (READINGS, PASSAGES, DEAD_LETTERS)]


def _position(client: redis.Redis, stream: str) -> BusPosition:
    if not client.exists(stream):
        return BusPosition(stream=stream, last_id="0-0", recorded_to="0-0", waiting=0)
    last_id = _text(client.xinfo_stream(stream)["last-generated-id"])
    for group in client.xinfo_groups(stream):
        if _text(group["name"]) == GROUP:
            waiting = int(group.get("lag") or 0) + int(group["pending"])
            recorded = _text(group["last-delivered-id"])
            return BusPosition(stream=stream, last_id=last_id, recorded_to=recorded, waiting=waiting)
    return BusPosition(stream=stream, last_id=last_id, recorded_to="0-0", waiting=int(client.xlen(stream)))


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
