"""The topic `alerts`: the live alerts by id, and how many of each priority.

The newest version of an alert wins, in whatever order versions arrive; one that is over (state NORM) leaves the list,
and its version is remembered for a while so that an older version that arrives afterwards does not bring it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from dashboard.readmodels.focus import PRIORITIES

OVER: Final = "NORM"
UNACKNOWLEDGED: Final = frozenset({"UNACK", "RTNUN"})
"""States that wait for somebody: also an alert that returned to normal unseen. Source: ISA-18.2."""
REMEMBERED: Final = 10_000
"""Ended alerts whose version is remembered: a month of the most that one desk can manage a day."""

Alert: TypeAlias = Mapping[str, Any]


class AlertsModel:
    """Folds alerts into the topic `alerts`."""

    def __init__(self) -> None:
        self._items: dict[str, Alert] = {}
        self._ended: dict[str, tuple[int, int]] = {}
        self._counts = _count(())

    @property
    def live(self) -> list[Alert]:
        """The live alerts, unordered."""
        return list(self._items.values())

    @property
    def simulated_count(self) -> int:
        """How many live alerts rest on simulated figures."""
        return sum(bool(alert.get("simulated")) for alert in self._items.values())

    def fold(self, alerts: Iterable[Alert]) -> dict[str, Any]:
        """Take versions of alerts in and return what changed, by path."""
        changes: dict[str, Any] = {}
        for alert in alerts:
            name = alert["id"]
            held = self._items.get(name)
            known = _version(held) if held is not None else self._ended.get(name)
            # `<=`: the same version again, as the stream brings it after the list was read, changes nothing.
            if known is not None and _version(alert) <= known:
                continue
            if alert["state"] == OVER:
                self._end(name, _version(alert))
                if held is not None:
                    changes[f"items/{name}"] = None
            else:
                self._ended.pop(name, None)
                self._items[name] = alert
                changes.pop(f"items/{name}", None)
                changes[f"items/{name}"] = alert
        return self._with_counts(changes)

    def replace(self, alerts: Iterable[Alert], keep: Iterable[str] = ()) -> dict[str, Any]:
        """Take the whole live list and return what changed; those not in it are over.

        Args:
            alerts: the live list as the desk keeps it.
            keep: ids that were folded while the list was being read, which it may not know yet.
        """
        listed = {alert["id"]: alert for alert in alerts}
        changes = self.fold(listed.values())
        kept = set(keep)
        for name in [name for name in self._items if name not in listed and name not in kept]:
            self._end(name, _version(self._items[name]))
            changes[f"items/{name}"] = None
        return self._with_counts(changes)

    def snapshot(self) -> dict[str, Any]:
        """Return the topic's data."""
        return {"items": dict(self._items), "counts": self._counts}

    def _end(self, name: str, version: tuple[int, int]) -> None:
        self._items.pop(name, None)
        self._ended.pop(name, None)
        self._ended[name] = version
        while len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]

    def _with_counts(self, changes: dict[str, Any]) -> dict[str, Any]:
        counts = _count(self._items.values())
        for priority, count in counts.items():
            if count != self._counts[priority]:
                changes[f"counts/{priority}"] = count
        self._counts = counts
        return changes


def _version(alert: Alert) -> tuple[int, int]:
    return int(alert.get("version", 0)), int(alert["updated_at"])


def _count(alerts: Iterable[Alert]) -> dict[str, dict[str, int]]:
    counts = {priority: {"total": 0, "unack": 0} for priority in PRIORITIES}
    for alert in alerts:
        count = counts.get(alert["priority"])
        if count is not None:
            count["total"] += 1
            count["unack"] += alert["state"] in UNACKNOWLEDGED
    return counts
