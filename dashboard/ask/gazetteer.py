"""The names of places and things as people write them, each with what it may mean. Pure.

Names come from the places in use, so an imported boundary brings its own. A name may mean several things (Đồng Đăng is
a station, a commune and was a town); who asks for a figure decides by what has that figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from dashboard.ask.lexicon import ABBREVIATIONS
from dashboard.ask.question import Named
from dashboard.ask.text import Word, fold, words_of
from geodata.errors import GeodataError
from geodata.places import PROVINCE_ID, Place, Places
from geodata.units import FormerCommune, former_communes

LONGEST_NAME: Final = 14
"""Words of the longest name that is looked for; the programme's targets have the longest."""
_BEFORE: Final = {
    "province": ("tỉnh",), "gate": ("cửa khẩu", "cửa khẩu quốc tế", "ga", "ck", "gate"), "commune": ("xã", "phường"),
    "district": ("huyện", "thành phố", "tp"), "former": ("xã", "thị trấn", "phường", "tt"),
}  # fmt: skip
_AFTER: Final = {
    "province": ("province",), "gate": ("gate", "station", "rail", "border gate"), "commune": ("commune", "ward"),
    "district": ("district", "city"), "former": ("commune", "town"),
}  # fmt: skip
_PROVINCE: Final = (
    "lạng sơn|toàn tỉnh|cả tỉnh|tỉnh|tỉnh nhà|trên địa bàn|địa bàn|tất cả cửa khẩu|các cửa khẩu|province"
    "|the province|province wide|provincewide|whole province|all gates|in total|tổng các cửa khẩu"
)
RANK: Final = (
    "gate",
    "route",
    "province",
    "commune",
    "district",
    "former",
    "crossing",
    "site",
    "target",
    "system",
    "feed",
)
"""Which meaning of a name is the likeliest, where nothing else decides."""


class Name(NamedTuple):
    """A way to write the name of a thing."""

    words: tuple[Word, ...]
    meaning: Named


def place_names(places: Places) -> Iterator[Name]:
    """Yield every name of a place, sites apart (they are known by their numbers)."""
    for place in places.all():
        if place.kind in {"province", "gate", "route", "commune", "district", "crossing"}:
            for text in _written(place):
                yield Name(words_of(text), Named(place.kind, place.id))
    for text in _PROVINCE.split("|"):
        yield Name(words_of(text), Named("province", PROVINCE_ID))
    for short, place_id in ABBREVIATIONS.items():
        if place_id in places:
            yield Name(words_of(short), Named("province" if place_id == PROVINCE_ID else "gate", place_id))
    for former in known_former():
        bare = bare_name(former.name_vi)
        for text in {former.name_vi, bare, *_around(bare, "former")}:
            yield Name(words_of(text), Named("former", f"former.{former.code}"))


def known_former() -> Iterable[FormerCommune]:
    """Return the former communes; none where the ground in use does not tell of them."""
    try:
        return former_communes().values()
    except (GeodataError, KeyError):
        return ()


def thing_names(topics: Mapping[str, Any], lang: str = "") -> Iterator[Name]:
    """Yield the names of targets, systems and feeds, as the topics tell them now."""
    del lang
    for kind, things in things_of(topics).items():
        for key, thing in things.items():
            texts = {str(thing.get("name_vi") or ""), str(thing.get("name_en") or ""), key}
            for text in texts | {text.partition("(")[0] for text in texts}:
                words = words_of(text)
                # A feed called "mạng" must not swallow the word.
                if words and (len(words) > 1 or fold(text) == fold(key)):
                    yield Name(words[:LONGEST_NAME], Named(kind, key))


def things_of(topics: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return targets, systems and feeds by kind and key."""
    return {
        "target": topics.get("programme", {}).get("targets") or {},
        "system": topics.get("network", {}).get("systems") or {},
        "feed": topics.get("feeds", {}).get("sources") or {},
    }


def bare_name(name: str) -> str:
    """Return a name without the word before or after it that says what it is: `Xã Na Sầm` → `Na Sầm`."""
    words = name.split()
    for befores in _BEFORE.values():
        for before in sorted(befores, key=len, reverse=True):
            count = before.count(" ") + 1
            if len(words) > count and fold(" ".join(words[:count])) == fold(before):
                return " ".join(words[count:])
    for afters in _AFTER.values():
        if len(words) > 1 and words[-1].casefold() in afters:
            return " ".join(words[:-1])
    return name


def _written(place: Place) -> set[str]:
    texts = {place.name_vi, place.name_en, place.id.replace("-", " ") if place.kind == "gate" else place.id}
    if place.kind == "route":
        return texts | ({place.markers} if place.markers else set())
    for name in (place.name_vi, place.name_en):
        bare = bare_name(name)
        texts |= {bare, *_around(bare, place.kind)}
    return texts


def _around(bare: str, kind: str) -> Iterator[str]:
    for before in _BEFORE.get(kind, ()):
        yield f"{before} {bare}"
    for after in _AFTER.get(kind, ()):
        yield f"{bare} {after}"
