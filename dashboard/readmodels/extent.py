"""How far off the tail of a queue on the road may be: a pure formula.

`queue_extent_m` is (vehicles − yard places) × metres per vehicle ÷ lanes abreast. Each of these is known only so well,
and between two readings the queue goes on growing or shrinking. See docs/decisions/053-uncertainty-of-the-tail.md.
"""

from __future__ import annotations

from typing import Any, Final

VEHICLE_LENGTH_M: Final = 18.0
"""Road taken by one waiting vehicle. Source: domain facts §5; feeds/border/figures.py reckons with the same."""
SPACING_SHARE: Final = 0.05
"""How far 18 m may be off over a whole queue: 17 to 19 m. Our own assumption (A)."""
YARD_SHARE: Final = 0.05
"""How far the places in the yards may be off. Source: domain facts §2: Tân Thanh is published as 1,100 to 1,200."""


def extent_error(
    extent_m: float | None,
    *,
    yard_places: float | None,
    lanes_abreast: int,
    miscounted: float | None,
    arrivals_vph: float | None,
    throughput_vph: float | None,
) -> dict[str, Any] | None:
    """Return how far off the tail may be: `{"fixed_m", "per_hour_m"}`.

    A reading of age `a` hours is off by at most `fixed_m + a × per_hour_m`, in metres; the screen adds the age.

    Args:
        extent_m: the queue on the road; None or 0 gives None, for there is no tail.
        yard_places: places in the gate's yards, None where unknown.
        lanes_abreast: lanes the queue stands in.
        miscounted: vehicles the books do not balance by (`conservation_error_vehicles`), None where not told.
        arrivals_vph: vehicles that arrive in an hour, None where not told.
        throughput_vph: vehicles that leave in an hour, None where not told.

    Returns:
        None also where nothing is known of the flow: then nobody can say how fast the tail moves.
    """
    flows = [flow for flow in (arrivals_vph, throughput_vph) if flow is not None]
    if not extent_m or not flows:
        return None
    metres = VEHICLE_LENGTH_M / max(1, lanes_abreast)
    # With one flow only, the other one may be nought: the tail moves by no more than the one that is known.
    net_vph = abs(flows[0] - flows[1]) if len(flows) == 2 else flows[0]
    vehicles = YARD_SHARE * (yard_places or 0.0) + (miscounted or 0.0)
    return {"fixed_m": round(SPACING_SHARE * extent_m + vehicles * metres), "per_hour_m": round(net_vph * metres)}
