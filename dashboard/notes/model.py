"""A note to the duty desk and what became of it. Pure."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

LONGEST_TEXT: Final = 1_000
"""Characters of a note or an answer: what fits a tablet's screen and is read in half a minute."""
What = Literal["seen", "answered"]


class Step(msgspec.Struct, frozen=True):
    """One thing the duty desk did with a note.

    Attributes:
        what: somebody said to have seen it, or answered.
        by: who.
        at: when, ms since the epoch.
        text: the answer, "" for `seen`.
    """

    what: What
    by: str
    at: int
    text: str = ""


class Note(msgspec.Struct, frozen=True):
    """A note with its way so far.

    Attributes:
        id: sixteen hexadecimal digits.
        at: when the desk took it, ms since the epoch.
        by: who wrote it.
        role: their role.
        text: what they wrote.
        urgent: whether they called it urgent.
        place: the place it is about, None for none.
        alert: the alert it is about, None for none.
        path: the address of what the writer saw, "" for none.
        steps: what the duty desk did, in its order.
        version: grows with every step, so that of two tellings the newer is known.
        updated_at: when the last thing happened, ms since the epoch.
    """

    id: str
    at: int
    by: str
    role: str
    text: str
    urgent: bool
    place: str | None
    alert: str | None
    path: str
    steps: tuple[Step, ...]
    version: int
    updated_at: int

    @property
    def state(self) -> Literal["sent", "seen", "answered"]:
        """How far it has come; an answer counts more than a look."""
        done = {step.what for step in self.steps}
        return "answered" if "answered" in done else "seen" if done else "sent"


def telling(note: Note) -> dict[str, object]:
    """Return a note as screens and the API get it: JSON-ready, with its state."""
    return {**msgspec.to_builtins(note), "state": note.state}
