"""The eight steps as screens name them, and how long each usually takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from feeds.model import STEPS


class StepName(NamedTuple):
    """A short name of a step, for a tile."""

    vi: str
    en: str


STEP_NAMES: Final[Mapping[str, StepName]] = {
    "declaration": StepName("Khai báo", "Declaration"),
    "transport": StepName("Vận chuyển", "Transport"),
    "flow_control": StepName("Điều luồng", "Flow control"),
    "medical_check": StepName("Y tế", "Medical"),
    "vehicle_inspection": StepName("Soi xe", "Inspection"),
    "quarantine": StepName("Kiểm dịch", "Quarantine"),
    "transshipment": StepName("Sang tải", "Transshipment"),
    "fee_collection": StepName("Thu phí", "Fees"),
}
PHYSICAL_STEPS: Final = STEPS[1:]
"""The steps a vehicle goes through after it arrived; the declaration lies before."""
