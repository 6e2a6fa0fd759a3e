"""The tokens: one set of names, the same values in Python and CSS, and every pair readable."""

import itertools
import re
from pathlib import Path

import pytest

import layouts
from layouts.theme import (
    BLINDNESS,
    DARK,
    LEAST_DIFFERENCE,
    LIGHT,
    MARK_PAIRS,
    TEXT_PAIRS,
    TOKENS,
    TOLD_APART,
    contrast,
    difference,
    theme_of,
)

ASSETS = Path(layouts.__file__).parent / "assets"


def css_tokens(theme: str) -> dict[str, str]:
    """The colours of a theme as the style sheet has them."""
    sheet = (ASSETS / "00-tokens.css").read_text("utf-8")
    block = re.search(r'\[data-theme="' + theme + r'"\] \{(.*?)\n\}', sheet, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block.group(1)))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_style_sheet_has_the_same_colours(theme):
    """A colour changed in one place only would show different tones on cards and on the map."""
    assert css_tokens(theme) == dict(TOKENS[theme])


def test_both_themes_name_the_same_tokens():
    """A token only one theme has would leave a hole in the other."""
    assert set(DARK) == set(LIGHT)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(theme, text, ground):
    """Text under 4.5:1 is lost to many eyes and to every projector."""
    assert contrast(TOKENS[theme][text], TOKENS[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_marks_can_be_seen_on_their_ground(theme, mark, ground):
    """A mark under 3:1 says nothing from the back row."""
    assert contrast(TOKENS[theme][mark], TOKENS[theme][ground]) >= 3


def test_contrast_of_black_and_white_is_the_largest():
    """The yardstick itself: WCAG's own end points."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_a_screen_keeps_its_own_theme_unless_told():
    """The wall is dark and the tablet light when nobody chooses, and a choice wins."""
    assert (theme_of("wall", None), theme_of("tablet", None)) == ("dark", "light")
    assert theme_of("wall", "light") == "light"


@pytest.mark.parametrize("sheet", sorted(ASSETS.glob("*.css")), ids=lambda path: path.name)
def test_only_the_tokens_write_colours(sheet):
    """A colour outside of the tokens would not follow the theme."""
    if sheet.name == "00-tokens.css":
        return
    # Data URIs carry their own escapes; their icons are masks and show no colour.
    text = re.sub(r'url\("data:[^"]*"\)', "", sheet.read_text("utf-8"))
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", text) == []


def test_every_colour_a_sheet_or_script_asks_for_exists():
    """A misspelt token falls back to nothing and the element turns invisible."""
    asked: set[str] = set()
    own: set[str] = set()
    for sheet in ASSETS.glob("*.css"):
        text = sheet.read_text("utf-8")
        # With a default beside it a name may be missing.
        asked |= set(re.findall(r"var\(--([\w-]+)\)", text))
        own |= set(re.findall(r"(?:^|[\s{;])--([\w-]+):", text))
    assert asked - own == set()
    for script in ASSETS.glob("*.js"):
        text = script.read_text("utf-8")
        names = set(re.findall(r'\b(?:c|colours)\["([\w-]+)"\]', text)) | set(re.findall(r"\bcolours\.([a-z]+)", text))
        assert names <= set(DARK), f"{script.name} asks for {names - set(DARK)}"


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("blindness", ["", *BLINDNESS])
@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(TOLD_APART, 2)))
def test_colours_that_mean_something_stay_apart_for_every_eye(theme, blindness, first, second):
    """One man in twelve cannot tell red from green; critical must not look like high, nor stale like alive."""
    assert difference(TOKENS[theme][first], TOKENS[theme][second], blindness) >= LEAST_DIFFERENCE


def test_difference_knows_what_a_blind_eye_confuses():
    """The yardstick itself: a red and a green that normal eyes tell apart fall together without red or green cones."""
    red, green = "#b4631e", "#7c7c1e"
    assert difference("#ffffff", "#ffffff") == 0
    assert difference("#000000", "#ffffff") == pytest.approx(1, abs=0.001)
    assert difference(red, green, "deuteranopia") < difference(red, green) / 2


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_a_blind_eye_sees_grey_as_grey(blindness):
    """Each row of the simulation sums to one: white and grey stay what they are."""
    assert difference("#808080", "#808080", blindness) == pytest.approx(0)
    assert [sum(row) for row in BLINDNESS[blindness]] == pytest.approx([1, 1, 1], abs=1e-5)


ROOM = Path(layouts.__file__).parent
CLEAR = {"rgba(0,0,0,0)"}
"""No colour at all."""
PANEL_TEST = "61-selftest-pixels.js", "60-selftest.js"
"""They drive each pixel of a panel with pure colours, which is what they are for."""


@pytest.mark.parametrize("source", sorted([*ROOM.rglob("*.py"), *ASSETS.glob("*.js")]), ids=lambda path: path.name)
def test_no_program_writes_a_colour(source):
    """A colour in a script or a figure would not follow the theme, and nobody would have checked its contrast."""
    if source.name == "theme.py" or source.name in PANEL_TEST:
        return
    found = re.findall(r"""["'`](#[0-9a-fA-F]{3,8})["'`]|(\b(?:rgba?|hsla?)\([^)]*\))""", source.read_text("utf-8"))
    assert {first or second.replace(" ", "") for first, second in found} - CLEAR == set()


def test_every_token_is_used():
    """A token nobody asks for is a colour that nobody has looked at."""
    sheets = "".join(path.read_text("utf-8") for path in ASSETS.glob("*.css") if path.name != "00-tokens.css")
    programs = "".join(path.read_text("utf-8") for path in [*ASSETS.glob("*.js"), *ROOM.rglob("*.py")])
    used = set(re.findall(r"var\(--([\w-]+)", sheets)) | set(re.findall(r"colours\.([a-z]+)", programs))
    used |= set(re.findall(r"""["']([a-z0-9-]+)["']""", programs.replace((ROOM / "theme.py").read_text("utf-8"), "")))
    assert set(DARK) - used == set()
