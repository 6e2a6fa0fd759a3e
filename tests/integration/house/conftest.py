"""A running house for the tests of outages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Start the whole house with the simulator, and end it as Ctrl-C does.

    With one simulated day behind it: outages and replays ask nothing of the week before.
    """
    running = House(tmp_path_factory.mktemp("house"), history_days=1).start()
    yield running
    assert running.stop() == 0
