"""How far the figures of the past have been told: what screens show while a history is being filled.

Pure: `now` is an argument.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

TASK: Final = "border-history"
"""Name of the task among the facts on progress."""
WORTH_TELLING: Final = timedelta(hours=1)
"""A shorter past is told before anybody could read of it."""
LABEL_VI: Final = "Đang tính số liệu cửa khẩu những ngày qua"
LABEL_EN: Final = "Computing the gates' past days"


class CatchUp:
    """From when to where the past is told, in hours."""

    def __init__(self) -> None:
        self._from: datetime | None = None

    def report(self, told_until: datetime | None, now: datetime) -> dict[str, Any] | None:
        """Return what to tell: hours done and in all, with names and the instant in ms; None where there is nothing.

        Args:
            told_until: up to when the past has been told, None when no source is catching up.
            now: the present instant.
        """
        if told_until is None:
            begun, self._from = self._from, None
            return None if begun is None else _progress(1, 1, now)
        if self._from is None:
            if now - told_until < WORTH_TELLING:
                return None
            self._from = told_until
        total = max(1, _hours(now - self._from))
        # Never whole while it is at work: whoever waits for the end waits for the last report.
        return _progress(min(_hours(told_until - self._from), total - 1), total, now)


def _hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3_600)


def _progress(done: int, total: int, now: datetime) -> dict[str, Any]:
    at = round(now.timestamp() * 1_000)
    return {"label_vi": LABEL_VI, "label_en": LABEL_EN, "done": done, "total": total, "at": at}
