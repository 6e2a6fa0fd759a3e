"""The tablet's first page: what needs the leader, what changed, and the gates; for fingers, upright and across."""

import json

import pytest
from playwright.sync_api import expect

from dashboard.auth.model import Role
from tests.browser.screens.stage import alert, cell, gate, now_ms, source

pytestmark = pytest.mark.browser
SIZES = [(1024, 768), (768, 1024), (390, 844)]


def listed(*alerts):
    """The topic of alerts."""
    return {"items": {each["id"]: each for each in alerts}, "counts": {}}


def crisis(stage):
    """Alerts of four places, one of them in hand and late; a critical gate, and one whose figure is old."""
    stage.topics["alerts"] = listed(
        alert("taken", "critical", state="ACKED", acked_by="Trực ban 1", acked_at=now_ms(), minutes=40),
        alert("same", "medium"),
        alert("second", "high", place="huu-nghi", gate="huu-nghi"),
        alert("unseen", "critical", place="chi-ma", gate="chi-ma"),
        alert("low", "low", place="coc-nam", gate="coc-nam"),
    )
    gates = stage.topics["gates"]["gates"]
    gates["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 1604, priority="critical", alert="taken", queue_yesterday=464)
    gates["chi-ma"] = gate("chi-ma", "Chi Ma", 661, priority="critical") | {"queue": cell(661, age_s=2_400)}


def test_three_things_in_an_order_that_can_be_answered_for(stage, open_screen):
    """Nobody has it, then somebody is late with it, then nobody has something less grave; one thing per place."""
    crisis(stage)
    page = open_screen("/tablet", SIZES[0], touch=True)
    needs = page.locator(".needs .need")
    expect(needs).to_have_count(3)
    expect(needs.nth(0)).to_contain_text("(unseen)")
    expect(needs.nth(0)).to_contain_text("chưa ai nhận · cần xử lý trước")
    expect(needs.nth(0)).to_contain_text("Gọi trực ban nhận việc")
    expect(needs.nth(1)).to_contain_text("Trực ban 1 đã nhận")
    expect(needs.nth(1)).to_contain_text("quá hạn xử lý 25 ph")
    expect(needs.nth(1)).to_contain_text("1 cảnh báo khác tại đây")
    expect(needs.nth(2)).to_contain_text("(second)")
    expect(page.get_by_text("tất cả 5 cảnh báo")).to_be_visible()


def test_what_is_no_alert_yet_is_told_too(stage, open_screen):
    """A queue over its limit, one that will be, a lost source, an answer of the duty desk: each says what it is."""
    trend = {"start": 0, "step_s": 300, "today": [], "yesterday": [], "usual": None, "threshold": 1_000}
    flow = {"arrivals": cell(120), "throughput_export": cell(20), "throughput_import": cell(0)}
    gates = stage.topics["gates"]["gates"]
    gates["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 1_200, trend=trend)
    gates["huu-nghi"] = gate("huu-nghi", "Hữu Nghị", 900, trend=trend, **flow)
    stage.topics["feeds"]["sources"]["platform"] = source(simulated=False, age_s=90_000, name_vi="Nền tảng số")
    answer = {"what": "answered", "by": "Trực ban 1", "at": now_ms() + 1_000, "text": "Đã mở thêm làn."}
    note = {
        "id": "n",
        "at": now_ms(),
        "by": "Trực ban 2",
        "text": "?",
        "path": "/tablet#/gate/chi-ma",
        "steps": [answer],
    }
    stage.topics["alerts"]["notes"] = {"n": note}
    page = open_screen("/tablet", SIZES[0], touch=True)
    told = page.evaluate("LSO.tabletNeeds.rank(LSO.screen.store.get, LSO.screen.live.serverNow(), {}).map(n => n.kind)")
    assert told == ["answered", "over", "soon", "lost"]
    needs = page.locator(".needs .need")
    expect(needs.nth(0)).to_contain_text("Trực ban trả lời: Đã mở thêm làn.")
    expect(needs.nth(0)).to_have_attribute("href", "#/gate/chi-ma")
    expect(needs.nth(1)).to_contain_text("Tân Thanh: 1.200 xe chờ, vượt ngưỡng 1.000")
    expect(needs.nth(2)).to_contain_text("Hữu Nghị: 900 xe chờ, chạm ngưỡng 1.000 sau khoảng 1g\u00a000")
    expect(needs.nth(2)).to_contain_text("ước tính theo nhịp một giờ qua: tăng 100 xe/giờ")


def test_a_quiet_day_says_so(stage, open_screen):
    """No alarm where there is none, and no promise where data is old."""
    page = open_screen("/tablet", SIZES[0], touch=True)
    expect(page.get_by_text("Không có việc nào cần đồng chí lúc này")).to_be_visible()
    stage.topics["gates"]["gates"]["tan-thanh"]["queue"] = cell(146, age_s=90_000)
    stage.tell("gates")
    expect(page.get_by_text("Số liệu chưa đủ hoặc đã cũ để kết luận")).to_be_visible()


def picture(minutes, **more):
    """What a device kept of a look some minutes ago."""
    at = now_ms() - minutes * 60_000
    figure = {"at": at, "sim": True}
    kept = {
        "open": True,
        "status": None,
        "queue": figure | {"v": 460},
        "clearance": None,
        "other": figure | {"v": 1.0},
    }
    over = {"gone": {"state": "UNACK", "priority": "high", "vi": "Chi Ma: 900 xe chờ", "en": "", "place": "chi-ma"}}
    sources = {"platform": {"lost": False, "vi": "Nền tảng số", "en": "Platform", "at": at}}
    return {
        "at": at,
        "gates": {"tan-thanh": kept},
        "alerts": over,
        "figures": {},
        "sources": sources,
        "targets": {},
        **more,
    }


def looked(open_screen, kept):
    """Open the tablet on a device that kept a look."""
    page = open_screen("/tablet", SIZES[0], touch=True)
    page.evaluate("kept => localStorage.setItem('lso.tablet.seen.Trực ban 2', kept)", json.dumps({"current": kept}))
    page.reload()
    return page


def test_what_changed_since_the_last_look_with_its_times(stage, open_screen):
    """Alerts that came and went, the other side, a big move, a lost source; small moves are no news."""
    crisis(stage)
    gates = stage.topics["gates"]["gates"]
    gates["tan-thanh"]["other_side"] = cell(0.4)
    gates["huu-nghi"]["queue"] = cell(262)
    stage.topics["feeds"]["sources"]["platform"] = source(simulated=False, age_s=90_000, name_vi="Nền tảng số")
    page = looked(open_screen, picture(300))
    changes = page.locator(".changes")
    expect(changes.get_by_role("heading")).to_contain_text("Thay đổi từ lần xem trước (")
    changes.get_by_role("button", name="xem cả").tap()
    for words in (
        "Tân Thanh: 460 → 1.604 xe chờ",
        "phía bạn giảm còn 40\u00a0% so với bình thường",
        "Mất nguồn số liệu: Nền tảng số",
        "Đã hết: Chi Ma: 900 xe chờ",
        "Trực ban 1 đã nhận:",
    ):
        expect(changes).to_contain_text(words)
    expect(changes).not_to_contain_text("Hữu Nghị: ")
    changes.get_by_role("button", name="Đã xem").tap()
    expect(changes).not_to_contain_text("460")


def test_a_short_absence_is_no_new_look(stage, open_screen):
    """Who turned away for two minutes still sees what changed before."""
    page = looked(open_screen, picture(300))
    since = page.locator("[data-part=changes-title]").text_content
    expect(page.locator("[data-part=changes-title]")).to_contain_text("(")
    before = since()
    page.reload()
    expect(page.locator("[data-part=changes-title]")).to_have_text(before)


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
    expect(page.locator('[data-tile="dong-dang"]')).to_contain_text("chưa có số liệu")


def test_a_touched_alert_opens_and_closes_when_it_is_over(stage, open_screen):
    """Nobody goes on reading what to do about something that is over; going back closes it too."""
    crisis(stage)
    page = open_screen("/tablet", SIZES[1], touch=True)
    page.locator(".needs .need").nth(2).tap()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Mở thêm làn.")
    page.go_back()
    expect(sheet).to_be_hidden()
    page.locator(".needs .need").nth(2).tap()
    expect(sheet).to_be_visible()
    del stage.topics["alerts"]["items"]["second"]
    stage.tell("alerts")
    expect(sheet).to_be_hidden()
    expect(page).to_have_url(stage.url + "/tablet")


def test_the_leaders_buttons_are_there_for_leaders_only(stage, open_screen):
    """A viewer is not offered what would be refused; a leader's note knows what it is about."""
    page = open_screen("/tablet#/gate/huu-nghi", SIZES[0], touch=True)
    page.evaluate(
        "LSO.tabletApp = { note: (c) => (window.told = c), share: () => {}, openCode: () => (window.coded = 1), "
        "offline: () => false }"
    )
    page.get_by_role("button", name="Gửi trực ban").first.tap()
    assert page.evaluate("told")["place"] == "huu-nghi"
    assert page.evaluate("told")["path"] == "/tablet#/gate/huu-nghi"
    page.get_by_role("button", name="Mã màn hình").tap()
    assert page.evaluate("coded") == 1
    stage.role = Role.VIEWER
    page = open_screen("/tablet", SIZES[0], touch=True)
    expect(page.get_by_role("button", name="Gửi trực ban")).to_have_count(0)
    expect(page.get_by_role("button", name="Chia sẻ")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
def test_everything_is_for_fingers_and_nothing_runs_sideways(stage, open_screen, size):
    """Targets of 44 px and no horizontal scroll, on every page."""
    crisis(stage)
    page = open_screen("/tablet", size, touch=True)
    for address in ("now", "gate/tan-thanh", "services", "network", "programme", "alerts"):
        page.evaluate("address => (location.hash = '#/' + address)", address)
        expect(page.locator(f'[data-page="{address.partition("/")[0]}"]')).to_be_visible()
        small = page.eval_on_selector_all(
            "main :is(a, button)",
            "all => all.filter(e => e.checkVisibility())"
            ".map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])"
            ".filter(([, b]) => b.width && Math.min(b.width, b.height) < 44).map(([n]) => n)",
        )
        assert small == [], address
        wide = "(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.tablet-pages'))"
        assert page.evaluate(wide), address
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), address
