"""A screen's report: entries of its journal and, from a wall, a sign of life."""

from __future__ import annotations

from typing import Any, Final

import msgspec

KINDS: Final = frozenset(
    {
        "load",  # the page began
        "reload",  # it loads itself anew; the detail says why
        "outage",  # the line to the server was away for so long
        "resync",  # frames were missing, a snapshot was asked for
        "slow",  # frames took longer than a quarter of a second: the worst, and how many
        "frozen",  # the picture stood still for so long
        "error",  # drawing failed
        "lock_lost",  # the machine took the keep-awake lock back
        "hidden",  # the browser hid the page
        "dropped",  # entries that did not fit into the browser's own journal
    }
)
"""What a screen may report."""
MOST_ENTRIES: Final = 100
"""Entries of one report at most."""
LONGEST_DETAIL: Final = 300
LONGEST_MS: Final = 366 * 86_400_000
"""A stretch longer than a year is no stretch of a screen's life."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line as the screen wrote it.

    Attributes:
        kind: one of KINDS.
        at: when it began, ms since 1970, by the server's clock as the screen knew it.
        for_ms: how long it lasted.
        detail: in a few words, not translated: for whoever looks after the machine.
        n: the browser's own number of the line, by which a line sent twice is known.
    """

    kind: str
    at: int
    for_ms: int = 0
    detail: str = ""
    n: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind: expected one of {', '.join(sorted(KINDS))}, got {self.kind[:40]!r}")
        if not 0 <= self.at < 10**14:
            raise ValueError(f"at: expected milliseconds since 1970, got {self.at}")
        if not 0 <= self.for_ms <= LONGEST_MS:
            raise ValueError(f"for_ms: expected 0 to {LONGEST_MS}, got {self.for_ms}")
        if len(self.detail) > LONGEST_DETAIL or "\x00" in self.detail:
            raise ValueError(f"detail: expected at most {LONGEST_DETAIL} characters without NUL")
        if self.n is not None and not 0 <= self.n < 2**53:
            raise ValueError("n: expected a number of 0 to 2^53")


class Beat(msgspec.Struct, frozen=True):
    """A sign of life: what the screen shows just now. Fields it does not know are left as they are."""

    scene: str = ""
    code: str = ""
    held: bool = False
    drawn_at: int = 0
    instant: int = 0
    loaded_at: int = 0
    frames: int = 0
    width: int = 0
    height: int = 0
    ratio: float = 1.0
    lock: str = ""
    line: str = ""
    version: str = ""
    pinned: bool = False

    def __post_init__(self) -> None:
        for name in ("scene", "code", "lock", "line", "version"):
            value = getattr(self, name)
            if len(value) > 64 or "\x00" in value:
                raise ValueError(f"beat.{name}: expected at most 64 characters without NUL")


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `POST /api/v1/screens/journal` takes.

    Attributes:
        screen: name of the screen.
        panel: id of the wall's panel, "" for another screen.
        entries: at most MOST_ENTRIES.
        browser: a name that the browser gave itself, so that two displays of one address are told apart.
        beat: a sign of life.
    """

    screen: str
    panel: str = ""
    entries: list[Entry] = []
    browser: str = ""
    beat: Beat | None = None

    def __post_init__(self) -> None:
        for name in ("screen", "panel", "browser"):
            value = getattr(self, name)
            if len(value) > 64 or not all(sign.isascii() and (sign.isalnum() or sign in "-_.") for sign in value):
                raise ValueError(f"{name}: expected at most 64 letters, digits, - _ and .")
        if not self.screen:
            raise ValueError("screen: expected the name of a screen")
        if len(self.entries) > MOST_ENTRIES:
            raise ValueError(f"entries: expected at most {MOST_ENTRIES}, got {len(self.entries)}")


class Line(msgspec.Struct, frozen=True):
    """A line of the journal as it is kept."""

    id: int
    screen: str
    panel: str
    browser: str
    who: str
    kind: str
    at: int
    for_ms: int
    detail: str
    received_at: int


class Heard(msgspec.Struct, frozen=True):
    """The last sign of life of one browser that shows a screen."""

    screen: str
    panel: str
    browser: str
    who: str
    at: int
    beat: dict[str, Any]
