"""Fixtures of the sources' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.sources.station import Station


@pytest.fixture
def station(tmp_path: Path) -> Station:
    """Return a station with its files in an empty directory."""
    return Station(tmp_path, TOKEN="s3cret-value")
