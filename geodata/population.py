"""An estimate of the population by commune — ours, not a statistic.

There is no sourced population for the 65 communes. The province's total is spread over them by
a stated method (`METHOD`), so that coverage can name a share of people at all. Every screen
that shows one must call it an estimate. Deliberately not here: growth, age, households.
"""

from collections.abc import Mapping
from typing import Final

from geodata import storage
from geodata.errors import PlaceError

# Census of 1 April 2019: 781,655 people in the province. Source: Central Population and
# Housing Census Steering Committee, *Results of the 2019 Census*, table 1; recalled, medium
# certainty. Raised by 3.5 % to 2025 on our own assumption of about 0.6 % a year.
PROVINCE_POPULATION: Final = 809_000
METHOD: Final = (
    "Our own estimate (certainty A): about 809,000 people in the province, spread over the 194 "
    "former communes by kind (city ward, township, rural commune) and by the square root of "
    "area, then summed over the 65 communes of July 2025. Not a statistic."
)


@storage.cached
def population_by_commune() -> Mapping[str, int]:
    """Return the estimated population by `commune.<code>`; the sum is the province's total.

    Raises:
        LayerError: The built file is missing or damaged.
    """
    built = storage.read_json("coverage.json")
    return {f"commune.{code}": int(row["population"]) for code, row in built["communes"].items()}


def population(place_id: str) -> int:
    """Return the estimated population of a commune or of the province.

    Raises:
        PlaceError: The id is neither `lang-son` nor a commune.
    """
    by_commune = population_by_commune()
    if place_id == "lang-son":
        return sum(by_commune.values())
    try:
        return by_commune[place_id]
    except KeyError:
        raise PlaceError(f"There is no population estimate for {place_id!r}, only for communes.") from None
