"""The state behind `/live`: the read models, and one line out for each topic.

Whatever is folded goes to the models at once and to the lines as changes; a snapshot is made from the models. The
snapshot of a topic is encoded once for all clients that come in one burst. Pure: no I/O, `now` is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import orjson

from dashboard.gateway.protocol import TOPICS, Changes, Frame, Line
from dashboard.readmodels.alerts import AlertsModel
from dashboard.readmodels.cells import to_ms
from dashboard.readmodels.feeds import FeedsModel
from dashboard.readmodels.gates import GatesModel
from dashboard.readmodels.network import NetworkModel
from dashboard.readmodels.network_systems import Systems
from dashboard.readmodels.notes import NotesModel
from dashboard.readmodels.origins import Origins
from dashboard.readmodels.programme import ProgrammeModel
from dashboard.readmodels.services import ServicesModel
from feeds.catalogue import Catalogue
from feeds.model import Reading
from feeds.programme.model import Programme
from feeds.registry import Registry
from geodata.places import Places
from geodata.sites import Site

SNAPSHOT_KEPT_MS: Final = 250
"""How long an encoded snapshot serves further clients. Clients set their clocks by `at`, so not for long."""


class Model(Protocol):
    """A read model that is folded from readings alone."""

    @property
    def simulated_count(self) -> int:
        """How many figures shown come from a simulated source."""
        ...

    def fold(self, readings: Sequence[Reading], now: datetime) -> Changes:
        """Take readings in and return what changed, by path."""
        ...

    def tick(self, now: datetime) -> Changes:
        """Return what changed by mere time."""
        ...

    def reconsider(self, now: datetime) -> Changes:
        """Return what changed because something new is known of the sources."""
        ...

    def snapshot(self) -> dict[str, Any]:
        """Return the topic's data."""
        ...


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a value on a screen comes from: the value, and the readings it was made from, as far as there are any.

    Of the topic `feeds`, which holds no cells, `value` is a `FeedFigure`.
    """

    value: Any
    readings: tuple[Reading, ...]


class LiveState:
    """Everything the screens show, and what of it was not sent yet."""

    def __init__(
        self,
        registry: Registry,
        catalogue: Catalogue,
        places: Places,
        sites: Sequence[Site],
        epoch: str,
        now: datetime,
        thresholds: Mapping[str, float] | None = None,
        programme: Programme | None = None,
    ) -> None:
        self.epoch = epoch
        self._registry = registry
        self.origins = Origins(registry, catalogue)
        self.gates = GatesModel(self.origins, places, now, thresholds)
        self.alerts = AlertsModel()
        self.notes = NotesModel()
        self.feeds = FeedsModel(self.origins, now)
        self._network = NetworkModel(self.origins, places, sites, now, (programme or Programme()).systems)
        self._models: dict[str, Model] = {
            "gates": self.gates,
            "services": ServicesModel(self.origins, places),
            "network": self._network,
            "programme": ProgrammeModel(self.origins, programme or Programme(), places, now),
        }
        self.lines = {topic: Line(topic, epoch) for topic in TOPICS}
        self._snapshots: dict[str, tuple[int, int, Frame]] = {}
        self._sources = registry.sources()
        self.feeds.take_sources(self._sources)

    @property
    def simulated(self) -> bool:
        """Whether any figure or alert that is shown comes from a simulator, a replay or an exercise."""
        return self.alerts.simulated_count > 0 or any(model.simulated_count > 0 for model in self._models.values())

    def fold(self, readings: Sequence[Reading], now: datetime, *, live: bool = True) -> None:
        """Take readings in, from the stream (`live`) or from history."""
        self.feeds.fold(readings, live=live)
        for topic, model in self._models.items():
            changes = model.fold(readings, now)
            if changes:
                self.lines[topic].add(changes)

    def fold_alerts(self, alerts: Iterable[Mapping[str, Any]], now: datetime) -> None:
        """Take versions of alerts in."""
        self._alerts_changed(self.alerts.fold(alerts), now)

    def replace_alerts(self, alerts: Iterable[Mapping[str, Any]], keep: Iterable[str], now: datetime) -> None:
        """Take the whole live list; see `AlertsModel.replace`."""
        self._alerts_changed(self.alerts.replace(alerts, keep), now)

    def fold_notes(self, notes: Iterable[Mapping[str, Any]]) -> None:
        """Take versions of notes to the duty desk in; they are told with the alerts."""
        self.lines["alerts"].add(self.notes.fold(notes))

    def replace_notes(self, notes: Iterable[Mapping[str, Any]], keep: Iterable[str]) -> None:
        """Take the whole list of notes; see `NotesModel.replace`."""
        self.lines["alerts"].add(self.notes.replace(notes, keep))

    @property
    def systems(self) -> Systems:
        """The programme's systems, whose last day is loaded from history."""
        return self._network.systems

    def take_lost_coverage(self, told: Mapping[str, Any] | None, now: datetime) -> None:
        """Take what the recorder tells of lost coverage."""
        self.lines["network"].add(self._network.take_lost(told, now))

    def sources_changed(self, now: datetime) -> bool:
        """Look whether the registry learnt something new of the sources, and judge every figure anew if so."""
        sources = self._registry.sources()
        if sources == self._sources:
            return False
        self._sources = sources
        self.origins.forget()
        self.feeds.take_sources(sources)
        for topic, model in self._models.items():
            self.lines[topic].add(model.reconsider(now))
        return True

    def tick(self, now: datetime) -> None:
        """Let time pass: freshness, hours, windows, rates."""
        for topic, model in self._models.items():
            self.lines[topic].add(model.tick(now))
        self.lines["feeds"].add(self.feeds.tick(now))

    def snapshot(self, topic: str, now: datetime) -> Frame:
        """Return the snapshot of a topic."""
        at_ms = to_ms(now)
        line = self.lines[topic]
        kept = self._snapshots.get(topic)
        # `<`: exactly as old as allowed is too old, so that 0 keeps none. A clock set back keeps none either.
        if kept is not None and kept[0] == line.seq and 0 <= at_ms - kept[1] < SNAPSHOT_KEPT_MS:
            return kept[2]
        frame = line.snapshot(at_ms, self._data(topic))
        self._snapshots[topic] = (line.seq, at_ms, frame)
        return frame

    def basis(self, topic: str, path: str) -> Basis:
        """Return the value that stands at a path of a topic, and the readings behind it.

        Raises:
            KeyError: when nothing stands there.
        """
        if topic == "feeds":
            return Basis(self.feeds.figure(path), ())
        value: Any = self._data(topic)
        for part in path.split("/"):
            value = value[int(part) if isinstance(value, list) and part.isdecimal() else part]
        model = self._models.get(topic)
        find = getattr(model, "basis", None)
        return Basis(value, tuple(find(path)) if find else ())

    def picture(self) -> dict[str, Any]:
        """Return the data of every topic as it is now; a copy that nothing changes any more."""
        # Encoded and read back: the models go on changing what their snapshots hold.
        whole: dict[str, Any] = orjson.loads(orjson.dumps({topic: self._data(topic) for topic in TOPICS}))
        # What leaders wrote to the duty desk is no figure, and a frozen moment is shown to many.
        whole["alerts"].pop("notes", None)
        return whole

    def _data(self, topic: str) -> dict[str, Any]:
        if topic == "alerts":
            return {**self.alerts.snapshot(), "notes": self.notes.snapshot()}
        if topic == "feeds":
            return self.feeds.snapshot()
        return self._models[topic].snapshot()

    def _alerts_changed(self, changes: dict[str, Any], now: datetime) -> None:
        if changes:
            self.lines["alerts"].add(changes)
            self.lines["gates"].add(self.gates.take_alerts(self.alerts.live, now))
