"""The slides of public services and of the mobile network. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from layouts import formats
from layouts.slides.cells import Cell, Moment, figure, has, simulated, some, sources_of, state_of, urgent
from layouts.slides.compose_alerts import Alert, place_of, short_of, standing
from layouts.slides.compose_gates import of_expected
from layouts.slides.model import Chart, Figure, Series, Slide, Table

MOST_FIGURES: Final = 6
MOST_BARS: Final = 6
MOST_STRETCHES: Final = 4


def services_slide(moment: Moment) -> Slide | None:
    """Return the slide of public services; None where nothing is known of them."""
    province = moment.topic("services").get("province") or {}

    def share(value: float) -> str:
        return formats.percent(value * 100, moment.lang)

    overdue = moment.topic("services").get("communes") or {}
    alert = _alert_of(moment, "services")
    figures = some(
        [
            figure(moment, moment.say("briefing.on_time"), province.get("on_time_rate"), share),
            figure(moment, moment.say("briefing.online"), province.get("online_rate"), share),
            figure(moment, moment.say("briefing.received"), province.get("received"), moment.number, unit="unit.files"),
            figure(moment, moment.say("slide.settled"), province.get("settled"), moment.number, unit="unit.files"),
            figure(moment, moment.say("briefing.overdue"), province.get("overdue"), moment.number, unit="unit.files"),
        ],
        MOST_FIGURES,
    )
    worst = _communes(moment, overdue, "overdue", lambda value: -value, lambda value: value > 0)
    if not figures and not worst:
        return None
    said = [
        moment.say("briefing.said_services", share=share(province["on_time_rate"]["v"]))
        if has(province.get("on_time_rate"))
        else "",
        moment.say("slide.said_overdue", count=moment.number(province["overdue"]["v"]))
        if has(province.get("overdue"))
        else "",
    ]
    cells = [*province.values(), *(cell for _, cell in worst)]
    return Slide(
        "services",
        "services",
        _headline(moment, alert) or ", ".join(filter(None, said)) or moment.say("services.title"),
        subtitle=moment.say("services.title"),
        priority=urgent(alert.get("priority")) if alert else None,
        figures=figures,
        chart=_bars(moment.say("slide.by_commune_overdue"), moment.say("unit.files"), worst, moment.number),
        notes=_notes(moment, alert),
        sources=sources_of(moment, [cell for cell in cells if has(cell)]),
        simulated=simulated(cells),
    )


def network_slide(moment: Moment) -> Slide | None:
    """Return the slide of the mobile network; None where nothing is known of it."""
    topic = moment.topic("network")
    province = topic.get("province") or {}
    lost = topic.get("lost")
    alert = _alert_of(moment, "network")

    def share(value: float) -> str:
        return formats.percent(value, moment.lang)

    figures = some(
        [
            figure(
                moment, moment.say("briefing.on_air"), province.get("on_air"), moment.number,
                unit="unit.sites", note=of_expected(moment, province),
            ),
            figure(moment, moment.say("briefing.coverage_4g"), province.get("coverage_4g"), share),
            figure(moment, moment.say("slide.coverage_5g"), province.get("coverage_5g"), share),
            figure(moment, moment.say("briefing.coverage_5g_key"), province.get("coverage_5g_key"), share),
            figure(
                moment, moment.say("briefing.availability"), province.get("availability"),
                lambda value: formats.percent(value, moment.lang, 2),
            ),
            _people(moment, lost),
        ],
        MOST_FIGURES,
    )  # fmt: skip
    weakest = _communes(moment, topic.get("communes") or {}, "coverage_4g", lambda value: value, lambda _: True)
    if not figures and not weakest:
        return None
    on_air = province.get("on_air")
    all_sites = province.get("expected")
    said = moment.say("briefing.said_network", count=moment.number(on_air["v"])) if on_air and has(on_air) else ""
    if on_air and all_sites and has(on_air) and has(all_sites):
        said = moment.say("slide.said_of_sites", count=moment.number(on_air["v"]), all=moment.number(all_sites["v"]))
    table = _stretches(moment, lost)
    cells = [*province.values(), *(cell for _, cell in weakest)]
    return Slide(
        "network",
        "network",
        _headline(moment, alert) or said or moment.say("network.title"),
        subtitle=moment.say("network.title"),
        priority=urgent(alert.get("priority")) if alert else None,
        figures=figures,
        chart=None if table else _bars(moment.say("slide.by_commune_4g"), "%", weakest, share),
        table=table,
        notes=_notes(moment, alert),
        sources=sources_of(moment, [cell for cell in cells if has(cell)]),
        simulated=simulated(cells) or bool(lost and lost.get("sim")),
    )


def _alert_of(moment: Moment, topic: str) -> Alert | None:
    """Return the gravest open alert of a topic that has a colour."""
    return next(
        (
            alert
            for alert in standing(moment)
            if (alert.get("labels") or {}).get("topic") == topic and urgent(alert.get("priority"))
        ),
        None,
    )


def _headline(moment: Moment, alert: Alert | None) -> str:
    if alert is None:
        return ""
    short = short_of(moment, alert)
    return f"{place_of(moment, alert)}: {short}" if short else moment.text(alert, "summary")


def _notes(moment: Moment, alert: Alert | None) -> str:
    if alert is None:
        return ""
    return "\n".join(text for field in ("summary", "cause", "consequence") if (text := moment.text(alert, field)))


def _communes(
    moment: Moment,
    communes: Mapping[str, Any],
    field: str,
    order: Callable[[float], float],
    counts: Callable[[float], bool],
) -> list[tuple[str, Cell]]:
    """Return the communes that come first by one figure that is live, with their names."""
    names = moment.topic("services").get("communes") or {}
    found = [
        (moment.name({**commune, **(names.get(key) or {}), "id": key}), commune[field])
        for key, commune in communes.items()
        if commune
        and has(commune.get(field))
        and counts(commune[field]["v"])
        and state_of(commune[field], moment.at_ms) == "live"
    ]
    return sorted(found, key=lambda one: (order(one[1]["v"]), one[0]))[:MOST_BARS]


def _bars(title: str, unit: str, rows: list[tuple[str, Cell]], write: Callable[[float], str]) -> Chart | None:
    if not rows:
        return None
    values = tuple(float(cell["v"]) for _, cell in rows)
    return Chart(
        "bars",
        title,
        unit,
        tuple(name for name, _ in rows),
        (Series(title, "now", values),),
        texts=tuple(write(value) for value in values),
    )


def _people(moment: Moment, lost: Mapping[str, Any] | None) -> Figure | None:
    if not lost or not lost.get("population"):
        return None
    source = sources_of(moment, [{"src": lost.get("src")}])
    value = moment.number(lost["population"])
    unit = moment.say("unit.people", count=value)
    return Figure(0, moment.say("slide.lost_people"), value, unit, "", "live", None, source, lost.get("at"))


def _stretches(moment: Moment, lost: Mapping[str, Any] | None) -> Table | None:
    """Return the stretches of road without signal, the longest first; gates share roads, so each once."""
    rows: dict[tuple[str, ...], None] = {}
    for stretch in (lost or {}).get("stretches") or ():
        start, end = (moment.number(stretch[name], 1) for name in ("from_km", "to_km"))
        technology = str(stretch.get("technology") or "")
        none = moment.say("slide.no_signal") if not technology else moment.say("slide.no_data", name=technology.upper())
        long = f"{moment.number(stretch['km'], 1)}{formats.NBSP}km"
        rows[str(stretch["road_name"]), f"km{formats.NBSP}{start}–{end}", long, none] = None
    if not rows:
        return None
    heads = tuple(moment.say(f"slide.stretch.{name}") for name in ("road", "from", "long", "what"))
    return Table(heads, tuple(list(rows)[:MOST_STRETCHES]))
