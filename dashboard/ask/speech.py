"""Saying a figure: number, unit, time, age, source, and whether it is simulated, in the page's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from dashboard.ask.answer import Answer
from dashboard.ask.cells import Cell, at_path
from dashboard.ask.subjects import Subject
from dashboard.readmodels.cells import to_ms
from feeds.catalogue import Catalogue
from feeds.freshness import Freshness, age_s
from feeds.model import MANUAL_PREFIX
from geodata.gates import HANOI
from geodata.places import Place, Places
from layouts.facts import SHARES
from layouts.formats import NBSP, ago, clock, day, distance, duration, money, number, percent
from layouts.slides.cells import own_sources
from layouts.wording import say

UNIT_KEYS: Final[Mapping[str, str]] = {
    "xe": "unit.vehicles", "xe/giờ": "unit.vph", "xe/giờ/làn": "unit.vphl", "làn": "unit.lanes", "người": "unit.people",
    "tấn": "unit.tonnes", "hồ sơ": "unit.files", "trạm": "unit.sites", "bản ghi": "unit.records", "/giây": "unit.per_s",
    "ngày": "answer.unit.days", "ô sóng": "answer.unit.cells",
}  # fmt: skip
"""Units that are Vietnamese words in the catalogue, to their sentences."""


OWN_SOURCES: Final = frozenset({"geodata", "document"})
"""Sources that are no feed: the province's own plan of sites, and documents."""


class Speech:
    """Speaks one language about one instant."""

    def __init__(
        self,
        lang: str,
        now: datetime,
        topics: Mapping[str, Any],
        catalogue: Catalogue,
        places: Places,
        screen: str = "",
    ) -> None:
        self.lang = lang
        self.now = now
        self.topics = topics
        self.screen = screen
        self._catalogue = catalogue
        self._places = places

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of the catalogue."""
        return say(self.lang, key, **values)

    def name(self, thing: Any) -> str:  # noqa: ANN401 (what a topic holds is JSON)
        """Return the name of a place or of a thing of a topic."""
        if isinstance(thing, Place):
            return thing.name_vi if self.lang == "vi" else thing.name_en
        wanted = thing.get("name_vi") if self.lang == "vi" else thing.get("name_en")
        return str(wanted or thing.get("name_vi") or thing.get("id") or "")

    def place(self, place_id: str) -> str:
        """Return the name of a place by its id: the province is "the whole province"."""
        found = self._places.get(place_id)
        if found is None:
            return place_id
        return self.say("answer.province") if found.kind == "province" else self.name(found)

    def measure(  # noqa: PLR0911 (each way out is one row of a table)
        self, value: float, metric: str, unit: str | None = None, decimals: int | None = None
    ) -> str:
        """Return a value with its unit as people write it; unit and decimals are the metric's where none are given."""
        known = self._catalogue.get(metric)
        own = unit if unit is not None else (known.unit if known else "")
        if own == "giây":
            return duration(value, self.lang)
        if own == "%":
            return percent(value, self.lang, decimals if decimals is not None else known.decimals if known else 1)
        if own == "m":
            return distance(value, self.lang)
        if own == "đồng":
            return money(value, self.lang)
        if own == "" and metric in SHARES:
            return percent(value * 100, self.lang, 0 if metric == "other_side_rate_ratio" else 1)
        if decimals is None:
            decimals = max(known.decimals if known else 1, 1 if own else 2)
        text = number(value, self.lang, 0 if float(value).is_integer() else decimals)
        if not own:
            return text
        return text + NBSP + (self.say(UNIT_KEYS[own], count=text) if own in UNIT_KEYS else own)

    def when(self, at: datetime) -> str:
        """Return a time of day, with its day where that is not today."""
        text = clock(at)
        return (
            text if at.astimezone(HANOI).date() == self.now.astimezone(HANOI).date() else f"{text} {day(at, self.lang)}"
        )

    def source(self, cell: Cell) -> str:
        """Return who says so, by name."""
        names = []
        for source in own_sources(cell.source):
            known = at_path(self.topics, f"feeds/sources/{source}")
            if source.startswith(MANUAL_PREFIX):
                names.append(self.say("answer.by_hand", by=cell.by or source.removeprefix(MANUAL_PREFIX)))
            elif source in OWN_SOURCES:
                names.append(self.say(f"answer.of.{source}"))
            else:
                names.append(self.name(known) if known else source)
        return ", ".join(dict.fromkeys(names))

    def what(self, subject: Subject, value: float) -> str:
        """Return what a figure says: `146 xe đang chờ`."""
        text = self.measure(value, subject.metric)
        if subject.spoken:
            return self.say(f"answer.what.{subject.key}", value=text)
        metric = self._catalogue[subject.metric]
        return self.say("answer.what.metric", name=metric.name_vi if self.lang == "vi" else metric.name_en, value=text)

    def mark(self, simulated: bool) -> str:
        """Return " (mô phỏng)" where a figure is simulated."""
        return " " + self.say("answer.simulated") if simulated else ""

    def marked(self, sentence: str, simulated: bool) -> str:
        """Return a sentence with " (mô phỏng)" before its full stop where it tells of a simulated figure."""
        return sentence.removesuffix(".") + self.mark(True) + "." if simulated else sentence

    def note(self, cell: Cell) -> str:
        """Return source, age and freshness in words."""
        parts = [self.say("answer.source", source=self.source(cell))]
        state = cell.freshness(self.now)
        if state is not None:
            parts.append(ago(age_s(cell.at, self.now), self.lang))
        if state not in {None, Freshness.LIVE}:
            parts.append(self.say(f"answer.fresh.{state}"))
        return " · ".join(parts)

    def alert_note(self, item: Mapping[str, Any]) -> str:
        """Return who says what an alert is about."""
        names = []
        for source in own_sources(str(item.get("source") or "")):
            known = at_path(self.topics, f"feeds/sources/{source}")
            names.append(self.name(known) if known else source)
        return self.say("answer.source", source=", ".join(dict.fromkeys(names))) if names else ""

    def figure(
        self, subject: Subject, cell: Cell, where: str, url: str, *, place: str = "", kind: str = "figure"
    ) -> Answer:
        """Return the answer that tells one figure of now."""
        state = cell.freshness(self.now)
        old = state in {Freshness.STALE, Freshness.LOST}
        sentence = self.say(
            "answer.old" if old else "answer.now",
            place=where,
            what=self.what(subject, cell.value) + self.mark(cell.simulated),
            time=self.when(cell.at),
            age=ago(age_s(cell.at, self.now), self.lang),
        )
        return self.answer(kind, sentence, subject.metric, cell, url, place=place)

    def answer(self, kind: str, sentence: str, metric: str, cell: Cell, url: str, *, place: str = "") -> Answer:
        """Return an answer whose number is a figure."""
        known = self._catalogue.get(metric)
        state = cell.freshness(self.now)
        return Answer(
            kind=kind,
            sentence=sentence,
            value=cell.value,
            unit=known.unit if known else "",
            at=to_ms(cell.at),
            source=cell.source,
            simulated=cell.simulated,
            url=url,
            note=self.note(cell),
            freshness=state.value if state else None,
            age_s=round(age_s(cell.at, self.now), 1) if state else None,
            quality=cell.quality,
            place=place,
            metric=metric,
        )
