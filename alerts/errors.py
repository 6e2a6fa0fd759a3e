"""Errors of the alerts room.

AlertError
├── ExpressionError      an expression that cannot be read, with the character it stumbled over
├── EvaluationError      an expression that has no answer on the present data
├── TemplateError        a text that names what it does not know
├── RuleErrors           rule files that cannot be used: every fault, with file and line
├── AlertNotFoundError   an alert id nobody knows
└── AlertStateError      an action that the alert's state does not allow
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class AlertError(Exception):
    """Any failure of the alerts room."""


class ExpressionError(AlertError, ValueError):
    """An expression cannot be read.

    Attributes:
        message: what was got and what was expected.
        text: the whole expression.
        offset: index of the character at fault, len(text) at its end.
        hint: what to do, or "".
    """

    def __init__(self, message: str, text: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.offset = offset
        self.hint = hint

    def pointer(self) -> str:
        """Return the line of the expression at fault with a caret below the character."""
        before = self.text[: self.offset]
        start = before.rfind("\n") + 1
        line = self.text[start:].partition("\n")[0]
        return f"{line}\n{' ' * (self.offset - start)}^"


class EvaluationError(AlertError, ValueError):
    """An expression has no answer on the present data, for example when two series match the same one."""


class TemplateError(AlertError, ValueError):
    """A text names a value, a label or a filter that it does not know."""


@dataclass(frozen=True, slots=True, order=True)
class RuleError:
    """One fault of a rule file.

    Attributes:
        file: the file as it was named.
        line: first line is 1.
        column: first column is 1.
        message: what was got and what was expected.
        hint: what to do, or "".
    """

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.message}"
        return f"{text}\n  {self.hint}" if self.hint else text


class RuleErrors(AlertError, ValueError):  # noqa: N818 (it carries many)
    """Rule files cannot be used.

    Attributes:
        errors: every fault found, in the order of files and lines.
    """

    def __init__(self, errors: Sequence[RuleError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = list(errors)


class AlertNotFoundError(AlertError, LookupError):
    """Nobody knows an alert of that id."""


class AlertStateError(AlertError, ValueError):
    """The alert's state does not allow the action."""
