"""Answers as JSON: records of all rooms (msgspec structs, data classes, rows) as they are, times as ISO 8601 UTC."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
from starlette.responses import Response


def to_plain(value: object) -> object:
    """Return a record that msgspec does not know as plain values.

    Raises:
        NotImplementedError: when it is no record either.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    mapping = getattr(value, "_mapping", None)
    if mapping is not None:
        return dict(mapping)
    raise NotImplementedError(f"no JSON for {type(value).__name__}")


_encoder = msgspec.json.Encoder(enc_hook=to_plain)


def as_object(record: object) -> dict[str, Any]:
    """Return a record (struct, data class, named tuple, mapping) as plain values, ready for more fields."""
    as_dict = getattr(record, "_asdict", None)
    plain: dict[str, Any] = msgspec.to_builtins(as_dict() if as_dict else record, enc_hook=to_plain)
    return plain


def json_reply(value: object, status: int = 200) -> Response:
    """Return a value as a JSON answer that no cache keeps."""
    return Response(_encoder.encode(value), status, {"Cache-Control": "no-store"}, media_type="application/json")
