"""The slide of the province's digital-transformation programme: how many targets are on their path, and which are not.

Pure. A target that nobody has told yet is counted as such and never drawn as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from layouts.slides.cells import Cell, Moment, figure, has, joined, simulated, some, sources_of
from layouts.slides.measures import unit_word
from layouts.slides.model import Figure, Slide, Table

MOST_FIGURES: Final = 5
MOST_ROWS: Final = 6
WORST_FIRST: Final = ("far_behind", "behind", "on_path", "reached", "unknown")
"""What a leader has to hear first."""

Target = Mapping[str, Any]


def programme_slide(moment: Moment) -> Slide | None:
    """Return the slide; None where no target is known."""
    targets = [one for one in (moment.topic("programme").get("targets") or {}).values() if one]
    if not targets:
        return None
    measured = sorted((one for one in targets if has(one.get("cell"))), key=_weight)
    if not measured:
        headline = moment.say("slide.programme_untold", count=moment.number(len(targets)))
        return Slide("programme", "programme", headline, moment.say("slide.programme"), table=_table(moment, targets))
    cells = [one["cell"] for one in measured[:MOST_FIGURES]]
    untold, rest = len(targets) - len(measured), len(measured) - MOST_FIGURES
    told = [moment.say("slide.more_targets", count=moment.number(rest))] if rest > 0 else []
    told += [moment.say("slide.programme_untold", count=moment.number(untold))] if untold else []
    return Slide(
        "programme",
        "programme",
        _headline(moment, measured),
        subtitle=moment.say("slide.programme"),
        figures=some([_figure(moment, one) for one in measured], MOST_FIGURES),
        sentences=("; ".join(told),) if told else (),
        notes="\n".join(filter(None, (_note(moment, one) for one in measured[:MOST_FIGURES]))),
        sources=sources_of(moment, cells),
        simulated=simulated(cells),
    )


def _weight(target: Target) -> tuple[int, int]:
    state = target.get("state")
    return WORST_FIRST.index(state) if state in WORST_FIRST else len(WORST_FIRST), int(target.get("order") or 0)


def _state(moment: Moment, target: Target) -> str:
    state = target.get("state")
    return moment.say(f"slide.standing.{state}") if state in WORST_FIRST and state != "unknown" else ""


def _written(moment: Moment, target: Target, value: float) -> str:
    unit = str(target.get("unit") or "")
    decimals = target.get("decimals")
    text = moment.number(value, decimals if isinstance(decimals, int) else (0 if float(value).is_integer() else 1))
    if unit == "hạng":
        return moment.say("programme.rank", rank=text)
    if unit == "%" and moment.lang == "en":
        return text + unit
    return f"{text}\u00a0{unit_word(unit, moment.lang, text)}" if unit else text


def _aim(moment: Moment, target: Target) -> str:
    aim = target.get("aim") or {}
    value = aim.get("value", target.get("target"))
    if value is None:
        return ""
    key = "slide.aim_year" if aim.get("year") else "slide.aim"
    return moment.say(key, year=aim.get("year"), value=_written(moment, target, value))


def _figure(moment: Moment, target: Target) -> Figure | None:
    cell: Cell = target["cell"]
    note = joined((_aim(moment, target), _state(moment, target)))
    found = figure(moment, moment.name(target), cell, lambda value: _written(moment, target, value), note=note)
    if found is None or found.state == "live":
        return found
    # A document's figure is as old as its year; of a tier that has ended, as its last day. Both say more than an age.
    known = target.get("known") or {}
    if target.get("basis") == "document" and known.get("year"):
        return replace(found, note=joined((moment.say("slide.of_year", year=known["year"]), note)))
    if target.get("valid_to"):
        year, month, day = str(target["valid_to"]).split("-")
        return replace(found, note=joined((moment.say("slide.valid_to", day=f"{day}/{month}/{year}"), note)))
    return replace(found, note=joined((found.note, note)))


def _headline(moment: Moment, measured: Sequence[Target]) -> str:
    reached = sum(one.get("state") == "reached" for one in measured)
    behind = sum(one.get("state") in {"behind", "far_behind"} for one in measured)
    judged = sum(one.get("state") in WORST_FIRST and one.get("state") != "unknown" for one in measured)
    if not judged:
        return moment.say("slide.programme_measured", count=moment.number(len(measured)))
    return moment.say("slide.programme_finding", reached=reached, judged=judged, behind=moment.number(behind))


def _note(moment: Moment, target: Target) -> str:
    gap, owner = target.get("gap"), moment.text(target, "owner")
    if gap is None or not owner:
        return ""
    return moment.say("slide.programme_note", name=moment.name(target), owner=owner)


def _table(moment: Moment, targets: Sequence[Target]) -> Table:
    rows = sorted(targets, key=lambda one: int(one.get("order") or 0))[:MOST_ROWS]
    heads = (moment.say("slide.target_name"), moment.say("slide.target_aim"))
    return Table(heads, tuple((moment.name(one), _aim(moment, one)) for one in rows))
