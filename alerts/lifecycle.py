"""The life of an alert as ISA-18.2 draws it: what a state becomes when something happens.

NORM is the quiet state. A condition that is met makes UNACK; people make ACKED of it; a condition that ends makes
NORM of ACKED but RTNUN of UNACK, since somebody has yet to say that they saw it. SHLVD, DSUPR and OOSRV (set aside by
a person, by design, out of service) are the standard's names for states that stand beside these four; an alert that
is in one of them is not touched here. Pure.
"""

from __future__ import annotations

from typing import Final, Literal

State = Literal["NORM", "UNACK", "ACKED", "RTNUN", "SHLVD", "DSUPR", "OOSRV"]
STATES: Final[tuple[State, ...]] = ("NORM", "UNACK", "ACKED", "RTNUN", "SHLVD", "DSUPR", "OOSRV")
"""Source: ANSI/ISA-18.2, figure of the alarm state transitions; names as in the domain facts §5."""

LIVE: Final[frozenset[State]] = frozenset({"UNACK", "ACKED", "RTNUN"})
"""The states of the live list."""

_ON_END: Final[dict[State, State]] = {"UNACK": "RTNUN", "ACKED": "NORM"}
_ON_ACKNOWLEDGE: Final[dict[State, State]] = {"UNACK": "ACKED", "RTNUN": "NORM"}
_ON_UNACKNOWLEDGE: Final[dict[State, State]] = {"ACKED": "UNACK"}


def ended(state: State) -> State:
    """Return the state once the condition is over."""
    return _ON_END.get(state, state)


def acknowledged(state: State) -> State:
    """Return the state once somebody has said that they saw it."""
    return _ON_ACKNOWLEDGE.get(state, state)


def unacknowledged(state: State) -> State:
    """Return the state once an acknowledgement was taken back; an alert that is over stays as it is."""
    return _ON_UNACKNOWLEDGE.get(state, state)
