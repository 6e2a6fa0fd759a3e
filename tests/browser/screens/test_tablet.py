"""The tablet: what is wrong and where, for fingers, upright and across."""

import pytest
from playwright.sync_api import expect

from tests.browser.screens.stage import alert, cell, gate

pytestmark = pytest.mark.browser
SIZES = [(1024, 768), (768, 1024)]


def crisis(stage):
    """Four alerts, the gravest of which somebody has; a critical gate and one whose figure is old."""
    listed = [
        alert("taken", "critical", state="ACKED", acked_by="Trực ban 1", acked_at=0),
        alert("second", "high"),
        alert("third", "medium"),
        alert("fourth", "low"),
    ]
    stage.topics["alerts"]["items"] = {each["id"]: each for each in listed}
    gates = stage.topics["gates"]["gates"]
    gates["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 1604, priority="critical", alert="taken", queue_yesterday=464)
    gates["chi-ma"] = gate("chi-ma", "Chi Ma", 661, priority="critical") | {"queue": cell(661, age_s=2_400)}


def test_the_three_that_matter_most_say_who_has_them(stage, open_screen):
    """A leader reads three sentences, and that there is one more."""
    crisis(stage)
    page = open_screen("/tablet", SIZES[0], touch=True)
    wrong = page.locator(".wrong-list").get_by_role("listitem")
    expect(wrong).to_have_count(3)
    expect(wrong.nth(0)).to_contain_text("Trực ban 1 đã nhận")
    expect(wrong.nth(1)).to_contain_text("chưa ai nhận")
    expect(page.get_by_text("còn 1 cảnh báo nữa")).to_be_visible()


def test_an_old_figure_has_no_colour_and_says_its_age(stage, open_screen):
    """An old red figure is not a red figure; the live one beside it is."""
    crisis(stage)
    page = open_screen("/tablet", SIZES[0], touch=True)
    old, live = page.locator('[data-tile="chi-ma"]'), page.locator('[data-tile="tan-thanh"]')
    expect(old).to_contain_text("cũ 40 ph")
    expect(old).not_to_have_attribute("data-priority", "critical")
    expect(old).to_have_css("border-top-style", "dashed")
    expect(live).to_contain_text("nguy cấp")
    expect(live).to_contain_text("+1.140")


def test_a_gate_without_data_shows_no_figure(stage, open_screen):
    """What has no data is left out: no 0, and nothing to open."""
    page = open_screen("/tablet", SIZES[0], touch=True)
    tile = page.locator('[data-tile="dong-dang"]')
    expect(tile).to_contain_text("chưa có số liệu")
    expect(tile).to_be_disabled()


def test_a_touched_alert_opens_and_closes_when_it_is_over(stage, open_screen):
    """Nobody goes on reading what to do about something that is over."""
    crisis(stage)
    page = open_screen("/tablet", SIZES[1], touch=True)
    page.locator(".wrong-alert").nth(1).tap()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Mở thêm làn.")
    del stage.topics["alerts"]["items"]["second"]
    stage.tell("alerts")
    expect(sheet).to_be_hidden()


def test_a_touched_gate_opens_in_full(stage, open_screen):
    """Queue by direction and clearance, in one touch."""
    gates = stage.topics["gates"]["gates"]
    gates["tan-thanh"] |= {"queue_export": cell(120), "clearance_median": cell(34_800)}
    page = open_screen("/tablet", SIZES[0], touch=True)
    page.locator('[data-tile="tan-thanh"]').tap()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Tân Thanh: 146 xe chờ")
    expect(sheet).to_contain_text("9g\u00a040")
    sheet.get_by_role("button", name="Đóng").tap()
    expect(sheet).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
def test_everything_is_for_fingers_and_nothing_runs_sideways(stage, open_screen, size):
    """Targets of 44 px and no horizontal scroll."""
    crisis(stage)
    page = open_screen("/tablet", size, touch=True)
    expect(page.locator(".wrong-alert").first).to_be_visible()
    small = page.eval_on_selector_all(
        "a, button",
        "all => all.map(e => e.getBoundingClientRect()).filter(b => b.width && Math.min(b.width, b.height) < 44)",
    )
    assert small == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
