"""What rules are applied to: one record, with the mapping's missing markers and the payload's budget of matching.

Text is compared in NFC without the blanks around it, so that NFC, NFD and Windows-1258 (which writes combining marks)
are the same words. A text with a NUL or half a surrogate is no text and is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import msgspec

from feeds.errors import RefusedError
from feeds.mapping.paths import ABSENT, TEXT_KEY
from feeds.mapping.patterns import Budget
from feeds.mapping.schema import Condition, Conditions, Pick, Scalar

MOST_TEXT: Final = 4_096
"""Characters of one text that is used."""
_HALVES: Final = re.compile("[\ud800-\udfff]")


class Record(Protocol):
    """A row or a node: something in which things stand under keys."""

    def pick(self, key: str) -> object:
        """Return what stands under a column or path, or ABSENT."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a CSV, by column."""

    cells: AbstractMapping[str, str | None]

    def pick(self, key: str) -> object:
        """Return the cell of a column, ABSENT where the row or header has none."""
        cell = self.cells.get(key)
        return ABSENT if cell is None else cell


@dataclass(slots=True)
class Scope:
    """One record under the rules.

    Attributes:
        record: the row or node.
        missing: texts that mean "nothing".
        now: when the payload came.
        budget: of its patterns.
        found: keys that led somewhere, in any record so far.
    """

    record: Record
    missing: frozenset[str]
    now: datetime
    budget: Budget
    found: set[str] = field(default_factory=set)

    def raw(self, pick: Pick) -> object:
        """Return what stands under the first key that leads somewhere, or ABSENT.

        Raises:
            RefusedError: bad_shape.
        """
        for key in pick.keys:
            value = self.record.pick(key)
            if value is not ABSENT:
                self.found.add(key)
                return value
        return ABSENT

    def text(self, pick: Pick, missing: list[Scalar] | None = None) -> str | None:
        """Return the clean text under a pick, None where there is none or it is a missing marker.

        Raises:
            RefusedError: bad_shape, bad_text, text_too_long.
        """
        text = clean(self.raw(pick), pick)
        if text is None or text in self.missing:
            return None
        return None if missing and text in {as_text(marker) for marker in missing} else text


def clean(value: object, pick: Pick) -> str | None:
    """Return a scalar of a payload as text in NFC without blanks around it; None for absent and null.

    Raises:
        RefusedError: bad_shape for lists and objects, bad_text, text_too_long.
    """
    if isinstance(value, dict) and TEXT_KEY in value:
        value = value[TEXT_KEY]
    if value is ABSENT or value is None:
        return None
    if isinstance(value, (dict, list)):
        kind = "an object" if isinstance(value, dict) else f"a list of {len(value)}"
        raise _refused("bad_shape", pick, f"expected a text or a number, got {kind}")
    text = value if isinstance(value, str) else as_text(value)
    if len(text) > MOST_TEXT:
        raise _refused("text_too_long", pick, f"{len(text):,} characters; at most {MOST_TEXT:,}")
    if not text.isascii():
        if _HALVES.search(text):
            raise _refused("bad_text", pick, f"{text[:64]!r} holds half a character")
        text = unicodedata.normalize("NFC", text)
    if "\0" in text:
        raise _refused("bad_text", pick, f"{text[:64]!r} holds a NUL")
    return text.strip()


def _refused(reason: str, pick: Pick, why: str) -> RefusedError:
    return RefusedError(reason, f"{pick.label}: {why}", pick.label)


def as_text(value: object) -> str:
    """Return a scalar as payloads write it: `true`, `88`, and a number without a fraction as a whole one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return unicodedata.normalize("NFC", str(value)).strip()


def holds(conditions: Conditions, scope: Scope) -> bool:
    """Tell whether every condition holds; true of none.

    Raises:
        RefusedError: as `Scope.text`.
    """
    if isinstance(conditions, Condition):
        return _holds(conditions, scope)
    return all(_holds(condition, scope) for condition in conditions)


def _holds(condition: Condition, scope: Scope) -> bool:
    if condition.any_of and not any(_holds(one, scope) for one in condition.any_of):
        return False
    if condition.negated is not None and _holds(condition.negated, scope):
        return False
    if condition.present is not None and _is_there(condition, scope) is not condition.present:
        return False
    if condition.equals is msgspec.UNSET and condition.among is None and not condition.matches:
        return True
    text = clean(scope.raw(condition), condition) or ""
    return (
        (condition.equals is msgspec.UNSET or text == as_text(condition.equals))
        and (condition.among is None or text in {as_text(one) for one in condition.among})
        and (not condition.matches or scope.budget.match(condition.matches, text, condition.label) is not None)
    )


def _is_there(condition: Condition, scope: Scope) -> bool:
    raw = scope.raw(condition)
    # An object or a list is there, though it is no text.
    return bool(raw) if isinstance(raw, (dict, list)) else scope.text(condition) is not None
