"""Parts of a mapping that are written once and used by name: `define` and `use`.

They stand where other YAML has anchors and aliases, which are refused since nested ones grow without bound. A
definition holds no `use` of its own, so that what they grow to is bounded by a product. What this module does not do:
know what a definition is for.
"""

from __future__ import annotations

from typing import Any, Final

from feeds.errors import MappingError

MOST_USES: Final = 2_000
"""How often definitions may be used in one mapping."""
MOST_SIZE: Final = 16_384
"""Characters of one definition, about."""


def resolved(data: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a mapping's data with every `{use: NAME, …}` replaced by that definition and what stands beside `use`.

    Raises:
        MappingError: when a name is not defined, a definition uses another, or there is too much of them.
    """
    definitions = data.get("define", {})
    if not isinstance(definitions, dict):
        raise MappingError(f"{name}: define: expected names with what they stand for, got {type(definitions).__name__}")
    for key, definition in definitions.items():
        if not isinstance(definition, dict):
            raise MappingError(f"{name}: define.{key}: expected keys with values, got {type(definition).__name__}")
        text = repr(definition)
        if len(text) > MOST_SIZE:
            raise MappingError(f"{name}: define.{key}: has {len(text):,} characters; at most {MOST_SIZE:,}")
        if "'use':" in text and _uses(definition):
            raise MappingError(f"{name}: define.{key}: a definition cannot use another; write it out")
    resolver = _Resolver(definitions, name)
    return {key: resolver.put(value, key) for key, value in data.items() if key != "define"}


class _Resolver:
    """Puts definitions where they are used, and counts."""

    def __init__(self, definitions: dict[str, Any], name: str) -> None:
        self._definitions = definitions
        self._name = name
        self._used = 0

    def put(self, node: Any, key: str) -> Any:  # noqa: ANN401 (YAML holds anything)
        """Return a part of the mapping with its definitions in place; the parser bounded its depth."""
        if isinstance(node, list):
            return [self.put(item, f"{key}[{index}]") for index, item in enumerate(node)]
        if not isinstance(node, dict):
            return node
        rest = {name: self.put(item, f"{key}.{name}") for name, item in node.items() if name != "use"}
        wanted = node.get("use")
        if not isinstance(wanted, str):
            return rest if "use" not in node else {**rest, "use": wanted}
        if wanted not in self._definitions:
            known = ", ".join(self._definitions) or "nothing"
            raise MappingError(f"{self._name}: {key}.use: {wanted!r} is not under define; there is {known}")
        self._used += 1
        if self._used > MOST_USES:
            raise MappingError(f"{self._name}: definitions are used more than {MOST_USES:,} times")
        return {**self._definitions[wanted], **rest}


def _uses(node: Any) -> bool:  # noqa: ANN401
    if isinstance(node, dict):
        return "use" in node or any(_uses(item) for item in node.values())
    return isinstance(node, list) and any(_uses(item) for item in node)
