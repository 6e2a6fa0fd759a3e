"""What holds on every screen: accessible in both themes and languages, marked as simulated, nothing leaves the site."""

from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.screens.podium import Podium, opened
from tests.browser.screens.stage import alert, cell, gate

pytestmark = pytest.mark.browser
SCREENS = {"tablet": (1024, 768), "duty": (1920, 1080), "briefing": (1280, 720), "crossings": (1920, 1080)}
LOOKS = ["lang=vi&theme=dark", "lang=en&theme=light"]


@pytest.fixture(scope="module")
def theatre() -> Iterator[tuple[Podium, Browser]]:
    """A stage that has slides too, and the browser."""
    with opened() as both:
        yield both


def busy(stage):
    """Something of everything: alerts of each priority, an old figure, a crossing with a missing count."""
    stage.topics["alerts"]["items"] = {name: alert(name, name) for name in ("critical", "high", "medium", "low")}
    gates = stage.topics["gates"]["gates"]
    gates["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 1604, priority="critical", alert="critical")
    gates["chi-ma"] = gate("chi-ma", "Chi Ma", 41) | {"queue": cell(41, age_s=2_400)}
    values = {"queue_length_vehicles|vehicle_type=truck": cell(None, quality="missing")}
    crossing = {"id": "c", "name_vi": "Medyka", "name_en": "Medyka", "lat": 50, "lon": 23, "values": values}
    stage.topics["gates"]["crossings"] = {"c": crossing}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_accessible_marked_and_self_contained(stage, open_screen, screen, look):
    """Readable for everybody, nothing simulated passes for real, and no request leaves the site."""
    busy(stage)
    page = open_screen(f"/{screen}?{look}", SCREENS[screen])
    expect(page.get_by_text("MÔ PHỎNG" if "vi" in look else "SIMULATED").first).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []
    fetched = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert len(fetched) > 10
    assert {urlparse(name).hostname for name in fetched if not name.startswith(("data:", "blob:"))} == {"127.0.0.1"}


@pytest.mark.parametrize("screen", ["tablet", "briefing"])
def test_the_scenario_stands_beside_the_mark(stage, open_screen, screen):
    """Who looks at an exercise reads which one it is; the ordinary simulated province is not named."""
    named = {"scenario": "gate-closed", "scenario_vi": "Đóng cửa khẩu Tân Thanh", "scenario_en": "Tân Thanh closes"}
    stage.topics["feeds"] |= named
    page = open_screen(f"/{screen}?lang=en", SCREENS[screen])
    mark = page.locator('[data-part="sim-scenario"]')
    expect(mark).to_have_text("Tân Thanh closes")
    expect(mark).to_be_visible()
