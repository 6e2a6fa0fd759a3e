"""Request bodies: read up to a limit, and JSON objects with known fields."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect, Request

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a push: some 40,000 readings, eight seconds of the busiest hour."""
LARGEST_ACTION: Final = 16 * 1024
NOTE_MAX: Final = 2_000
PATIENCE_S: Final = 30.0
"""How long a sender may pause within a body: half-open sockets must not hold what they began for ever."""


class BodyError(ValueError):
    """A body that cannot be used.

    Attributes:
        status: HTTP status that says so.
        field: the field at fault, "" where the whole is.
    """

    def __init__(self, status: int, message: str, field: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.field = field


async def read_body(request: Request, largest: int = LARGEST) -> bytes:
    """Return the body.

    Raises:
        BodyError: 413 when it is larger than allowed (it is not read to its end then), 400 when the sender left,
            408 when it stops half-way, 415 when it is compressed.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise BodyError(415, "send the body uncompressed; Content-Encoding is not supported")
    stated = request.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated[:20]) > largest:
        raise BodyError(413, f"the body has {stated[:20]} bytes; at most {largest} are taken, send it in parts")
    parts: list[bytes] = []
    size = 0
    stream = request.stream()
    try:
        while True:
            async with asyncio.timeout(PATIENCE_S):
                chunk = await anext(stream, None)
            if chunk is None:
                return b"".join(parts)
            size += len(chunk)
            if size > largest:
                raise BodyError(413, f"the body has more than {largest} bytes; send it in parts")
            parts.append(chunk)
    except ClientDisconnect as error:
        raise BodyError(400, "the sender left before the body had ended") from error
    except TimeoutError as error:
        raise BodyError(408, f"nothing more of the body came for {PATIENCE_S:.0f} s; send it again") from error


async def read_object(request: Request, largest: int = LARGEST_ACTION) -> dict[str, Any]:
    """Return a small JSON object; an empty body is an empty object.

    Args:
        request: carries it.
        largest: bytes at most.

    Raises:
        BodyError: when it is too large or no JSON object.
    """
    body = await read_body(request, largest)
    if not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BodyError(400, f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise BodyError(400, f"the body must be a JSON object, got {type(value).__name__}")
    return value


def text_of(fields: dict[str, Any], name: str, *, required: bool = False, longest: int = NOTE_MAX) -> str:
    """Return a text field, "" when it is missing.

    Raises:
        BodyError: 422 when it is no text, too long, or missing although required.
    """
    value = fields.get(name)
    if value is None or value == "":
        if required:
            raise BodyError(422, f"{name} is required", name)
        return ""
    if not isinstance(value, str):
        raise BodyError(422, f"{name} must be text, got {type(value).__name__}", name)
    if len(value) > longest:
        raise BodyError(422, f"{name} has {len(value)} characters; at most {longest} are taken", name)
    if "\x00" in value:
        raise BodyError(422, f"{name} must not hold NUL characters", name)
    return value
