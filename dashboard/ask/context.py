"""What a rule needs to answer one question, and the figures of now, wherever they stand. Blocking: history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.ask.cells import Cell, at_path, cell_at, together
from dashboard.ask.past import Past
from dashboard.ask.question import Moment, Named, Question
from dashboard.ask.speech import Speech
from dashboard.ask.subjects import Subject
from dashboard.ask.views import view_of
from feeds.catalogue import Catalogue
from geodata.places import PROVINCE_ID, Places

PROVINCE: Final = Named("province", PROVINCE_ID)
SLOT_DIMS: Final = {
    "direction": "direction",
    "technology": "technology",
    "area": "area",
    "goods": "goods_class",
    "step": "step",
    "stat": "stat",
}
"""Slot of the lexicon → dimension of a series."""
SERVICES: Final = frozenset({"received", "settled", "open_files", "overdue", "on_time", "online"})
NETWORK: Final = frozenset({"on_air", "expected", "coverage", "availability", "speed"})


@dataclass(frozen=True, slots=True)
class Context:
    """One question with everything that may answer it.

    Attributes:
        question: as understood.
        moment: when it is about.
        topics: the data of every topic at one instant.
        speech: says figures.
        past: history.
        places: every place.
        catalogue: every metric.
        subjects: every subject by key.
    """

    question: Question
    moment: Moment
    topics: Mapping[str, Any]
    speech: Speech
    past: Past
    places: Places
    catalogue: Catalogue
    subjects: Mapping[str, Subject]

    def url(self, kind: str, name: str = "") -> str:
        """Return the address of a view."""
        return view_of(kind, name, self.speech.screen)

    def gates(self, *, roads: bool = False) -> dict[str, Mapping[str, Any]]:
        """Return the gates of the topic by id, in their order; only those of roads when asked."""
        gates: Mapping[str, Any] = at_path(self.topics, "gates/gates") or {}
        kept = {key: gate for key, gate in gates.items() if not roads or gate.get("mode") != "rail"}
        return dict(sorted(kept.items(), key=lambda item: item[1].get("order", 99)))

    def dims(self) -> dict[str, str]:
        """Return the dimensions that the question names."""
        return {dim: self.question.first(slot) for slot, dim in SLOT_DIMS.items() if self.question.first(slot)}

    def fits(self, subject: Subject) -> bool:
        """Tell whether the subject has every dimension that is asked for; what is asked is never left out."""
        return set(self.dims()) <= set(self.catalogue[subject.metric].dims)

    def place_for(self, subject: Subject, named: Sequence[Named]) -> Named | None:
        """Return which meaning of a name has figures of this subject, None when none has."""
        wanted = self.kinds(subject)
        return next((one for one in named if one.kind in wanted), None)

    def kinds(self, subject: Subject) -> tuple[str, ...]:
        """Return the kinds of places that may have figures of the subject, the likeliest first."""
        if subject.commune or subject.key in SERVICES | NETWORK:
            return ("commune", "province")
        dims = self.catalogue[subject.metric].dims
        if subject.gate or {"direction", "goods_class", "step"} & dims or subject.metric == "queue_extent_m":
            return ("gate", "route", "crossing", "province")
        return ("gate", "route", "crossing", "commune", "province")

    def view_of(self, subject: Subject, place: Named) -> str:
        """Return the view of a subject at a place."""
        if place.kind in {"gate", "crossing"}:
            return self.url(place.kind, place.id)
        if place.kind == "route":
            return self.url("gate", self.places.gate_of(place.id) or "")
        if subject.key in NETWORK or (self.catalogue[subject.metric].retention == "site"):
            return self.url("network")
        if place.kind == "commune":
            return self.url("commune", place.id)
        return self.url("services" if subject.key in SERVICES else "gates")

    def where(self, place: Named, dims: Mapping[str, str]) -> str:
        """Return the place with what else narrows the figure: `Tân Thanh, chiều xuất khẩu`."""
        words = [self.speech.place(place.id)]
        for dim, value in dims.items():
            if dim == "direction":
                words.append(self.speech.say(f"answer.direction.{value}"))
            elif dim == "technology":
                words.append(value.upper())
            elif dim == "area":
                words.append(self.speech.say("answer.area.key"))
            elif dim == "step":
                words.append(self.speech.say("answer.step", step=self.speech.say(f"step.{value}")))
            elif dim == "goods_class":
                words.append(self.speech.say("answer.goods.fruit"))
        return ", ".join(words)

    def current(self, subject: Subject, place: Named, dims: Mapping[str, str]) -> Cell | None:
        """Return the figure of now: the one on the screens, else the newest that history holds."""
        if place.kind == "gate":
            return self._of_gate(subject, place.id, dims)
        if place.kind == "province":
            return self._of_province(subject, dims)
        if place.kind == "commune" and subject.commune and set(dims) <= {"technology"}:
            technology = dims.get("technology", "4g")
            if technology in {"4g", "5g"}:
                return cell_at(self.topics, subject.commune.format(id=place.id, technology=technology))
        return self.past.newest(subject, place.id, dims, self.speech.now)

    def _of_gate(self, subject: Subject, gate: str, dims: Mapping[str, str]) -> Cell | None:
        here = f"gates/gates/{gate}"
        asked = dict(dims)
        key = asked.pop("direction", "") or (asked.pop("stat", "").replace("median", ""))
        if not asked and key in subject.gate:
            return cell_at(self.topics, f"{here}/{subject.gate[key]}")
        if not asked and not key and set(subject.gate) == {"export", "import"}:
            return together([cell_at(self.topics, f"{here}/{field}") for field in subject.gate.values()])
        return self.past.newest(subject, gate, dims, self.speech.now)

    def _of_province(self, subject: Subject, dims: Mapping[str, str]) -> Cell | None:
        key = " ".join(dims[dim] for dim in ("direction", "technology", "area") if dim in dims)
        if set(dims) <= {"direction", "technology", "area"}:
            if key in subject.province:
                return cell_at(self.topics, subject.province[key])
            if not key and set(subject.province) == {"export", "import"}:
                return together([cell_at(self.topics, path) for path in subject.province.values()])
        if subject.of_gates or (subject.counter and "gate" in self.kinds(subject)):
            return self.over_gates(subject, dims)
        return self.past.newest(subject, PROVINCE_ID, dims, self.speech.now)

    def over_gates(self, subject: Subject, dims: Mapping[str, str]) -> Cell | None:
        """Return the sum over the road gates, None where one that reports lacks it or it does not add up."""
        if self.catalogue[subject.metric].aggregation != "sum":
            return None
        gates = self.gates(roads=True)
        reporting = [
            gate
            for gate, card in gates.items()
            if any(cell_at({"g": card}, f"g/{name}") for name in ("queue", "arrivals", "lanes_open"))
        ]
        return together([self._of_gate(subject, gate, dims) for gate in reporting])
