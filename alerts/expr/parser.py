"""From the text of an expression to its syntax tree.

The grammar, weakest binding first; operators of one line bind from left to right as in PromQL:

    or · and, unless · == != > >= < <= · + − · * / · unary − · selector, number, abs(…), sum by (…) (…), ( … )
"""

from __future__ import annotations

import re
from typing import Final

from alerts.errors import ExpressionError
from alerts.expr.syntax import (
    AGGREGATES,
    COMPARISONS,
    SETS,
    Absolute,
    Aggregate,
    Binary,
    Expr,
    Matcher,
    Matching,
    MatchOp,
    Negative,
    Number,
    Selector,
    is_scalar,
)
from alerts.expr.tokens import Token, tokens_of

LEVELS: Final = (frozenset({"or"}), frozenset({"and", "unless"}), COMPARISONS, frozenset("+-"), frozenset("*/"))
MATCH_OPS: Final[dict[str, MatchOp]] = {"=": "=", "!=": "!=", "=~": "=~", "!~": "!~"}
DEEPEST: Final = 30
"""Nesting a person can still read; bounds the recursion."""
LONGEST: Final = 4_000
_NOT_HERE: Final = frozenset({"bool", "group_left", "group_right", "offset"})
_FUNCTIONS_ELSEWHERE: Final = frozenset(
    {"rate", "increase", "irate", "delta", "avg_over_time", "max_over_time", "min_over_time", "absent", "topk"}
)


def parse(text: str) -> Expr:
    """Return the syntax tree of an expression.

    Raises:
        ExpressionError: at the first character that does not fit, with what was expected there.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST} characters, this one {len(text)}", text, 0)
    parser = _Parser(text)
    expr = parser.binary(0)
    parser.finish()
    return expr


class _Parser:
    """A reader of tokens with one of lookahead."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens_of(text)
        self._index = 0
        self._depth = 0

    def finish(self) -> None:
        if self._here.kind != "end":
            raise self._unexpected("an operator or the end")

    def binary(self, level: int) -> Expr:
        if level == len(LEVELS):
            return self._unary()
        left = self.binary(level + 1)
        while (token := self._here).text in LEVELS[level] and token.kind in {"sign", "word"}:
            self._index += 1
            matching = self._matching()
            right = self.binary(level + 1)
            self._judge_sides(token, left, right, matching)
            left = Binary(token.text, left, right, matching or Matching(), token.offset)
        return left

    @property
    def _here(self) -> Token:
        return self._tokens[self._index]

    def _accept(self, sign: str) -> bool:
        if self._here.kind == "sign" and self._here.text == sign:
            self._index += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise self._unexpected(repr(sign))

    def _unexpected(self, expected: str) -> ExpressionError:
        token = self._here
        if token.kind == "end":
            return self._fault(f"the expression ends where {expected} was expected", token)
        if token.text in _NOT_HERE and token.kind == "word":
            return self._fault(f"{token.text!r} is not part of this subset", token)
        hint = "Write == to compare." if token.text == "=" else ""
        return self._fault(f"expected {expected}, got {token.text!r}", token, hint)

    def _fault(self, message: str, token: Token, hint: str = "") -> ExpressionError:
        return ExpressionError(message, self._text, token.offset, hint)

    def _unary(self) -> Expr:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fault(f"the expression is nested more than {DEEPEST} deep", self._here)
        token = self._here
        if self._accept("-"):
            result: Expr = Negative(self._unary(), token.offset)
        elif self._accept("+"):
            result = self._unary()
        else:
            result = self._atom()
        self._depth -= 1
        return result

    def _atom(self) -> Expr:
        token = self._here
        if self._accept("("):
            inner = self.binary(0)
            self._expect(")")
            return inner
        if token.kind == "number":
            self._index += 1
            return Number(float(token.text), token.offset)
        if token.kind != "word" or token.text in SETS | _NOT_HERE:
            raise self._unexpected("a metric, a number, a function or '('")
        self._index += 1
        if token.text in AGGREGATES:
            return self._aggregate(token)
        if token.text == "abs" and self._accept("("):
            return Absolute(self._series(token), token.offset)
        if self._here.text == "(" and self._here.kind == "sign":
            known = ", ".join(sorted(AGGREGATES | {"abs"}))
            elsewhere = token.text in _FUNCTIONS_ELSEWHERE
            raise self._fault(
                f"there is no function {token.text!r}; there are {known}",
                token,
                "This subset looks at the newest value; use `for` to ask that it lasts." if elsewhere else "",
            )
        return Selector(token.text, self._matchers(), token.offset)

    def _series(self, token: Token) -> Expr:
        """Read what a function is applied to, up to the closing bracket."""
        operand = self.binary(0)
        if is_scalar(operand):
            raise self._fault(f"{token.text} needs a metric inside its brackets", token)
        self._expect(")")
        return operand

    def _aggregate(self, token: Token) -> Expr:
        grouping = self._grouping()
        self._expect("(")
        operand = self._series(token)
        # `sum(x) by (place)` means the same as `sum by (place) (x)`.
        labels, without = grouping or self._grouping() or ((), False)
        return Aggregate(token.text, operand, labels, without, token.offset)

    def _grouping(self) -> tuple[tuple[str, ...], bool] | None:
        token = self._here
        if token.kind != "word" or token.text not in {"by", "without"}:
            return None
        self._index += 1
        return self._label_list(), token.text == "without"

    def _matching(self) -> Matching | None:
        token = self._here
        if token.kind != "word" or token.text not in {"on", "ignoring"}:
            return None
        self._index += 1
        return Matching(self._label_list(), token.text == "on")

    def _label_list(self) -> tuple[str, ...]:
        self._expect("(")
        labels: list[str] = []
        while not self._accept(")"):
            if self._here.kind != "word":
                raise self._unexpected("a label or ')'")
            labels.append(self._here.text)
            self._index += 1
            if not self._accept(",") and self._here.text != ")":
                raise self._unexpected("',' or ')'")
        return tuple(labels)

    def _matchers(self) -> tuple[Matcher, ...]:
        found: list[Matcher] = []
        if not self._accept("{"):
            return ()
        while not self._accept("}"):
            label = self._here
            if label.kind != "word":
                raise self._unexpected("a label or '}'")
            self._index += 1
            op = self._here
            if op.kind != "sign" or op.text not in MATCH_OPS:
                raise self._unexpected("one of = != =~ !~")
            self._index += 1
            value = self._here
            if value.kind != "string":
                raise self._unexpected(f'a text in quotes, as {label.text}{op.text}"…"')
            self._index += 1
            if op.text in {"=~", "!~"}:
                self._judge_pattern(value)
            found.append(Matcher(label.text, MATCH_OPS[op.text], value.text, label.offset))
            if not self._accept(",") and not (self._here.kind == "sign" and self._here.text == "}"):
                raise self._unexpected("',' or '}'")
        return tuple(found)

    def _judge_pattern(self, value: Token) -> None:
        try:
            re.compile(value.text)
        except re.error as error:
            raise self._fault(f"{value.text!r} is not a regular expression: {error}", value) from error

    def _judge_sides(self, op: Token, left: Expr, right: Expr, matching: Matching | None) -> None:
        plain = is_scalar(left), is_scalar(right)
        if op.text in SETS and any(plain):
            raise self._fault(f"{op.text!r} stands between two conditions, not beside a number", op)
        if op.text in COMPARISONS and all(plain):
            raise self._fault("this compares two numbers; one side must name a metric", op)
        if matching is not None and any(plain):
            raise self._fault("on() and ignoring() stand between two metrics, not beside a number", op)
