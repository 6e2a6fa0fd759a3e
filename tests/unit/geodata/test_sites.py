"""The 2,818 sites and their technologies."""

from collections import Counter
from datetime import date

import pytest

from geodata.areas import commune_at
from geodata.errors import LayerError
from geodata.sites import SITE_COUNT, Technology, load_sites, parse_sites

NOW = date(2026, 11, 22)


def test_there_are_exactly_as_many_sites_as_the_province_says() -> None:
    """The wall's 2,818 is the number of dots on its map, each with an id of its own."""
    sites = load_sites()
    assert len(sites) == len({site.id for site in sites}) == SITE_COUNT == 2818
    assert [site.id for site in sites] == sorted(site.id for site in sites)


def test_every_site_stands_in_the_commune_it_names() -> None:
    """A commune's site count equals the dots inside its shape, and no commune is without."""
    sites = load_sites()
    assert all(commune_at(site.lon, site.lat) == site.commune for site in sites)
    assert len({site.commune for site in sites}) == 65


def test_every_site_has_something_on_air() -> None:
    """No site is counted that radiates nothing by plan."""
    assert all(site.on_air(NOW) for site in load_sites())


def test_2g_is_retired_in_two_steps() -> None:
    """Most 2G left on 16 October 2024, the rest in September 2026: its silence is no fault."""
    sites = load_sites()

    def with_2g(day: date) -> int:
        return sum("2g" in site.on_air(day) for site in sites)

    assert with_2g(date(2024, 10, 15)) > 1_500
    assert 0 < with_2g(date(2024, 10, 16)) < 400
    assert with_2g(NOW) == 0


def test_5g_begins_at_the_national_share_and_in_the_key_areas() -> None:
    """In May 2025 5G stands at 7.72 % of 4G sites, nearly all where the programme wants it first."""
    sites = load_sites()
    day = date(2025, 5, 31)
    sites_5g = [site for site in sites if "5g" in site.on_air(day)]
    sites_4g = [site for site in sites if "4g" in site.on_air(day)]
    assert len(sites_5g) / len(sites_4g) == pytest.approx(0.0772, abs=0.001)
    assert sum(site.key_area for site in sites_5g) / len(sites_5g) > 0.8
    assert sum("5g" in site.on_air(NOW) for site in sites) > len(sites_5g)
    assert not any(site.operator == "Vietnamobile" for site in sites_5g)


def test_the_operators_have_the_stated_shares() -> None:
    """Four operators, in the order of the assumption."""
    counted = Counter(site.operator for site in load_sites())
    assert [name for name, _ in counted.most_common()] == ["Viettel", "VinaPhone", "MobiFone", "Vietnamobile"]


def test_the_day_of_switching_off_is_not_on_air() -> None:
    """A technology is on air from its first day to the day before its last."""
    technology = Technology("2g", date(2010, 1, 1), date(2024, 10, 16))
    assert not technology.is_on_air(date(2009, 12, 31))
    assert technology.is_on_air(date(2010, 1, 1))
    assert technology.is_on_air(date(2024, 10, 15))
    assert not technology.is_on_air(date(2024, 10, 16))
    assert Technology("4g", date(2018, 1, 1), None).is_on_air(date(2099, 1, 1))


@pytest.mark.parametrize("built", [{}, {"operators": [], "rows": [[1, 2]]}, {"operators": [], "rows": None}])
def test_a_damaged_site_file_says_what_to_do(built: dict[str, object]) -> None:
    """A damaged file ends the start with a sentence, not with a traceback of indexes."""
    with pytest.raises(LayerError, match="geodata build"):
        parse_sites(built)
