"""The slides of the province in one page and of each gate. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from layouts import formats
from layouts.slides.cells import Cell, Moment, figure, has, joined, simulated, some, sources_of, state_of, total, urgent
from layouts.slides.compose_alerts import Alert, finding, short_of, standing
from layouts.slides.compose_map import province_map
from layouts.slides.ground import Ground
from layouts.slides.model import Chart, Figure, Series, Slide, Urgency

MOST_PROVINCE: Final = 6
MOST_GATE: Final = 5
TREND_EVERY: Final = 3
"""Every third five-minute bucket of the trend: a slide shows 24 hours, not 288 points."""
TREND_LEAST: Final = 4
"""A line of fewer points says nothing."""

Gate = Mapping[str, Any]


def known_gates(moment: Moment) -> list[Gate]:
    """Return the gates of the cards that the topic knows, in the order of the cards."""
    gates = moment.topic("gates").get("gates") or {}
    return [gates[card.id] for card in moment.gates if gates.get(card.id)]


def province_slide(moment: Moment, ground: Ground | None) -> Slide:
    """Return the province in one page: vehicles, the day's counts, services, network, and the map of the gates."""
    gates = known_gates(moment)
    roads = [gate for gate in gates if gate.get("mode") != "rail"]
    today = moment.topic("gates").get("today") or {}
    services = moment.topic("services").get("province") or {}
    network = moment.topic("network").get("province") or {}
    waiting = total([gate.get("queue") for gate in roads])
    cells: list[Cell | None] = [waiting, *(gate.get("queue") for gate in gates)]

    def count(name: str, label: str) -> Figure | None:
        entry = today.get(name) or {}
        cells.append(entry.get("cell"))
        note = against(moment, entry.get("cell"), entry.get("yesterday"))
        return figure(moment, label, entry.get("cell"), moment.number, unit="unit.vehicles", note=note)

    fees = (today.get("fee_vnd") or {}).get("cell")
    on_time, on_air = services.get("on_time_rate"), network.get("on_air")
    cells += [fees, on_time, on_air]
    label = moment.say("briefing.waiting_all", count=len(roads))
    figures = some(
        [
            figure(moment, label, waiting, moment.number, unit="unit.vehicles"),
            count("vehicles_export", moment.say("briefing.exported")),
            count("vehicles_import", moment.say("briefing.imported")),
            figure(moment, moment.say("briefing.fees"), fees, lambda v: formats.money(v, moment.lang)),
            figure(moment, moment.say("briefing.on_time"), on_time, lambda v: formats.percent(v * 100, moment.lang)),
            figure(moment, moment.say("briefing.on_air"), on_air, moment.number, note=of_expected(moment, network)),
        ],
        MOST_PROVINCE,
    )
    if not figures and not any(has(gate.get("queue")) for gate in gates):
        return Slide("province", "province", moment.say("briefing.nothing"))
    headline, priority = finding(moment)
    return Slide(
        "province",
        "province",
        headline,
        subtitle=moment.say("place.province"),
        priority=priority,
        figures=figures,
        map=province_map(moment, gates, ground) if ground else None,
        notes=_gate_list(moment, gates),
        sources=sources_of(moment, [cell for cell in cells if has(cell)]),
        simulated=simulated(cells),
    )


def of_expected(moment: Moment, network: Mapping[str, Any]) -> str:
    """Return "of 2,818 sites", "" where the number that should be on air is not known."""
    expected = network.get("expected")
    return moment.say("briefing.of", all=moment.number(expected["v"])) if has(expected) and expected else ""


def against(moment: Moment, cell: Cell | None, before: float | None) -> str:
    """Return the change against yesterday, "" where one of the two is not known."""
    if cell is None or not has(cell) or before is None:
        return ""
    return moment.say("briefing.against_yesterday", change=formats.signed(cell["v"] - before, moment.lang))


def gate_slide(moment: Moment, gate: Gate) -> Slide | None:
    """Return the slide of a gate; None without a queue."""
    queue = gate.get("queue")
    if queue is None or not has(queue):
        return None
    live = state_of(queue, moment.at_ms) == "live"
    priority = urgent(gate.get("priority")) if live else None
    alert = (moment.topic("alerts").get("items") or {}).get(gate.get("alert") or "")
    figures = _gate_figures(moment, gate, queue, alert, priority)
    chart, cells = _steps(moment, gate, queue, priority)
    if chart is None or not any(value for value in chart.series[0].values):
        chart = _trend(moment, gate) or chart
    shown = [queue, *cells, *(gate.get(name) for name in _OF_A_GATE)]
    return Slide(
        f"gate-{gate['id']}",
        "gate",
        _gate_headline(moment, gate, queue, alert, priority),
        subtitle=joined((moment.name(gate), str(gate.get("markers") or ""), _hours(moment, gate))),
        priority=priority,
        figures=figures,
        chart=chart,
        notes=_gate_notes(moment, gate, alert),
        sources=sources_of(moment, [cell for cell in shown if has(cell)]),
        simulated=simulated(shown),
    )


_OF_A_GATE: Final = ("clearance_median", "extent_m", "throughput_export", "throughput_import")


def _gate_figures(
    moment: Moment, gate: Gate, queue: Cell, alert: Alert | None, priority: Urgency
) -> tuple[Figure, ...]:
    threshold = alert.get("threshold") if alert and alert.get("metric") == "queue_length_vehicles" else None
    limit = moment.say("duty.limit", limit=moment.number(threshold)) if threshold else ""
    # Under an alert the limit is what counts; a tile has room for one comparison.
    beside = limit or against(moment, queue, gate.get("queue_yesterday"))
    extent = gate.get("extent_m")
    p90 = gate.get("clearance_p90")
    slow = moment.say("briefing.p90", time=formats.duration(p90["v"], moment.lang)) if p90 and has(p90) else ""
    lanes, most = gate.get("lanes_open"), gate.get("lanes_max")
    of_lanes = moment.say("slide.of_lanes", all=moment.number(most["v"])) if most and has(most) else ""
    return some(
        [
            figure(
                moment, moment.say("briefing.waiting_here"), queue, moment.number, unit="unit.vehicles", note=beside,
                priority=priority,
            ),
            figure(
                moment, moment.say("briefing.clearance"), gate.get("clearance_median"),
                lambda v: formats.duration(v, moment.lang), note=slow,
            ),
            figure(
                moment, moment.say("briefing.extent", road=gate.get("road") or ""),
                extent if extent and has(extent) and extent["v"] > 0 else None,
                lambda v: formats.distance(v, moment.lang),
            ),
            figure(moment, moment.say("slide.lanes"), lanes, moment.number, note=of_lanes),
            figure(
                moment, moment.say("briefing.throughput_export"), gate.get("throughput_export"), moment.number,
                unit="unit.vph",
            ),
            figure(
                moment, moment.say("briefing.throughput_import"), gate.get("throughput_import"), moment.number,
                unit="unit.vph",
            ),
        ],
        MOST_GATE,
    )  # fmt: skip


def _steps(moment: Moment, gate: Gate, queue: Cell, priority: Urgency) -> tuple[Chart | None, list[Cell]]:
    direction = gate.get("direction") or "export"
    rows = [row for row in ((gate.get("steps") or {}).get(direction) or []) if has(row.get("queue"))]
    if not rows:
        return None, []
    cells = [row["queue"] for row in rows]
    # The step is named only where queue and steps are of one kind: a real queue is not explained by simulated steps.
    worst = next(
        (
            at
            for at, row in enumerate(rows)
            if row["step"] == gate.get("bottleneck")
            and bool(row["queue"].get("sim")) == bool(queue.get("sim"))
            and state_of(row["queue"], moment.at_ms) == "live"
        ),
        None,
    )
    chart = Chart(
        "bars",
        moment.say("briefing.by_step", direction=moment.say("direction." + direction)),
        moment.say("unit.vehicles"),
        tuple(moment.say("step." + row["step"]) for row in rows),
        (Series(moment.say("unit.vehicles"), "now", tuple(cell["v"] for cell in cells)),),
        texts=tuple(moment.number(cell["v"]) for cell in cells),
        highlight=worst if priority else None,
    )
    return chart, cells


def _trend(moment: Moment, gate: Gate) -> Chart | None:
    trend = gate.get("trend")
    today = tuple((trend or {}).get("today") or ())[TREND_EVERY - 1 :: TREND_EVERY]
    if trend is None or sum(value is not None for value in today) < TREND_LEAST:
        return None
    before = tuple(trend.get("yesterday") or ())[TREND_EVERY - 1 :: TREND_EVERY]
    step_ms = trend["step_s"] * 1000
    times = tuple(moment.clock(trend["start"] + step_ms * (TREND_EVERY * (at + 1))) for at in range(len(today)))
    rows = [Series(moment.say("slide.trend_now"), "now", today)]
    if len(before) == len(today) and any(value is not None for value in before):
        rows.append(Series(moment.say("slide.trend_before"), "before", before))
    return Chart(
        "line", moment.say("slide.trend"), moment.say("unit.vehicles"), times, tuple(rows), limit=trend.get("threshold")
    )


def _gate_headline(moment: Moment, gate: Gate, queue: Cell, alert: Alert | None, priority: Urgency) -> str:
    name, count = moment.name(gate), moment.number(queue["v"])
    state = state_of(queue, moment.at_ms)
    if state != "live":
        word = moment.say("state." + state)
        return moment.say("slide.gate_old", gate=name, state=word, count=count, time=moment.clock(queue["at"]))
    narrow = next((row for row in _bottleneck(gate) if bool(row["queue"].get("sim")) == bool(queue.get("sim"))), None)
    if priority and narrow:
        step = moment.say("step." + narrow["step"])
        return moment.say("briefing.jam", gate=name, step=step[:1].lower() + step[1:])
    if priority and alert and moment.text(alert, "short"):
        return f"{name}: {short_of(moment, alert)}"
    if gate.get("open") is False:
        return moment.say("slide.gate_closed", gate=name, count=count)
    change = against(moment, queue, gate.get("queue_yesterday"))
    said = moment.say("briefing.gate", gate=name, count=count)
    return f"{said}, {change}" if change else said


def _bottleneck(gate: Gate) -> Sequence[Mapping[str, Any]]:
    rows = (gate.get("steps") or {}).get(gate.get("direction") or "export") or []
    return [row for row in rows if row.get("step") == gate.get("bottleneck") and has(row.get("queue"))]


def _hours(moment: Moment, gate: Gate) -> str:
    opens, closes = gate.get("opens"), gate.get("closes")
    return moment.say("slide.hours", opens=opens, closes=closes) if opens and closes else ""


def _gate_notes(moment: Moment, gate: Gate, alert: Alert | None) -> str:
    mine = [alert] if alert else [one for one in standing(moment) if one.get("gate") == gate["id"]][:1]
    said = [moment.text(gate_alert, field) for gate_alert in mine for field in ("summary", "cause", "consequence")]
    return "\n".join(text for text in said if text)


def _gate_list(moment: Moment, gates: Sequence[Gate]) -> str:
    said = [
        moment.say("briefing.gate", gate=moment.name(gate), count=moment.number(gate["queue"]["v"]))
        for gate in gates
        if has(gate.get("queue"))
    ]
    return "; ".join(said)


def numbered(slide: Slide, first: int) -> Slide:
    """Return a slide whose tiles count from `first`."""
    return replace(slide, figures=tuple(replace(one, number=first + at) for at, one in enumerate(slide.figures)))
