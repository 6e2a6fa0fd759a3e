"""A finding of the doctor. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

State = Literal["ok", "warn", "fail"]

EXIT: Final[dict[State, int]] = {"ok": 0, "warn": 1, "fail": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: what, in words with dots: `bus.appendonly`.
        state: ok; warn (works, and will hurt one day); fail (does not work, or loses data).
        found: what there is, a sentence or a figure.
        do: what to do, a sentence; "" when nothing.
    """

    check: str
    state: State
    found: str
    do: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return asdict(self)


def exit_code(findings: Iterable[Finding]) -> int:
    """Return 0 when all is well, 1 when something warns, 2 when something fails."""
    return max((EXIT[finding.state] for finding in findings), default=0)


def version_of(words: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: "18.4 (Debian 1)" → (18, 4)."""
    found: list[int] = []
    for part in words.strip().split(".")[:3]:
        digits = ""
        for letter in part:
            if not letter.isdigit():
                break
            digits += letter
        if not digits:
            break
        found.append(int(digits))
    return tuple(found)
