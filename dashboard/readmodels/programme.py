"""The topic `programme`: every target of `config/targets.yaml`, where it stands, and by tier, commune and district.

A target is there from the start, with or without a value: what nobody has told yet is said to be missing, and who may
tell it. Where it stands is judged anew with every value and with every day of Hanoi. Districts ended on 30 June 2025:
what was told of them until then is joined to the communes that replaced them, and nothing later counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from dashboard.readmodels.cells import Board, Cell, Changes, Figure, series_id, to_ms
from dashboard.readmodels.origins import Origins
from dashboard.readmodels.programme_basis import Basis, choose_basis, scaled, whole_of
from dashboard.readmodels.programme_target import fixed, measure
from feeds.model import Reading
from feeds.programme.model import DISTRICTS_END, ENTERED_METRIC, Measured, Programme, Target
from feeds.programme.path import standing
from geodata.gates import HANOI
from geodata.places import PROVINCE_ID, Places
from geodata.units import communes_of_district


class ProgrammeModel:
    """Folds readings into the topic `programme`."""

    def __init__(self, origins: Origins, programme: Programme, places: Places, now: datetime) -> None:
        self._board = Board(origins)
        self._programme = programme
        self._targets = {target.key: target for target in programme.targets}
        self._parts: dict[str, list[Figure]] = {}
        self._districts: dict[str, dict[str, dict[str, Any]]] = {}
        self._whole: dict[str, Cell | None] = {}
        self._shown: dict[str, dict[str, Any]] = {}
        self._metrics = {ENTERED_METRIC}
        self._scales: dict[str, float] = {}
        for target in programme.targets:
            self._bind(target, places)
        self._day = now.astimezone(HANOI).date()
        self._judge(self._targets, now)

    @property
    def simulated_count(self) -> int:
        """How many figures shown come from a simulated source."""
        cells = [target["cell"] for target in self._shown.values()]
        for target in self._shown.values():
            cells += (target["communes"] or {}).values()
        return sum(1 for cell in cells if cell is not None and cell["sim"])

    def fold(self, readings: Sequence[Reading], now: datetime) -> Changes:
        """Take readings in and return what changed, by path."""
        mine = [reading for reading in readings if reading.metric in self._metrics and _counts(reading)]
        return self._take(self._board.fold(mine, now), now) if mine else {}

    def tick(self, now: datetime) -> Changes:
        """Return what changed by mere time: another day, a source lost or back, an entry that expired."""
        changes = self._take(self._board.tick(now), now)
        changes |= self._judge(self._targets, now)
        day = now.astimezone(HANOI).date()
        if day != self._day:
            self._day = day
            changes["at"] = self._begun_ms()
        return changes

    def reconsider(self, now: datetime) -> Changes:
        """Return what changed because something new is known of the sources."""
        return self._take(self._board.reconsider(now), now)

    def basis(self, path: str) -> list[Reading]:
        """Return the readings behind the figure at a path of the topic; none behind what a document states."""
        _, _, rest = path.partition("targets/")
        key, _, part = rest.partition("/")
        if key not in self._targets:
            return []
        if part != "cell":
            figures = [figure for figure in (self._board.figures.get(rest),) if figure is not None]
        else:
            cell = self._shown[key]["cell"]
            own = [self._board.figures[name] for name in (f"{key}/measured", f"{key}/entered") if self._of(name, cell)]
            figures = own or (self._parts.get(key, []) if cell is not None and cell == self._whole[key] else [])
        return [reading for figure in figures for reading in self._board.basis(figure)]

    def _of(self, name: str, cell: Cell | None) -> bool:
        """Tell whether a cell shown is that of a figure of the board."""
        figure = self._board.figures.get(name)
        return figure is not None and cell is not None and scaled(figure.cell, self._scales[name]) == cell

    def snapshot(self) -> dict[str, Any]:
        """Return the topic's data."""
        return {
            "at": self._begun_ms(),
            "groups": [
                {"key": group.key, "name_vi": group.name.vi, "name_en": group.name.en}
                for group in self._programme.groups
            ],
            "targets": {key: dict(shown) for key, shown in self._shown.items()},
        }

    def _begun_ms(self) -> int:
        """Return when the day began by which everything is judged."""
        return to_ms(datetime(self._day.year, self._day.month, self._day.day, tzinfo=HANOI))

    def _bind(self, target: Target, places: Places) -> None:
        key = target.key
        if target.measured is not None:
            self._bind_series(f"{key}/measured", target.measured, PROVINCE_ID)
        self._bind_series(f"{key}/entered", target.entered, PROVINCE_ID)
        if target.by_commune is not None:
            self._parts[key] = [
                self._bind_series(f"{key}/communes/{place.id}", target.by_commune, place.id)
                for place in places.all("commune")
            ]
        if target.tier == "district":
            districts = places.all("district")
            self._parts[key] = [
                self._bind_series(f"{key}/districts/{place.id}", target.entered, place.id) for place in districts
            ]
            self._districts[key] = {
                place.id: {"name_vi": place.name_vi, "name_en": place.name_en, "shares": communes_of_district(place.id)}
                for place in districts
            }
        self._whole[key] = None
        self._shown[key] = fixed(target, list(self._targets).index(key), self._programme)

    def _bind_series(self, path: str, measured: Measured, place: str) -> Figure:
        self._metrics.add(measured.metric)
        self._scales[path] = measured.scale
        return self._board.bind(path, (series_id(measured.metric, place, **measured.dims),))

    def _take(self, figures: Iterable[Figure], now: datetime) -> Changes:
        changes: Changes = {}
        touched: dict[str, None] = {}
        for figure in figures:
            key, _, part = figure.path.partition("/")
            touched[key] = None
            kind, _, place = part.partition("/")
            if place:
                self._whole[key] = None
            if kind == "communes":
                cell = scaled(figure.cell, self._scales[figure.path])
                # An entry that was withdrawn leaves null: nobody knows.
                self._shown[key]["communes"][place] = changes[f"targets/{key}/communes/{place}"] = cell
            elif kind == "districts":
                self._take_districts(key, changes)
        for key in touched:
            target = self._targets[key]
            if target.whole is not None and self._whole[key] is None and key in self._parts:
                scale = target.by_commune.scale if target.by_commune is not None else 1.0
                self._whole[key] = scaled(whole_of(self._parts[key], target.whole), scale)
        return changes | self._judge(touched, now)

    def _take_districts(self, key: str, changes: Changes) -> None:
        """Show what the districts were told of, at their own target and at those of the communes after them."""
        told = {
            district: {
                "v": cell["v"],
                "to": DISTRICTS_END.isoformat(),
                "communes": sorted(facts["shares"]),
                "shares": facts["shares"],
                "name_vi": facts["name_vi"],
                "name_en": facts["name_en"],
                "at": cell["at"],
                "src": cell["src"],
                "sim": cell["sim"],
            }
            for district, facts in self._districts[key].items()
            if (cell := self._board.cell(f"{key}/districts/{district}")) is not None and cell["v"] is not None
        }
        for member in self._programme.family(self._targets[key].family) or (self._targets[key],):
            if member.tier in {"district", "commune"}:
                self._shown[member.key]["districts"] = told
                changes[f"targets/{member.key}/districts"] = told

    def _judge(self, keys: Iterable[str], now: datetime) -> Changes:
        """Choose each target's value anew, judge where it stands, and return what differs from before."""
        changes: Changes = {}
        today = now.astimezone(HANOI).date()
        families: dict[str, None] = {}
        for key in keys:
            target = self._targets[key]
            cell, basis = self._choose(target, now)
            for name, value in _standing_fields(target, cell, basis, today).items():
                if self._shown[key].get(name, self) != value:
                    self._shown[key][name] = changes[f"targets/{key}/{name}"] = value
                    if name == "cell" and target.family:
                        families[target.family] = None
        for family in families:
            members = self._programme.family(family)
            tiers = {member.tier: self._tier(member) for member in members}
            for member in members:
                self._shown[member.key]["tiers"] = changes[f"targets/{member.key}/tiers"] = tiers
        return changes

    def _choose(self, target: Target, now: datetime) -> tuple[Cell | None, Basis]:
        key = target.key
        measured = None
        if target.measured is not None:
            measured = scaled(self._board.cell(f"{key}/measured"), target.measured.scale)
        return choose_basis(measured, self._board.cell(f"{key}/entered"), self._whole[key], target.known, now)

    def _tier(self, member: Target) -> dict[str, Any]:
        shown = self._shown[member.key]
        return {
            "key": member.key,
            "aim": shown["aim"]["value"],
            "year": shown["aim"]["year"],
            "cell": shown["cell"],
            "state": shown["state"],
            "valid_to": member.valid_to.isoformat() if member.valid_to else None,
        }


def _standing_fields(target: Target, cell: Cell | None, basis: Basis, today: date) -> dict[str, Any]:
    value = None if cell is None else cell["v"]
    manual = basis == "manual" and cell is not None
    return {
        "cell": cell,
        "basis": basis,
        "entered_by": cell["by"] if manual and cell else "",
        "entered_at": cell["at"] if manual and cell else None,
        **measure(standing(target, value, today)),
    }


def _counts(reading: Reading) -> bool:
    """Tell whether a reading counts: one of a district only up to the tier's last day in Hanoi."""
    if not reading.place.startswith("district."):
        return True
    return reading.observed_at.astimezone(HANOI).date() <= DISTRICTS_END
