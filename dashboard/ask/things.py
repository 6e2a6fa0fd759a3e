"""Everything that can be found by its name and does not change while the house runs, in one list. Pure.

Places with what their names were before July 2025, the roads, scenes, screens and metrics. Alerts, targets, systems and
feeds come from the topics and are listed with each question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from dashboard.ask.gazetteer import bare_name, known_former, things_of
from dashboard.ask.lexicon import ABBREVIATIONS
from dashboard.ask.subjects import SUBJECTS
from dashboard.ask.text import Word, words_of
from dashboard.ask.views import SCENES
from dashboard.screens import LISTED
from feeds.catalogue import Catalogue
from geodata import storage
from geodata.places import Places
from geodata.units import communes_of_district
from layouts.wording import catalogue as wording
from layouts.wording import languages

MOST_ALERTS: Final = 200
FIRST: Final = (
    "gate",
    "target",
    "system",
    "commune",
    "alert",
    "scene",
    "screen",
    "road",
    "feed",
    "metric",
    "route",
    "district",
)
"""Of equally good finds, whose kind comes first."""


class Thing(NamedTuple):
    """Something that can be found.

    Attributes:
        kind: see `answer.Find`.
        id: its id.
        names: its name by language.
        detail: key of the sentence of what it is, or a sentence by language.
        aliases: everything it may be called, as words.
        places: ids that its detail names (what a former commune became).
    """

    kind: str
    id: str
    names: Mapping[str, str]
    detail: str
    aliases: tuple[tuple[Word, ...], ...]
    places: tuple[str, ...] = ()


def thing(
    kind: str, name: str, names: Mapping[str, str], detail: str, more: Iterable[str] = (), places: Sequence[str] = ()
) -> Thing:
    """Return a thing whose names and further texts are its aliases."""
    aliases = dict.fromkeys(words for text in [*names.values(), *more] if (words := words_of(text)))
    return Thing(kind, name, names, detail, tuple(aliases), tuple(places))


def lasting_things(places: Places, catalogue: Catalogue) -> list[Thing]:
    """Return what does not change while the house runs."""
    return [*_places(places), *_former(), *_roads(), *_scenes(), *_screens(), *_metrics(catalogue)]


def passing_things(topics: Mapping[str, Any], recent: Iterable[Mapping[str, Any]] = ()) -> Iterator[Thing]:
    """Yield targets, systems, feeds, declared crossings, live alerts and those that ended lately."""
    for kind, held in things_of(topics).items():
        for key, one in held.items():
            if kind != "feed" or one.get("kind") != "derived":
                yield thing(kind, key, _both(one, key), f"answer.kind.{kind}", [key])
    for key, one in (topics.get("gates", {}).get("crossings") or {}).items():
        yield thing("crossing", key, _both(one, key), "answer.kind.crossing", [key])
    live = {key: one for key, one in (topics.get("alerts", {}).get("items") or {}).items() if one}
    ended = {one["id"]: one for one in recent if one["id"] not in live}
    for told, detail in ((live, "answer.kind.alert"), (ended, "answer.kind.alert_over")):
        for key, one in list(told.items())[:MOST_ALERTS]:
            names = {
                lang: str(one.get(f"summary_{lang}") or one.get("summary_vi") or one["rule"]) for lang in languages()
            }
            shorts = [str(one.get("short_vi") or ""), str(one.get("short_en") or ""), "cảnh báo", "alert"]
            yield thing("alert", key, names, detail, shorts)


def _both(one: Mapping[str, Any], key: str) -> dict[str, str]:
    vietnamese = str(one.get("name_vi") or key)
    return {"vi": vietnamese, "en": str(one.get("name_en") or vietnamese)}


def _places(places: Places) -> Iterator[Thing]:
    shorts: dict[str, list[str]] = {}
    for short, place_id in ABBREVIATIONS.items():
        shorts.setdefault(place_id, []).append(short)
    for place in places.all():
        if place.kind not in {"gate", "route", "commune", "district"}:
            continue
        more = [bare_name(place.name_vi), bare_name(place.name_en), *shorts.get(place.id, ())]
        more += [place.id, place.markers, place.id.rpartition(".")[2]]
        if place.kind == "gate":
            more += [f"cửa khẩu {bare_name(place.name_vi)}", f"{bare_name(place.name_en)} gate"]
        became: Sequence[str] = ()
        if place.kind == "district":
            became = tuple(communes_of_district(place.id))
        yield thing(
            place.kind, place.id, {"vi": place.name_vi, "en": place.name_en}, f"answer.kind.{place.kind}", more, became
        )


def _former() -> Iterator[Thing]:
    for one in known_former():
        names = dict.fromkeys(("vi", "en"), one.name_vi)
        yield thing("former", one.code, names, "answer.kind.former", [bare_name(one.name_vi), one.code], one.communes)


def _roads() -> Iterator[Thing]:
    names = {row["road"]: row["name"] for row in storage.read_facts("roads.csv")}
    for road, name in names.items():
        number = road.replace("DT", "ĐT")
        more = [road, number]
        for short, long in (("QL", "quốc lộ"), ("DT", "đường tỉnh"), ("CT", "cao tốc")):
            if road.startswith(short):
                more += [f"{long} {road.removeprefix(short)}", f"{short} {road.removeprefix(short)}"]
        if road == "QL1":
            more += ["QL1A", "quốc lộ 1A", "highway 1"]
        yield thing("road", road, {"vi": name, "en": name}, "answer.kind.road", more)


def _scenes() -> Iterator[Thing]:
    for scene in SCENES:
        names = {lang: wording(lang)[f"scene.{scene}"] for lang in ("vi", "en")}
        yield thing("scene", scene, names, "answer.kind.scene", [scene, f"cảnh {names['vi']}", f"scene {names['en']}"])


def _screens() -> Iterator[Thing]:
    for screen in LISTED:
        names = {lang: wording(lang)[f"page.screen_{screen}"] for lang in ("vi", "en")}
        yield thing("screen", screen, names, "answer.kind.screen", [screen, f"màn hình {names['vi']}"])


def _metrics(catalogue: Catalogue) -> Iterator[Thing]:
    phrases: dict[str, list[str]] = {}
    for subject in SUBJECTS:
        phrases.setdefault(subject.metric, []).extend(subject.phrases.split("|"))
    for metric in catalogue.all():
        names = {"vi": metric.name_vi, "en": metric.name_en}
        yield thing("metric", metric.name, names, "answer.kind.metric", [metric.name, *phrases.get(metric.name, ())])
