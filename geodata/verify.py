"""Check the built layers: area, validity, overlaps, gaps and sizes.

What `geodata verify` prints. Shapely is imported only when called. Deliberately not here: a
judgement on how true the shapes are; that needs official boundaries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geodata.layers import LAYERS, layer

# What the layers may weigh in the repository.
BYTES_LIMIT: Final = 1_500_000


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was found; areas in km² as measured in UTM 48N.

    Attributes:
        sizes: Bytes by layer.
        areas_km2: Area of the province, of all communes and of all districts.
        overlaps_km2: Area that two communes, or two districts, both claim.
        gaps_km2: Area of the province that no commune, or no district, claims.
        faults: One sentence for each thing that is wrong; empty when all is well.
    """

    sizes: Mapping[str, int]
    areas_km2: Mapping[str, float]
    overlaps_km2: Mapping[str, float]
    gaps_km2: Mapping[str, float]
    faults: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def __str__(self) -> str:
        lines = [f"{size:>10,} bytes  {name}" for name, size in self.sizes.items()]
        for name, area_km2 in self.areas_km2.items():
            line = f"{name}: {area_km2:,.1f} km²"
            if name in self.gaps_km2:
                line += f", overlaps {self.overlaps_km2[name]:.4f} km², gaps {self.gaps_km2[name]:.4f} km²"
            lines.append(line)
        return "\n".join([*lines, *(self.faults or ("Nothing is wrong.",))])

    def __rich__(self) -> str:
        return str(self)


def verify() -> VerifyReport:
    """Check the layers in geodata/data and return what was found.

    Raises:
        LayerError: A layer is missing.
    """
    from geodata.build.inspection import inspect_coverage

    sizes = {name: len(layer(name)) for name in LAYERS}
    found = inspect_coverage({name: layer(name) for name in ("province", "communes", "districts")})
    faults = list(found.faults)
    total = sum(sizes.values())
    if total > BYTES_LIMIT:
        faults.append(f"The layers weigh {total:,} bytes; at most {BYTES_LIMIT:,} are allowed.")
    return VerifyReport(sizes, found.areas_km2, found.overlaps_km2, found.gaps_km2, tuple(faults))
