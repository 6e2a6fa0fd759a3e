"""The feed desk on the stage: which source is chosen, and what it says of a refused record."""

import pytest
from playwright.sync_api import expect

from dashboard.auth.model import Role
from dashboard.readmodels.feed_figures import STATES, feed_figure
from tests.browser.screens import rehearsal
from tests.browser.screens.stage import now_ms, source

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


def why_rate():
    """What the server tells of a rate, as `dashboard.api.explain_feeds` does."""
    return {
        "metric": "feed_rate_per_s", "name": "Số bản ghi mỗi giây", "unit": "/giây", "decimals": 1,
        "formula": "Số lượng số đo nguồn gửi tới, chia cho số giây.", "value": 2.5, "at": now_ms(), "cadence_s": None,
        "counted_every_s": 1, "since": None, "quality": "good", "simulated": False, "methods": ["derived"],
        "sources": [{"id": "yard", "name_vi": "Bãi chờ", "name_en": "Yard", "derived": True}],
    }  # fmt: skip


def why_refused():
    """What the server tells of what was refused today: one reason, since midnight."""
    part = {"metric": "feed_refused_today", "unit": "", "name_vi": "nơi lạ", "name_en": "x", "dims": {}, "value": 12}
    return why_rate() | {
        "metric": "feed_refused_today", "name": "Bản ghi bị từ chối hôm nay", "unit": "bản ghi", "decimals": 0,
        "value": 12, "counted_every_s": 10, "methods": ["count"], "formula": "Cộng theo lý do, từ 0 giờ.",
        "since": 1_795_453_200_000, "inputs": [{**part, "at": now_ms()}],
    }  # fmt: skip


def test_every_number_of_the_feed_desk_says_where_it_comes_from(stage, open_screen):
    """Held in the table, whose rows go on acting at a click; clicked in the detail; chosen in the help by keyboard."""
    stage.answers["GET feeds/strips"] = (200, {"sources": {}})
    stage.topics["feeds"]["sources"] = {
        "lanes": source(name_vi="Làn mở", refused_today={}, delay_s=None),
        "yard": source(name_vi="Bãi chờ", rate_per_s=2.5, refused_today={"unknown_place": 12}, delay_s=4.2),
    }
    stage.answers["GET dead-letters"] = (200, {"dead_letters": []})
    stage.whys = {"feeds/sources/yard/rate_per_s": why_rate(), "feeds/sources/yard/refused_today": why_refused()}
    page = open_screen("/feeds")
    dialog = page.get_by_role("dialog", name="Con số này từ đâu")
    rate = page.locator("tr.desk-row", has_text="Bãi chờ").locator("td.col-rate")
    rate.click()
    expect(page.locator("tr.is-chosen")).to_contain_text("Bãi chờ")
    expect(dialog).to_be_hidden()
    page.locator("tr.desk-row", has_text="Làn mở").locator("button").click()
    expect(page.locator("tr.is-chosen")).to_contain_text("Làn mở")
    box = rate.bounding_box()
    page.mouse.move(box["x"] + 6, box["y"] + 6)
    page.mouse.down()
    for words in ("Số bản ghi mỗi giây · feed_rate_per_s", "2,5\u00a0/giây", "chia cho số giây", "Bãi chờ", "tốt"):
        expect(dialog).to_contain_text(words)
    expect(dialog).to_contain_text("đếm lại mỗi 1\u00a0giây")
    page.mouse.up()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    # The finger that asked chose nothing.
    expect(page.locator("tr.is-chosen")).to_contain_text("Làn mở")
    rate.click()
    page.locator('[data-part="detail-facts"] [data-cell="feeds/sources/yard/rate_per_s"]').click()
    expect(dialog).to_contain_text("feed_rate_per_s")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("button", name="Bãi chờ · Từ chối nay · 12").press("Enter")
    for words in ("12\u00a0bản ghi", "Đếm từ", "00:00:00 T3 24/11/2026", "nơi lạ · 12"):
        expect(dialog).to_contain_text(words)
    asked = [name for name, action, _ in stage.actions if action == "explain"]
    assert asked == ["feeds/sources/yard/rate_per_s"] * 2 + ["feeds/sources/yard/refused_today"]


def test_a_number_of_the_feed_desk_is_told_apart_from_what_is_none(stage, open_screen):
    """A dash is no figure; what an ended source does not tell is not asked about; a backlog is."""
    stage.answers["GET feeds/strips"] = (200, {"sources": {}})
    stage.topics["feeds"] |= {
        "sources": {"replay": source(name_vi="Phát lại", ended=True, refused_today={}, delay_s=None)},
        "recorder_lag": 139,
    }
    page = open_screen("/feeds")
    row = page.locator("tr.desk-row", has_text="Phát lại")
    expect(row).to_be_visible()
    cells = page.evaluate("[...document.querySelectorAll('[data-cell]')].map((one) => one.dataset.cell)")
    of = "feeds/sources/replay/"
    assert set(cells) == {
        "feeds/states/ended", "feeds/recorder_lag", f"{of}age_s", f"{of}age_cadences", f"{of}cadence_s",
        f"{of}refused", f"{of}refused_today",
    }  # fmt: skip


def test_without_the_server_a_number_of_the_feed_desk_stands_for_itself(stage, open_screen):
    """The screen holds a plain value and says that it knows no more."""
    stage.answers["GET feeds/strips"] = (200, {"sources": {}})
    stage.topics["feeds"]["recorder_lag"] = 139
    page = open_screen("/feeds", quiet=False)
    stage.refusal = (503, "no")
    page.locator('[data-part="lag"]').click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("màn hình chỉ biết con số đang hiện")
    expect(dialog).to_contain_text("Bộ ghi còn 139 lô chưa ghi")


def test_the_desk_and_the_server_call_a_source_by_the_same_state(stage, open_screen):
    """Who asks about "2 late" is told of the two sources that the table calls late."""
    stage.answers["GET feeds/strips"] = (200, {"sources": {}})
    feeds = stage.topics["feeds"] | {"declared": {}}
    now = now_ms()
    for number, state in enumerate(("running", "waiting", "failing", "refused", "paused", "ended")):
        for age_s in (None, 10, 91, 301, 601):
            for ended in (False, True):
                name = f"s{number}-{age_s}-{ended}"
                last_at = None if age_s is None else now - age_s * 1000
                feeds["sources"][name] = source(ended=ended, cadence_s=60) | {"last_at": last_at}
                feeds["declared"][name] = {"name": name, "source": name, "kind": "http", "state": state}
        feeds["sources"][f"alone-{number}"] = source(cadence_s=None) | {"last_at": now - number * 400_000}
        feeds["declared"][f"unheard-{number}"] = {
            "name": f"unheard-{number}",
            "source": "",
            "kind": "http",
            "state": state,
        }
    page = open_screen("/feeds")
    rows = page.evaluate("([feeds, now]) => LSO.feedRows(feeds, now).map((row) => [row.state, row.key])", [feeds, now])
    assert len(rows) == len(feeds["sources"]) + 6
    for state in STATES:
        told = feed_figure(feeds, f"states/{state}", now)
        assert {part.name for part in told.parts} == {key for shown, key in rows if shown == state}, state
        assert told.value == sum(shown == state for shown, _ in rows)
