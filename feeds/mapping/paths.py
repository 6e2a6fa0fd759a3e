"""Paths into nested payloads: `a.b[0].@unit`, `$.last_updated`, `^.id`; and the records a path with `[*]` stands for.

A path is relative to its record; `$` begins at the payload's top, each `^` at the record of the next outer `[*]`, `~`
is the name under which a record stood (`$.gates.*`). Everything here is pure and free of recursion over the payload.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from feeds.errors import RefusedError


class _Absent:
    """The type of ABSENT."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""What a path yields that leads nowhere; null is something else."""
ALL: Final = -1
"""The step `[*]`: each item of a list."""
MEMBERS: Final = -2
"""The step `*`: each member of an object."""
TEXT_KEY: Final = "#text"
"""Where the text of an XML element stands that has attributes or children as well."""

_TOKEN: Final = re.compile(r"\.?(?P<name>[^.\[\]^$*~'\"]+)|\[(?P<index>\d{1,6})\]|(?P<all>\[\*\])|(?P<members>\.?\*)"
                           r"|\[(?P<q>['\"])(?P<quoted>.+?)(?P=q)\]")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Path:
    """A path, taken apart.

    Attributes:
        absolute: begins at the payload's top.
        up: how many records outwards it begins.
        steps: names, indices, ALL or MEMBERS.
        name: asks for the name under which the record stood.
    """

    absolute: bool
    up: int
    steps: tuple[str | int, ...]
    name: bool = False

    @property
    def stars(self) -> int:
        """How many steps stand for many."""
        return sum(step in {ALL, MEMBERS} for step in self.steps if isinstance(step, int))


@lru_cache(maxsize=4096)
def parse_path(text: str) -> Path:
    """Return a path taken apart.

    Raises:
        ValueError: when it is none, saying where.
    """
    rest = text.strip()
    absolute = rest.startswith("$")
    up = 0 if absolute else len(rest) - len(rest.lstrip("^"))
    rest = rest[1 if absolute else up :]
    if rest.removeprefix(".") == "~" and not absolute:
        return Path(absolute=False, up=up, steps=(), name=True)
    steps: list[str | int] = []
    if rest != ".":
        at = 0
        while at < len(rest):
            token = _TOKEN.match(rest, at)
            if token is None:
                raise ValueError(f"{text!r} is not a path at {rest[at:]!r}; write such as a.b[0].c, $.data[*] or ^.id")
            if token["name"] is not None:
                steps.append(token["name"].strip())
            elif token["quoted"] is not None:
                steps.append(token["quoted"])
            elif token["index"] is not None:
                steps.append(int(token["index"]))
            else:
                steps.append(ALL if token["all"] else MEMBERS)
            at = token.end()
    return Path(absolute, up, tuple(steps))


@dataclass(frozen=True, slots=True)
class Node:
    """One record of a nested payload: its value, the name it stood under, the record around it, the payload's top."""

    value: Any
    name: str = ""
    outer: Node | None = None
    root: Any = None

    def pick(self, key: str) -> object:
        """Return what stands at a path, or ABSENT.

        Raises:
            RefusedError: bad_shape, where the path leads through several things at once.
        """
        value = self.value
        # A dead letter that was too long keeps only what its mapping looked at, under the path itself.
        if isinstance(value, dict) and key in value:
            return value[key]
        path = parse_path(key)
        node: Node | None = self
        for _ in range(path.up):
            node = node.outer if node is not None else None
        if node is None:
            return ABSENT
        if path.name:
            return node.name or ABSENT
        return _walk(self.root if path.absolute else node.value, path.steps, key)


def _walk(value: Any, steps: tuple[str | int, ...], key: str) -> object:  # noqa: ANN401 (payloads hold anything)
    for step in steps:
        if isinstance(step, str):
            if isinstance(value, list):
                if len(value) != 1:
                    raise RefusedError(
                        "bad_shape", f"path {key!r}: {len(value)} things stand before {step!r}; say which, as [0]", key
                    )
                value = value[0]
            if not isinstance(value, dict) or step not in value:
                return ABSENT
            value = value[step]
        elif isinstance(value, list):
            if step >= len(value):
                return ABSENT
            value = value[step]
        elif step > 0:  # in XML an element that stands once is its own first
            return ABSENT
    return value


def records_at(root: Any, path: Path) -> Iterator[tuple[Node, str]]:  # noqa: ANN401 (payloads hold anything)
    """Yield each record a path stands for, with its own path for messages: `$.data[3]`.

    Raises:
        RefusedError: no_records, when the path leads nowhere or to something that cannot be records.
    """
    yield from _records(Node(root, root=root), root, path.steps, "$", path)


def _records(
    outer: Node,
    value: Any,  # noqa: ANN401 (payloads hold anything)
    steps: tuple[str | int, ...],
    label: str,
    path: Path,
) -> Iterator[tuple[Node, str]]:
    # The depth of this recursion is the number of stars in the path, not of anything in the payload.
    for index, step in enumerate(steps):
        if step in {ALL, MEMBERS} and isinstance(step, int):
            rest = steps[index + 1 :]
            for name, item, at in _items(value, step, label):
                node = Node(item, name, outer, outer.root)
                if any(isinstance(later, int) and later < 0 for later in rest):
                    yield from _records(node, item, rest, at, path)
                else:
                    inner = _walk(item, rest, at)
                    if inner is not ABSENT and inner is not None:
                        yield Node(inner, name, outer, outer.root), at
            return
        found = ABSENT if isinstance(value, list) and isinstance(step, str) else _walk(value, (step,), label)
        if found is ABSENT or found is None:
            if outer.outer is not None:
                return  # a record without the inner list simply has none of them
            raise RefusedError("no_records", f"the payload has nothing at {label}{_step(step)}; {_has(value)}")
        value, label = found, label + _step(step)
    yield Node(value, "", None, outer.root), label


def _items(value: Any, step: int, label: str) -> Iterator[tuple[str, Any, str]]:  # noqa: ANN401
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield str(index), item, f"{label}[{index}]"
    elif isinstance(value, dict) and step == MEMBERS:
        for name, item in value.items():
            yield name, item, f"{label}{_step(name)}"
    elif isinstance(value, dict):
        yield "0", value, f"{label}[0]"
    elif value is not None and value != "":
        raise RefusedError("no_records", f"{label} holds {type(value).__name__} where a list of records was expected")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if re.fullmatch(r"[\w@#:-]{1,64}", step) else f"[{step[:64]!r}]"


def _has(value: object) -> str:
    if isinstance(value, dict):
        names = ", ".join(str(name)[:40] for name in list(value)[:8]) or "nothing"
        return f"there is {names}"
    return f"there is a {type(value).__name__}"
