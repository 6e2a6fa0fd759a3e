"""The tokens: one set of names, the same values in Python and CSS, and every pair readable."""

import re
from pathlib import Path

import pytest

import layouts
from layouts.theme import DARK, LIGHT, MARK_PAIRS, TEXT_PAIRS, TOKENS, contrast, theme_of

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
