"""A response's body, read with bounds: so many bytes, unpacked, and not one more held in memory.

We ask for gzip or deflate only and unpack it ourselves, since a client library unpacks a whole chunk before anybody can
count it: 64 kB of gzip may hold 64 MB.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final

import httpx

from feeds.errors import SourceError

ACCEPT_ENCODING: Final = "gzip, deflate"
_STEP: Final = 256 * 1024
"""Unpacked bytes asked for at once."""


async def read_body(response: httpx.Response, max_bytes: int) -> bytes:
    """Return the unpacked body.

    Raises:
        SourceError: when it is larger than `max_bytes`, or packed in a way we did not ask for, or damaged.
        httpx.HTTPError: when the connection fails.
    """
    stated = response.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and len(stated) < 20 and int(stated) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    async for piece in _unpacked(response):
        body += piece
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


async def _unpacked(response: httpx.Response) -> AsyncIterator[bytes]:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"identity", ""}:
        async for chunk in response.aiter_raw():
            yield chunk
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise SourceError(
            f"Máy chủ nén dữ liệu bằng {encoding[:32]!r}, không phải cách đã yêu cầu ({ACCEPT_ENCODING}).",
            f"The server packed its answer as {encoding[:32]!r}, which was not asked for ({ACCEPT_ENCODING}).",
        )
    unpacker: zlib._Decompress | None = None
    async for chunk in response.aiter_raw():
        if unpacker is None:
            unpacker = zlib.decompressobj(_window_bits(encoding, chunk))
        for piece in _pieces(unpacker, chunk):
            yield piece
        if unpacker.eof:
            # Whatever stands behind the packed stream is ignored, as browsers do.
            return
    if unpacker is not None and not unpacker.eof:
        raise _damaged("it ends too early")


def _pieces(unpacker: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    """Unpack one chunk piece by piece, so that the reader can stop in the middle."""
    rest = chunk
    while not unpacker.eof:
        try:
            piece = unpacker.decompress(rest, _STEP)
        except zlib.error as error:
            raise _damaged(str(error)) from error
        rest = unpacker.unconsumed_tail
        yield piece
        # A full piece may have more behind it even when all input is consumed.
        if not rest and len(piece) < _STEP:
            return


def _window_bits(encoding: str, first: bytes) -> int:
    if encoding != "deflate":
        return 16 + zlib.MAX_WBITS
    # "deflate" means a zlib stream (RFC 9110, 8.4.1.2); some servers send a bare one, which has no zlib header.
    wrapped = len(first) > 1 and first[0] & 0x0F == 8 and (first[0] * 256 + first[1]) % 31 == 0
    return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS


def _too_large(max_bytes: int) -> SourceError:
    return SourceError(
        f"Gói dữ liệu lớn hơn {max_bytes:,} byte (max_bytes); không nhận.".replace(",", "."),
        f"The answer is larger than {max_bytes:,} bytes (max_bytes); it was not taken.",
    )


def _damaged(why: str) -> SourceError:
    return SourceError(f"Dữ liệu nén bị hỏng: {why}.", f"The packed answer is damaged: {why}.")
