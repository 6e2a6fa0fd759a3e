"""Reading `config/targets.yaml`: YAML in, the programme and every fault with its line out.

Nothing is raised for a faulty text: whoever edits it wants all faults at once. The keys are explained in
docs/programme.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final, cast

import yaml

from feeds.catalogue import DIM_VALUES, Catalogue
from feeds.programme.fields import Fields, TargetFault
from feeds.programme.model import (
    BETTER,
    DISTRICTS_END,
    TIERS,
    WHOLES,
    Aim,
    Better,
    Group,
    Known,
    Measured,
    Programme,
    System,
    Target,
    Tier,
    Words,
)
from feeds.programme.path import due

LARGEST_FILE: Final = 1_000_000
"""Characters; a hundred targets with all their texts are a tenth of it."""
FILE: Final = "targets.yaml"
_SYSTEM: Final = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_YEARS: Final = (2000, 2100)
_BOTH: Final = ("vi", "en", "assumption")
_KNOWN: Final = ("year", "value", "source", "date", "assumption")
_TARGET: Final = (
    "key", "group", "name", "unit", "decimals", "tier", "better", "lowest", "highest", "base", "known", "aims", "owner",
    "document", "measured", "by_commune", "whole", "family", "valid_to", "note",
)  # fmt: skip


class TargetFileError(Exception):
    """A file of targets cannot be used.

    Attributes:
        faults: every fault found, in the order of the file.
    """

    def __init__(self, faults: list[TargetFault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(each) for each in faults))


def load_programme(config_dir: Path, catalogue: Catalogue | None = None) -> Programme:
    """Return the programme of a folder of configuration; an empty one where it has no `targets.yaml`.

    Raises:
        TargetFileError: when the file cannot be read or has any fault.
    """
    path = config_dir / FILE
    if not path.exists():
        return Programme()
    return read_file(path, catalogue)


def read_file(path: Path, catalogue: Catalogue | None = None) -> Programme:
    """Return the programme of a file.

    Raises:
        TargetFileError: when the file cannot be read or has any fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise TargetFileError([TargetFault(str(path), 1, "file", f"expected UTF-8 text: {error.reason}")]) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise TargetFileError([TargetFault(str(path), 1, "file", f"cannot be read: {reason}")]) from error
    programme, faults = read_targets(text, str(path), catalogue or Catalogue())
    if faults:
        raise TargetFileError(faults)
    return programme


def read_targets(text: str, file: str, catalogue: Catalogue) -> tuple[Programme, list[TargetFault]]:
    """Return the programme of a text and its faults; with a fault the programme is not to be used.

    Args:
        text: the file's content.
        file: how the file is named in faults.
        catalogue: the metrics that may measure a target.
    """
    empty = Programme()
    if len(text) > LARGEST_FILE:
        return empty, [TargetFault(file, 1, "file", f"expected at most {LARGEST_FILE:,} characters")]
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context
        return empty, [TargetFault(file, mark.line + 1 if mark else 1, "file", f"expected YAML: {said}")]
    except (yaml.YAMLError, RecursionError) as error:
        return empty, [TargetFault(file, 1, "file", f"expected YAML: {type(error).__name__}")]
    if root is None:
        return empty, [TargetFault(file, 1, "file", "expected groups and targets, the file is empty")]
    faults: list[TargetFault] = []
    fields = Fields(root, "", file, faults, ("groups", "targets", "systems"))
    groups = tuple(
        Group(each.word("key", required=True), _words(each, "name", required=True))
        for each in fields.parts("groups", ("key", "name"))
    )
    rows = fields.parts("targets", _TARGET)
    targets = tuple(_target(each, catalogue) for each in rows)
    _twice(targets, rows)
    _groups(targets, rows, {group.key for group in groups})
    systems = tuple(_system(each) for each in _listed(fields, "systems", ("key", "name", "owner", "parts")))
    return Programme(groups, targets, systems), sorted(faults, key=lambda fault: fault.line)


def _twice(targets: tuple[Target, ...], rows: list[Fields]) -> None:
    seen: set[str] = set()
    for target, row in zip(targets, rows, strict=True):
        if target.key and target.key in seen:
            row.fault(row.node, "key", f"expected a key of its own, {target.key!r} is given twice")
        seen.add(target.key)


def _groups(targets: tuple[Target, ...], rows: list[Fields], known: set[str]) -> None:
    for target, row in zip(targets, rows, strict=True):
        if target.group and target.group not in known:
            row.fault(
                row.node_of("group") or row.node,
                "group",
                f"expected one of {', '.join(sorted(known))}, got {target.group!r}",
            )


def _listed(fields: Fields, key: str, known: tuple[str, ...]) -> list[Fields]:
    return fields.parts(key, known) if fields.node_of(key) is not None else []


def _system(fields: Fields) -> System:
    owner = fields.part("owner", _BOTH, required=True)
    key = fields.text("key", required=True, longest=64)
    if key and not _SYSTEM.fullmatch(key):
        fields.fault(fields.node, "key", f"expected the word of a probe's target, got {key!r}")
    return System(
        key,
        _words(fields, "name", required=True),
        Words(owner.text("vi", required=True), owner.text("en", required=True)) if owner else Words("", ""),
        owner.flag("assumption") if owner else False,
        _words(fields, "parts") if fields.node_of("parts") is not None else None,
    )


def _words(fields: Fields, key: str, *, required: bool = False) -> Words:
    part = fields.part(key, _BOTH, required=required)
    if part is None:
        return Words("", "")
    return Words(part.text("vi", required=True), part.text("en", required=True))


def _target(fields: Fields, catalogue: Catalogue) -> Target:
    owner = fields.part("owner", _BOTH, required=True)
    aims = _aims(fields)
    base = _known(fields, "base")
    lowest, highest = fields.number("lowest"), fields.number("highest")
    ends = fields.day("valid_to")
    tier = cast("Tier", fields.choice("tier", TIERS))
    whole = fields.choice("whole", WHOLES, "none") if fields.node_of("whole") else ""
    target = Target(
        key=fields.word("key", required=True),
        group=fields.word("group", required=True),
        name=_words(fields, "name", required=True),
        unit=fields.text("unit", longest=20),
        tier=tier,
        aims=aims,
        owner=Words(owner.text("vi", required=True), owner.text("en", required=True)) if owner else Words("", ""),
        owner_assumed=owner.flag("assumption") if owner else False,
        document=_words(fields, "document", required=True),
        better=cast("Better", fields.choice("better", BETTER, "up")),
        decimals=fields.whole("decimals", 0, 4) or 0,
        lowest=0.0 if lowest is None else lowest,
        highest=highest,
        base=base,
        known=_known(fields, "known"),
        measured=_measured(fields, "measured", catalogue),
        by_commune=_measured(fields, "by_commune", catalogue),
        whole=whole if whole in WHOLES else None,
        family=fields.word("family"),
        valid_to=ends[0] if ends else None,
        note=_words(fields, "note"),
    )
    _consistent(fields, target)
    return target


def _aims(fields: Fields) -> tuple[Aim, ...]:
    rows = fields.parts("aims", ("year", "value", "assumption"))
    aims = []
    for row in rows:
        year, value = row.whole("year", *_YEARS), row.number("value", required=True)
        aims.append(Aim(0.0 if value is None else value, year, row.flag("assumption")))
    years = [aim.year for aim in aims]
    if None in years and len(years) > 1:
        fields.fault(rows[0].node, "aims", "expected either one aim without a year or a year in each")
    dated = [year for year in years if year is not None]
    if dated != sorted(set(dated)):
        fields.fault(rows[0].node, "aims", "expected years that rise, each once")
    return tuple(aims) or (Aim(0.0),)


def _known(fields: Fields, key: str) -> Known | None:
    part = fields.part(key, _KNOWN)
    if part is None:
        return None
    year = part.whole("year", *_YEARS)
    value = part.number("value", required=True)
    # A base has a year, a stated value a date; a date may be but a year, and one of them is enough.
    told = part.day("date", required=year is None)
    source = _words(part, "source", required=True)
    as_of, text = told or (due(year or _YEARS[0]), str(year))
    if year is not None and as_of.year != year:
        part.fault(part.node, "date", f"expected a day of the year {year}, got {text}")
    return None if value is None else Known(value, source, as_of, text, part.flag("assumption"))


def _measured(fields: Fields, key: str, catalogue: Catalogue) -> Measured | None:
    part = fields.part(key, ("metric", "dims", "scale"))
    if part is None:
        return None
    name = part.text("metric", required=True)
    metric = catalogue.get(name)
    if name and metric is None:
        part.fault(part.node, "metric", f"expected a metric of docs/metrics.md, got {name[:64]!r}")
    scale = part.number("scale")
    if scale == 0:
        part.fault(part.node, "scale", "expected a number other than 0")
    return Measured(
        name, _dims(part, metric.dims if metric else frozenset(DIM_VALUES)), 1.0 if scale is None else scale
    )


def _dims(part: Fields, allowed: frozenset[str]) -> Mapping[str, str]:
    dims = part.part("dims", sorted(allowed))
    if dims is None:
        return {}
    found = {name: dims.text(name) for name in sorted(allowed)}
    for name, value in found.items():
        known = DIM_VALUES.get(name)
        if value and known is not None and value not in known:
            dims.fault(dims.node, name, f"expected one of {', '.join(known)}, got {value[:64]!r}")
    return {name: value for name, value in found.items() if value}


def _consistent(fields: Fields, target: Target) -> None:
    """Refuse what cannot be true: values out of bounds, a base after its aim, a district beyond its last day."""
    if target.highest is not None and target.highest <= target.lowest:
        fields.fault(fields.node, "highest", f"expected more than lowest ({target.lowest:g}), got {target.highest:g}")
    values = [("aims", aim.value) for aim in target.aims]
    values += [(name, known.value) for name, known in (("base", target.base), ("known", target.known)) if known]
    for name, value in values:
        if value < target.lowest or (target.highest is not None and value > target.highest):
            top = "no upper bound" if target.highest is None else f"{target.highest:g}"
            fields.fault(
                fields.node_of(name) or fields.node, name, f"expected {target.lowest:g} to {top}, got {value:g}"
            )
    first = target.aims[0].year
    if target.base is not None and first is not None and target.base.as_of >= due(first):
        fields.fault(
            fields.node_of("base") or fields.node, "base", f"expected a day before the first aim's year {first} ends"
        )
    if target.tier == "district" and (target.valid_to is None or target.valid_to > DISTRICTS_END):
        fields.fault(
            fields.node_of("valid_to") or fields.node,
            "valid_to",
            f"expected {DISTRICTS_END.isoformat()} or earlier: the district tier ended then",
        )
    if target.whole and target.by_commune is None and target.tier != "district":
        fields.fault(
            fields.node_of("whole") or fields.node, "whole", "expected by_commune beside it, or tier: district"
        )
    if target.valid_to is not None and target.valid_to < date(_YEARS[0], 1, 1):
        fields.fault(fields.node, "valid_to", f"expected a day from {_YEARS[0]} on")
