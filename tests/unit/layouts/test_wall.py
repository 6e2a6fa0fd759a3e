"""The wall's structure: what the scripts and a reader rely on."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

import layouts
from feeds.model import STEPS
from layouts import ids
from layouts.components.alert_line import PRIORITIES
from layouts.screens.wall import layout
from layouts.view import GateView, View

ASSETS = Path(layouts.__file__).parent / "assets"


def props(component):
    """Every element of a component with its properties, in document order."""
    found = [component.to_plotly_json()["props"]]
    children = getattr(component, "children", None)
    for child in children if isinstance(children, list) else [children]:
        if hasattr(child, "to_plotly_json"):
            found += props(child)
    return found


def texts(component):
    """What stands as text in a component; the number of a step is its name and no figure."""
    return [
        p["children"]
        for p in props(component)
        if isinstance(p.get("children"), str)
        and p.get("id") != ids.PAGE_DATA
        and "mini-number" not in p.get("className", "")
    ]


def page(view):
    """The data the page carries for its scripts."""
    return json.loads(next(p["children"] for p in props(layout(view)) if p.get("id") == ids.PAGE_DATA))


def test_every_gate_has_a_card_in_order():
    """Five gates, the historically worst first, the railway among them."""
    cards = [p["data-gate"] for p in props(layout(View("wall"))) if "data-gate" in p]
    assert cards == ["tan-thanh", "huu-nghi", "chi-ma", "coc-nam", "dong-dang"]


def test_the_eight_steps_stand_in_their_order():
    """The flow reads from declaration to fee."""
    assert [p["data-step"] for p in props(layout(View("wall"))) if "data-step" in p] == list(STEPS)


def test_an_empty_wall_shows_no_figure():
    """Before data arrives nothing looks like a value: no 0, no NaN, no dash."""
    figures = [text for text in texts(layout(View("wall"))) if re.fullmatch(r"[\d.,\s–—-]+|NaN|None|null", text)]
    # Markers of the border are names of places, not figures.
    assert [text for text in figures if "–" not in text] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_wall_speaks_one_language(lang):
    """Name, gates and panels come in the language that was asked for."""
    words = texts(layout(View("wall", lang=lang)))
    assert ("Tân Thanh" in words) == (lang == "vi")
    assert ("Mobile network" in words) == (lang == "en")


def test_the_page_tells_the_scripts_what_they_need():
    """Layers, bounds and words reach the scripts as they were given."""
    view = View("wall", lang="en", theme="light", layers={"roads": "/layers/roads.1.json"})
    data = page(view)
    assert data["layers"] == {"roads": "/layers/roads.1.json"}
    assert data["words"]["priority.critical"] == "critical"
    assert data["colours"]["base"] == "#eef1f3"


def test_a_name_cannot_end_the_script():
    """A place called </script> stays data."""
    view = View("wall", gates=(GateView("x", "</script><b>", "x"),))
    raw = next(p["children"] for p in props(layout(view)) if p.get("id") == ids.PAGE_DATA)
    assert "</" not in raw
    assert json.loads(raw)["gates"][0]["name_vi"] == "</script><b>"


def test_only_the_small_print_of_the_map_names_its_sources():
    """OpenStreetMap is named, and the map says that it is schematic until official boundaries are there."""
    assert "sơ đồ · © OpenStreetMap contributors" in texts(layout(View("wall")))
    imported = View("wall", schematic=False, attribution="Bộ Nội vụ (2025-07-01) · © OpenStreetMap contributors")
    assert "đường vẽ phác · Bộ Nội vụ (2025-07-01) · © OpenStreetMap contributors" in texts(layout(imported))


def test_the_scripts_look_for_the_page_data_under_the_same_id():
    """Python and script agree on where the page's data stands."""
    assert f'getElementById("{ids.PAGE_DATA}")' in (ASSETS / "00-lso.js").read_text("utf-8")


def test_every_icon_in_the_sheet_is_the_shipped_file():
    """The sheets carry copies, so that shapes outlive the server; a copy must not drift."""
    sheet = "".join(path.read_text("utf-8") for path in sorted(ASSETS.glob("*-icons.css")))
    icons = dict(re.findall(r'data-icon="(\w+)"\] \{\s*--shape: url\("data:image/svg\+xml,([^"]+)"\)', sheet))
    files = {path.stem for path in (ASSETS / "icons").glob("*.svg")} - {"favicon"}
    assert set(PRIORITIES) | {"late", "stale", "lost", "ok"} <= files == set(icons)
    for name, copy in icons.items():
        assert unquote(copy) == (ASSETS / "icons" / f"{name}.svg").read_text("utf-8").strip()


def test_the_font_is_shipped_with_its_licence():
    """Vietnamese letters are drawn by our own font on a machine that has none."""
    sheet = (ASSETS / "00-tokens.css").read_text("utf-8")
    for file in re.findall(r'url\("(fonts/[^"]+)"\)', sheet):
        assert (ASSETS / file).stat().st_size > 5_000
    assert "SIL Open Font License" in (ASSETS / "fonts" / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("path", sorted([*ASSETS.glob("*.js"), *ASSETS.glob("*.css")]), ids=lambda path: path.name)
def test_no_asset_asks_the_outside_world(path):
    """The wall runs without a network beyond the site."""
    # The SVG namespace is a name and is never fetched.
    addresses = re.findall(
        r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", re.sub(r'url\("data:[^"]*"\)', "", path.read_text("utf-8"))
    )
    assert [address for address in addresses if address != "http://www.w3.org"] == []
