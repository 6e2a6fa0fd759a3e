"""Checking and loading rule files: every fault of every file, or the rules in force."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from alerts.errors import RuleError, RuleErrors
from alerts.rulefile import read_rules
from alerts.rules import Rule, RuleSet
from feeds.catalogue import Catalogue
from geodata.places import Places

SUFFIXES: Final = (".yaml", ".yml")


def check(paths: Iterable[Path], catalogue: Catalogue | None = None, places: Places | None = None) -> list[RuleError]:
    """Return every fault of the files, in their order; a directory stands for the rule files in it.

    Args:
        paths: files or directories.
        catalogue: the metrics a rule may name; the shipped ones by default.
        places: the places a rule may name; the shipped ones by default.
    """
    return read_files(paths, catalogue or Catalogue(), places or Places.load())[1]


def load_rules(directory: Path, catalogue: Catalogue | None = None, places: Places | None = None) -> RuleSet:
    """Return the rules of a directory, files in alphabetical order; no file gives no rule.

    Raises:
        RuleErrors: when any file has any fault; then no rule of it is used.
    """
    rules, errors = read_files([directory], catalogue or Catalogue(), places or Places.load())
    if errors:
        raise RuleErrors(errors)
    return RuleSet(rules)


def rule_files(directory: Path) -> list[Path]:
    """Return the rule files of a directory in alphabetical order."""
    return sorted(path for path in directory.iterdir() if path.suffix in SUFFIXES and path.is_file())


def read_files(paths: Iterable[Path], catalogue: Catalogue, places: Places) -> tuple[list[Rule], list[RuleError]]:
    """Return the sound rules of the files and every fault; of two rules of one name the first is used."""
    rules: list[Rule] = []
    errors: list[RuleError] = []
    seen: dict[str, Rule] = {}
    for path in paths:
        try:
            files = rule_files(path) if path.is_dir() else [path]
            texts = [(str(file), file.read_text(encoding="utf-8")) for file in files]
        except UnicodeDecodeError as error:
            errors.append(RuleError(str(path), 1, 1, f"a file is not UTF-8 text: {error.reason}"))
            continue
        except OSError as error:
            errors.append(RuleError(str(path), 1, 1, f"cannot be read: {error.strerror or error}"))
            continue
        for file, text in texts:
            found, faults = read_rules(text, file, catalogue, places)
            errors += sorted(faults)
            for rule in found:
                first = seen.setdefault(rule.name, rule)
                if first is not rule:
                    message = f"the alert {rule.name} is already defined in {first.file}:{first.line}"
                    errors.append(RuleError(rule.file, rule.line, 1, message, "Give one of them another name."))
                    continue
                rules.append(rule)
    return rules, errors
