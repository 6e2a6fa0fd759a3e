"""The registry of places: every id that a reading, a rule or a screen may name.

Shipped are the province, the gates with their routes, the 65 communes since 1 July 2025, the
11 districts until the day before, and the BTS sites. A mapping may declare places of its own
(crossings of another country, for one); they live in the registry of the process only.

Deliberately not here: shapes (see `geodata.layers`) and opening hours (see `geodata.gates`).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from geodata import storage
from geodata.errors import PlaceError
from geodata.sites import load_sites

PROVINCE_ID: Final = "lang-son"
KINDS: Final = ("province", "gate", "route", "commune", "district", "site", "crossing")

# Resolution 1672/NQ-UBTVQH15: the district tier and the 194 communes ended with 30 June 2025.
DISTRICTS_VALID_TO: Final = "2025-06-30"
COMMUNES_VALID_FROM: Final = "2025-07-01"

_ID_PATTERN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
# Words a person may put before a name; what follows them is searched too.
_PREFIXES: Final = (
    "tinh", "thanh pho", "huyen", "phuong", "xa", "thi tran", "cua khau quoc te", "cua khau", "ga",
)  # fmt: skip
_SUFFIXES: Final = ("province", "district", "city", "ward", "commune", "station")


@dataclass(frozen=True, slots=True)
class Place:
    """One place with an id that never changes.

    Attributes:
        id: Canonical id, for instance `tan-thanh.1088-2-1089` or `commune.05977`.
        parent: Id of the place this one belongs to, or None.
        kind: One of `KINDS`; `crossing` is a place declared by a mapping.
        name_vi: Name in Vietnamese.
        name_en: Name in English, without diacritics.
        lat: Latitude for display in degrees, or None when unknown.
        lon: Longitude for display in degrees, or None when unknown.
        accuracy_m: Estimated error of the position in metres, or None when unknown.
        markers: Border markers, for instance `1119-1120`.
        pair: Gate whose pair this gate or route belongs to, for instance `huu-nghi`.
        pair_from: ISO date since when it belongs to that pair.
        note: A remark for operators.
        valid_from: ISO date of the first valid day, or empty.
        valid_to: ISO date of the last valid day, or empty.
    """

    id: str
    parent: str | None
    kind: str
    name_vi: str
    name_en: str
    lat: float | None
    lon: float | None
    accuracy_m: float | None = None
    markers: str = ""
    pair: str = ""
    pair_from: str = ""
    note: str = ""
    valid_from: str = ""
    valid_to: str = ""

    def is_valid_on(self, iso_date: str) -> bool:
        """Say whether the place exists on a date given as ISO text (`2025-07-01`)."""
        return (not self.valid_from or self.valid_from <= iso_date) and (not self.valid_to or iso_date <= self.valid_to)


class Places:
    """All known places by id, in a stable order."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self._by_id: dict[str, Place] = {}
        self._children: dict[str, list[str]] = {}
        # Two indexes: what is written with its diacritics wins over what only folds alike.
        self._by_name: dict[str, str] = {}
        self._by_plain_name: dict[str, str] = {}
        for place in places:
            self.declare(place)

    @classmethod
    def load(cls) -> "Places":
        """Return a registry of everything shipped: province, gates, routes, communes, districts, sites.

        Raises:
            LayerError: A built file is missing or damaged.
        """
        return cls(_shipped())

    def __contains__(self, place_id: object) -> bool:
        return place_id in self._by_id

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, place_id: str) -> Place | None:
        """Return the place with this id, or None."""
        return self._by_id.get(place_id)

    def all(self, kind: str | None = None) -> Sequence[Place]:
        """Return all places, or those of one kind, in the order they were declared."""
        return [place for place in self._by_id.values() if kind is None or place.kind == kind]

    def children(self, place_id: str) -> Sequence[Place]:
        """Return the places whose parent is this one; empty for an unknown id."""
        return [self._by_id[child] for child in self._children.get(place_id, ())]

    def gate_of(self, place_id: str) -> str | None:
        """Return the gate of a route, the gate itself for a gate, and None for anything else."""
        place = self._by_id.get(place_id)
        if place is None:
            return None
        if place.kind == "gate":
            return place.id
        return place.parent if place.kind == "route" else None

    def declare(self, place: Place) -> None:
        """Add a place; declaring the very same place again changes nothing.

        Args:
            place: The place; its parent must be known already.

        Raises:
            PlaceError: The place is malformed, its parent is unknown, or its id is taken by
                a place that differs.
        """
        known = self._by_id.get(place.id)
        if known == place:
            return
        if known is not None:
            raise PlaceError(
                f"The place id {place.id!r} is taken by {known.name_vi!r} ({known.kind}); "
                f"it cannot also mean {place.name_vi!r} ({place.kind}). Choose another id."
            )
        _check(place)
        if place.parent is not None and place.parent not in self._by_id:
            raise PlaceError(
                f"The place {place.id!r} names the parent {place.parent!r}, which is not known. "
                "Declare the parent first."
            )
        self._by_id[place.id] = place
        if place.parent is not None:
            self._children.setdefault(place.parent, []).append(place.id)
        if place.kind != "site":
            self._index(place)

    def find(self, text: str) -> Place | None:
        """Return the place that a person or a file means by an id or a name.

        Upper and lower case, the form of diacritics (NFC or NFD) and their absence do not
        matter; what is written with its diacritics wins over what only folds alike, and an
        earlier kind of `KINDS` over a later one. Returns None for empty or unknown text.
        """
        key = _spaced(text)
        found = self._by_id.get(key) or self._by_id.get(key.replace(" ", "-"))
        if found is not None:
            return found
        # As written first, then without a word such as "cửa khẩu" before the name.
        for name in _searchable(key):
            place_id = self._by_name.get(name) or self._by_plain_name.get(_plain(name))
            if place_id is not None:
                return self._by_id[place_id]
        return None

    def _index(self, place: Place) -> None:
        for name in (place.name_vi, place.name_en):
            for key in _searchable(_spaced(name)):
                self._keep_best(self._by_name, key, place)
                self._keep_best(self._by_plain_name, _plain(key), place)

    def _keep_best(self, index: dict[str, str], key: str, place: Place) -> None:
        held = index.get(key)
        if held is None or _rank(place) < _rank(self._by_id[held]):
            index[key] = place.id


def _check(place: Place) -> None:
    if not _ID_PATTERN.fullmatch(place.id):
        raise PlaceError(
            f"The place id {place.id!r} is not usable. Expected 1 to 80 lower-case letters, "
            "digits, dots, dashes or underscores, beginning with a letter or digit."
        )
    if place.kind not in KINDS:
        raise PlaceError(f"The place {place.id!r} has the kind {place.kind!r}. Expected one of {', '.join(KINDS)}.")
    if not place.name_vi.strip() or not place.name_en.strip():
        raise PlaceError(f"The place {place.id!r} needs a name in Vietnamese and in English.")
    if (place.lat is None) != (place.lon is None):
        raise PlaceError(f"The place {place.id!r} has only one of latitude and longitude.")
    if place.lat is not None and place.lon is not None:
        # Written so that NaN fails too.
        inside = -90.0 <= place.lat <= 90.0 and -180.0 <= place.lon <= 180.0
        if not inside:
            raise PlaceError(
                f"The place {place.id!r} lies at latitude {place.lat}, longitude {place.lon}. "
                "Expected −90 to 90 and −180 to 180 degrees."
            )


def _rank(place: Place) -> int:
    return KINDS.index(place.kind)


def _spaced(text: str) -> str:
    """Return text in NFC, lower case, with dashes and runs of blanks as single blanks kept apart."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("–", "-").split())


def _plain(text: str) -> str:
    """Return text without diacritics; đ has none to strip and is mapped by hand."""
    stripped = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return " ".join("".join(stripped).replace("đ", "d").replace("-", " ").split())


def _searchable(name: str) -> Iterable[str]:
    yield name
    words = name.split(" ")
    for prefix in _PREFIXES:
        count = prefix.count(" ") + 1
        if len(words) > count and _plain(" ".join(words[:count])) == prefix:
            yield " ".join(words[count:])
            break
    if len(words) > 1 and words[-1] in _SUFFIXES:
        yield " ".join(words[:-1])


def _shipped() -> Iterable[Place]:
    yield Place(
        PROVINCE_ID, None, "province", "Tỉnh Lạng Sơn", "Lang Son Province", 21.85264, 106.76101,
        note="Position of the provincial seat",
    )  # fmt: skip
    display = storage.read_json("positions.json")
    for row in storage.read_facts("places.csv"):
        place = _from_facts(row)
        if place.id in display:
            shown = display[place.id]
            note = f"{place.note}; " if place.note else ""
            yield replace(
                place, lat=shown["lat"], lon=shown["lon"],
                note=f"{note}shown {shown['moved_m']} m from the entered position, inside Vietnam",
            )  # fmt: skip
        else:
            yield place
    units = storage.read_json("units.json")
    for unit in units["communes"]:
        yield Place(
            f"commune.{unit['code']}", PROVINCE_ID, "commune", unit["name_vi"], unit["name_en"],
            unit["lat"], unit["lon"], valid_from=COMMUNES_VALID_FROM,
        )  # fmt: skip
    for unit in units["districts"]:
        yield Place(
            f"district.{unit['code']}", PROVINCE_ID, "district", unit["name_vi"], unit["name_en"],
            unit["lat"], unit["lon"], note=f"Seat: {unit['seat']}", valid_to=DISTRICTS_VALID_TO,
        )  # fmt: skip
    for site in load_sites():
        yield Place(
            site.id, site.commune, "site", f"Trạm {site.id[5:]}", f"Site {site.id[5:]}",
            site.lat, site.lon, note="Modelled position",
        )  # fmt: skip


def _from_facts(row: dict[str, str]) -> Place:
    return Place(
        id=row["id"],
        parent=row["parent"] or PROVINCE_ID,
        kind=row["kind"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        accuracy_m=float(row["accuracy_m"]) if row["accuracy_m"] else None,
        markers=row["markers"],
        pair=row["pair"],
        pair_from=row["pair_from"],
        note=row["note"],
    )
