"""Codes of views: three letters that always mean the same."""

from __future__ import annotations

from dashboard.walls import LONE, parse_walls, views_of
from layouts.scenes import SCENES

GATES = ("chi-ma", "coc-nam", "dong-dang", "huu-nghi", "tan-thanh")
SCENE = "[{scene: overview}]"


def wall_of(*names: str) -> str:
    """Return a file with one wall of these panels."""
    panels = ", ".join(f"{{id: {name}, diagonal_in: 55, distance_m: 3, scenes: {SCENE}}}" for name in names)
    return f"walls: [{{id: room, panels: [{panels}]}}]"


def test_a_code_is_three_letters_that_cannot_be_misread() -> None:
    """Every scene of a panel, and the scene of each gate, has a code of its own without I and O."""
    codes = views_of(LONE, GATES).by_panel()["main"]
    assert set(codes) == {*SCENES} - {"gate"} | {f"gate:{gate}" for gate in (*GATES, "worst")}
    assert len(set(codes.values())) == len(codes)
    assert all(
        len(code) == 3 and code.isalpha() and code.isupper() and not set(code) & {"I", "O"} for code in codes.values()
    )


def test_a_code_stays_the_same_after_a_restart() -> None:
    """These are printed on papers beside the panels; a change of them must be meant."""
    codes = views_of(LONE, GATES).by_panel()["main"]
    assert (codes["overview"], codes["gates"], codes["gate:tan-thanh"]) == ("BBZ", "YEY", "YGS")


def test_a_code_opens_exactly_that_view() -> None:
    """Large or small letters, with blanks around them; the address pins the scene and its gate."""
    views = views_of(LONE, GATES)
    code = views.by_panel()["main"]["gate:chi-ma"]
    found = views.find(f" {code.lower()} ")
    assert found is not None
    assert (found.panel, found.scene, found.gate) == ("main", "gate", "chi-ma")
    assert found.url == "/wall/main?scene=gate&gate=chi-ma"
    assert views.find("QQQQ") is None


def test_the_order_of_panels_changes_no_code() -> None:
    """Even where two views would have one code, which of them moves on does not depend on the file's order."""
    names = [f"panel-{number}" for number in range(50)]
    there, back = (parse_walls(wall_of("main", *order), GATES) for order in (names, names[::-1]))
    assert views_of(there, GATES).by_panel() == views_of(back, GATES).by_panel()
    codes = [code for panel in views_of(there, GATES).by_panel().values() for code in panel.values()]
    assert len(set(codes)) == len(codes) == 51 * 12
