"""From a decision of the engine to the alert people see: names, numbers and texts in both languages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from alerts.model import Alert, Event, to_ms
from alerts.rules import Rule, Text
from alerts.template import FIXED_LABELS, Facts, render
from feeds.catalogue import Catalogue
from feeds.model import is_simulated
from geodata.places import PROVINCE_ID, Places


def announce(
    event: Event,
    rule: Rule,
    catalogue: Catalogue,
    places: Places,
    simulated_of: Callable[[str], bool] = is_simulated,
    stretch_of: Callable[[Mapping[str, str]], tuple[str, str]] = lambda _: ("", ""),
) -> Alert:
    """Return the alert that a decision raises or updates; its state is UNACK until the desk knows better.

    Args:
        event: the decision.
        rule: the rule it was made by.
        catalogue: for unit and decimals.
        places: for names; an expression that keeps no place speaks of the province.
        simulated_of: source → whether it is not the real world.
        stretch_of: labels → (Vietnamese, English) kilometres of the road concerned.
    """
    place_id = event.labels.get("place", PROVINCE_ID)
    gate_id = event.labels.get("gate") or places.gate_of(place_id)
    unit, decimals = rule.scale(catalogue)
    facts = Facts(
        event.value,
        rule.threshold,
        event.labels,
        _names(places, place_id),
        _names(places, gate_id or ""),
        decimals,
        stretch_of(event.labels),
    )

    def both(text: Text) -> tuple[str, str]:
        return render(text.vi, facts, "vi"), render(text.en, facts, "en")

    summary, short, cause = both(rule.summary), both(rule.short), both(rule.cause)
    consequence, response, owner = both(rule.consequence), both(rule.response), both(rule.owner)
    return Alert(
        id=event.alert_id,
        rule=rule.name,
        priority=rule.priority,
        state="UNACK",
        place=place_id,
        gate=gate_id,
        metric=rule.metric,
        dims={label: value for label, value in event.labels.items() if label not in FIXED_LABELS},
        labels=dict(rule.labels),
        value=event.value,
        threshold=rule.threshold,
        unit=unit,
        started_at=to_ms(event.started_at),
        updated_at=to_ms(event.at),
        ended_at=None,
        summary_vi=summary[0],
        summary_en=summary[1],
        short_vi=short[0],
        short_en=short[1],
        cause_vi=cause[0],
        cause_en=cause[1],
        consequence_vi=consequence[0],
        consequence_en=consequence[1],
        response_vi=response[0],
        response_en=response[1],
        owner_vi=owner[0],
        owner_en=owner[1],
        time_to_respond_s=rule.time_to_respond_s,
        source=",".join(event.sources),
        simulated=any(simulated_of(source) for source in event.sources),
        reason=event.reason.value,
    )


def _names(places: Places, place_id: str) -> tuple[str, str]:
    place = places.get(place_id)
    return (place.name_vi, place.name_en) if place else (place_id, place_id)
