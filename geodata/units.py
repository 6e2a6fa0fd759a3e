"""The administrative units of both geographies, and how the old became the new.

Until 30 June 2025: 11 districts with 194 communes; from 1 July 2025: 65 commune-level units.
A former commune may have been divided; it then counts in equal parts towards each new unit,
because the source names the new units but not the parts. Deliberately not here: the shapes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from geodata import storage
from geodata.errors import PlaceError
from geodata.places import COMMUNES_VALID_FROM, DISTRICTS_VALID_TO


@dataclass(frozen=True, slots=True)
class FormerCommune:
    """One of the 194 communes until 30 June 2025.

    Attributes:
        code: Five-digit code of the General Statistics Office.
        name_vi: Name in Vietnamese.
        district: `district.<code>`.
        communes: `commune.<code>` of the new units it went into; more than one when divided.
    """

    code: str
    name_vi: str
    district: str
    communes: tuple[str, ...]


@storage.cached
def former_communes() -> Mapping[str, FormerCommune]:
    """Return the 194 former communes by code.

    Raises:
        LayerError: The built file is missing or damaged.
    """
    rows = storage.read_json("units.json")["former_communes"]
    return {
        row["code"]: FormerCommune(
            row["code"],
            row["name_vi"],
            f"district.{row['district']}",
            tuple(f"commune.{code}" for code in row["communes"]),
        )
        for row in rows
    }


def communes_of_district(district_id: str) -> Mapping[str, float]:
    """Return what became of a district: new communes with the share of them it fed.

    Returns:
        By `commune.<code>`, the share (0–1] of the commune's former communes that came from
        the district.

    Raises:
        PlaceError: No such district.
    """
    parts: dict[str, dict[str, float]] = {}
    for former in former_communes().values():
        for commune in former.communes:
            from_district = parts.setdefault(commune, {})
            weight = 1.0 / len(former.communes)
            from_district[former.district] = from_district.get(former.district, 0.0) + weight
    found = {
        commune: weights[district_id] / sum(weights.values())
        for commune, weights in parts.items()
        if district_id in weights
    }
    if not found:
        raise PlaceError(f"No district {district_id!r} is known. Districts ended on {DISTRICTS_VALID_TO}.")
    return found


def tier_on(iso_date: str) -> str:
    """Return the tier below the province on an ISO date: `district` or `commune`."""
    return "district" if iso_date < COMMUNES_VALID_FROM else "commune"
