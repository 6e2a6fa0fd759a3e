"""Regular expressions that cannot hang: refused when loaded where they could, bounded when used.

Python's matcher has no time limit and backtracks. Therefore a pattern may repeat only what does not itself vary, its
cost on the longest text is bounded by a product of its repeats, texts are bounded, and a payload has a budget of
matching time. What this module does not do: find out whether a dangerous shape is harmless after all.
"""

from __future__ import annotations

import importlib
import re
import time
from functools import lru_cache
from typing import Any, Final

from feeds.errors import RefusedError

MOST_PATTERN: Final = 512
"""Characters of a pattern."""
MOST_TEXT: Final = 256
"""Characters of a text that is matched; longer ones are refused."""
MOST_COST: Final = 20_000_000
"""Ways in which a pattern may divide the longest text: 256³, about a tenth of a second."""
BUDGET_S: Final = 5.0
"""Seconds that the matching of one payload may take."""

# The parser behind `re` is the only one that agrees with it; it has been there under either name since Python 1.6.
_parser: Final[Any] = importlib.import_module("re._parser")
_REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


class Budget:
    """How long the patterns of one payload have taken."""

    def __init__(self, seconds: float = BUDGET_S) -> None:
        self._left_s = seconds

    def match(self, pattern: str, text: str, field: str) -> re.Match[str] | None:
        """Return the match of a whole text.

        Raises:
            RefusedError: text_too_long, or slow_pattern when the payload's budget is spent.
        """
        if len(text) > MOST_TEXT:
            raise RefusedError(
                "text_too_long", f"{field}: {len(text)} characters; patterns are tried on at most {MOST_TEXT}", field
            )
        if self._left_s <= 0:
            raise RefusedError("slow_pattern", f"{field}: the patterns took more than {BUDGET_S:g} s already", field)
        begun = time.perf_counter()
        found = compiled(pattern).fullmatch(text)
        self._left_s -= time.perf_counter() - begun
        return found


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern.

    Raises:
        ValueError: when it is no pattern or could take too long, saying what to write instead.
    """
    if len(pattern) > MOST_PATTERN:
        raise ValueError(f"the pattern has {len(pattern)} characters; at most {MOST_PATTERN} are taken")
    try:
        parsed = _parser.parse(pattern)
        cost = _cost(parsed, repeated=False)
        found = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    if cost > MOST_COST:
        raise ValueError(
            f"{pattern!r} could take too long: it has too many open repeats; write \\d{{1,4}} rather than \\d+"
        )
    return found


def _cost(parsed: Any, *, repeated: bool) -> int:  # noqa: ANN401 (the parser's own types)
    cost = 1
    for operation, argument in parsed:
        cost = min(MOST_COST + 1, cost * _cost_of(str(operation), argument, repeated=repeated))
    return cost


def _cost_of(name: str, argument: Any, *, repeated: bool) -> int:  # noqa: ANN401
    if name in _REPEATS:
        low, high, body = argument
        varies = int(high) > int(low)
        if repeated and varies:
            raise ValueError("it could take too long: a repeat inside a repeat, as in (a+)+; write them side by side")
        times = min(int(high), MOST_TEXT)
        inner = _cost(body, repeated=repeated or times > 1)
        return inner * (times - min(int(low), times) + 1 if varies else 1)
    if name == "SUBPATTERN":
        return _cost(argument[-1], repeated=repeated)
    if name == "ATOMIC_GROUP":
        return _cost(argument, repeated=repeated)
    if name == "BRANCH":
        if repeated:
            raise ValueError("it could take too long: alternatives inside a repeat, as in (a|b)+; write [ab]+")
        return sum(_cost(branch, repeated=repeated) for branch in argument[1])
    if name in {"GROUPREF", "GROUPREF_EXISTS", "ASSERT", "ASSERT_NOT"}:
        raise ValueError("back references and look-arounds are not taken, since they could take too long")
    return 1
