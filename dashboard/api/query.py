"""Query parameters: texts to instants, dimensions and numbers, each refusal naming the parameter."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from dashboard.api.body import BodyError
from feeds.model import parse_dims_key

_INTEGER: Final = re.compile(r"-?\d{1,15}", re.ASCII)


def instant(name: str, text: str | None, default: datetime) -> datetime:
    """Return an instant given as ISO 8601 with a zone, or as ms since the epoch; the default for none.

    Raises:
        BodyError: 400 when it is neither.
    """
    if not text:
        return default
    try:
        if _INTEGER.fullmatch(text):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        # A `+` in a query means a blank unless it is escaped; nobody writes a blank before a zone on purpose.
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise BodyError(400, f"{name} must be ISO 8601 with a zone (2026-11-22T03:04:05Z) or ms, got {text[:40]!r}", name)


def dims(text: str | None) -> dict[str, str] | None:
    """Return dims given as `key=value,key=value`; None when not asked for.

    Raises:
        BodyError: 400 when they are written otherwise.
    """
    if text is None:
        return None
    try:
        return parse_dims_key(text)
    except ValueError as error:
        raise BodyError(400, str(error), "dims") from error


def number(name: str, text: str | None, default: int, lowest: int, highest: int) -> int:
    """Return a whole number within bounds, the default for none.

    Raises:
        BodyError: 400 when it is none or out of bounds.
    """
    if not text:
        return default
    if not _INTEGER.fullmatch(text) or not lowest <= int(text) <= highest:
        raise BodyError(400, f"{name} must be a whole number from {lowest} to {highest}, got {text[:40]!r}", name)
    return int(text)
