"""Fan-out: the server's CPU per frame at 200 screens × 5 Hz, against a raw WebSocket broadcast of frames as long.

Two server processes take turns: ours (hub, `/live`, uvicorn; readings come in by a bus in memory and are folded) and
the floor (`websockets.broadcast`, the fastest way that library has). The clients live in this process and count what
they get, so a frame that does not arrive is not counted as cheap.
"""

from __future__ import annotations

import asyncio
import json
import socket
import statistics
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import broadcast, serve

from tests.bench.report import Line, spread

CLIENTS = 200
HZ = 5
ROUNDS = 3
SECONDS = 5
CELLS = 20
"""Figures that change with each frame: a busy gate."""


async def measure() -> list[Line]:
    """Return the ratio of CPU per frame, ours ÷ raw."""
    ratios, ours, floors, lost = [], [], [], 0
    size = 0
    for _ in range(ROUNDS):
        ours_us, size, missing = await _round("ours", 0)
        floor_us, _, _ = await _round("floor", size)
        ours.append(ours_us)
        floors.append(floor_us)
        ratios.append(ours_us / floor_us)
        lost += missing
    detail = (
        f"{spread(ratios)}; ours {statistics.median(ours):.0f} µs, floor {statistics.median(floors):.0f} µs a frame of "
        f"{size} bytes; {CLIENTS} screens × {HZ} Hz; {lost} frames missed"
    )
    return [Line("CPU per frame against raw broadcast", statistics.median(ratios), "×", "≤ 15", detail)]


async def _round(kind: str, size: int) -> tuple[float, int, int]:
    """Return the server's CPU per delivered frame in µs, the frames' mean length, and how many were missed."""
    server = subprocess.Popen(  # noqa: ASYNC220 (started once a round, before anything is measured)
        [sys.executable, "-m", "tests.bench.bench_fanout", kind, str(size)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        port = json.loads(server.stdout.readline())["port"]
        tally = {"frames": 0, "bytes": 0}
        async with AsyncExitStack() as stack:
            address = f"ws://127.0.0.1:{port}/live?topics=gates"
            headers = {"Authorization": "Bearer bench"}
            connections = [
                await stack.enter_async_context(
                    connect(address, additional_headers=headers, compression=None, ping_interval=None)
                )
                for _ in range(CLIENTS)
            ]
            readers = [asyncio.create_task(_count(connection, tally)) for connection in connections]
            await asyncio.sleep(1.0)  # every client has its snapshot
            begun = await _ask(server)
            frames, size_before = tally["frames"], tally["bytes"]
            await asyncio.sleep(SECONDS)
            ended = await _ask(server)
            frames, length = tally["frames"] - frames, tally["bytes"] - size_before
            for reader in readers:
                reader.cancel()
        if frames == 0:
            raise RuntimeError(f"{kind}: no frame arrived")
        due = (ended["frames"] - begun["frames"]) * CLIENTS
        return (ended["cpu_s"] - begun["cpu_s"]) / frames * 1e6, length // frames, max(0, due - frames)
    finally:
        server.stdin.close()
        server.wait(10)


async def _ask(server: subprocess.Popen[str]) -> dict[str, Any]:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write("\n")
    server.stdin.flush()
    answer: dict[str, Any] = json.loads(await asyncio.to_thread(server.stdout.readline))
    return answer


async def _count(connection: ClientConnection, tally: dict[str, int]) -> None:
    async for message in connection:
        if '"type":"delta"' in message[:20] or message.startswith("x"):
            tally["frames"] += 1
            tally["bytes"] += len(message)


async def _report(frames: list[int]) -> None:
    """Answer each line of the standard input with the CPU used and frames broadcast so far; end with it."""
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps({"cpu_s": time.process_time(), "frames": frames[0]}), flush=True)


async def _serve_floor(size: int) -> None:
    connections: set[Any] = set()

    async def handle(connection: Any) -> None:
        connections.add(connection)
        try:
            await connection.wait_closed()
        finally:
            connections.discard(connection)

    frames, text = [0], "x" * size

    async def tick() -> None:
        while True:
            await asyncio.sleep(1 / HZ)
            broadcast(connections, text)
            frames[0] += 1

    async with serve(handle, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        print(json.dumps({"port": next(iter(server.sockets)).getsockname()[1]}), flush=True)
        ticking = asyncio.create_task(tick())
        await _report(frames)
        ticking.cancel()


async def _serve_ours() -> None:
    import structlog
    import uvicorn
    from starlette.applications import Starlette

    from dashboard.auth.model import Principal, Role
    from dashboard.gateway.endpoint import live_endpoint
    from dashboard.gateway.hub import Hub
    from feeds.bus.codec import READINGS, encode_batches
    from feeds.bus.memory import MemoryBus
    from feeds.catalogue import Catalogue
    from feeds.door import utc_now
    from feeds.model import DIRECTIONS, STEPS, Reading
    from feeds.registry import Registry
    from geodata.places import Places

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # answers go to the standard output

    class Nothing:
        def latest(self) -> list[Any]:
            return []

        def series(self, *_: Any, **__: Any) -> list[Any]:
            return []

        ledger = live = latest

    principal = Principal("bench", Role.VIEWER, "bearer", "machine", "bench")
    bus, places = MemoryBus(), Places.load()
    hub = Hub(bus, Registry(bus, places), Nothing(), Nothing(), places, Catalogue())
    app = Starlette(routes=[live_endpoint(hub, lambda _: principal, set())])
    frames = [0]
    sent = hub.clients.broadcast

    def counted(frame: Any) -> None:
        frames[0] += frame.topic == "gates"
        sent(frame)

    hub.clients.broadcast = counted  # type: ignore[method-assign]

    async def publish() -> None:
        number = 0
        while True:
            await asyncio.sleep(1 / HZ)
            number += 1
            now = utc_now()
            readings = [
                Reading(
                    "queue_length_vehicles", "tan-thanh", float(number % 900 + index), now, now, "bench",
                    {"queue": "physical", "direction": DIRECTIONS[index % 2], "step": STEPS[1 + index // 2 % 7]},
                )
                for index in range(CELLS)
            ]  # fmt: skip
            await bus.publish(READINGS, encode_batches(readings))

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(
                app, ws="websockets-sansio", ws_per_message_deflate=False, ws_ping_interval=None, log_level="error",
                lifespan="off", loop="auto",
            )
        )  # fmt: skip
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await hub.start()
        await hub.ready.wait()
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
        publishing = asyncio.create_task(publish())
        await _report(frames)
        publishing.cancel()
        await hub.stop()
        server.should_exit = True
        await serving


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "ours":
        asyncio.run(_serve_ours())
    elif len(sys.argv) > 2 and sys.argv[1] == "floor":
        asyncio.run(_serve_floor(int(sys.argv[2])))
    else:
        print(json.dumps([line.as_json() for line in asyncio.run(measure())], ensure_ascii=False))
