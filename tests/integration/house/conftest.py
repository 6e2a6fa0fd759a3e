"""A running house for the tests of outages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Start the whole house with the simulator, and end it as Ctrl-C does."""
    running = House(tmp_path_factory.mktemp("house")).start()
    yield running
    assert running.stop() == 0
