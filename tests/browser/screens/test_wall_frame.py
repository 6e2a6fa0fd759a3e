"""The wall's frame on its stage: addresses, rotation and holding, one second for all panels, sizes, its own health."""
# ruff: noqa: E501  (JavaScript in strings reads better unbroken)

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.screens.stage import alert, cell
from tests.house import wait_for

pytestmark = pytest.mark.browser

SHOWN = ".wall-scene:not([hidden])"
SIZES = [(1366, 768), (1920, 1080), (1920, 1200), (2560, 1080), (3840, 2160)]


OUTSIDE = """() => { const main = document.querySelector("main"); const head = document.querySelector(".wall-head");
  const root = document.scrollingElement; const outside = [];
  main.style.setProperty("--far-factor", "1.35");
  LSO.fitHead(head, "largest" + innerWidth);
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) outside.push("scrolls");
  for (const [x, y] of [[1, 1], [-1, -1]]) {
    main.style.setProperty("--orbit-x", x);
    main.style.setProperty("--orbit-y", y);
    for (const element of document.querySelectorAll(".wall-head *, .alert-line *, .wall-foot *")) {
      const box = element.getBoundingClientRect();
      if (box.width && (box.left < 0 || box.top < 0 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5)) outside.push(element.className);
    }
    if (head.scrollWidth > head.clientWidth + 1) outside.push("head");
  }
  return outside; }"""
"""What of the frame stands outside the glass with the largest type, at the ends of the orbit."""


def scene(page: Any, name: str) -> None:
    """Wait until a scene is on show, and no other."""
    expect(page.locator(SHOWN)).to_have_count(1)
    expect(page.locator(SHOWN)).to_have_attribute("data-scene", name)


def test_the_first_picture_is_the_overview_and_its_code_stands_at_the_foot(stage, open_screen) -> None:
    """A panel that has just started shows everything at a glance, when it turns next, and how to open this view."""
    page = open_screen("/wall")
    scene(page, "overview")
    expect(page.get_by_text("Tiếp theo: Các cửa khẩu")).to_be_visible()
    expect(page.locator(".foot-code")).to_have_text("Mã hìnhBBZ")
    expect(page.locator(".foot-instant")).to_contain_text("Số liệu đến")
    assert page.evaluate("getComputedStyle(document.documentElement).cursor") == "none"


def test_an_address_pins_a_scene_and_a_gate(stage, open_screen) -> None:
    """What a code opens stays: no turn, no alert takes it away."""
    stage.topics["alerts"]["items"]["a1"] = alert("a1", "critical")
    page = open_screen("/wall/main?scene=gate&gate=chi-ma")
    scene(page, "gate")
    expect(page.get_by_text("Hình được giữ cố định")).to_be_visible()
    expect(page.locator(".foot-letters")).to_have_text("ZAL")


def test_a_new_critical_alert_takes_the_panel_until_it_is_acknowledged(stage, open_screen) -> None:
    """It jumps to the gate in question, says why it stays, and goes back to its turn once somebody has it."""
    page = open_screen("/wall")
    scene(page, "overview")
    stage.topics["alerts"]["items"]["a1"] = alert("a1", "critical")
    stage.tell("alerts")
    scene(page, "gate")
    expect(page.get_by_text("Giữ hình: 1 cảnh báo nguy cấp chưa ai nhận")).to_be_visible()
    stage.topics["alerts"]["items"]["a1"] = alert("a1", "critical", state="ACKED", acked_by="Lan")
    stage.tell("alerts")
    scene(page, "overview")
    expect(page.get_by_text("Giữ hình")).not_to_be_visible()


def test_a_panel_that_holds_nothing_keeps_its_scene(stage, open_screen) -> None:
    """The centre panel of the hall is declared so: the overview stays whatever happens."""
    stage.topics["alerts"]["items"]["a1"] = alert("a1", "critical")
    page = open_screen("/wall/centre")
    scene(page, "overview")
    expect(page.locator(".alert-sentence")).to_contain_text("1.604 xe")
    scene(page, "overview")


def test_two_panels_show_the_same_second_and_turn_together(stage, open_screen) -> None:
    """At every instant that both have printed they have shown the same figures and the same turn of the clock."""
    pages = [open_screen("/wall/left"), open_screen("/wall/right")]
    for page in pages:
        page.evaluate("""() => { window.seen = {}; const mark = document.querySelector(".wall-foot");
          new MutationObserver(() => { const at = mark.dataset.instant;
            if (at) window.seen[at] = JSON.stringify(LSO.wall.store.get("gates").gates["tan-thanh"].queue); })
            .observe(mark, { attributes: true }); }""")
    values = []
    for value in range(150, 170):
        stage.topics["gates"]["gates"]["tan-thanh"]["queue"] = cell(value)
        stage.tell("gates")
        values.append(value)
        pages[value % 2].wait_for_timeout(170)  # between two frames, not for something
    for page in pages:
        page.wait_for_function("JSON.parse(Object.values(window.seen).at(-1)).v === 169")
    left, right = (page.evaluate("window.seen") for page in pages)
    common = sorted(set(left) & set(right))
    assert len(common) >= 3
    assert [left[at] for at in common] == [right[at] for at in common]
    assert len({json.loads(left[at])["v"] for at in common}) >= 3
    turns = [page.evaluate("[LSO.wall.turn().index, LSO.wall.turn().since % 30000]") for page in pages]
    assert [turn[1] for turn in turns] == [0, 0]


def test_the_frame_fits_every_panel_without_a_scroll_bar(stage, open_screen) -> None:
    """Head, alert line and foot stand inside the glass with type at its largest, and no step of the orbit cuts them."""
    stage.topics["alerts"]["items"]["a1"] = alert("a1", "critical", state="ACKED", acked_by="Nguyễn Thị Hương Giang")
    stage.topics["feeds"]["scenario"], stage.topics["feeds"]["scenario_vi"] = "x", "Ùn tắc tháng 12 năm 2021"
    page = open_screen("/wall?scene=gates&lang=vi")
    scene(page, "gates")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(OUTSIDE) == [], (width, height)


def test_a_wall_tells_that_it_is_alive_and_what_it_shows(stage, open_screen) -> None:
    """The sign of life names panel, scene, code and window; the journal begins with the page."""
    page = open_screen("/wall/centre")
    page.wait_for_function("LSO.wall.journal.waiting() === 0")
    assert {(one["screen"], one["panel"]) for one in stage.reports} == {("wall", "centre")}
    assert "load" in [line["kind"] for one in stage.reports for line in one["entries"]]
    page.evaluate("LSO.wall.journal.beat()")
    beat = stage.reports[-1]["beat"]
    assert (beat["scene"], beat["width"], beat["line"], len(beat["code"])) == ("overview", 1920, "open", 3)


def test_a_revoked_display_says_so_and_one_that_may_again_goes_on(stage, open_screen) -> None:
    """With the next sign of life, whether its line still stands or is refused too; and it shows nothing more."""
    page = open_screen("/wall", quiet=False)
    stage.answers_reports = 401
    said = page.get_by_text("Màn hình này không còn quyền xem")
    expect(said).to_be_visible()
    stage.cut()
    page.wait_for_function("document.querySelector('.beat').dataset.state === 'lost'")
    expect(said).to_be_visible()
    expect(page.locator(".wall-stage")).not_to_be_visible()
    expect(page.locator("[data-part=notice]")).not_to_contain_text("MẤT KẾT NỐI")
    stage.open_again()
    stage.answers_reports = 200
    expect(said).not_to_be_visible()
    expect(page.locator(".wall-stage")).to_be_visible()


def test_an_outage_of_the_line_reaches_the_journal(stage, open_screen) -> None:
    """After the line is back, how long it was away is told to the server."""
    page = open_screen("/wall", quiet=False)
    stage.cut()
    page.wait_for_function('LSO.wall.live.status.state === "lost"')
    stage.open_again()
    page.wait_for_function('LSO.wall.live.status.state === "open"')
    page.evaluate("LSO.wall.journal.beat()")
    page.wait_for_function("LSO.wall.journal.waiting() === 0")
    [line] = [line for one in stage.reports for line in one["entries"] if line["kind"] == "outage"][:1]
    assert line["for_ms"] > 0


def test_a_page_that_stands_still_is_reported_from_beside_it(stage, open_screen) -> None:
    """While the page is stuck it can tell nothing; its watcher tells the server for it."""
    page = open_screen("/wall")
    page.wait_for_function("LSO.wall.turn()")
    [watcher] = page.workers
    watcher.evaluate("1")  # it runs; what the next second says it hears
    step = page.locator("[data-part=beat]").get_attribute("style")
    expect(page.locator("[data-part=beat]")).not_to_have_attribute("style", step or "")
    page.evaluate("() => { const until = performance.now() + 8000; while (performance.now() < until); }")

    def frozen() -> list[str]:
        return [line["detail"] for one in stage.reports for line in one["entries"] if line["kind"] == "frozen"]

    wait_for("the watcher's report", lambda: "the page stands still; seen from beside it" in frozen())


def test_the_self_test_says_which_distance_a_panel_serves(stage, open_page) -> None:
    """Sizes in millimetres and arc-minutes, a ruler, and the verdict: enough for the seats, or not."""
    page = open_page("/wall/self-test?panel=main")
    expect(page.get_by_role("status")).to_contain_text("phục vụ được tới 4,9 m")
    row = page.get_by_role("row", name="Nhìn xa 36")
    expect(row).to_contain_text("22,6\u00a0mm".replace("\u00a0", " "))
    expect(page.locator(".test-ruler line").first).to_be_attached()
    expect(page.get_by_role("row", name="Màn hình chính · /wall/main")).to_contain_text("chưa bao giờ")
    far = open_page("/wall/self-test?panel=left", size=(1366, 768))
    expect(far.get_by_role("status")).to_contain_text("7,0 m")
    assert far.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_the_sweep_shows_one_colour_after_the_other(stage, open_page) -> None:
    """By keyboard: start, next, and Escape back to where one was."""
    page = open_page("/wall/self-test")
    page.get_by_role("button", name="Bắt đầu quét").press("Enter")
    sweep = page.get_by_role("dialog")
    expect(sweep).to_have_attribute("data-field", "black")
    page.keyboard.press("ArrowRight")
    expect(sweep).to_have_css("background-color", "rgb(255, 255, 255)")
    page.keyboard.press("Escape")
    expect(sweep).not_to_be_visible()
    expect(page.get_by_role("button", name="Bắt đầu quét")).to_be_focused()
