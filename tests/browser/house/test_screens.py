"""Every screen of a running house, in a real Chromium at its real sizes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.house import House

pytestmark = [
    pytest.mark.browser, pytest.mark.service, pytest.mark.slow, pytest.mark.timeout(400),
]  # fmt: skip

GATES = ("tan-thanh", "huu-nghi", "chi-ma", "coc-nam", "dong-dang")
SIZES = {
    "/wall": [(1920, 1080), (3840, 2160), (1366, 768)],
    "/duty": [(1920, 1080)],
    "/tablet": [(1024, 768), (768, 1024)],
    "/briefing": [(1280, 720), (640, 360)],
}
SMALLEST_PX = {"/wall": 24 / 1080, "/duty": 12 / 1080, "/tablet": 0, "/briefing": 26 / 720}
"""Smallest type as a share of the picture's height. Source: design, display figures."""
CASES = [(path, *size) for path, sizes in SIZES.items() for size in sizes]


def figure(gate: str) -> str:
    """Return the selector of a gate's big number."""
    return f"[data-gate={gate}] [data-part=queue]"


def test_the_wall_is_live_at_once_and_says_that_it_is_simulated(house: House, visit) -> None:
    """Without any preparation figures stand on the wall, under the mark SIMULATED, in Vietnamese."""
    page = visit("/wall").page
    expect(page.get_by_text("MÔ PHỎNG").first).to_be_visible(timeout=60_000)
    expect(page.locator(figure("tan-thanh"))).to_have_text(re.compile(r"\d"), timeout=60_000)
    expect(page.locator("[data-panel=services]").get_by_text("Dịch vụ công").first).to_be_visible()


@pytest.mark.parametrize("gate", GATES)
def test_every_gate_has_a_card_with_figures(filled: House, visit, gate: str) -> None:
    """Queue and clearance stand on each card, Đồng Đăng's wagons among them."""
    page = visit("/wall").page
    expect(page.locator(figure(gate))).to_have_text(re.compile(r"^[\d.]+$"), timeout=60_000)
    for part in ("clearance", "p90"):
        expect(page.locator(f"[data-gate={gate}] [data-part={part}]")).to_have_text(re.compile(r"\d+ ?(g|ph)"))


def test_a_question_on_the_start_page_is_answered(filled: House, visit) -> None:
    """The start page has no script: the screen it leads to answers once, and not again when it is loaded anew."""
    page = visit("/").page
    page.get_by_role("searchbox").fill("hàng chờ Tân Thanh")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", selected=True)).to_contain_text(
        re.compile(r"Tân Thanh: [\d.]+\sxe"), timeout=60_000
    )
    assert "ask=" not in page.url
    page.reload()
    expect(page.locator("[data-tile]").first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(("path", "width", "height"), CASES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_overlaps_is_cut_or_too_small(
    filled: House, visit, path: str, width: int, height: int, lang: str
) -> None:
    """Text boxes are measured in the page, in both languages; the wall and the briefing have no scroll bar."""
    seen = visit(f"{path}%3Flang={lang}", width, height)
    expect(seen.page.get_by_text("MÔ PHỎNG" if lang == "vi" else "SIMULATED").first).to_be_visible(timeout=60_000)
    found = seen.drawn().measure(SMALLEST_PX[path] * height)
    if path in {"/tablet", "/duty"}:
        # These scroll up and down by design, never sideways.
        found = [row for row in found if not row.startswith(("scrolls", "outside"))]
        assert seen.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1")
    assert found == []


@pytest.mark.parametrize("path", [*SIZES, "/crossings", "/"])
def test_axe_finds_nothing_serious(filled: House, visit, path: str) -> None:
    """No serious or critical violation of WCAG on any screen."""
    seen = visit(path, *SIZES.get(path, [(1280, 800)])[0])
    seen.drawn()
    violations = Axe().run(seen.page).response["violations"]
    grave = [(v["id"], v["nodes"][0]["html"][:120]) for v in violations if v["impact"] in {"serious", "critical"}]
    assert grave == []


def test_axe_finds_nothing_serious_at_the_way_in(house: House, chromium) -> None:
    """The sign-in page is for everybody."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{house.url}/sign-in")
    violations = Axe().run(page).response["violations"]
    context.close()
    assert [v["id"] for v in violations if v["impact"] in {"serious", "critical"}] == []


@pytest.mark.parametrize("path", SIZES)
def test_nothing_leaves_the_machine_and_the_console_is_silent(filled: House, visit, path: str) -> None:
    """No request goes to another host, no error or warning is written."""
    seen = visit(path).drawn()
    assert seen.left == []
    assert seen.console == []


def test_a_pushed_real_reading_stands_on_the_wall_and_is_not_called_simulated(filled: House, visit) -> None:
    """It replaces the simulator's figure at once; the mark now says that only some figures are simulated."""
    token = filled.token("machine", "border-gate-platform")
    page = visit("/wall").page
    expect(page.locator(figure("chi-ma"))).to_have_text(re.compile(r"\d"), timeout=60_000)
    reading = {
        "metric": "queue_length_vehicles", "place": "chi-ma", "dims": {"queue": "physical"}, "value": 437,
        "observed_at": datetime.now(UTC).isoformat(), "method": "count",
    }  # fmt: skip
    status, answer = filled.request("POST", "/api/v1/readings", token, [reading])
    assert (status, answer["accepted"]) == (200, 1)
    expect(page.locator(figure("chi-ma"))).to_have_text("437", timeout=30_000)
    expect(page.locator("[data-part=sim-partly]")).to_be_visible(timeout=30_000)
    # The real queue's card is not marked, but its clearance times, still simulated, are; and so is everything else.
    expect(page.locator("[data-gate=chi-ma]").first).not_to_have_attribute("data-sim", "true")
    expect(page.locator("[data-gate=chi-ma] .gate-clearance")).to_have_attribute("data-sim", "true")
    expect(page.locator("[data-gate=huu-nghi]").first).to_have_attribute("data-sim", "true")
    expect(page.locator("[data-panel=steps]")).to_have_attribute("data-sim", "true")


def test_an_officer_acknowledges_and_every_screen_knows(filled: House, visit, chromium) -> None:
    """Signed in by the form, the officer acknowledges with a note; the wall and the API say who has it."""
    filled.cli("user", "add", "lan", "--role", "duty", PASSWORD="một mật khẩu dài")
    machine, reader = filled.token("machine", "counter"), filled.token("viewer", "reader-2")
    breach = {
        "metric": "diverted_vehicles", "place": "coc-nam", "value": 88, "observed_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    assert filled.request("POST", "/api/v1/readings", machine, [breach])[0] == 200
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(f"{filled.url}/duty")
    page.locator("input[name=name]").fill("lan")
    page.locator("input[name=password]").fill("một mật khẩu dài")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Cốc Nam").first).to_be_visible(timeout=60_000)
    page.keyboard.press("Home")
    page.keyboard.press("a")
    page.keyboard.type("đã gọi Cốc Nam")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã nhận").first).to_be_visible(timeout=30_000)
    context.close()
    _, answer = filled.request("GET", "/api/v1/alerts", reader)
    [alert] = [alert for alert in answer["alerts"] if alert["place"] == "coc-nam"]
    assert (alert["state"], alert["acked_by"], alert["note"]) == ("ACKED", "lan", "đã gọi Cốc Nam")


def test_screens_say_that_data_stopped_and_recover_by_themselves(filled: House, visit) -> None:
    """With the bus hanging the wall says that its figures stand still; with the server gone, that it is cut off."""
    import os
    import signal

    page = visit("/wall%3Fscene%3Doverview").page
    expect(page.locator(figure("huu-nghi"))).to_have_text(re.compile(r"\d"), timeout=60_000)
    valkey = filled.pid("valkey")
    os.kill(valkey, signal.SIGSTOP)
    try:
        expect(page.get_by_text("Kênh dữ liệu ngừng")).to_be_visible(timeout=60_000)
    finally:
        os.kill(valkey, signal.SIGCONT)
    expect(page.get_by_text("Kênh dữ liệu ngừng")).not_to_be_visible(timeout=60_000)
    web = filled.pid("web")
    os.kill(web, signal.SIGSTOP)
    try:
        expect(page.get_by_text("MẤT KẾT NỐI")).to_be_visible(timeout=60_000)
    finally:
        os.kill(web, signal.SIGKILL)
    filled.wait_for_new("web", web)
    expect(page.get_by_text("MẤT KẾT NỐI")).not_to_be_visible(timeout=120_000)
    expect(page.locator(figure("huu-nghi"))).to_have_text(re.compile(r"\d"))
