"""The plan of a deck: which slides, in which order, with whose words; read from config/briefing.yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from layouts.slides.model import Kind

When = Literal["always", "high", "critical"]


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    vi: str = ""
    en: str = ""

    def in_language(self, lang: str) -> str:
        """Return the text in a language, the other one where it is missing."""
        return (self.vi or self.en) if lang == "vi" else (self.en or self.vi)


@dataclass(frozen=True, slots=True)
class Wish:
    """A decision that is wanted.

    Attributes:
        text: what shall be decided; `{places}` becomes the places of the alerts it belongs to.
        when: `critical` or `high`: only while an alert of that priority or a graver one is open.
        gate: only alerts of this gate count, "" for all.
    """

    text: Words
    when: When = "always"
    gate: str = ""


@dataclass(frozen=True, slots=True)
class SlidePlan:
    """One slide, or one for each gate.

    Attributes:
        kind: what it shows.
        gate: for kind `gate`: `each`, `worst`, or a gate's id.
        headline: replaces the finding that is computed, where it is given.
        notes: added to the speaker's notes.
        wishes: for kind `decisions`.
        from_alerts: for kind `decisions`: whether open alerts add what their rules ask for.
        most: how many lines at most, for kinds `alerts` and `decisions`.
    """

    kind: Kind
    gate: str = "each"
    headline: Words = field(default_factory=Words)
    notes: Words = field(default_factory=Words)
    wishes: tuple[Wish, ...] = ()
    from_alerts: bool = True
    most: int = 4


@dataclass(frozen=True, slots=True)
class DeckPlan:
    """A deck as the operator composed it.

    Attributes:
        name: in addresses: `giao-ban`.
        title: printed on the title slide.
        subtitle: for whom, "" for nothing.
        slides: in their order.
    """

    name: str
    title: Words
    subtitle: Words
    slides: tuple[SlidePlan, ...]
