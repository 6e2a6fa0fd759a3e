"""The topic `programme`: targets that a feed measures, each with its figure.

A target that nothing measures yet is not shown: a screen leaves it out rather than show an empty bar. What no system
counts (work files, inspections, virtual assistants) is reported by people: `target_value`, by hand or by a feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dashboard.readmodels.cells import Board, SeriesId, series_id
from dashboard.readmodels.origins import Origins
from feeds.manual import REPORTED_TARGETS
from feeds.model import Reading
from geodata.places import PROVINCE_ID


@dataclass(frozen=True, slots=True)
class Target:
    """One target.

    Attributes:
        key: its name in the topic.
        name_vi: Vietnamese name.
        name_en: English name.
        target: the value to reach.
        unit: of target and figure.
        series: what measures it.
    """

    key: str
    name_vi: str
    name_en: str
    target: float
    unit: str
    series: SeriesId


TARGETS: Final = (
    # Source: domain facts §4: availability target 99.9 %.
    Target(
        "cell_availability_4g",
        "Độ sẵn sàng mạng 4G",
        "4G availability",
        99.9,
        "%",
        series_id("cell_availability_pct", PROVINCE_ID, technology="4g"),
    ),
    # Source: domain facts §4: RRC set-up success of at least 99 %.
    Target(
        "rrc_setup_4g",
        "Kết nối vô tuyến 4G thành công",
        "4G radio connections set up",
        99.0,
        "%",
        series_id("rrc_setup_success_pct", PROVINCE_ID, technology="4g"),
    ),
    # Source: domain facts §4: the ministry's target for 4G, at least 40 Mbit/s on average.
    Target(
        "download_4g",
        "Tốc độ tải xuống 4G",
        "4G download speed",
        40.0,
        "Mbit/s",
        series_id("dl_user_throughput_mbps", PROVINCE_ID, technology="4g"),
    ),
    *(
        Target(
            one.key, one.name_vi, one.name_en, one.target, "%", series_id("target_value", PROVINCE_ID, target=one.key)
        )
        for one in REPORTED_TARGETS
    ),
)


class ProgrammeModel:
    """Folds readings into the topic `programme`."""

    def __init__(self, origins: Origins, targets: Sequence[Target] = TARGETS) -> None:
        self._board = Board(origins)
        self._targets = {target.key: target for target in targets}
        self._metrics = {target.series[0] for target in targets}
        for target in targets:
            self._board.bind(target.key, (target.series,))
        self._shown: set[str] = set()

    @property
    def simulated_count(self) -> int:
        """How many figures shown come from a simulated source."""
        return self._board.simulated_count

    def fold(self, readings: Sequence[Reading], now: datetime) -> dict[str, Any]:
        """Take readings in and return what changed; a target that is measured for the first time comes whole."""
        mine = [reading for reading in readings if reading.metric in self._metrics]
        return self._changes(figure.path for figure in self._board.fold(mine, now))

    def tick(self, now: datetime) -> dict[str, Any]:
        """Return what changed by mere time: figures whose source was lost or came back."""
        return self._changes(figure.path for figure in self._board.tick(now))

    def reconsider(self, now: datetime) -> dict[str, Any]:
        """Return what changed because something new is known of the sources."""
        return self._changes(figure.path for figure in self._board.reconsider(now))

    def snapshot(self) -> dict[str, Any]:
        """Return the topic's data: the targets that are measured."""
        return {"targets": {key: self._target(key) for key in self._targets if key in self._shown}}

    def _changes(self, keys: Iterable[str]) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for key in keys:
            if key in self._shown:
                changes[f"targets/{key}/cell"] = self._board.cell(key)
            else:
                self._shown.add(key)
                changes[f"targets/{key}"] = self._target(key)
        return changes

    def _target(self, key: str) -> dict[str, Any]:
        target = self._targets[key]
        return {
            "name_vi": target.name_vi,
            "name_en": target.name_en,
            "target": target.target,
            "unit": target.unit,
            "cell": self._board.cell(key),
        }
