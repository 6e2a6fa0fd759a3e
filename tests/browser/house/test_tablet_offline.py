"""The tablet of a running house, under its own content policy: kept, opened while the house is gone, and given back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import house as houses
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.service, pytest.mark.slow, pytest.mark.timeout(400)]
HISTORY_DAYS = 1
PASSWORD = "một mật khẩu dài"
ROOMS = ("dashboard", "layouts", "alerts", "feeds", "geodata", "config")
ASSET = "layouts/assets/59-tablet.js"
PAGES = ("#/now", "#/gate/tan-thanh", "#/services", "#/network", "#/programme", "#/alerts")
KEPT = "() => window.LSO && LSO.tabletApp && LSO.tabletApp.shell && LSO.tabletApp.shell.kept"
WRITTEN = """async () => {
  dispatchEvent(new Event('pagehide'));  // what leaving the app does: the newest figures are kept
  while (!(await caches.match('/tablet-kept/about'))) await new Promise((go) => setTimeout(go, 50));
}"""
REPLACED = """async (old) => {
  for (;;) {
    const names = (await caches.keys()).filter((name) => name.startsWith('lso-shell-'));
    if (names.length === 1 && !old.includes(names[0])) return names;
    await new Promise((go) => setTimeout(go, 50));
  }
}"""
OWNER = "async () => (await (await caches.match('/tablet-kept/about')).json()).owner"
WITHOUT_AGE = """() => [...document.querySelectorAll("[data-cell]")]
  .filter((e) => e.checkVisibility() && /\\d/.test(e.textContent))
  .filter((e) => !/\\d/.test(getComputedStyle(e, "::after").content)).map((e) => e.textContent)"""


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house run from a copy of the project, so that a new version of it can come; nothing simulated, four queues."""
    directory = tmp_path_factory.mktemp("upgraded")
    project = directory / "project"
    for room in ROOMS:
        # With what Python compiled: five processes at once would do it anew.
        shutil.copytree(houses.ROOT / room, project / room)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(houses, "ROOT", project)
        house = House(directory, simulator=False)
        try:
            house.start()
            for name, role in (("minh", "leader"), ("xem", "viewer")):
                house.cli("user", "add", name, "--role", role, PASSWORD=PASSWORD)
            queues(house, 408)
            yield house
        finally:
            house.stop()


def queues(house: House, tan_thanh: int) -> None:
    """Push the queue of each gate as a machine does."""
    now = datetime.now(UTC).isoformat()
    values = {"tan-thanh": tan_thanh, "huu-nghi": 120, "chi-ma": 41, "coc-nam": 12}
    readings = [
        {
            "metric": "queue_length_vehicles", "place": place, "dims": {"queue": "physical"}, "value": value,
            "observed_at": now, "method": "count",
        }
        for place, value in values.items()
    ]  # fmt: skip
    status, answer = house.request("POST", "/api/v1/readings", house.token("machine", "counter"), readings)
    assert (status, answer["accepted"]) == (200, len(readings))


@pytest.fixture
def tablet(chromium: Browser) -> Iterator[BrowserContext]:
    """A tablet that nobody has used."""
    context = chromium.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield context
    context.close()


def sign_in(page: Page, house: House, name: str) -> None:
    """Sign in by the form, and wait for the live tablet."""
    page.goto(f"{house.url}/sign-in?next=/tablet")
    page.fill("input[name=name]", name)
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(tile(page)).to_contain_text(re.compile(r"\d{3}"))


def tile(page: Page):
    """Return the tile of Tân Thanh."""
    return page.locator('[data-tile="tan-thanh"]')


def shells(page: Page) -> list[str]:
    """Return the names of the kept shells."""
    return [name for name in page.evaluate("() => caches.keys()") if name.startswith("lso-shell-")]


def test_a_stopped_house_leaves_every_page_with_ages_and_a_new_version_comes_whole(
    own_house: House, tablet: BrowserContext
) -> None:
    """The app opens on what was, page by page with its age; the upgraded house makes it live and replaces it whole."""
    said: list[str] = []
    tablet.on("weberror", lambda error: said.append(str(error.error)))
    tablet.on("console", lambda one: said.append(one.text) if "Content Security" in one.text else None)
    page = tablet.new_page()
    sign_in(page, own_house, "minh")
    page.wait_for_function(KEPT)
    page.evaluate(WRITTEN)
    old = shells(page)
    page.close()
    assert own_house.stop() == 0
    page = tablet.new_page()
    page.goto(own_house.url + "/tablet")
    expect(tile(page)).to_contain_text("408")
    head = page.get_by_role("status").filter(has_text="Ngoại tuyến")
    expect(head).to_contain_text(re.compile(r"Ngoại tuyến · số liệu lúc \d\d:\d\d, .+ trước"))
    for address in PAGES:
        page.evaluate("(address) => { location.hash = address; }", address)
        shown = page.locator(f'[data-page="{address.split("/")[1]}"]')
        expect(shown).to_be_visible()
        expect(head).to_be_visible()
        page.wait_for_function(f"() => ({WITHOUT_AGE})().length === 0")
    page.evaluate("() => { location.hash = '#/now'; }")

    asset = houses.ROOT / ASSET
    asset.write_text(asset.read_text() + "\ndocument.documentElement.dataset.edition = 'second';\n")
    own_house.start()
    queues(own_house, 409)
    expect(tile(page)).to_contain_text("409")
    expect(head).to_have_count(0)
    expect(page.locator("[data-age], .kept-age")).to_have_count(0)
    page.reload()
    # A slow house answers after the app's patience: then this start is still the old version, and the next is the new.
    [new] = page.evaluate(REPLACED, old)
    assert len(old) == 1
    tablet.set_offline(True)
    page.reload()
    expect(tile(page)).to_contain_text("409")
    assert page.evaluate("() => document.documentElement.dataset.edition") == "second"
    assert shells(page) == [new]
    assert said == []


def test_nothing_of_one_person_is_left_for_the_next(own_house: House, tablet: BrowserContext) -> None:
    """Another's sign-in clears what was kept; signing out leaves nothing, and the sign-in form itself is never kept."""
    page = tablet.new_page()
    sign_in(page, own_house, "minh")
    page.wait_for_function(KEPT)
    page.evaluate(WRITTEN)
    assert "minh" in page.evaluate(OWNER)
    sign_in(page, own_house, "xem")
    page.wait_for_function(KEPT)
    page.evaluate(WRITTEN)
    assert "xem" in page.evaluate(OWNER)
    assert len(shells(page)) == 1
    page.goto(own_house.url + "/")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    assert page.evaluate("() => caches.keys()") == []
    page.goto(own_house.url + "/tablet")
    expect(page).to_have_url(re.compile("/sign-in"))
    assert page.evaluate("() => caches.keys()") == []
    tablet.set_offline(True)
    with pytest.raises(Exception, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        page.goto(own_house.url + "/tablet")
