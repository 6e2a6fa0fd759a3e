"""Which kilometres of a road an alert speaks of, as the network derivation tells them (fact `lso:network`).

A reading says how long the longest dead stretch is; where it lies is told beside it, so that no text has to invent a
place from a number. Pure. What this module does not do: decide anything.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from alerts.template import format_number


class Stretch(msgspec.Struct, frozen=True):
    """One dead stretch; see `feeds.network.picture`."""

    gate: str
    road: str
    road_name: str
    from_km: float
    to_km: float
    km: float
    technology: str = ""


class _Lost(msgspec.Struct, frozen=True):
    stretches: list[Stretch] = []


class Stretches:
    """The dead stretches told last, the longest first."""

    def __init__(self) -> None:
        self._known: list[Stretch] = []

    def take(self, told: bytes | None) -> None:
        """Take what was told; nothing, or what cannot be read, is no stretch."""
        try:
            self._known = [] if told is None else msgspec.json.decode(told, type=_Lost).stretches
        except msgspec.MsgspecError:
            # Written by another version of us: the alert is worth more than its kilometres.
            self._known = []

    def words(self, labels: Mapping[str, str]) -> tuple[str, str]:
        """Return (Vietnamese, English) kilometres for an alert's labels; the road's id where they are not known.

        Without a label `road` an alert speaks of no road, and the texts are empty.
        """
        road = labels.get("road", "")
        if not road:
            return "", ""
        for each in self._known:
            if (each.gate, each.road, each.technology) == (labels.get("place"), road, labels.get("technology", "")):
                return _named(each, "vi"), _named(each, "en")
        return road, road


def _named(stretch: Stretch, language: str) -> str:
    first, last = (format_number(km, 1, language) for km in (stretch.from_km, stretch.to_km))
    # The range stays on one line: "km 1,1–" at the end of one says nothing.
    return f"{stretch.road_name} km {first}\u2060–\u2060{last}"
