"""A real mosquitto on this machine, started, ended and started again by the tests."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house import free_port

BINARY = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


class Broker:
    """One broker with its persistence in a directory; anonymous unless it has users."""

    def __init__(self, directory: Path, *, password_file: Path | None = None) -> None:
        if BINARY is None:
            pytest.skip("mosquitto is not installed (Debian: apt-get install mosquitto)")
        self.port = free_port()
        self._config = directory / f"mosquitto-{self.port}.conf"
        access = f"password_file {password_file}" if password_file else "allow_anonymous true"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\n{access}\npersistence true\n"
            f"persistence_location {directory}/\nautosave_interval 1\n"
            # Started as root it would become a user of its own, who may not read what the test wrote.
            f"user {getpass.getuser()}\n"
        )
        directory.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Broker:
        """Start it; whoever connects waits until it listens."""
        assert BINARY is not None
        self._process = subprocess.Popen(
            [BINARY, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return self

    def stop(self) -> None:
        """End it as a machine that is shut down does."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


def make_users(directory: Path, name: str, password: str) -> Path:
    """Return a file with one user, or skip where the tool for it is not installed."""
    tool = shutil.which("mosquitto_passwd")
    if tool is None:
        pytest.skip("mosquitto_passwd, which makes the password file, is not installed")
    subprocess.run([tool, "-c", "-b", directory / "users", name, password], check=True, capture_output=True)
    return directory / "users"
