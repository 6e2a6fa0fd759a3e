"""Compare the communes in use with those of another file.

Deliberately not here: a judgement which of them is right.
"""

from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.build.frame import geometry_to_metres
from geodata.imports.archive import opened
from geodata.imports.boundaries import read_units
from geodata.imports.ground import expected_communes, read_areas
from geodata.imports.request import ImportRequest


def agreement(path: Path) -> dict[str, float]:
    """Return intersection over union by `commune.<code>`, and for the outline as `lang-son`, 0–1.

    Raises:
        ImportRefusedError: The file does not hold our communes.
    """
    with opened(path) as file:
        others = read_units(file, ImportRequest(path, "communes", only_ours=True), expected_communes())
    ours = {code: geometry_to_metres(area) for code, area in read_areas("communes").items()}
    # Snapped to 10 cm: another file need not be a clean coverage.
    whole = (shapely.union_all(list(ours.values())), shapely.union_all(list(others.values()), grid_size=0.1))
    return {
        "lang-son": _overlap(*whole),
        **{f"commune.{code}": _overlap(area, others[code]) for code, area in ours.items()},
    }


def _overlap(a: BaseGeometry, b: BaseGeometry) -> float:
    both = float(a.intersection(b).area)
    return both / (float(a.area) + float(b.area) - both)
