"""The 2,818 mobile-network sites: where, whose, and which technology is on air from when to when.

The number is the province's own; every position, operator and date is modelled
(`geodata.build.sites`) until the operators' lists arrive, and says so. A technology that was
retired on its date is not a fault. Deliberately not here: whether a site works right now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from geodata import storage
from geodata.errors import LayerError

# Source: the province's digital transformation programme (domain page §1).
SITE_COUNT: Final = 2_818
# Written as in the dims of a reading.
TECHNOLOGIES: Final = ("2g", "3g", "4g", "5g")


@dataclass(frozen=True, slots=True)
class Technology:
    """One technology of a site with the days it is on air.

    Attributes:
        tech: `2g`, `3g`, `4g` or `5g`.
        on_air: First day on air.
        off_air: First day no longer on air, or None while no end is set.
    """

    tech: str
    on_air: date
    off_air: date | None

    def is_on_air(self, day: date) -> bool:
        """Say whether the technology is on air on a day; the day of switching off is not."""
        return self.on_air <= day and (self.off_air is None or day < self.off_air)


@dataclass(frozen=True, slots=True)
class Site:
    """One site of one operator.

    Attributes:
        id: `site.` and five digits.
        commune: Id of the commune it stands in.
        lat: Latitude in degrees, modelled.
        lon: Longitude in degrees, modelled.
        operator: `Viettel`, `VinaPhone`, `MobiFone` or `Vietnamobile`.
        technologies: Oldest generation first.
        key_area: Whether it stands where 5G comes first.
    """

    id: str
    commune: str
    lat: float
    lon: float
    operator: str
    technologies: tuple[Technology, ...]
    key_area: bool

    def on_air(self, day: date) -> tuple[str, ...]:
        """Return the technologies on air on a day, oldest generation first."""
        return tuple(each.tech for each in self.technologies if each.is_on_air(day))


def load_sites() -> Sequence[Site]:
    """Return all sites by ascending id.

    Raises:
        LayerError: The built file is missing or damaged.
    """
    return _sites()


def parse_sites(built: Mapping[str, Any]) -> tuple[Site, ...]:
    """Return the sites written in the compact form of sites.json.

    Raises:
        LayerError: The content does not hold sites.
    """
    try:
        operators = built["operators"]
        return tuple(_site(row, operators) for row in built["rows"])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise LayerError(
            f"The built file 'sites.json' does not hold sites ({error}). Run `python -m dashboard geodata build`."
        ) from error


@storage.cached
def _sites() -> tuple[Site, ...]:
    return parse_sites(storage.read_json("sites.json"))


def _site(row: Sequence[Any], operators: Sequence[str]) -> Site:
    number, lon, lat, operator, commune, key_area, *spans = row
    technologies = tuple(
        Technology(tech, _date(on_air), _date(off_air) if off_air else None)
        for tech, on_air, off_air in zip(TECHNOLOGIES, spans[0::2], spans[1::2], strict=True)
        if on_air
    )
    return Site(
        id=f"site.{number:05d}",
        commune=f"commune.{commune}",
        lat=lat,
        lon=lon,
        operator=operators[operator],
        technologies=technologies,
        key_area=bool(key_area),
    )


def _date(number: int) -> date:
    """Return the date that a number such as 20241016 writes."""
    return date(number // 10_000, number // 100 % 100, number % 100)
