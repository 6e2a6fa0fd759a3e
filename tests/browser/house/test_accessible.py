"""For everybody: no violation of WCAG 2.2 AA on any view, all by keyboard, and all said to those who listen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.screens.podium import Podium, opened
from tests.browser.screens.stage import alert
from tests.browser.screens.views import VIEWS, View, show
from tests.browser.wcag import violations

pytestmark = pytest.mark.browser
BY_NAME = {view.name: view for view in VIEWS}
NAMED = {"button", "link", "textbox", "searchbox", "combobox", "img", "image", "dialog", "spinbutton", "tab", "region"}
STOPS = 90
"""More presses of Tab than any screen has stops: who needs more is caught in a trap."""
ON = """() => { const e = document.activeElement, box = e.getBoundingClientRect(), s = getComputedStyle(e);
  if (e === document.body) return null;
  if (!window.stops.has(e)) window.stops.set(e, window.stops.size);
  return { number: window.stops.get(e), html: e.outerHTML.slice(0, 90),
    shown: (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== "none",
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0
      && box.left < innerWidth }; }"""
MISSED = """() => [...document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((e) => !e.disabled && e.tabIndex >= 0 && e.type !== "radio" && !window.stops.has(e))
  .map((e) => e.outerHTML.slice(0, 120))"""
LIVE = """() => { window.said = [];
  const live = "[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], [role=log]";
  new MutationObserver((all) => { for (const one of all) {
    const e = one.target.nodeType === 1 ? one.target : one.target.parentElement;
    if (!e || !e.closest(live) || e.closest("[aria-live=off]") || !e.checkVisibility()) continue;
    window.said.push(e.outerHTML.slice(0, 120)); } })
    .observe(document.body, { subtree: true, childList: true, characterData: true }); }"""


@pytest.fixture(scope="module")
def theatre() -> Iterator[tuple[Podium, Browser]]:
    """The podium and the browser."""
    with opened() as both:
        yield both


@pytest.fixture(scope="module")
def page(theatre: tuple[Podium, Browser]) -> Iterator[Page]:
    """One tab for all: what a view has fetched serves the next."""
    context = theatre[1].new_context(service_workers="block")
    yield context.new_page()
    context.close()


def open_view(theatre, page: Page, view: View, state: str = "crisis", lang: str = "vi", theme: str = "dark") -> Page:
    """Open a view in its usual size."""
    page.set_viewport_size({"width": view.sizes[0][0], "height": view.sizes[0][1]})
    show(page, theatre[0], view, state, lang, theme)
    return page


def tree(page: Page) -> list[tuple[str, str]]:
    """Return role and name of everything that a reader is told."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        (str(node.get("role", {}).get("value", "")), str(node.get("name", {}).get("value", "")))
        for node in nodes
        if not node.get("ignored")
    ]


@pytest.mark.parametrize("number", range(len(VIEWS)), ids=[view.name for view in VIEWS])
def test_axe_finds_nothing_and_a_reader_is_told_all(theatre, page: Page, number: int) -> None:
    """Every view in crisis, themes and languages in turn: no violation, one main landmark, a name for every control.

    An open dialogue is all that there is to a reader: the page behind it is not told.
    """
    lang, theme = ("vi", "en")[number % 2], ("light", "dark")[(number // 2) % 2]
    open_view(theatre, page, VIEWS[number], "crisis", lang, theme)
    assert violations(page) == []
    heard = tree(page)
    modal = page.evaluate("document.querySelector('dialog:modal') !== null")
    assert [role for role, _ in heard].count("dialog" if modal else "main") == 1
    assert any(role == "heading" for role, _ in heard)
    assert [role for role, name in heard if role in NAMED and not name.strip()] == []


def walk(page: Page, key: str = "Tab") -> list[dict]:
    """Press Tab until the focus leaves the page or comes round, and return where it was."""
    stops: list[dict] = []
    for _ in range(STOPS):
        page.keyboard.press(key)
        stop = page.evaluate(ON)
        if stop is None or any(one["number"] == stop["number"] for one in stops):
            return stops
        stops.append(stop)
    raise AssertionError(f"no end after {STOPS} presses: {[stop['html'] for stop in stops[-6:]]}")


@pytest.mark.parametrize("name", ["tablet", "tablet-gate-tan-thanh", "duty", "briefing-province", "presenter", "entry"])
def test_the_keyboard_reaches_everything_and_sees_where_it_is(theatre, page: Page, name: str) -> None:
    """Tab stops at every control once, each has a name and shows that it has the focus, and the way out is open."""
    open_view(theatre, page, BY_NAME[name])
    page.evaluate("() => { window.stops = new Map(); document.activeElement.blur(); }")
    stops = walk(page)
    assert len(stops) >= 3
    assert [stop for stop in stops if not stop["seen"]] == []
    assert [stop for stop in stops if not stop["shown"]] == []
    missed = page.evaluate(MISSED)
    assert missed == []


def test_an_alert_is_opened_read_and_left_by_keyboard_on_the_tablet(theatre, page: Page) -> None:
    """Enter opens the sheet, the focus is inside and stays there, Escape gives it back to what opened it."""
    open_view(theatre, page, BY_NAME["tablet"])
    page.evaluate("window.stops = new Map()")
    opener = page.locator(
        "main a[href^='#/alert/'], main button[data-alert], main [data-need] a, main [data-need] button"
    ).first
    opener.focus()
    before = page.evaluate(ON)["number"]
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate(
        "Boolean(document.activeElement.closest('dialog')) || document.activeElement === document.body"
    )
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.evaluate(ON)["number"] == before


def test_a_leaders_tools_are_used_by_keyboard(theatre, page: Page) -> None:
    """Note, share, code, help open by Enter with the focus inside, Escape gives it back; arrows change the gate."""
    open_view(theatre, page, BY_NAME["tablet-gate-tan-thanh"])
    for tool in ("[data-tool=note]", "[data-tool=share]", "[data-tool=code]", "[data-part=help]"):
        opener = page.locator(f".tablet-head {tool}")
        opener.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.wait_for_function("document.activeElement.closest('dialog')")
        assert page.evaluate("document.querySelector('dialog:modal').getAttribute('aria-labelledby') !== null"), tool
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog"), tool).to_have_count(0)
        expect(opener).to_be_focused()
    page.keyboard.press("?")
    page.locator(".help-number").first.press("Enter")
    expect(page.get_by_role("dialog", name="Con số này từ đâu")).to_contain_text("Số xe chờ")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Tân Thanh")
    page.keyboard.press("ArrowRight")
    expect(heading).not_to_have_text("Tân Thanh")


def test_a_moment_is_frozen_and_taken_away_by_keyboard_in_a_briefing(theatre, page: Page) -> None:
    """F freezes; the menu opens by Enter, its buttons choose slide, followers and export, Escape leaves each."""
    open_view(theatre, page, BY_NAME["briefing-province"])
    page.keyboard.press("f")
    page.wait_for_url("**frozen=*")
    menu = page.locator("[data-part=menu]")
    menu.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Mã")
    dialog.locator(".brief-list button").nth(3).press("Enter")
    expect(dialog.locator("[aria-current=true]")).to_contain_text("4.")
    dialog.locator("[data-part=export]").press("Enter")
    expect(page.locator("dialog[data-dialog=export][open] button").first).to_be_visible()
    page.wait_for_function("document.activeElement.closest('dialog[data-dialog=export]')")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(menu).to_be_focused()


@pytest.mark.parametrize("name", ["tablet", "duty", "briefing-province", "wall-overview", "entry"])
def test_search_opens_takes_the_focus_and_gives_it_back(theatre, page: Page, name: str) -> None:
    """`/` opens the bar with the focus in its line, Tab stays inside, Escape closes it."""
    open_view(theatre, page, BY_NAME[name])
    page.keyboard.press("/")
    line = page.get_by_role("dialog").locator("input")
    expect(line).to_be_focused()
    page.keyboard.type("tan thanh")
    expect(line).to_have_value("tan thanh")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_alert_is_chosen_and_taken_by_keyboard_on_duty(theatre, page: Page) -> None:
    """Home, the arrow, A, a note, Enter: the desk is told, without a mouse."""
    stage = theatre[0]
    stage.actions.clear()
    open_view(theatre, page, BY_NAME["duty"])
    page.keyboard.press("Home")
    page.keyboard.press("a")
    page.keyboard.type("đã gọi Tân Thanh")
    page.keyboard.press("Enter")
    expect.set_options(timeout=15_000)
    page.wait_for_function("() => !document.querySelector('[data-part=form]:not([hidden])')")
    assert [(action, body.get("note")) for _, action, body in stage.actions if action == "ack"] == [
        ("ack", "đã gọi Tân Thanh")
    ]


def test_slides_turn_by_keyboard(theatre, page: Page) -> None:
    """Right and left, first and last; the slide that is shown is the one that is read."""
    open_view(theatre, page, BY_NAME["briefing-province"])
    heard = page.locator(".slide-page")
    first = heard.inner_text()
    page.keyboard.press("ArrowRight")
    expect(heard).not_to_have_text(first)
    page.keyboard.press("ArrowLeft")
    expect(heard).to_have_text(first)


@pytest.mark.parametrize("name", ["tablet", "duty", "briefing-province"])
def test_a_new_alert_is_said_to_those_who_listen(theatre, page: Page, name: str) -> None:
    """What appears on the screen is announced in a sentence, once; what was there already is not."""
    stage = theatre[0]
    open_view(theatre, page, BY_NAME[name], "normal")
    aloud = page.locator("[role=alert].aloud")
    expect(aloud).to_have_text("")
    stage.topics["alerts"] = {"items": {"jam": alert("jam", "critical")}, "counts": {}}
    stage.tell("alerts")
    expect(aloud).to_have_text("Cảnh báo mới, nguy cấp: Tân Thanh có 1.604 xe chờ (jam).")
    page.evaluate(LIVE)
    stage.topics["alerts"]["items"]["jam"]["value"] = 1_700
    stage.tell("alerts")
    page.evaluate("async () => { for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame); }")
    assert [said for said in page.evaluate("window.said") if "aloud" in said] == []


@pytest.mark.parametrize("name", ["tablet", "duty", "briefing-province", "wall-overview"])
def test_live_regions_do_not_chatter(theatre, page: Page, name: str) -> None:
    """Figures that change each second are not read out each second; only what happened is."""
    stage = theatre[0]
    open_view(theatre, page, BY_NAME[name])
    page.evaluate(LIVE)
    for queue in range(5):
        stage.topics["gates"]["gates"]["huu-nghi"]["queue"]["v"] = 300 + queue
        stage.tell("gates", "feeds")
        page.evaluate("async () => { for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame); }")
    # At most one announcement in the time of five changes: the state of the line.
    assert len(page.evaluate("window.said")) <= 2, page.evaluate("window.said")
