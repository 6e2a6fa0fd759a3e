"""What every reader of shapes returns: features with their attributes, and the coordinate system they claim.

Deliberately not here: reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its number in the file from 1, its attributes, its geometry or None."""

    number: int
    properties: Mapping[str, Any]
    geometry: BaseGeometry | None


@dataclass(slots=True)
class FeatureFile:
    """The content of a file of shapes.

    Attributes:
        features: In file order.
        crs: What the file says about its coordinates: WKT, `EPSG:…` or a URN; "" when it says nothing.
        layer: Name of the layer read, "" where the format has none.
        warnings: What reading found odd.
    """

    features: list[Feature]
    crs: str
    layer: str = ""
    warnings: list[str] = field(default_factory=list)
