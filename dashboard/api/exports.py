"""Exports: ask for a deck as a file, watch it being made, fetch it."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.deck import deck_of
from dashboard.api.reply import json_reply
from dashboard.decks.room import DeckRoom
from dashboard.errors_http import error_json
from dashboard.exports import FORMATS, Format, media_type
from dashboard.exports.jobs import BusyError, ExportJobs, Job
from dashboard.parts import Parts
from layouts.formats import HANOI, from_ms
from layouts.slides.model import Deck
from layouts.wording import languages

RETRY_AFTER_S: Final = 10
_FIELDS: Final = frozenset({"deck", "lang", "frozen", "format", "slide"})

_ASK: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["format"],
                    "properties": {
                        "deck": {"type": "string", "description": "A deck of config/briefing.yaml, or `share`."},
                        "lang": {"type": "string", "enum": list(languages())},
                        "frozen": {
                            "type": "string",
                            "description": "Code of a frozen moment; without one: as it is now.",
                        },
                        "format": {"type": "string", "enum": list(FORMATS)},
                        "slide": {"type": "string", "description": "Only the slide of this id."},
                    },
                }
            }
        },
    }
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such deck, slide or frozen moment."},
    422: {"description": "A field is unfit; it is named."},
    429: {"description": "Too many exports are under way; Retry-After says when to ask again."},
}


def export_routes(parts: Parts) -> APIRouter:
    """Return the routes of exports.

    Raises:
        DecksFileError: when config/briefing.yaml cannot be used.
    """
    router = APIRouter(prefix="/exports", tags=["exports"])
    room = DeckRoom(parts.settings.config_dir)
    jobs = ExportJobs(parts.settings.data_dir / "exports")

    @router.post("", summary="Print a deck", status_code=202, openapi_extra=_ASK, responses=_RESPONSES)
    async def start(request: Request) -> Response:
        """Begin to make a file of a deck at this instant or at a frozen one; the answer says where to look for it."""
        fields = await read_object(request)
        for field in fields:
            if field not in _FIELDS:
                raise BodyError(422, f"{field[:64]!r} is not known; expected {', '.join(sorted(_FIELDS))}", field[:64])
        format_ = _format(fields)
        name, lang, frozen, slide = (
            text_of(fields, field, longest=64) for field in ("deck", "lang", "frozen", "slide")
        )
        deck = await deck_of(parts, room, name, lang, frozen, slide)
        who = str(request.state.principal.name)
        try:
            job = jobs.start(deck, format_, _file_name(name or room.decks().default, deck), who)
        except BusyError as error:
            return error_json(429, str(error), headers={"Retry-After": str(RETRY_AFTER_S)})
        return json_reply(_facts(job, jobs), 202)

    @router.get("/{job_id}", summary="How far an export is")
    async def progress(job_id: str) -> Response:
        """Return state (`waiting`, `working`, `done`, `failed`), pages done and in all, and where the file is."""
        return json_reply(_facts(_found(jobs, job_id), jobs))

    @router.get(
        "/{job_id}/file",
        summary="The file",
        response_class=Response,
        responses={200: {"content": {media_type(e): {} for e in ("pdf", "pptx", "png", "zip")}}, 409: {}, 404: {}},
    )
    async def file(job_id: str) -> Response:
        """Return the file once it is done; it is deleted some minutes later."""
        job = _found(jobs, job_id)
        if job.state == "failed":
            raise BodyError(409, "this export failed and the fault was recorded; ask for it again", "id")
        if job.state != "done" or job.file is None:
            raise BodyError(409, f"this export is not done yet: {job.done} of {job.total} pages", "id")
        try:
            size = job.file.stat().st_size
        except OSError as error:
            raise BodyError(404, "the file is gone; ask for the export again", "id") from error
        ending = job.file.suffix[1:]
        headers = {"Cache-Control": "private, no-store", "Content-Length": str(size)}
        return FileResponse(job.file, media_type=media_type(ending), filename=job.file_name, headers=headers)

    return router


def _format(fields: dict[str, Any]) -> Format:
    wanted = text_of(fields, "format", required=True, longest=8)
    for known in FORMATS:
        if wanted == known:
            return known
    raise BodyError(422, f"format must be one of {', '.join(FORMATS)}, got {wanted!r}", "format")


def _file_name(name: str, deck: Deck) -> str:
    """Return a name that sorts by its instant and survives every file system: `lang-son-giao-ban-20261122-1430`."""
    stem = re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-") or "deck"
    at = from_ms(deck.at_ms).astimezone(HANOI)
    return f"lang-son-{stem}-{at:%Y%m%d-%H%M}" + (f"-{deck.code}" if deck.code else "")


def _found(jobs: ExportJobs, job_id: str) -> Job:
    job = jobs.get(job_id[:64])
    if job is None:
        raise BodyError(404, "there is no such export, or it was kept long enough and is gone", "id")
    return job


def _facts(job: Job, jobs: ExportJobs) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "ahead": jobs.ahead_of(job) if job.state == "waiting" else 0,
        "url": f"/api/v1/exports/{job.id}/file" if job.state == "done" else None,
        "name": job.file_name if job.state == "done" else None,
    }
