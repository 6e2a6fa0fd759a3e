"""Click or hold any number and it says where it comes from; the help of a screen reaches them all by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.screens.stage import alert, cell

pytestmark = pytest.mark.browser


def one_crossing(stage):
    """One crossing with one figure."""
    values = {"queue_length_vehicles|vehicle_type=truck": cell(2299, age_s=840, sim=False)}
    stage.topics["gates"]["crossings"] = {
        "c1": {"id": "c1", "name_vi": "Dorohusk", "name_en": "Dorohusk", "lat": 50.0, "lon": 23.0, "values": values}
    }


def test_a_click_tells_metric_formula_source_method_age_and_quality(stage, open_screen):
    """A leader who doubts a number is told everything about it at once."""
    one_crossing(stage)
    page = open_screen("/crossings")
    page.get_by_text("2.299", exact=True).click()
    dialog = page.get_by_role("dialog", name="Con số này từ đâu")
    for words in (
        "queue_length_vehicles",
        "2.299 xe",
        "Đếm từng xe",
        "Nền tảng cửa khẩu số",
        "đếm",
        "14 ph trước",
        "tốt",
        "Bắc Kinh",
    ):
        expect(dialog).to_contain_text(words.replace("2.299 xe", "2.299\u00a0xe").replace("14 ph", "14\u00a0ph"))
    assert stage.actions == [("gates/crossings/c1/values/queue_length_vehicles|vehicle_type=truck", "explain", {})]
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_without_the_server_the_screen_says_what_it_knows(stage, open_screen):
    """Source, age and quality are in the figure itself."""
    one_crossing(stage)
    page = open_screen("/crossings", quiet=False)
    stage.refusal = (503, "no")
    page.get_by_text("2.299", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Không hỏi được máy chủ")
    expect(dialog).to_contain_text("platform")
    expect(dialog).to_contain_text("14\u00a0ph trước")


def test_inside_a_row_that_acts_only_a_hold_asks(stage, open_screen):
    """A click on a row of the duty list chooses the row, as ever."""
    stage.topics["alerts"]["items"] = {"A": alert("A", "critical"), "B": alert("B", "high")}
    page = open_screen("/duty")
    figure = page.locator("tr", has_text="Ùn tắc").nth(1).locator("[data-cell]")
    figure.click()
    expect(page.locator("tr[aria-selected=true]")).to_have_count(1)
    expect(page.get_by_role("dialog")).to_be_hidden()
    box = figure.bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_help_by_keyboard_alone(stage, open_screen):
    """? opens the help; Tab reaches every number; Enter tells where it comes from; Esc leads back."""
    one_crossing(stage)
    page = open_screen("/crossings")
    expect(page.get_by_text("2.299", exact=True)).to_be_visible()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Trợ giúp")
    expect(help_).to_contain_text("Các cửa khẩu khác")
    number = help_.get_by_role("button", name="2.299")
    number.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Con số này từ đâu")).to_contain_text("Nền tảng cửa khẩu số")
    page.keyboard.press("Escape")
    expect(number).to_be_focused()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_help_of_a_screen_speaks_its_language(stage, open_screen, lang):
    """No key of the catalogue shows, in either language."""
    page = open_screen(f"/duty?lang={lang}")
    page.locator('[data-part="help"]').click()
    text = page.get_by_role("dialog").inner_text()
    assert "help." not in text
    assert ("Bàn trực ban" if lang == "vi" else "The duty desk") in text


def test_what_a_feed_says_of_a_figure_to_be_entered_is_explained(stage, open_screen):
    """Whoever corrects a figure sees first where the present one comes from."""
    page = open_screen("/entry")
    page.locator('[data-gate="tan-thanh"] [data-cell]').first.click()
    expect(page.get_by_role("dialog")).to_contain_text("queue_length_vehicles")
    assert [action[:2] for action in stage.actions] == [("gates/gates/tan-thanh/queue", "explain")]
