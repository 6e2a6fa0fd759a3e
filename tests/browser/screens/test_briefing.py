"""The briefing: one moment that stays, in slides whose headlines state the finding."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screens.stage import alert, cell, gate

pytestmark = pytest.mark.browser
SIZE = (1280, 720)
SIZES_OF_TEXT = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.checkVisibility() && e.tagName !== "SCRIPT")
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((e) => [parseFloat(getComputedStyle(e).fontSize), e.className, e.getBoundingClientRect().right])"""
"""Of every piece of text its size, its class and where it ends, in pixels."""


def jam(stage, *, steps_simulated=True):
    """Tân Thanh is congested at quarantine."""
    listed = alert("jam", "critical")
    stage.topics["alerts"]["items"] = {"jam": listed}
    steps = [{"step": "quarantine", "queue": cell(1261, sim=steps_simulated), "median": None}]
    stage.topics["gates"]["gates"]["tan-thanh"] = gate(
        "tan-thanh",
        "Tân Thanh",
        1604,
        priority="critical",
        alert="jam",
        bottleneck="quarantine",
        steps={"export": steps, "import": []},
        clearance_median=cell(34_800),
    )


def test_a_frozen_moment_stays_until_another_is_frozen(stage, open_screen):
    """What is being cited does not change under the speaker."""
    page = open_screen("/briefing", SIZE)
    figure = page.locator(".brief-value").first
    expect(figure).to_have_text("408")
    stage.topics["gates"]["gates"]["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 946)
    stage.tell("gates")
    page.wait_for_function("LSO.screen.store.get('gates').gates['tan-thanh'].queue.v === 946")
    expect(figure).to_have_text("408")
    page.get_by_role("button", name="Chốt lại").click()
    expect(figure).to_have_text("1.208")


def test_a_reload_shows_the_same_moment(stage, open_screen):
    """A mishap in the middle of a conference changes no figure, and the address names the instant."""
    page = open_screen("/briefing", SIZE)
    expect(page.locator(".brief-value").first).to_have_text("408")
    said = page.locator(".brief-instant").inner_text()
    assert re.fullmatch(r"Chốt số liệu \d\d:\d\d ngày \d\d/\d\d/\d{4} — giờ Hà Nội \(Bắc Kinh \d\d:\d\d\)", said)
    assert "at=" in page.url
    stage.topics["gates"]["gates"]["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 946)
    page.reload()
    expect(page.locator(".brief-value").first).to_have_text("408")
    expect(page.locator(".brief-instant")).to_have_text(said)


def test_a_moment_that_is_not_kept_here_is_said_to_be_missing(stage, open_screen):
    """A link from another machine never passes today's figures for those of then."""
    page = open_screen("/briefing?at=2026-11-20T07:30:00Z", SIZE)
    expect(page.locator(".brief-instant")).to_contain_text("bản chốt 14:30 không còn trong máy này")


def test_the_headline_states_the_finding(stage, open_screen):
    """Slide by slide with the arrow keys: province, gate, services and network, alerts."""
    jam(stage)
    page = open_screen("/briefing", SIZE)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Tân Thanh: ùn tắc nghiêm trọng")
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Tân Thanh ùn tắc ở khâu kiểm dịch")
    expect(page.locator('.brief-bar[data-priority="critical"]')).to_contain_text("1.261")
    expect(page.locator(".brief-figure").first).to_contain_text("ngưỡng 1.150")
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text(re.compile("99,1.% hồ sơ đúng hạn; 2.810 trạm đang phát"))
    page.keyboard.press("End")
    expect(title).to_have_text("1 cảnh báo đang mở, 1 chưa ai nhận")
    expect(page.get_by_role("button", name="Trang sau")).to_be_disabled()


def test_a_simulated_queue_is_not_explained_by_real_steps(stage, open_screen):
    """The step at fault is named only where queue and steps come from one world."""
    jam(stage, steps_simulated=False)
    page = open_screen("/briefing", SIZE)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tân Thanh: ùn tắc nghiêm trọng")
    expect(page.locator(".brief-bar")).to_have_count(1)
    expect(page.locator(".brief-bar[data-priority]")).to_have_count(0)


@pytest.mark.parametrize(("size", "least", "cited"), [((1280, 720), 26, 32), ((640, 360), 13, 16)])
def test_type_is_large_enough_on_every_slide(stage, open_screen, size, least, cited):
    """Nothing under 26 px at 720p, cited figures 32 and more, and all of it inside the picture."""
    jam(stage)
    page = open_screen("/briefing", size)
    expect(page.locator(".brief-value").first).to_be_visible()
    for _ in range(4):
        sizes = page.evaluate(SIZES_OF_TEXT)
        assert [row for row in sizes if row[0] < least - 0.1] == []
        assert [row for row in sizes if "value" in row[1] and row[0] < cited - 0.1] == []
        assert [row for row in sizes if row[2] > size[0] * 0.96] == []
        page.keyboard.press("ArrowRight")
