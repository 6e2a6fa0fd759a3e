"""Every scene of the wall on a bad day: what it shows, and that nothing is cut, covered or too small."""
# ruff: noqa: E501  (a crisis written down as a table reads better unbroken)

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.model import DIRECTIONS, STEPS
from tests.browser.screens.stage import alert, cell, gate, now_ms

pytestmark = pytest.mark.browser

MEASURE = (Path(__file__).parents[1] / "measure.js").read_text("utf-8")
SCENES = ("overview", "gates", "gate", "services", "network", "programme", "alerts")
NAMES = {
    "tan-thanh": "Tân Thanh",
    "huu-nghi": "Hữu Nghị",
    "chi-ma": "Chi Ma",
    "coc-nam": "Cốc Nam",
    "dong-dang": "Ga Đồng Đăng",
}
TAIL = [[106.6943, 22.0176], [106.6869, 22.0011], [106.6952, 21.9893]]


def steps(queue):
    """Return eight steps of a direction, quarantine the longest."""
    return [
        {"step": step, "queue": cell(queue if step == "quarantine" else 12), "median": cell(5_460), "p90": cell(13_680)}
        for step in STEPS
    ]


def crowded(name, title):
    """Return a gate with every figure there is."""
    queue = 2_601 if name == "tan-thanh" else 462
    day = [float(200 + i) for i in range(288)]
    told = {key: cell(73) for key in ("arrivals", "throughput", "stock", "queue_export", "queue_import")}
    times = {f"clearance_{stat}{way}": cell(19_300) for stat in ("median", "p90") for way in ("", "_export", "_import")}
    return gate(
        name,
        title,
        queue,
        **told,
        **times,
        markers="1088/2–1089",
        lat=22.0176,
        lon=106.6943,
        yard_places=1_150,
        queue_yesterday=1_480,
        lanes_open=cell(6),
        lanes_max=cell(6),
        other_side=cell(0.32 if name == "tan-thanh" else 1.0),
        steps={way: steps(1_961) for way in DIRECTIONS},
        trend={
            "start": now_ms() - 86_400_000,
            "step_s": 300,
            "today": day,
            "yesterday": day,
            "usual": day,
            "threshold": 700,
        },
        **(
            {
                "priority": "critical",
                "alert": "A1",
                "alert_short_vi": "Ùn tắc nghiêm trọng",
                "alert_short_en": "Severe congestion",
                "bottleneck": "quarantine",
                "extent_m": cell(13_059),
                "extent_line": TAIL,
                "extent_error": {"fixed_m": 1_180, "per_hour_m": 0},
            }
            if name == "tan-thanh"
            else {}
        ),
    )


def bad_day(stage):
    """Put a crisis on the stage."""
    counts = {
        name: {"cell": cell(value), "yesterday": value * 0.9}
        for name, value in (
            ("vehicles_export", 289), ("vehicles_import", 1_514), ("passengers", 14_204), ("goods_tonnes", 13_833), ("fee_vnd", 2.2e9),
        )
    }  # fmt: skip
    gates = stage.topics["gates"]
    gates |= {
        "gates": {name: crowded(name, title) for name, title in NAMES.items()},
        "focus": "tan-thanh",
        "today": counts,
    }
    gates["today_by_gate"] = dict.fromkeys(NAMES, counts)
    communes = {
        f"commune.{5977 + i:05}": {
            "id": f"commune.{5977 + i:05}", "name_vi": f"Xã Thống Nhất {i}", "name_en": f"Thong Nhat {i} Commune",
            "on_time_rate": cell(0.99 - i / 700), "online_rate": cell(0.9 - i / 400), "overdue": cell(max(0, i - 30)),
        }
        for i in range(65)
    }  # fmt: skip
    stage.topics["services"]["communes"] = communes
    stage.topics["services"]["province"] |= {
        "received": cell(18_875),
        "settled": cell(17_775),
        "open": cell(9_751),
        "online_rate": cell(0.878),
    }
    network = stage.topics["network"]
    network["province"] |= {
        "availability": cell(99.89),
        "coverage_4g": cell(99.2),
        "coverage_5g": cell(26.1),
        "coverage_5g_key": cell(75.7),
    }
    network["technologies"] = {
        name: {"on_air": cell(2_714), "coverage": cell(99.2), "availability": cell(99.89), "download": cell(53)}
        for name in ("3g", "4g", "5g")
    }
    stretch = {
        "road": "QL1",
        "road_name": "QL1",
        "gate": "huu-nghi",
        "from_km": 4.3,
        "to_km": 15.5,
        "km": 11.2,
        "technology": "4g",
    }
    network["lost"] = {
        "technology": "4g", "grid": [106.0, 21.2, 0.0025], "cells": [200, 200, 9, 201, 200, 9], "area_km2": 322.4, "population": 118_042,
        "stretches": [stretch, stretch | {"technology": "", "from_km": 6.6}], "src": "network:simulator", "sim": True, "at": now_ms(),
    }  # fmt: skip
    network["silent"] = {
        f"site.{i}": {"id": f"site.{i}", "lat": 21.7 + i / 500, "lon": 106.5, "commune": "commune.05977", "since": 1}
        for i in range(14)
    }
    network["systems"] = {
        key: {"key": key, "order": i, "name_vi": name, "name_en": name, "up": cell(i % 2), "availability_24h_pct": 98.2}
        for i, (key, name) in enumerate(
            [("portal", "Kết nối Cổng Dịch vụ công quốc gia"), ("documents", "Quản lý văn bản và điều hành")]
        )
    }
    items = [
        alert("A1", "critical", minutes=47), alert("A2", "high", state="ACKED", acked_by="Trực ban 2", acked_at=now_ms(), gate="huu-nghi"),
        alert("A3", "high", place="commune.05980", gate=None, metric="dossiers_overdue"), alert("A4", "medium", state="RTNUN"),
        alert("A5", "low"), alert("A6", "low"), alert("A7", "low"),
    ]  # fmt: skip
    tally = {"critical": (1, 1), "high": (2, 1), "medium": (1, 0), "low": (3, 3)}
    stage.topics["alerts"] = {
        "items": {each["id"]: each for each in items},
        "counts": {name: {"total": total, "unack": unack} for name, (total, unack) in tally.items()},
    }


def said(page, selector):
    """Return the text of what is visible, in one line."""
    return " ".join(page.locator(selector).inner_text().replace("\u00a0", " ").replace("\u2060", "").split())


def drawn(page, selector):
    """Wait until a part has a figure."""
    page.locator(selector).first.wait_for(state="visible")


FIRST = {
    "overview": "[data-gate=tan-thanh] [data-part=queue]", "gates": "[data-column=tan-thanh] [data-part=total]",
    "gate": ".lead-figure", "services": ".worst-row", "network": ".stretch-row", "programme": ".programme-list", "alerts": ".alerts-row",
}  # fmt: skip


@pytest.mark.parametrize(("size", "lang", "factor"), [((1920, 1080), "vi", 1.35), ((1366, 768), "en", 1.0)])
def test_no_scene_cuts_or_covers_a_word(stage, open_screen, size, lang, factor):
    """At the largest type for far seats, and on the smallest panel in the longer language."""
    bad_day(stage)
    page = open_screen(f"/wall?lang={lang}&scene=overview", size)
    found = {}
    for scene in SCENES:
        if scene != "overview":
            page.goto(f"{stage.url}/wall?lang={lang}&scene={scene}")
        drawn(page, f"{FIRST[scene]} >> visible=true")
        page.evaluate(
            """(factor) => { const main = document.querySelector("main"); main.style.setProperty("--far-factor", factor);
              main.style.setProperty("--far-unit", `calc(${factor} * var(--u))`); }""",
            factor,
        )
        stage.tell("alerts")  # whatever arrives makes the wall draw, and what has no room gives way
        page.evaluate("async () => { for (let i = 0; i < 6; i++) await new Promise(requestAnimationFrame); }")
        # A design pixel is size / 1080; nothing is smaller than 24 of them.
        rows = page.evaluate(MEASURE, 24 * size[1] / 1080 - 0.2)
        # The head belongs to the frame, which fits itself when a panel starts and not when a test enlarges its type.
        found[scene] = [row for row in rows if "clock" not in row]
    assert {scene: rows for scene, rows in found.items() if rows} == {}


def test_the_map_tells_where_each_queue_ends(stage, open_screen):
    """Distance with its plus and minus, and the road, in the corner of the map."""
    bad_day(stage)
    page = open_screen("/wall?scene=overview")
    drawn(page, ".wall-tail")
    assert said(page, ".wall-tails") == "Tân Thanh: đuôi hàng 13,1 km ± 1,2 · QL4A"
    assert "Nghẽn: Kiểm dịch" in said(page, "[data-panel=steps]")


def test_one_gate_in_depth_is_the_one_that_needs_it_most(stage, open_screen):
    """Its queue, the step that holds it up with median and p90, its own alerts; each figure says where it comes from."""
    bad_day(stage)
    page = open_screen("/wall?scene=gate")
    drawn(page, ".lead-figure")
    assert said(page, ".lead-figure") == "2.601"
    slow = page.locator("[data-scene=gate] [data-direction=export] [data-step-of=quarantine]")
    assert slow.inner_text().replace("\u00a0", " ").split("\n") == ["1.961", "Kiểm dịch", "1g 31", "3g 48"]
    assert slow.get_attribute("data-priority") == "critical"
    assert page.locator(".lead-figure").get_attribute("data-cell") == "gates/gates/tan-thanh/queue"
    assert page.locator(".gate-alert:visible").count() >= 1
    assert "226 %" in said(page, "[data-fact=yard]") or page.locator("[data-fact=yard]").is_hidden()


def test_an_alert_is_a_sentence_with_its_owner_and_its_time(stage, open_screen):
    """Since when, who has it, until when; what does not fit is counted; a new one joins and is told as a change."""
    bad_day(stage)
    page = open_screen("/wall?scene=alerts")
    drawn(page, ".alerts-row")
    first = said(page, ".alerts-row >> nth=0")
    assert "Tân Thanh có 1.604 xe chờ (A1)" in first
    assert "chưa ai nhận" in first
    assert "hạn xử lý" in first
    shown = page.locator(".alerts-row:visible").count()
    assert said(page, "[data-part=rest]") == f"và {7 - shown} cảnh báo nữa"
    stage.topics["alerts"]["items"]["A9"] = alert("A9", "critical", minutes=0)
    stage.tell("alerts")
    page.get_by_text("Phát sinh: Tân Thanh có 1.604 xe chờ (A9)").wait_for()


def test_nothing_known_is_said_so_on_every_scene(stage, open_screen):
    """In the first minute no scene shows a figure, and each says that it has none."""
    stage.topics["gates"] = {"gates": {}, "focus": None, "today": {}, "crossings": {}}
    stage.topics["services"] = {"province": {}, "communes": {}}
    stage.topics["network"] = {"province": {}, "communes": {}, "silent": {}, "lost": None}
    page = open_screen("/wall?scene=gate")
    for scene, words in (("gate", "Chờ số liệu cửa khẩu"), ("network", "chưa có số liệu")):
        if scene != "gate":
            page.goto(f"{stage.url}/wall?scene={scene}")
        section = page.locator(f"[data-scene={scene}]")
        section.get_by_text(words).first.wait_for()
        assert section.locator("[data-cell]:visible").count() == 0


def test_held_gates_take_turns_in_one_frame(stage, open_screen):
    """Two critical gates in turn: each time one chart, one road and one list of counts, those of the gate on show."""
    bad_day(stage)
    page = open_screen("/wall?scene=overview")
    drawn(page, ".wall-tail")
    seen = page.evaluate("""() => {
      const stage = LSO.wallStage(document.querySelector("main"), {});
      const section = document.querySelector('.wall-scene[data-scene="gate"]');
      return ["tan-thanh", "huu-nghi", "tan-thanh"].map((gate) => {
        stage.show("gate", { gate });
        stage.draw(LSO.screen.store, LSO.screen.live.serverNow());
        const count = (what) => section.querySelectorAll(what).length;
        return [section.querySelector('[data-part="name"]').textContent, count(".trend-drawing"), count(".map-labels"), count(".count-row")];
      }); }""")
    assert seen == [["Tân Thanh", 1, 1, 5], ["Hữu Nghị", 1, 1, 5], ["Tân Thanh", 1, 1, 5]]
