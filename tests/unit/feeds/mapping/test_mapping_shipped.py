"""Every shipped mapping on its sample, against an answer that pandas gives on its own."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from feeds.catalogue import Catalogue
from feeds.mapping import load_mapping, read_payload
from feeds.model import dims_key
from feeds.sources.replay import replayed
from tests.unit.feeds.mapping.conftest import NOW

ROOT = Path(__file__).resolve().parents[4]
DATA = ROOT / "tests" / "data" / "mappings"
Answer = set[tuple[str, str, str, str, float | None]]


def readings_of(name: str, path: Path) -> Answer:
    """Return what a shipped mapping makes of a file, comparably."""
    mapping = load_mapping(ROOT / "config" / "mappings" / f"{name}.yaml", Catalogue())
    with path.open("rb") as file:
        rows = list(read_payload(file, mapping, NOW, origin=path.name))
    found = [
        (r.metric, r.place, dims_key(r.dims), f"{r.observed_at:%Y-%m-%d %H:%M:%S}", rounded(r.value))
        for row in rows
        for r in row.readings
    ]
    assert len(found) == len(set(found)), "one series has two values at one instant"
    return set(found)


def rounded(value: Any) -> float | None:
    """Return a number to nine digits, None for missing."""
    return None if pd.isna(value) else round(float(value), 9)


def answer(frame: pd.DataFrame, metric: str, column: str, dims: str | Callable[[Any], str] = "") -> Answer:
    """Return a frame's column (place, at and the column are there) as readings."""
    return {
        (metric, row["place"], dims if isinstance(dims, str) else dims(row), f"{row['at']:%Y-%m-%d %H:%M:%S}",
         rounded(row[column]))
        for _, row in frame.iterrows()
    }  # fmt: skip


@pytest.mark.parametrize("day", ["2026-06-28", "2026-06-29", "2026-07-14"])
def test_dpsu_is_what_pandas_reads(shared: Path, day: str) -> None:
    """Three readings a row but for those the recorder could not read; missing counts stay missing."""
    path = shared / "samples" / "border" / f"dpsu_{day}.csv"
    frame = pd.read_csv(path)
    frame = frame[frame["parse_miss_flag"] != 1].assign(
        place=lambda f: f["crossing_id"], at=lambda f: pd.to_datetime(f["source_updated_utc"], utc=True)
    )
    expected = (
        answer(frame, "queue_length_vehicles", "trucks_waiting", "vehicle_type=truck")
        | answer(frame, "queue_length_vehicles", "cars_waiting", "vehicle_type=car")
        | answer(frame, "throughput_vph", "cars_per_hour", "vehicle_type=car")
    )
    assert readings_of("dpsu", path) == expected


def test_echerga_is_what_pandas_reads_and_paused_is_not_zero(shared: Path) -> None:
    """A paused queue keeps its vehicles and its estimate; where it states 0 there is no waiting time."""
    path = shared / "samples" / "border" / "echerga-snapshot.json"
    frame = pd.json_normalize(json.loads(path.read_text(encoding="utf-8"))["data"])
    frame["place"], frame["at"] = "echerga-" + frame["id"].astype(str), pd.Timestamp(NOW)
    frame["wait"] = frame["wait_time"].mask(frame["is_paused"] & (frame["wait_time"] == 0))
    frame["open"] = 1 - frame["is_paused"].astype(int)
    found = readings_of("echerga", path)
    assert found == (
        answer(frame, "queue_length_vehicles", "vehicle_in_active_queues_counts", "queue=virtual,vehicle_type=truck")
        | answer(frame, "wait_time_s", "wait", "vehicle_type=truck")
        | answer(frame, "operational_status", "open")
    )
    assert len(found) == 3 * 43


def test_us_cbp_is_what_pandas_reads_and_closed_lanes_are_not_zero(shared: Path) -> None:
    """Texts such as "At 9:00 pm EDT" and "1 hrs 10 min" are read; closed lanes have no waiting time."""
    path = shared / "samples" / "border" / "us_cbp_bwt_2014.xml"
    root = ET.parse(path).getroot()
    whole = pd.Timestamp(f"{root.findtext('last_updated_date')} {root.findtext('last_updated_time')}", tz="US/Eastern")
    rows = []
    for port in root.iter("port"):
        for vehicle, element in (("truck", "commercial_vehicle_lanes"), ("car", "passenger_vehicle_lanes")):
            lanes = port.find(f"{element}/standard_lanes")
            rows.append({tag: lanes.findtext(tag) or None for tag in ("operational_status", "update_time",
                         "delay_minutes", "lanes_open")} | {"vehicle": f"vehicle_type={vehicle}",
                         "place": f"cbp-{port.findtext('port_number')}", "date": port.findtext("date"),
                         "port_status": port.findtext("port_status"),
                         "maximum": port.findtext(f"{element}/maximum_lanes")})  # fmt: skip
    frame = pd.DataFrame(rows)
    text = frame["update_time"].str.extract(r"At (?P<time>.+) (?P<zone>\w+)$")
    hours = text["zone"].map({"EDT": 4, "CDT": 5, "MDT": 6, "MST": 7, "PDT": 7})
    local = pd.to_datetime(frame["date"] + " " + text["time"], format="%m/%d/%Y %I:%M %p")
    frame["at"] = (local + pd.to_timedelta(hours, unit="h")).dt.tz_localize("UTC").fillna(whole.tz_convert("UTC"))
    delay = frame["delay_minutes"].str.extract(r"(?:(\d+) hrs? ?)?(?:(\d+).*)?$").astype(float)
    frame["wait"] = (delay[0].fillna(0) * 60 + delay[1].fillna(0)).where(delay.notna().any(axis=1)) * 60
    frame["open"] = frame["operational_status"].map({"no delay": 1, "delay": 1, "Lanes Closed": 0})
    there = frame[(frame["operational_status"] != "N/A") & frame["operational_status"].notna()]
    closed = there["operational_status"] == "Lanes Closed"
    assert closed.sum() > 0
    assert there[closed]["wait"].isna().all()
    most = frame[frame["maximum"] != "N/A"].assign(at=whole.tz_convert("UTC"))
    ports = frame.drop_duplicates("place").assign(at=whole.tz_convert("UTC"))
    ports["port_open"] = ports["port_status"].map({"Open": 1, "Closed": 0})

    def vehicle(row: Any) -> str:
        return row["vehicle"]

    assert readings_of("us-cbp", path) == (
        answer(there, "operational_status", "open", vehicle)
        | answer(there, "wait_time_s", "wait", vehicle)
        | answer(there, "lanes_open", "lanes_open", vehicle)
        | answer(most, "lanes_max", "maximum", vehicle)
        | answer(ports, "operational_status", "port_open")
    )


@pytest.mark.parametrize("own_header", [False, True])
def test_opencellid_counts_cells_as_pandas_does(shared: Path, tmp_path: Path, own_header: bool) -> None:
    """Cells by area, operator and technology, under the sample's header as under OpenCelliD's own."""
    path = shared / "samples" / "network" / "opencellid_lesotho.csv"
    frame = pd.read_csv(path)
    if own_header:
        path = tmp_path / "651.csv"
        frame.rename(columns={"MCC": "mcc", "MNC": "net", "TAC": "area", "CID": "cell", "LON": "lon", "LAT": "lat",
                              "RANGE": "range", "SAM": "samples"}).iloc[:, 1:15].to_csv(path, index=False)  # fmt: skip
        frame = pd.read_csv(path).rename(columns={"mcc": "MCC", "net": "MNC", "area": "TAC"})
    groups = frame.groupby(["MCC", "MNC", "TAC", "radio"])["updated"].agg(["size", "max"]).reset_index()
    groups["place"] = "ocid-" + groups[["MCC", "MNC", "TAC"]].astype(str).agg("-".join, axis=1)
    groups["at"] = pd.to_datetime(groups["max"], unit="s", utc=True)
    generations = {"GSM": "2g", "UMTS": "3g", "LTE": "4g"}
    expected = answer(
        groups, "cell_count", "size",
        lambda row: f"operator={row['MCC']}-{row['MNC']},technology={generations[row['radio']]}",
    )  # fmt: skip
    assert readings_of("opencellid", path) == expected


def test_public_service_is_what_pandas_reads() -> None:
    """Thousands with points, names of communes, and shares that do not exist where nothing was settled."""
    path = DATA / "public-service.csv"
    frame = pd.read_csv(path, sep=";", thousands=".", decimal=",", na_values=["-", "Chưa có số liệu"])
    ids = {"Tỉnh Lạng Sơn": "lang-son", "Phường Đông Kinh": "commune.05977", "Phường Lương Văn Tri": "commune.05983",
           "Phường Tam Thanh": "commune.05986", "Xã Đoàn Kết": "commune.06001", "Xã Quốc Khánh": "commune.06004",
           "Xã Tân Tiến": "commune.06019"}  # fmt: skip
    frame["place"] = frame["Đơn vị"].map(ids)
    local = pd.to_datetime(frame["Thời điểm"], dayfirst=True, format="mixed")
    frame["at"] = local.dt.tz_localize("Asia/Ho_Chi_Minh").dt.tz_convert("UTC")
    frame["on_time"] = frame["Đúng hạn"] / frame["Đã giải quyết"].where(frame["Đã giải quyết"] > 0)
    frame["online"] = frame["Trực tuyến"] / frame["Tiếp nhận"]
    tiers = {"Tỉnh": "tier=province", "Xã": "tier=commune"}
    columns = {"dossiers_received": "Tiếp nhận", "dossiers_online": "Trực tuyến", "dossiers_settled": "Đã giải quyết",
               "dossiers_open": "Đang giải quyết", "dossiers_overdue": "Quá hạn", "on_time_rate": "on_time",
               "online_rate": "online"}  # fmt: skip
    expected: Answer = set()
    for metric, column in columns.items():
        expected |= answer(frame, metric, column, lambda row: tiers[row["Cấp"]])
    assert readings_of("public-service", path) == expected


def test_radio_counters_are_ratios_of_sums_as_pandas_makes_them() -> None:
    """Cells of one site and technology become one reading; what no cell measured is missing."""
    path = DATA / "radio-counters.csv"
    frame = pd.read_csv(path, na_values=["NIL"])
    frame["place"] = "site." + frame["Site"].str[3:]
    local = pd.to_datetime(frame["BeginTime"]).dt.tz_localize("Asia/Ho_Chi_Minh")
    frame["at"] = local.dt.tz_convert("UTC")
    frame["tech"] = frame["RAT"].map({"GSM": "2g", "UMTS": "3g", "LTE": "4g"})
    frame["up"] = frame["OperationalState"].eq("Enabled").astype(int)
    both = frame.dropna(subset=["PRB.Used.DL", "PRB.Avail.DL"])
    groups = frame.groupby(["place", "at", "tech"])
    table = groups.agg(up=("up", "max"), rsrp=("RSRP.Mean", "mean"), speed=("DL.UserThp.Kbps", "mean"),
                       seconds=("Cell.Avail.Sec", "sum"), period=("Period.Sec", "sum"))  # fmt: skip
    table["prb"] = both.groupby(["place", "at", "tech"]).apply(
        lambda part: 100 * part["PRB.Used.DL"].sum() / part["PRB.Avail.DL"].sum(), include_groups=False
    )
    rrc = groups[["RRC.ConnEstabSucc", "RRC.ConnEstabAtt"]].sum()
    tried = rrc["RRC.ConnEstabAtt"].where(rrc["RRC.ConnEstabAtt"] > 0)
    table["rrc"] = 100 * rrc["RRC.ConnEstabSucc"] / tried
    table["available"] = 100 * table["seconds"] / table["period"]
    table["speed"] /= 1000
    table = table.reset_index()

    def own(row: Any) -> str:
        return f"operator=viettel,technology={row['tech']}"

    lte, modern = table[table["tech"] == "4g"], table[table["tech"] != "2g"]
    assert readings_of("radio-counters", path) == (
        answer(table, "site_on_air", "up", lambda row: f"technology={row['tech']}")
        | answer(table, "cell_availability_pct", "available", own)
        | answer(modern, "rrc_setup_success_pct", "rrc", own)
        | answer(lte, "prb_utilisation_pct", "prb", own)
        | answer(lte, "rsrp_dbm", "rsrp", own)
        | answer(lte, "dl_user_throughput_mbps", "speed", own)
    )


def test_passages_of_the_border_gate_are_what_pandas_reads() -> None:
    """Each event is a passage of its vehicle; cancelled ones and unknown routes are refused with their place."""
    path = DATA / "border-gate-passages.json"
    mapping = load_mapping(ROOT / "config" / "mappings" / "border-gate-passages.yaml", Catalogue())
    rows = list(read_payload(path.read_bytes(), mapping, NOW, origin=path.name))
    frame = pd.json_normalize(
        json.loads(path.read_text(encoding="utf-8"))["vehicles"], "events", ["visit_id", "route", "direction"]
    )
    routes = {"1088/2-1089": "tan-thanh.1088-2-1089", "1119-1120": "huu-nghi.1119-1120"}
    frame = frame[(frame["status"] != "cancelled") & frame["route"].isin(routes)]
    steps = {1: "declaration", 2: "transport", 5: "vehicle_inspection", 8: "fee_collection"}
    times = [pd.Timestamp(t) for t in frame["time"]]
    at = [t.tz_convert("UTC") if t.tzinfo else t.tz_localize("Asia/Ho_Chi_Minh").tz_convert("UTC") for t in times]
    expected = [
        (e["visit_id"], routes[e["route"]], {"XK": "export", "NK": "import"}[e["direction"]], steps[e["step"]],
         {"IN": "enter", "OUT": "exit"}[e["type"]], when, rounded(e["weight_kg"] / 1000), rounded(e["fee_vnd"]),
         e["result"] == "turned_back")
        for (_, e), when in zip(frame.iterrows(), at, strict=True)
    ]  # fmt: skip
    assert [
        (p.vehicle, p.place, p.direction, p.step, p.phase, pd.Timestamp(p.at), rounded(p.goods_tonnes),
         rounded(p.fee_vnd), p.diverted)
        for row in rows for p in row.passages
    ] == expected  # fmt: skip
    assert {p.goods_class for row in rows for p in row.passages if p.vehicle == "V-0001"} == {"fruit"}
    assert [(row.letter.reason, row.origin.partition(":")[2]) for row in rows if row.letter] == [
        ("cancelled", "$.vehicles[1].events[1]"), ("unknown_word", "$.vehicles[3].events[0]"),
    ]  # fmt: skip


def test_every_shipped_mapping_loads_and_is_replayed_as_such(catalogue: Catalogue) -> None:
    """All seven are there; a replay under any of them cannot pass for the real world."""
    paths = sorted((ROOT / "config" / "mappings").glob("*.yaml"))
    sources = {path.stem: replayed(load_mapping(path, catalogue)).source for path in paths}
    assert set(sources) >= {"dpsu", "echerga", "us-cbp", "opencellid", "public-service", "radio-counters",
                            "border-gate-passages"}  # fmt: skip
    assert all(source.startswith("replay-") for source in sources.values())
