"""The duty screen: the order of alerts, acknowledging by key, and what a refusal looks like."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from dashboard.auth.model import Role
from tests.browser.screens.stage import alert, now_ms, source

pytestmark = pytest.mark.browser


def put(stage, *alerts):
    """Make these the live alerts."""
    stage.topics["alerts"]["items"] = {each["id"]: each for each in alerts}


def minutes_ago(minutes):
    """An instant as the API writes it."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def rows(page):
    """The rows of the table from the top."""
    return page.get_by_role("grid").locator("tbody").get_by_role("row")


def test_the_gravest_that_nobody_has_stands_first(stage, open_screen):
    """Priority, then whether somebody has it, then the newest."""
    put(
        stage,
        alert("low", "low"),
        alert("taken", "critical", state="ACKED", acked_by="Trực ban 1"),
        alert("old", "critical", minutes=44),
        alert("new", "critical", minutes=3),
        alert("over", "critical", state="RTNUN"),
    )
    page = open_screen("/duty")
    expect(rows(page)).to_have_count(5)
    minutes = [row.locator(".col-age").inner_text() for row in rows(page).all()]
    states = [row.locator(".badge").inner_text() for row in rows(page).all()]
    assert states == ["Chưa nhận", "Chưa nhận", "Hết, chưa nhận", "Đã nhận", "Chưa nhận"]
    assert [text.split()[0] for text in minutes[:2]] == ["3", "44"]
    expect(page.locator('.count[data-priority="critical"]')).to_contain_text("3 chưa nhận")


def test_an_alert_is_taken_with_two_keys_and_a_note(stage, open_screen):
    """J, A, a note, Enter: the screen says taken only after the server has said so."""
    put(stage, alert("first", "critical", minutes=3), alert("second", "critical", minutes=9))
    page = open_screen("/duty")
    expect(rows(page)).to_have_count(2)
    stage.hold.clear()
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.type("Đã gọi kiểm dịch")
    page.keyboard.press("Enter")
    expect(page.locator("form[inert]")).to_be_visible()
    expect(rows(page).nth(1).locator(".badge")).to_have_text("Chưa nhận")
    stage.hold.set()
    taken = page.get_by_role("row", selected=True)
    expect(taken.locator(".badge")).to_have_text("Đã nhận")
    expect(taken).to_contain_text("Trực ban 2")
    expect(taken).to_contain_text("Đã gọi kiểm dịch")
    assert stage.actions == [("second", "ack", {"note": "Đã gọi kiểm dịch"})]
    # The keys are the table's again.
    expect(taken).to_be_focused()


def test_a_refusal_is_a_sentence_and_changes_nothing(stage, open_screen):
    """Nobody believes an alert taken that is not."""
    put(stage, alert("first", "critical"))
    stage.refusal = (503, "the desk database does not answer")
    page = open_screen("/duty", quiet=False)
    page.get_by_role("button", name="Nhận", exact=True).click()
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=error]")).to_have_text("Chưa ghi nhận: máy chủ đang bận, hãy thử lại sau ít giây.")
    expect(rows(page).first.locator(".badge")).to_have_text("Chưa nhận")
    page.keyboard.press("Escape")
    expect(page.locator("[data-part=error]")).to_be_hidden()


def test_an_alert_that_is_over_shows_its_last_value_as_such_and_grows_no_longer(stage, open_screen):
    """A site that is back: beside a curve at 1, the 0 is what was, and the outage lasted the minutes that it lasted."""
    was = {"value": 1290, "ended_at": now_ms() - 20 * 60_000}
    put(stage, alert("over", "high", state="RTNUN", minutes=32, **was), alert("open", "low", minutes=32))
    page = open_screen("/duty")
    page.keyboard.press("Home")
    figures = page.locator("[data-figure]:visible")
    expect(figures.filter(has_text="1.290")).to_contain_text("giá trị cuối khi còn cảnh báo")
    expect(page.locator('[data-figure="since"]')).to_contain_text(re.compile(r"12\sph"))
    page.keyboard.press("End")
    expect(figures.filter(has_text="1.604")).to_contain_text("giá trị mới nhất")
    expect(page.locator('[data-figure="since"]')).to_contain_text(re.compile(r"32\sph"))


def test_an_acknowledgement_can_be_given_back(stage, open_screen):
    """U and Enter; the row waits for somebody again."""
    put(stage, alert("first", "high", state="ACKED", acked_by="Trực ban 1", acked_at=now_ms()))
    page = open_screen("/duty")
    expect(rows(page).first).to_contain_text("Trực ban 1")
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    expect(rows(page).first.locator(".badge")).to_have_text("Chưa nhận")
    assert stage.actions == [("first", "unack", {})]


def test_a_note_without_words_is_not_sent(stage, open_screen):
    """The note's own key asks for words."""
    put(stage, alert("first", "high"))
    page = open_screen("/duty")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=error]")).to_have_text("Ghi chú cần có nội dung.")
    assert stage.actions == []


def test_a_viewer_reads_and_has_no_buttons(stage, open_screen):
    """What the role may not do is not offered, by mouse or by key."""
    stage.role = Role.VIEWER
    put(stage, alert("first", "critical"))
    page = open_screen("/duty")
    expect(page.get_by_role("heading", name=re.compile("Tân Thanh"))).to_be_visible()
    page.keyboard.press("a")
    # Search and help are everybody's.
    expect(page.get_by_role("button", name=re.compile("^(Tìm|Trợ giúp)"))).to_have_count(2)
    expect(page.get_by_role("button")).to_have_count(2)
    expect(page.locator("textarea")).to_have_count(0)
    expect(page.get_by_text("Chỉ xem")).to_be_visible()


def test_one_alert_in_full(stage, open_screen):
    """What to do, since when, from which source and how old, and the curve with its limit."""
    put(stage, alert("first", "critical", minutes=44))
    stage.history = [[minutes_ago(k), 1600 - k, 1590 - k, 1610 - k] for k in range(60, 0, -1)]
    page = open_screen("/duty")
    detail = page.locator(".detail")
    expect(detail).to_contain_text("Mở thêm làn.")
    expect(detail).to_contain_text("nguồn: border:simulator")
    expect(detail).to_contain_text("quá 29 ph")
    expect(detail.locator(".line-chart-line")).to_be_visible()
    expect(detail.locator(".line-chart-limit")).to_have_count(1)


def test_no_alert_is_good_news_only_over_live_figures(stage, open_screen):
    """Silence of a lost source proves nothing."""
    page = open_screen("/duty")
    empty = page.locator(".good-news")
    expect(empty).to_contain_text("Không có cảnh báo")
    expect(empty).to_contain_text("Mọi chỉ số trong ngưỡng")
    stage.topics["feeds"]["sources"]["simulator"] = source(age_s=86_400)
    stage.tell("feeds")
    expect(empty).to_contain_text("chưa đủ")


def test_a_lost_line_is_announced_and_figures_look_old(stage, open_screen):
    """What stands there is what was, and it says so."""
    put(stage, alert("first", "critical"))
    page = open_screen("/duty", quiet=False)
    expect(rows(page)).to_have_count(1)
    stage.cut()
    expect(page.get_by_role("status").filter(has_text="MẤT KẾT NỐI")).to_be_visible()
    expect(page.locator('main[data-line="lost"] .value-amount')).to_have_css("text-decoration-style", "dashed")
