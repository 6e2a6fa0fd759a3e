"""The briefing: a composed deck, one moment for all its slides, headlines that state the finding."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from dashboard.auth.model import Role
from tests.browser.screens.podium import Podium, busy_day, jam, opened
from tests.browser.screens.stage import cell, gate

pytestmark = pytest.mark.browser
SIZE = (1280, 720)
SIZES_OF_TEXT = """() => [...document.querySelectorAll("main .slide *")]
  .filter((e) => e.checkVisibility() && !e.closest("button"))
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((e) => { const box = e.getBoundingClientRect();
    return [parseFloat(getComputedStyle(e).fontSize), String(e.className.baseVal ?? e.className), box.left, box.top,
      box.right, box.bottom, e.textContent]; })"""
"""Of every piece of text on the slide its size, its class, its box in pixels, and what it says."""
TOO_FULL = """() => [...document.querySelectorAll(".slide-body, .slide-figure, .slide-visual")]
  .filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.className + ": " + e.textContent.slice(0, 60))"""


@pytest.fixture(scope="module")
def theatre() -> Iterator[tuple[Podium, Browser]]:
    """The podium and the browser."""
    with opened() as both:
        yield both


def turn(page, key):
    """Turn the slide and return once another headline stands there."""
    before = page.locator(".slide-page").inner_text()
    page.keyboard.press(key)
    expect(page.locator(".slide-page")).not_to_have_text(before)


def test_live_figures_say_so_and_change(stage, open_screen):
    """Until somebody freezes them the figures are those of now, and the slide says it."""
    page = open_screen("/briefing?slide=province", SIZE)
    figure = page.locator(".slide-cited").first
    expect(figure).to_have_text("408")
    expect(page.locator(".slide-instant")).to_have_text(
        re.compile(r"Trực tiếp \d\d:\d\d:\d\d ngày \d\d/\d\d/\d{4} — giờ Hà Nội \(Bắc Kinh \d\d:\d\d\)")
    )
    stage.topics["gates"]["gates"]["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 946)
    expect(figure).to_have_text("1.208")


def test_one_frozen_moment_for_all_slides(stage, open_screen):
    """What is being cited does not change under the speaker, on no slide and in no other window."""
    page = open_screen("/briefing?slide=province", SIZE)
    expect(page.locator(".slide-cited").first).to_have_text("408")
    page.get_by_role("button", name="Chốt số liệu").click()
    instant = page.locator(".slide-instant")
    frozen = re.compile(
        r"Chốt số liệu \d\d:\d\d ngày \d\d/\d\d/\d{4} — giờ Hà Nội \(Bắc Kinh \d\d:\d\d\) · mã [A-Z2-9]{6}"
    )
    expect(instant).to_have_text(frozen)
    said = instant.inner_text()
    stage.topics["gates"]["gates"]["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 946)
    stage.tell("gates")
    for _ in range(3):
        turn(page, "ArrowRight")
        expect(instant).to_have_text(said)
    page.keyboard.press("Home")
    turn(page, "ArrowRight")
    expect(page.locator(".slide-cited").first).to_have_text("408")
    page.reload()
    expect(instant).to_have_text(said)
    expect(page.locator(".slide-cited").first).to_have_text("408")
    # Somebody else's browser shows the same figures under the same code.
    code = re.search(r"mã (\w{6})", said)[1]
    other = open_screen(f"/briefing?frozen={code.lower()}&slide=province&lang=en", SIZE)
    expect(other.locator(".slide-instant")).to_contain_text(code)
    expect(other.locator(".slide-cited").first).to_have_text("408")


def test_a_code_that_nobody_knows_is_said_to_be_unknown(stage, open_screen):
    """A wrong link never passes today's figures for those of then."""
    page = open_screen("/briefing", SIZE, quiet=False)
    page.goto(stage.url + "/briefing?frozen=QQQQQQ")
    expect(page.get_by_role("status").filter(has_text="Không có bản chốt mang mã QQQQQQ")).to_be_visible()
    expect(page.locator(".slide-cited")).to_have_count(0)


def test_the_headline_states_the_finding(stage, open_screen):
    """Slide by slide with the arrow keys; numbers of tiles run through the deck, so that each is cited by its own."""
    busy_day(stage)
    page = open_screen("/briefing", SIZE)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Tình hình tỉnh Lạng Sơn")
    expect(page.locator(".slide-sentence").first).to_have_text("Tân Thanh ùn tắc ở khâu kiểm dịch")
    turn(page, "ArrowRight")
    expect(title).to_have_text("Tân Thanh: ùn tắc nghiêm trọng")
    turn(page, "ArrowRight")
    expect(title).to_have_text("Tân Thanh ùn tắc ở khâu kiểm dịch")
    expect(page.locator(".slide-bar[data-highlight]")).to_contain_text("1.261")
    expect(page.locator(".slide-figure").first).to_contain_text("nguy cấp · ngưỡng 1.150")
    headlines, numbers = [], []
    page.keyboard.press("Home")
    expect(page.locator(".slide-page")).to_have_text(re.compile(r"1 / \d+"))
    pages = int(page.locator(".slide-page").inner_text().split("/")[1])
    for at in range(pages):
        expect(page.locator(".slide-page")).to_have_text(f"{at + 1} / {pages}")
        headlines.append(title.inner_text())
        numbers += page.locator(".slide-number").all_inner_texts()
        page.keyboard.press("ArrowRight")
    assert headlines[3:] == [
        "Hữu Nghị: 262 xe đang chờ, −18 so hôm qua",
        "Chi Ma: 103 xe đang chờ",
        "Cốc Nam: 9 xe đang chờ",
        "Ga Đồng Đăng: 8 xe đang chờ",
        "99,1\u00a0% hồ sơ đúng hạn, 38 quá hạn",
        "2.810 trên 2.818 trạm đang phát",
        "1/2 chỉ tiêu đã đạt, 1 chậm so với lộ trình",
        "2 cảnh báo đang mở, 1 chưa ai nhận",
        "4 việc cần quyết định",
    ]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    expect(page.get_by_role("button", name="Trang sau")).to_be_disabled()


def test_a_simulated_queue_is_not_explained_by_real_steps(stage, open_screen):
    """The step at fault is named only where queue and steps come from one world."""
    jam(stage, steps_simulated=False)
    page = open_screen("/briefing?slide=gate-tan-thanh", SIZE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tân Thanh: ùn tắc nghiêm trọng")
    expect(page.locator(".slide-bar")).to_have_count(1)
    expect(page.locator(".slide-bar[data-highlight]")).to_have_count(0)


def test_old_figures_say_how_old_and_simulated_ones_that_they_are(stage, open_screen):
    """A figure that is late is grey, says its age, and loses the colour of an alert it can no longer prove."""
    jam(stage)
    stage.topics["gates"]["gates"]["tan-thanh"]["queue"] = cell(1_604, age_s=2_400)
    page = open_screen("/briefing?slide=gate-tan-thanh", SIZE)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Tân Thanh: số liệu cũ, 1.604 xe lúc"))
    figure = page.locator(".slide-figure").first
    expect(figure).to_contain_text("cũ 40\u00a0ph")
    expect(figure.locator(".is-stale")).to_have_count(1)
    expect(page.locator(".slide[data-priority]")).to_have_count(0)
    expect(page.locator('[data-part="sim"]')).to_contain_text("MÔ PHỎNG")
    expect(page.locator('[data-part="sim"]')).to_be_visible()
    expect(page.locator('[data-part="sim-partly"]')).to_be_hidden()


def test_who_may_only_look_cannot_freeze(stage, open_screen):
    """A viewer turns the slides and follows, and is offered nothing that would be refused."""
    stage.role = Role.VIEWER
    page = open_screen("/briefing", SIZE)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Chốt số liệu")).to_have_count(0)
    page.get_by_role("button", name="Trình đơn báo cáo").click()
    expect(page.get_by_role("button", name="Phát mã theo dõi")).to_have_count(0)
    expect(page.get_by_label("Mã theo dõi hoặc mã bản chốt")).to_be_visible()


def test_a_lost_line_ends_the_word_live(stage, open_screen):
    """When the server is gone the figures stay and no longer call themselves live; then they come back."""
    page = open_screen("/briefing?slide=province", SIZE, quiet=False)
    expect(page.locator(".slide-instant")).to_contain_text("Trực tiếp")
    # A deck is worked out once a second for all who look: the first answer may still be that of the test before.
    expect(page.locator(".slide-cited").first).to_have_text("408")
    stage.deaf.set()
    expect(page.locator(".slide-instant")).to_contain_text("không còn trực tiếp", timeout=40_000)
    expect(page.locator(".slide-cited").first).to_have_text("408")
    stage.deaf.clear()
    expect(page.locator(".slide-instant")).to_contain_text("Trực tiếp")


@pytest.mark.parametrize(("size", "lang"), [((1280, 720), "vi"), ((640, 360), "en")])
def test_type_is_large_enough_and_inside_on_every_slide(stage, open_screen, size, lang):
    """Nothing under 26 px at 720p, cited figures 32 and more, all of it in the middle 90 % and nothing cut off."""
    busy_day(stage)
    page = open_screen(f"/briefing?lang={lang}", size)
    scale = size[1] / 720
    expect(page.locator(".slide-page")).to_have_text("1 / 12")
    for at in range(12):
        expect(page.locator(".slide-page")).to_have_text(f"{at + 1} / 12")
        texts = page.evaluate(SIZES_OF_TEXT)
        assert len(texts) > 4
        assert [row for row in texts if row[0] < 26 * scale - 0.1] == []
        cited = [row for row in texts if row[1] == "slide-cited"]
        assert [row for row in cited if row[0] < 32 * scale - 0.1] == []
        edge = [size[0] * 0.05 - 1, size[1] * 0.05 - 1, size[0] * 0.95 + 1, size[1] * 0.95 + 1]
        outside = [r for r in texts if r[2] < edge[0] or r[3] < edge[1] or r[4] > edge[2] or r[5] > edge[3]]
        assert outside == []
        assert page.evaluate(TOO_FULL) == []
        page.keyboard.press("ArrowRight")
