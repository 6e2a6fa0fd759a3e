"""The map layers as the browser gets them: bytes of compact GeoJSON with source and licence.

A layer is served exactly as it was built, so that nothing is parsed or encoded per request.
Until an operator imports official boundaries the shapes are schematic, and every layer says
so; an import brings descriptions and layers of its own (`known_layers`). Deliberately not
here: colours, and anything live.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from geodata import storage
from geodata.errors import LayerError

# Geometry changes only with this date, never with the day of a rebuild: a rebuild is byte-equal.
BUILT_ON: Final = "2026-11-22"

_OSM: Final = "© OpenStreetMap contributors"
_ODBL: Final = "ODbL 1.0"
_UNITS: Final = "vietnamadminunits 1.0.4 (MIT)"
_BORDER: Final = f"timezonefinder-data 3.2026.3 ({_OSM})"

Bounds = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Layer:
    """What is known about a layer.

    Attributes:
        name: Name in addresses, for instance `coverage-4g`.
        title_vi: Title in Vietnamese.
        title_en: Title in English.
        file: File in geodata/data, or in the imported version.
        source: Where it comes from, with the attribution to show.
        licence: Under which terms.
        built_on: ISO date of the data.
        schematic: Whether the shapes are ours and not official or surveyed.
        format: `geojson`, or `rows` for the compact array form of the sites.
    """

    name: str
    title_vi: str
    title_en: str
    file: str
    source: str
    licence: str
    built_on: str = BUILT_ON
    schematic: bool = True
    format: str = "geojson"

    @property
    def title(self) -> str:
        """The title in Vietnamese, the default language."""
        return self.title_vi


_ALL: Final = (
    Layer("province", "Ranh giới tỉnh (sơ đồ)", "Province outline (schematic)", "province.geojson",
          f"{_BORDER}; {_UNITS}", _ODBL),
    Layer("communes", "65 xã, phường từ 01/07/2025 (sơ đồ)", "65 communes since 1 July 2025 (schematic)",
          "communes.geojson", f"{_BORDER}; {_UNITS}", _ODBL),
    Layer("districts", "11 huyện, thành phố đến 30/06/2025 (sơ đồ)",
          "11 districts until 30 June 2025 (schematic)", "districts.geojson", f"{_BORDER}; {_UNITS}", _ODBL),
    Layer("border", "Biên giới Việt Nam – Trung Quốc", "Vietnam–China border", "border.geojson",
          _BORDER, _ODBL),
    Layer("roads", "Đường bộ, đường sắt (sơ đồ)", "Roads and railway (schematic)", "roads.geojson",
          "Hand-entered waypoints, geodata/facts/roads.csv", "CC BY 4.0"),
    Layer("approaches", "Đường vào cửa khẩu (sơ đồ)", "Approach roads (schematic)", "approaches.geojson",
          "Hand-entered waypoints, geodata/facts/roads.csv and approaches.csv", "CC BY 4.0"),
    Layer("gates", "Cửa khẩu, lối thông quan", "Gates and routes", "gates.geojson",
          f"Hand-entered positions, geodata/facts/places.csv; snapped to the border of {_BORDER}", _ODBL),
    Layer("sites", "2.818 trạm BTS (mô hình)", "2,818 BTS sites (modelled)", "sites.json",
          "Seeded model, geodata/build/sites.py", _ODBL, format="rows"),
    *(
        Layer(f"coverage-{tech}", f"Vùng phủ {tech.upper()} theo kế hoạch (mô hình)",
              f"Planned {tech.upper()} coverage (modelled)", f"coverage-{tech}.geojson",
              "Seeded model, geodata/build/coverage.py", _ODBL)
        for tech in ("3g", "4g", "5g")
    ),
)  # fmt: skip

LAYERS: Final[Mapping[str, Layer]] = {each.name: each for each in _ALL}

# South-west and north-east corners as (latitude, longitude), the order Leaflet expects.
# The corridor Tân Thanh – Cốc Nam – Hữu Nghị – Đồng Đăng with its queues and some air.
INSET_BOUNDS: Final[Bounds] = ((21.925, 106.635), (22.045, 106.755))


# What tells whether the map is schematic: what people take for the boundaries.
BOUNDARIES: Final = ("province", "communes")


@storage.cached
def known_layers() -> Mapping[str, Layer]:
    """Return the layers in use by name: the shipped ones, as an import changed or extended them."""
    version = storage.active()
    known = dict(LAYERS)
    names = {each.name for each in fields(Layer)}
    for name, changed in (version.layers if version else {}).items():
        facts = {key: value for key, value in changed.items() if key in names}
        known[name] = replace(known[name], **facts) if name in known else Layer(**{"name": name, **facts})
    return known


def is_schematic() -> bool:
    """Say whether the map's boundaries are ours and not imported ones."""
    return any(known_layers()[name].schematic for name in BOUNDARIES)


def attribution() -> str:
    """Return whom the map's data is owed to, as one line for the map's corner."""
    known = known_layers()
    imported = dict.fromkeys(
        f"{known[name].source} ({known[name].built_on})" for name in (*BOUNDARIES, "sites") if not known[name].schematic
    )
    return " · ".join([*imported, _OSM])


def layer(name: str) -> bytes:
    """Return a layer as compact UTF-8 JSON, ready to be served.

    Raises:
        LayerError: No such layer, or its file is missing.
    """
    known = known_layers()
    try:
        file = known[name].file
    except KeyError:
        raise LayerError(f"No layer {name!r} is known. Known are: {', '.join(known)}.") from None
    return storage.read_bytes(file)


def province_bounds() -> Bounds:
    """Return the corners (south-west, north-east) of the province as (latitude, longitude).

    Raises:
        LayerError: The built file is missing or damaged.
    """
    west, south, east, north = storage.read_json("province.geojson")["bbox"]
    return (south, west), (north, east)


def inset_bounds() -> Bounds:
    """Return the corners of the border corridor's inset as (latitude, longitude)."""
    return INSET_BOUNDS
