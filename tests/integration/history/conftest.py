"""A fresh history for each test, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from feeds.history import History, open_history


@pytest.fixture
def history(database_url: str) -> Iterator[History]:
    """An empty history; at the end every connection must have come back."""
    history = open_history(database_url)
    yield history
    left = history.engine.pool.checkedout()  # type: ignore[attr-defined]
    history.close()
    assert left == 0, f"{left} connections were not given back"
