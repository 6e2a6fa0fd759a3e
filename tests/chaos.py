"""Hurting a running house: kills of any process, stopped workers, sockets that are half open; repeatable by a seed."""

from __future__ import annotations

import os
import random
import signal
import socket
import time
from collections import Counter
from contextlib import suppress

import psutil

from tests.databases import Postgres
from tests.house import House, wait_for

WORKERS = ("web", "recorder", "alerts", "feeds")


class Chaos:
    """Hurts a house, and a PostgreSQL where it stands on one.

    Args:
        house: the victim.
        seed: makes the same choices again.
        server: its database server, of this test's own; None for SQLite.
    """

    def __init__(self, house: House, seed: int, server: Postgres | None = None) -> None:
        self.done: Counter[str] = Counter()
        self._house = house
        self._server = server
        self._random = random.Random(seed)
        self._sockets: list[socket.socket] = []

    def victims(self) -> list[str]:
        """Return the names of all that can be killed."""
        return [*WORKERS, "valkey", "supervisor", *(["postgresql"] if self._server else [])]

    def kill(self, name: str = "") -> str:
        """Kill −9 one process (a random one by default); what nobody else restarts is started again here."""
        name = name or self._random.choice(self.victims())
        if name == "postgresql":
            assert self._server is not None
            self._server.kill()
            self.pause(0.5, 3.0)
            self._server.start_again()
        elif name == "supervisor":
            self._house.kill_all_at_once()
            self._house.start()
        else:
            # It may be dead already and not yet restarted; then somebody else is next.
            pid = self._house.pid(name)
            if pid is None:
                return self.kill()
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.done[name] += 1
        return name

    def pause(self, least_s: float, most_s: float) -> None:
        """Let some time go by: the chaos itself, not a wait for something."""
        until = time.monotonic() + self._random.uniform(least_s, most_s)
        while time.monotonic() < until:
            time.sleep(0.05)

    def stop_a_worker(self, for_s: float, name: str = "") -> str:
        """SIGSTOP a process for some seconds."""
        name = name or self._random.choice(WORKERS)
        pid = wait_for(f"{name} to run", lambda: self._house.pid(name))
        process = psutil.Process(pid)
        process.suspend()
        try:
            self.pause(for_s, for_s)
        finally:
            with suppress(psutil.NoSuchProcess):
                process.resume()
        self.done[f"{name} stopped"] += 1
        return name

    def half_open(self, count: int, token: str) -> None:
        """Open sockets that begin something and never go on: pushes without their end, live streams nobody reads."""
        port = self._house.port
        push = (
            f"POST /api/v1/readings HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n[{"
        )
        live = (
            f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        for number in range(count):
            with suppress(OSError):
                one = socket.create_connection(("127.0.0.1", port), timeout=2)
                one.sendall((push if number % 2 else live).encode())
                self._sockets.append(one)
        self.done["half-open sockets"] += count

    def close(self) -> None:
        """Let the half-open sockets go."""
        for one in self._sockets:
            one.close()
        self._sockets.clear()
