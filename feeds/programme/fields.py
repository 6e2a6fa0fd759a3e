"""Reading single values out of YAML nodes, each fault with its line, its key and what was expected.

Nodes are read, not the Python objects made of them: a fault then knows its line, and `2020`, `on` and `2025-06-30` stay
the texts they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import yaml


@dataclass(frozen=True, slots=True, order=True)
class TargetFault:
    """One fault of a file of targets.

    Attributes:
        file: as it was named.
        line: counted from 1.
        key: where it stands, for instance `targets[3].aims[0].year`.
        expected: what was expected, and what was there.
    """

    file: str
    line: int
    key: str
    expected: str

    def __str__(self) -> str:
        """Return `file:line: key: expected …`."""
        return f"{self.file}:{self.line}: {self.key}: {self.expected}"


class Fields:
    """The keys of one mapping, each asked for once."""

    def __init__(self, node: yaml.Node, path: str, file: str, faults: list[TargetFault], known: Sequence[str]) -> None:
        self.path = path
        self.node = node
        self._file = file
        self._faults = faults
        self._values: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, "", f"expected a mapping with {', '.join(known)}")
            return
        for key_node, value in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key not in known:
                self.fault(key_node, key, f"expected one of {', '.join(known)}")
            elif key in self._values:
                self.fault(key_node, key, "expected once, is given twice")
            else:
                self._values[key] = value

    def fault(self, node: yaml.Node, key: str, expected: str) -> None:
        """Write a fault down."""
        path = f"{self.path}.{key}".strip(".") if key else self.path or "file"
        self._faults.append(TargetFault(self._file, node.start_mark.line + 1, path, expected))

    def node_of(self, key: str, *, required: bool = False) -> yaml.Node | None:
        """Return the node of a key; None when it is not there or empty (`key:`)."""
        node = self._values.get(key)
        if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in {"", "~", "null"}:
            node = None
        if node is None and required and isinstance(self.node, yaml.MappingNode):
            self.fault(self._values.get(key, self.node), key, "is required, is missing")
        return node

    def part(self, key: str, known: Sequence[str], *, required: bool = False) -> Fields | None:
        """Return the fields of a mapping under a key."""
        node = self.node_of(key, required=required)
        return None if node is None else Fields(node, f"{self.path}.{key}".strip("."), self._file, self._faults, known)

    def parts(self, key: str, known: Sequence[str]) -> list[Fields]:
        """Return the fields of each mapping of a list that must be there and not be empty."""
        node = self.node_of(key, required=True)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.fault(node, key, "expected a list with at least one entry")
            return []
        path = f"{self.path}.{key}".strip(".")
        return [Fields(each, f"{path}[{i}]", self._file, self._faults, known) for i, each in enumerate(node.value)]

    def text(self, key: str, *, required: bool = False, longest: int = 300) -> str:
        """Return a text, "" where there is none."""
        node = self.node_of(key, required=required)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.fault(node, key, "expected a text, got a list or a mapping")
            return ""
        value = str(node.value).strip()
        if required and not value:
            self.fault(node, key, "is required, is empty")
        if len(value) > longest:
            self.fault(node, key, f"expected at most {longest} characters, got {len(value)}")
        return value

    def word(self, key: str, *, required: bool = False) -> str:
        """Return a short word: small letters, digits and `_`."""
        value = self.text(key, required=required)
        if value and not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", value):
            self.fault(self._values[key], key, f"expected small letters, digits and _, got {value[:64]!r}")
        return value

    def choice(self, key: str, allowed: Sequence[str], usual: str = "") -> str:
        """Return one of a few words; the usual one where it is not given, and where that is "" it is required."""
        value = self.text(key, required=not usual)
        if value and value not in allowed:
            self.fault(self._values[key], key, f"expected one of {', '.join(allowed)}, got {value[:64]!r}")
            return usual or allowed[0]
        return value or usual or allowed[0]

    def number(self, key: str, *, required: bool = False) -> float | None:
        """Return a finite number, None where there is none."""
        value = self.text(key, required=required)
        if not value:
            return None
        try:
            found = float(value)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            self.fault(self._values[key], key, f"expected a number, got {value[:40]!r}")
            return None
        return found

    def whole(self, key: str, lowest: int, highest: int, *, required: bool = False) -> int | None:
        """Return a whole number within bounds, None where there is none."""
        value = self.number(key, required=required)
        if value is None:
            return None
        if not value.is_integer() or not lowest <= value <= highest:
            self.fault(self._values[key], key, f"expected a whole number from {lowest} to {highest}, got {value:g}")
            return None
        return int(value)

    def flag(self, key: str) -> bool:
        """Return true or false; false where it is not given."""
        value = self.text(key)
        if value not in {"", "true", "false"}:
            self.fault(self._values[key], key, f"expected true or false, got {value[:40]!r}")
        return value == "true"

    def day(self, key: str, *, required: bool = False) -> tuple[date, str] | None:
        """Return a day with its text: `2025-07-31`, or `2020` for the last day of a year."""
        value = self.text(key, required=required)
        if not value:
            return None
        try:
            return (date(int(value), 12, 31) if re.fullmatch(r"\d{4}", value) else date.fromisoformat(value)), value
        except ValueError:
            self.fault(self._values[key], key, f"expected a day such as 2025-07-31 or a year, got {value[:40]!r}")
            return None
