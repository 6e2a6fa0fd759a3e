"""Site inventories and population tables: what is taken, what is refused and why."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from geodata.coverage import planned_coverage
from geodata.errors import ImportRefusedError
from geodata.imports import ImportRequest, ImportResult, import_file
from geodata.imports.rowsite import RowError, SiteRow, cell_of, site_of
from geodata.layers import known_layers, layer
from geodata.places import Places
from geodata.population import population, population_by_commune
from geodata.sites import load_sites

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
OWN = "id,operator,lat,lon,technologies,on_4g,off_2g\n"
OPENCELLID = "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal\n"


def imported(tmp_path: Path, text: str | bytes, name: str = "sites.csv", **said: Any) -> ImportResult:
    """Import a table."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    versions = len(list((tmp_path / "geodata").glob("2*")))
    return import_file(ImportRequest(path, **said), tmp_path, NOW + timedelta(seconds=versions))


def test_an_operators_list_replaces_the_model(tmp_path: Path) -> None:
    """Sites stand where the list says, under their numbers; what cannot be used is refused row by row."""
    rows = (
        "00042,Viettel,21.8537,106.7610,2G/3G/4G,2018-03-01,2024-10-16\n"
        "LS-7,452-02,21.9706,106.7111,4G 5G,,\n"
        "LS-7,VNPT,21.8600,106.7500,4G,,\n"
        "x,MobiFone,106.7610,21.8537,4G,,\n"
        "y,MobiFone,10.8231,106.6297,4G,,\n"
        "z,MobiFone,21.85,106.76,6G,,\n"
        'w,Nobody,"21,85","106,76",4G,,\n'
        "v,Gmobile,,106.76,4G,,\n"
        "u,Vietnamobile,21.84,106.75,3g,,\n"
        "t,Viettel,21.8537,106.7610,4G,,\n"
    )
    more = "".join(f"m{n},Viettel,21.8{n:02d},106.7{n:02d},4G,,\n" for n in range(20, 30))
    result = imported(tmp_path, OWN + rows + more, source="Sở KH&CN")
    reasons = {each.row: each.reason for each in result.refused}
    assert reasons == {
        4: "the id stands there twice",
        5: "latitude and longitude are swapped",
        6: "outside the province",
        7: "the technology '6g' is not known",
        8: "the operator 'Nobody' is not known",
        9: "the latitude is missing",
        11: "the same operator stands twice at one position",
    }
    counts = result.record.counts
    assert (counts["rows"], counts["accepted"], counts["refused"]) == (20, 13, 7)
    sites = {site.id: site for site in load_sites()}
    assert len(sites) == result.record.counts["sites"] == 13
    first = sites["site.00042"]
    assert (first.operator, first.commune[:8], first.lat) == ("Viettel", "commune.", 21.8537)
    spans = {each.tech: (each.on_air.isoformat(), each.off_air) for each in first.technologies}
    assert spans["4g"] == ("2018-03-01", None)
    assert str(spans["2g"][1]) == "2024-10-16"
    assert any("2G, which is retired" in each for each in result.record.warnings)
    assert not known_layers()["sites"].schematic
    assert Places.load().get("site.00042") is not None
    assert planned_coverage().province.technologies["4g"].sites == 12


def test_numbers_stay_with_their_sites(tmp_path: Path) -> None:
    """A second list of the same sites, in another order, changes no id: history goes on."""
    rows = [f"m{n},Viettel,21.8{n:02d},106.7{n:02d},4G,,\n" for n in range(20, 30)]
    imported(tmp_path, OWN + "".join(rows))
    before = {(site.lon, site.lat): site.id for site in load_sites()}
    new = "n,Viettel,21.9,106.6,5G,,\n"
    imported(tmp_path, OWN + new + "".join(rows[::-1][:-1]))
    after = {(site.lon, site.lat): site.id for site in load_sites()}
    assert {key: after[key] for key in before if key in after} == {key: before[key] for key in before if key in after}
    (fresh,) = set(after.values()) - set(before.values())
    assert fresh > max(before.values())


def test_opencellid_cells_become_sites(tmp_path: Path) -> None:
    """Cells of one operator on one mast are one site; range is no coverage; GSM is kept with its end."""
    rows = [
        "GSM,452,4,1,11,0,106.7610,21.8537,27324,7,1,1369925573,1443966345,0",
        "LTE,452,4,1,12,0,106.7612,21.8539,900,7,1,1469925573,1743966345,0",
        "NR,452,4,1,13,0,106.7611,21.8536,500,7,1,1,1743966345,0",
        "UMTS,452,1,1,14,0,106.7610,21.8537,900,7,1,1469925573,1743966345,0",
        "CDMA,452,4,1,15,0,106.7612,21.8539,900,7,1,1469925573,1743966345,0",
        "LTE,460,0,1,16,0,106.9,22.1,900,7,1,1469925573,1743966345,0",
    ]
    result = imported(tmp_path, OPENCELLID + "\n".join(rows))
    assert Counter(each.reason.split(" ")[1] for each in result.refused) == {"radio": 1, "country": 1}
    sites = load_sites()
    assert [(site.operator, [each.tech for each in site.technologies]) for site in sites] in (
        [("Viettel", ["2g", "4g", "5g"]), ("MobiFone", ["3g"])],
        [("MobiFone", ["3g"]), ("Viettel", ["2g", "4g", "5g"])],
    )
    today = NOW.date()
    viettel = next(site for site in sites if site.operator == "Viettel")
    assert viettel.on_air(today) == ("4g", "5g")


def test_the_sample_from_another_country_is_refused_with_reasons(shared: Path, tmp_path: Path) -> None:
    """1,936 cells of Lesotho are read by their renamed columns, and none of them becomes a site here."""
    path = shared / "samples" / "network" / "opencellid_lesotho.csv"
    with path.open(encoding="utf-8") as file:
        count = sum(1 for _ in csv.DictReader(file))
    with pytest.raises(ImportRefusedError, match=f"{count:,} of {count:,} rows.*country code 651"):
        import_file(ImportRequest(path), tmp_path, NOW)


def test_points_in_geojson_are_a_list_too(write: Callable[..., Path], tmp_path: Path) -> None:
    """Latitude and longitude in each other's place are put right when all are."""
    points = [
        {
            "type": "Feature", "properties": {"operator": "Viettel", "technologies": "4G", "id": f"a{n}"},
            "geometry": {"type": "Point", "coordinates": [21.8 + n / 100, 106.7 + n / 100]},
        }
        for n in range(3)
    ]  # fmt: skip
    result = import_file(ImportRequest(write(points)), tmp_path, NOW)
    assert any("swapped" in each for each in result.record.warnings)
    assert sorted(site.lat for site in load_sites()) == [21.8, 21.81, 21.82]
    with pytest.raises(ImportRefusedError, match="no points"):
        import_file(ImportRequest(write([]), kind="sites"), tmp_path, NOW)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lat": "NaN"}, "no angle"), ({"lat": "abc"}, "no number"),
        ({"lon": ""}, "missing"), ({"lon": "999"}, "no angle"),
        ({"operator": ""}, "operator is missing"), ({"technologies": ""}, "no technology"),
        ({"technologies": "2g", "on_2g": "2025-01-01", "off_2g": "2024-01-01"}, "ends before"),
        ({"technologies": "4g", "on_4g": "32/13/2020"}, "the day"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_says_why(changes: dict[str, str], reason: str) -> None:
    """Every refusal names the value it is about."""
    row = {"lat": "21.85", "lon": "106.76", "operator": "Viettel", "technologies": "4g", **changes}
    with pytest.raises(RowError, match=reason):
        site_of(row)


def test_rows_are_read_as_they_are_written() -> None:
    """Decimal commas, codes of networks and dates as Vietnam writes them."""
    row = {"vĩ độ": "21,85", "kinh độ": "106,76", "nhà mạng": "45205", "công nghệ": "LTE+NR", "on_4g": "01/03/2018"}
    expected = {"4g": (20180301, 0), "5g": (20000101, 0)}
    assert site_of(row) == SiteRow("Vietnamobile", 106.76, 21.85, expected)
    cell = {"radio": "UMTS", "mcc": "452", "mnc": "07", "lon": "106.7", "lat": "21.8", "created": "x"}
    assert cell_of(cell).operator == "Gmobile"
    with pytest.raises(RowError, match="network 452-99"):
        cell_of({**cell, "mnc": "99"})


def people_table(**changed: int | str) -> str:
    """Return a table with some 800,000 people, some of them changed by code."""
    features = [each["properties"] for each in json.loads(layer("communes"))["features"]]
    names = {each["id"].removeprefix("commune."): each["name_vi"] for each in features}
    rows = [
        f'{code if index % 2 else ""},{name},"{changed.get(code, 12_000 + index * 10)}",2026-04-01'
        for index, (code, name) in enumerate(names.items())
    ]
    return "code,name,population,date\n" + "\n".join(rows) + "\n"


def test_people_of_a_table_are_used_everywhere(tmp_path: Path) -> None:
    """The estimate gives way to the statistic, and coverage names shares of real people."""
    result = imported(tmp_path, people_table().replace('"12000"', '"12.000"'), "people.csv", source="Cục Thống kê")
    total = sum(12_000 + index * 10 for index in range(65))
    assert population("lang-son") == result.record.counts["people"] == total
    assert planned_coverage().province.population == total
    assert next(iter(population_by_commune().values())) == 12_000
    first = json.loads(layer("communes"))["features"][0]["properties"]
    assert first["population"] == population(first["id"])
    assert "population_estimate" not in first


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (people_table().partition("06")[0] + "\n", "are missing"),
        (people_table() + "05977,x,12000,\n", "twice"),
        (people_table() + "99999,Xã Lạ,12000,\n", "none of our communes"),
        (people_table().replace("12010", "12.5"), "no whole number"),
        (people_table().replace("12010", "-3"), "no whole number"),
        (people_table().replace("12010", "9999999"), "9,999,999"),
        (people_table().replace('"12', '"42'), "people; about"),
        ("code,name,population\n", "no rows"),
        ("a,b\n1,2\n", "no table that is known"),
        ("population\n1\n", "names no columns"),
        (b"code,name,population\n\x00\x00,\x00,1\n", "NUL"),
        ("code,code,population\n1,2,3\n", "twice"),
        ("code,name,population\n05977,x,1,2,3\n", "5 values for 3 columns"),
        ('code,name,population\n"' + "x" * 20_000 + '",y,1\n', "cannot be read"),
    ],
)
def test_a_population_table_that_does_not_fit_is_refused(tmp_path: Path, text: str | bytes, reason: str) -> None:
    """No half table, no wrong unit of count and no stray row changes what coverage is a share of."""
    with pytest.raises(ImportRefusedError, match=reason):
        imported(tmp_path, text, "people.csv")
