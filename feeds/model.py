"""Readings and passages: the two kinds of fact that travel through the house.

A reading says what a metric was at a place at an instant; a passage says that one vehicle entered or left one
step. Both are immutable, carry aware UTC times and know their identity. What this module does not do: judge them
(see `validation`) or move them (see `bus`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias

import msgspec

STEPS: Final = (
    "declaration",
    "transport",
    "flow_control",
    "medical_check",
    "vehicle_inspection",
    "quarantine",
    "transshipment",
    "fee_collection",
)
"""The eight steps of the digital border gate, in order. Source: the province's platform (domain facts §1)."""

DIRECTIONS: Final = ("export", "import")
GOODS_CLASSES: Final = ("fruit", "other", "new_vehicle", "temporary_import")
QUALITIES: Final = ("good", "late", "estimated", "manual", "missing", "instrument")
PHASES: Final = ("enter", "exit")
METHODS: Final = ("count", "sensor", "derived", "model", "manual", "report", "probe", "unknown")

SIMULATED_KINDS: Final = ("simulator", "replay", "exercise")
"""First words of a source that is not the real world; see `is_simulated`."""

MANUAL_PREFIX: Final = "manual."
"""Sources that are persons, see `is_manual`; only the entry of figures may speak for them."""


class Reading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One value of one series at one instant.

    Attributes:
        metric: a name of the metric catalogue.
        place: a canonical place id.
        dims: dimension → value, only those the metric knows.
        value: in the metric's unit; None exactly when quality is `missing`.
        observed_at: when the source saw it, aware UTC.
        received_at: when we took it in, aware UTC.
        source: who says so, for example `border-gate-platform`, `simulator`, `border:simulator`.
        method: how it was obtained, one of METHODS.
        quality: one of QUALITIES. `instrument` keeps a value that tells of a broken instrument: it counts nowhere.
        expires_at: of a manual entry, when it stops to speak, aware UTC; None for what feeds say.
        was: the quality before a person marked it `instrument`; "" where nobody did.
    """

    metric: str
    place: str
    value: float | None
    observed_at: datetime
    received_at: datetime
    source: str
    dims: dict[str, str] = {}
    method: str = "unknown"
    quality: str = "good"
    expires_at: datetime | None = None
    was: str = ""


class Passage(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One vehicle entering or leaving one step of one route.

    A step `declaration` lies before arrival. The vehicle has arrived when it enters `transport` and has left when it
    exits `fee_collection`; the clearance decision is the exit of `transshipment`.

    Attributes:
        vehicle: the source's pseudonymous id of the vehicle's visit.
        place: a route (or gate) id.
        direction: `export` or `import`.
        goods_class: one of GOODS_CLASSES.
        step: one of STEPS.
        phase: `enter` or `exit`.
        at: when it happened, aware UTC.
        received_at: when we took it in, aware UTC.
        source: who says so.
        goods_tonnes: load, stated at most once a visit (on the exit of the last step).
        fee_vnd: fee charged, stated at most once a visit (on the exit of `fee_collection`).
        diverted: True on the last event of a vehicle that turned back instead of crossing.
    """

    vehicle: str
    place: str
    direction: str
    goods_class: str
    step: str
    phase: str
    at: datetime
    received_at: datetime
    source: str
    goods_tonnes: float | None = None
    fee_vnd: int | None = None
    diverted: bool = False


class DeadLetter(msgspec.Struct, frozen=True, gc=False):
    """A refused record, kept whole with its reason.

    Attributes:
        kind: `reading` or `passage` or `row` (a row no record could be made of).
        reason: short stable word, the key it is counted under.
        message: a sentence for people.
        field: the field at fault, or "".
        source: who sent it, as far as known.
        received_at: aware UTC.
        payload: the record as it came, cut at 4,000 characters.
        origin: where in the input it stood, for example `dpsu.csv:17`; "" for pushes.
    """

    kind: str
    reason: str
    message: str
    field: str
    source: str
    received_at: datetime
    payload: str
    origin: str = ""


SeriesKey: TypeAlias = tuple[str, str, str, str]


def dims_key(dims: Mapping[str, str]) -> str:
    """Return the dims as one canonical text, `direction=export,step=quarantine`; "" for none."""
    if not dims:
        return ""
    if len(dims) == 1:
        [(key, value)] = dims.items()
        return f"{key}={value}"
    return ",".join(f"{key}={dims[key]}" for key in sorted(dims))


def parse_dims_key(text: str) -> dict[str, str]:
    """Return the dims of a canonical text; the inverse of `dims_key`.

    Raises:
        ValueError: when a part is not `key=value`.
    """
    if not text:
        return {}
    pairs = [part.partition("=") for part in text.split(",")]
    for key, sign, value in pairs:
        if not (key and sign and value):
            raise ValueError(f"dims are written key=value,key=value, got {text!r}")
    return {key: value for key, _, value in pairs}


def usable_value(reading: Reading) -> float | None:
    """Return the value that counts: None where it is missing or tells of a broken instrument."""
    return None if reading.quality == "instrument" else reading.value


def series_of(reading: Reading) -> SeriesKey:
    """Return the series a reading belongs to: (metric, place, dims key, source)."""
    return (reading.metric, reading.place, dims_key(reading.dims), reading.source)


def is_manual(source: str) -> bool:
    """Tell whether a source is a person's entries, `manual.<user>`."""
    return source.startswith(MANUAL_PREFIX)


def is_simulated(source: str) -> bool:
    """Tell whether a source is a simulator, a replay or an exercise, directly or through a derivation.

    `border:simulator` (derived from simulated passages) is as simulated as `simulator` itself.
    """
    return any(part.partition("-")[0] in SIMULATED_KINDS for part in source.split(":"))
