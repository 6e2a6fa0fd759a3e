"""Lists: alerts and who has them, silent sites, lost feeds, systems down, targets behind, roads without signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from dashboard.ask.answer import Answer
from dashboard.ask.cells import Cell, at_path, cell_at, cell_of
from dashboard.ask.context import Context
from dashboard.ask.question import Named
from dashboard.ask.subjects import SITE
from feeds.freshness import Freshness, age_s, freshness_of
from layouts.formats import ago, number

SHOWN: Final = 5
PRIORITIES: Final = ("critical", "high", "medium", "low")
BEHIND: Final = ("far_behind", "behind")


def alerts(context: Context, places: Sequence[Named]) -> list[Answer]:
    """Return how many alerts of a place and a state there are, then the gravest of them."""
    question, speech = context.question, context.speech
    items = [item for item in (at_path(context.topics, "alerts/items") or {}).values() if item]
    ids = {place.id for place in places if place.kind != "province"}
    chosen = [item for item in items if not ids or {item.get("place"), item.get("gate")} & ids]
    for priority in ("critical", "high"):
        if question.has("state", priority):
            chosen = [item for item in chosen if item["priority"] == priority]
    if question.has("state", "unacked"):
        chosen = [item for item in chosen if item["state"] in {"UNACK", "RTNUN"}]
    elif question.has("state", "acked") and not question.has("intent", "who"):
        chosen = [item for item in chosen if item["state"] == "ACKED"]
    chosen.sort(key=lambda item: (PRIORITIES.index(item["priority"]), -item["started_at"], item["id"]))
    where = ", ".join(speech.place(place.id) for place in places) or speech.say("answer.province")
    key = "answer.alerts.unacked" if question.has("state", "unacked") else "answer.alerts.count"
    none = "none_such" if {"critical", "high"} & set(question.slots.get("state", ())) else "none"
    simulated = any(item.get("simulated") for item in chosen)
    first = Answer(
        "list",
        speech.say(
            key if chosen else f"{key}_{none}" if key.endswith("count") else f"{key}_none",
            place=where,
            count=number(len(chosen), speech.lang),
        )
        + speech.mark(simulated),
        float(len(chosen)),
        speech.say("answer.unit.alerts"),
        int(context.speech.now.timestamp() * 1000),
        "alerts",
        simulated,
        context.url("alerts"),
        speech.say("answer.source", source=speech.say("answer.alert_desk")),
    )
    return [first, *(_alert(context, item) for item in chosen[:SHOWN])]


def _alert(context: Context, item: Mapping[str, Any]) -> Answer:
    speech = context.speech
    started = datetime.fromtimestamp(item["started_at"] / 1000, UTC)
    summary = item.get(f"summary_{speech.lang}") or item.get("summary_vi") or item["rule"]
    whose = (
        speech.say("answer.alerts.has", who=item["acked_by"])
        if item.get("acked_by")
        else speech.say("answer.alerts.nobody")
    )
    sentence = speech.say(
        "answer.alerts.one",
        priority=speech.say(f"priority.{item['priority']}"),
        summary=str(summary).rstrip("."),
        time=speech.when(started),
        whose=whose,
    )
    return Answer(
        "alert",
        sentence + speech.mark(bool(item.get("simulated"))),
        item.get("value"),
        item.get("unit") or "",
        item["updated_at"],
        item.get("source") or "",
        bool(item.get("simulated")),
        context.url("alert", item["id"]),
        speech.alert_note(item),
        place=item.get("place") or "",
        metric=item.get("metric") or "",
        priority=item["priority"],
    )


def silent_sites(context: Context, places: Sequence[Named]) -> list[Answer]:
    """Return how many sites are silent, in all or in a commune, and the longest of them; [] when nothing is known."""
    speech = context.speech
    communes = {place.id for place in places if place.kind == "commune"}
    if not communes:
        on_air = cell_at(context.topics, "network/province/on_air")
        expected = cell_at(context.topics, "network/province/expected")
    else:
        base = f"network/communes/{min(communes)}"
        on_air, expected = cell_at(context.topics, f"{base}/on_air"), cell_at(context.topics, f"{base}/expected")
    if on_air is None:
        return []
    silent = [site for site in (at_path(context.topics, "network/silent") or {}).values() if site]
    silent = [site for site in silent if not communes or site.get("commune") in communes]
    silent.sort(key=lambda site: (site["since"], site["id"]))
    where = ", ".join(speech.place(one) for one in sorted(communes)) or speech.say("answer.province")
    named = []
    for site in silent[:SHOWN]:
        since = datetime.fromtimestamp(site["since"] / 1000, UTC)
        named.append(
            speech.say(
                "answer.sites.one",
                site=site["id"].rpartition(".")[2],
                commune=speech.place(site["commune"]) if site.get("commune") else "",
                time=speech.when(since),
            )
        )
    sentence = speech.say(
        "answer.sites.silent" if silent else "answer.sites.none",
        place=where,
        count=number(len(silent), speech.lang),
        of=number(expected.value, speech.lang) if expected else "?",
    ) + speech.mark(on_air.simulated)
    if named:
        sentence += " " + "; ".join(named) + ("…" if len(silent) > SHOWN else ".")
    cell = Cell(float(len(silent)), on_air.at, on_air.source, on_air.simulated, on_air.quality, on_air.cadence_s)
    return [speech.answer("list", sentence, "bts_count", cell, context.url("network"))]


def site(context: Context, site_id: str) -> list[Answer]:
    """Return whether a site is on air, as the list of the silent ones and its own last reading tell."""
    speech = context.speech
    known = context.places.get(site_id)
    gone = at_path(context.topics, f"network/silent/{site_id}")
    if known is None or cell_at(context.topics, "network/province/on_air") is None:
        return []
    cell = context.past.newest(SITE, site_id, {}, context.speech.now)
    if gone is None and cell is None:
        return []
    since = speech.when(datetime.fromtimestamp(gone["since"] / 1000, UTC)) if gone else ""
    sentence = speech.say(
        "answer.site.silent" if gone else "answer.site.on_air",
        site=site_id.rpartition(".")[2],
        commune=speech.place(known.parent or ""),
        time=since or (speech.when(cell.at) if cell else ""),
    )
    # That nothing is heard of it is known from all sites together.
    cell = cell or cell_at(context.topics, "network/province/on_air")
    if cell is None:
        return []
    sentence = speech.marked(sentence, cell.simulated)
    cell = Cell(0.0 if gone else cell.value, cell.at, cell.source, cell.simulated, cell.quality, cell.cadence_s)
    return [speech.answer("state", sentence, "site_on_air", cell, context.url("network"), place=site_id)]


def feeds(context: Context, named: Sequence[str]) -> list[Answer]:
    """Return which feeds are not live, or how those named are doing."""
    speech, now = context.speech, context.speech.now
    sources = at_path(context.topics, "feeds/sources") or {}
    told = []
    for name, source in sources.items():
        if (named and name not in named) or (not named and source.get("kind") == "derived"):
            continue
        at_ms, cadence = source.get("last_at"), source.get("cadence_s")
        if source.get("ended") or at_ms is None:
            state = Freshness.LOST
        else:
            state = freshness_of(age_s(datetime.fromtimestamp(at_ms / 1000, UTC), now), cadence or 60)
        told.append((name, source, state))
    if not told:
        return []
    bad = [one for one in told if one[2] in {Freshness.STALE, Freshness.LOST}]
    answers = []
    if not named:
        key = "answer.feeds.lost" if bad else "answer.feeds.all_live"
        answers.append(
            Answer(
                "list",
                speech.say(key, count=len(bad), all=len(told)),
                float(len(bad)),
                speech.say("answer.unit.feeds"),
                int(now.timestamp() * 1000),
                "feeds",
                url=context.url("feed"),
            )
        )
    for name, source, state in told if named else bad[:SHOWN]:
        answers.append(_feed(context, name, source, state))
    return answers


def _feed(context: Context, name: str, source: Mapping[str, Any], state: Freshness) -> Answer:
    speech = context.speech
    at_ms = source.get("last_at")
    at = datetime.fromtimestamp(at_ms / 1000, UTC) if at_ms else None
    key = "answer.feeds.never" if at is None else "answer.feeds.ended" if source.get("ended") else "answer.feeds.one"
    sentence = speech.say(
        key,
        feed=speech.name({"id": name, **source}) or name,
        state=speech.say(f"answer.fresh.{state}"),
        time=speech.when(at) if at else "",
        age=ago(age_s(at, speech.now), speech.lang) if at else "",
    )
    simulated = bool(source.get("simulated"))
    return Answer(
        "state",
        speech.marked(sentence, simulated),
        round(age_s(at, speech.now)) if at else None,
        "giây" if at else "",
        at_ms,
        name,
        simulated,
        context.url("feed"),
        freshness=state.value,
        metric="feed_age_s" if at else "",
    )


def systems(context: Context, named: Sequence[str]) -> list[Answer]:
    """Return which of the province's systems do not answer, or how those named do."""
    speech = context.speech
    held = []
    for key, system in (at_path(context.topics, "network/systems") or {}).items():
        cell = cell_of(system.get("up"))
        if cell is not None and (not named or key in named):
            held.append((key, system, cell))
    if not held:
        return []
    down = [one for one in held if one[2].value < 1]
    answers = []
    if not named:
        newest = max((cell for _, _, cell in held), key=lambda cell: cell.at)
        sentence = speech.say(
            "answer.systems.down" if down else "answer.systems.all_up", count=len(down), all=len(held)
        )
        any_simulated = any(cell.simulated for _, _, cell in held)
        cell = Cell(float(len(down)), newest.at, newest.source, any_simulated, cadence_s=newest.cadence_s)
        answers.append(
            speech.answer(
                "list", speech.marked(sentence, any_simulated), "system_availability", cell, context.url("network")
            )
        )
    for _, system, cell in held if named else down[:SHOWN]:
        key = "answer.systems.is_up" if cell.value >= 1 else "answer.systems.is_down"
        sentence = speech.say(key, system=speech.name(system), time=speech.when(cell.at)) + speech.mark(cell.simulated)
        answers.append(speech.answer("state", sentence, "system_availability", cell, context.url("network")))
    return answers


def targets(context: Context, named: Sequence[str]) -> list[Answer]:
    """Return which targets are behind their path (or reached, when that is asked), or where those named stand."""
    held = at_path(context.topics, "programme/targets") or {}
    speech = context.speech
    if named:
        return [_target(context, key, held[key]) for key in named if key in held]
    if not any("state" in target for target in held.values()):
        return []
    wanted = ("reached",) if context.question.has("state", "reached") else BEHIND
    chosen = [(key, target) for state in wanted for key, target in held.items() if target.get("state") == state]
    unknown = sum(target.get("state") == "unknown" for target in held.values())
    word = "reached" if wanted == ("reached",) else "behind"
    cells = [cell for _, target in chosen if (cell := cell_of(target.get("cell")))]
    first = Answer(
        "list",
        speech.say(
            f"answer.targets.{word}" if chosen else f"answer.targets.{word}_none",
            count=len(chosen),
            all=len(held),
            unknown=unknown,
        )
        + speech.mark(any(cell.simulated for cell in cells)),
        float(len(chosen)),
        speech.say("answer.unit.targets"),
        at_path(context.topics, "programme/at") or int(speech.now.timestamp() * 1000),
        "programme",
        any(cell.simulated for cell in cells),
        context.url("programme"),
    )
    return [first, *(_target(context, key, target) for key, target in chosen[:SHOWN])]


def _target(context: Context, key: str, target: Mapping[str, Any]) -> Answer:
    speech = context.speech
    cell = cell_of(target.get("cell"))
    aim = target.get("aim") or {}
    aimed = aim.get("value", target.get("target"))
    unit, url = str(target.get("unit") or ""), context.url("target", key)
    decimals = target.get("decimals")
    goal = ""
    if aimed is not None:
        text = speech.measure(float(aimed), "", unit, decimals)
        goal = speech.say("answer.targets.aim", value=text, year=aim["year"]) if aim.get("year") else text
    if cell is None:
        sentence = speech.say("answer.targets.no_figure", target=speech.name(target), aim=goal)
        return Answer("state", sentence, url=url)
    state = str(target.get("state") or "")
    sentence = speech.say(
        "answer.targets.one",
        target=speech.name(target),
        value=speech.measure(cell.value, "", unit, decimals) + speech.mark(cell.simulated),
        aim=goal,
        state=speech.say(f"answer.targets.state.{state}") if state else "",
        time=speech.when(cell.at),
    )
    answer = speech.answer("state", sentence, "", cell, url)
    return Answer(
        **{name: getattr(answer, name) for name in answer.__slots__ if name != "unit"},
        unit=unit,
    )


def roads(context: Context) -> list[Answer]:
    """Return the longest stretches of road without signal; [] when nothing is told of lost coverage."""
    lost = at_path(context.topics, "network/lost")
    if not lost:
        return []
    speech = context.speech
    stretches = lost.get("stretches") or []
    at = datetime.fromtimestamp(lost["at"] / 1000, UTC)
    parts = [
        speech.say(
            "answer.roads.one",
            road=stretch.get("road_name") or stretch["road"],
            km=number(stretch["km"], speech.lang, 1),
            start=number(stretch["from_km"], speech.lang, 1),
            end=number(stretch["to_km"], speech.lang, 1),
        )
        for stretch in stretches[:SHOWN]
    ]
    simulated = bool(lost.get("sim"))
    sentence = speech.say("answer.roads.some" if parts else "answer.roads.none", count=len(stretches))
    sentence += speech.mark(simulated) + (" " + "; ".join(parts) + "." if parts else "")
    cell = Cell(
        float(stretches[0]["km"]) if stretches else 0.0, at, str(lost.get("src", "")), simulated, cadence_s=300.0
    )
    return [speech.answer("list", sentence, "road_dead_stretch_km", cell, context.url("network"))]
