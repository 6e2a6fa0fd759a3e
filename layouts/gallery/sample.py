"""The instant of the invented day, its source, and a figure of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

AT_MS: Final = int(datetime(2026, 1, 15, 3, 20, tzinfo=UTC).timestamp() * 1000)
"""The gallery's clock stands here: 10:20 in Hanoi."""
CADENCE_S: Final = 300
SOURCE: Final = "sample"

Topics = dict[str, Any]


def cell(value: float | None, *, age_s: float = 20, quality: str = "good", **more: object) -> dict[str, Any]:
    """Return a figure of the sample as the hub sends one."""
    at = AT_MS - int(age_s * 1000)
    return {"v": value, "at": at, "src": SOURCE, "q": quality, "sim": True, "cad": CADENCE_S, **more}
