"""Decks: which there are, and one of them as slides, live or of a frozen moment."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from dashboard.api.body import BodyError
from dashboard.api.reply import json_reply
from dashboard.decks.room import SHARE, DeckRoom, only
from dashboard.frozen.store import Frozen
from dashboard.parts import Parts
from layouts.slides.model import Deck
from layouts.wording import languages

NAME_MAX: Final = 64
_Text = Annotated[str | None, Query(max_length=NAME_MAX)]


def deck_routes(parts: Parts) -> APIRouter:
    """Return the routes of decks.

    Raises:
        DecksFileError: when config/briefing.yaml cannot be used.
    """
    router = APIRouter(tags=["briefing"])
    room = DeckRoom(parts.settings.config_dir)

    @router.get("/decks", summary="The decks that are composed")
    async def decks() -> Response:
        """Return name and title of each deck, and which is the default one."""
        found = await run_in_threadpool(room.decks)
        listed = [{"name": each.name, "title": each.title, "subtitle": each.subtitle} for each in found.plans.values()]
        return json_reply({"default": found.default, "decks": listed})

    @router.get("/deck", summary="One deck as slides", responses={404: {"description": "No such deck or moment."}})
    async def deck(deck: _Text = None, lang: _Text = None, frozen: _Text = None, slide: _Text = None) -> Response:
        """Return a deck with its texts ready to be read; with `frozen` that of a frozen moment, else of now."""
        return json_reply(await deck_of(parts, room, deck or "", lang or "", frozen or "", slide or ""))

    return router


async def deck_of(parts: Parts, room: DeckRoom, name: str, lang: str, frozen: str = "", slide: str = "") -> Deck:
    """Return a deck; empty names mean the default deck, the house's language, live figures, every slide.

    Raises:
        BodyError: 404 or 422 with the field at fault.
    """
    spoken = lang or parts.settings.lang
    if spoken not in languages():
        raise BodyError(422, f"lang must be one of {', '.join(languages())}", "lang")
    moment: Frozen | None = None
    if frozen:
        moment = await run_in_threadpool(parts.frozen.get, frozen)
        if moment is None:
            raise BodyError(404, "no frozen moment has this code, or it was kept long enough and is gone", "frozen")
    found = None if moment else room.recent(name, spoken, round(parts.clock().timestamp() * 1000))
    if found is None:
        at, topics = (moment.at, moment.topics) if moment else parts.hub.picture()
        found = await run_in_threadpool(room.deck, name, spoken, at, topics, moment)
    if found is not None and moment is None:
        room.remember(name, found)
    if found is None:
        known = await run_in_threadpool(room.decks)
        raise BodyError(404, f"no deck has this name; there are {', '.join([*known.plans, SHARE])}", "deck")
    if slide:
        alone = only(found, slide)
        if alone is None:
            raise BodyError(404, f"the deck has no such slide; it has {', '.join(s.id for s in found.slides)}", "slide")
        return alone
    return found
