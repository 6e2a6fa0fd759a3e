"""Long computations beside the event loop that nobody waits for at the end.

`asyncio.to_thread` uses the loop's executor, which the end of a process waits for: a computation of twenty seconds on
a busy machine then holds up a stop until the supervisor kills the process. What runs here is left behind instead. So
it is for computations alone; what writes anything belongs into `asyncio.to_thread`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def apart(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a function returns, computed in a thread of its own.

    When the caller is cancelled the computation goes on unheard; its thread ends with it, or with the process.

    Raises:
        BaseException: whatever the function raises.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: list[T], error: BaseException | None) -> None:
        if answer.done():
            return  # the caller was cancelled meanwhile
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result[0])

    def work() -> None:
        result: list[T] = []
        failed: BaseException | None = None
        try:
            result.append(function(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 (handed to the caller, whatever it is)
            failed = error
        if not loop.is_closed():
            _tell(loop, lambda: settle(result, failed))

    threading.Thread(target=work, name=f"apart {getattr(function, '__name__', '')}", daemon=True).start()
    return await answer


def _tell(loop: asyncio.AbstractEventLoop, settle: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:
        if not loop.is_closed():
            raise
        # It was closed between the question and the call: nobody waits any more.
