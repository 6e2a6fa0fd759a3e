"""Refusals in words: whatever feeds can refuse a record for has its short reason and its sentence in every language.

The reasons are read out of the code: what is given as `reason` to whatever takes one (an error, a dead letter, a
function that makes them), literally, by a constant, or put together in a loop over literals.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

import feeds
from layouts.wording import catalogue, languages, say

ROOT = Path(feeds.__file__).parents[1]
CODE = (*sorted((ROOT / "feeds").rglob("*.py")), ROOT / "dashboard" / "api" / "redrive.py")
"""All that refuses records: the room itself, and the desk that sends them again."""
TAKERS = {
    "RefusedError": 0,
    "BrokenError": 0,
    "UnusableError": 0,
    "Rejection": 1,
    "DeadLetter": 1,
    "TrialRefusal": 1,
    "refuse": 0,
    "count": 0,
    "scope.py:_refused": 0,
    "folder/source.py:_refuse": 1,
    "folder/source.py:_set_aside": 1,
}
"""What takes a reason, and at which place; what is a file's own, by its file."""
OF_MORE = {"refuse", "count"}
"""Names that others bear, too: asked only with a text, a constant or something that is called a reason."""
PASSED_ON = {"reason", "why"}
"""What a reason that was given elsewhere is called where it is handed on."""


class Reasons:
    """The reasons that stand in files of Python.

    Attributes:
        found: each reason.
        unread: places where a reason is given in a way this class cannot follow.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.found: set[str] = set()
        self.unread: list[str] = []
        trees = {name: ast.parse(text) for name, text in texts.items()}
        self._constants = dict(pair for tree in trees.values() for pair in constants(tree))
        for file, tree in trees.items():
            self._read(file, tree)

    def _read(self, file: str, tree: ast.Module) -> None:
        own = {name.rpartition(":")[2]: at for name, at in TAKERS.items() if file.endswith(name.rpartition(":")[0])}
        for node in ast.walk(tree):
            match node:
                case ast.ClassDef(name=name, bases=[ast.Name("RefusedError"), *_]) if name not in TAKERS:
                    self.unread.append(f"{file}:{node.lineno}: class {name}")
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    for call in calls_of(node):
                        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                        at = own.get(name)
                        if at is not None and len(call.args) > at:
                            self._take(file, name, call.args[at], node)

    def _take(self, file: str, taker: str, value: ast.expr, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        match value:
            case ast.Constant(str(text)):
                self.found.add(text)
            case ast.IfExp(body=one, orelse=other):
                self._take(file, taker, one, function)
                self._take(file, taker, other, function)
            case ast.Name(name) if name in self._constants:
                self.found.add(self._constants[name])
            case ast.JoinedStr(values=[ast.Constant(str(start)), ast.FormattedValue(ast.Name(name))]) if words := set(
                looped(function, name)
            ):
                self.found |= {start + word for word in words}
            case ast.Attribute(attr="reason"):
                pass
            case ast.Name(name) if name in PASSED_ON and handed_on(file, function, name):
                pass
            case ast.Call(ast.Name("_reason")):
                self.found.add(self._constants["UNUSABLE"])
            case _ if taker not in OF_MORE:
                self.unread.append(f"{file}:{value.lineno}: {ast.unparse(value)}")


def constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names a file gives to texts."""
    for node in tree.body:
        match node:
            case ast.AnnAssign(target=ast.Name(name), value=ast.Constant(str(text))):
                yield name, text


def calls_of(function: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of a function, without those of functions in it."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from calls_of(node)


def handed_on(file: str, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    """Whether a name is the function's own, or comes in by a function whose callers are asked."""
    if name not in {argument.arg for argument in function.args.args}:
        return True
    return function.name in TAKERS or any(f"{file}:{function.name}".endswith(taker) for taker in TAKERS if ":" in taker)


def looped(function: ast.AST, name: str) -> Iterator[str]:
    """Yield the words a name runs over: `for name in ("a", "b")`, or first in `for name, … in (("a", …), …)`."""
    for node in ast.walk(function):
        if not isinstance(node, ast.For) or not isinstance(node.iter, ast.Tuple):
            continue
        targets = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
        for at, item in itertools.product(range(len(targets)), node.iter.elts):
            if getattr(targets[at], "id", "") == name:
                word = item.elts[at] if isinstance(item, ast.Tuple) else item
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield word.value


def shipped() -> set[str]:
    """Reasons of the mappings that are shipped."""
    files = (ROOT / "config" / "mappings").glob("*.yaml")
    mappings = [yaml.safe_load(file.read_text("utf-8")) for file in files]
    return {refusal["reason"] for mapping in mappings for refusal in mapping.get("refuse") or []}


def unworded(reasons: set[str], words: Mapping[str, str]) -> list[str]:
    """Return the keys a catalogue lacks for reasons."""
    wanted = {f"desk.{what}.{one}" for what in ("reason", "refused") for one in reasons}
    return sorted(key for key in wanted if not words.get(key))


@pytest.fixture(scope="module")
def reasons() -> Reasons:
    """What the code can refuse a record for."""
    return Reasons({str(file.relative_to(ROOT)): file.read_text("utf-8") for file in CODE})


def test_every_reason_of_the_code_is_read(reasons):
    """Of each way a reason is given in, one that stands in the code is known."""
    assert reasons.unread == []
    known = {
        "unknown_metric",  # an error
        "bad_vehicle", "bad_goods_class",  # in a loop
        "missing_field", "bad_shape",  # one of two
        "bad_text",  # by a function of the file
        "place_taken", "undecodable",  # a dead letter
        "spool_full", "unusable_payload",  # a constant
        "too_large", "no_mapping", "nothing",  # by a method
    }  # fmt: skip
    assert known <= reasons.found
    assert all(re.fullmatch(r"[a-z][a-z0-9_]+", reason) for reason in reasons.found)


@pytest.mark.parametrize("lang", languages())
def test_every_reason_has_its_word_and_its_sentence(reasons, lang):
    """Whoever looks why a record is not there is told what happened and what to do."""
    assert unworded(reasons.found | shipped(), catalogue(lang)) == []


@pytest.mark.parametrize("lang", languages())
def test_no_sentence_is_of_a_reason_that_is_never_given(reasons, lang):
    """What nobody can ever see is translated for nothing."""
    worded = {key.rpartition(".")[2] for key in catalogue(lang) if key.startswith(("desk.reason.", "desk.refused."))}
    assert worded - reasons.found - shipped() == set()


def test_a_new_reason_without_a_sentence_is_found():
    """The collection itself: a reason that comes tomorrow, in each way, and what cannot be followed."""
    text = """
NEW: Final = "brand_new"
class TornError(RefusedError): ...
def bad(rule, reason):
    return RefusedError(reason, rule)
def judge(raw, field):
    if raw:
        raise RefusedError("torn_twice" if raw.torn else NEW, "…")
    for name in ("colour", "smell"):
        raise RefusedError(f"odd_{name}", "…")
    outlet.refuse("by_method", "…")
    raise RefusedError(field.upper(), "…")
"""
    found = Reasons({"new.py": text})
    assert found.found == {"brand_new", "torn_twice", "odd_colour", "odd_smell", "by_method"}
    assert found.unread == ["new.py:3: class TornError", "new.py:5: reason", "new.py:12: field.upper()"]
    assert "desk.refused.torn_twice" in unworded(found.found, catalogue("vi"))


@pytest.mark.parametrize("lang", languages())
def test_a_sentence_reads_well_with_and_without_a_field(lang):
    """A place that is not told leaves no gap, and one that is told stands in the sentence."""
    for key, text in catalogue(lang).items():
        if not key.startswith("desk.refused."):
            continue
        with_it = say(lang, key, named=1, where=say(lang, "desk.refusal.column", name="gate"), field="gate")
        assert ("gate" in with_it) == ("{" in text), key
        without = say(lang, key, named=0, where="?", field="gate")
        assert not re.search(r"\?|  | [.,;:]|\(\)", without), key
        # What happened, and what to do about it.
        assert len(re.findall(r"[.](?: |$)", without)) >= 2, key
        assert len(with_it) < 260, key
