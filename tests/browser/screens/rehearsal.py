"""What else stands on the stage for a picture: the feed desk with its letters, a mapping at work, notes, the programme.

The answers are made by the code that makes them in a house (targets judged, mappings tried), not written by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec

from dashboard.api.declaring import shipped_mappings
from dashboard.parts import Parts
from dashboard.readmodels.programme_target import fixed, measure
from feeds.catalogue import Catalogue
from feeds.mapping import parse_mapping, try_mapping
from feeds.programme.path import standing
from feeds.programme.targetfile import load_programme
from geodata.places import Places
from tests.browser.screens.stage import Stage, cell, now_ms, source

CONFIG = Path(__file__).resolve().parents[3] / "config"
HOUR_MS = 3_600_000
MAPPING = """source: yard
name: {vi: "Bãi chờ xe", en: "Lorry yards"}
time: {column: at, format: iso, zone: UTC}
place: {column: gate}
readings:
  - metric: lanes_open
    value: {column: lanes}
"""


def _iso(ago_ms: int) -> str:
    return (datetime.now(UTC) - timedelta(milliseconds=ago_ms)).isoformat()


def _feed(name: str, kind: str, state: str, **more: Any) -> dict[str, Any]:
    """Return what a feed tells of itself."""
    now = now_ms()
    return {
        "name": name, "kind": kind, "source": name, "state": state, "since": now - HOUR_MS, "polled_at": now - 9_000,
        "ok_at": now - 9_000, "next_at": now + 51_000, "error_vi": "", "error_en": "", "polls": 1_440, "failures": 3,
        "rows": 86_210, "accepted": 86_111, "refused": 99, "spooled": 0, "target": "", "mapping": "",
        "declared": "file", "scenario": "", **more,
    }  # fmt: skip


def _letter(number: int, reason: str, message: str, payload: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "received_at": _iso(number * 400_000), "source": "yard", "origin": f"bai-xe-{number}.csv:3",
        "kind": "row", "reason": reason, "message": message, "field": "place", "payload": payload, "redriven_at": None,
        "redriven_by": "", **more,
    }  # fmt: skip


def _trial(payload: str) -> Any:
    """Return what the mapping makes of a payload, as the server says it."""
    catalogue = Catalogue()
    mapping = parse_mapping(MAPPING, catalogue)
    found = try_mapping(payload.encode(), mapping, catalogue, Places.load(), datetime.now(UTC), origin="bai-xe.csv")
    return msgspec.to_builtins(found)


NO_RECORDS = "at,gate,lanes\n"
UNREADABLE = "<html><body><h1>503</h1>Hệ thống đang bảo trì, xin quay lại sau.</body></html>\n"
MANY = NO_RECORDS + "".join(
    f"2026-11-23T{row // 60 % 24:02}:{row % 60:02}:00Z,{'Bãi xe Bảo Nguyên' if row % 3 else 'chi-ma'},{row % 7}\n"
    for row in range(3_000)
)
PAYLOAD = "at,gate,lanes\n" + "".join(f"2026-11-23T0{hour}:00:00Z,chi-ma,{hour % 4}\n" for hour in range(9))
PAYLOAD += "2026-11-23T09:00:00Z,Bãi xe Bảo Nguyên,4\n2026-11-23T09:00:00Z,tan-thanh,bốn làn\n"


def tried(payload: str) -> Callable[[Stage, str], None]:
    """Return what stands on the stage while a mapping is tried on a payload."""

    def put(stage: Stage, state: str) -> None:
        feed_desk(stage, state)
        stage.answers["POST mapping/try"] = (200, _trial(payload))

    return put


def feed_desk(stage: Stage, state: str) -> None:
    """Feeds of every kind in every state, letters that can be mended, a mapping and what it makes of a payload."""
    now = now_ms()
    away = "Máy chủ api.dvc.langson.test trả lời 502 sau 30 giây; thử lại sau 2 phút. Số liệu cũ vẫn hiện kèm tuổi."
    if state != "first-minute":
        stage.topics["feeds"]["sources"] = {
            "simulator": source(),
            "yard": source(simulated=False, name_vi="Bãi chờ xe", name_en="Lorry yards", kind="folder", refused=99,
                           refused_today={"unknown_place": 12, "bad_value": 3}, delay_s=4.2),
            "dvc": source(simulated=False, name_vi="Cổng dịch vụ công", name_en="Public service portal", kind="http",
                          age_s=4_000, delay_s=61.0),
            "radio": source(simulated=False, name_vi="Trạm phát sóng", name_en="Base stations", kind="mqtt",
                            age_s=1_500),
            "border:simulator": source(name_vi="Tính từ Mô phỏng", name_en="Derived from Simulator", kind="derived"),
        }  # fmt: skip
        stage.topics["feeds"] |= {
            "recorder_lag": 139,
            "declared": {
                "simulator": _feed("simulator", "simulator", "running", scenario="normal"),
                "yard": _feed("yard", "folder", "running", target="inbox/yard", mapping="yard", declared="desk"),
                "dvc": _feed("dvc", "http", "failing", target="api.dvc.langson.test", mapping="public-service.yaml",
                             error_vi=away,
                             error_en="api.dvc.langson.test answered 502 after 30 s; trying again in 2 min."),
                "radio": _feed("radio", "mqtt", "paused", target="127.0.0.1:1883", mapping="radio-counters.yaml"),
            },
        }  # fmt: skip
    gaps = [[now - 9 * HOUR_MS, now - 7 * HOUR_MS], [now - 2 * HOUR_MS, now - HOUR_MS]]
    heard = {name: {"first": now - 30 * HOUR_MS, "gaps": gaps} for name in stage.topics["feeds"]["sources"]}
    letters = [
        _letter(3, "unknown_place", "place 'Bãi xe Bảo Nguyên' is not known", '{"gate": "Bãi xe Bảo Nguyên"}'),
        _letter(2, "bad_value", "column 'lanes': 'bốn làn' is not a number",
                '{"gate": "tan-thanh", "lanes": "bốn làn"}', field="column 'lanes'"),
        _letter(1, "unknown_place", "place 'Cửa Chi Ma' is not known", '{"gate": "Cửa Chi Ma"}',
                redriven_at=_iso(60_000), redriven_by="lan"),
    ]  # fmt: skip
    mark = {
        "id": 1, "source": "yard", "metric": "lanes_open", "place": "chi-ma", "dims_key": "", "start": _iso(7_200_000),
        "end": None, "why": "Cảm biến đếm làn bị che khi sửa mái", "who": "lan", "at": _iso(7_000_000), "ended_by": "",
        "ended_at": None,
    }  # fmt: skip
    ended = {
        **mark,
        "id": 2,
        "metric": "",
        "place": "",
        "end": _iso(3_600_000),
        "ended_by": "Trực ban 2",
        "ended_at": 1,
    }
    acts = [("pause", "radio", "bảo trì trạm Mẫu Sơn"), ("declare", "yard", ""), ("mark", "yard", mark["why"])]
    journal = [
        {"at": _iso(4_000_000), "who": "lan", "what": what, "subject": subject, "why": why}
        for what, subject, why in acts
    ]
    choices = [{"name": "normal", "name_vi": "Bình thường", "name_en": "Normal"}]
    parts = cast("Parts", SimpleNamespace(settings=SimpleNamespace(config_dir=CONFIG), catalogue=Catalogue()))
    settings = "kind: folder\npath: inbox/yard\nevery_s: 60\n"
    own = {
        "name": "yard",
        "declared": "desk",
        "settings_yaml": settings,
        "mapping": "yard (desk)",
        "mapping_yaml": MAPPING,
    }
    empty = state == "first-minute"
    answers = {
        "GET feeds/strips": {"from": now - 24 * HOUR_MS, "to": now, "sources": heard},
        "GET dead-letters": {"dead_letters": [] if empty else letters},
        "GET dead-letters/counts": {"counts": [{"source": "yard", "reason": "unknown_place", "count": 12}]},
        "POST dead-letters/try": _trial(PAYLOAD),
        "GET marks": {"marks": [] if empty else [mark, ended]},
        "GET feeds/journal": {"journal": [] if empty else journal},
        "GET scenarios": {"choices": choices},
        "GET mapping/of": {"mapping_of": own},
        "GET mapping/shipped": {"mappings": shipped_mappings(parts)},
        "GET feeds/yard/settings": own,
        "POST mapping/try": _trial(PAYLOAD),
    }
    stage.answers |= {name: (200, body) for name, body in answers.items()}


def programme(stage: Stage, state: str) -> None:
    """Every target of the shipped programme, some told, one by commune; nothing told in the first minute."""
    shipped = load_programme(CONFIG)
    communes = {place.id: place for place in Places.load().all("commune")}
    told: dict[str, Any] = {}
    for order, each in enumerate(shipped.targets):
        value = None if state == "first-minute" or order % 4 == 3 else round(41.7 + order, each.decimals)
        figure = None if value is None else cell(value, cadence_s=604_800)
        basis = {"cell": figure, "basis": "feed" if figure else "none", "entered_by": "", "entered_at": None}
        judged = measure(standing(each, value, datetime.now(UTC).date()))
        told[each.key] = {**fixed(each, order, shipped), **judged, **basis}
    some = sorted(communes)[:3]
    district = {
        "v": 78, "to": "2025-06-30", "communes": some, "shares": dict.fromkeys(some, 1.0),
        "name_vi": "Huyện Cao Lộc", "name_en": "Cao Loc district", "at": now_ms(), "src": "report", "sim": False,
    }  # fmt: skip
    told["work_files_commune"] |= (
        {}
        if state == "first-minute"
        else {
            "communes": {name: cell(40 + number * 7 % 60) for number, name in enumerate(communes)},
            "districts": {"district.cao-loc": district},
        }
    )
    groups = [{"key": group.key, "name_vi": group.name.vi, "name_en": group.name.en} for group in shipped.groups]
    stage.topics["programme"] = {"at": now_ms(), "groups": groups, "targets": told}
    if state != "first-minute":
        stage.topics["services"]["communes"] = {
            name: {
                "id": name, "name_vi": place.name_vi, "name_en": place.name_en, "overdue": cell(number * 5 % 9),
                "on_time_rate": cell(0.91 + number % 9 / 100), "received": cell(12 + number), "settled": cell(number),
            }
            for number, (name, place) in enumerate(communes.items())
        }  # fmt: skip


def communes(stage: Stage, state: str) -> None:
    """Every commune with its services, its network and its share of the targets; a site that is silent."""
    programme(stage, state)
    if state == "first-minute":
        return
    network = stage.topics["network"]
    network["communes"] = {
        place.id: {
            "availability": cell(99.2 + number % 8 / 10), "coverage_4g": cell(88 + number % 13),
            "coverage_5g": cell(number * 7 % 100), "on_air": cell(40 + number), "expected": cell(41 + number),
        }
        for number, place in enumerate(Places.load().all("commune"))
    }  # fmt: skip
    kinds = (("documents", "Quản lý văn bản và điều hành", 1), ("portal", "Kết nối Cổng Dịch vụ công quốc gia", 0))
    network["systems"] = {
        key: {
            "key": key, "order": order, "name_vi": name, "name_en": key.title(), "owner_vi": "Văn phòng UBND tỉnh",
            "owner_en": "Office of the People's Committee", "owner_assumed": True, "up": cell(up), "rooms": None,
            "parts_vi": "", "parts_en": "", "latency_ms": cell(79.6), "availability_24h_pct": 99.2, "rooms_up": None,
            "down": [],
        }
        for order, (key, name, up) in enumerate(kinds)
    }  # fmt: skip


def crossings(stage: Stage, state: str) -> None:
    """Nine crossings of a day that is played again, one of whose counts is missing."""
    if state == "first-minute":
        return

    def counted(lorries: int) -> Any:
        return cell(lorries or None, quality="good" if lorries else "missing")

    stage.topics["feeds"]["sources"]["replay"] = source(kind="replay", name_vi="Phát lại", name_en="Replay")
    stage.topics["gates"]["crossings"] = {
        f"c{number}": {
            "id": f"c{number}", "name_vi": f"Cửa khẩu {name}", "name_en": f"{name} crossing", "lat": 50, "lon": 23,
            "values": {
                "queue_length_vehicles|vehicle_type=truck": counted(130 * number),
                "queue_length_vehicles|vehicle_type=car": cell(40 + number),
                "throughput_vph|vehicle_type=car": cell(12),
            },
        }
        for number, name in enumerate(("Pò Chài", "Hữu Nghị Quan", "Ái Điểm", "Đông Hưng", "Thủy Khẩu", "Long Bang"))
    }  # fmt: skip


def notes(stage: Stage, state: str) -> None:
    """A leader's two notes to the duty desk, one of them answered, and a wall's view under a code."""
    text = "Gọi kiểm dịch Tân Thanh thêm một tổ trước 14 giờ; báo lại số xe nông sản tươi đang chờ trong bãi."
    base = {
        "by": "Nguyễn Thị Lan", "role": "leader", "urgent": True, "place": "tan-thanh", "alert": "jam",
        "path": "/tablet", "updated_at": now_ms(),
    }  # fmt: skip
    seen = {"what": "seen", "by": "Trực ban 1", "at": now_ms() - 120_000, "text": ""}
    done = {"what": "answered", "by": "Trực ban 1", "at": now_ms() - 60_000, "text": "Đã gọi, 13 giờ 30 thêm một tổ."}
    if state != "first-minute":
        stage.who = "Nguyễn Thị Lan"
        stage.topics["alerts"]["notes"] = {
            name: {"id": name, "at": now_ms() - 300_000, "text": text, "steps": steps, "version": 1 + len(steps),
                   "state": kind, **base}
            for name, steps, kind in (("a" * 16, [], "sent"), ("b" * 16, [seen, done], "answered"))
        }  # fmt: skip
    view = {"code": "KXW", "screen": "wall", "panel": "main", "scene": "gates", "url": "/wall?scene=gates"}
    stage.answers["GET views/KXW"] = (200, view)
    if state != "first-minute":
        stage.history = [
            [_iso(ago * 60_000), 1_604 - ago * 5, 1_600 - ago * 5, 1_610 - ago * 5] for ago in range(120, 0, -1)
        ]


def aged(node: Any, by_ms: int) -> None:
    """Make every figure and source in a topic older."""
    if isinstance(node, dict):
        if "v" in node and "at" in node:
            node["at"] -= by_ms
        if "last_at" in node:
            node["last_at"] -= by_ms
        for each in node.values():
            aged(each, by_ms)
    elif isinstance(node, list):
        for each in node:
            aged(each, by_ms)
