"""config/screens.yaml: what it may say, and that every mistake is named with its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import ScreensFileError, StartError
from dashboard.walls import LONE, load_walls, parse_walls
from layouts.scenes import SCENES

ROOT = Path(__file__).resolve().parents[4]
GATES = ("chi-ma", "tan-thanh")
PANEL = "{id: main, diagonal_in: 55, distance_m: 3, scenes: [{scene: overview}]}"


def wall(panel: str = PANEL, more: str = "") -> str:
    """Return a file with one wall of one panel."""
    return f"{more}\nwalls: [{{id: room, panels: [{panel}]}}]"


def panel(**changes: str) -> str:
    """Return a panel with some keys changed or added."""
    keys = {"id": "main", "diagonal_in": "55", "distance_m": "3", "scenes": "[{scene: overview}]"} | changes
    return "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"


REFUSED = [
    ("walls: [", "not YAML"),
    ("walls: []", "expected a panel with the id main"),
    ("- 1", "Expected `object`"),
    ("walls: []\nwalls: []", "the key 'walls' stands twice"),
    (wall(more="colour: red"), "expected walls, reload_at, journal_days"),
    (wall(more="reload_at: '25:00'"), 'reload_at: expected a time of day as "03:30"'),
    (wall(more="reload_at: 330"), "reload_at: Expected `str`"),
    (wall(more="journal_days: 0"), "journal_days: expected 1 to 3660, got '0'"),
    (wall(panel(id="Main")), "walls[0].panels[0].id: expected 1–32 small letters"),
    (wall(panel(id="self-test")), "walls[0].panels[0].id: expected another name than self-test"),
    (wall(panel(id="left")), "expected a panel with the id main (it is /wall), got 'left'"),
    (wall(f"{PANEL}, {PANEL}"), "expected every panel under a name of its own, got \"'main' twice\""),
    (wall(panel(diagonal_in="5")), "walls[0].panels[0].diagonal_in: expected 10 to 600, got '5'"),
    (wall(panel(diagonal_in="wide")), "diagonal_in: Expected `float`, got `str`"),
    (wall(panel(diagonal_in=".nan")), "diagonal_in: expected 10 to 600"),
    (wall(panel(distance_m="0")), "distance_m: expected 0.5 to 50"),
    (wall(panel(width_px="1920")), "expected width_px and height_px together or neither"),
    (wall(panel(scenes="[]")), "scenes: expected 1 to 24 scenes"),
    (wall(panel(scenes="[{scene: cinema}]")), "scenes[0].scene: expected one of overview, gates"),
    (wall(panel(scenes="[{scene: gates, dwell_s: 1}]")), "scenes[0].dwell_s: expected 5 to 3600 (seconds), got '1'"),
    (wall(panel(scenes="[{scene: gates, dwell_s: yes}]")), "scenes[0].dwell_s: expected 5 to 3600"),
    (wall(panel(scenes="[{scene: gates, gate: chi-ma}]")), "scenes[0].gate: expected no such key for the scene gates"),
    (wall(panel(scenes="[{scene: gate, gate: nowhere}]")), "gate: expected worst or a gate (chi-ma, tan-thanh)"),
    (wall(panel(colour="red")), "walls[0].panels[0]: Object contains unknown field `colour`; expected id, diagonal_in"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[said[:40] for _, said in REFUSED])
def test_a_mistake_is_named_with_file_and_key(text: str, said: str) -> None:
    """Whoever edited the file learns where it is wrong and what was expected."""
    with pytest.raises(ScreensFileError) as caught:
        parse_walls(text, GATES)
    assert str(caught.value).startswith("screens.yaml: ")
    assert said in str(caught.value)


def test_a_mistake_stops_the_start(tmp_path: Path) -> None:
    """The error is of the kind that the command line says in one sentence and ends with."""
    (tmp_path / "screens.yaml").write_text("walls: 3")
    with pytest.raises(StartError, match=r"screens\.yaml: walls: Expected `array`"):
        load_walls(tmp_path, GATES)


def test_the_shipped_file_has_a_lone_panel_and_a_wall_of_three(tmp_path: Path) -> None:
    """/wall turns through every scene and begins with the overview; three panels hang together."""
    walls = load_walls(ROOT / "config", GATES)
    lone, main = walls.panels()["main"]
    assert (len(lone.panels), [turn.scene for turn in main.scenes]) == (1, list(SCENES))
    assert main.scenes[0].dwell_s > max(turn.dwell_s for turn in main.scenes[1:])
    assert [len(wall.panels) for wall in walls.walls] == [1, 3]
    facts = walls.page_facts({}, "v")
    assert {name: told["together"] for name, told in facts["panels"].items()} == {
        "main": False, "left": True, "centre": True, "right": True,
    }  # fmt: skip


def test_a_scene_of_one_gate_takes_the_worst_unless_told() -> None:
    """`gate` without a name follows whichever gate needs it most."""
    scenes = "[{scene: gate}, {scene: gate, gate: chi-ma, dwell_s: 9}]"
    turns = parse_walls(wall(panel(scenes=scenes)), GATES).walls[0].panels[0].scenes
    assert [(turn.settings, turn.dwell_s) for turn in turns] == [({"gate": "worst"}, 30.0), ({"gate": "chi-ma"}, 9.0)]


def test_without_a_file_there_is_one_panel_with_every_scene(tmp_path: Path) -> None:
    """A configuration folder from before walls could be declared still has its wall."""
    assert load_walls(tmp_path, GATES) == LONE
    assert [turn.scene for turn in LONE.walls[0].panels[0].scenes] == list(SCENES)
