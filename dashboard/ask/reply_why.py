"""Why a gate is slow: what the figures show, each with its number, and nothing that they do not show.

The facts are looked at in the order in which a queue is explained: is the gate open, is there more than usual, how does
the other side work, are all lanes open, do more come than leave, at which step do they stand, what do the alerts say.
The first sentence names what is out of the ordinary; where nothing is, it says that the figures do not show why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from dashboard.ask.answer import Answer
from dashboard.ask.cells import Cell, cell_of, together
from dashboard.ask.context import Context
from dashboard.ask.question import DAY, Named
from dashboard.ask.reply_rank import steps
from dashboard.ask.subjects import BY_KEY
from layouts.formats import number, percent

MORE_THAN_USUAL: Final = 1.25
"""How much more than at the same time yesterday is worth saying. Ours: days differ by 12 % (domain facts §2)."""
SLOW_OTHER_SIDE: Final = 0.8
"""Below this the other side is slow; strict control is 0.2 to 0.5. Source: domain facts §2."""
LONG_STEP: Final = 0.4
"""A step that takes so much of all steps' time is where vehicles stand; eight equal ones would take an eighth each."""
FEW_VEHICLES: Final = 10
"""Fewer vehicles more than yesterday explain nothing."""


def gate(context: Context, name: str) -> list[Answer]:
    """Return why vehicles wait at a gate: first the sum of it, then each fact; [] when the gate has no figures."""
    card = context.gates().get(name)
    if card is None:
        return []
    facts = [
        fact
        for part in (_closed, _queue, _clearance, _other_side, _lanes, _balance, _step, _alerts)
        for fact in part(context, name, card)
    ]
    if not any(fact.value is not None for fact, _ in facts):
        return []
    speech = context.speech
    unusual = [short for _, short in facts if short]
    numbers = [fact for fact, _ in facts if fact.at is not None]
    sentence = speech.say(
        "answer.why.because" if unusual else "answer.why.nothing",
        place=speech.place(name),
        reasons="; ".join(unusual),
    )
    newest = max(numbers, key=lambda fact: fact.at or 0)
    lead = replace(
        newest,
        kind="why",
        sentence=speech.marked(sentence, any(fact.simulated for fact in numbers)),
        value=float(len(unusual)),
        unit=speech.say("answer.unit.reasons"),
        source="+".join(sorted({source for fact in numbers for source in fact.source.split("+")})),
        simulated=any(fact.simulated for fact in numbers),
        metric="",
        priority=card.get("priority"),
        url=context.url("gate", name),
    )
    return [lead, *(fact for fact, _ in facts)]


_Facts = list[tuple[Answer, str]]
"""Facts, each with the short form of it when it is out of the ordinary, else ""."""


def _live(context: Context, card: Mapping[str, Any], field: str) -> Cell | None:
    cell = cell_of(card.get(field))
    return cell if cell is not None and not cell.lost(context.speech.now) else None


def _fact(context: Context, name: str, key: str, metric: str, cell: Cell, **values: object) -> Answer:
    speech = context.speech
    sentence = speech.marked(speech.say(f"answer.why.{key}", **values), cell.simulated)
    return speech.answer("fact", sentence, metric, cell, context.url("gate", name), place=name)


def _closed(context: Context, name: str, card: Mapping[str, Any]) -> _Facts:
    if card.get("open") is not False:
        return []
    speech = context.speech
    sentence = speech.say("answer.why.closed", opens=card.get("opens"), closes=card.get("closes"))
    status = _live(context, card, "status")
    if status is not None:
        fact = speech.answer("fact", sentence, "operational_status", status, context.url("gate", name), place=name)
    else:
        fact = Answer("fact", sentence, url=context.url("gate", name), place=name)
    return [(fact, speech.say("answer.why.closed_short"))]


def _queue(context: Context, name: str, card: Mapping[str, Any]) -> _Facts:
    cell = _live(context, card, "queue")
    if cell is None:
        return []
    speech = context.speech
    before = card.get("queue_yesterday")
    if before is None:
        then = context.past.instant(BY_KEY["queue"], name, {}, speech.now - DAY)
        before = then.value if then is not None and then.simulated == cell.simulated else None
    value = speech.measure(cell.value, "queue_length_vehicles")
    if before is None:
        return [(_fact(context, name, "queue", "queue_length_vehicles", cell, value=value), "")]
    more = cell.value > before * MORE_THAN_USUAL and cell.value - before >= FEW_VEHICLES
    usual = speech.measure(float(before), "queue_length_vehicles")
    fact = _fact(context, name, "queue_against", "queue_length_vehicles", cell, value=value, before=usual)
    return [(fact, speech.say("answer.why.queue_short", value=value, before=usual) if more else "")]


def _clearance(context: Context, name: str, card: Mapping[str, Any]) -> _Facts:
    cell = _live(context, card, "clearance_median")
    if cell is None:
        return []
    speech = context.speech
    value = speech.measure(cell.value, "clearance_time_s")
    then = context.past.instant(BY_KEY["clearance"], name, {}, speech.now - DAY)
    if then is None or then.simulated != cell.simulated:
        return [(_fact(context, name, "clearance", "clearance_time_s", cell, value=value), "")]
    before = speech.measure(then.value, "clearance_time_s")
    longer = cell.value > then.value * MORE_THAN_USUAL
    fact = _fact(context, name, "clearance_against", "clearance_time_s", cell, value=value, before=before)
    return [(fact, speech.say("answer.why.clearance_short", value=value, before=before) if longer else "")]


def _other_side(context: Context, name: str, card: Mapping[str, Any]) -> _Facts:
    cell = _live(context, card, "other_side")
    if cell is None:
        return []
    speech = context.speech
    share = percent(cell.value * 100, speech.lang, 0)
    if cell.value <= 0:
        fact = _fact(context, name, "other_closed", "other_side_rate_ratio", cell)
        return [(fact, speech.say("answer.why.other_closed_short"))]
    slow = cell.value < SLOW_OTHER_SIDE
    fact = _fact(context, name, "other_slow" if slow else "other_usual", "other_side_rate_ratio", cell, share=share)
    return [(fact, speech.say("answer.why.other_short", share=share) if slow else "")]


def _lanes(context: Context, name: str, card: Mapping[str, Any]) -> _Facts:
    open_, most = _live(context, card, "lanes_open"), cell_of(card.get("lanes_max"))
    if open_ is None:
        return []
    speech = context.speech
    if most is None or most.value <= 0:
        return [(_fact(context, name, "lanes", "lanes_open", open_, open=number(open_.value, speech.lang)), "")]
    words = {"open": number(open_.value, speech.lang), "all": number(most.value, speech.lang)}
    fact = _fact(context, name, "lanes_of", "lanes_open", open_, **words)
    return [(fact, speech.say("answer.why.lanes_short", **words) if open_.value < most.value else "")]


def _balance(context: Context, name: str, card: Mapping[str, Any]) -> _Facts:
    """Arrivals against throughput: of one and the same source, or they cannot be set against each other."""
    comes = _live(context, card, "arrivals")
    goes = together([_live(context, card, "throughput_export"), _live(context, card, "throughput_import")])
    if comes is None or goes is None or comes.source != goes.source:
        return []
    speech = context.speech
    words = {
        "comes": speech.measure(round(comes.value), "arrival_rate_vph"),
        "goes": speech.measure(round(goes.value), "throughput_vph"),
        "change": speech.measure(abs(round(comes.value) - round(goes.value)), "queue_length_vehicles"),
    }
    grows = comes.value > goes.value * MORE_THAN_USUAL and comes.value - goes.value >= 1
    fact = _fact(context, name, "balance", "arrival_rate_vph", comes, **words)
    return [(fact, speech.say("answer.why.balance_short", **words) if grows else "")]


def _step(context: Context, name: str, card: Mapping[str, Any]) -> _Facts:
    found = steps(context, name)
    if not found:
        return []
    direction = context.question.first("direction") or card.get("direction") or "export"
    medians = {
        row["step"]: cell
        for row in ((card.get("steps") or {}).get(direction) or [])[1:]
        if (cell := cell_of(row.get("median"))) and not cell.lost(context.speech.now)
    }
    total = sum(cell.value for cell in medians.values())
    slowest = max(medians, key=lambda step: medians[step].value)
    share = medians[slowest].value / total if total else 0.0
    named = card.get("bottleneck")
    short = ""
    if named:
        short = context.speech.say("answer.why.bottleneck_short", step=context.speech.say(f"step.{named}"))
    elif share >= LONG_STEP:
        short = context.speech.say(
            "answer.why.step_short", step=context.speech.say(f"step.{slowest}"), share=round(share * 100)
        )
    return [(replace(found[0], kind="fact"), short)]


def _alerts(context: Context, name: str, card: Mapping[str, Any]) -> _Facts:
    del card
    items = (context.topics.get("alerts") or {}).get("items") or {}
    mine = [
        item
        for item in items.values()
        if item and name in {item.get("gate"), item.get("place")} and item["state"] in {"UNACK", "ACKED"}
    ]
    mine.sort(key=lambda item: (("critical", "high", "medium", "low").index(item["priority"]), -item["started_at"]))
    speech = context.speech
    found: _Facts = []
    for item in mine[:3]:
        summary = item.get(f"summary_{speech.lang}") or item.get("summary_vi") or item["rule"]
        cause = item.get(f"cause_{speech.lang}") or ""
        sentence = speech.say(
            "answer.why.alert" if cause else "answer.why.alert_only",
            summary=str(summary).rstrip("."),
            cause=cause.rstrip(". "),
            time=speech.when(datetime.fromtimestamp(item["started_at"] / 1000, UTC)),
        )
        fact = Answer(
            "fact",
            sentence + speech.mark(bool(item.get("simulated"))),
            item.get("value"),
            item.get("unit") or "",
            item["updated_at"],
            item.get("source") or "",
            bool(item.get("simulated")),
            context.url("alert", item["id"]),
            speech.alert_note(item),
            place=name,
            metric=item.get("metric") or "",
            priority=item["priority"],
        )
        short = item.get(f"short_{speech.lang}") or ""
        found.append((fact, speech.say("answer.why.alert_short", what=short) if short else ""))
    return found


def named_gate(context: Context, named: Named | None) -> str | None:
    """Return the gate a name means, None when it is none."""
    if named is None:
        return None
    return named.id if named.kind == "gate" else context.places.gate_of(named.id)
