"""Which rule answers a question; the first that fits does. A question with an unknown word fits none.

Every rule returns answers, or the sentence why there are none. What this module does not do: find things by name (see
`finding`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from dashboard.ask import reply_list, reply_why
from dashboard.ask.answer import Answer
from dashboard.ask.cells import cell_at
from dashboard.ask.context import PROVINCE, Context
from dashboard.ask.question import Moment, Named
from dashboard.ask.reply_figure import compare, figure, period
from dashboard.ask.reply_rank import rank, ranked_kind, steps
from dashboard.ask.subjects import BY_KEY, Subject
from geodata.units import communes_of_district, former_communes
from layouts.formats import day

Outcome = tuple[list[Answer], str]
"""Answers, and the sentence that is said when there are none."""

RANK_GATE: Final = "queue"
"""What a gate is busiest by when nothing else is said."""
SENTENCE_WORDS: Final = 3
"""Fewer words are a search, and what it finds is the answer."""
PERIODS: Final = frozenset({"yesterday", "day_before", "this_week", "last_week", "this_month", "last_month"})


def answer(context: Context) -> Outcome:  # noqa: PLR0911 (each way out is one row of a table)
    """Return what is said to a question."""
    question, speech = context.question, context.speech
    if not question.asks:
        return [], ""
    if "procedure" in question.slots.get("kind", ()):
        return [], speech.say("answer.said.procedures")
    if question.unknown:
        return [], speech.say("answer.said.unknown", words=" ".join(question.unknown))
    refused = question.first("refuse")
    if refused or context.moment.kind == "future":
        return [], speech.say(f"answer.said.{refused or 'future'}")
    places, ended = _places(context)
    if ended:
        return [], ended
    for rule in (_why, _alerts, _lists, _steps, _comparison, _ranking, _open, _figure, _overview):
        outcome = rule(context, places)
        if outcome is not None:
            return outcome
    return [], speech.say("answer.said.not_understood") if question.words >= SENTENCE_WORDS else ""


def _places(context: Context) -> tuple[list[tuple[Named, ...]], str]:
    """Return the names, or the sentence that says that all a name means has ended."""
    lasting = []
    for named in context.question.names:
        kept = tuple(one for one in named if one.kind not in {"former", "district"})
        if not kept:
            return [], ended(context, named[0])
        lasting.append(kept)
    return lasting, ""


def ended(context: Context, named: Named) -> str:
    """Return what became of a district or a former commune."""
    speech = context.speech
    if named.kind == "former":
        former = former_communes()[named.id.partition(".")[2]]
        name, now = former.name_vi, former.communes
    else:
        place = context.places.get(named.id)
        name = speech.name(place) if place else named.id
        now = tuple(communes_of_district(named.id))
    return speech.say("answer.said.ended", place=name, now=", ".join(speech.place(one) for one in now))


def _pick(context: Context, subject: Subject, places: Sequence[tuple[Named, ...]]) -> list[Named] | str:
    """Return the places of a subject, or the sentence that one of them has no such figure."""
    picked = []
    for named in places:
        place = context.place_for(subject, named)
        if place is None:
            name = context.speech.place(named[0].id)
            return context.speech.say("answer.said.not_there", what=_title(context, subject), place=name)
        picked.append(place)
    return picked


def _title(context: Context, subject: Subject) -> str:
    metric = context.catalogue[subject.metric]
    return metric.name_vi.lower() if context.speech.lang == "vi" else metric.name_en.lower()


def _subject(context: Context, places: Sequence[tuple[Named, ...]]) -> Subject | None:
    """Return what is asked: the subject named, the step, or vehicles that wait or passed."""
    question = context.question
    keys = [key for key in question.subjects if key in context.subjects]
    step = question.first("step")
    if step and not [key for key in keys if key not in {"queue", "clearance", "wait"}]:
        return BY_KEY["step_queue" if "queue" in keys or question.has("soft", "vehicles") else "step_time"]
    if keys:
        # "Xe chờ … bao lâu" names a queue and asks for the wait.
        return context.subjects["wait" if _one_thing(keys) else keys[0]]
    if "area" in question.slots or "technology" in question.slots:
        return BY_KEY["coverage"]
    if question.has("soft", "passed"):
        return BY_KEY["passed"]
    times = set(question.slots.get("time", ()))
    if question.slots.get("soft") or ("direction" in question.slots and (times or places)):
        waits = "direction" not in question.slots and not times & PERIODS
        return BY_KEY["queue" if waits else "passed"]
    return None


def _why(context: Context, places: Sequence[tuple[Named, ...]]) -> Outcome | None:
    question, speech = context.question, context.speech
    if not question.has("intent", "why"):
        return None
    if context.moment.kind != "now":
        return [], speech.say("answer.said.why_past")
    gates = [gate for named in places for one in named[:1] if (gate := reply_why.named_gate(context, one))]
    subject = _subject(context, places)
    if subject is not None and "gate" not in context.kinds(subject):
        return [], speech.say("answer.said.why_only_gates")
    if not gates or len(gates) < len(places):
        return [], speech.say("answer.said.why_which_gate" if not places else "answer.said.why_only_gates")
    found = [one for gate in gates for one in reply_why.gate(context, gate)]
    return found, "" if found else speech.say("answer.said.no_figures_at", place=speech.place(gates[0]))


def _alerts(context: Context, places: Sequence[tuple[Named, ...]]) -> Outcome | None:
    question = context.question
    asked = "alert" in question.slots.get("kind", ()) or question.has("state", "unacked")
    who = question.has("intent", "who") and (question.has("state", "acked") or places)
    if not asked and not who:
        return None
    if context.moment.kind != "now":
        return [], context.speech.say("answer.said.alerts_past")
    if question.subjects or "extreme" in question.slots:
        return [], context.speech.say("answer.said.not_understood")
    return reply_list.alerts(context, [named[0] for named in places]), ""


def _lists(context: Context, places: Sequence[tuple[Named, ...]]) -> Outcome | None:
    question, speech = context.question, context.speech
    kinds = set(question.slots.get("kind", ()))
    by_kind: dict[str, list[str]] = {}
    for named in places:
        by_kind.setdefault(named[0].kind, []).append(named[0].id)
    silent = question.has("state", "silent")
    found: list[Answer] | None = None
    if set(by_kind) & {"target"} or ("target" in kinds and not places):
        found = reply_list.targets(context, by_kind.get("target", []))
    elif set(by_kind) & {"system"} or ("system" in kinds and not places):
        found = reply_list.systems(context, by_kind.get("system", []))
    elif set(by_kind) & {"feed"} or ("feed" in kinds and not places):
        found = reply_list.feeds(context, by_kind.get("feed", []))
    elif "site" in by_kind:
        found = [one for site in by_kind["site"] for one in reply_list.site(context, site)]
    elif "road" in kinds and (silent or "coverage" in question.subjects):
        found = reply_list.roads(context) if not places else None
    elif silent and ("site" in kinds or "on_air" in question.subjects or question.subjects == ("coverage",)):
        communes = [one for named in places for one in named if one.kind in {"commune", "province"}][: len(places)]
        found = reply_list.silent_sites(context, communes) if len(communes) == len(places) else []
    if found is None:
        return None
    if context.moment.kind != "now":
        return [], speech.say("answer.said.lists_past")
    return found, "" if found else speech.say("answer.said.no_figure")


def _steps(context: Context, places: Sequence[tuple[Named, ...]]) -> Outcome | None:
    if "step" not in context.question.slots.get("kind", ()):
        return None
    gates = [gate for named in places for one in named[:1] if (gate := reply_why.named_gate(context, one))]
    if not gates:
        return [], context.speech.say("answer.said.why_which_gate")
    if context.moment.kind != "now":
        return [], context.speech.say("answer.said.lists_past")
    found = [one for gate in gates for one in steps(context, gate)]
    return found, "" if found else context.speech.say("answer.said.no_figures_at", place=context.speech.place(gates[0]))


def _comparison(context: Context, places: Sequence[tuple[Named, ...]]) -> Outcome | None:
    if not context.question.compares:
        return None
    subject = _subject(context, places) or (BY_KEY["passed"] if not places or context.question.words else None)
    if subject is None or not context.fits(subject):
        return [], context.speech.say("answer.said.not_understood")
    if len(places) > 1:
        # Several places set against each other: each with its figure of now.
        return _figure(context, places)
    picked = _pick(context, subject, places)
    if isinstance(picked, str):
        return [], picked
    found = compare(context, subject, picked)
    return found, "" if found else _nothing(context, subject, picked)


def _ranking(context: Context, places: Sequence[tuple[Named, ...]]) -> Outcome | None:
    question, speech = context.question, context.speech
    kind = next((one for one in question.slots.get("kind", ()) if one in {"gate", "commune"}), "")
    which_slow = kind and not places and question.has("state", "slow")
    if "extreme" not in question.slots and not which_slow:
        return None
    if [named for named in places if named[0].kind != "province"]:
        return [], speech.say("answer.said.rank_all")
    subject = _subject(context, places)
    if subject is None and kind == "gate":
        slow = question.first("extreme") == "worst"
        subject = BY_KEY["clearance" if slow else RANK_GATE]
    if subject is None or not context.fits(subject):
        return [], speech.say("answer.said.rank_by_what")
    over = ranked_kind(context.catalogue, subject, kind)
    if over is None:
        return [], speech.say("answer.said.not_ranked", what=_title(context, subject))
    found = rank(context, subject, over)
    return found, "" if found else _nothing(context, subject, [PROVINCE])


def _open(context: Context, places: Sequence[tuple[Named, ...]]) -> Outcome | None:
    question, speech = context.question, context.speech
    if not (question.has("state", "open") or question.has("state", "closed")):
        return None
    keys = set(question.subjects)
    if keys - {"other_side"} or context.moment.kind != "now":
        return None if keys else ([], speech.say("answer.said.lists_past"))
    gates = [one for named in places for one in named[:1] if one.kind == "gate"]
    if len(gates) < len(places):
        return [], speech.say("answer.said.why_only_gates")
    found = []
    for gate in [one.id for one in gates] or list(context.gates()):
        found += _other(context, gate) if "other_side" in keys else _state(context, gate)
    return found, "" if found else speech.say("answer.said.no_figure")


def _state(context: Context, gate: str) -> list[Answer]:
    card, speech = context.gates().get(gate), context.speech
    if card is None:
        return []
    sentence = speech.say(
        "answer.open.yes" if card.get("open") else "answer.open.no",
        place=speech.place(gate),
        opens=card.get("opens"),
        closes=card.get("closes"),
    )
    status = cell_at({"g": card}, "g/status")
    if status is not None and not status.lost(speech.now):
        told = replace(status, value=1.0 if card.get("open") else 0.0)
        return [
            speech.answer(
                "state",
                speech.marked(sentence, status.simulated),
                "operational_status",
                told,
                context.url("gate", gate),
                place=gate,
            )
        ]
    sentence += " " + speech.say("answer.open.by_hours")
    return [Answer("state", sentence, url=context.url("gate", gate), place=gate)]


def _other(context: Context, gate: str) -> list[Answer]:
    speech = context.speech
    cell = cell_at(context.topics, f"gates/gates/{gate}/other_side")
    if cell is None:
        return []
    if cell.lost(speech.now):
        return [speech.figure(BY_KEY["other_side"], cell, speech.place(gate), context.url("gate", gate), place=gate)]
    key = "answer.other.closed" if cell.value <= 0 else "answer.other.open"
    sentence = speech.say(
        key,
        place=speech.place(gate),
        share=speech.measure(cell.value, "other_side_rate_ratio"),
        time=speech.when(cell.at),
    )
    marked = speech.marked(sentence, cell.simulated)
    return [speech.answer("state", marked, "other_side_rate_ratio", cell, context.url("gate", gate), place=gate)]


def _figure(context: Context, places: Sequence[tuple[Named, ...]]) -> Outcome | None:
    question, speech = context.question, context.speech
    subject = _subject(context, places)
    if subject is None:
        if question.has("state", "slow") and places and context.moment.kind == "now":
            subject = BY_KEY["clearance"]
        else:
            return None
    if len(question.subjects) > 1 and not _one_thing(question.subjects):
        return _several(context, places)
    if not context.fits(subject) or question.has("state", "silent"):
        return [], speech.say("answer.said.not_understood")
    picked = _pick(context, subject, places)
    if isinstance(picked, str):
        return [], picked
    if context.moment.kind == "now" and "yesterday" in question.slots.get("time", ()):
        return [], speech.say("answer.said.not_understood")
    found = figure(context, subject, picked)
    return found, "" if found else _nothing(context, subject, picked)


def _one_thing(keys: Sequence[str]) -> bool:
    """Tell whether several subjects name one: "xe chờ ... bao lâu" is a wait."""
    return set(keys) <= {"queue", "wait"} and "wait" in keys


def _several(context: Context, places: Sequence[tuple[Named, ...]]) -> Outcome:
    found: list[Answer] = []
    for key in context.question.subjects[:3]:
        one = replace(context, question=replace(context.question, subjects=(key,)))
        outcome = _figure(one, places)
        if outcome is None or not outcome[0]:
            return [], outcome[1] if outcome else context.speech.say("answer.said.not_understood")
        found += outcome[0]
    return found, ""


def _overview(context: Context, places: Sequence[tuple[Named, ...]]) -> Outcome | None:
    question, speech = context.question, context.speech
    if not question.has("intent", "overview") or context.moment.kind != "now":
        return None
    if "kind" in question.slots and not places and question.first("kind") != "gate":
        return None
    first = places[0][0] if places else PROVINCE
    if len(places) > 1:
        return [], speech.say("answer.said.one_place")
    keys = {
        "gate": ("queue", "clearance", "throughput", "lanes", "other_side"),
        "commune": ("received", "overdue", "on_time", "on_air", "coverage"),
        "province": ("queue", "passed", "overdue", "on_time", "on_air"),
    }.get(first.kind)
    if keys is None:
        return None
    found = _state(context, first.id) if first.kind == "gate" else []
    for key in keys:
        found += figure(context, BY_KEY[key], [first])
    found += reply_list.alerts(context, [first])[: 1 + (first.kind == "province")]
    return found, "" if found else speech.say("answer.said.no_figures_at", place=speech.place(first.id))


def _nothing(context: Context, subject: Subject, picked: Sequence[Named]) -> str:
    """Say that there is no figure, and since when history has any where a past one was asked for."""
    speech = context.speech
    place = ", ".join(speech.place(one.id) for one in picked) or speech.say("answer.province")
    if context.moment.kind == "now" and not context.question.compares:
        return speech.say("answer.said.no_value", what=_title(context, subject), place=place)
    since = None
    for gate in [one.id for one in picked if one.kind != "province"] or list(context.gates(roads=True))[:1]:
        since = context.past.earliest(subject, gate, context.dims(), speech.now)
    when = _when(context, context.moment)
    if since is None:
        return speech.say("answer.said.no_past", what=_title(context, subject), place=place, time=when)

    return speech.say(
        "answer.said.no_past_since",
        what=_title(context, subject),
        place=place,
        time=when,
        since=day(since, speech.lang),
    )


def _when(context: Context, moment: Moment) -> str:
    if moment.kind == "at" and moment.start is not None:
        return context.speech.when(moment.start)
    return period(context, moment) or context.speech.say("answer.then")
