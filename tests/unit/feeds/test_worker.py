"""The worker: it waits out what is expected, tells transitions only, and ends when told to."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from feeds.worker import LONGEST_PAUSE_S, Backoff, insisting, run_worker


class Steps:
    """A step that plays a script: an exception to raise, or None; the end of the script cancels the worker."""

    def __init__(self, *script: Exception | None) -> None:
        self.script = list(script)
        self.pauses: list[float] = []

    async def __call__(self) -> None:
        """Do the next step."""
        if not self.script:
            raise asyncio.CancelledError
        outcome = self.script.pop(0)
        if outcome is not None:
            raise outcome

    async def sleep(self, seconds: float) -> None:
        """Note a pause."""
        self.pauses.append(seconds)


async def work(steps: Steps) -> list[str]:
    """Run the worker to the end of the script and return what it logged."""
    with capture_logs() as logs, pytest.raises(asyncio.CancelledError):
        await run_worker("test", steps, expected=(OSError,), sleep=steps.sleep)
    return [line["event"] for line in logs]


async def test_an_outage_makes_two_log_lines() -> None:
    """However often it is tried again, the log says once that it waits and once that it recovered."""
    steps = Steps(None, OSError("gone"), OSError("gone"), OSError("gone"), None, None)
    assert await work(steps) == ["waiting", "recovered"]
    assert len(steps.pauses) == 3


async def test_two_outages_are_told_apart() -> None:
    """A failure after a recovery is a new outage."""
    steps = Steps(OSError("one"), None, OSError("two"), None)
    assert await work(steps) == ["waiting", "recovered", "waiting", "recovered"]


async def test_a_programming_error_ends_the_worker() -> None:
    """Only expected failures are waited out; the supervisor restarts the rest."""
    steps = Steps(KeyError("bug"))
    with pytest.raises(KeyError):
        await run_worker("test", steps, expected=(OSError,), sleep=steps.sleep)


@pytest.mark.parametrize("outcome", [None, OSError("gone")])
async def test_a_cancellation_that_a_step_loses_still_ends_the_worker(outcome: Exception | None) -> None:
    """A client library that swallows the cancellation cannot keep the process from stopping."""
    begun = asyncio.Event()

    async def deaf() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if outcome is not None:
                raise outcome from None

    worker = asyncio.create_task(run_worker("test", deaf, expected=(OSError,)))
    await begun.wait()
    worker.cancel()
    async with asyncio.timeout(30):
        await asyncio.gather(worker, return_exceptions=True)
    assert worker.cancelled()


def test_pauses_double_up_to_a_cap_and_begin_anew() -> None:
    """Each pause lies between half and all of a bound that doubles to five seconds."""
    backoff = Backoff(first_s=1.0)
    bounds = [1, 2, 4, 5, 5]
    for bound in bounds:
        assert bound / 2 <= backoff.pause_s() <= bound
    assert bounds[-1] == LONGEST_PAUSE_S
    backoff.reset()
    assert backoff.pause_s() <= 1


async def test_insisting_waits_out_what_is_expected_and_nothing_else():
    """The answer comes after two outages, with a pause after each; a fault of ours is raised at once."""
    outcomes: list[Exception | str] = [ConnectionError("away"), ConnectionError("away"), "here"]
    pauses: list[float] = []

    async def call() -> str:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    assert await insisting(call, expected=ConnectionError, sleep=pause) == "here"
    assert len(pauses) == 2
    assert all(seconds > 0 for seconds in pauses)
    outcomes = [ValueError("ours")]
    with pytest.raises(ValueError, match="ours"):
        await insisting(call, expected=ConnectionError, sleep=pause)
