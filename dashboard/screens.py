"""The screens there are, and where those live whose address is not their name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SCREENS: Final = (
    "wall",
    "tablet",
    "duty",
    "briefing",
    "crossings",
    "entry",
    "feeds",
    "mapping",
    "gallery",
    "selftest",
    "presenter",
)
ADDRESSES: Final[Mapping[str, str]] = {"selftest": "/wall/self-test", "presenter": "/briefing/presenter"}
"""Screen → its path; any other screen lives under its own name."""
LISTED: Final = tuple(screen for screen in SCREENS if screen not in ADDRESSES)
"""What the start page offers: the others are reached from the screen they belong to."""


def address_of(screen: str) -> str:
    """Return the path of a screen."""
    return ADDRESSES.get(screen, f"/{screen}")
