"""Walls: which panels there are, what each shows for how long (config/screens.yaml), and the codes of their views."""

from dashboard.walls.codes import Views, views_of
from dashboard.walls.file import FILE, load_walls, parse_walls
from dashboard.walls.model import LONE, Panel, SceneTurn, Wall, Walls

__all__ = ["FILE", "LONE", "Panel", "SceneTurn", "Views", "Wall", "Walls", "load_walls", "parse_walls", "views_of"]
