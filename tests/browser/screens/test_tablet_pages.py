"""The tablet's pages in depth: addresses that go back, gates that are swiped, communes that are gone into."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.screens.stage import alert, cell, gate, now_ms

pytestmark = pytest.mark.browser
LANDSCAPE = (1024, 768)
COMMUNE = "commune.06001"
OTHER = "commune.05977"


def full(stage):
    """A gate with everything, three communes, a silent site and a system that is down."""
    steps = [
        {"step": "declaration", "queue": cell(9), "median": cell(218)},
        {"step": "quarantine", "queue": cell(120), "median": cell(5_400)},
    ]
    trend = {
        "start": now_ms() - 86_400_000,
        "step_s": 300,
        "today": [100 + i for i in range(288)],
        "yesterday": [90] * 288,
        "usual": [80] * 288,
        "threshold": 300,
    }
    stage.topics["gates"]["gates"]["tan-thanh"] = gate(
        "tan-thanh",
        "Tân Thanh",
        387,
        priority="high",
        alert="a",
        trend=trend,
        bottleneck="quarantine",
        steps={"export": steps, "import": steps[:1]},
        clearance_median=cell(34_800),
        clearance_p90=cell(52_000),
        lanes_open=cell(4),
        lanes_max=cell(6),
        other_side=cell(0.35),
        stock=cell(498, age_s=3_600, cadence_s=86_400),
        extent_m=cell(8_200),
    )
    stage.topics["alerts"]["items"] = {"a": alert("a", "high")}
    names = {COMMUNE: "Xã Đoàn Kết", OTHER: "Phường Đông Kinh", "commune.06004": "Xã Quốc Khánh"}
    stage.topics["services"]["communes"] = {
        key: {"id": key, "name_vi": name, "name_en": name, "overdue": cell(n), "on_time_rate": cell(1 - n / 100)}
        for n, (key, name) in enumerate(names.items())
    }
    stage.topics["network"]["communes"] = {
        key: {"on_air": cell(40 - n), "expected": cell(40), "availability": cell(99.5)} for n, key in enumerate(names)
    }
    at = now_ms() - 600_000
    silent = {"id": "site.00271", "lat": 22.3, "lon": 106.5, "commune": "commune.06004", "since": at}
    stage.topics["network"]["silent"] = {"site.00271": silent}
    stage.topics["network"]["systems"] = {
        "portal": {"key": "portal", "order": 1, "name_vi": "Cổng dịch vụ công", "name_en": "Portal", "up": cell(0)},
        "fibre": {"key": "fibre", "order": 2, "name_vi": "Cáp quang", "name_en": "Fibre", "up": cell(1, age_s=90_000)},
    }


def test_one_gate_in_depth(stage, open_screen):
    """Queue, day with yesterday and the usual weekday, steps both ways, the other side with Beijing's time, alerts."""
    full(stage)
    page = open_screen("/tablet#/gate/tan-thanh", LANDSCAPE, touch=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tân Thanh")
    facts = page.locator(".gate-facts")
    expect(facts).to_contain_text("siết chặt")
    expect(facts).to_contain_text("35\u00a0% bình thường · Bắc Kinh")
    expect(facts).to_contain_text("p90 14g\u00a027")
    expect(facts).to_contain_text("8,2\u00a0km")
    expect(page.locator(".line-chart-ghost")).to_have_count(2)
    expect(page.locator(".gate-legend")).to_contain_text("trung vị cùng thứ")
    expect(page.locator(".gate-steps")).to_contain_text("nghẽn ở Kiểm dịch, xuất khẩu")
    expect(page.locator('[data-flow="export"] .flow-step')).to_have_count(2)
    expect(page.locator('[data-flow="import"] .flow-step')).to_have_count(1)
    expect(page.locator('.flow-step[data-mark="high"]')).to_contain_text("Kiểm dịch")
    expect(page.locator(".gate-alerts .need")).to_contain_text("chưa ai nhận")
    assert page.locator("[data-part=big]").get_attribute("data-cell") == "gates/gates/tan-thanh/queue"


def test_a_week_of_a_gate_comes_from_the_history(stage, open_screen):
    """What the live topic does not carry is fetched, and what nobody kept is said to be missing."""
    full(stage)
    page = open_screen("/tablet#/gate/tan-thanh", LANDSCAPE, touch=True)
    page.get_by_role("button", name="7 ngày").tap()
    expect(page.get_by_text("Chưa có lịch sử để vẽ")).to_be_visible()


def test_gates_are_swiped_by_finger_and_by_key_and_going_back_works(stage, open_screen):
    """Left is the next gate, back is the one before, and the first page is still behind them."""
    full(stage)
    page = open_screen("/tablet", LANDSCAPE, touch=True)
    title = page.get_by_role("heading", level=1)
    page.locator('[data-tile="tan-thanh"]').tap()
    expect(title).to_have_text("Tân Thanh")
    page.evaluate(
        """() => {
          const target = document.querySelector(".gate-facts");
          const send = (type, x) => {
            const touch = new Touch({ identifier: 1, target, clientX: x, clientY: 300 });
            const touches = type === "touchend" ? [] : [touch];
            target.dispatchEvent(new TouchEvent(type, { bubbles: true, touches, changedTouches: [touch] }));
          };
          send("touchstart", 700); send("touchmove", 600); send("touchend", 500);
        }"""
    )
    expect(title).to_have_text("Hữu Nghị")
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Chi Ma")
    page.go_back()
    page.go_back()
    expect(title).to_have_text("Tân Thanh")
    page.go_back()
    expect(title).to_have_text("Lạng Sơn lúc này")


def test_a_finger_that_goes_back_a_gate_does_not_leave_the_gates(stage, open_screen):
    """A real finger to the right shows the gate before; the browser's own way back by finger must not come on top."""
    full(stage)
    page = open_screen("/tablet#/gate/huu-nghi", LANDSCAPE, touch=True)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Hữu Nghị")
    page.evaluate("location.hash = '#/services'")
    expect(title).not_to_have_text("Hữu Nghị")
    page.evaluate("location.hash = '#/gate/huu-nghi'")
    expect(title).to_have_text("Hữu Nghị")
    page.evaluate("() => { window.moves = []; addEventListener('hashchange', () => moves.push(location.hash)); }")
    box = page.locator(".gate-facts .card-title").first.bounding_box()
    finger = page.context.new_cdp_session(page)
    for kind, x in [("touchStart", 300), *(("touchMove", 300 + 40 * n) for n in range(1, 13)), ("touchEnd", None)]:
        points = [] if x is None else [{"x": x, "y": box["y"]}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(title).to_have_text("Tân Thanh")
    # The browser's own step would be asked for by the same finger: two frames later it has been.
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert page.evaluate("moves") == ["#/gate/tan-thanh"]


@pytest.mark.parametrize("width", [768, 820, 912, 1010])
def test_every_gates_queue_stands_inside_its_button(stage, open_screen, width):
    """On a tablet held upright too: a queue of four digits and its mark are not cut off at the button's edge."""
    full(stage)
    for number, (key, name) in enumerate((("tan-thanh", "Tân Thanh"), ("huu-nghi", "Hữu Nghị"))):
        stage.topics["gates"]["gates"][key] = gate(key, name, 2_448 - number, priority="critical", alert="a")
    page = open_screen("/tablet#/gate/tan-thanh", (width, 1180), touch=True)
    expect(page.locator(".picker-gate").first).to_contain_text("2.448")
    outside = page.locator(".picker-gate").evaluate_all(
        """(gates) => gates.filter((gate) => [...gate.children].some((part) =>
          part.getBoundingClientRect().right > gate.getBoundingClientRect().right)).map((gate) => gate.textContent)"""
    )
    assert outside == []


def test_a_pull_asks_for_everything_anew_and_says_how_it_went(stage, open_screen):
    """The answer is told; without a line nobody is left to believe that the figures are new."""
    page = open_screen("/tablet", LANDSCAPE, touch=True, quiet=False)
    page.evaluate(
        """() => {
          const target = document.querySelector(".needs");
          const send = (type, y) => {
            const touch = new Touch({ identifier: 1, target, clientX: 200, clientY: y });
            const touches = type === "touchend" ? [] : [touch];
            target.dispatchEvent(new TouchEvent(type, { bubbles: true, touches, changedTouches: [touch] }));
          };
          send("touchstart", 100); send("touchmove", 250); send("touchend", 250);
        }"""
    )
    band = page.locator("[data-part=pull]")
    expect(band).to_have_text("Đang lấy lại số liệu")
    stage.tell("gates", "services", "network", "programme", "alerts", "feeds")
    expect(band).to_contain_text("Đã lấy lại số liệu lúc")
    stage.cut()
    page.wait_for_function("LSO.screen.live.status.state === 'lost'")
    page.locator("button[data-part=pulse-box]").tap()
    expect(band).to_contain_text("Chưa nối được máy chủ")


def test_services_go_from_the_province_to_a_commune_and_back(stage, open_screen):
    """Worst first, another order by one touch, one commune in depth, and the list where it was."""
    full(stage)
    page = open_screen("/tablet#/services", LANDSCAPE, touch=True)
    services = page.locator('[data-page="services"]')
    rows = services.locator(".commune-row")
    expect(rows.nth(0)).to_contain_text("Xã Quốc Khánh")
    expect(rows.nth(0)).to_contain_text("2\u00a0hồ sơ")
    expect(services.locator(".commune")).to_have_count(65)
    rows.nth(1).tap()
    expect(page).to_have_url(f"{stage.url}/tablet#/services/{OTHER}")
    expect(services.locator(".split-detail")).to_contain_text("Phường Đông Kinh")
    expect(services.locator(".split-detail")).to_contain_text("toàn tỉnh 99,1")
    services.get_by_role("button", name="Quay lại").tap()
    expect(rows.nth(0)).to_be_visible()
    expect(page).to_have_url(f"{stage.url}/tablet#/services")


def test_the_network_says_what_is_silent_and_which_system_is_down(stage, open_screen):
    """Silent sites by commune with their time; a system that is down comes first, an old word of one is no word."""
    full(stage)
    page = open_screen("/tablet#/network", LANDSCAPE, touch=True)
    silent = page.locator(".rows-silent")
    expect(silent).to_contain_text("Xã Quốc Khánh")
    expect(silent).to_contain_text("trạm 00271 · từ 10\u00a0ph trước")
    systems = page.locator(".rows-systems li")
    expect(systems.nth(0)).to_contain_text("Cổng dịch vụ công")
    expect(systems.nth(0)).to_contain_text("ngừng")
    expect(systems.nth(1)).to_contain_text("mất 25g")
    silent.get_by_role("link").tap()
    expect(page.locator('[data-page="network"] .split-detail')).to_contain_text("Trạm 00271 không phát")


def test_no_silent_site_is_good_news_only_while_the_count_is_of_now(stage, open_screen):
    """Sites that are missing from the count and named by nobody are told, and an old count is told as an old one."""
    page = open_screen("/tablet#/network", LANDSCAPE)
    said = page.locator(".rows-silent")
    expect(said).to_contain_text("8 trạm không phát; nguồn chưa nói trạm nào")
    stage.topics["network"]["province"]["on_air"] = cell(2_818)
    stage.tell("network")
    expect(said).to_contain_text("Mọi trạm đều phát")
    stage.topics["network"]["province"]["on_air"] = cell(2_818, age_s=5_400)
    stage.tell("network")
    expect(said).to_contain_text("từ đó chưa có số liệu mới")


def test_what_was_silent_is_no_call_to_act_while_the_network_is_gone(stage, open_screen):
    """Nobody knows whether the site is back: its mark and its commune lose their colour until the line returns."""
    commune = "commune.06004"
    site = {"id": "site.1", "lat": 22.3, "lon": 106.5, "commune": commune, "since": now_ms() - 600_000}
    stage.topics["network"]["silent"] = {"site.1": site}
    stage.topics["network"]["communes"] = {commune: {"on_air": cell(1), "expected": cell(2)}}
    stage.topics["alerts"]["items"]["s"] = alert("s", "high") | {
        "place": commune, "gate": None, "metric": "site_on_air", "dims": {},
    }  # fmt: skip
    tablet = open_screen("/tablet#/network", LANDSCAPE, quiet=False)
    mark = tablet.locator('[data-page="network"] .commune-silent')
    shape = tablet.locator(f'[data-page="network"] [data-commune="{commune}"]')
    expect(shape).to_have_attribute("data-priority", "high")
    colour = "(mark) => getComputedStyle(mark).fill"
    high = mark.evaluate(colour)
    stage.cut()
    expect(tablet.get_by_role("status").filter(has_text="Ngoại tuyến")).to_be_visible()
    expect(mark).not_to_have_css("fill", high)
    expect(shape).not_to_have_attribute("data-priority", "high")
    stage.open_again()
    expect(mark).to_have_css("fill", high)
    expect(shape).to_have_attribute("data-priority", "high")


def test_a_commune_s_curve_comes_with_the_line(stage, open_screen):
    """What was missing while the network was gone is drawn when it is back, and not five minutes later."""
    commune = "commune.06004"
    stage.topics["services"]["communes"] = {commune: {"id": commune, "name_vi": "Xã", "on_time_rate": cell(0.99)}}
    tablet = open_screen(f"/tablet#/services/{commune}", LANDSCAPE, quiet=False)
    services = tablet.locator('[data-page="services"]')
    chart = services.locator('[data-part="detail-chart"]')
    expect(services.locator(".split-detail")).to_be_visible()
    tablet.wait_for_function(
        "performance.getEntriesByType('resource').some((each) => each.name.includes('on_time_rate'))"
    )
    expect(chart).to_be_hidden()
    stage.cut()
    expect(tablet.get_by_role("status").filter(has_text="Ngoại tuyến")).to_be_visible()
    now = datetime.now(UTC)
    stage.history.extend([(now - timedelta(hours=at)).isoformat(), 0.99, 0.98, 1] for at in (30, 20, 10))
    stage.open_again()
    expect(chart).to_be_visible()


def test_the_keyboard_alone_reaches_a_gate_and_its_alert(stage, open_screen):
    """Tab and Enter are enough, and the place one came to is said by its heading."""
    full(stage)
    page = open_screen("/tablet", LANDSCAPE)
    page.locator('[data-tile="tan-thanh"]').focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tân Thanh")
    page.locator(".gate-alerts .need").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page).to_have_url(f"{stage.url}/tablet#/gate/tan-thanh")


def test_a_link_to_a_page_opens_there(stage, open_screen):
    """Who comes by a link sees the page, and back leads to where it belongs."""
    full(stage)
    page = open_screen(f"/tablet?lang=en#/services/{COMMUNE}", LANDSCAPE, touch=True)
    detail = page.locator('[data-page="services"] .split-detail')
    expect(detail).to_be_visible()
    detail.get_by_role("button", name="Back").tap()
    expect(page).to_have_url(f"{stage.url}/tablet?lang=en#/services")


@pytest.mark.parametrize("look", ["lang=vi&theme=dark", "lang=en&theme=light"])
def test_every_page_is_accessible(stage, open_screen, look):
    """Axe finds nothing on any page, in both themes and languages."""
    full(stage)
    page = open_screen(f"/tablet?{look}", LANDSCAPE)
    for address in ("gate/tan-thanh", "services", f"services/{COMMUNE}", "network", "alerts"):
        page.evaluate("address => (location.hash = '#/' + address)", address)
        expect(page.locator(f'[data-page="{address.partition("/")[0]}"]')).to_be_visible()
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["target"]) for each in found] == [], address


def test_no_plotly_on_the_tablet(stage, open_screen):
    """Charts are light drawings: a leader's 4G pays for no library of charts."""
    full(stage)
    page = open_screen("/tablet#/gate/tan-thanh", LANDSCAPE, touch=True)
    expect(page.locator(".line-chart-line")).to_be_visible()
    fetched = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert [name for name in fetched if "plotly" in name.lower()] == []
