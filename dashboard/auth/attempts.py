"""How often sign-in may fail: a sliding window by name and address, and by address alone.

One process's memory, bounded; `now_s` is an argument. The limit by name counts failures from one address only, so that
a stranger cannot lock an officer out by guessing at their name from elsewhere.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from typing import Final

WINDOW_S: Final = 300.0
PER_NAME: Final = 5
"""Failures of one name from one address in the window: NIST SP 800-63B §5.2.2 allows up to 100 in all."""
PER_ADDRESS: Final = 30
"""Failures of all names from one address: an office behind one address mistypes more than one person does."""
REMEMBERED: Final = 10_000
"""Keys kept at most; beyond it the one touched longest ago is forgotten."""


class Attempts:
    """Failed attempts of the last minutes."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def wait_s(self, name: str, address: str, now_s: float) -> int:
        """Return the seconds until another attempt is allowed, 0 when it is allowed now."""
        return max(
            self._wait_s((name, address), PER_NAME, now_s),
            self._wait_s(("", address), PER_ADDRESS, now_s),
        )

    def failed(self, name: str, address: str, now_s: float) -> None:
        """Count a failure."""
        for key in ((name, address), ("", address)):
            failures = self._failures.setdefault(key, deque(maxlen=PER_ADDRESS))
            failures.append(now_s)
            self._failures.move_to_end(key)
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of a name at an address."""
        self._failures.pop((name, address), None)

    def _wait_s(self, key: tuple[str, str], allowed: int, now_s: float) -> int:
        failures = self._failures.get(key)
        if failures is None:
            return 0
        while failures and now_s - failures[0] >= WINDOW_S:
            failures.popleft()
        if len(failures) < allowed:
            return 0
        return math.ceil(failures[len(failures) - allowed] + WINDOW_S - now_s)
