"""Mappings on a screen: tried on a payload, listed, found by the source they make. Nothing here sends anything."""

from __future__ import annotations

import asyncio
import base64
import binascii
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import BodyError, read_object, text_of
from dashboard.api.declaring import LARGEST_MAPPING, mapping_of, shipped_mappings
from dashboard.api.reply import json_reply
from dashboard.parts import Parts
from feeds.mapping import Trial, parse_mapping, try_mapping

LARGEST_PAYLOAD: Final = 5 * 1024 * 1024
"""Bytes of a payload that is tried: a day of a busy feed."""
LARGEST_BODY: Final = LARGEST_PAYLOAD * 3 // 2 + 2 * LARGEST_MAPPING
"""The same as base64 in JSON, and the mapping."""
TRIALS_AT_ONCE: Final = 2
PATIENCE_S: Final = 20.0
"""How long one waits for a trial; five megabytes take a few seconds."""
SHOWN: Final = 50

_TRY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["mapping"],
                    "properties": {
                        "mapping": {"type": "string", "description": "the mapping as YAML, at most 64 kB"},
                        "payload": {"type": "string", "description": "the payload as text, at most 5 MB"},
                        "payload_base64": {"type": "string", "description": "or its bytes"},
                        "content_type": {"type": "string"},
                        "origin": {"type": "string", "description": "its name in messages"},
                    },
                }
            }
        },
    }
}


def mapping_routes(parts: Parts) -> APIRouter:
    """Return the routes of mappings."""
    router = APIRouter(prefix="/mapping", tags=["mapping"])
    bench = Bench(parts)

    @router.post("/try", summary="Try a mapping on a payload", openapi_extra=_TRY)
    async def try_it(request: Request) -> Response:
        """Return what the mapping would make of the payload: readings, passages, what is refused and why."""
        fields = await read_object(request, LARGEST_BODY)
        mapping = text_of(fields, "mapping", required=True, longest=LARGEST_MAPPING)
        content_type = text_of(fields, "content_type", longest=200)
        origin = text_of(fields, "origin", longest=200) or "payload"
        return json_reply(await bench.trial(mapping, payload_of(fields), origin, content_type))

    @router.get("/shipped", summary="Mappings that are there")
    async def shipped() -> Response:
        """Return the mappings of the configuration directory with their texts."""
        return json_reply({"mappings": await run_in_threadpool(shipped_mappings, parts)})

    @router.get("/of", summary="The mapping of a source")
    async def of(source: Annotated[str, Query(max_length=200)] = "") -> Response:
        """Return the mapping that makes readings of a source, and the feed it belongs to; null when none does."""
        return json_reply({"mapping_of": await run_in_threadpool(mapping_of, source, parts)})

    return router


def payload_of(fields: dict[str, Any]) -> bytes:
    """Return the payload of a request, as text or as base64.

    Raises:
        BodyError: 422 when there is none or it is no base64, 413 when it is too large.
    """
    coded = fields.get("payload_base64")
    if coded is not None:
        if not isinstance(coded, str):
            raise BodyError(422, "payload_base64 must be text", "payload_base64")
        try:
            payload = base64.b64decode(coded, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BodyError(422, f"payload_base64 is not base64: {error}", "payload_base64") from error
    else:
        text = fields.get("payload")
        if not isinstance(text, str) or not text:
            raise BodyError(422, "payload is required: the text of a payload, or payload_base64", "payload")
        payload = text.encode("utf-8", "surrogatepass")
    if not payload:
        raise BodyError(422, "the payload is empty", "payload")
    if len(payload) > LARGEST_PAYLOAD:
        raise BodyError(413, f"the payload has {len(payload)} bytes; at most {LARGEST_PAYLOAD} are tried", "payload")
    return payload


class Bench:
    """Runs trials in threads, a few at once, each with a bound on how long one waits for it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._free = asyncio.Semaphore(TRIALS_AT_ONCE)

    async def trial(self, mapping: str, payload: bytes, origin: str, content_type: str) -> Trial:
        """Return a trial.

        Raises:
            BodyError: 503 when all places are taken for too long, 422 when it took too long.
            MappingError: when the mapping cannot be used.
        """
        try:
            await asyncio.wait_for(self._free.acquire(), PATIENCE_S)
        except TimeoutError as error:
            raise BodyError(503, "others are trying large payloads; try again in a moment") from error
        work = asyncio.ensure_future(run_in_threadpool(self._run, mapping, payload, origin, content_type))
        # The place is free when the thread has ended, not when somebody stopped waiting: threads cannot be killed.
        work.add_done_callback(self._end)
        try:
            return await asyncio.wait_for(asyncio.shield(work), PATIENCE_S)
        except TimeoutError as error:
            sentence = f"the trial took longer than {PATIENCE_S:.0f} s; try a smaller piece of the payload"
            raise BodyError(422, sentence, "payload") from error

    def _end(self, work: asyncio.Future[Trial]) -> None:
        self._free.release()
        if not work.cancelled():
            work.exception()  # whoever still waits is told; when nobody does, it is no news

    def _run(self, mapping: str, payload: bytes, origin: str, content_type: str) -> Trial:
        parts = self._parts
        parsed = parse_mapping(mapping, parts.catalogue)
        ask = partial(try_mapping, payload, parsed, parts.catalogue, parts.registry.places, parts.clock())
        return ask(origin=origin, content_type=content_type, limit=SHOWN)
