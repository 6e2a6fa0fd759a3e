"""Find out which of our units each feature is: by the code of the General Statistics Office, else by name.

Names are compared without diacritics, case and the words Xã, Phường, Thị trấn, Huyện; NFC and NFD are the same.
Deliberately not here: matching by position, which would take any shape for the unit it happens to cover.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geodata.errors import ImportRefusedError
from geodata.imports.features import Feature

# Names of columns tried first when several would do.
_CODE_FIELDS: Final = ("code", "ma", "maxa", "ma_xa", "ward_code", "gso_code", "gso_id", "maxp", "matinhxa", "id")
_PREFIXES: Final = (
    "thanh pho", "thi tran", "thi xa", "phuong", "huyen", "tinh", "xa", "tp.", "tp", "tt.", "tt", "p.", "x.", "h.",
)  # fmt: skip
_SUFFIXES: Final = ("ward", "commune", "township", "district", "city", "province")
# Below this share of a column's values that are ours, the column means something else.
_LEAST_SHARE: Final = 0.5
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is expected: its code and name in Vietnamese."""

    code: str
    name_vi: str


@dataclass(frozen=True, slots=True)
class Matched:
    """Features by code of the unit, in the order of the units, and what was doubtful."""

    features: Mapping[str, Feature]
    code_field: str
    name_field: str
    warnings: list[str]


def plain_name(text: str) -> str:
    """Return a name for comparison: no diacritics, lower case, no word for the kind of unit.

    A ward and a commune of the same name are told apart by `full_name` only.
    """
    plain = full_name(text)
    for prefix in _PREFIXES:
        if plain.startswith(prefix + " ") or (prefix.endswith(".") and plain.startswith(prefix)):
            plain = plain[len(prefix) :].strip()
            break
    words = plain.split(" ")
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in _SUFFIXES else plain


def full_name(text: str) -> str:
    """Return a name without diacritics and case, the kind of unit kept."""
    stripped = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(stripped.replace("đ", "d").replace("-", " ").replace("_", " ").split())


def plain_code(value: object, width: int) -> str:
    """Return a code as text of a width: numbers lose a `.0` and get their leading zeros back; "" for none."""
    if value is None or isinstance(value, bool):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    text = text.removesuffix(".0")
    for prefix in ("commune.", "district."):
        text = text.removeprefix(prefix)
    return text.zfill(width) if text.isascii() and text.isdigit() and len(text) <= width else ""


def match(
    features: Sequence[Feature], units: Sequence[Unit], *,
    code_field: str = "", name_field: str = "", only_ours: bool = False,
) -> Matched:  # fmt: skip
    """Return each unit's feature.

    Args:
        features: Features that have a shape.
        units: The units expected, every one of them.
        code_field: Column with the code, "" to find it.
        name_field: Column with the name, "" to find it.
        only_ours: Leave out features that are none of ours, as in a file of the whole country.

    Raises:
        ImportRefusedError: A column is missing, a unit is missing, twice, or not ours; the message names up to five.
    """
    _check_columns(features, code_field, name_field)
    by_code = {unit.code: unit for unit in units}
    names = _names(units)
    width = max(len(unit.code) for unit in units)

    def code_of(value: object) -> str:
        code = plain_code(value, width)
        return code if code in by_code else ""

    def named(value: object) -> str:
        return _by_name(value, names) if isinstance(value, str) else ""

    codes_in = code_field or _best_column(features, code_of, len(units), _CODE_FIELDS)
    names_in = name_field or _best_column(features, named, len(units), ())
    if not codes_in and not names_in:
        columns = ", ".join(sorted({key for feature in features for key in feature.properties})[:20]) or "none"
        raise ImportRefusedError(
            f"No column holds the codes or names of our {len(units)} units. Columns are: {columns}. "
            f"Expected a code such as {units[0].code} or a name such as {units[0].name_vi!r}; "
            "state the column with --code-field or --name-field."
        )
    found: dict[str, list[Feature]] = {}
    strangers: list[Feature] = []
    warnings: list[str] = []
    for feature in features:
        code = code_of(feature.properties.get(codes_in)) if codes_in else ""
        other = named(feature.properties.get(names_in)) if names_in else ""
        if code and names_in and (said := feature.properties.get(names_in)) and other != code:
            warnings.append(f"Unit {code} is {by_code[code].name_vi!r} here and {str(said)[:60]!r} in the file.")
        code = code or other
        if code:
            found.setdefault(code, []).append(feature)
        else:
            strangers.append(feature)
    _refuse(found, strangers, by_code, codes_in or names_in, only_ours=only_ours)
    if strangers:
        warnings.append(f"{len(strangers)} features that are no units of ours were left out.")
    return Matched({code: found[code][0] for code in by_code}, codes_in, names_in, warnings)


def _check_columns(features: Sequence[Feature], *columns: str) -> None:
    known = sorted({key for feature in features for key in feature.properties})
    for column in columns:
        if column and column not in known:
            raise ImportRefusedError(f"There is no column {column!r}. Columns are: {', '.join(known[:20]) or 'none'}.")


def _names(units: Sequence[Unit]) -> dict[str, str]:
    """Return code by name; a name that two units share stands only with the kind of unit before it."""
    names = {full_name(unit.name_vi): unit.code for unit in units}
    counted = Counter(plain_name(unit.name_vi) for unit in units)
    for unit in units:
        if counted[plain_name(unit.name_vi)] == 1:
            names.setdefault(plain_name(unit.name_vi), unit.code)
    return names


def _by_name(value: str, names: Mapping[str, str]) -> str:
    return names.get(full_name(value)) or names.get(plain_name(value)) or ""


def _best_column(features: Sequence[Feature], find: Callable[[object], str], units: int, first: Sequence[str]) -> str:
    columns = list(dict.fromkeys(key for feature in features for key in feature.properties))
    columns.sort(key=lambda name: first.index(name.lower()) if name.lower() in first else len(first))
    # Counted by distinct units found, so that a constant column that happens to match is not taken.
    scores = {name: len({code for f in features if (code := find(f.properties.get(name)))}) for name in columns}
    best = max(columns, key=lambda name: scores[name], default="")
    return best if best and scores[best] >= max(1.0, _LEAST_SHARE * min(units, len(features))) else ""


def _refuse(
    found: Mapping[str, list[Feature]], strangers: Sequence[Feature], units: Mapping[str, Unit], column: str, *,
    only_ours: bool,
) -> None:  # fmt: skip
    reasons = []
    twice = [f"{code} {units[code].name_vi}" for code, features in found.items() if len(features) > 1]
    if twice:
        reasons.append(f"{len(twice)} units stand there twice ({_listed(twice)})")
    missing = [f"{code} {unit.name_vi}" for code, unit in units.items() if code not in found]
    if missing:
        reasons.append(f"{len(missing)} of our {len(units)} units are missing ({_listed(missing)})")
    if strangers and not only_ours:
        shown = [f"feature {each.number}: {str(each.properties.get(column))[:40]!r}" for each in strangers]
        reasons.append(
            f"{len(strangers)} features are no units of ours ({_listed(shown)}); --only-ours leaves such features out"
        )
    if reasons:
        raise ImportRefusedError(f"The units do not fit ours: {'; '.join(reasons)}.")


def _listed(items: Sequence[str]) -> str:
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return ", ".join(items[:_NAMED]) + more
