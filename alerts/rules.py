"""Rules: what is wrong, from when on, how grave it is, and what to do about it.

A rule is data; how it is read from YAML is `rulefile`, how it is applied is `engine`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from alerts.expr.evaluator import scalar
from alerts.expr.syntax import (
    Absolute,
    Aggregate,
    Binary,
    Expr,
    Negative,
    Selector,
    is_scalar,
    measured,
    primary,
    selectors,
    with_threshold,
)
from feeds.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages, with places for values (see `template`)."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: unique over all files.
        group: the group it stands in.
        expr: the condition.
        text: the condition as it was written.
        priority: one of `model.PRIORITIES`.
        summary: what is wrong, a sentence to read aloud.
        cause: what usually leads to it.
        consequence: what follows if nobody acts.
        response: what to do.
        owner: who acts.
        short: a few words for a card.
        time_to_respond_s: how soon somebody should act.
        for_s: how long the condition must hold before the alert is raised.
        keep_firing_s: how long the alert stays after the condition is over.
        clear: the number the value must pass on its way back; None: the threshold itself.
        no_data: what the end of a series means: `resolve`, `keep` or `alert`.
        labels: labels of the rule's own.
        file: where it stands.
        line: where it stands.
    """

    name: str
    group: str
    expr: Expr
    text: str
    priority: str
    summary: Text
    cause: Text
    consequence: Text
    response: Text
    owner: Text
    short: Text
    time_to_respond_s: float
    for_s: float = 0.0
    keep_firing_s: float = 0.0
    clear: float | None = None
    no_data: str = "resolve"
    labels: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0

    @property
    def threshold(self) -> float | None:
        """The number of the first comparison, None where there is none."""
        comparison = primary(self.expr)
        if comparison is None:
            return None
        return scalar(comparison.left if is_scalar(comparison.left) else comparison.right)

    @property
    def holding(self) -> Expr | None:
        """What must be met for a raised alert to stay, where that is not the condition itself."""
        return None if self.clear is None else with_threshold(self.expr, self.clear)

    @property
    def measured(self) -> Expr | None:
        """What the first comparison compares with its number; None where there is none."""
        comparison = primary(self.expr)
        return None if comparison is None else measured(comparison)

    @property
    def metric(self) -> str:
        """The metric the alert is about: that of the left-most selector."""
        return selectors(self.expr)[0].metric

    def scale(self, catalogue: Catalogue) -> tuple[str, int]:
        """Return unit and decimals of the value: the metric's where the value is one, else none and one decimal."""
        return _scale(self.measured or self.expr, catalogue)


def _scale(side: Expr, catalogue: Catalogue) -> tuple[str, int]:
    if isinstance(side, Selector):
        metric = catalogue.get(side.metric)
        return (metric.unit, metric.decimals) if metric else _UNKNOWN_SCALE
    if isinstance(side, Aggregate) and side.function == "count":
        return "", 0
    if isinstance(side, Aggregate | Negative | Absolute):
        return _scale(side.operand, catalogue)
    if isinstance(side, Binary) and side.op in {"+", "-"}:
        # A sum of vehicles and vehicles is vehicles; of vehicles and hours it is nothing with a name.
        left, right = _scale(side.left, catalogue), _scale(side.right, catalogue)
        return left if left == right else _UNKNOWN_SCALE
    return _UNKNOWN_SCALE


_UNKNOWN_SCALE: Final = ("", 1)


class RuleSet:
    """The rules in force, in the order of files and lines."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self._by_name = {rule.name: rule for rule in rules}

    def __len__(self) -> int:
        return len(self._by_name)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Rule | None:
        """Return the rule of that name, or None."""
        return self._by_name.get(name)

    def thresholds(self, metric: str, dims: Mapping[str, str]) -> dict[str, float]:
        """Return the lowest number at which a rule speaks of one figure of a place, by place.

        Only rules that compare that very figure with a number and name the place count.

        Args:
            metric: its name.
            dims: its dims, each of which the rule must name; dims the rule leaves out (`step=""`) do not matter.
        """
        found: dict[str, float] = {}
        for rule in self:
            side, limit = rule.measured, rule.threshold
            if not isinstance(side, Selector) or side.metric != metric or limit is None:
                continue
            named = {matcher.label: matcher.value for matcher in side.matchers if matcher.op == "=" and matcher.value}
            place = named.pop("place", None)
            if place is not None and named == dict(dims):
                found[place] = min(limit, found.get(place, limit))
        return found
