"""Manual entry with a finger: two touches, a way back, and nothing lost when the line is away."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screens.stage import cell, gate

pytestmark = pytest.mark.browser
TABLET = (1024, 768)


def dead_gate(stage: Any) -> None:
    """Tan Thanh's feed is lost; the other gate's lives."""
    figures = {"lanes_open": cell(4, sim=False), "status": cell(1, sim=False)}
    dead = gate("tan-thanh", "Tân Thanh", 146, **figures) | {"queue": cell(146, age_s=90_000, sim=False)}
    stage.topics["gates"]["gates"]["tan-thanh"] = dead


def tile(page: Page, name: str) -> Any:
    """Return the form of a gate."""
    return page.locator(f'[data-gate="{name}"]')


def test_two_touches_and_a_way_back(stage, open_screen):
    """A dead gate comes first; a step and Send enter its queue, and Undo takes it back."""
    dead_gate(stage)
    page = open_screen("/entry", TABLET, touch=True)
    expect(page.locator(".entry-form").first).to_have_attribute("data-gate", "tan-thanh")
    form = tile(page, "tan-thanh")
    expect(form.get_by_label("Xe chờ", exact=True)).to_have_value("146")
    form.get_by_role("button", name="Thêm 50").tap()
    form.get_by_role("button", name="Gửi").tap()
    told = page.get_by_role("status").filter(has_text="Đã ghi")
    expect(told).to_contain_text("Tân Thanh")
    assert [(one["metric"], one["place"], one["dims"], one["value"], one["note"]) for one in stage.entries] == [
        ("queue_length_vehicles", "tan-thanh", {"queue": "physical"}, 196, "Đếm tại chỗ")
    ]
    expect(page.locator(".entry-item")).to_have_count(1)
    told.get_by_role("button", name="Hoàn tác").tap()
    expect(page.locator(".entry-item")).to_have_count(0)
    assert stage.actions == [("1", "withdraw", {})]


def test_closed_with_one_touch_more(stage, open_screen):
    """Open and closed are buttons; several changes of one gate go together, with the validity chosen."""
    dead_gate(stage)
    page = open_screen("/entry", TABLET, touch=True)
    form = tile(page, "tan-thanh")
    form.get_by_role("group", name="Cửa khẩu").get_by_role("button", name="Đóng").tap()
    form.get_by_role("group", name="Phía bạn").get_by_role("button", name="Chậm").tap()
    form.get_by_text("Ghi chú, hiệu lực, chiều").tap()
    form.get_by_label("Hiệu lực").select_option("3600")
    form.get_by_role("button", name="Gửi 2 số").tap()
    expect(page.get_by_role("status").filter(has_text="Đã ghi")).to_be_visible()
    assert [(one["metric"], one["value"], one["valid_for_s"]) for one in stage.entries] == [
        ("operational_status", 0, 3_600),
        ("other_side_rate_ratio", 0.3, 3_600),
    ]


def test_the_entry_stays_while_the_server_is_away(stage, open_screen):
    """A refused entry says so, keeps what was typed, and goes through with the next touch."""
    page = open_screen("/entry", (768, 1024), touch=True, quiet=False)
    form = tile(page, "huu-nghi")
    stage.refusal = (503, "away")
    form.locator(".entry-number").first.fill("321")
    form.get_by_role("button", name="Gửi").tap()
    expect(form.get_by_role("alert")).to_contain_text("vẫn còn ở đây")
    expect(form.locator(".entry-number").first).to_have_value("321")
    # What the server finds unfit is said in the page's language, by the field it names.
    stage.refusal = (422, "value is above 5000")
    form.get_by_role("button", name="Gửi").tap()
    expect(form.get_by_role("alert")).to_contain_text("nằm ngoài giới hạn của chỉ số này")
    expect(form.get_by_role("alert")).not_to_contain_text("above")
    stage.refusal = None
    form.get_by_role("button", name="Gửi").tap()
    expect(page.get_by_role("status").filter(has_text="Đã ghi")).to_be_visible()
    assert [one["value"] for one in stage.entries] == [321]


def test_what_is_no_count_cannot_be_sent(stage, open_screen):
    """Letters and fractions are no vehicles: the button waits for a number."""
    page = open_screen("/entry", TABLET, touch=True)
    form = tile(page, "huu-nghi")
    form.locator(".entry-number").first.fill("12a")
    expect(form.get_by_role("button", name="Gửi")).to_be_disabled()
    form.locator(".entry-number").first.fill("12")
    expect(form.get_by_role("button", name="Gửi")).to_be_enabled()


@pytest.mark.parametrize("size", [TABLET, (768, 1024)])
def test_every_target_is_large_enough_for_a_finger(stage, open_screen, size):
    """No button or field is smaller than 44 pixels, and nothing lies beside the page."""
    dead_gate(stage)
    page = open_screen("/entry?lang=en", size, touch=True)
    small = page.evaluate(
        """() => [...document.querySelectorAll('main :is(a, button, input, select, summary)')]
        .filter((each) => each.offsetParent && (each.offsetHeight < 44 || each.offsetWidth < 44))
        .map((each) => each.outerHTML)"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_screens_tell_who_entered_a_figure(stage, open_screen):
    """On the wall and on the tablet a figure entered by hand carries its author and its age, and a fault its name."""
    by_hand = cell(77, age_s=720, sim=False, quality="manual") | {
        "src": "manual.lan",
        "by": "Lan",
        "until": cell(0)["at"] + 3_600_000,
    }
    stage.topics["gates"]["gates"]["tan-thanh"]["queue"] = by_hand
    stage.topics["gates"]["gates"]["huu-nghi"]["queue"] = cell(None, sim=False, quality="instrument")
    for address in ("/tablet",):
        page = open_screen(address)
        expect(page.get_by_text("nhập tay · Lan · 12 ph").first).to_be_visible()
        expect(page.get_by_text("lỗi thiết bị").first).to_be_visible()
