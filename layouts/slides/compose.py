"""From a plan and the topics of one instant to a deck; the figures are numbered through it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from layouts import formats
from layouts.slides.cells import Moment
from layouts.slides.compose_alerts import alerts_slide, decisions_slide, finding
from layouts.slides.compose_gates import gate_slide, known_gates, numbered, province_slide
from layouts.slides.compose_programme import programme_slide
from layouts.slides.compose_reach import network_slide, services_slide
from layouts.slides.ground import Ground
from layouts.slides.model import Deck, Slide
from layouts.slides.plan import DeckPlan, SlidePlan
from layouts.slides.simulation import scenario_of, simulation_of
from layouts.view import GateView
from layouts.wording import say

MOST_HEADLINES: Final = 3
"""Findings on the title slide: what the hearers take home."""


def compose(
    deck: DeckPlan,
    topics: Mapping[str, Any],
    at_ms: int,
    lang: str,
    gates: tuple[GateView, ...],
    ground: Ground | None = None,
    *,
    live: bool = False,
    code: str = "",
) -> Deck:
    """Return the deck of one instant.

    Args:
        deck: which slides, in which order.
        topics: topic → data; a topic that is missing leaves its slides out.
        at_ms: the instant of the topics.
        lang: language of every text.
        gates: gates with a slide of their own.
        ground: what lies under the maps; None: no maps.
        live: whether the figures go on changing.
        code: of the frozen moment.
    """
    moment = Moment(topics, at_ms, lang, gates)
    slides: list[Slide] = []
    first = 1
    for plan in deck.slides:
        for slide in _slides(moment, plan, ground):
            if any(slide.id == other.id for other in slides):
                continue  # "worst" may be a gate that stands there by its name
            counted = numbered(_with_words(moment, slide, plan), first)
            first += len(counted.figures)
            slides.append(_with_tiles(moment, counted))
    title, subtitle = deck.title.in_language(lang), deck.subtitle.in_language(lang)
    at_text = instant(at_ms, lang, live=live)
    return Deck(
        title,
        subtitle,
        at_ms,
        at_text,
        live,
        simulation_of(topics),
        lang,
        tuple(_titled(moment, slide, slides, title, subtitle) for slide in slides),
        code,
        scenario_of(moment.topic("feeds"), lang),
    )


def instant(at_ms: int, lang: str, *, live: bool) -> str:
    """Return an instant as slides print it: "Chốt số liệu 14:30 ngày 22/11/2026 — giờ Hà Nội (Bắc Kinh 15:30)"."""
    at = formats.from_ms(at_ms)
    day = formats.day(at, lang).partition(" ")[2]
    return say(
        lang,
        "slide.instant_live" if live else "briefing.instant",
        time=formats.clock(at, seconds=live),
        day=day,
        beijing=formats.clock(at, zone=formats.BEIJING),
    )


def _slides(moment: Moment, plan: SlidePlan, ground: Ground | None) -> Iterator[Slide]:
    found: Sequence[Slide | None]
    if plan.kind == "title":
        found = [Slide("title", "title", "")]
    elif plan.kind == "province":
        found = [province_slide(moment, ground)]
    elif plan.kind == "gate":
        found = [gate_slide(moment, gate) for gate in _gates(moment, plan.gate)]
    elif plan.kind == "services":
        found = [services_slide(moment)]
    elif plan.kind == "network":
        found = [network_slide(moment)]
    elif plan.kind == "programme":
        found = [programme_slide(moment)]
    elif plan.kind == "alerts":
        found = [alerts_slide(moment, plan)]
    else:
        found = [decisions_slide(moment, plan)]
    yield from (slide for slide in found if slide is not None)


def _gates(moment: Moment, which: str) -> Sequence[Mapping[str, Any]]:
    known = known_gates(moment)
    if which == "each":
        return known
    wanted = moment.topic("gates").get("focus") if which == "worst" else which
    return [gate for gate in known if gate.get("id") == wanted]


def _with_words(moment: Moment, slide: Slide, plan: SlidePlan) -> Slide:
    headline = plan.headline.in_language(moment.lang) or slide.headline
    notes = "\n".join(filter(None, (slide.notes, plan.notes.in_language(moment.lang))))
    return replace(slide, headline=headline, notes=notes)


def _with_tiles(moment: Moment, slide: Slide) -> Slide:
    """Put the tiles into the speaker's notes as they are cited: "Số 3: Xe đang chờ 1.604 xe (ngưỡng 1.150)"."""
    lines = [
        moment.say(
            "slide.cited",
            number=one.number,
            label=one.label,
            value=" ".join(filter(None, (one.value, one.unit))),
        )
        + (f" ({one.note})" if one.note else "")
        for one in slide.figures
    ]
    return replace(slide, notes="\n".join(filter(None, (slide.notes, *lines))))


def _titled(moment: Moment, slide: Slide, slides: Sequence[Slide], title: str, subtitle: str) -> Slide:
    """Fill the title slide: it says what the others find."""
    if slide.kind != "title":
        return slide
    findings = [one.headline for one in slides if one.priority and one.kind in {"gate", "services", "network"}]
    others = [one.headline for one in slides if one.kind in {"alerts", "programme"}]
    findings = [*(findings or [finding(moment)[0]]), *others]
    return replace(
        slide,
        headline=slide.headline or title,
        subtitle=subtitle,
        priority=None,
        sentences=tuple(dict.fromkeys(findings))[:MOST_HEADLINES],
        simulated=any(one.simulated for one in slides),
    )
