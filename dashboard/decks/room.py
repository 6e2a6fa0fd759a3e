"""Decks for whoever asks: the plans of the file as it is now, the topics of now or of a frozen moment, the ground.

Blocking: callers in asyncio take the live picture first (`Hub.picture` belongs to the loop) and use a thread for the
rest. What this module does not do: know of HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson
import structlog

from dashboard.decks.file import FILE, Decks, DecksFileError, load_decks
from dashboard.frozen.store import Frozen
from geodata import storage
from geodata.errors import GeodataError
from geodata.layers import layer, province_bounds
from layouts.slides.compose import compose
from layouts.slides.ground import LAYERS, Ground, build
from layouts.slides.model import Deck
from layouts.slides.plan import DeckPlan, SlidePlan, Words
from layouts.view import TRAFFIC_GATES

GATES: Final = frozenset(gate.id for gate in TRAFFIC_GATES)
SHARE: Final = "share"
"""The deck of one slide that a shared view becomes: the gate that was looked at, or the province."""

RECENT_MS: Final = 1_500
"""How long a live deck serves further followers: half the time after which they ask again."""

log = structlog.get_logger("web")


class DeckRoom:
    """The decks of one configuration folder.

    Raises:
        DecksFileError: at the start, when the file cannot be used.
    """

    def __init__(self, config_dir: Path) -> None:
        self._folder = config_dir
        self._lock = threading.Lock()
        self._stamp = self._look()
        self._decks = load_decks(config_dir, GATES)
        self._live: dict[tuple[str, str], Deck] = {}

    def decks(self) -> Decks:
        """Return the decks; a file that was changed is read again, and one that became unusable changes nothing."""
        with self._lock:
            stamp = self._look()
            if stamp != self._stamp:
                self._stamp = stamp
                try:
                    self._decks = load_decks(self._folder, GATES)
                except DecksFileError as error:
                    log.warning("the decks stay as they were", error=str(error))
            return self._decks

    def deck(
        self, name: str, lang: str, at_ms: int, topics: Mapping[str, Any], moment: Frozen | None = None
    ) -> Deck | None:
        """Return a deck of these topics; None when no deck has this name.

        Args:
            name: of the deck, "" for the default one, `share` for the one slide of the moment's path.
            lang: language of every text.
            at_ms: the instant of the topics.
            topics: topic → data.
            moment: the frozen moment they are of, None while they are live.
        """
        if name == SHARE:
            plan: DeckPlan | None = share_plan(moment.path if moment else "")
        else:
            decks = self.decks()
            plan = decks.plans.get(name or decks.default)
        if plan is None:
            return None
        live = moment is None
        code = moment.code if moment else ""
        return compose(plan, topics, at_ms, lang, TRAFFIC_GATES, ground(), live=live, code=code)

    def recent(self, name: str, lang: str, now_ms: int) -> Deck | None:
        """Return a live deck that was made a moment ago: many followers ask for the same one."""
        found = self._live.get((name, lang))
        # A clock that was set back makes a deck of the future; it is no recent one.
        return found if found and 0 <= now_ms - found.at_ms < RECENT_MS else None

    def remember(self, name: str, deck: Deck) -> None:
        """Keep a live deck for those who ask for it next."""
        self._live[name, deck.lang] = deck

    def _look(self) -> tuple[int, int]:
        try:
            facts = (self._folder / FILE).stat()
        except OSError:
            return (0, 0)
        return (facts.st_mtime_ns, facts.st_size)


def only(deck: Deck, slide: str) -> Deck | None:
    """Return the deck with one of its slides, whose tiles keep their numbers; None when it has none of that id."""
    found = tuple(one for one in deck.slides if one.id == slide)
    return replace(deck, slides=found) if found else None


def share_plan(path: str) -> DeckPlan:
    """Return the plan of the one slide that stands for what a screen showed at `path` (`/tablet#/gate/chi-ma`)."""
    gate = next((gate for gate in sorted(GATES) if gate in path), "")
    kinds = ("services", "network", "programme", "alerts")
    kind = next((kind for kind in kinds if f"/{kind.removesuffix('s')}" in path.partition("#")[2]), "province")
    slide = SlidePlan("gate", gate) if gate else SlidePlan(kind)  # type: ignore[arg-type]
    title = Words("Trung tâm điều hành Lạng Sơn", "Lạng Sơn command centre")
    return DeckPlan(SHARE, title, Words(), (slide,))


@storage.cached
def ground() -> Ground | None:
    """Return the ground of the maps; None where a layer cannot be read: a slide without a map tells its figures."""
    try:
        return build({name: orjson.loads(layer(name)) for name, _ in LAYERS}, province_bounds())
    except (GeodataError, orjson.JSONDecodeError) as error:
        log.warning("slides have no map", error=str(error))
        return None
