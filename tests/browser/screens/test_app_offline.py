"""The tablet without a network: it opens on what it kept, every figure says its age, and it returns by itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from dashboard.auth.model import Role
from dashboard.pwa import routes
from tests.browser.chromium import find
from tests.browser.screens.stage import alert, cell, gate

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
KEPT = "window.LSO && LSO.tabletApp && LSO.tabletApp.shell && LSO.tabletApp.shell.kept"
CACHES = "caches.keys()"
WRITTEN = """async () => {
  dispatchEvent(new Event('pagehide'));  // what leaving the app does: the figures are written now
  while (!(await caches.match('/tablet-kept/about'))) await new Promise((go) => setTimeout(go, 50));
}"""
WITHOUT_AGE = """() => [...document.querySelectorAll("[data-cell]")]
  .filter((e) => e.checkVisibility() && /\\d/.test(e.textContent))
  .filter((e) => !/\\d/.test(getComputedStyle(e, "::after").content)).map((e) => e.textContent)"""
BARE_CARDS = """() => [...document.querySelectorAll(".card")]
  .filter((e) => e.checkVisibility() && /\\d/.test(e.innerText))
  .filter((e) => !/lúc \\d\\d:\\d\\d/.test(e.innerText)).map((e) => e.className)"""


@pytest.fixture
def tablet(theatre, stage):
    """A tablet of its own in a leader's hands, on which the app has been opened once and is kept."""
    stage.role, stage.who = Role.LEADER, "lan"
    gates = stage.topics["gates"]["gates"]
    gates["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 1604, priority="critical", alert="a", queue_yesterday=464)
    gates["chi-ma"] = gate("chi-ma", "Chi Ma", 41) | {"queue": cell(41, age_s=300)}
    stage.topics["alerts"]["items"] = {"a": alert("a", "critical")}
    context = theatre[1].new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(stage.url + "/tablet")
    page.wait_for_function("window.LSO && LSO.screen && LSO.screen.live.status.frames > 5")
    page.wait_for_function(KEPT)
    page.evaluate(WRITTEN)
    yield page
    context.close()


def test_without_a_network_it_opens_on_the_last_figures_each_with_its_age(stage, tablet):
    """A leader in a tunnel opens the app: figures of before, none without its age; with the network they are live."""
    tablet.context.set_offline(True)
    tablet.reload()
    head = tablet.get_by_role("status").filter(has_text="Ngoại tuyến")
    expect(head).to_contain_text(re.compile(r"Ngoại tuyến · số liệu lúc \d\d:\d\d, .+ trước"))
    tile = tablet.locator('[data-tile="tan-thanh"]')
    expect(tile).to_contain_text("1.604")
    expect(tile).not_to_have_attribute("data-priority", "critical")
    expect(tile).to_contain_text("chậm")
    tablet.wait_for_function("document.querySelector('[data-age]')")
    assert tablet.evaluate(WITHOUT_AGE) == []
    assert tablet.evaluate(BARE_CARDS) == []
    expect(tablet.locator('[data-tile="chi-ma"] [data-part="queue"]')).to_have_attribute(
        "data-age", re.compile(r"\d\sph")
    )
    stage.topics["gates"]["gates"]["tan-thanh"] |= {"queue": cell(1580)}
    tablet.context.set_offline(False)
    expect(tile).to_contain_text("1.580")
    expect(head).to_have_count(0)
    expect(tile).to_have_attribute("data-priority", "critical")
    expect(tablet.locator("[data-age], .kept-age")).to_have_count(0)


FIRST_FRAME = """() => {
  const shown = (part) => part.checkVisibility() && /\\d/.test(part.textContent);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const look = () => {
    if (!all('[data-tile] [data-part=queue]').some(shown)) return requestAnimationFrame(look);
    // After the scripts of this frame: what stands now is what is painted.
    setTimeout(() => (window.saidFirst = all('[role=status]').map((e) => e.textContent).join(' ')));
  };
  look();
}"""


def test_the_first_frame_with_figures_says_how_old_they_are(stage, tablet):
    """Not a second later: whoever glances at the app and closes it has seen the age."""
    stage.cut()
    tablet.context.add_init_script(f"({FIRST_FRAME})()")
    tablet.reload()
    tablet.wait_for_function("window.saidFirst !== undefined")
    assert re.search(r"số liệu lúc \d\d:\d\d", tablet.evaluate("window.saidFirst"))


WAIT_KEPT = """async () => {
  while (!(await caches.match('/tablet-kept/about'))) await new Promise((go) => setTimeout(go, 50));
}"""


WAIT_NEWER = """async () => {
  const queue = async () => {
    const kept = await caches.match('/tablet-kept/gates');
    return kept && (await caches.match('/tablet-kept/about')) && (await kept.json()).data.gates['tan-thanh'].queue.v;
  };
  while ((await queue()) !== 1580) await new Promise((go) => setTimeout(go, 50));
}"""


def test_figures_are_kept_soon_and_again_when_they_were_cleared(stage, tablet):
    """Cleared under an open app of which nothing changes they are kept anew, whole; a start keeps its own at once."""
    tablet.evaluate("caches.delete('lso-kept')")
    tablet.evaluate(WAIT_KEPT)
    urls = "async () => (await (await caches.open('lso-kept')).keys()).map((one) => one.url)"
    kept = tablet.evaluate(urls)
    assert {url.rpartition("/")[2] for url in kept} >= {"about", "gates", "services", "network", "programme", "alerts"}
    tablet.evaluate("caches.delete('lso-kept')")
    stage.topics["gates"]["gates"]["tan-thanh"] |= {"queue": cell(1580)}
    tablet.evaluate("window.addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true)")
    tablet.reload()
    tablet.evaluate(WAIT_NEWER)
    stage.cut()
    tablet.reload()
    expect(tablet.locator('[data-tile="tan-thanh"]')).to_contain_text("1.580")


def test_a_line_that_breaks_while_one_looks_gives_every_figure_its_age(stage, tablet):
    """The server is gone but the page stands: after a moment nothing on it passes for live."""
    stage.cut()
    expect(tablet.get_by_role("status").filter(has_text="Ngoại tuyến")).to_be_visible()
    assert tablet.evaluate(WITHOUT_AGE) == []


def test_nobody_finds_the_figures_of_who_held_it_before(stage, tablet):
    """Another person's page clears what was kept; so does a session that is over, which leads to the sign-in form."""
    stage.who = "minh"
    stage.cut()
    tablet.reload()
    expect(tablet.get_by_text("máy này chưa giữ số liệu nào")).to_be_visible()
    assert tablet.evaluate("caches.has('lso-kept')") is False
    stage.signed_out = True
    tablet.reload()
    tablet.wait_for_url("**/sign-in*")
    assert tablet.evaluate(CACHES) == []


def test_a_new_version_replaces_the_kept_page_at_the_next_start(stage, tablet, monkeypatch):
    """After an upgrade one start with the network is enough: the old page is gone from the device."""
    old = [name for name in tablet.evaluate(CACHES) if name.startswith("lso-shell-")]
    real = routes.worker_text
    monkeypatch.setattr(
        routes, "worker_text", lambda layers: re.sub(r'VERSION = "\w+"', 'VERSION = "ffffffffffff"', real(layers))
    )
    tablet.reload()
    tablet.wait_for_function(f"{KEPT} && LSO.tabletApp.shell.version === 'ffffffffffff'")
    now = [name for name in tablet.evaluate(CACHES) if name.startswith("lso-shell-")]
    assert len(old) == len(now) == 1
    assert now[0].startswith("lso-shell-ffffffffffff-")


def test_the_browser_offers_to_install_it(theatre, stage, tmp_path):
    """Chromium itself finds nothing in the way: manifest, icons and scope are as an installed app needs them."""
    # A profile of its own: what a private window shows is never installed.
    context = theatre[1].browser_type.launch_persistent_context(
        tmp_path, executable_path=find(), args=["--no-sandbox"], viewport={"width": 1024, "height": 768}
    )
    try:
        page = context.pages[0]
        page.goto(stage.url + "/tablet")
        page.wait_for_function(KEPT)
        chromium = context.new_cdp_session(page)
        assert chromium.send("Page.getAppManifest")["errors"] == []
        assert chromium.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    finally:
        context.close()
