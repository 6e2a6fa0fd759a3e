"""The feed desk and the mapping page of a running house: tried, saved, running, paused, mended, re-driven."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.house import House, wait_for

pytestmark = [
    pytest.mark.browser, pytest.mark.service, pytest.mark.slow, pytest.mark.timeout(300),
]  # fmt: skip

HISTORY_DAYS = 1
PASSWORD = "một mật khẩu dài"
MAPPING = """source: {source}
name: {{vi: "Làn mở", en: "Lanes open"}}
time: {{column: at, format: iso, zone: UTC}}
place: {{column: gate}}
readings:
  - metric: lanes_open
    value: {{column: lanes}}
"""
MENDED = "place: {column: gate, lookup: {'Cửa Chi Ma': chi-ma}}"
PATIENCE_MS = 45_000
"""A bound for hangs: machines that run the suite are busy."""


def lanes(*rows: str) -> str:
    """A payload of now."""
    at = datetime.now(UTC).isoformat()
    return "at,gate,lanes\n" + "".join(f"{at},{row}\n" for row in rows)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Start a house without the simulator; end it as Ctrl-C does."""
    running = House(tmp_path_factory.mktemp("desk"), simulator=False).start()
    running.cli("user", "add", "lan", "--role", "supervisor", PASSWORD=PASSWORD)
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def supervisor(quiet: House, chromium: Browser) -> Iterator[BrowserContext]:
    """A browser in which a supervisor has signed in."""
    expect.set_options(timeout=PATIENCE_MS)
    context = chromium.new_context(viewport={"width": 1600, "height": 900})
    page = context.new_page()
    page.goto(f"{quiet.url}/feeds")
    page.locator("input[name=name]").fill("lan")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("tab", name="Nguồn")).to_be_visible()
    page.close()
    yield context
    context.close()


@pytest.fixture
def desk(supervisor: BrowserContext, quiet: House) -> Iterator[Callable[[str], Page]]:
    """Open a page of the desk; an error in its console fails the test."""
    pages: list[Page] = []
    wrong: list[str] = []

    def go(address: str) -> Page:
        page = supervisor.new_page()
        pages.append(page)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(quiet.url + address)
        expect(page.locator("[data-part=freshness]")).not_to_have_text("Đang nối tới máy chủ")
        return page

    yield go
    for page in pages:
        page.close()
    assert wrong == []


def inbox(house: House, name: str) -> Path:
    """The folder a feed of that name watches."""
    folder = house.directory / "var" / "inbox" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def declare(house: House, name: str) -> str:
    """Declare a folder feed by the API, wait until it runs, and return a supervisor's token."""
    token = house.token("supervisor", f"token-{name}")
    inbox(house, name)
    settings = {"kind": "folder", "path": f"inbox/{name}", "every_s": 0.2, "settle_s": 0}
    body = {"name": name, "settings": settings, "mapping": MAPPING.format(source=name)}
    assert house.request("POST", "/api/v1/feeds", token, body)[0] == 201

    def told() -> bool:
        return any(fact["name"] == name for fact in house.request("GET", "/api/v1/feeds", token)[1]["feeds"])

    wait_for(f"{name} to run", told)
    return token


def test_a_mapping_is_tried_as_it_is_written_saved_and_runs_at_once(quiet: House, desk) -> None:
    """The preview follows the keys, a fault is named with its line, and the saved feed takes its first file."""
    folder = inbox(quiet, "lanes")
    page = desk("/mapping")
    payload = lanes("chi-ma,3", "nowhere,4").encode("utf-16")
    page.locator("input[type=file]").set_input_files({"name": "làn.csv", "mimeType": "text/csv", "buffer": payload})
    editor = page.get_by_role("textbox", name="Ánh xạ")
    editor.fill(MAPPING.format(source="lanes-office"))
    preview = page.locator("[data-part=trial]")
    expect(preview.locator(".trial-sum")).to_contain_text("1 số đo")
    expect(preview).to_contain_text("làn.csv:3")
    expect(preview).to_contain_text("nơi lạ")
    refused = preview.locator(".trial-refused tbody tr")
    expect(refused).to_contain_text("Hệ thống chưa biết nơi được ghi ở trường “place”. Hãy sửa")
    expect(refused.locator("[lang=en]")).to_have_text("place 'nowhere' is not known")
    editor.fill(MAPPING.format(source="lanes-office").replace("lanes_open", "lanes_opn"))
    expect(page.get_by_role("alert").filter(has_text="lanes_opn")).to_be_visible()
    expect(page.locator("[data-editor=mapping] .editor-numbers")).to_contain_text("▸6")
    editor.fill(MAPPING.format(source="lanes-office"))
    page.get_by_role("tab", name="Lưu và chạy").click()
    page.get_by_label("Tên nguồn").fill("lanes")
    page.get_by_label("Lấy bằng cách nào").select_option("folder")
    page.get_by_label("Thư mục").fill("/etc")
    save = page.get_by_role("button", name="Lưu và chạy")
    save.click()
    expect(page.get_by_role("alert").filter(has_text="inbox")).to_be_visible()
    page.get_by_label("Thư mục").fill("inbox/lanes")
    save.click()
    expect(page.locator("[data-part=follow]")).to_contain_text(re.compile("đang chạy|đang chờ"))
    (folder / "first.csv").write_text(lanes("chi-ma,3"), encoding="utf-8")
    expect(page.locator("[data-part=follow]")).to_contain_text("1 nhận")
    token = quiet.token("viewer", "looker")

    def stored() -> bool:
        found = quiet.request("GET", "/api/v1/latest?metric=lanes_open&place=chi-ma", token)[1]["readings"]
        return any((one["source"], one["value"]) == ("lanes-office", 3) for one in found)

    wait_for("the first row in the history", stored)


def test_a_feed_is_paused_and_resumed_with_the_keyboard_alone(quiet: House, desk) -> None:
    """Its state changes in shape and word; who did it and why stands in the journal."""
    declare(quiet, "yard")
    page = desk("/feeds?source=yard")
    row = page.locator("tr.is-chosen")
    expect(row).to_contain_text("yard")
    expect(page.get_by_role("button", name="Tạm dừng")).to_be_visible()
    page.locator("tr.is-chosen button").focus()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Tạm dừng":
            break
    expect(page.get_by_role("button", name="Tạm dừng")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("đang bảo trì")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row.locator(".desk-state")).to_have_text("tạm dừng")
    expect(row.locator("[data-icon=feed-paused]")).to_be_visible()
    page.get_by_role("button", name="Cho chạy tiếp").press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("xong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row.locator(".desk-state")).not_to_have_text("tạm dừng")
    page.get_by_role("tab", name="Nguồn").press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Lỗi thiết bị")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".desk-journal")).to_contain_text("đang bảo trì")


def test_a_refused_record_is_mended_and_sent_again(quiet: House, desk) -> None:
    """Its mapping is opened beside it, mended, tried on it, saved for the feed, and the record goes in."""
    token = declare(quiet, "gates")
    (inbox(quiet, "gates") / "day.csv").write_text(lanes("Cửa Chi Ma,5"), encoding="utf-8")

    def refused() -> bool:
        found = quiet.request("GET", "/api/v1/dead-letters?source=gates&redriven=no", token)[1]["dead_letters"]
        return bool(found)

    wait_for("the refused record", refused)
    page = desk("/feeds#letters")
    page.locator("#letters-source").select_option("gates")
    letter = page.locator("[data-part=letter]")
    expect(letter).to_contain_text("Cửa Chi Ma")
    editor = letter.get_by_role("textbox")
    expect(editor).to_have_value(re.compile("source: gates"))
    editor.fill(editor.input_value().replace("place: {column: gate}", MENDED))
    expect(letter.locator("[data-part=letter-trial]")).to_contain_text("chi-ma")
    letter.get_by_role("button", name="Lưu ánh xạ cho nguồn").click()
    expect(page.get_by_text("Đã lưu ánh xạ của gates")).to_be_visible()
    letter.get_by_role("button", name="Gửi lại bản này").click()
    expect(page.get_by_text("1 bản đã vào, 0 vẫn bị từ chối")).to_be_visible()
    page.locator("#letters-redriven").select_option("yes")
    expect(page.locator("[data-part=letters-rows]")).to_contain_text("lan")

    def stored() -> bool:
        found = quiet.request("GET", "/api/v1/latest?metric=lanes_open&source=gates", token)[1]["readings"]
        return [one["value"] for one in found] == [5]

    wait_for("the re-driven reading", stored)


def test_axe_finds_nothing_serious_on_the_desk(quiet: House, desk) -> None:
    """No serious or critical violation of WCAG on any tab, nor in the form."""
    found = []
    for address in ("/feeds", "/feeds#letters", "/feeds#faults", "/mapping", "/mapping#save"):
        page = desk(address)
        expect(page.get_by_role("tab").first).to_be_visible()
        violations = Axe().run(page).response["violations"]
        found += [
            (address, v["id"], v["nodes"][0]["html"][:140])
            for v in violations
            if v["impact"] in {"serious", "critical"}
        ]
    assert found == []
