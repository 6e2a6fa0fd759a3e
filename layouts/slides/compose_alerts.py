"""The slides of open alerts and of the decisions they ask for, and the finding of the whole province. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any, Final

from layouts import formats
from layouts.slides.cells import Moment, has, joined, sources_of, state_of, urgent
from layouts.slides.measures import measure
from layouts.slides.model import Figure, Slide, Urgency
from layouts.slides.plan import SlidePlan, Wish

PRIORITIES: Final = ("critical", "high", "medium", "low")
STATES: Final = ("UNACK", "RTNUN", "ACKED")
"""Who waits for somebody first: nobody has it; it went away unseen; somebody has it. Source: ISA-18.2 states."""

Alert = Mapping[str, Any]


def ordered(moment: Moment) -> list[Alert]:
    """Return the open alerts: by priority, then who waits for somebody, then the newest."""
    items = moment.topic("alerts").get("items") or {}

    def weight(alert: Alert) -> tuple[int, int, float, str]:
        state = alert.get("state")
        return (
            PRIORITIES.index(alert["priority"]) if alert.get("priority") in PRIORITIES else len(PRIORITIES),
            STATES.index(state) if state in STATES else len(STATES),
            -float(alert.get("started_at") or 0),
            str(alert.get("id", "")),
        )

    return sorted((alert for alert in items.values() if alert), key=weight)


def standing(moment: Moment) -> list[Alert]:
    """Return the open alerts whose condition still holds."""
    return [alert for alert in ordered(moment) if alert.get("state") != "RTNUN"]


def place_of(moment: Moment, alert: Alert) -> str:
    """Return the name of the place an alert is about."""
    feed = (alert.get("dims") or {}).get("feed")
    sources = moment.topic("feeds").get("sources") or {}
    if feed:
        return moment.name(sources[feed]) if sources.get(feed) else str(feed)
    place, gate = str(alert.get("place") or ""), str(alert.get("gate") or "")
    named = _named(moment, place)
    if named:
        return named
    whole = _named(moment, gate) if gate else ""
    # A route is its gate and its markers: huu-nghi.1119-1120.
    return f"{whole} {place[len(gate) + 1 :].replace('-', '–')}" if whole else place


def _named(moment: Moment, place: str) -> str:
    if place == "lang-son":
        return moment.say("place.province")
    for card in moment.gates:
        if card.id == place:
            return card.name_vi if moment.lang == "vi" else card.name_en
    gates = moment.topic("gates")
    for known in (gates.get("gates"), gates.get("crossings"), moment.topic("services").get("communes")):
        if known and known.get(place):
            return moment.name(known[place])
    return ""


def short_of(moment: Moment, alert: Alert) -> str:
    """Return the few words of an alert as they stand within a sentence."""
    words = moment.text(alert, "short")
    return words[:1].lower() + words[1:]


def since(moment: Moment, alert: Alert) -> str:
    """Return since when an alert stands: `Từ 14:02`, with the day where it was before today."""
    started = float(alert.get("started_at") or moment.at_ms)
    day, today = (formats.day(formats.from_ms(at), moment.lang) for at in (started, moment.at_ms))
    return moment.say("alert.since", time=moment.clock(started) + ("" if day == today else f" {day}"))


def holder(moment: Moment, alert: Alert) -> str:
    """Return who has an alert."""
    if alert.get("state") == "RTNUN":
        return moment.say("alert.returned")
    if alert.get("acked_by"):
        at = float(alert.get("acked_at") or alert.get("updated_at") or moment.at_ms)
        return moment.say("alert.acked", who=alert["acked_by"], time=moment.clock(at))
    return moment.say("alert.unacked")


def calm(moment: Moment) -> tuple[bool, str]:
    """Return what having no alert means: whether it is good news, and the sentence that says so."""
    sources = [
        source
        for source in (moment.topic("feeds").get("sources") or {}).values()
        if source and source.get("last_at") and not source.get("ended")
    ]
    fresh = [
        state_of({"v": 0, "at": source["last_at"], "cad": source.get("cadence_s") or 60}, moment.at_ms) == "live"
        for source in sources
    ]
    gates = [gate for gate in (moment.topic("gates").get("gates") or {}).values() if gate and has(gate.get("queue"))]
    known = bool(fresh) and all(fresh) and bool(gates)
    if not known or any(state_of(gate["queue"], moment.at_ms) != "live" for gate in gates):
        return False, moment.say("alert.none_unsure")
    over = any(
        isinstance((gate.get("trend") or {}).get("threshold"), int | float)
        and gate["queue"]["v"] > gate["trend"]["threshold"]
        for gate in gates
    )
    return (not over), moment.say("alert.none_pending" if over else "alert.none_detail")


def finding(moment: Moment) -> tuple[str, Urgency]:
    """Return the headline of the whole province: the gravest alert, or that there is none if that can be known."""
    first = next(iter(standing(moment)), None)
    if first is not None:
        short = short_of(moment, first)
        headline = f"{place_of(moment, first)}: {short}" if short else moment.text(first, "summary")
        return headline, urgent(first.get("priority"))
    return moment.say("briefing.calm" if calm(moment)[0] else "briefing.unsure"), None


def alerts_slide(moment: Moment, plan: SlidePlan) -> Slide:
    """Return the slide of open alerts, the gravest as tiles."""
    listed = ordered(moment)
    if not listed:
        headline, _ = finding(moment)
        return Slide("alerts", "alerts", headline, sentences=(moment.say("alert.none"), calm(moment)[1]))
    waiting = sum(alert.get("state") != "ACKED" for alert in listed)
    key = "briefing.open_unacked" if waiting else "briefing.open_acked"
    headline = moment.say(key, count=moment.number(len(listed)), unack=moment.number(waiting))
    shown, rest = listed[: plan.most], len(listed) - plan.most
    notes = "\n".join(_spoken(moment, alert) for alert in shown)
    return Slide(
        "alerts",
        "alerts",
        headline,
        priority=urgent(listed[0].get("priority")),
        figures=tuple(_tile(moment, alert) for alert in shown),
        sentences=(moment.say("slide.more_alerts", count=moment.number(rest)),) if rest > 0 else (),
        notes=notes,
        sources=sources_of(moment, [{"src": alert.get("source")} for alert in shown]),
        simulated=any(alert.get("simulated") for alert in shown),
    )


def _spoken(moment: Moment, alert: Alert) -> str:
    """Return what the speaker says of an alert: what is the matter, and what is to be done."""
    response = moment.text(alert, "response")
    wanted = moment.say("slide.response", response=response) if response else ""
    return " ".join(filter(None, (moment.text(alert, "summary"), wanted)))


def _tile(moment: Moment, alert: Alert) -> Figure:
    value = alert.get("value")
    text = "" if value is None else measure(value, str(alert.get("metric") or ""), moment.lang, alert.get("unit"))
    priority = alert.get("priority")
    words = joined(
        (
            moment.say(f"priority.{priority}") if priority in PRIORITIES else "",
            since(moment, alert),
            holder(moment, alert),
        )
    )
    short = moment.text(alert, "short")
    label = f"{place_of(moment, alert)}: {short_of(moment, alert)}" if short else moment.text(alert, "summary")
    return Figure(
        0, label, text, "", words, "live", urgent(priority), sources_of(moment, [{"src": alert.get("source")}]),
        alert.get("updated_at"),
    )  # fmt: skip


def decisions_slide(moment: Moment, plan: SlidePlan) -> Slide:
    """Return the slide of decisions wanted: the operator's own, who takes what nobody has, and what the rules ask."""
    pressing = [alert for alert in standing(moment) if urgent(alert.get("priority"))]
    wanted = [said for wish in plan.wishes if (said := _wish(moment, wish, pressing))]
    if plan.from_alerts:
        wanted += _unowned(moment, pressing) + _responses(moment, pressing)
    shown, rest = wanted[: plan.most], len(wanted) - plan.most
    if not shown:
        return Slide("decisions", "decisions", moment.say("slide.no_decisions"), sentences=(calm_words(moment),))
    lettered = tuple(f"{letter}. {said}" for letter, said in zip(ascii_uppercase, shown, strict=False))
    more = (moment.say("slide.more_decisions", count=moment.number(rest)),) if rest > 0 else ()
    return Slide(
        "decisions",
        "decisions",
        moment.say("slide.decisions", count=moment.number(len(wanted))),
        priority=urgent(pressing[0].get("priority")) if pressing else None,
        sentences=(*lettered, *more),
        notes="\n".join(moment.text(alert, "consequence") for alert in pressing if moment.text(alert, "consequence")),
        sources=sources_of(moment, [{"src": alert.get("source")} for alert in pressing]),
        simulated=any(alert.get("simulated") for alert in pressing),
    )


def calm_words(moment: Moment) -> str:
    """Return what can be said where nothing presses: of open alerts, or of there being none."""
    count = len(standing(moment))
    return moment.say("slide.nothing_presses", count=moment.number(count)) if count else calm(moment)[1]


def _wish(moment: Moment, wish: Wish, pressing: Sequence[Alert]) -> str:
    text = wish.text.in_language(moment.lang)
    mine = [
        alert
        for alert in pressing
        if (wish.when != "critical" or alert["priority"] == "critical")
        and wish.gate in {"", alert.get("gate"), alert.get("place")}
    ]
    if wish.when != "always" and not mine:
        return ""
    places = ", ".join(dict.fromkeys(place_of(moment, alert) for alert in mine))
    return text.replace("{places}", places)


def _unowned(moment: Moment, pressing: Sequence[Alert]) -> list[str]:
    free = [alert for alert in pressing if alert.get("state") == "UNACK" and alert["priority"] == "critical"]
    if not free:
        return []
    listed = "; ".join(dict.fromkeys(joined_place(place_of(moment, alert), short_of(moment, alert)) for alert in free))
    return [moment.say("slide.unowned", alerts=listed)]


def joined_place(place: str, short: str) -> str:
    """Return a place with what is wrong there."""
    return f"{place} ({short})" if short else place


def _responses(moment: Moment, pressing: Sequence[Alert]) -> list[str]:
    # Alerts of one kind ask for the same: it is said once, for all their places.
    by_text: dict[str, list[str]] = {}
    for alert in pressing:
        response = moment.text(alert, "response")
        if response:
            by_text.setdefault(response, []).append(place_of(moment, alert))
    return [f"{', '.join(dict.fromkeys(places))}: {text[:1].lower() + text[1:]}" for text, places in by_text.items()]
