"""What cannot start says so at once, with the value and what was expected, and leaves nothing running."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import House

pytestmark = [pytest.mark.service]


def up(house: House, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Try to start the house and return how that ended."""
    return subprocess.run(
        [sys.executable, "-m", "dashboard", "up", *words],
        cwd=Path(__file__).resolve().parents[3], env={**house.environment, **variables},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def stopped(tmp_path: Path) -> House:
    """Return a house that was never started."""
    return House(tmp_path)


def test_an_unknown_scenario_stops_the_start(stopped: House) -> None:
    """The message lists the scenarios there are."""
    done = up(stopped, "--scenario", "nonsense")
    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert "december-2021" in done.stderr


def test_a_wrong_feeds_file_stops_the_start(stopped: House) -> None:
    """The message names the file and the key."""
    feeds = stopped.directory / "config" / "feeds.yaml"
    feeds.write_text(feeds.read_text().replace("speed: 1", "speed: 0"), encoding="utf-8")
    done = up(stopped)
    assert done.returncode == 2
    assert "feeds.yaml: feeds.simulator.speed: expected 1 to 3600, got 0" in done.stderr


def test_a_wrong_setting_stops_the_start(stopped: House) -> None:
    """The message names the variable and the value."""
    done = up(stopped, LSO_PORT="eighty")
    assert done.returncode == 2
    assert "LSO_PORT='eighty': expected a port number from 1 to 65535" in done.stderr


def test_a_port_in_use_stops_the_start(stopped: House) -> None:
    """The message says what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = up(stopped, LSO_PORT=str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "choose another with LSO_PORT" in done.stderr


def test_other_verbs_say_that_nothing_runs(stopped: House) -> None:
    """A replay without a house names the way out."""
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "replay", "x.csv", "--mapping", "config/mappings/dpsu.yaml"],
        cwd=Path(__file__).resolve().parents[3], env=stopped.environment,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "start `make run` first" in done.stderr
