"""The scout: how things stand at the gates now, told while the past is still on its way.

Queues are derived from passages in time order, so on a first start the gates' figures of today come last. The scout
plays the same repeatable run ahead to the present, derives the same figures from it, and tells them as the simulator's
own word (method `model`) until the derivation from the sent passages has arrived in the present.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from feeds.border.derivation import Derivation
from feeds.border.recall import still_needed
from feeds.model import Passage
from feeds.sources.simulator.model import Simulator
from feeds.twin.engine import SOURCE
from feeds.validation import RawPassage, RawReading
from geodata.gates import GateFacts
from geodata.places import Places

PERIOD_S: Final = 30.0
"""Half the cadence of the gates' figures, so that they never come late."""


class Scout:
    """A second run of the same simulator, ahead of the one that is being told.

    Args:
        simulator: at its beginning; plays up to the present by itself.
        places: which gate a route belongs to.
        gate_facts: yards and lanes.
    """

    def __init__(self, simulator: Simulator, places: Places, gate_facts: Mapping[str, GateFacts]) -> None:
        self._simulator = simulator
        self._derivation = Derivation(places, gate_facts, SOURCE)

    def run_ahead(self, now: datetime) -> None:
        """Play up to an instant; the first time this takes seconds, so call it in a thread."""
        passages = [_passage(raw) for raw in self._simulator.passages(now)]
        for passage in still_needed(passages, now):
            self._derivation.apply(passage)

    def readings(self, now: datetime) -> Sequence[RawReading]:
        """Return every figure of the gates as of now, as the simulator's own word."""
        self.run_ahead(now)
        derived = self._derivation.readings(now, changed_only=False)
        return [
            msgspec.structs.replace(reading, source=SOURCE, method="model")
            for reading in derived
            if reading.observed_at == now
        ]


def _passage(raw: RawPassage) -> Passage:
    return Passage(
        raw.vehicle, raw.place, raw.direction, raw.goods_class, raw.step, raw.phase, raw.at, raw.at, SOURCE,
        raw.goods_tonnes, raw.fee_vnd, raw.diverted,
    )  # fmt: skip
