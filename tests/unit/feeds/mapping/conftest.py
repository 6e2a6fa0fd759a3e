"""What the tests of the mapping language share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.catalogue import Catalogue
from feeds.mapping import Mapping, Row, parse_mapping, read_payload

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HEAD = """
source: probe
name: {vi: Thử, en: Test}
"""


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Return the metrics."""
    return Catalogue()


@pytest.fixture
def mapping_of(catalogue: Catalogue) -> Callable[[str], Mapping]:
    """Return a mapping by its YAML without source and name."""
    return lambda text: parse_mapping(HEAD + text, catalogue)


@pytest.fixture
def rows_of(mapping_of: Callable[[str], Mapping]) -> Callable[..., list[Row]]:
    """Return what a payload yields under a mapping's YAML."""

    def read(text: str, payload: bytes | str, **options: Any) -> list[Row]:
        data = payload.encode() if isinstance(payload, str) else payload
        return list(read_payload(data, mapping_of(text), NOW, origin="f", **options))

    return read


@pytest.fixture
def value_of(rows_of: Callable[..., list[Row]]) -> Callable[..., Any]:
    """Return the value, or the reason of the refusal, that one cell yields under a value rule."""

    def read(rule: str, cell: str, metric: str = "wait_time_s") -> Any:
        text = (
            "format: json\nplace: {constant: lang-son}\ntime: {now: true}\n"
            f"readings: [{{metric: {metric}, value: {rule}}}]"
        )
        [row] = rows_of(text, cell)
        return row.letter.reason if row.letter else row.readings[0].value

    return read


@pytest.fixture
def time_of(rows_of: Callable[..., list[Row]]) -> Callable[..., Any]:
    """Return the instant, or the refusal's message, that a JSON object yields under a time rule."""

    def read(rule: str, payload: str) -> Any:
        text = (
            f"format: json\nplace: {{constant: lang-son}}\ntime: {rule}\n"
            "readings: [{metric: wait_time_s, value: {constant: 1}}]"
        )
        [row] = rows_of(text, payload)
        if row.letter:
            assert row.letter.reason == "bad_time"
            return row.letter.message
        return row.readings[0].observed_at.strftime("%Y-%m-%dT%H:%M:%SZ")

    return read
