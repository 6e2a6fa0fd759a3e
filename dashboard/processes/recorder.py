"""The recorder process: history, and the border derivation beside it."""

from __future__ import annotations

from dashboard.metrics.process import own_figures
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

            def figures() -> tuple[dict[str, float], dict[str, int]]:
                pace = recorder.pace
                work = {
                    "lso_recorder_transactions_total": float(pace.transactions),
                    "lso_recorder_transaction_seconds_total": pace.seconds,
                    "lso_recorder_records_total": float(pace.records),
                    "lso_recorder_slowest_transaction_seconds": pace.slowest_s(),
                }
                return {**own_figures(), **work}, dict(pace.positions)

            await run_until_stopped("recorder", base.bus, recorder.run(), figures=figures)
    finally:
        desk.close()
        history.close()
