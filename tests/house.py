"""The whole house in a temporary directory: started as an operator starts it, watched and hurt as the world does."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psutil
import redis

from dashboard.settings import load_settings
from dashboard.valkey import running_url
from dashboard.wiring import open_users

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 60.0
"""How long any condition may take to come true; a bound for hangs, not a promise."""

T = TypeVar("T")


def wait_for(what: str, condition: Callable[[], T], patience_s: float = PATIENCE_S) -> T:
    """Return the first true answer of a condition, or fail saying what was waited for."""
    deadline = time.monotonic() + patience_s
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience_s:.0f} s in vain for {what}; last answer: {answer!r}")
        time.sleep(0.05)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """One running installation."""

    def __init__(
        self,
        directory: Path,
        *,
        simulator: bool = True,
        redis_url: str = "",
        scenario: str = "",
        database_url: str = "",
        variables: dict[str, str] | None = None,
        history_days: float = 7,
    ) -> None:
        self.directory = directory
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._scenario = scenario
        self._config = directory / "config"
        self._copy_config(simulator=simulator, history_days=history_days)
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("LSO_")},
            "LSO_DATA_DIR": str(directory / "var"),
            "LSO_CONFIG_DIR": str(self._config),
            "LSO_PORT": str(self.port),
            "LSO_LOG": "json",
            **({"LSO_REDIS_URL": redis_url} if redis_url else {}),
            **({"LSO_DATABASE_URL": database_url} if database_url else {}),
            **(variables or {}),
        }
        self._redis_url = redis_url
        self._process: subprocess.Popen[bytes] | None = None
        self.log = directory / "up.log"
        self.started_at = 0.0

    def _copy_config(self, *, simulator: bool, history_days: float) -> None:
        shutil.copytree(ROOT / "config", self._config)
        feeds = self._config / "feeds.yaml"
        settings = f"enabled: {str(simulator).lower()}\n    history_days: {history_days}"
        feeds.write_text(feeds.read_text().replace("enabled: true", settings, 1))

    # ------------------------------------------------------------------ life

    def start(self) -> House:
        """Start it and return once it is healthy enough to serve."""
        self.started_at = time.monotonic()
        command = [sys.executable, "-m", "dashboard", "up"]
        if self._scenario:
            command += ["--scenario", self._scenario]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            wait_for("the web process to answer", self._answers)
        except BaseException:
            # Nobody ends a house that a fixture never got: it would run on beside every later test.
            self.kill_all_at_once()
            raise
        return self

    def stop(self) -> int:
        """End it as Ctrl-C does and return its exit status."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(60)
        finally:
            for child in self._children():
                child.kill()

    def _children(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self._process.pid).children(recursive=True) if self._process else []
        except psutil.NoSuchProcess:
            return []

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the house ended with {self._process.returncode}:\n{self.log.read_text()[-4_000:]}")
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                return True
        except urllib.error.HTTPError:
            return True
        except (urllib.error.URLError, OSError):
            return False

    # ------------------------------------------------------------- processes

    def pid(self, name: str) -> int | None:
        """Return the process id of a process by its name (web, feeds, recorder, alerts, valkey)."""
        for child in self._children():
            try:
                words = child.cmdline()
            except psutil.Error:
                continue
            if name == "valkey" and words and "valkey" in words[0] and "dashboard" not in words:
                return child.pid
            if "dashboard" in words and name in words[words.index("dashboard") + 1 : words.index("dashboard") + 2]:
                return child.pid
        return None

    def kill(self, name: str) -> int:
        """Kill −9 a process and return the id it had."""
        pid = wait_for(f"{name} to run", lambda: self.pid(name))
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_all_at_once(self) -> None:
        """Kill −9 the supervisor, and return once the children that it leaves behind have ended; then `start` again."""
        assert self._process is not None
        children = self._children()
        self._process.kill()
        self._process.wait(10)
        _, left = psutil.wait_procs(children, timeout=PATIENCE_S)
        for child in left:
            child.kill()
        psutil.wait_procs(left, timeout=10)

    def wait_for_new(self, name: str, old_pid: int) -> None:
        """Return once the supervisor has started a process anew."""
        wait_for(f"{name} to be restarted", lambda: self.pid(name) not in {None, old_pid})

    # ---------------------------------------------------------------- access

    def cli(self, *words: str, codes: tuple[int, ...] = (0,), **variables: str) -> str:
        """Run a verb of the command line in this installation and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "dashboard", *words],
            cwd=ROOT, env={**self.environment, **variables}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode in codes, done.stdout + done.stderr
        return done.stdout.strip() or done.stderr.strip()

    def token(self, role: str, name: str = "") -> str:
        """Create a bearer token, as `token create` does but without a second of imports for each."""
        users = open_users(load_settings(self.environment))
        try:
            return users.create_token(name or role, role)
        finally:
            users.close()

    def request(self, method: str, path: str, token: str = "", body: Any = None) -> tuple[int, Any]:
        """Ask the API; return status and JSON (or text). Raises OSError when nobody answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if data:
            request.add_header("Content-Type", "application/json")
        try:
            try:
                with urllib.request.urlopen(request, timeout=20) as response:
                    status, text = response.status, response.read()
            except urllib.error.HTTPError as error:
                status, text = error.code, error.read()
        except http.client.HTTPException as error:  # an answer that a kill cut off in its middle is none
            raise OSError(str(error)) from error
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text.decode(errors="replace")

    def live(self, topic: str, token: str) -> dict[str, Any]:
        """Return what a client of the live stream is told first of a topic. Raises OSError when nobody answers."""
        from websockets.exceptions import WebSocketException
        from websockets.sync.client import connect

        headers = {"Authorization": f"Bearer {token}"}
        try:
            with connect(f"ws{self.url[4:]}/live", additional_headers=headers, open_timeout=10) as stream:
                stream.send(json.dumps({"type": "subscribe", "topics": [topic]}))
                while True:
                    frame = json.loads(stream.recv(10))
                    if frame.get("type") == "snapshot" and frame["topic"] == topic:
                        data: dict[str, Any] = frame["data"]
                        return data
        except WebSocketException as error:
            raise OSError(str(error)) from error

    def bus(self) -> redis.Redis:
        """Return a plain client of the bus."""
        url = self._redis_url or wait_for("the bus's URL", lambda: running_url(self.directory / "var" / "valkey"))
        return redis.Redis.from_url(url)
