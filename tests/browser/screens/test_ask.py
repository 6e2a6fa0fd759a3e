"""Search and ask on the real pages: keys, reading out, going to the view, and what is shown when nothing answers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

ANSWER = {
    "kind": "figure",
    "sentence": "Chi Ma: 67 xe đang chờ (mô phỏng), lúc 14:29 (20 giây trước).",
    "value": 67,
    "unit": "xe",
    "at": 1,
    "source": "border:simulator",
    "simulated": True,
    "url": "/tablet#/gate/chi-ma",
    "note": "Nguồn: Mô phỏng · 20 giây trước",
    "freshness": "live",
    "age_s": 20,
    "quality": "good",
    "place": "chi-ma",
    "metric": "queue_length_vehicles",
    "priority": None,
}
FIND = {"kind": "gate", "id": "chi-ma", "name": "Chi Ma", "detail": "Cửa khẩu", "url": "/tablet#/gate/chi-ma"}


def scripted(page: Page, **reply: Any) -> list[str]:
    """Let the server answer so; return what it is asked."""
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(json={"q": "", "answers": [], "finds": [], "said": "", **reply})

    page.route("**/api/v1/ask?*", answer)
    return asked


def test_keyboard_alone_asks_and_goes_there(stage, open_screen):
    """`/` opens the line, the answer can be chosen with the arrows, Enter goes to its view, Esc closes."""
    page = open_screen("/duty", quiet=False)
    asked = scripted(page, answers=[ANSWER], finds=[FIND])
    page.keyboard.press("/")
    line = page.get_by_role("combobox")
    expect(line).to_be_focused()
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.type("xe chờ chi ma")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_contain_text("67 xe đang chờ")
    expect(chosen).to_contain_text("MÔ PHỎNG")
    expect(chosen).to_contain_text("20 giây trước")
    assert "lang=vi" in asked[-1]
    assert "screen=duty" in asked[-1]
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Cửa khẩu")
    assert line.get_attribute("aria-activedescendant") == page.get_by_role("option", selected=True).get_attribute("id")
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("1 trả lời, 1 kết quả")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("chi ma")
    expect(page.get_by_role("option", selected=True)).to_contain_text("67 xe")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tablet#/gate/chi-ma")


def test_the_wall_has_it_without_a_button(stage, open_screen):
    """On the wall nothing shows it, and the keyboard opens it."""
    page = open_screen("/wall", quiet=False)
    scripted(page, answers=[ANSWER])
    expect(page.locator("[data-ask-open]")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_nothing_is_made_up_when_the_server_is_away(stage, open_screen):
    """Without a line there is a sentence and no old answer; a question not understood shows the server's sentence."""
    page = open_screen("/duty", quiet=False)
    asked = scripted(page, said="Không hiểu «móng cái».")
    page.get_by_role("button", name="Tìm và hỏi").click()
    page.get_by_role("combobox").fill("hàng chờ móng cái")
    expect(page.get_by_role("dialog").get_by_text("Không hiểu «móng cái».").first).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(0)
    assert asked
    page.unroute("**/api/v1/ask?*")
    page.route("**/api/v1/ask?*", lambda route: route.abort())
    page.get_by_role("combobox").fill("hàng chờ tân thanh")
    expect(page.get_by_role("dialog").get_by_text("Không liên lạc được máy chủ").first).to_be_visible()


def test_it_can_be_touched_on_a_tablet(stage, open_screen):
    """Every row and the close button are 44 px high at least; a touch on a row goes to its view."""
    page = open_screen("/tablet", (768, 1024), touch=True, quiet=False)
    scripted(page, answers=[ANSWER], finds=[FIND])
    page.evaluate("LSO.ask.open('chi ma')")
    expect(page.get_by_role("option")).to_have_count(2)
    for box in page.locator(".ask-option, .ask-close, .ask-input").all():
        assert box.bounding_box()["height"] >= 44
    page.get_by_role("option").nth(1).tap()
    page.wait_for_url("**#/gate/chi-ma")
