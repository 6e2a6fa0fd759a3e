"""An empty desk database for each test."""

import shutil
from pathlib import Path

import pytest

from alerts.desk import open_desk


@pytest.fixture(scope="session")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at the newest version, migrated once."""
    path = tmp_path_factory.mktemp("desk") / "empty.sqlite"
    open_desk(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def desk_url(empty_desk: Path, tmp_path: Path) -> str:
    """A fresh copy of it, as a URL."""
    shutil.copy(empty_desk, tmp_path / "desk.sqlite")
    return f"sqlite:///{tmp_path / 'desk.sqlite'}"
