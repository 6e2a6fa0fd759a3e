"""What the read models know of each source: whether it is simulated, and by which cadence it is judged.

A small memory of the registry's answers, because they are needed for each figure on each change. It is emptied when
the registry learns something new.
"""

from __future__ import annotations

from feeds.catalogue import Catalogue
from feeds.model import MANUAL_PREFIX, is_simulated
from feeds.registry import Registry, SourceFacts


class Origins:
    """Answers about sources, remembered until `forget`."""

    def __init__(self, registry: Registry, catalogue: Catalogue) -> None:
        self._registry = registry
        self._catalogue = catalogue
        self._simulated: dict[str, bool] = {}
        self._cadences: dict[tuple[str, str], float] = {}

    def facts(self, source: str) -> SourceFacts | None:
        """Return what a source, or for a derived one its base (`border:S` → `S`), said of itself."""
        return self._registry.source(source) or self._registry.source(source.rpartition(":")[2])

    def simulated(self, source: str) -> bool:
        """Tell whether a source is not the real world, by its name or by what it said of itself."""
        known = self._simulated.get(source)
        if known is None:
            facts = self.facts(source)
            known = is_simulated(source) or (facts is not None and facts.simulated)
            self._simulated[source] = known
        return known

    def person(self, source: str) -> str:
        """Return the name of the person behind a source `manual.<user>`."""
        facts = self._registry.source(source)
        return (facts.name_vi if facts is not None else "") or source.removeprefix(MANUAL_PREFIX)

    def cadence_s(self, source: str, metric: str) -> float:
        """Return the seconds between readings expected of a source in a metric of the catalogue."""
        key = (source, metric)
        known = self._cadences.get(key)
        if known is None:
            known = self._registry.cadence_s(source, self._catalogue[metric].cadence_s)
            self._cadences[key] = known
        return known

    def summed(self, metric: str) -> bool:
        """Tell whether the parts of a whole may be added in this metric."""
        return self._catalogue[metric].aggregation == "sum"

    def forget(self) -> None:
        """Ask the registry anew from now on."""
        self._simulated.clear()
        self._cadences.clear()
