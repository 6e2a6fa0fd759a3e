"""The presenter's second window, and those who follow elsewhere."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screens.podium import Podium, busy_day, opened
from tests.browser.screens.stage import gate

pytestmark = pytest.mark.browser
SIZE = (1280, 720)


@pytest.fixture(scope="module")
def theatre() -> Iterator[tuple[Podium, Browser]]:
    """The podium and the browser."""
    with opened() as both:
        yield both


def test_presenter_audience_and_followers_see_one_slide_of_one_moment(stage, open_screen, theatre):
    """A turn in the presenter's window turns the audience's and the communes'; so does freezing."""
    busy_day(stage)
    presenter = open_screen("/briefing/presenter?room=r1&slide=province", (1366, 768), quiet=False)
    audience = open_screen("/briefing?room=r1&slide=province", SIZE, quiet=False)
    expect(presenter.locator(".pres-page")).to_have_text("Trang 2 / 12")
    presenter.get_by_role("button", name="Phát mã theo dõi").click()
    code = presenter.locator(".brief-code").inner_text()
    assert re.fullmatch(r"[A-Z2-9]{6}", code)
    expect(presenter.get_by_alt_text(re.compile("Mã vuông"))).to_be_visible()
    # Somewhere else: another browser, which types the code.
    elsewhere = theatre[1].new_context(viewport={"width": 640, "height": 360})
    follower = elsewhere.new_page()
    follower.goto(stage.url + "/briefing")
    follower.get_by_role("button", name="Trình đơn báo cáo").click()
    follower.get_by_label("Mã theo dõi hoặc mã bản chốt").fill(code.lower())
    follower.get_by_role("button", name="Mở", exact=True).click()
    expect(follower.locator(".slide-page")).to_have_text("2 / 12")
    expect(follower.locator(".slide-instant")).to_contain_text("theo Trực ban 2")
    presenter.keyboard.press("ArrowRight")
    for page in (audience, follower):
        expect(page.get_by_role("heading", level=1)).to_have_text("Tân Thanh ùn tắc ở khâu kiểm dịch")
    expect(presenter.locator(".pres-notes-text")).to_contain_text("Số 7: Xe đang chờ 1.604 xe")
    expect(audience.locator("body")).not_to_contain_text("Số 7: Xe đang chờ")
    audience.keyboard.press("ArrowRight")
    expect(presenter.locator(".pres-page")).to_have_text("Trang 4 / 12")
    expect(follower.locator(".slide-page")).to_have_text("4 / 12")
    # One frozen moment for all of them; what happens afterwards changes none of them.
    presenter.get_by_role("button", name="Chốt số liệu").click()
    expect(follower.locator(".slide-instant")).to_have_text(re.compile("Chốt số liệu .* · mã [A-Z2-9]{6} · theo"))
    said = follower.locator(".slide-instant").inner_text().partition(" · ")[0]
    expect(audience.locator(".slide-instant")).to_contain_text(said)
    stage.topics["gates"]["gates"]["huu-nghi"] = gate("huu-nghi", "Hữu Nghị", 999)
    # The line breaks while the slide turns, and mends by itself.
    stage.deaf.set()
    expect(follower.locator(".slide-instant")).to_contain_text("đang nối lại", timeout=60_000)
    presenter.keyboard.press("ArrowLeft")
    expect(presenter.get_by_text("Nơi khác chưa nhận được trang này")).to_be_visible()
    stage.deaf.clear()
    expect(follower.locator(".slide-page")).to_have_text("3 / 12")
    presenter.keyboard.press("ArrowRight")
    expect(follower.get_by_role("heading", level=1)).to_contain_text("Hữu Nghị: 262")
    # A follower who comes back finds the presentation again; its end is said and its slide stays.
    follower.reload()
    expect(follower.locator(".slide-page")).to_have_text("4 / 12")
    presenter.get_by_role("button", name="Kết thúc theo dõi").click()
    expect(follower.locator(".slide-instant")).to_contain_text("đã kết thúc phiên")
    expect(follower.get_by_role("heading", level=1)).to_contain_text("Hữu Nghị: 262")
    elsewhere.close()


def test_a_reload_keeps_slide_moment_and_elapsed_time(stage, open_screen):
    """A mishap in the presenter's window costs nothing."""
    page = open_screen("/briefing/presenter?room=r2", (1366, 768), quiet=False)
    page.get_by_role("button", name="Chốt số liệu").click()
    expect(page.locator(".pres-instant")).to_contain_text("Chốt số liệu")
    page.keyboard.press("End")
    expect(page.get_by_text("Đây là trang cuối.")).to_be_visible()
    said = page.locator(".pres-instant").inner_text()
    page.evaluate("sessionStorage.setItem('lso-presenter-began', String(Date.now() - 3_700_000))")
    page.reload()
    expect(page.get_by_text("Đây là trang cuối.")).to_be_visible()
    expect(page.locator(".pres-instant")).to_have_text(said)
    expect(page.locator('[data-part="elapsed"]')).to_have_text(re.compile(r"1:01:\d\d"))
