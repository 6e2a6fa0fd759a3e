"""What the bus knows: lags, processes by their heartbeats, declared feeds by their facts, and the server itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol, get_args, runtime_checkable

import msgspec

from dashboard.heartbeat import Beat, read_beats
from dashboard.metrics.families import BEATEN
from dashboard.metrics.sheet import OTHER, Names, Sheet
from feeds.bus.codec import ALERTS, DEAD_LETTERS, FACTS_FEEDS, PASSAGES, READINGS
from feeds.bus.port import StreamPort
from feeds.errors import BusUnavailableError
from feeds.pace import entry_ms
from feeds.sources.status import FeedFacts, State

FOLLOWED: Final = (
    (READINGS, "recorder"),
    (PASSAGES, "recorder"),
    (DEAD_LETTERS, "recorder"),
    (READINGS, "alerts"),
)
"""Stream and the consumer group that must keep up with it; the process of that group has its name."""
NOTHING: Final = "0-0"
"""The last id of a stream to which nothing was ever sent."""
MOST_PROCESSES: Final = 20
FEED_STATES: Final[tuple[str, ...]] = get_args(State)


@runtime_checkable
class TellingServer(Protocol):
    """A bus whose server tells of itself."""

    async def server_facts(self) -> dict[str, str]:
        """Return INFO."""
        ...


async def write_bus(sheet: Sheet, bus: StreamPort, feeds: Names) -> None:
    """Write everything the bus knows.

    Raises:
        BusUnavailableError: when it does not answer.
    """
    beats = await read_beats(bus)
    write_beats(sheet, beats)
    newest = {stream: await bus.last_id(stream) for stream in (READINGS, PASSAGES, DEAD_LETTERS, ALERTS)}
    for stream, entry_id in newest.items():
        if entry_id != NOTHING:
            sheet.set("lso_stream_last_entry_time_seconds", entry_ms(entry_id) / 1000, _short(stream))
    for stream, group in FOLLOWED:
        if newest[stream] == NOTHING:
            continue
        try:
            lag = await bus.lag(stream, group)
        except BusUnavailableError:
            continue  # there is no such group yet: nobody ever read
        beat = beats.get(group)
        dealt_with = beat.positions.get(stream, 0) if beat else 0
        sheet.set("lso_stream_lag_entries", lag, _short(stream), group)
        sheet.set(
            "lso_stream_lag_seconds", lag_seconds(lag, entry_ms(newest[stream]), dealt_with), _short(stream), group
        )
    write_feeds(sheet, await bus.facts(FACTS_FEEDS), feeds)
    if isinstance(bus, TellingServer):
        write_server(sheet, await bus.server_facts())


def lag_seconds(lag_entries: int, newest_ms: int, dealt_with_ms: int) -> float | None:
    """Return how much older than the newest entry is what was dealt with last; None while that is not known."""
    if lag_entries == 0:
        return 0.0
    return max(0.0, (newest_ms - dealt_with_ms) / 1000) if dealt_with_ms else None


def write_beats(sheet: Sheet, beats: Mapping[str, Beat]) -> None:
    """Write what the processes say of themselves."""
    for name in sorted(beats)[:MOST_PROCESSES]:
        beat = beats[name]
        sheet.set("lso_process_restarts_total", beat.restarts, name)
        sheet.set("lso_process_start_time_seconds", beat.since / 1000, name)
        sheet.set("lso_process_heartbeat_time_seconds", beat.at / 1000, name)
        for figure, value in beat.figures.items():
            if figure in BEATEN:
                sheet.set(figure, value, name)


def write_feeds(sheet: Sheet, facts: Mapping[str, bytes], names: Names) -> None:
    """Write how the declared feeds are doing; a fact that cannot be read is left out."""
    for name in sorted(facts):
        try:
            feed = msgspec.json.decode(facts[name], type=FeedFacts)
        except msgspec.DecodeError:
            continue
        label = names.label(name)
        if label == OTHER:
            continue
        for state in FEED_STATES:
            sheet.set("lso_feed_state", feed.state == state, label, feed.kind, state)
        sheet.set("lso_feed_state_since_time_seconds", feed.since / 1000, label)
        if feed.ok_at is not None:
            sheet.set("lso_feed_last_success_time_seconds", feed.ok_at / 1000, label)
        for metric, value in (
            ("lso_feed_polls_total", feed.polls),
            ("lso_feed_failures_total", feed.failures),
            ("lso_feed_rows_total", feed.rows),
            ("lso_feed_accepted_total", feed.accepted),
            ("lso_feed_refused_total", feed.refused),
            ("lso_feed_spooled_payloads", feed.spooled),
        ):
            sheet.set(metric, value, label)


def write_server(sheet: Sheet, facts: Mapping[str, str]) -> None:
    """Write what the server says of itself; what it does not say is left out."""
    for metric, key in (
        ("lso_bus_memory_bytes", "used_memory"),
        ("lso_bus_max_memory_bytes", "maxmemory"),
        ("lso_bus_clients", "connected_clients"),
    ):
        text = facts.get(key, "")
        if text.isascii() and text.isdigit():
            sheet.set(metric, float(text))
    if facts.get("aof_enabled") == "1":
        sheet.set("lso_bus_append_only_ok", facts.get("aof_last_write_status") == "ok")


def _short(stream: str) -> str:
    return stream.partition(":")[2]
