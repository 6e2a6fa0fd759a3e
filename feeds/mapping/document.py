"""YAML as mappings use it: bounded, without aliases, and with the line of every key.

It follows YAML's core schema, not the older one PyYAML has by default: `no` and `off` are words, `12:00` and
`2026-01-01` are texts, `070801` keeps its zero. What this module does not do: know the mapping language.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from feeds.errors import MappingError
from feeds.mapping.definitions import resolved

MOST_CHARACTERS: Final = 262_144
"""A mapping has some thousand characters; a quarter of a million is no mapping."""
MOST_DEPTH: Final = 24
"""Levels of nesting: the language needs at most ten."""

_STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


class _Loader(yaml.SafeLoader):
    """A safe loader with the core schema's words for numbers, booleans and null."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012 (PyYAML has it on the class and copies it)


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:null", r"~|null|", ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", r"true|false", ["t", "f"]),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    ("tag:yaml.org,2002:float", r"[-+]?(?:0|[1-9][0-9]*)?\.[0-9]+(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("tag:yaml.org,2002:float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?[eE][-+]?[0-9]+", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern})\Z"), _first)


class Document:
    """One YAML text as plain data, that knows where each key stands.

    Args:
        text: the YAML.
        name: how messages name it.

    Raises:
        MappingError: when it is no YAML of keys, or too large, too deep, with aliases or doubled keys.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        if len(text) > MOST_CHARACTERS:
            raise MappingError(f"{name}: has {len(text):,} characters; a mapping has at most {MOST_CHARACTERS:,}")
        try:
            self._bound(text)
            loader = _Loader(text)
            try:
                self._root = loader.get_single_node()
                self._no_doubles()
                data = loader.construct_document(self._root) if self._root is not None else None
            finally:
                loader.dispose()
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            if isinstance(error, MappingError):
                raise
            raise MappingError(f"{name}: not YAML: {' '.join(str(error).split())}") from error
        if not isinstance(data, dict):
            got = "nothing" if data is None else type(data).__name__
            raise MappingError(f"{name}: expected keys such as source, place, time, readings; got {got}")
        self.data: dict[str, Any] = resolved(_texts(data), name)

    def line(self, key: str) -> int | None:
        """Return the line of a key such as `readings[1].value`, or of its nearest parent; None where neither is."""
        node, line = self._root, None
        for name, index in _STEP.findall(key):
            if isinstance(node, yaml.MappingNode) and name:
                pairs = {pair[0].value: pair for pair in node.value}
                if name not in pairs:
                    break
                line, node = pairs[name][0].start_mark.line + 1, pairs[name][1]
            elif isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
                node = node.value[int(index)]
                line = node.start_mark.line + 1
            else:
                break
        return line

    def where(self, key: str) -> str:
        """Return `name:line: key`, as messages begin."""
        line = self.line(key)
        return f"{self.name}:{line}: {key}" if line else f"{self.name}: {key}"

    def _bound(self, text: str) -> None:
        depth = 0
        for event in yaml.parse(text, _Loader):
            if isinstance(event, yaml.AliasEvent):
                where = f"{self.name}:{_line(event.start_mark)}"
                raise MappingError(f"{where}: has an alias (*{event.anchor}); write out what it stands for")
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                depth += 1
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                depth -= 1
            if depth > MOST_DEPTH:
                raise MappingError(f"{self.name}:{_line(event.start_mark)}: nested deeper than {MOST_DEPTH} levels")

    def _no_doubles(self) -> None:
        nodes = [self._root]
        while nodes:
            node = nodes.pop()
            if isinstance(node, yaml.SequenceNode):
                nodes += node.value
            elif isinstance(node, yaml.MappingNode):
                seen: set[str] = set()
                for key, value in node.value:
                    if isinstance(key, yaml.ScalarNode) and key.value in seen:
                        raise MappingError(f"{self.name}:{key.start_mark.line + 1}: the key {key.value!r} stands twice")
                    seen.add(key.value if isinstance(key, yaml.ScalarNode) else "")
                    nodes.append(value)


def _line(mark: Any) -> int:  # noqa: ANN401 (PyYAML has two types of marks)
    return int(mark.line) + 1


def _texts(node: Any) -> Any:  # noqa: ANN401 (YAML holds anything)
    """Return data whose keys are texts: `true: 1` means the text true."""
    if isinstance(node, dict):
        return {_key(key): _texts(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_texts(item) for item in node]
    return node


def _key(key: object) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "" if key is None else str(key)
