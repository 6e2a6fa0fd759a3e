"""Reading rule files: YAML in, rules and every fault with its line out.

YAML's nodes are read, not Python objects made of them, so that each fault knows its line and `for: 5m`, `on` and `no`
stay the texts they are. Nothing is raised for a faulty file: an operator wants all faults at once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from alerts.durations import parse_duration_s
from alerts.errors import ExpressionError, RuleError, TemplateError
from alerts.expr.parser import parse
from alerts.expr.syntax import Expr, primary
from alerts.meaning import clear_fault, faults, labels_of, nearest
from alerts.model import NO_DATA, PRIORITIES
from alerts.rules import Rule, Text
from alerts.template import FIXED_LABELS, check_text
from feeds.catalogue import Catalogue
from geodata.places import Places

RULE_KEYS: Final = (
    "alert",
    "expr",
    "for",
    "keep_firing_for",
    "clear",
    "priority",
    "no_data",
    "time_to_respond",
    "labels",
    "annotations",
)
TEXT_KEYS: Final = ("summary", "short", "cause", "consequence", "response", "owner")
LONGEST_TEXT: Final = 400
"""A sentence or two; what is longer is not read at a desk under pressure."""
LARGEST_FILE: Final = 4_000_000
"""Characters; 10,000 rules with all their texts are less."""
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C reader where the wheel has it: ten thousand rules in seconds instead of half a minute."""
DEEPEST: Final = 1_000
"""A rule file nests eight deep."""
_DASHES: Final = re.compile(r"(?m)^[ \t]*(?:[-?:][ \t]+)+")
_BRACKETS: Final = re.compile(r"[\[\]{}]")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_NOTHING: Final = Text("", "")
_NOT_SINGLE: Final = "expected a single value here, got a list or a mapping"

Fields = Mapping[str, yaml.Node]


def read_rules(text: str, file: str, catalogue: Catalogue, places: Places) -> tuple[list[Rule], list[RuleError]]:
    """Return the rules of one file and every fault found; a rule with a fault is not among the rules.

    Args:
        text: the file's content.
        file: how the file is named in faults.
        catalogue: the metrics a rule may name.
        places: the places a rule may name.
    """
    if len(text) > LARGEST_FILE:
        return [], [RuleError(file, 1, 1, f"the file has more than {LARGEST_FILE:,} characters")]
    if _is_bottomless(text):
        return [], [RuleError(file, 1, 1, "the file is nested too deep to be a rule file")]
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"this is not YAML: {error.problem or error.context}"
        return [], [RuleError(file, line, column, message, "Look at the indentation and the quotes above this line.")]
    except yaml.YAMLError as error:
        return [], [RuleError(file, 1, 1, f"this is not YAML: {error}")]
    reader = _Reader(text, file, catalogue, places)
    reader.document(root)
    return reader.rules, reader.errors


def _is_bottomless(text: str) -> bool:
    """Tell whether brackets or dashes nest deeper than DEEPEST; the C reader's stack would not survive it.

    Indentation needs no look: LARGEST_FILE does not hold enough of it.
    """
    if any(len(dashes[0]) // 2 > DEEPEST for dashes in _DASHES.finditer(text)):
        return True
    depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        if depth > DEEPEST:
            return True
    return False


class _Reader:
    """Walks the nodes of one file."""

    def __init__(self, text: str, file: str, catalogue: Catalogue, places: Places) -> None:
        self.rules: list[Rule] = []
        self.errors: list[RuleError] = []
        self._lines = text.splitlines()
        self._file = file
        self._catalogue = catalogue
        self._places = places

    def document(self, root: yaml.Node | None) -> None:
        if root is None:
            self._add(1, 1, "the file is empty", "A rule file begins with groups:")
            return
        fields = self._mapping(root, ("groups",), "a rule file")
        if fields is None:
            return
        if "groups" not in fields:
            if self.errors:
                return  # a misspelt key says it already
            self._at(root, "the file has no groups", "A rule file begins with groups:")
            return
        for group in self._sequence(fields["groups"], "groups"):
            self._group(group)

    def _group(self, node: yaml.Node) -> None:
        fields = self._mapping(node, ("name", "rules"), "a group")
        if fields is None:
            return
        name = self._text(fields, "name", node, "a group")
        if "rules" not in fields:
            self._at(node, "the group has no rules", "List them under rules:")
            return
        for rule in self._sequence(fields["rules"], "rules"):
            self._rule(rule, name)

    def _rule(self, node: yaml.Node, group: str) -> None:
        fields = self._mapping(node, RULE_KEYS, "a rule")
        if fields is None:
            return
        before = len(self.errors)
        name = self._text(fields, "alert", node, "a rule")
        if name and not _NAME.fullmatch(name):
            self._at(fields["alert"], f"{name!r} is no name for an alert", "Use letters, digits and underscores.")
        text = self._text(fields, "expr", node, "a rule")
        expr = self._expr(text, fields["expr"]) if text else None
        priority = self._choice(fields, "priority", PRIORITIES, node, None)
        no_data = self._choice(fields, "no_data", NO_DATA, node, "resolve")
        for_s = self._duration(fields, "for", 0.0)
        keep_s = self._duration(fields, "keep_firing_for", 0.0)
        respond_s = self._duration(fields, "time_to_respond", None)
        if "time_to_respond" not in fields:
            self._at(node, "the rule has no time_to_respond", "Say how soon somebody should act, as 15m.")
        clear = self._clear(fields, expr)
        if no_data != "resolve" and expr is not None and primary(expr) is None:
            message = f"no_data: {no_data} needs an expression that begins by comparing with a number"
            self._at(fields["no_data"], message)
        labels = self._labels(fields)
        texts = self._texts(fields, node, expr)
        if len(self.errors) > before or expr is None:
            return
        self.rules.append(
            Rule(
                name, group, expr, text, priority, **texts,
                time_to_respond_s=respond_s or 0.0, for_s=for_s or 0.0, keep_firing_s=keep_s or 0.0,
                clear=clear, no_data=no_data, labels=labels,
                file=self._file, line=node.start_mark.line + 1,
            )
        )  # fmt: skip

    def _expr(self, text: str, node: yaml.Node) -> Expr | None:
        try:
            expr = parse(text)
        except ExpressionError as error:
            self._fault(error, node)
            return None
        for fault in faults(expr, text, self._catalogue, self._places):
            self._fault(fault, node)
        return expr

    def _clear(self, fields: Fields, expr: Expr | None) -> float | None:
        if "clear" not in fields:
            return None
        node = fields["clear"]
        try:
            clear = float(self._scalar(node))
        except ValueError:
            clear = math.nan
        if not math.isfinite(clear):
            self._at(node, f"clear must be a number, got {self._scalar(node)!r}")
            return None
        fault = clear_fault(expr, clear) if expr is not None else None
        if fault:
            self._at(node, fault)
        return clear

    def _labels(self, fields: Fields) -> dict[str, str]:
        labels: dict[str, str] = {}
        if "labels" not in fields:
            return labels
        for key, node in (self._mapping(fields["labels"], None, "labels") or {}).items():
            if not _NAME.fullmatch(key) or key in FIXED_LABELS:
                self._at(node, f"{key!r} cannot be a label of a rule", f"Taken are {', '.join(FIXED_LABELS)}.")
            labels[key] = self._scalar(node)
        return labels

    def _texts(self, fields: Fields, rule: yaml.Node, expr: Expr | None) -> dict[str, Any]:
        if "annotations" not in fields:
            self._at(rule, "the rule has no annotations", f"Write {', '.join(TEXT_KEYS)}, each with vi: and en:.")
            return {}
        holder = fields["annotations"]
        texts = self._mapping(holder, TEXT_KEYS, "annotations")
        if texts is None:
            return {}
        known = labels_of(expr, self._catalogue) if expr is not None else None
        found: dict[str, Any] = {}
        for key in TEXT_KEYS:
            if key in texts:
                found[key] = self._both(texts[key], key, known)
            else:
                found[key] = _NOTHING
                self._at(holder, f"annotations have no {key}", "Every rule says it in Vietnamese and in English.")
        return found

    def _both(self, node: yaml.Node, key: str, labels: set[str] | None) -> Text:
        fields = self._mapping(node, ("vi", "en"), key)
        if fields is None:
            return _NOTHING
        spoken = {language: self._text(fields, language, node, key) for language in ("vi", "en")}
        for language, text in spoken.items():
            if len(text) > LONGEST_TEXT:
                message = f"{key} in {language} has {len(text)} characters; at most {LONGEST_TEXT} are read in a hurry"
                self._at(fields[language], message)
            try:
                check_text(text, labels if labels is not None else _AnyLabel())
            except TemplateError as error:
                self._at(fields[language], f"{key} in {language}: {error}")
        return Text(spoken["vi"], spoken["en"])

    def _duration(self, fields: Fields, key: str, default: float | None) -> float | None:
        if key not in fields:
            return default
        try:
            return parse_duration_s(self._scalar(fields[key]))
        except ValueError as error:
            self._at(fields[key], f"{key}: {error}")
            return default

    def _choice(self, fields: Fields, key: str, known: Sequence[str], rule: yaml.Node, default: str | None) -> str:
        if key not in fields:
            if default is None:
                self._at(rule, f"the rule has no {key}", f"It is one of {', '.join(known)}.")
            return default or ""
        value = self._scalar(fields[key])
        if value not in known:
            self._at(fields[key], f"{key} is one of {', '.join(known)}, got {value!r}", nearest(value, known))
        return value

    def _text(self, fields: Fields, key: str, holder: yaml.Node, what: str) -> str:
        if key not in fields:
            self._at(holder, f"{what} needs {key}", f"Write {key}: …")
            return ""
        text = self._scalar(fields[key]).strip()
        if not text:
            self._at(fields[key], f"{key} of {what} is empty")
        return text

    def _scalar(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        self._at(node, _NOT_SINGLE)
        return ""

    def _sequence(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self._at(node, f"{what} must be a list", "Begin each of its items with a dash.")
        return []

    def _mapping(self, node: yaml.Node, known: Sequence[str] | None, what: str) -> dict[str, yaml.Node] | None:
        if not isinstance(node, yaml.MappingNode):
            self._at(node, f"{what} must be a mapping of key: value")
            return None
        fields: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self._scalar(key_node)
            if key in fields:
                self._at(key_node, f"{key} is given twice in {what}")
            elif known is not None and key not in known:
                hint = nearest(key, known) or f"There are {', '.join(known)}."
                self._at(key_node, f"{what} has no {key!r}", hint)
            else:
                fields[key] = value
        return fields

    def _fault(self, error: ExpressionError, node: yaml.Node) -> None:
        line, column = self._position(node, error)
        hint = f"{error.pointer()}\n{error.hint}".rstrip()
        self._add(line, column, f"expr: {error.message}", hint.replace("\n", "\n  "))

    def _position(self, node: yaml.Node, error: ExpressionError) -> tuple[int, int]:
        """Return where in the file the character at fault stands; the value's beginning where folding hides it."""
        start = node.start_mark
        style = getattr(node, "style", None)
        before = error.text[: error.offset]
        if style == "|":
            line = start.line + 1 + before.count("\n")
            source = self._lines[line] if line < len(self._lines) else ""
            indent = len(source) - len(source.lstrip())
            return line + 1, indent + len(before.rpartition("\n")[2]) + 1
        if start.line != node.end_mark.line or style == ">":
            return start.line + 1, start.column + 1
        return start.line + 1, start.column + error.offset + (2 if style else 1)

    def _at(self, node: yaml.Node, message: str, hint: str = "") -> None:
        self._add(node.start_mark.line + 1, node.start_mark.column + 1, message, hint)

    def _add(self, line: int, column: int, message: str, hint: str = "") -> None:
        last = self.errors[-1] if self.errors else None
        if last is not None and (last.line, last.column, last.message) == (line, column, _NOT_SINGLE):
            return  # what was read in its place is empty, which is no second fault
        self.errors.append(RuleError(self._file, line, column, message, hint))


class _AnyLabel(set[str]):
    """Stands for the labels of an expression that cannot be read: its texts are not blamed for it."""

    def __contains__(self, label: object) -> bool:
        return True
