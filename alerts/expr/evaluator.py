"""What an expression says of the present samples.

Answers are Prometheus' where both know the operator; the two differences are stated in `docs/alert-rules.md`: joins
ignore where a figure comes from (labels metric and source), and a result remembers the sources it was made of.
Pure: the samples are handed in.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from alerts.errors import EvaluationError
from alerts.expr.syntax import (
    COMPARISONS,
    IGNORED_IN_MATCHES,
    SETS,
    Aggregate,
    Binary,
    Expr,
    Matcher,
    Matching,
    Negative,
    Number,
    Selector,
)

LabelKey: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One value under its labels.

    Attributes:
        labels: dims, place, gate, kind, source and metric, as far as the expression kept them.
        value: may be infinite or NaN after a division.
        sources: every source that had a part in it, sorted.
    """

    labels: dict[str, str]
    value: float
    sources: tuple[str, ...]

    @property
    def key(self) -> LabelKey:
        """The labels as something that can be looked up."""
        return label_key(self.labels)


Vector: TypeAlias = list[Sample]


class Samples(Protocol):
    """Where an expression finds its samples."""

    def fetch(self, selector: Selector) -> Vector:
        """Return the present sample of every series that the selector allows, one for each set of labels."""
        ...


def label_key(labels: dict[str, str]) -> LabelKey:
    """Return labels in canonical order."""
    return tuple(sorted(labels.items()))


def matches(matcher: Matcher, labels: dict[str, str]) -> bool:
    """Tell whether labels satisfy one matcher; patterns must match the whole value, as in PromQL."""
    value = labels.get(matcher.label, "")
    if matcher.op == "=":
        return value == matcher.value
    if matcher.op == "!=":
        return value != matcher.value
    return (re.fullmatch(matcher.value, value) is not None) == (matcher.op == "=~")


def evaluate(expr: Expr, samples: Samples) -> Vector:
    """Return what a non-scalar expression says, in the order of its left-most selector.

    Raises:
        EvaluationError: when a join is not one to one.
    """
    result = _value(expr, samples)
    if isinstance(result, float):
        raise EvaluationError("the expression is a number; it has no series to alert on")
    return result


def scalar(expr: Expr) -> float:
    """Return the value of an expression without selectors."""
    result = _value(expr, _NO_SAMPLES)
    assert isinstance(result, float)
    return result


def _value(expr: Expr, samples: Samples) -> float | Vector:
    if isinstance(expr, Selector):
        return samples.fetch(expr)
    if isinstance(expr, Number):
        return float(expr.value)
    if isinstance(expr, Binary):
        return _binary(expr, samples)
    if isinstance(expr, Aggregate):
        return _aggregate(expr, evaluate(expr.operand, samples))
    sign = operator.neg if isinstance(expr, Negative) else abs
    inner = _value(expr.operand, samples)
    if isinstance(inner, float):
        return float(sign(inner))
    return [Sample(_unnamed(sample.labels), sign(sample.value), sample.sources) for sample in inner]


def _binary(expr: Binary, samples: Samples) -> float | Vector:
    left, right = _value(expr.left, samples), _value(expr.right, samples)
    if isinstance(left, float):
        if isinstance(right, float):
            return _ARITHMETIC[expr.op](left, right)
        return _with_number(expr.op, right, lambda value: (left, value))
    if isinstance(right, float):
        return _with_number(expr.op, left, lambda value: (value, right))
    if expr.op in SETS:
        return _combine(expr.op, left, right, expr.matching)
    return _join(expr, left, right)


def _with_number(op: str, vector: Vector, sides: Callable[[float], tuple[float, float]]) -> Vector:
    if op in COMPARISONS:
        holds = _COMPARE[op]
        return [sample for sample in vector if holds(*sides(sample.value))]
    apply = _ARITHMETIC[op]
    return [Sample(_unnamed(sample.labels), apply(*sides(sample.value)), sample.sources) for sample in vector]


def _combine(op: str, left: Vector, right: Vector, matching: Matching) -> Vector:
    there = {_match_key(sample.labels, matching) for sample in right}
    if op == "and":
        return [sample for sample in left if _match_key(sample.labels, matching) in there]
    if op == "unless":
        return [sample for sample in left if _match_key(sample.labels, matching) not in there]
    here = {_match_key(sample.labels, matching) for sample in left}
    return left + [sample for sample in right if _match_key(sample.labels, matching) not in here]


def _join(expr: Binary, left: Vector, right: Vector) -> Vector:
    partners: dict[LabelKey, Sample] = {}
    for sample in right:
        key = _match_key(sample.labels, expr.matching)
        if key in partners:
            raise EvaluationError(_not_one_to_one("right", expr, partners[key], sample))
        partners[key] = sample
    result: Vector = []
    met: dict[LabelKey, Sample] = {}
    for sample in left:
        key = _match_key(sample.labels, expr.matching)
        partner = partners.get(key)
        if partner is None:
            continue
        if key in met:
            raise EvaluationError(_not_one_to_one("left", expr, met[key], sample))
        met[key] = sample
        sources = _united((sample, partner))
        labels = _joined_labels(sample.labels, expr.matching)
        if expr.op not in COMPARISONS:
            value = _ARITHMETIC[expr.op](sample.value, partner.value)
            result.append(Sample(_unnamed(labels), value, sources))
        elif _COMPARE[expr.op](sample.value, partner.value):
            result.append(Sample(labels, sample.value, sources))
    return result


def _not_one_to_one(side: str, expr: Binary, first: Sample, second: Sample) -> str:
    return (
        f"two series on the {side} of {expr.op!r} match the same one: {_shown(first)} and {_shown(second)}; "
        "name more labels in the selectors, or aggregate first"
    )


def _shown(sample: Sample) -> str:
    return "{" + ", ".join(f'{label}="{value}"' for label, value in sample.key) + "}"


def _aggregate(expr: Aggregate, vector: Vector) -> Vector:
    groups: dict[LabelKey, list[Sample]] = {}
    for sample in vector:
        if expr.without:
            dropped = {*expr.labels, "metric"}
            kept = {label: value for label, value in sample.labels.items() if label not in dropped}
        else:
            kept = {label: sample.labels[label] for label in expr.labels if label in sample.labels}
        groups.setdefault(label_key(kept), []).append(sample)
    reduce = _REDUCE[expr.function]
    return [
        Sample(dict(key), reduce([sample.value for sample in members]), _united(members))
        for key, members in groups.items()
    ]


def _match_key(labels: dict[str, str], matching: Matching) -> LabelKey:
    if matching.on:
        return tuple((label, labels.get(label, "")) for label in matching.labels)
    return tuple(
        sorted(
            (label, value)
            for label, value in labels.items()
            if label not in matching.labels and label not in IGNORED_IN_MATCHES
        )
    )


def _joined_labels(labels: dict[str, str], matching: Matching) -> dict[str, str]:
    if matching.on:
        return {label: labels[label] for label in matching.labels if label in labels}
    return {label: value for label, value in labels.items() if label not in matching.labels and label != "source"}


def _unnamed(labels: dict[str, str]) -> dict[str, str]:
    # A figure that was computed with is no longer the metric it was; PromQL drops the name likewise.
    return {label: value for label, value in labels.items() if label != "metric"}


def _united(samples: Iterable[Sample]) -> tuple[str, ...]:
    return tuple(sorted({source for sample in samples for source in sample.sources}))


def _divide(left: float, right: float) -> float:
    # As IEEE 754 and PromQL have it; Python would raise.
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def _extreme(pick: Callable[[list[float]], float]) -> Callable[[list[float]], float]:
    def reduce(values: list[float]) -> float:
        # NaN compares with nothing, so it says nothing about an extreme.
        known = [value for value in values if not math.isnan(value)]
        return pick(known) if known else math.nan

    return reduce


def _sum(values: list[float]) -> float:
    # An infinite part would make `fsum` raise; exact summing keeps the answer free of the order of arrival.
    return math.fsum(values) if all(map(math.isfinite, values)) else sum(values)


class _NoSamples:
    def fetch(self, selector: Selector) -> Vector:
        raise EvaluationError(f"{selector.metric} is no number")


_NO_SAMPLES: Final = _NoSamples()
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
}
_REDUCE: Final[dict[str, Callable[[list[float]], float]]] = {
    "sum": _sum,
    "min": _extreme(min),
    "max": _extreme(max),
    "avg": lambda values: _sum(values) / len(values),
    "count": lambda values: float(len(values)),
}
