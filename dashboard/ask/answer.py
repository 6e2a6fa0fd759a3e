"""An answer: a sentence with its number, unit, time, source, and the way to its view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        kind: `figure`, `past`, `comparison`, `rank`, `list`, `why`, `fact`, `state`, `alert`.
        sentence: what is so, ready to be read aloud.
        value: the number in `unit`, None where the answer is none (a list of alerts, for example).
        unit: as the catalogue writes it.
        at: when the source saw it, ms since 1970.
        source: id of the source, "" where there is none.
        simulated: whether any of it is not the real world.
        url: the view.
        note: source, age and freshness in words.
        freshness: `live`, `late`, `stale`, `lost`; None for a past time.
        age_s: seconds since `at`, None for a past time.
        quality: of the reading.
        place: id of the place it is about.
        metric: name in the catalogue, "" where there is none.
        priority: of the alert it tells of.
    """

    kind: str
    sentence: str
    value: float | None = None
    unit: str = ""
    at: int | None = None
    source: str = ""
    simulated: bool = False
    url: str = ""
    note: str = ""
    freshness: str | None = None
    age_s: float | None = None
    quality: str = ""
    place: str = ""
    metric: str = ""
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class Find:
    """Something that was found by its name.

    Attributes:
        kind: `gate`, `route`, `commune`, `former`, `district`, `site`, `road`, `crossing`, `alert`, `scene`, `screen`,
            `target`, `system`, `feed`, `metric`.
        id: its id.
        name: in the page's language.
        detail: what it is.
        url: its view.
    """

    kind: str
    id: str
    name: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything that is said to one question; `said` is the sentence when it cannot be answered."""

    q: str
    answers: Sequence[Answer] = ()
    finds: Sequence[Find] = ()
    said: str = ""

    def as_object(self) -> dict[str, Any]:
        """Return it as the API does."""
        return {
            "q": self.q,
            "answers": [asdict(one) for one in self.answers],
            "finds": [asdict(one) for one in self.finds],
            "said": self.said,
        }
