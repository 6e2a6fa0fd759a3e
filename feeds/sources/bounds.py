"""Checks of settings that several kinds share; each raises ValueError naming the key, what was expected and got."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

MAX_PAYLOAD_BYTES: Final = 16 * 1024 * 1024
"""Default bound of one payload: a thousand times what a day of a gate's figures takes."""
LARGEST_PAYLOAD_BYTES: Final = 256 * 1024 * 1024
"""What an operator may allow a payload that is held in memory."""
LONGEST_S: Final = 7 * 86_400.0

_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}", re.ASCII)
_SOURCE: Final = re.compile(r"\w[\w.:-]{0,63}", re.ASCII)
FORBIDDEN_HEADERS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})
SECRET_HEADERS: Final = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})
"""Headers whose value is a secret and so belongs into auth, not into a file that is shown."""


def check_seconds(key: str, value: float, *, least: float, most: float = LONGEST_S) -> None:
    """Check a duration."""
    if not least <= value <= most:
        raise ValueError(f"{key}: expected {least:g} to {most:g} seconds, got {value:g}")


def check_bytes(key: str, value: int, *, most: int = LARGEST_PAYLOAD_BYTES) -> None:
    """Check a size."""
    if not 1 <= value <= most:
        raise ValueError(f"{key}: expected 1 to {most} bytes, got {value}")


def check_count(key: str, value: int, *, least: int = 1, most: int) -> None:
    """Check a number of things."""
    if not least <= value <= most:
        raise ValueError(f"{key}: expected {least} to {most}, got {value}")


def check_source(value: str) -> None:
    """Check the name a feed's readings carry; "" leaves the mapping's."""
    if value and not _SOURCE.fullmatch(value):
        raise ValueError(f"source: expected a word of 1–64 letters, digits or . : _ -, got {value[:64]!r}")


def check_headers(headers: Mapping[str, str]) -> None:
    """Check headers that are sent along."""
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or name.lower() in FORBIDDEN_HEADERS:
            raise ValueError(f"headers: {name[:64]!r} is no header a feed may set")
        if name.lower() in SECRET_HEADERS:
            raise ValueError(f"headers.{name}: is a secret; use auth with the name of a secret instead")
        if not value.isprintable() or not value.isascii() or len(value) > 4_096:
            raise ValueError(f"headers.{name}: expected printable ASCII text of at most 4096 characters")


def check_header_name(key: str, name: str) -> None:
    """Check the name of one header."""
    if not _HEADER.fullmatch(name) or name.lower() in FORBIDDEN_HEADERS:
        raise ValueError(f"{key}: {name[:64]!r} is no header a feed may set")
