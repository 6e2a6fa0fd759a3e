"""Every screen, page and scene by its address, its real sizes, and the states in which it is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page

from dashboard.auth.model import Role
from tests.browser.screens.podium import Podium, busy_day
from tests.browser.screens.recorded import december
from tests.browser.screens.rehearsal import (
    MANY,
    MAPPING,
    NO_RECORDS,
    PAYLOAD,
    UNREADABLE,
    aged,
    communes,
    crossings,
    feed_desk,
    notes,
    programme,
    tried,
)  # fmt: skip
from tests.browser.screens.stage import cell, quiet

WALL = ((1920, 1080), (1366, 768), (3840, 2160))
TABLET = ((1024, 768), (768, 1024))
DESK = ((1920, 1080),)
BRIEFING = ((1280, 720), (640, 360))


@dataclass(frozen=True)
class View:
    """One view.

    Attributes:
        name: short, for a picture's file.
        address: path with query and fragment, without language and theme.
        sizes: real sizes of the window; the first is the usual one.
        scrolls: whether it may be longer than the window.
        least: smallest type, as a share of the window's height.
        reach: what a person does to get there from the address.
        props: what stands on the stage besides the province's day; told the stage and the state.
    """

    name: str
    address: str
    sizes: tuple[tuple[int, int], ...]
    scrolls: bool = True
    least: float = 0.0
    reach: Callable[[Page], None] | None = None
    props: Callable[[Podium, str], None] | None = None

    def look(self, lang: str, theme: str) -> str:
        """Return the address in a language and a theme."""
        path, mark, place = self.address.partition("#")
        return f"{path}{'&' if '?' in path else '?'}lang={lang}&theme={theme}{mark}{place}"


def _ask(page: Page) -> None:
    page.keyboard.press("/")
    page.locator(".ask[open]").wait_for()


def _detail(page: Page) -> None:
    page.keyboard.press("Home")


def _freeze(page: Page) -> None:
    page.locator('[data-part="freeze"]').click()
    page.wait_for_url(re.compile("frozen="))


def _help(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()


def _explain(page: Page) -> None:
    """Ask for the first figure that is shown, as somebody at a keyboard does: through the help."""
    _help(page)
    number = page.locator(".help-number").first
    if number.count():
        number.press("Enter")
        page.locator("dialog[data-dialog=why][open] .why-rows").wait_for()


def _tool(name: str) -> Callable[[Page], None]:
    """Return the pressing of a tool at the tablet's head."""

    def press(page: Page) -> None:
        page.locator(f"[data-tool={name}]:visible").first.press("Enter")
        page.locator("dialog[open]").wait_for()
        if name == "share":
            page.locator("dialog[open] input").first.wait_for()

    return press


def _wrong_code(page: Page) -> None:
    _tool("code")(page)
    page.locator("#tablet-code-field").fill("QQQ")
    page.locator("#tablet-code-field").press("Enter")
    page.locator("dialog[open] [role=alert]:visible").wait_for()


def _panel_by_code(page: Page) -> None:
    _tool("code")(page)
    page.locator("#tablet-code-field").fill("KXW")
    page.locator("#tablet-code-field").press("Enter")
    page.frame_locator("iframe").locator("main[data-screen=wall]").wait_for()


def _press(key: str) -> Callable[[Page], None]:
    """Return the pressing of a key after the first row is chosen."""

    def press(page: Page) -> None:
        page.keyboard.press("Home")
        page.keyboard.press(key)

    return press


def _answer(page: Page) -> None:
    """Begin to answer a leader's note, where there is one."""
    page.keyboard.press("l")
    reply = page.locator(".duty-notes button:visible").nth(1)
    if reply.count():
        reply.press("Enter")


def _act(number: int) -> Callable[[Page], None]:
    """Return the pressing of a button under the chosen source, where it has one."""

    def press(page: Page) -> None:
        button = page.locator("[data-part=detail-actions] button:visible").nth(number)
        if button.count():
            button.press("Enter")
            page.locator("dialog[open]").wait_for()

    return press


def _letter(page: Page) -> None:
    page.locator("[data-part=letters-rows] tr, [data-part=letters-none]:visible").first.wait_for()
    if page.locator("[data-part=letters-rows] tr").count():
        page.locator("[data-part=letter-trial] .trial-sum").wait_for()


def _mapping(payload: str) -> Callable[[Page], None]:
    """Return the trying of a mapping on a payload, until its answer is shown."""

    def put(page: Page) -> None:
        page.get_by_role("textbox").first.fill(payload)
        page.locator("[data-editor=mapping] textarea").fill(MAPPING)
        page.locator(".trial-sum").wait_for(state="attached")

    return put


def _mapping_file(page: Page) -> None:
    """Hand a file of thousands of rows over: pasted, a browser takes as long to type them."""
    many: FilePayload = {"name": "bai-xe.csv", "mimeType": "text/csv", "buffer": MANY.encode()}
    page.locator("input[type=file]").first.set_input_files(many)
    page.locator("[data-editor=mapping] textarea").fill(MAPPING)
    page.locator(".trial-sum").wait_for(state="attached")


def _mapping_away(page: Page) -> None:
    _mapping(PAYLOAD)(page)
    page.context.set_offline(True)
    page.locator("[data-editor=mapping] textarea").fill(MAPPING + "# ")
    page.locator("[data-part=trial-error]:visible").wait_for()


def _refused(page: Page) -> None:
    page.locator("input[name=name]").fill("lan")
    page.locator("input[name=password]").fill("sai mật khẩu này")
    page.locator("input[name=password]").press("Enter")
    page.locator("[role=alert]").wait_for()


PANELS = ("left", "centre", "right")
SCENES = ("overview", "gates", "gate", "services", "network", "programme", "alerts")
PAGES = ("", "/gate/tan-thanh", "/services", "/network", "/programme", "/alerts")
SLIDES = (
    "title", "province", "gate-tan-thanh", "gate-huu-nghi", "services", "network", "programme", "alerts", "decisions",
)  # fmt: skip
OFFICE = ((1920, 1080), (1366, 768))
PLAIN = ((1280, 720), (768, 1024))
VIEWS = (
    *(View(f"wall-{name}", f"/wall?scene={name}", WALL, scrolls=False, props=december) for name in SCENES),
    *(View(f"wall-{name}", f"/wall/{name}", WALL[:2], scrolls=False, props=december) for name in PANELS),
    View("wall-self-test", "/wall/self-test", WALL[:1]),
    *(View(f"tablet{path.replace('/', '-')}", f"/tablet#{path}", TABLET, props=communes) for path in PAGES),
    View("tablet-ask", "/tablet", TABLET, reach=_ask),
    View("tablet-target", "/tablet#/programme/work_files_commune", TABLET, props=programme),
    View("tablet-commune", "/tablet#/services/commune.05977", TABLET, props=communes),
    View("tablet-coverage", "/tablet#/network/commune.05977", TABLET, props=communes),
    View("tablet-alert", "/tablet#/alert/jam", TABLET),
    View("tablet-note", "/tablet#/gate/tan-thanh", TABLET, reach=_tool("note"), props=notes),
    View("tablet-share", "/tablet#/gate/tan-thanh", TABLET, reach=_tool("share")),
    View("tablet-code", "/tablet", TABLET, reach=_wrong_code),
    View("tablet-panel", "/tablet", TABLET, reach=_panel_by_code, props=notes),
    View("tablet-help", "/tablet", TABLET, reach=_help),
    View("tablet-explain", "/tablet", TABLET, reach=_explain),
    View("duty", "/duty", OFFICE, reach=_detail, props=notes),
    View("duty-ask", "/duty", DESK, reach=_ask),
    View("duty-acknowledge", "/duty", OFFICE, reach=_press("a")),
    View("duty-answer", "/duty", OFFICE, reach=_answer, props=notes),
    View("duty-help", "/duty", OFFICE, reach=_help),
    View("duty-explain", "/duty", OFFICE, reach=_explain),
    *(
        View(f"briefing-{name}", f"/briefing?slide={name}", BRIEFING, False, 26 / 720, props=december)
        for name in SLIDES
    ),
    View("briefing-frozen", "/briefing?slide=alerts", BRIEFING, False, 26 / 720, reach=_freeze, props=december),
    View("presenter", "/briefing/presenter", DESK, props=december),
    View("crossings", "/crossings", OFFICE, props=crossings),
    View("entry", "/entry", (*DESK, *TABLET)),
    View("entry-targets", "/entry", (*DESK, *TABLET), props=programme),
    View("feeds", "/feeds?source=dvc", OFFICE, props=feed_desk),
    View("feeds-letters", "/feeds#letters", OFFICE, reach=_letter, props=feed_desk),
    View("feeds-faults", "/feeds#faults", OFFICE, props=feed_desk),
    View("feeds-mark", "/feeds?source=yard", DESK, reach=_act(1), props=feed_desk),
    View("feeds-scenario", "/feeds?source=simulator", DESK, reach=_act(1), props=feed_desk),
    View("mapping", "/mapping", OFFICE, reach=_mapping(PAYLOAD), props=feed_desk),
    View("mapping-nothing-yet", "/mapping", OFFICE, props=feed_desk),
    View("mapping-empty", "/mapping", OFFICE, reach=_mapping(NO_RECORDS), props=tried(NO_RECORDS)),
    View("mapping-refused", "/mapping", OFFICE, reach=_mapping(UNREADABLE), props=tried(UNREADABLE)),
    View("mapping-too-many", "/mapping", OFFICE, reach=_mapping_file, props=tried(MANY)),
    View("mapping-stopped", "/mapping", OFFICE, reach=_mapping_away, props=feed_desk),
    View("mapping-save", "/mapping?feed=yard#save", OFFICE, props=feed_desk),
    View("start", "/", PLAIN),
    View("sign-in", "/sign-in", PLAIN, reach=_refused),
    View("first-account", "/sign-in/once/link", PLAIN),
)


STOOD_STILL_MS = 5_400_000


def crisis(stage: Podium) -> None:
    """Tân Thanh is congested, two alerts are open, every figure is there."""
    busy_day(stage)


def normal(stage: Podium) -> None:
    """The same province with nothing wrong."""
    busy_day(stage)
    stage.topics["alerts"] = {"items": {}, "counts": {}}
    stage.topics["gates"]["gates"]["tan-thanh"] |= {"queue": cell(146), "priority": None, "alert": None}


def stale(stage: Podium) -> None:
    """Everything has stood still for an hour and a half, once `show` has made it older."""
    busy_day(stage)


def first_minute(stage: Podium) -> None:
    """Right after the installation: gates are known, figures are not."""
    empty = quiet()
    for gate in empty["gates"]["gates"].values():
        gate["queue"] = None
    empty["services"] = {"province": {}, "communes": {}}
    empty["network"] = {"province": {}, "communes": {}, "silent": {}}
    stage.topics = empty


STATES: dict[str, Callable[[Podium], None]] = {
    "normal": normal, "crisis": crisis, "stale": stale, "first-minute": first_minute,
}  # fmt: skip


FRAMES = "async (count) => { for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame); }"
DRAWN = """() => document.querySelector("main.plain") || window.LSO && LSO.page
  && (!LSO.screen || LSO.screen.live.status.frames > Number(!/^(brief|pres|mapp)/.test(LSO.page.screen)))"""


def show(page: Page, stage: Podium, view: View, state: str, lang: str, theme: str) -> None:
    """Open a view as somebody who may do everything, in a state of the province, and return once it is drawn."""
    stage.reset()
    stage.role = Role.ADMIN
    STATES[state](stage)
    if view.props:
        view.props(stage, state)
    if state == "stale":
        aged(stage.topics, STOOD_STILL_MS)
    page.context.set_offline(False)  # a view may have gone without the house
    page.goto("about:blank")  # so that an address that differs only behind its # is loaded anew
    page.goto(stage.url + view.look(lang, theme))
    page.locator("main[data-screen]").wait_for()
    page.wait_for_function(DRAWN)
    if re.match(r"/(briefing)", view.address):
        # A slide without a headline is the empty frame: nothing would be measured in it.
        page.wait_for_function("document.querySelector('.slide-headline')?.textContent.trim()")
    # Three pictures on, what came first has been laid out, and what was laid out has been measured by the scripts.
    page.evaluate("document.fonts.ready")
    page.evaluate(FRAMES, 6)
    if view.reach:
        view.reach(page)
        page.evaluate(FRAMES, 3)
