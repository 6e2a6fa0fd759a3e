"""A TrueType font as Embedded OpenType, the form in which PowerPoint files carry fonts.

Uncompressed and unobfuscated: both are optional. Source: W3C Member Submission "Embedded OpenType (EOT) File Format"
(2008), §4.1, header version 0x00020001.
"""

from __future__ import annotations

import struct
from typing import Final

from dashboard.exports.fonts import Face

VERSION: Final = 0x00020001
MAGIC: Final = 0x504C
DEFAULT_CHARSET: Final = 1


def to_eot(font: bytes, face: Face) -> bytes:
    """Return the font with an EOT header."""
    os2, head = _table(font, b"OS/2"), _table(font, b"head")
    fixed = struct.pack(
        "<10sBBLHH6LL4L",
        font[os2 + 32 : os2 + 42],
        DEFAULT_CHARSET,
        0,  # upright
        face.weight,
        0,  # fsType: may be embedded without restriction
        MAGIC,
        *struct.unpack_from(">4L", font, os2 + 42),
        *struct.unpack_from(">2L", font, os2 + 78),
        struct.unpack_from(">L", font, head + 8)[0],
        *(0, 0, 0, 0),
    )
    full = face.family if face.style == "Regular" else f"{face.family} {face.style}"
    names = b"\0\0" + b"\0\0".join(_name(text) for text in (face.family, face.style, "Version 4.0", full, ""))
    size = 16 + len(fixed) + len(names) + len(font)
    return struct.pack("<LLLL", size, len(font), VERSION, 0) + fixed + names + font


def _name(text: str) -> bytes:
    data = text.encode("utf-16-le")
    return struct.pack("<H", len(data)) + data


def _table(font: bytes, tag: bytes) -> int:
    count = struct.unpack_from(">H", font, 4)[0]
    for at in range(count):
        found, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * at)
        if found == tag:
            return int(offset)
    raise ValueError(f"the font has no table {tag.decode()}; build it anew with dashboard.exports.font_build")
