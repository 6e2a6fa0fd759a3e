"""config/screens.yaml: read, checked key by key, refused with a sentence that names file, key and what was expected."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from dashboard.errors import ScreensFileError
from dashboard.walls.model import LONE, MAIN, SETTINGS, WORST, Panel, SceneTurn, Wall, Walls
from layouts.scenes import SCENES

FILE: Final = "screens.yaml"
LONGEST_TEXT: Final = 262_144
"""Characters of the file at most; a wall of twelve panels has six thousand."""
MOST_PANELS: Final = 64
MOST_TURNS: Final = 24
DIAGONAL_IN: Final = (10.0, 600.0)
DISTANCE_M: Final = (0.5, 50.0)
SIDE_PX: Final = (640, 15_360)
DWELL_S: Final = (5.0, 3_600.0)
TAKEN: Final = frozenset({"self-test"})
"""Addresses below /wall that are no panels."""

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_AT: Final = re.compile(r" - at `(key in )?\$(?P<path>[^`]*)`$")


class _Panel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    diagonal_in: float
    distance_m: float
    scenes: list[dict[str, Any]]
    name_vi: str = ""
    name_en: str = ""
    width_px: int | None = None
    height_px: int | None = None
    hold: bool = True


class _Wall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    panels: list[_Panel]
    name_vi: str = ""
    name_en: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    walls: list[_Wall]
    reload_at: str = LONE.reload_at
    journal_days: int = LONE.journal_days


class _Loader(yaml.SafeLoader):
    """A loader that refuses a key written twice, of which YAML would keep the last in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"the key {twice[0]!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def load_walls(config_dir: Path, gates: Collection[str]) -> Walls:
    """Return the declared walls; one panel with every scene where there is no file.

    Args:
        config_dir: the operator's folder.
        gates: ids of the gates that a scene may name.

    Raises:
        ScreensFileError: when the file cannot be read or used; the message names file, key and what was expected.
    """
    path = config_dir / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return LONE
    except OSError as error:
        raise ScreensFileError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ScreensFileError(f"{path}: not YAML: {error}") from error
    return parse_walls(text, gates, str(path))


def parse_walls(text: str, gates: Collection[str], where: str = FILE) -> Walls:
    """Return the walls that a text declares; see `load_walls`."""
    whole = _read(text, where)
    if not _CLOCK.fullmatch(whole.reload_at) and whole.reload_at != "":
        raise _refusal(where, "reload_at", 'a time of day as "03:30", or "" for never', whole.reload_at)
    if not 1 <= whole.journal_days <= 3_660:
        raise _refusal(where, "journal_days", "1 to 3660", whole.journal_days)
    walls = tuple(_wall(one, f"walls[{at}]", where, gates) for at, one in enumerate(whole.walls))
    _check_names(walls, where)
    return Walls(walls, whole.reload_at, whole.journal_days)


def _read(text: str, where: str) -> _File:
    if len(text) > LONGEST_TEXT:
        raise ScreensFileError(f"{where}: expected at most {LONGEST_TEXT} characters, got {len(text)}")
    try:
        data = yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise ScreensFileError(f"{where}: not YAML: {' '.join(str(error).split())[:300]}") from error
    try:
        return msgspec.convert(data, _File)
    except msgspec.ValidationError as error:
        text = str(error)
        found = _AT.search(text)
        key = found["path"].strip(".") if found else ""
        said = text[: found.start()] if found else text
        if "unknown field" in said:
            said += f"; expected {', '.join(_keys_at(key))}"
        raise ScreensFileError(f"{where}: {key}: {said}" if key else f"{where}: {said}") from error


def _keys_at(key: str) -> tuple[str, ...]:
    """Return the keys that a mapping at a place of the file may have."""
    last = key.rpartition(".")[2].partition("[")[0]
    struct = {"panels": _Panel, "walls": _Wall}.get(last, _File)
    return struct.__struct_fields__


def _wall(told: _Wall, key: str, where: str, gates: Collection[str]) -> Wall:
    _check_id(told.id, f"{key}.id", where)
    if not told.panels:
        raise _refusal(where, f"{key}.panels", "at least one panel", "none")
    panels = [_panel(one, f"{key}.panels[{at}]", where, gates) for at, one in enumerate(told.panels)]
    return Wall(told.id, told.name_vi or told.id, told.name_en or told.name_vi or told.id, tuple(panels))


def _panel(told: _Panel, key: str, where: str, gates: Collection[str]) -> Panel:
    _check_id(told.id, f"{key}.id", where)
    if told.id in TAKEN:
        raise _refusal(where, f"{key}.id", f"another name than {', '.join(sorted(TAKEN))}", told.id)
    for name, value, (least, most) in (
        ("diagonal_in", told.diagonal_in, DIAGONAL_IN),
        ("distance_m", told.distance_m, DISTANCE_M),
        ("width_px", told.width_px, SIDE_PX),
        ("height_px", told.height_px, SIDE_PX),
    ):
        if value is not None and not least <= value <= most:
            raise _refusal(where, f"{key}.{name}", f"{least:g} to {most:g}", f"{value:g}")
    if (told.width_px is None) is not (told.height_px is None):
        raise _refusal(where, key, "width_px and height_px together or neither", "one of them")
    if not 1 <= len(told.scenes) <= MOST_TURNS:
        raise _refusal(where, f"{key}.scenes", f"1 to {MOST_TURNS} scenes", len(told.scenes))
    turns = [_turn(one, f"{key}.scenes[{at}]", where, gates) for at, one in enumerate(told.scenes)]
    return Panel(
        told.id,
        told.name_vi or told.id,
        told.name_en or told.name_vi or told.id,
        told.diagonal_in,
        told.distance_m,
        tuple(turns),
        told.width_px,
        told.height_px,
        told.hold,
    )


def _turn(told: dict[str, Any], key: str, where: str, gates: Collection[str]) -> SceneTurn:
    scene, dwell_s = told.get("scene"), told.get("dwell_s", 30)
    if scene not in SCENES:
        raise _refusal(where, f"{key}.scene", f"one of {', '.join(SCENES)}", scene)
    if isinstance(dwell_s, bool) or not isinstance(dwell_s, int | float) or not DWELL_S[0] <= dwell_s <= DWELL_S[1]:
        raise _refusal(where, f"{key}.dwell_s", f"{DWELL_S[0]:g} to {DWELL_S[1]:g} (seconds)", dwell_s)
    allowed = SETTINGS.get(scene, frozenset())
    for name in told.keys() - {"scene", "dwell_s"}:
        if name not in allowed:
            known = ", ".join(("scene", "dwell_s", *sorted(allowed)))
            raise _refusal(where, f"{key}.{name}", f"no such key for the scene {scene}; it takes {known}", told[name])
    settings = {name: told[name] for name in sorted(allowed) if name in told}
    if scene == "gate" and settings.setdefault("gate", WORST) not in {WORST, *gates}:
        raise _refusal(where, f"{key}.gate", f"{WORST} or a gate ({', '.join(sorted(gates))})", settings["gate"])
    return SceneTurn(scene, float(dwell_s), settings)


def _check_id(name: str, key: str, where: str) -> None:
    if not _ID.fullmatch(name):
        raise _refusal(where, key, "1–32 small letters, digits and -", name)


def _check_names(walls: tuple[Wall, ...], where: str) -> None:
    """Refuse names that stand twice, and a file that leaves /wall without a panel."""
    names = [wall.id for wall in walls]
    panels = [panel.id for wall in walls for panel in wall.panels]
    for what, given in (("wall", names), ("panel", panels)):
        twice = sorted({name for name in given if given.count(name) > 1})
        if twice:
            raise _refusal(where, "walls", f"every {what} under a name of its own", f"{twice[0]!r} twice")
    if MAIN not in panels:
        raise _refusal(where, "walls", f"a panel with the id {MAIN} (it is /wall)", ", ".join(panels) or "none")
    if len(panels) > MOST_PANELS:
        raise _refusal(where, "walls", f"at most {MOST_PANELS} panels", len(panels))


def _refusal(where: str, key: str, expected: str, got: object) -> ScreensFileError:
    return ScreensFileError(f"{where}: {key}: expected {expected}, got {str(got)[:80]!r}")
