"""Import people by commune: a table of code or name, population and date.

Deliberately not here: growth since that date, and where in a commune people live.
"""

import re
from dataclasses import replace
from typing import Final

from geodata.errors import ImportRefusedError
from geodata.imports.archive import Opened
from geodata.imports.ground import commune_file, expected_communes, ground_in_use, outline_of, site_files
from geodata.imports.matching import Unit, full_name, plain_code, plain_name
from geodata.imports.request import ImportRequest, Taken
from geodata.imports.table import read_table
from geodata.layers import known_layers
from geodata.population import PROVINCE_POPULATION

CODE_COLUMNS: Final = ("code", "ma", "ma_xa", "mã", "mã xã")
NAME_COLUMNS: Final = ("name", "ten", "ten_xa", "tên", "tên xã", "xã")
POPULATION_COLUMNS: Final = ("population", "dân số", "dan_so", "danso", "dan so")
DATE_COLUMNS: Final = ("date", "ngay", "ngày")
# The smallest of the 65 has some 4,000 people, the largest ward some 50,000.
FEWEST: Final = 100
MOST: Final = 200_000
# Farther from the census total raised to today is another unit of count, or another province.
REFUSED_DIFFERENCE: Final = 0.4
DOUBTFUL_DIFFERENCE: Final = 0.1
# 12.345 and 12,345 and 12 345 are the same number of people; 12.34 is none.
_GROUPED: Final = re.compile(r"\d{1,3}([., \u00a0]\d{3})+|\d+")


def import_population(opened: Opened, request: ImportRequest) -> Taken:
    """Return the files of a version whose population comes from a table.

    Raises:
        ImportRefusedError: A row cannot be used, a commune is missing or twice, or the total is far off.
    """
    if opened.form != "csv":
        raise ImportRefusedError("A population table is a CSV with code or name, and population.")
    units = expected_communes()
    people, dates = _people(opened, units, request)
    missing = [unit.name_vi for unit in units if unit.code not in people]
    if missing:
        raise ImportRefusedError(
            f"{len(missing)} of our {len(units)} communes are missing ({', '.join(missing[:5])}). Every one is needed."
        )
    warnings = []
    total = sum(people.values())
    off = abs(total / PROVINCE_POPULATION - 1.0)
    if off > REFUSED_DIFFERENCE:
        raise ImportRefusedError(f"The total is {total:,} people; about {PROVINCE_POPULATION:,} are expected.")
    if off > DOUBTFUL_DIFFERENCE:
        warnings.append(f"The total is {total:,} people; about {PROVINCE_POPULATION:,} are expected.")
    if len(dates) > 1:
        warnings.append(f"The rows have {len(dates)} different dates, from {min(dates)} to {max(dates)}.")
    day = max(dates) if dates else request.date
    note = f"{request.source}, {day}"
    ground = replace(ground_in_use(), population=people, population_note=note)
    described = dict(known_layers())
    files = site_files(ground, described, outline_of(ground.communes)) | commune_file(ground, described)
    # The sites themselves are as they were.
    files.pop("sites.json")
    return Taken(files, described, warnings, {"units": len(people), "people": total})


def _people(opened: Opened, units: list[Unit], request: ImportRequest) -> tuple[dict[str, int], set[str]]:
    codes = {unit.code for unit in units}
    names = {plain_name(unit.name_vi): unit.code for unit in units} | {full_name(u.name_vi): u.code for u in units}
    people: dict[str, int] = {}
    dates: set[str] = set()
    for number, row in read_table(opened.path):
        code_text = _value(row, request.code_field, CODE_COLUMNS)
        name_text = _value(row, request.name_field, NAME_COLUMNS)
        code = plain_code(code_text, 5) if code_text else ""
        code = code if code in codes else names.get(full_name(name_text)) or names.get(plain_name(name_text)) or ""
        if not code:
            raise ImportRefusedError(f"Row {number}: {code_text or name_text or 'nothing'!r} is none of our communes.")
        if code in people:
            raise ImportRefusedError(f"Row {number}: the commune {code} stands there twice.")
        people[code] = _count(number, _value(row, "", POPULATION_COLUMNS))
        if day := _value(row, "", DATE_COLUMNS):
            dates.add(day[:40])
    if not people:
        raise ImportRefusedError("The table has no rows.")
    return people, dates


def _value(row: dict[str, str], chosen: str, columns: tuple[str, ...]) -> str:
    for name in (chosen.casefold(), *columns):
        if name and name in row:
            return row[name]
    return ""


def _count(number: int, text: str) -> int:
    if not _GROUPED.fullmatch(text):
        raise ImportRefusedError(f"Row {number}: the population {text[:40]!r} is no whole number.")
    count = int(re.sub(r"\D", "", text))
    if not FEWEST <= count <= MOST:
        raise ImportRefusedError(f"Row {number}: a population of {count:,}. Expected {FEWEST:,} to {MOST:,}.")
    return count
