"""Errors of the room geodata.

GeodataError
├── PlaceError   a place is malformed, or its id is taken by another place
├── RoadError    no road or approach road is known under this id
├── LayerError   a built layer is unknown, missing or damaged
└── ImportRefusedError   a file offered for import cannot be used; nothing was changed

Deliberately not here: wording for people. Messages are plain English sentences for logs and
API answers; screens word their own.
"""


class GeodataError(Exception):
    """Any failure to answer where something is."""


class PlaceError(GeodataError, ValueError):
    """A place is malformed, or conflicts with a place already known."""


class RoadError(GeodataError, LookupError):
    """No road, or no approach road, is known under this id."""


class LayerError(GeodataError, LookupError):
    """A built layer is unknown, missing or damaged."""


class ImportRefusedError(GeodataError, ValueError):
    """A file offered for import cannot be used; nothing was changed."""
