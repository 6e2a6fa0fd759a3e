"""Computations beside the loop: their answer comes back, and a process that is told to stop does not wait for them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from feeds.apart import apart

ROOT = Path(__file__).resolve().parents[3]


async def test_an_answer_comes_from_another_thread() -> None:
    """The function runs beside the loop, with its arguments, and what it returns is returned."""
    here = threading.get_ident()
    assert await apart(lambda a, *, b: (a + b, threading.get_ident() != here), 1, b=2) == (3, True)


async def test_a_fault_comes_back_too() -> None:
    """What the function raises is raised where its answer was awaited."""

    def fails() -> None:
        raise LookupError("no such year")

    with pytest.raises(LookupError, match="no such year"):
        await apart(fails)


async def test_a_cancelled_caller_leaves_it_behind() -> None:
    """The caller ends at once; the computation's late answer disturbs nobody."""
    go_on, ended = threading.Event(), threading.Event()

    def computes() -> None:
        go_on.wait(30)
        ended.set()

    caller = asyncio.create_task(apart(computes))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert not ended.is_set()
    go_on.set()
    await asyncio.to_thread(ended.wait, 30)
    await asyncio.sleep(0)
    assert caller.cancelled()


def test_a_process_ends_although_something_is_computed() -> None:
    """With an endless computation under way the process still ends, as it must within the supervisor's patience."""
    program = """
        import asyncio, uvloop
        from feeds.apart import apart

        def computes():
            number = 0
            while True:
                number += 1

        async def main():
            task = asyncio.create_task(apart(computes))
            await asyncio.sleep(0.05)
            task.cancel()

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main())
        print("ended")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "")
