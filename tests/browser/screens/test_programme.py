"""The programme on a screen: rows that say where a target stands, one in depth, and entering a value in two touches."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dashboard.readmodels.programme_target import fixed, measure
from feeds.programme.path import standing
from feeds.programme.targetfile import load_programme
from layouts.components.target import TargetRow, target_row
from tests.browser.screens.stage import cell

pytestmark = pytest.mark.browser
DESK = (1280, 900)
COMMUNES = {f"commune.{number:05d}": f"Xã Số {number}" for number in range(1, 66)}
PROGRAMME = load_programme(Path(__file__).parents[3] / "config")


def target(key: str, value: float | None, **more: Any) -> dict[str, Any]:
    """Return a target of the shipped programme as the hub sends it, judged on the day of the figures here."""
    found = next(each for each in PROGRAMME.targets if each.key == key)
    told = None if value is None else cell(value, cadence_s=604_800)
    judged = measure(standing(found, value, date(2026, 11, 23)))
    basis = {"cell": told, "basis": "none" if told is None else "feed", "entered_by": "", "entered_at": None}
    return {**fixed(found, 0, PROGRAMME), **judged, **basis, **more}


@pytest.fixture
def told(stage: Any) -> Any:
    """A stage with four targets: behind, overdue, on its path with communes and districts, and untold."""
    communes = {name: cell(50 + number / 2, cadence_s=604_800) for number, name in enumerate(COMMUNES)}
    district = {
        "v": 78, "to": "2025-06-30", "communes": ["commune.00001", "commune.00002"],
        "shares": {"commune.00001": 1.0, "commune.00002": 0.25}, "name_vi": "Huyện Cũ", "name_en": "Old", "at": 1,
        "src": "report", "sim": False,
    }  # fmt: skip
    listed = [
        target("dossiers_online", 87.8),
        target("ict_index_rank", 21),
        target("work_files_commune", 70.5, communes=communes, districts={"district.1": district}),
        target("virtual_assistants", None),
    ]
    stage.topics["programme"] = {
        "at": 1,
        "groups": [{"key": each.key, "name_vi": each.name.vi, "name_en": each.name.en} for each in PROGRAMME.groups],
        "targets": {each["key"]: each for each in listed},
    }
    stage.topics["services"]["communes"] = {
        name: {"id": name, "name_vi": words, "name_en": words} for name, words in COMMUNES.items()
    }
    return stage


def drawn(page: Page, call: str, size: str = "width:1200px;height:800px") -> Any:
    """Draw into a holder on the page and return it; LSO.programme is what every screen uses."""
    page.wait_for_function("() => LSO.screen && (LSO.screen.store.get('programme').targets || {}).ict_index_rank")
    page.evaluate(
        """([call, size]) => {
          const holder = document.createElement("div");
          holder.id = "drawn";
          holder.style.cssText = size;
          document.querySelector("main").replaceChildren(holder);
          const how = { topic: LSO.screen.store.get("programme"), now: LSO.screen.live.serverNow() };
          new Function("holder", "how", call)(holder, how);
        }""",
        [call, size],
    )
    return page.locator("#drawn")


def test_a_row_says_where_it_stands_and_what_each_day_must_bring(told, open_screen):
    """Figure, aim, need and source are words; a rank is a rank, what nobody told names who is to enter it."""
    page = open_screen("/entry", DESK)
    holder = drawn(page, 'LSO.programme.list(holder, {...how, size: "touch"})')
    online = holder.locator('[data-target="dossiers_online"]')
    expect(online).to_contain_text("87,8")
    expect(online).to_contain_text("Chậm lộ trình")
    expect(online).to_contain_text("cần +0,0081 điểm %/ngày")
    expect(online).to_contain_text("mô phỏng")
    rank = holder.locator('[data-target="ict_index_rank"]')
    expect(rank).to_contain_text("Quá hạn")
    expect(rank).to_contain_text("mục tiêu hạng 10 năm 2025 (giả định)")
    expect(rank).to_contain_text("còn thiếu 11 bậc")
    untold = holder.locator('[data-target="virtual_assistants"]')
    expect(untold).to_contain_text("chưa có số liệu")
    expect(untold).to_contain_text("Sở Khoa học và Công nghệ nhập")
    expect(holder.locator(".target-summary")).to_contain_text("1 chưa có số liệu")
    assert online.locator(".target-value").get_attribute("data-cell") == "programme/targets/dossiers_online/cell"


def test_a_list_that_has_no_room_says_how_many_are_left_out(told, open_screen):
    """On the wall nothing scrolls: the urgent stay with their owners named, the rest is counted."""
    page = open_screen("/entry", DESK)
    holder = drawn(page, 'LSO.programme.list(holder, {...how, size: "far"})', "width:700px;height:330px")
    expect(holder.locator(".target-item:visible").first).to_contain_text("ICT-Index")
    expect(holder.locator(".target-item:visible").first).to_contain_text(
        "Sở Khoa học và Công nghệ phụ trách (giả định)"
    )
    shown = holder.locator(".target-item:visible").count()
    assert 1 <= shown < 4
    expect(holder.locator(".target-more")).to_contain_text(f"và {4 - shown} chỉ tiêu khác")
    box = holder.evaluate("(each) => [each.scrollHeight, each.clientHeight]")
    assert box[0] <= box[1] + 1


def test_one_target_in_depth(told, open_screen):
    """Owner, path, 65 communes reached by keyboard and named, the districts with the communes that replaced them."""
    page = open_screen("/entry", DESK)
    holder = drawn(page, 'LSO.programme.detail(holder, "work_files_commune", {...how, size: "touch"})', "width:1200px")
    expect(holder).to_contain_text("Văn phòng Ủy ban nhân dân tỉnh (giả định)")
    expect(holder.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"2030: 100\s%"))
    bars = holder.locator(".target-commune")
    expect(bars).to_have_count(65)
    bars.first.focus()
    page.keyboard.press("ArrowRight")
    expect(holder.locator(".target-commune-named")).to_have_text("Xã Số 2: 50,5 %")
    expect(holder).to_contain_text("30 trên 65 xã, phường đạt mức lộ trình hôm nay 67,2 %")
    expect(holder.locator(".target-district")).to_contain_text("nay là Xã Số 1, Xã Số 2 (25 %)")
    expect(holder).to_contain_text("đến 30/06/2025")


def test_the_map_gets_the_values_of_the_communes(told, open_screen):
    """Values by commune with their range; a target without communes paints nothing."""
    page = open_screen("/entry", DESK)
    drawn(page, "")
    painted = page.evaluate("() => LSO.programme.mapValues('work_files_commune')")
    assert len(painted["values"]) == 65
    assert (painted["from"], painted["aim"]) == (50, 100)
    assert page.evaluate("() => LSO.programme.mapValues('ict_index_rank')") is None


def test_a_value_is_entered_with_two_touches(told, open_screen):
    """What nobody told comes first; a number and Send, for the province or for a commune, with its decimal comma."""
    page = open_screen("/entry", (1024, 768), touch=True)
    form = page.locator('.entry-form[data-target="virtual_assistants"]')
    expect(page.locator('[data-part="targets"] .entry-form').first).to_have_attribute(
        "data-target", "virtual_assistants"
    )
    form.locator(".entry-number").fill("64,5")
    form.get_by_role("button", name="Gửi").tap()
    expect(page.get_by_role("status").filter(has_text="64,5 %")).to_be_visible()
    commune = page.locator('.entry-form[data-target="work_files_commune"]')
    commune.get_by_label("Địa bàn").select_option("commune.00003")
    expect(commune.locator(".entry-number")).to_have_value("51,0")
    commune.get_by_role("button", name="Thêm 1").tap()
    commune.get_by_role("button", name="Gửi").tap()
    expect(page.locator(".entry-item")).to_have_count(2)
    assert [(one["metric"], one["place"], one["dims"]["target"], one["value"]) for one in told.entries] == [
        ("target_value", "lang-son", "virtual_assistants", 64.5),
        ("target_value", "commune.00003", "work_files_commune", 52),
    ]


def test_the_component_is_what_the_script_draws(told, open_screen):
    """The gallery's rows and the live rows have the same parts and classes in the same order."""
    page = open_screen("/entry", DESK)
    holder = drawn(page, 'LSO.programme.list(holder, {...how, size: "touch"})')
    live = holder.locator('[data-target="dossiers_online"]').evaluate(
        "(row) => [...row.querySelectorAll('[data-part]')].map((each) => each.dataset.part)"
    )

    def parts(component: Any) -> list[str]:
        children = getattr(component, "children", None) or []
        own = [component.to_plotly_json()["props"].get("data-part")] if hasattr(component, "to_plotly_json") else []
        listed = children if isinstance(children, list) else [children]
        return [name for name in own if name] + [name for child in listed for name in parts(child)]

    row = TargetRow("Một", "87,8", "%", "behind", "mục tiêu 100 %", share=0.878)
    assert parts(target_row(row, "vi")) == live
