"""An empty desk database for each test, of each kind."""

import pytest


@pytest.fixture
def desk_url(database_url: str) -> str:
    """The URL of a desk with its tables at head and nothing in them."""
    return database_url
