"""Every fault of a rule file is explained, with the line and the column it stands at."""

from pathlib import Path

import pytest

from alerts.check import check, load_rules, rule_files
from alerts.errors import RuleError, RuleErrors
from alerts.rulefile import LARGEST_FILE, read_rules
from feeds.catalogue import Catalogue
from tests.unit.alerts.world import CATALOGUE, PLACES, file_yaml, rule_yaml

FAULTY = sorted((Path(__file__).parent / "faulty").glob("*.yaml"))


@pytest.mark.parametrize("file", FAULTY, ids=lambda file: file.stem)
def test_each_fault_is_found_where_it_stands(file: Path) -> None:
    """The file's first line says line, column and what `rules check` has to say of it; nothing else is blamed."""
    place, _, message = file.read_text().partition("\n")[0].removeprefix("# ").partition(" ")
    errors = check([file], CATALOGUE, PLACES)
    assert [f"{error.line}:{error.column}" for error in errors] == [place], "\n".join(map(str, errors))
    assert errors[0].message.startswith(message)
    assert str(errors[0]).startswith(f"{file}:{place}: {message}")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Three faults of one rule and one of another file come back together, in the order of the lines."""
    bad = rule_yaml("queue_length_vehicles > ", priority="urgent", **{"for": "soon"})
    (tmp_path / "a.yaml").write_text(file_yaml(rule_yaml("lanes_open < 1", "fine"), bad))
    (tmp_path / "b.yml").write_text("nothing")
    errors = check([tmp_path], CATALOGUE, PLACES)
    assert [(Path(error.file).name, error.line) for error in errors] == [
        ("a.yaml", 16),
        ("a.yaml", 17),
        ("a.yaml", 19),
        ("b.yml", 1),
    ]
    assert errors == [*sorted(errors[:3]), errors[3]]


def test_an_expression_shows_where_with_a_caret() -> None:
    """The hint repeats the line of the expression and points below the character."""
    text = file_yaml(rule_yaml("queue_length_vehicles{queue=physical} > 1"))
    [error] = read_rules(text, "x.yaml", CATALOGUE, PLACES)[1]
    line, caret = error.hint.splitlines()[:2]
    assert line == "queue_length_vehicles{queue=physical} > 1"
    assert caret.strip() == "^"
    assert caret.index("^") - 2 == line.index("physical")


@pytest.mark.parametrize(
    ("style", "place"),
    [('"lanes > 0"', "5:16"), (">-\n          queue_length_vehicles > 5\n          and lanes > 0", "5:15")],
)
def test_quoted_and_folded_expressions_are_pointed_at(style: str, place: str) -> None:
    """In quotes the character is found; where YAML folds lines the expression's beginning is."""
    text = file_yaml(rule_yaml("X").replace("'X'", style))
    [error] = read_rules(text, "x.yaml", CATALOGUE, PLACES)[1]
    assert f"{error.line}:{error.column}" == place


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """A missing file and one that is not UTF-8 are faults like others."""
    (tmp_path / "latin.yaml").write_bytes(b"groups: [\xe9]")
    missing = tmp_path / "missing.yaml"
    assert [error.message.partition(":")[0] for error in check([missing, tmp_path / "latin.yaml"])] == [
        "cannot be read",
        "a file is not UTF-8 text",
    ]


def test_monstrous_files_are_refused_without_reading_them_on() -> None:
    """Neither endless nor bottomless nor unprintable input breaks the reader."""
    for text, message in (
        ("#" * (LARGEST_FILE + 1), "the file has more than"),
        ("[" * 5_000, "the file is nested too deep"),
        ("a:\n" + "{a: " * 900_000, "the file is nested too deep"),
        ("- " * 1_900_000, "the file is nested too deep"),
        ("- ? " * 900_000, "the file is nested too deep"),
        ("a: \x00", "this is not YAML"),
    ):
        [error] = read_rules(text, "x.yaml", CATALOGUE, PLACES)[1]
        assert error.message.startswith(message)


def test_loading_takes_all_or_says_why_not(tmp_path: Path) -> None:
    """A directory gives its rules in the order of files; with one fault none is used."""
    (tmp_path / "b.yaml").write_text(file_yaml(rule_yaml("lanes_open < 1", "second")))
    (tmp_path / "a.yaml").write_text(file_yaml(rule_yaml("lanes_open < 1", "first")))
    (tmp_path / "notes.txt").write_text("not a rule")
    rules = load_rules(tmp_path, CATALOGUE, PLACES)
    assert [rule.name for rule in rules] == ["first", "second"]
    assert rules.get("third") is None
    assert [file.name for file in rule_files(tmp_path)] == ["a.yaml", "b.yaml"]
    (tmp_path / "c.yaml").write_text("")
    with pytest.raises(RuleErrors, match=r"c\.yaml:1:1: the file is empty") as caught:
        load_rules(tmp_path, CATALOGUE, PLACES)
    assert caught.value.errors == [
        RuleError(str(tmp_path / "c.yaml"), 1, 1, "the file is empty", "A rule file begins with groups:")
    ]


def test_labels_of_a_rule_are_kept() -> None:
    """A rule's own labels travel with it, as texts."""
    rules, errors = read_rules(file_yaml(rule_yaml("lanes_open < 1", labels="{team: 7}")), "x", Catalogue(), PLACES)
    assert errors == []
    assert rules[0].labels == {"team": "7"}
