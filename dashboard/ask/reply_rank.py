"""Which gate, commune or step has the most or the least of something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboard.ask.answer import Answer
from dashboard.ask.cells import Cell, cell_of
from dashboard.ask.context import Context
from dashboard.ask.question import Named
from dashboard.ask.reply_figure import over
from dashboard.ask.subjects import Subject
from feeds.catalogue import Catalogue
from feeds.model import DIRECTIONS, STEPS

SHOWN: Final = 3
"""How many are told, the first with its rank; the view shows the rest."""


def wants_most(context: Context, subject: Subject) -> bool:
    """Tell whether the largest comes first: as asked, and for "the worst" and "the best" as the metric means it."""
    extreme = context.question.first("extreme")
    if extreme in {"worst", "best"}:
        return (subject.ask_most == "most") == (extreme == "worst")
    if extreme == "top":
        # "Ít xe chờ nhất" and "chậm nhất" have their word before what is ranked.
        if context.question.has("few", "few"):
            return False
        return not context.question.has("state", "slow") or subject.ask_most == "most"
    return extreme != "least"


def rank(context: Context, subject: Subject, kind: str) -> list[Answer]:
    """Return the first few of a kind of place by a subject, the first in a sentence of its own; [] without figures."""
    dims = context.dims()
    if subject.key in {"coverage", "speed"} and "technology" not in dims:
        dims["technology"] = "4g"
    held = []
    for place in _places(context, subject, kind):
        cell = _cell(context, subject, place, dims)
        # What was lost may not come first among what is known.
        if cell is not None and not cell.lost(context.speech.now):
            held.append((place, cell))
    if not held:
        return []
    most = wants_most(context, subject)
    held.sort(key=lambda pair: (-pair[1].value if most else pair[1].value, pair[0].id))
    speech = context.speech
    best = held[0][1].value
    ties = sum(cell.value == best for _, cell in held)
    answers = []
    for index, (place, cell) in enumerate(held[:SHOWN]):
        key = "answer.rank.next"
        if index == 0:
            key = ("answer.rank.tied" if ties > 1 else "answer.rank.most") if most else "answer.rank.least"
        sentence = speech.say(
            key,
            place=context.where(place, dims),
            what=speech.what(subject, cell.value) + speech.mark(cell.simulated),
            rank=index + 1,
            of=len(held),
            ties=ties,
            time=speech.when(cell.at),
        )
        answers.append(
            speech.answer("rank", sentence, subject.metric, cell, context.view_of(subject, place), place=place.id)
        )
    return answers


def _places(context: Context, subject: Subject, kind: str) -> Sequence[Named]:
    if kind == "commune":
        return [Named("commune", place.id) for place in context.places.all("commune")]
    roads = context.catalogue[subject.metric].unit == "xe"
    return [Named("gate", gate) for gate in context.gates(roads=roads)]


def _cell(context: Context, subject: Subject, place: Named, dims: dict[str, str]) -> Cell | None:
    if context.moment.kind == "now":
        if place.kind == "commune" and not subject.commune:
            return None  # sixty-five looks into history for one question are too many
        return context.current(subject, place, dims)
    if place.kind == "commune":
        return None
    span = over(context, subject, place, dims, context.moment)
    return span.cell if span else None


def steps(context: Context, gate: str) -> list[Answer]:
    """Return the slowest step of a gate: its median time and its share of all steps' medians."""
    card = context.gates().get(gate) or {}
    asked = context.question.first("direction")
    direction = asked or card.get("direction") or DIRECTIONS[0]
    rows = (card.get("steps") or {}).get(direction) or []
    # The declaration lies before arrival; what is asked is where vehicles stand.
    medians = {row["step"]: cell for row in rows if row["step"] in STEPS[1:] and (cell := cell_of(row.get("median")))}
    live = {step: cell for step, cell in medians.items() if not cell.lost(context.speech.now)}
    if not live:
        return []
    total = sum(cell.value for cell in live.values())
    slowest = max(live, key=lambda step: live[step].value)
    cell = live[slowest]
    speech = context.speech
    queue = next((cell_of(row.get("queue")) for row in rows if row["step"] == slowest), None)
    sentence = speech.say(
        "answer.slowest_step",
        place=context.where(Named("gate", gate), {"direction": direction}),
        step=speech.say(f"step.{slowest}"),
        value=speech.measure(cell.value, "step_duration_s") + speech.mark(cell.simulated),
        share=round(cell.value / total * 100) if total else 0,
        total=speech.measure(total, "step_duration_s"),
    )
    if queue is not None and not queue.lost(speech.now):
        sentence += " " + speech.say("answer.at_step", value=speech.measure(queue.value, "queue_length_vehicles"))
    return [speech.answer("rank", sentence, "step_duration_s", cell, context.url("gate", gate), place=gate)]


def ranked_kind(catalogue: Catalogue, subject: Subject, asked: str) -> str | None:
    """Return which kind of place a subject is ranked over: the one asked for where it has figures."""
    dims = catalogue[subject.metric].dims
    of_communes = bool(subject.commune)
    of_gates = bool(subject.gate) or ("direction" in dims and not of_communes)
    if asked == "commune":
        return "commune" if of_communes else None
    if asked == "gate":
        return "gate" if of_gates else None
    return "commune" if of_communes else "gate" if of_gates else None
