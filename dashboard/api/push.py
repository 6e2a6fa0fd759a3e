"""Pushing readings and passages: `POST /api/v1/readings` and `/passages`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dashboard.api.body import read_body
from dashboard.api.reply import json_reply
from dashboard.auth.model import Principal
from dashboard.parts import Parts
from feeds.door import Receipt

MANUAL_SOURCE = "manual"
"""Source of what a person sends; a token's name is the source of what a machine sends."""

_RECEIPT: dict[str, Any] = {
    "description": "What became of each record; 200 when at least one was taken, 422 when all were refused.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["accepted", "rejected"],
                "properties": {
                    "accepted": {"type": "integer"},
                    "rejected": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "index": {"type": "integer"},
                                "reason": {"type": "string"},
                                "message": {"type": "string"},
                                "field": {"type": "string"},
                            },
                        },
                    },
                },
            }
        }
    },
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: _RECEIPT,
    400: {"description": "The body is neither a JSON array nor one JSON object a line."},
    413: {"description": "The body is larger than 8 MB."},
    422: _RECEIPT,
    503: {"description": "The bus is down and nothing was taken; send again after Retry-After seconds."},
}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"type": "array", "items": schema}},
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        }
    }


_READING = _body(
    {
        "type": "object",
        "required": ["metric", "place", "observed_at"],
        "properties": {
            "metric": {"type": "string", "examples": ["queue_length_vehicles"]},
            "place": {"type": "string", "examples": ["huu-nghi.1119-1120"]},
            "dims": {"type": "object", "additionalProperties": {"type": "string"}},
            "value": {"type": ["number", "null"]},
            "observed_at": {"type": "string", "format": "date-time"},
            "source": {"type": "string", "description": "default: the token's name"},
            "method": {"type": "string"},
            "quality": {"type": "string", "enum": ["good", "late", "estimated", "manual", "missing", "instrument"]},
        },
    }
)
_PASSAGE = _body(
    {
        "type": "object",
        "required": ["vehicle", "place", "direction", "step", "phase", "at"],
        "properties": {
            "vehicle": {"type": "string"},
            "place": {"type": "string", "examples": ["tan-thanh.1088-2-1089"]},
            "direction": {"type": "string", "enum": ["export", "import"]},
            "goods_class": {"type": "string"},
            "step": {"type": "string"},
            "phase": {"type": "string", "enum": ["enter", "exit"]},
            "at": {"type": "string", "format": "date-time"},
            "goods_tonnes": {"type": "number"},
            "fee_vnd": {"type": "integer"},
            "diverted": {"type": "boolean"},
        },
    }
)


def push_routes(parts: Parts) -> APIRouter:
    """Return the routes that take records in."""
    router = APIRouter(tags=["push"])

    @router.post("/readings", summary="Send readings", responses=_RESPONSES, openapi_extra=_READING)
    async def take_readings(request: Request) -> Response:
        """Take a JSON array of readings, or one reading a line (NDJSON); sending the same again changes nothing."""
        return await _take(request, parts.door.readings_json)

    @router.post("/passages", summary="Send passages", responses=_RESPONSES, openapi_extra=_PASSAGE)
    async def take_passages(request: Request) -> Response:
        """Take a JSON array of passages, or one passage a line (NDJSON); sending the same again changes nothing."""
        return await _take(request, parts.door.passages_json)

    return router


async def _take(request: Request, door: Callable[[bytes, str], Awaitable[Receipt]]) -> Response:
    principal: Principal = request.state.principal
    source = principal.name if principal.kind == "machine" else MANUAL_SOURCE
    receipt = await door(await read_body(request), source)
    return json_reply(receipt, 422 if receipt.rejected and not receipt.accepted else 200)
