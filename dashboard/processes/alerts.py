"""The alerts process: the rules, the desk they write to, and the stream screens hear of it by."""

from __future__ import annotations

from alerts.rulebook import RuleBook
from alerts.runner import AlertRunner
from dashboard.metrics.process import own_figures
from dashboard.processes.running import run_until_stopped
from dashboard.settings import Settings
from dashboard.wiring import open_base, open_desk
from feeds.bus.codec import READINGS
from feeds.pace import entry_ms


async def run(settings: Settings) -> None:
    """Watch the rules until stopped.

    Raises:
        RuleErrors: when a rule file cannot be used at the start; later a bad file is refused and the old rules stay.
    """
    desk = open_desk(settings)
    try:
        async with open_base(settings) as base:
            book = RuleBook(settings.config_dir / "rules", base.catalogue, base.places)
            runner = AlertRunner(base.bus, base.registry, desk, book, base.catalogue, base.places)

            def figures() -> tuple[dict[str, float], dict[str, int]]:
                return own_figures(), {READINGS: entry_ms(runner.position)}

            await run_until_stopped("alerts", base.bus, runner.run(), figures=figures)
    finally:
        desk.close()
