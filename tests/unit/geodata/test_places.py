"""The registry of places."""

import csv
import unicodedata
from dataclasses import replace

import pytest

from geodata.errors import GeodataError, PlaceError
from geodata.places import Place, Places
from geodata.storage import FACTS_DIR


@pytest.fixture(scope="module")
def shipped() -> Places:
    """Return the registry that is shipped."""
    return Places.load()


CROSSING = Place("dorohusk", None, "crossing", "Dorohusk", "Dorohusk", 51.17, 23.80)


def test_everything_promised_is_shipped(shipped: Places) -> None:
    """The province, its gates, both geographies and all 2,818 sites are known."""
    kinds = ("province", "gate", "route", "commune", "district", "site", "crossing")
    assert {kind: len(shipped.all(kind)) for kind in kinds} == {
        "province": 1, "gate": 12, "route": 7, "commune": 65, "district": 11, "site": 2818, "crossing": 0,
    }  # fmt: skip
    assert len(shipped) == len(shipped.all()) == 2914


def test_gates_and_routes_have_the_canonical_ids(shipped: Places) -> None:
    """A feed that uses the ids of places.csv is understood."""
    with (FACTS_DIR / "places.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        place = shipped.get(row["id"])
        assert place is not None
        assert (place.kind, place.name_vi, place.markers, place.pair_from) == (
            row["kind"], row["name_vi"], row["markers"], row["pair_from"],
        )  # fmt: skip
        assert place.parent == (row["parent"] or "lang-son")


def test_every_parent_is_known(shipped: Places) -> None:
    """Drilling up from any place ends at the province."""
    for place in shipped.all():
        assert place.parent is None or place.parent in shipped
    assert [place.id for place in shipped.children("tan-thanh")] == [
        "tan-thanh.1090-1091",
        "tan-thanh.1088-2-1089",
    ]
    assert shipped.children("nowhere") == []


def test_the_gate_of_a_route_is_found(shipped: Places) -> None:
    """A route counts towards its gate; a commune has none."""
    assert shipped.gate_of("huu-nghi.1119-1120") == "huu-nghi"
    assert shipped.gate_of("huu-nghi") == "huu-nghi"
    assert shipped.gate_of("commune.05977") is None
    assert shipped.gate_of("nowhere") is None


def test_both_geographies_are_valid_on_the_right_dates(shipped: Places) -> None:
    """Districts end with 30 June 2025 and the new communes begin the day after."""
    district, commune, gate = (shipped.get(name) for name in ("district.178", "commune.05977", "chi-ma"))
    assert district is not None
    assert commune is not None
    assert gate is not None
    assert (district.is_valid_on("2025-06-30"), district.is_valid_on("2025-07-01")) == (True, False)
    assert (commune.is_valid_on("2025-06-30"), commune.is_valid_on("2025-07-01")) == (False, True)
    assert gate.is_valid_on("1990-01-01")


def test_the_route_that_plots_abroad_is_shown_inside(shipped: Places) -> None:
    """A dot that was entered beyond the border is moved, says so, and keeps its accuracy."""
    place = shipped.get("huu-nghi.1119-1120")
    assert place is not None
    assert (place.lat, place.lon) != (21.979, 106.7215)
    assert "inside Vietnam" in place.note
    assert place.accuracy_m == 800


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tân Thanh", "tan-thanh"),
        ("tan thanh", "tan-thanh"),
        ("TAN-THANH", "tan-thanh"),
        ("  cửa khẩu   Hữu Nghị ", "huu-nghi"),
        (unicodedata.normalize("NFD", "Cốc Nam"), "coc-nam"),
        ("huu-nghi.1119-1120", "huu-nghi.1119-1120"),
        ("Lạng Sơn", "lang-son"),
        ("Thành phố Lạng Sơn", "district.178"),
        ("Xã Đồng Đăng", "commune.06184"),
        ("Ga Đồng Đăng", "dong-dang"),
        ("ky lua ward", "commune.06187"),
        ("phường kỳ lừa", "commune.06187"),
        ("Site.00001", "site.00001"),
    ],
)
def test_a_place_is_found_as_people_write_it(shipped: Places, text: str, expected: str) -> None:
    """Case, diacritics, their encoding and the word before a name do not matter."""
    found = shipped.find(text)
    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize("text", ["", "   ", "nowhere", "'; DROP TABLE places; --", "\u0000", "đ" * 5000])
def test_text_that_names_no_place_finds_none(shipped: Places, text: str) -> None:
    """Unknown text is unknown and never an error."""
    assert shipped.find(text) is None


def test_diacritics_decide_between_names_that_fold_alike() -> None:
    """Whoever writes the diacritics gets the place that has them."""
    places = Places([
        replace(CROSSING, id="hong-phong", name_vi="Hồng Phong", name_en="Hong Phong"),
        replace(CROSSING, id="hong-phong-2", name_vi="Hồng Phòng", name_en="Hong Phong B"),
    ])  # fmt: skip
    found = places.find("hồng phòng")
    assert found is not None
    assert found.id == "hong-phong-2"


def test_a_declared_crossing_is_known_and_may_be_declared_again() -> None:
    """A mapping's own place can be named at once; loading the mapping twice changes nothing."""
    places = Places()
    places.declare(CROSSING)
    places.declare(CROSSING)
    assert places.all() == [CROSSING]
    assert places.find("DOROHUSK") == CROSSING


def test_an_id_cannot_come_to_mean_another_place(shipped: Places) -> None:
    """A mapping that reuses the id of a gate is refused with both meanings in the message."""
    with pytest.raises(PlaceError, match=r"'huu-nghi' is taken by 'Hữu Nghị'"):
        shipped.declare(replace(CROSSING, id="huu-nghi"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"id": "Has Blank"}, "not usable"),
        ({"id": ""}, "not usable"),
        ({"id": "a" * 81}, "not usable"),
        ({"kind": "planet"}, "Expected one of"),
        ({"name_vi": " "}, "needs a name"),
        ({"name_en": ""}, "needs a name"),
        ({"lat": None}, "only one of latitude"),
        ({"lat": 91.0}, "Expected −90 to 90"),
        ({"lon": float("nan")}, "Expected −90 to 90"),
        ({"parent": "nowhere"}, "Declare the parent first"),
    ],
)
def test_a_malformed_place_is_refused(wrong: dict[str, object], message: str) -> None:
    """A wrong declaration is refused with what is wrong, and nothing is kept of it."""
    places = Places()
    with pytest.raises(PlaceError, match=message):
        places.declare(replace(CROSSING, **wrong))
    assert len(places) == 0


def test_a_place_without_position_is_fine() -> None:
    """A crossing whose position nobody knows can still have readings."""
    places = Places([replace(CROSSING, lat=None, lon=None)])
    assert "dorohusk" in places
    assert issubclass(PlaceError, GeodataError)
