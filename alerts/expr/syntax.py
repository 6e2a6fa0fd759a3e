"""The syntax tree of an expression.

Every node knows the character it began at, so that a fault found later (an unknown metric) can be pointed at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

MatchOp = Literal["=", "!=", "=~", "!~"]
SETS: Final = frozenset({"and", "or", "unless"})
COMPARISONS: Final = frozenset({"==", "!=", ">", ">=", "<", "<="})
AGGREGATES: Final = frozenset({"sum", "min", "max", "avg", "count"})
IGNORED_IN_MATCHES: Final = frozenset({"metric", "source"})
"""Labels that say where a figure comes from, not what it is about: two series are joined without them."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label; a label that is absent has the value ""."""

    label: str
    op: MatchOp
    value: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Selector:
    """The newest sample of every series of one metric that the matchers allow."""

    metric: str
    matchers: tuple[Matcher, ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Negative:
    """The operand with its sign turned."""

    operand: Expr
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Absolute:
    """`abs(operand)`."""

    operand: Expr
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`sum by (labels) (operand)`; `without` keeps every label but those."""

    function: str
    operand: Expr
    labels: tuple[str, ...] = ()
    without: bool = False
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Matching:
    """On which labels the two sides of an operator are joined.

    Attributes:
        labels: the labels named.
        on: True for `on(…)`, False for `ignoring(…)`.
    """

    labels: tuple[str, ...] = ()
    on: bool = False


@dataclass(frozen=True, slots=True)
class Binary:
    """`left op right`; the offset is that of the operator."""

    op: str
    left: Expr
    right: Expr
    matching: Matching = Matching()
    offset: int = 0


Expr: TypeAlias = Number | Selector | Negative | Absolute | Aggregate | Binary


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield a node and everything below it, from left to right."""
    yield expr
    if isinstance(expr, Negative | Absolute | Aggregate):
        yield from walk(expr.operand)
    elif isinstance(expr, Binary):
        yield from walk(expr.left)
        yield from walk(expr.right)


def selectors(expr: Expr) -> list[Selector]:
    """Return the selectors of an expression from left to right."""
    return [node for node in walk(expr) if isinstance(node, Selector)]


def is_scalar(expr: Expr) -> bool:
    """Tell whether an expression is a plain number rather than a set of series."""
    return not selectors(expr)


def primary(expr: Expr) -> Binary | None:
    """Return the first comparison with a number: what the alert is about; None where there is none.

    It is looked for at the top and down the left sides of `and`, `or` and `unless`.
    """
    while isinstance(expr, Binary) and expr.op in SETS:
        expr = expr.left
    if isinstance(expr, Binary) and expr.op in COMPARISONS and is_scalar(expr.left) != is_scalar(expr.right):
        return expr
    return None


def measured(comparison: Binary) -> Expr:
    """Return the side of a primary comparison that is not the number."""
    return comparison.right if is_scalar(comparison.left) else comparison.left


def with_threshold(expr: Expr, threshold: float) -> Expr:
    """Return the expression with another number in its primary comparison; see `primary`."""
    assert isinstance(expr, Binary)
    if expr.op in SETS:
        return replace(expr, left=with_threshold(expr.left, threshold))
    if is_scalar(expr.left):
        return replace(expr, left=Number(threshold))
    return replace(expr, right=Number(threshold))


def is_local(expr: Expr) -> bool:
    """Tell whether what an expression says of one place depends on the series of that place only.

    Then a new reading asks for its own place again and not for all of them.
    """
    for node in walk(expr):
        if isinstance(node, Aggregate) and ("place" in node.labels) == node.without:
            return False
        if isinstance(node, Binary) and not (is_scalar(node.left) or is_scalar(node.right)):
            joined = node.matching
            if ("place" in joined.labels) != joined.on:
                return False
    return True
