"""The feed desk on the stage: which source is chosen, and what it says of a refused record."""

import pytest
from playwright.sync_api import expect

from dashboard.auth.model import Role
from tests.browser.screens import rehearsal
from tests.browser.screens.stage import source

pytestmark = pytest.mark.browser


def test_the_source_of_the_address_is_kept_until_it_is_told(stage, open_screen):
    """A source that was just declared is told a moment later; until then the first stands, and then the asked one."""
    stage.role = Role.SUPERVISOR
    stage.answers["GET feeds/strips"] = (200, {"sources": {}})
    sources = stage.topics["feeds"]["sources"] = {"lanes": source(name_vi="Làn mở")}
    page = open_screen("/feeds?source=yard")
    chosen = page.locator("tr.is-chosen")
    expect(chosen).to_contain_text("Làn mở")
    sources["yard"] = source(name_vi="Bãi chờ")
    stage.tell("feeds")
    expect(chosen).to_contain_text("Bãi chờ")
    page.locator("tr", has_text="Làn mở").locator("button").click()
    expect(chosen).to_contain_text("Làn mở")
    stage.tell("feeds")
    expect(chosen).to_contain_text("Làn mở")


@pytest.mark.parametrize(
    ("lang", "said", "own"),
    [
        ("vi", "Giá trị ở cột “lanes” không phải là số dùng được. Hãy sửa", "Bản ghi bị từ chối theo quy tắc “a_test”"),
        ("en", "The value in column “lanes” is no number that can be used. Correct", "refused by the rule “a_test”"),
    ],
    ids=["vi", "en"],
)
def test_a_refused_record_says_what_to_do_in_the_language_of_the_page(stage, open_screen, lang, said, own):
    """The sentence is the reader's; what the machine says stands beneath, for screen readers as the English it is."""
    stage.role = Role.SUPERVISOR
    rehearsal.feed_desk(stage, "normal")
    letters = stage.answers["GET dead-letters"][1]["dead_letters"]
    number = next(letter for letter in letters if letter["reason"] == "bad_value")
    by_mapping = {**number, "id": 9, "reason": "a_test", "message": "dòng thử", "field": "gate"}
    stage.answers["GET dead-letters"] = (200, {"dead_letters": [number, by_mapping]})
    stage.answers["POST dead-letters/redrive"] = (
        200,
        {"done": [], "refused": [{"id": 2, **{key: number[key] for key in ("reason", "message", "field")}}]},
    )
    page = open_screen(f"/feeds?lang={lang}#letters")
    rows = page.locator("[data-part=letters-rows] tr")
    expect(rows.first).to_contain_text(said)
    expect(rows.first.locator("[lang=en]")).to_have_text(number["message"])
    # In whose language a mapping words its own refusals nobody knows.
    expect(rows.nth(1)).to_contain_text(own)
    expect(rows.nth(1)).to_contain_text("dòng thử")
    expect(rows.nth(1).locator("[lang]")).to_have_count(0)
    beside = page.locator("[data-part=letter-message]")
    expect(beside).to_contain_text(said)
    expect(beside.locator("[lang=en]")).to_have_text(number["message"])
    rows.nth(1).locator("button").click()
    expect(beside).to_contain_text(own)
    expect(beside.locator("[lang]")).to_have_count(0)
    rows.first.locator("button").click()
    tried = page.locator("[data-part=letter-trial] .trial-refused tr")
    expect(tried.filter(has_text=number["message"])).to_contain_text(said)
    page.locator("[data-do=letter-redrive]").click()
    progress = page.locator("[data-part=letters-actions] [role=status]")
    expect(progress).to_contain_text(said)
    expect(progress.locator("[lang=en]")).to_have_text(number["message"])
