"""Check the layers in use: area, validity, overlaps, gaps, neighbours, names and sizes; and compare with another file.

What `geodata verify` prints. Shapely is imported only when called. Deliberately not here: changing anything.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from geodata import storage
from geodata.layers import BOUNDARIES, known_layers, layer

# What the layers may weigh in the repository, and after an import.
BYTES_LIMIT: Final = 1_500_000
_TIERS: Final = ("province", "communes", "districts")
_WORST: Final = 5


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was found; areas in km² as measured in UTM 48N.

    Attributes:
        sizes: Bytes by layer.
        areas_km2: Area of the province, of all communes and of all districts.
        overlaps_km2: Area that two communes, or two districts, both claim.
        gaps_km2: Area of the province that no commune, or no district, claims.
        faults: One sentence for each thing that is wrong; empty when all is well.
        overlap_counts: Pairs that overlap, by layer.
        gap_counts: Separate gaps, by layer.
        units: Number of areas, by layer.
        invalid: Areas that are not valid, by layer.
        neighbours: Pairs that share an edge, by layer.
        version: Name of the imported version in use, "" for shipped layers.
        origin: What each boundary layer is: source, licence, date, or schematic.
        agreement: With another file, its area shared with ours over the area of both, by unit; `lang-son` for all.
    """

    sizes: Mapping[str, int]
    areas_km2: Mapping[str, float]
    overlaps_km2: Mapping[str, float]
    gaps_km2: Mapping[str, float]
    faults: tuple[str, ...]
    overlap_counts: Mapping[str, int] = field(default_factory=dict)
    gap_counts: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    invalid: Mapping[str, int] = field(default_factory=dict)
    neighbours: Mapping[str, int] = field(default_factory=dict)
    version: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)
    agreement: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def __str__(self) -> str:
        lines = [f"{size:>10,} bytes  {name}" for name, size in self.sizes.items()]
        if self.sizes:
            lines.append(f"{sum(self.sizes.values()):>10,} bytes  in all, of at most {BYTES_LIMIT:,}")
        lines += [f"{name}: {words}" for name, words in self.origin.items()]
        for name, area_km2 in self.areas_km2.items():
            line = f"{name}: {area_km2:,.1f} km²"
            if name in self.units:
                line = f"{name}: {self.units[name]} units, {area_km2:,.1f} km², {self.invalid[name]} not valid"
            if name in self.gaps_km2:
                line += f", overlaps {_ground(self.overlaps_km2, self.overlap_counts, name)}"
                line += f", gaps {_ground(self.gaps_km2, self.gap_counts, name)}"
            if name in self.neighbours:
                line += f", {self.neighbours[name]} pairs of neighbours"
            lines.append(line)
        return "\n".join([*lines, *self._agreed(), *(self.faults or ("Nothing is wrong.",))])

    def __rich__(self) -> str:
        return str(self)

    def _agreed(self) -> list[str]:
        if not self.agreement:
            return []
        units = {key: value for key, value in self.agreement.items() if key != "lang-son"}
        worst = sorted(units, key=lambda key: units[key])[:_WORST]
        mean = sum(units.values()) / len(units)
        whole = self.agreement["lang-son"]
        return [
            f"agreement (intersection over union): province {whole:.3f}, {len(units)} communes on average {mean:.3f}",
            f"least: {', '.join(f'{key} {units[key]:.3f}' for key in worst)}",
        ]


def verify(against: Path | None = None) -> VerifyReport:
    """Check the layers in use and return what was found.

    Args:
        against: A file of communes to compare with, or None.

    Raises:
        LayerError: A layer is missing.
        ImportRefusedError: The file to compare with cannot be read.
    """
    from geodata.build.inspection import inspect_coverage

    sizes = {name: len(layer(name)) for name in known_layers()}
    found = inspect_coverage({name: layer(name) for name in _TIERS})
    faults = [*found.faults, *_names()]
    total = sum(sizes.values())
    if total > BYTES_LIMIT:
        faults.append(f"The layers weigh {total:,} bytes; at most {BYTES_LIMIT:,} are allowed.")
    return VerifyReport(
        sizes,
        found.areas_km2,
        found.overlaps_km2,
        found.gaps_km2,
        tuple(faults),
        found.overlap_counts,
        found.gap_counts,
        found.units,
        found.invalid,
        found.neighbours,
        storage.active_name(),
        {name: _origin(name) for name in (*BOUNDARIES, "districts", "sites")},
        _agreement(against) if against else {},
    )


def _ground(areas_km2: Mapping[str, float], counts: Mapping[str, int], name: str) -> str:
    if name not in counts:
        return f"{areas_km2[name]:.4f} km²"
    return f"{counts[name]} ({areas_km2[name] * 1e6:,.0f} m²)"


def _origin(name: str) -> str:
    known = known_layers()[name]
    drawn = "modelled" if name == "sites" else "schematic"
    return f"{drawn if known.schematic else 'imported'}; {known.source}; {known.licence}; {known.built_on}"


def _names() -> list[str]:
    """Return a sentence for each unit that is missing, unknown, or called otherwise than in the list of units."""
    units = storage.read_json("units.json")
    faults = []
    for name, kind in (("communes", "commune"), ("districts", "district")):
        expected = {f"{kind}.{row['code']}": row["name_vi"] for row in units[name]}
        held = {each["properties"]["id"]: each["properties"]["name_vi"] for each in json.loads(layer(name))["features"]}
        faults += [f"{key} {expected[key]} is missing from {name}." for key in expected if key not in held]
        faults += [f"{key} in {name} is none of our units." for key in held if key not in expected]
        faults += [
            f"{key} is {held[key]!r} in {name} and {expected[key]!r} in the list of units."
            for key in expected
            if key in held and held[key] != expected[key]
        ]
    return faults


def _agreement(path: Path) -> dict[str, float]:
    from geodata.imports.compare import agreement

    return agreement(path)
