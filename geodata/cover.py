"""What the sites on air reach together, kept up to date site by site.

A cell is covered while at least one site on air reaches it. Each change of a site touches only the targets that the
site reaches; sums are whole numbers, so that they are the same however they came about. Deliberately not here: why a
site is on air or not.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geodata.footprints import Footprints, IndexArray, IntArray
from geodata.sites import Site


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What one technology covers, by commune in the order of `Cells.communes`.

    Attributes:
        area_m2: Area reached.
        people_milli: People reached, in thousandths.
    """

    area_m2: IntArray
    people_milli: IntArray


class Cover:
    """Counts, for each cell and road sample, the sites on air that reach it.

    Args:
        footprints: What each site reaches.
    """

    def __init__(self, footprints: Footprints) -> None:
        self.footprints = footprints
        self._on: dict[str, frozenset[str]] = {}
        self._counts = {tech: np.zeros(footprints.targets, dtype=np.int32) for tech in footprints.technologies}
        communes = len(footprints.cells.communes)
        self._sums = {
            tech: Sums(np.zeros(communes, dtype=np.int64), np.zeros(communes, dtype=np.int64))
            for tech in footprints.technologies
        }

    def on(self, site_id: str) -> frozenset[str]:
        """Return the technologies a site was last said to have on air."""
        return self._on.get(site_id, frozenset())

    def switch(self, site: Site, technologies: Iterable[str]) -> set[int]:
        """Say which technologies a site has on air now.

        Args:
            site: The site; it keeps its position.
            technologies: All that are on air; those without a known range (2G) change nothing.

        Returns:
            The communes (by number) in which something is covered that was not, or no longer is.
        """
        now = frozenset(technologies) & self._counts.keys()
        before = self.on(site.id)
        touched: set[int] = set()
        for tech in before ^ now:
            touched |= self._change(site, tech, 1 if tech in now else -1)
        self._on[site.id] = now
        return touched

    def counts(self, technology: str) -> IndexArray:
        """Return by target how many sites on air reach it; not to be written to."""
        return self._counts[technology]

    def sums(self, technology: str) -> Sums:
        """Return what a technology covers; not to be written to, and changing with the next `switch`."""
        return self._sums[technology]

    def _change(self, site: Site, tech: str, step: int) -> set[int]:
        cells = self.footprints.cells
        targets = self.footprints.of(site, tech)
        counts = self._counts[tech]
        counts[targets] += step
        # Gained where it is the first, lost where it was the last.
        changed = targets[counts[targets] == (1 if step > 0 else 0)]
        changed = changed[changed < len(cells)]
        if not len(changed):
            return set()
        commune = cells.commune[changed]
        sums = self._sums[tech]
        np.add.at(sums.area_m2, commune, step * cells.area_m2[changed])
        np.add.at(sums.people_milli, commune, step * cells.people_milli[changed])
        return set(np.unique(commune).tolist())
