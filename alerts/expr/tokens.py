"""Words and signs of an expression."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from alerts.errors import ExpressionError

_PATTERN: Final = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
      | (?P<word>[a-zA-Z_][a-zA-Z0-9_]*)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<sign>=~|!~|==|!=|>=|<=|[=<>+\-*/(){},])""",
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = {"n": "\n", "t": "\t"}


class Token(NamedTuple):
    """One word or sign: its kind (number, word, string, sign, end), its text, and where it began."""

    kind: str
    text: str
    offset: int


def tokens_of(text: str) -> list[Token]:
    """Return the words and signs of an expression, closed by one of kind `end`.

    Raises:
        ExpressionError: at the first character that begins none.
    """
    found = []
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            raise ExpressionError(*_complaint(text, position))
        kind = match.lastgroup or ""
        if kind == "string":
            found.append(Token(kind, _ESCAPE.sub(_unescape, match.group()[1:-1]), position))
        elif kind != "space":
            found.append(Token(kind, match.group(), position))
        position = match.end()
    found.append(Token("end", "", len(text)))
    return found


def _unescape(match: re.Match[str]) -> str:
    # An unknown escape keeps its backslash: `\d` and `\.` in a pattern mean what they say.
    return _ESCAPED.get(match[1], match[1] if match[1] in "\"'\\" else match[0])


def _complaint(text: str, position: int) -> tuple[str, str, int, str]:
    character = text[position]
    if character in "\"'":
        return "this text is never closed", text, position, f"Close it with {character} on the same line."
    if character.isdigit():
        return "this is no number", text, position, "Write numbers like 1200 or 0.95; durations are not values."
    if character in "[@":
        return (
            f"{character!r} is not part of this subset: there are no ranges in time",
            text,
            position,
            "Use `for` to ask that a condition holds for a while.",
        )
    if character in "%^":
        return f"the operator {character!r} is not part of this subset", text, position, "There are + − * and /."
    return f"the character {character!r} has no meaning here", text, position, ""
