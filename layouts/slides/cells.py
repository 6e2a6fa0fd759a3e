"""Cells of the topics as the slides read them: state, words, sums, and the figure that is made of one. Pure.

The same judgement as `assets/10-freshness.js` and `12-quality.js`: a figure that is not live says so, and loses the
colour of an alert it can no longer prove.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from feeds.freshness import freshness_of
from layouts import formats
from layouts.slides.model import Figure, State, Urgency
from layouts.view import GateView
from layouts.wording import say

Cell = Mapping[str, Any]
MOST_SOURCES: Final = 2
"""More names than these are counted: the foot of a slide is one line."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a deck is composed from.

    Attributes:
        topics: topic → data, all of one instant.
        at_ms: the instant.
        lang: language of the texts.
        gates: gates with a slide, in the order of their cards.
    """

    topics: Mapping[str, Any]
    at_ms: int
    lang: str
    gates: tuple[GateView, ...]
    _addresses: dict[int, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def address(self, cell: Cell) -> str:
        """Return topic and path of a cell of the topics, `gates/gates/chi-ma/queue`; "" for one that was made here."""
        if not self._addresses:
            self._addresses.update(_cells_of(self.topics, ""))
        return self._addresses.get(id(cell), "")

    def topic(self, name: str) -> Mapping[str, Any]:
        """Return the data of a topic, empty where it is not there."""
        return self.topics.get(name) or {}

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of the catalogue."""
        return say(self.lang, key, **values)

    def name(self, thing: Mapping[str, Any]) -> str:
        """Return the name of anything that carries name_vi and name_en."""
        first, second = ("name_vi", "name_en") if self.lang == "vi" else ("name_en", "name_vi")
        return str(thing.get(first) or thing.get(second) or thing.get("id") or "")

    def text(self, thing: Mapping[str, Any], field: str) -> str:
        """Return a field that comes in both languages."""
        first, second = ("_vi", "_en") if self.lang == "vi" else ("_en", "_vi")
        return str(thing.get(field + first) or thing.get(field + second) or "")

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number."""
        return formats.number(value, self.lang, decimals)

    def clock(self, at_ms: float) -> str:
        """Write a time of day in Hanoi."""
        return formats.clock(formats.from_ms(at_ms))


def _cells_of(node: object, path: str) -> Iterator[tuple[int, str]]:
    """Yield identity and path of every cell below; the topics outlive the moment, so that identities stay true."""
    if isinstance(node, Mapping):
        if "src" in node and "at" in node:
            yield id(node), path
        for key, child in node.items():
            yield from _cells_of(child, f"{path}/{key}" if path else str(key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            if isinstance(child, Mapping):
                yield from _cells_of(child, f"{path}/{index}")


def has(cell: Cell | None) -> bool:
    """Tell whether a cell holds a figure at all."""
    return bool(cell) and cell is not None and cell.get("v") is not None


def state_of(cell: Cell | None, at_ms: float) -> State:
    """Return how far a cell can be trusted at an instant."""
    if cell is None or cell.get("v") is None:
        return "missing"
    if cell.get("until") is not None:
        return "live" if at_ms < cell["until"] else "lost"
    return freshness_of(age_of(cell, at_ms), cell["cad"]).value


def age_of(cell: Cell, at_ms: float) -> float:
    """Return the age in seconds, 0 for an instant that lies ahead."""
    return float(max(0.0, (at_ms - cell["at"]) / 1000))


def quality_words(moment: Moment, cell: Cell) -> str:
    """Return how a figure was come by: entered by a person, told by a broken instrument; "" where a feed told it."""
    if cell.get("q") == "instrument":
        return moment.say("quality.instrument")
    if cell.get("until") is None:
        return ""
    key = "quality.manual" if moment.at_ms < cell["until"] else "quality.expired"
    return moment.say(key, by=cell.get("by") or "?", age=formats.age(age_of(cell, moment.at_ms), moment.lang))


def state_words(moment: Moment, cell: Cell) -> str:
    """Return a state in words with its age: `chậm 14 ph`."""
    said = quality_words(moment, cell)
    if said:
        return said
    state = moment.say("state." + state_of(cell, moment.at_ms))
    return moment.say("state.aged", state=state, age=formats.age(age_of(cell, moment.at_ms), moment.lang))


def urgent(priority: object) -> Urgency:
    """Return a priority that has a colour, None for the others."""
    return priority if priority in ("critical", "high") else None


def joined(parts: Iterable[str]) -> str:
    """Return the parts that say something, with a dot between them."""
    return " · ".join(part for part in parts if part)


def figure(
    moment: Moment,
    label: str,
    cell: Cell | None,
    write: Callable[[float], str],
    *,
    unit: str = "",
    note: str = "",
    priority: Urgency = None,
) -> Figure | None:
    """Return a tile (its number is given later), None without a value; `unit` is the key of the unit's word."""
    if cell is None or not has(cell):
        return None
    state = state_of(cell, moment.at_ms)
    colour = priority if state == "live" else None
    word = moment.say("priority." + colour) if colour else ""
    words = joined((word, quality_words(moment, cell), note)) if state == "live" else state_words(moment, cell)
    value = write(cell["v"])
    return Figure(
        0,
        label,
        value,
        moment.say(unit, count=value) if unit else "",
        words,
        state,
        colour,
        sources_of(moment, [cell]),
        cell["at"],
        moment.address(cell),
    )


def some(figures: Sequence[Figure | None], most: int) -> tuple[Figure, ...]:
    """Return the figures that are there, at most so many."""
    return tuple(one for one in figures if one is not None)[:most]


def sources_of(moment: Moment, cells: Iterable[Cell | None]) -> str:
    """Return the names of the sources of some cells."""
    known = moment.topic("feeds").get("sources") or {}
    told = [name for cell in cells for name in own_sources(str((cell or {}).get("src") or ""))]
    listed = list(dict.fromkeys(_source_name(moment, known, name) for name in _once(told)))
    rest = len(listed) - MOST_SOURCES
    if rest > 0:
        return moment.say("briefing.sources_more", names=", ".join(listed[:MOST_SOURCES]), count=rest)
    return ", ".join(listed)


def own_sources(sources: str) -> list[str]:
    """Return the sources that a cell or an alert names, `a+b` or `a,b`, each origin once and in their order."""
    return _once(name.strip() for name in sources.replace(",", "+").split("+"))


def _once(names: Iterable[str]) -> list[str]:
    # What is computed from a source (`border:a`) says nothing more where the source itself (`a`) is named.
    found = dict.fromkeys(name for name in names if name)
    return [name for name in found if ":" not in name or name.rpartition(":")[2] not in found]


def _source_name(moment: Moment, known: Mapping[str, Any], name: str) -> str:
    if known.get(name):
        return moment.name(known[name])
    # What no feed sends: figures of documents, entries by hand, our own plan of sites.
    if name in {"document", "geodata"}:
        return moment.say(f"slide.source.{name}")
    return moment.say("slide.source.manual") if name.startswith("manual.") else name


def total(cells: Sequence[Cell | None]) -> Cell | None:
    """Return the sum of cells when each is known; as old as the one that goes stale first."""
    known = [cell for cell in cells if cell is not None and has(cell)]
    if not known or len(known) < len(cells):
        return None
    oldest = min(known, key=lambda cell: cell["at"] + cell["cad"] * 1_500)
    names = dict.fromkeys(name for cell in known for name in str(cell["src"]).split("+"))
    return {
        **oldest,
        "v": sum(cell["v"] for cell in known),
        "src": "+".join(names),
        "sim": any(cell.get("sim") for cell in known),
    }


def simulated(cells: Iterable[Cell | None]) -> bool:
    """Tell whether any of the cells that hold a figure is simulated."""
    return any(bool(cell and cell.get("sim")) for cell in cells if has(cell))
