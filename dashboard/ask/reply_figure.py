"""One figure: of now, of an instant, of a day or of several; and two times set against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from dashboard.ask.answer import Answer
from dashboard.ask.cells import Cell, summed
from dashboard.ask.context import PROVINCE, Context
from dashboard.ask.past import Span
from dashboard.ask.question import DAY, Moment, Named, span_of
from dashboard.ask.subjects import Subject
from feeds.model import DIRECTIONS
from geodata.gates import HANOI
from layouts.formats import MINUS, percent
from layouts.formats import day as say_day

MOST_GATES: Final = 8
SMALLEST_CHANGE_PCT: Final = 0.05
"""What is less than this is written 0,0 %."""
WEEK: Final = timedelta(days=7)


def figure(context: Context, subject: Subject, places: Sequence[Named]) -> list[Answer]:
    """Return the answers to "how much", for every place that was named; [] where there is no figure."""
    found: list[Answer] = []
    for place in places or [PROVINCE]:
        for dims in _variants(context, subject):
            told = _of(context, subject, place, dims)
            if not told and _by_direction(context, subject, place, dims):
                # No figure of both directions together, and medians do not add up: each by itself.
                told = [one for way in DIRECTIONS for one in _of(context, subject, place, {**dims, "direction": way})]
            found += told
    return found


def _by_direction(context: Context, subject: Subject, place: Named, dims: Mapping[str, str]) -> bool:
    metric = context.catalogue[subject.metric]
    return (
        place.kind in {"gate", "route"}
        and "direction" in metric.dims
        and "direction" not in dims
        and metric.aggregation != "sum"
    )


def _variants(context: Context, subject: Subject) -> list[dict[str, str]]:
    """Return the dimensions asked for; coverage without a technology is that of 4G and of 5G."""
    dims = context.dims()
    if subject.key == "coverage" and "technology" not in dims:
        return (
            [{**dims, "technology": "5g"}] if "area" in dims else [{**dims, "technology": one} for one in ("4g", "5g")]
        )
    if subject.key == "speed" and "technology" not in dims:
        return [{**dims, "technology": "4g"}]
    return [dims]


def _of(context: Context, subject: Subject, place: Named, dims: Mapping[str, str]) -> list[Answer]:
    url = context.view_of(subject, place)
    where = context.where(place, dims)
    moment = context.moment
    if moment.kind == "now":
        return _now(context, subject, place, dims, where, url)
    if moment.kind == "at" and moment.start is not None:
        cell = over(context, subject, place, dims, moment)
        return (
            [_past(context, subject, cell.cell, where, url, place, "answer.at", context.speech.when(moment.start))]
            if cell
            else []
        )
    span = over(context, subject, place, dims, moment)
    if span is None:
        return []
    return [_stretch(context, subject, span, where, url, place)]


def _now(
    context: Context, subject: Subject, place: Named, dims: Mapping[str, str], where: str, url: str
) -> list[Answer]:
    cell = context.current(subject, place, dims)
    speech = context.speech
    if cell is not None:
        return [speech.figure(subject, cell, where, url, place=place.id)]
    if place.kind != "province" or not subject.of_gates:
        return []
    # No figure of the whole: those of the gates, each by itself.
    found = []
    for gate in list(context.gates())[:MOST_GATES]:
        named = Named("gate", gate)
        single = context.current(subject, named, dims)
        if single is not None:
            found.append(
                speech.figure(subject, single, context.where(named, dims), context.url("gate", gate), place=gate)
            )
    return found


def over(context: Context, subject: Subject, place: Named, dims: Mapping[str, str], moment: Moment) -> Span | None:
    """Return a figure of a past time; that of the province is the sum over its road gates where gates have it."""
    whole: list[Span] = []
    for one in _parts(context, subject, place):
        span = _over_one(context, subject, one, dims, moment)
        if span is None:
            return None  # a part never passes for the whole
        whole.append(span)
    if not whole:
        return None
    if len(whole) == 1:
        return whole[0]
    if context.catalogue[subject.metric].aggregation != "sum":
        return None
    return Span(
        summed([span.cell for span in whole]),
        sum(span.lowest for span in whole),
        sum(span.highest for span in whole),
        whole[0].days,
    )


def _parts(context: Context, subject: Subject, place: Named) -> list[str]:
    if place.kind == "province" and "gate" in context.kinds(subject)[:1]:
        if subject.key == "passengers":
            return [PROVINCE.id]
        return list(context.gates(roads=True))
    return [place.id]


def _over_one(context: Context, subject: Subject, place: str, dims: Mapping[str, str], moment: Moment) -> Span | None:
    if moment.start is None:
        return None
    if moment.end is None:
        cell = context.past.instant(subject, place, dims, moment.start)
        return Span(cell, cell.value, cell.value, 1) if cell else None
    return context.past.stretch(subject, place, dims, moment.start, moment.end)


def _past(
    context: Context, subject: Subject, cell: Cell, where: str, url: str, place: Named, key: str, time: str
) -> Answer:
    speech = context.speech
    what = speech.what(subject, cell.value) + speech.mark(cell.simulated)
    sentence = speech.say(key, place=where, what=what, time=time)
    return speech.answer("past", sentence, subject.metric, cell, url, place=place.id)


def _stretch(context: Context, subject: Subject, span: Span, where: str, url: str, place: Named) -> Answer:
    speech = context.speech
    label = period(context, context.moment)
    if subject.counter:
        return _past(context, subject, span.cell, where, url, place, "answer.day", label)
    sentence = speech.say(
        "answer.mean",
        place=where,
        what=speech.what(subject, span.cell.value) + speech.mark(span.cell.simulated),
        low=speech.measure(span.lowest, subject.metric),
        high=speech.measure(span.highest, subject.metric),
        time=label,
    )
    return speech.answer("past", sentence, subject.metric, span.cell, url, place=place.id)


def period(context: Context, moment: Moment) -> str:
    """Return a day, or the first and the last of several, in words."""
    if moment.start is None or moment.end is None:
        return ""
    first = say_day(moment.start, context.speech.lang)
    last = say_day(moment.end - timedelta(seconds=1), context.speech.lang)
    return first if first == last else context.speech.say("answer.from_to", start=first, end=last)


def compare(context: Context, subject: Subject, places: Sequence[Named]) -> list[Answer]:
    """Return now against the same time before, or this week (month) so far against as much of the last one."""
    found = []
    dims = _variants(context, subject)[0]
    for place in places or [PROVINCE]:
        sides = _sides(context, subject, place, dims)
        if sides is not None:
            found.append(_against(context, subject, place, dims, *sides))
    return found


def _sides(
    context: Context, subject: Subject, place: Named, dims: Mapping[str, str]
) -> tuple[Cell, Cell, str, str] | None:
    now, speech = context.speech.now, context.speech
    times = set(context.question.slots.get("time", ()))
    for unit in ("week", "month"):
        if f"this_{unit}" in times or (f"last_{unit}" in times and "same_last_week" not in times):
            today = now.astimezone(HANOI).date()
            (start, _), (before, _) = span_of(f"this_{unit}", today), span_of(f"last_{unit}", today)
            begin = now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
            first, earlier = begin - (today - start), begin - (today - before)
            # Never beyond where this one began: February is shorter than January.
            until = min(earlier + (now - first), first)
            one = over(context, subject, place, dims, Moment("days", first, now))
            other = over(context, subject, place, dims, Moment("days", earlier, until))
            if one is None or other is None:
                return None
            return one.cell, other.cell, speech.say(f"answer.this_{unit}"), speech.say(f"answer.last_{unit}")
    back = WEEK if "same_last_week" in times else DAY
    current = context.current(subject, place, dims)
    then = over(context, subject, place, dims, Moment("at", now - back))
    if current is None or current.lost(now) or then is None:
        return None
    label = "answer.same_last_week" if back == WEEK else "answer.same_yesterday"
    return current, then.cell, speech.say("answer.right_now"), speech.say(label)


def _against(
    context: Context,
    subject: Subject,
    place: Named,
    dims: Mapping[str, str],
    one: Cell,
    other: Cell,
    is_: str,
    was: str,
) -> Answer:
    speech = context.speech
    change = one.value - other.value
    share = f" ({signed_percent(change / other.value * 100, speech.lang)})" if other.value else ""
    sentence = speech.say(
        "answer.against",
        place=context.where(place, dims),
        now=is_,
        what=speech.what(subject, one.value) + speech.mark(one.simulated),
        then=was,
        before=speech.measure(other.value, subject.metric) + speech.mark(other.simulated),
        change=_change(context, subject, change) + share,
    )
    both = replace(one, simulated=one.simulated or other.simulated)
    return speech.answer("comparison", sentence, subject.metric, both, context.view_of(subject, place), place=place.id)


def _change(context: Context, subject: Subject, change: float) -> str:
    if change == 0:
        return context.speech.say("answer.unchanged")
    text = context.speech.measure(abs(change), subject.metric)
    return ("+" if change > 0 else MINUS) + text


def signed_percent(value: float, lang: str) -> str:
    """Write a change in percent with its sign."""
    sign = "" if abs(value) < SMALLEST_CHANGE_PCT else "+" if value > 0 else MINUS
    return sign + percent(abs(value), lang, 1)
