"""Notes to the duty desk: written by those who present, seen and answered by those who acknowledge alerts."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import structlog
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from alerts.errors import AlertNotFoundError
from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.query import number
from dashboard.api.reply import json_reply
from dashboard.auth.model import Principal
from dashboard.notes.errors import NoteMissingError, TooManyNotesError
from dashboard.notes.model import LONGEST_TEXT, Note, telling
from dashboard.notes.publish import publish_note
from dashboard.parts import Parts
from feeds.errors import BusUnavailableError

log = structlog.get_logger("web")

FIELDS: Final = frozenset({"text", "urgent", "place", "alert", "path", "key"})
MOST_READ: Final = 500
_PATH: Final = re.compile(r"/(?![/\\])[^\s\x00-\x1f\\]{0,250}")
_KEY: Final = re.compile(r"[\w-]{0,40}", re.ASCII)
_ID: Final = re.compile(r"[0-9a-f]{16}")

_NOTE: Final[dict[str, Any]] = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["text"],
                    "properties": {
                        "text": {"type": "string", "maxLength": LONGEST_TEXT},
                        "urgent": {"type": "boolean"},
                        "place": {"type": ["string", "null"], "description": "Id of the place it is about."},
                        "alert": {"type": ["string", "null"], "description": "Id of the alert it is about."},
                        "path": {"type": "string", "description": "Address of what the writer saw."},
                        "key": {
                            "type": "string",
                            "description": "The sender's own name: sent twice, kept once.",
                        },
                    },
                }
            }
        }
    }
}
_ANSWER: Final[dict[str, Any]] = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
            }
        }
    }
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No note has this id."},
    422: {"description": "A field is unfit; it is named."},
}
_WRITTEN: Final[dict[int | str, dict[str, Any]]] = {
    422: _RESPONSES[422],
    429: {"description": "One person wrote too many notes within the hour."},
}


def note_routes(parts: Parts) -> APIRouter:
    """Return the routes of notes. What they do comes back on every screen in the topic `alerts`, under `notes`."""
    router = APIRouter(prefix="/notes", tags=["notes"])

    @router.get("", summary="Notes, newest first")
    async def listed(request: Request, limit: str | None = None, mine: str | None = None) -> Response:
        """Return the newest notes with who saw and answered them; `mine=1` leaves out those of others."""
        most = number("limit", limit, 100, 1, MOST_READ)
        by = request.state.principal.name if number("mine", mine, 0, 0, 1) else None
        found = await run_in_threadpool(parts.notes.recent, most, by)
        return json_reply({"notes": [telling(note) for note in found]})

    @router.post("", summary="Write a note", status_code=201, responses=_WRITTEN, openapi_extra=_NOTE)
    async def write(request: Request) -> Response:
        """Take a note; it stands on every duty screen at once, and its writer sees who read it."""
        principal: Principal = request.state.principal
        fields = await _judged(parts, await read_object(request))
        text = fields.pop("text")
        try:
            note = await run_in_threadpool(
                partial(
                    parts.notes.write, text, by=principal.name, role=principal.role.value, now=parts.clock(), **fields
                )
            )
        except TooManyNotesError as error:
            raise BodyError(429, str(error)) from error
        return json_reply(await _told(note), 201)

    @router.post("/{note_id}/seen", summary="Say that the duty desk has seen it", responses=_RESPONSES)
    async def seen(request: Request, note_id: str) -> Response:
        """Mark a note as seen by whoever asks; doing it twice changes nothing."""
        principal: Principal = request.state.principal
        note = await _found(partial(parts.notes.see, _id(note_id), principal.name, parts.clock()))
        return json_reply(await _told(note))

    @router.post("/{note_id}/answer", summary="Answer a note", responses=_RESPONSES, openapi_extra=_ANSWER)
    async def answer(request: Request, note_id: str) -> Response:
        """Answer a note; its writer sees the answer at once."""
        principal: Principal = request.state.principal
        fields = await read_object(request)
        unknown = set(fields) - {"text"}
        if unknown:
            raise BodyError(422, f"{min(unknown)[:64]!r} is not known; expected text", min(unknown)[:64])
        text = _text(fields)
        note = await _found(partial(parts.notes.answer, _id(note_id), principal.name, text, parts.clock()))
        return json_reply(await _told(note))

    async def _found(action: Callable[[], Note]) -> Note:
        try:
            found = await run_in_threadpool(action)
        except NoteMissingError as error:
            raise BodyError(404, str(error), "id") from error
        return found

    async def _told(note: Note) -> dict[str, object]:
        try:
            await publish_note(parts.bus, note)
        except BusUnavailableError:
            # The desk has it, so it is done; the hubs read the list again when the bus is back.
            log.warning("a note could not be told to the screens yet", note=note.id)
        return telling(note)

    return router


async def _judged(parts: Parts, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a note as `NoteDesk.write` takes them.

    Raises:
        BodyError: 422 with the field at fault.
    """
    unknown = set(fields) - FIELDS
    if unknown:
        field = min(unknown)[:64]
        raise BodyError(422, f"{field!r} is not known; expected {', '.join(sorted(FIELDS))}", field)
    text = _text(fields)
    urgent = fields.get("urgent", False)
    if not isinstance(urgent, bool):
        raise BodyError(422, f"urgent must be true or false, got {type(urgent).__name__}", "urgent")
    place = text_of(fields, "place", longest=128) or None
    if place is not None and place not in parts.places:
        raise BodyError(422, f"there is no place {place[:64]!r}", "place")
    alert = text_of(fields, "alert", longest=26) or None
    if alert is not None:
        try:
            await run_in_threadpool(parts.desk.get, alert)
        except AlertNotFoundError as error:
            raise BodyError(422, f"there is no alert {alert!r}", "alert") from error
    path = text_of(fields, "path", longest=251)
    if path and not _PATH.fullmatch(path):
        raise BodyError(422, "path must be an address of ours, for example /tablet#/gate/tan-thanh", "path")
    key = text_of(fields, "key", longest=40)
    if not _KEY.fullmatch(key):
        raise BodyError(422, "key has letters, digits, - and _ only", "key")
    return {"text": text, "urgent": urgent, "place": place, "alert": alert, "path": path, "key": key}


def _text(fields: dict[str, Any]) -> str:
    text = text_of(fields, "text", required=True, longest=LONGEST_TEXT).strip()
    if not text:
        raise BodyError(422, "text is required", "text")
    return text


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise BodyError(404, "there is no such note", "id")
    return text
