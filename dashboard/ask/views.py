"""Where a thing is seen: the address of its view, on the kind of screen from which it was asked. Pure."""

from __future__ import annotations

from urllib.parse import quote

from dashboard.screens import address_of

SCENES = ("overview", "gates", "gate", "services", "network", "programme", "alerts")
"""Scenes of the wall, by name."""


def view_of(kind: str, name: str, screen: str) -> str:  # noqa: PLR0911 (each way out is one row of a table)
    """Return the address of a thing's view.

    Args:
        kind: `gate`, `commune`, `site`, `target`, `system`, `feed`, `alert`, `scene`, `screen`, `crossing`, or the
            topic `services`, `network`, `programme`, `alerts`, `gates`.
        name: its id, "" for the whole.
        screen: from which it is asked: a wall stays a wall, everybody else gets the pages of the tablet.
    """
    safe = quote(name, safe="")
    if kind == "scene":
        return f"/wall?scene={safe}"
    if kind == "screen":
        return address_of(name)
    if kind == "feed":
        return "/feeds"
    if kind == "crossing":
        return "/crossings"
    if screen == "wall":
        return _on_the_wall(kind, safe)
    if kind == "alert":
        return f"/tablet#/alert/{safe}" if screen == "tablet" else "/duty"
    pages = {
        "gate": f"#/gate/{safe}", "gates": "#/gates", "commune": f"#/services/{safe}", "services": "#/services",
        "target": f"#/programme/{safe}", "programme": "#/programme", "alerts": "#/alerts",
    }  # fmt: skip
    if kind == "alerts" and screen == "duty":
        return "/duty"
    return "/tablet" + pages.get(kind, "#/network")


def _on_the_wall(kind: str, safe: str) -> str:
    if kind == "gate":
        return f"/wall?scene=gate&gate={safe}"
    scenes = {"gates": "gates", "commune": "services", "services": "services", "target": "programme",
              "programme": "programme", "alert": "alerts", "alerts": "alerts"}  # fmt: skip
    return f"/wall?scene={scenes.get(kind, 'network')}"
