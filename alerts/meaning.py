"""Whether what an expression names exists: metrics, labels, their values, places.

Apart from the grammar (see `expr.parser`), so that an expression can be read without a catalogue. Pure: nothing is
raised, every fault is returned, and each points at its character.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from alerts.errors import ExpressionError
from alerts.expr.evaluator import scalar
from alerts.expr.syntax import (
    COMPARISONS,
    SETS,
    Aggregate,
    Binary,
    Expr,
    Matcher,
    Selector,
    is_scalar,
    primary,
    selectors,
    walk,
)
from alerts.template import FIXED_LABELS
from feeds.catalogue import DIM_VALUES, Catalogue
from geodata.places import KINDS, Places


def faults(expr: Expr, text: str, catalogue: Catalogue, places: Places) -> list[ExpressionError]:
    """Return every fault of an expression that can be read, in the order of the text."""
    found = []
    for node in walk(expr):
        if isinstance(node, Selector):
            found += _selector_faults(node, text, catalogue, places)
        elif isinstance(node, Aggregate) and not node.without:
            found += _label_faults(node.labels, node.operand, text, node.offset, catalogue)
        elif isinstance(node, Binary) and node.matching.on:
            left = _label_faults(node.matching.labels, node.left, text, node.offset, catalogue)
            found += left or _label_faults(node.matching.labels, node.right, text, node.offset, catalogue)
    if not selectors(expr):
        found.append(
            ExpressionError("the expression names no metric", text, 0, 'Write metric{label="value"} > number.')
        )
    elif not any(isinstance(node, Binary) and node.op in COMPARISONS for node in walk(expr)):
        found.append(
            ExpressionError("the expression has no condition: it would always alert", text, 0, "Compare with a number.")
        )
    return sorted(found, key=lambda fault: fault.offset)


def clear_fault(expr: Expr, clear: float) -> str | None:
    """Return what is wrong with a clear threshold, or None."""
    comparison = primary(expr)
    if comparison is None:
        return "clear needs an expression that begins by comparing with a number"
    flipped = is_scalar(comparison.left)
    threshold = scalar(comparison.left if flipped else comparison.right)
    op = comparison.op
    if op in {"==", "!="}:
        return f"clear has no meaning beside {op}; it belongs to > >= < and <="
    upward = (op in {">", ">="}) != flipped
    if upward and clear > threshold:
        return f"the alert begins above {threshold:g}, so clear must not lie above it; got {clear:g}"
    if not upward and clear < threshold:
        return f"the alert begins below {threshold:g}, so clear must not lie below it; got {clear:g}"
    return None


def labels_of(expr: Expr, catalogue: Catalogue) -> set[str]:
    """Return the labels that the results of an expression may have."""
    if isinstance(expr, Selector):
        metric = catalogue.get(expr.metric)
        return {*FIXED_LABELS, *(metric.dims if metric else ())}
    if isinstance(expr, Aggregate):
        return labels_of(expr.operand, catalogue) - {*expr.labels, "metric"} if expr.without else set(expr.labels)
    if isinstance(expr, Binary):
        return _binary_labels(expr, catalogue)
    if is_scalar(expr):
        return set()
    return labels_of(expr.operand, catalogue) - {"metric"}  # type: ignore[union-attr]  # a sign or abs()


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known word, or "" when none is near."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else ""


def _binary_labels(expr: Binary, catalogue: Catalogue) -> set[str]:
    left, right = labels_of(expr.left, catalogue), labels_of(expr.right, catalogue)
    if expr.op in SETS:
        return left | right if expr.op == "or" else left
    if is_scalar(expr.left) or is_scalar(expr.right):
        return left | right if expr.op in COMPARISONS else (left | right) - {"metric"}
    if expr.matching.on:
        return left & set(expr.matching.labels)
    kept = left - {*expr.matching.labels, "source"}
    return kept if expr.op in COMPARISONS else kept - {"metric"}


def _label_faults(
    labels: Iterable[str], operand: Expr, text: str, offset: int, catalogue: Catalogue
) -> list[ExpressionError]:
    known = labels_of(operand, catalogue)
    return [
        ExpressionError(f"there is no label {label!r} to group or join by", text, offset, _known_labels(label, known))
        for label in labels
        if label not in known
    ]


def _selector_faults(node: Selector, text: str, catalogue: Catalogue, places: Places) -> list[ExpressionError]:
    metric = catalogue.get(node.metric)
    if metric is None:
        hint = nearest(node.metric, [known.name for known in catalogue.all()])
        return [ExpressionError(f"there is no metric {node.metric!r} in the catalogue", text, node.offset, hint)]
    known = {"place", "gate", "kind", "source", *metric.dims}
    found = []
    for matcher in node.matchers:
        if matcher.label not in known:
            message = f"{metric.name} has no label {matcher.label!r}"
            found.append(ExpressionError(message, text, matcher.offset, _known_labels(matcher.label, known)))
            continue
        fault = _value_fault(matcher, places)
        if fault:
            found.append(ExpressionError(fault[0], text, matcher.offset, fault[1]))
    return found


def _known_labels(label: str, known: Collection[str]) -> str:
    return nearest(label, known) or f"There are {', '.join(sorted(known))}."


def _value_fault(matcher: Matcher, places: Places) -> tuple[str, str] | None:
    """Return message and hint when no series can ever have the value asked for."""
    if matcher.label == "place" and matcher.op in {"=", "!="} and matcher.value in places:
        return None  # without listing the thousands there are
    allowed = _allowed_values(matcher.label, places)
    if allowed is None:
        return None
    if matcher.op in {"=~", "!~"}:
        if any(re.fullmatch(matcher.value, value) for value in allowed):
            return None
        return f"no {matcher.label} matches {matcher.value!r}", "A pattern must match the whole value."
    if not matcher.value or matcher.value in allowed:
        return None
    few = f"There are {', '.join(allowed)}." if len(allowed) <= 12 else ""  # a longer list helps nobody
    return f"there is no {matcher.label} {matcher.value!r}", nearest(matcher.value, allowed) or few


def _allowed_values(label: str, places: Places) -> Collection[str] | None:
    if label == "place":
        return [place.id for place in places.all()]
    if label == "gate":
        return [place.id for place in places.all("gate")]
    if label == "kind":
        return KINDS
    return DIM_VALUES.get(label)
