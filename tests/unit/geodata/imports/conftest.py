"""Files of boundaries made from the shipped shapes, so that nothing outside the project is needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from geodata import storage
from geodata.layers import layer

Rows = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    """Leave the shipped layers in use for the tests that follow."""
    yield
    storage.use_directory(None)


@pytest.fixture
def rows() -> Rows:
    """Return the 65 communes as an operator's file has them: code, name, geometry."""
    return [
        {
            "type": "Feature",
            "properties": {
                "code": each["properties"]["id"].removeprefix("commune."),
                "name": each["properties"]["name_vi"],
            },
            "geometry": each["geometry"],
        }
        for each in json.loads(layer("communes"))["features"]
    ]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes features as GeoJSON and returns the path."""

    def written(features: Any, name: str = "communes.geojson", **members: Any) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **members}), encoding="utf-8")
        return path

    return written
