"""The gallery: every component in every state, measured; and the measure itself, which must be able to fail."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from layouts.gallery.pieces import PIECES
from layouts.gallery.states import STATES
from tests.browser.wcag import violations

pytestmark = pytest.mark.browser
MEASURE = (Path(__file__).parent / "measure_specimens.js").read_text("utf-8")
LOOKS = ["lang=vi&theme=dark", "lang=en&theme=light"]
"""Each language once and each theme once; the other two pairs differ from these in nothing that is measured."""
HIGH_PIXELS = """() => {
  const [r, g, b] = LSO.page.colours.high.match(/\\w\\w/g).map((part) => parseInt(part, 16));
  let found = 0;
  for (const canvas of document.querySelector(".gallery-specimen").shadowRoot.querySelectorAll("canvas")) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) found += data[i] === r && data[i + 1] === g && data[i + 2] === b;
  }
  return found;
}"""
"""How many pixels of a specimen's maps have the colour of a high alert."""
IN_SPECIMEN = "document.querySelector('.gallery-specimen').shadowRoot.querySelector('[data-piece]')"


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_cut_covered_small_or_faint_in_any_state(whole, look):
    """Whatever the data does, a component stays legible: no clip, no overlap, its screen's type, WCAG contrast."""
    page = whole(look)
    assert page.locator(".gallery-specimen").count() == sum(len(piece.only or STATES) for piece in PIECES)
    assert page.locator(".gallery-none").count() == sum(len(STATES) - len(piece.only or STATES) for piece in PIECES)
    assert page.evaluate(MEASURE) == []


def test_every_component_can_be_used_by_everybody(whole):
    """WCAG 2.2 AA with axe, in the state that adds the most; contrast is measured above, the rest with `-m soak`."""
    page = whole(LOOKS[0])
    within = '.gallery-state[data-state="critical"]'
    assert page.locator(within).count() == len(PIECES)
    assert violations(page, within, without=["color-contrast"]) == []


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("look", [f"lang={lang}&theme={theme}" for lang in ("vi", "en") for theme in ("dark", "light")])
def test_the_whole_gallery_can_be_used_by_everybody(gallery, look):
    """Every component in every state and look, with every rule; as long as the rest of the gallery's tests together."""
    page = gallery(look)
    assert page.evaluate(MEASURE) == []
    assert violations(page) == []


def test_a_silent_site_calls_for_nobody_once_it_is_old(gallery):
    """The map's marks are drawn, not written: their colour is looked for in the picture itself."""
    high = gallery("lang=vi&theme=dark&component=tablet-map&state=critical")
    assert high.evaluate(HIGH_PIXELS) > 50
    old = gallery("lang=vi&theme=dark&component=tablet-map&state=stale")
    expect(old.locator(".gallery-specimen .map-label", has_text="3 trạm mất")).to_be_visible()
    assert old.evaluate(HIGH_PIXELS) == 0


def test_the_gallery_can_be_read_by_everybody_and_says_that_it_is_a_sample(gallery):
    """Who opens it by mistake must not take its figures for the province's."""
    page = gallery("lang=vi&theme=dark&component=buttons")
    expect(page.get_by_text("MẪU – không phải số liệu thật")).to_be_visible()
    assert page.locator(".gallery-mark:visible").count() == len(STATES)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []


FAULTS = {
    "clipped": "s.style.cssText = 'display:block;overflow:hidden;height:8px;font-size:30px'",
    "outside": "s.style.cssText = 'position:absolute;left:5000px;font-size:30px'",
    "small": "s.style.fontSize = '6px'",
    "faint": "s.style.cssText = 'color:color-mix(in srgb, var(--text) 12%, var(--base));font-size:15px'",
    "overlap": "s.style.cssText = 'position:absolute;top:0;left:0;font-size:15px';"
    "const o = s.cloneNode(true); o.style.left = '3px'; m.append(o)",
    "not drawn": "document.querySelector('.gallery-state').dataset.failed = 'on purpose'",
    "says nothing": "m.replaceChildren()",
}


def test_the_measure_finds_each_fault_put_in_on_purpose(gallery):
    """A measure that never fails proves nothing: each fault is put into a sound specimen and has to be told."""
    page = gallery("lang=vi&theme=dark&component=explain&state=normal")
    assert page.evaluate(MEASURE) == []
    sound = page.evaluate(f"{IN_SPECIMEN}.innerHTML")
    told = {}
    for fault, put in FAULTS.items():
        page.evaluate(
            f"() => {{ const m = {IN_SPECIMEN}; const s = document.createElement('span');"
            f" s.textContent = 'Ẳ Ữ 1.604 xe'; m.append(s); {put}; }}"
        )
        found = page.evaluate(MEASURE)
        told[fault] = any(each.startswith(f"explain/normal: {fault}") for each in found) or found
        page.evaluate(f"html => {{ {IN_SPECIMEN}.innerHTML = html; }}", sound)
    assert told == dict.fromkeys(FAULTS, True)


def test_specimens_wear_the_style_sheets_of_their_screen(gallery):
    """A component without its screen's style would be measured, and found sound, as nobody ever sees it."""
    page = gallery("lang=vi&theme=dark&component=code&state=normal")
    button = page.locator(".gallery-specimen button").first
    assert button.evaluate("each => each.getBoundingClientRect().height") >= 44


def test_one_component_and_one_state_can_be_shown_alone(gallery):
    """Who works on one component looks at that one, at its real size."""
    page = gallery("lang=en&theme=light&component=wall-gate&state=critical")
    expect(page.locator(".gallery-specimen")).to_have_count(1)
    expect(page.locator(".gallery-specimen").get_by_text("1,604")).to_be_visible()
    width = page.evaluate(f"{IN_SPECIMEN}.getBoundingClientRect().width")
    assert width == next(piece.width for piece in PIECES if piece.name == "wall-gate")
