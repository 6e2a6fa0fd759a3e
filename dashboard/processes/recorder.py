"""The recorder process: history, and the border derivation beside it."""

from __future__ import annotations

from dashboard.processes.running import run_until_stopped
from dashboard.settings import Settings
from dashboard.wiring import open_base, open_feed_desk, open_history
from feeds.recorder import Recorder


async def run(settings: Settings) -> None:
    """Record until stopped."""
    history, desk = open_history(settings), open_feed_desk(settings)
    try:
        async with open_base(settings) as base:
            recorder = Recorder(
                base.bus, base.door, base.registry, history, base.places, catalogue=base.catalogue, desk=desk
            )
            await run_until_stopped("recorder", base.bus, recorder.run())
    finally:
        desk.close()
        history.close()
