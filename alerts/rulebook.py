"""The rule files of a directory as they are now: read at the start, read again when one changes.

A change that has faults is refused as a whole: the rules in force stay in force, and every fault is said once. At the
start there is nothing to keep, so the sound rules are used and the faulty ones left out, loudly: one typing error must
not leave a province without alerts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import structlog

from alerts.check import read_files, rule_files
from alerts.errors import RuleError
from alerts.rules import RuleSet
from feeds.catalogue import Catalogue
from geodata.places import Places

_MISSING: Final = (("", 0, 0),)


class RuleBook:
    """The rules in force and the faults of the files, if any."""

    def __init__(self, directory: Path, catalogue: Catalogue, places: Places) -> None:
        self._directory = directory
        self._catalogue = catalogue
        self._places = places
        self._log = structlog.get_logger("rules")
        self._seen = self._signature()
        rules, self.faults = self._read()
        self.rules = rules
        """The rules in force."""
        self._say("rules left out", len(rules))

    def refresh(self) -> bool:
        """Look whether a file changed; return whether other rules are in force now."""
        signature = self._signature()
        if signature == self._seen:
            return False
        self._seen = signature
        rules, self.faults = self._read()
        if self.faults:
            self._say("changed rules refused, the earlier ones stay in force", len(self.rules))
            return False
        self.rules = rules
        self._log.info("rules read", rules=len(rules))
        return True

    def _read(self) -> tuple[RuleSet, list[RuleError]]:
        rules, faults = read_files([self._directory], self._catalogue, self._places)
        return RuleSet(rules), faults

    def _say(self, event: str, in_force: int) -> None:
        for fault in self.faults:
            self._log.error(event, fault=str(fault), in_force=in_force)

    def _signature(self) -> tuple[tuple[str, int, int], ...]:
        try:
            stats = [(path.name, path.stat()) for path in rule_files(self._directory)]
        except OSError:
            return _MISSING  # being replaced, or not there: reading it says which
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
