"""What expressions mean, on a few samples; answers are those of PromQL where both know the operator."""

import math

import pytest

from alerts.errors import EvaluationError, ExpressionError
from alerts.expr.evaluator import Sample, evaluate, matches, scalar
from alerts.expr.parser import LONGEST, parse
from alerts.expr.syntax import Selector, is_local, measured, primary, with_threshold


class World:
    """Samples by metric: place, direction, value and source of each."""

    ROWS = (
        ("q", "hn", "export", 262.0, "a"),
        ("q", "hn", "import", 608.0, "a"),
        ("q", "tt", "export", 145.0, "b"),
        ("q", "tt", "import", 438.0, "b"),
        ("lanes", "hn", "", 6.0, "c"),
        ("lanes", "tt", "", 0.0, "c"),
        ("zero", "hn", "", 0.0, "c"),
        ("zero", "tt", "", 0.0, "c"),
        ("nan", "hn", "", math.nan, "c"),
        ("nan", "tt", "", 1.0, "c"),
        ("inf", "hn", "", math.inf, "c"),
    )

    def fetch(self, selector: Selector) -> list[Sample]:
        found = []
        for metric, place, direction, value, source in self.ROWS:
            labels = {"metric": metric, "place": place, "source": source}
            if direction:
                labels["direction"] = direction
            if metric == selector.metric and all(matches(matcher, labels) for matcher in selector.matchers):
                found.append(Sample(labels, value, (source,)))
        return found


def answer(text: str) -> list[tuple[str, float]]:
    """Return place/direction and value of every result."""
    results = evaluate(parse(text), World())
    return sorted(("/".join(filter(None, map(r.labels.get, ("place", "direction")))), r.value) for r in results)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('q{place="hn"}', [("hn/export", 262), ("hn/import", 608)]),
        ('q{place!="hn", direction="import"}', [("tt/import", 438)]),
        ('q{place=~"h.|x", direction!~"im.*"}', [("hn/export", 262)]),
        ('q{place=~"h"}', []),
        ('q{nosuch=""} > 600', [("hn/import", 608)]),
        ("q >= 438", [("hn/import", 608), ("tt/import", 438)]),
        ("q == 145", [("tt/export", 145)]),
        ("q < 262", [("tt/export", 145)]),
        ("q <= 262 and q != 145", [("hn/export", 262)]),
        ("600 < q", [("hn/import", 608)]),
        ("sum by (place) (q)", [("hn", 870), ("tt", 583)]),
        ("sum(q) by (place) > 600", [("hn", 870)]),
        ("sum without (direction, source) (q)", [("hn", 870), ("tt", 583)]),
        ("max(q)", [("", 608)]),
        ("min by (direction, nosuch) (q)", [("export", 145), ("import", 438)]),
        ("avg by (place) (q)", [("hn", 435), ("tt", 291.5)]),
        ("count(q > 200)", [("", 3)]),
        ("sum by (place) (q) / on(place) lanes", [("hn", 145), ("tt", math.inf)]),
        ("max by (place) (q) / ignoring(source) sum by (place) (q) > 0.7", [("tt", 438 / 583)]),
        ('q{direction="export"} + ignoring(direction) q{direction="import"}', [("hn", 870), ("tt", 583)]),
        ("q - q > -1", [(key, 0) for key in ("hn/export", "hn/import", "tt/export", "tt/import")]),
        ("q > on(place, direction) q", []),
        ("lanes >= zero", [("hn", 6), ("tt", 0)]),
        ("q unless on(place) lanes == 0", [("hn/export", 262), ("hn/import", 608)]),
        ("lanes == 0 or lanes > 5", [("hn", 6), ("tt", 0)]),
        ("lanes or zero", [("hn", 6), ("tt", 0)]),
        ("lanes > 5 or zero", [("hn", 6), ("tt", 0)]),
        ("abs(-lanes)", [("hn", 6), ("tt", 0)]),
        ("-5 * lanes < -5 * 5", [("hn", -30)]),
        ("2 + 3 * lanes == 20", [("hn", 20)]),
        ("(2 + 3) * lanes == 30", [("hn", 30)]),
        ("+lanes - 1 - 1 == 4", [("hn", 4)]),
        ("lanes > 5 # a remark", [("hn", 6)]),
        ("max(nan)", [("", 1)]),
        ("sum(inf)", [("", math.inf)]),
        ("nan > 0", [("tt", 1)]),
        ("5 / zero == 5 / 0", [("hn", math.inf), ("tt", math.inf)]),
        ("-5 / zero < 0", [("hn", -math.inf), ("tt", -math.inf)]),
        ("zero / zero > 0", []),
    ],
)
def test_answers(text: str, expected: list[tuple[str, float]]) -> None:
    """The expression gives these series with these values."""
    assert answer(text) == expected


def test_an_extreme_of_nothing_known_is_unknown() -> None:
    """The largest of values none of which is known is not known."""
    [result] = evaluate(parse('min(nan{place="hn"})'), World())
    assert math.isnan(result.value)


def test_a_result_remembers_its_sources() -> None:
    """What was computed of two sources names both, so that a simulated part is never hidden."""
    [result] = evaluate(parse('sum by (place) (q{place="hn"}) / on(place) lanes'), World())
    assert (result.labels, result.sources) == ({"place": "hn"}, ("a", "c"))


@pytest.mark.parametrize("text", ["q / on(place) lanes", "lanes / on(place) q"])
def test_a_join_must_be_one_to_one(text: str) -> None:
    """Two series that match the same one are an error that names them, never a guess."""
    with pytest.raises(EvaluationError, match=r'match the same one: .*direction="export".*direction="import"'):
        evaluate(parse(text), World())


def test_a_number_is_no_series() -> None:
    """A bare number has nothing to alert on, and a metric is no number."""
    with pytest.raises(EvaluationError, match="no series"):
        evaluate(parse("1 + 2"), World())
    with pytest.raises(EvaluationError, match="is no number"):
        scalar(parse("q"))
    assert scalar(parse("-0.9 * 100")) == -90


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("q > 5", True),
        ("q / lanes > 5", True),
        ("q and on(place) lanes > 5", True),
        ("q / ignoring(place) lanes > 5", False),
        ("q and on(gate) lanes > 5", False),
        ("sum by (place) (q) > 5", True),
        ("sum by (gate) (q) > 5", False),
        ("sum without (place) (q) > 5", False),
        ("sum without (direction) (q) > 5", True),
    ],
)
def test_what_a_place_says_of_itself(text: str, local: bool) -> None:
    """Where places are mixed, a reading of one asks for all of them again."""
    assert is_local(parse(text)) is local


def test_the_first_comparison_is_what_the_alert_is_about() -> None:
    """The number of the left-most comparison is the threshold, on whichever side it stands."""
    for text, changed in (
        ("q > 5 and lanes > 1 unless zero > 2", "q > 4 and lanes > 1 unless zero > 2"),
        ("5 < q or lanes > 1", "4 < q or lanes > 1"),
    ):
        comparison = primary(parse(text))
        assert comparison is not None
        assert measured(comparison) == Selector("q", (), text.index("q"))
        one, other = evaluate(with_threshold(parse(text), 4), World()), evaluate(parse(changed), World())
        assert one == other
    assert primary(parse("q > lanes")) is None


def test_patterns_and_texts_keep_their_backslashes() -> None:
    """Escapes in texts mean what they mean in PromQL; those of a pattern reach it."""
    assert answer(r'q{place=~"h\w", direction!="\"\t\n"} < 300') == [("hn/export", 262)]
    assert answer("q{place='hn',} > 300") == [("hn/import", 608)]


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "the expression ends"),
        ("q{", 2, "a label or '}'"),
        ("q{a", 3, "one of = != =~ !~"),
        ('q{a="b" c', 8, "',' or '}'"),
        ("sum by (1) (q)", 8, "a label or ')'"),
        ("sum by (a b) (q)", 10, "',' or ')'"),
        ("sum by q", 7, "'('"),
        ("(q > 5", 6, "ends where ')'"),
        ("abs(q", 5, "ends where ')'"),
        ("abs(5) > q + abs(5, 3)", 0, "abs needs a metric"),
        ("q > and", 4, "a metric, a number"),
        ("x" * (LONGEST + 1), 0, "at most"),
    ],
)
def test_faults_are_found_at_their_character(text: str, offset: int, message: str) -> None:
    """A fault says what was expected and where."""
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert message in caught.value.message
    assert caught.value.offset == offset
