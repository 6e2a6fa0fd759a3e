"""Which letters the bytes of a payload are: by its mark, by what is declared, or by evidence; never by a guess.

In this order: a byte-order mark; the mapping's `encoding`; the charset of the sender's content type; then evidence:
UTF-16 where nearly every other byte is zero, UTF-8 where the bytes are that, Windows-1258 where they are not and its
tone marks all stand on Vietnamese vowels. What none of this settles stays UTF-8, and each line that is not is refused
with its number and the byte.
"""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from feeds.errors import RefusedError

SAMPLE_BYTES: Final = 262_144
"""Bytes that evidence is looked for in."""
MOST_STREAMED: Final = 1 << 30
"""Bytes of a payload that is read line by line (CSV, NDJSON): a gigabyte."""
MOST_WHOLE: Final = 32 << 20
"""Bytes of a payload that is read whole (JSON, XML)."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte-order marks; that of UTF-32 begins with that of UTF-16 and comes first."""
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.ASCII | re.IGNORECASE)
_NOT_OF_TEXTS: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs"})
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
"""The five combining tone marks that Windows-1258 has. Source: Microsoft's code page 1258."""
_OWN_LETTERS: Final = frozenset("đĐơƠưƯăĂ")
"""Letters that no other language of that alphabet shares."""
_LETTERS: Final = frozenset(
    unicodedata.normalize("NFC", base + tone)
    for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", *_TONES)
) | _OWN_LETTERS  # fmt: skip


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and why it is taken.

    Attributes:
        codec: the name of Python's codec.
        mark: how many bytes of a byte-order mark come before the text.
        why: for people.
    """

    codec: str
    mark: int
    why: str


def encoding_of(sample: bytes, declared: str = "auto", content_type: str = "") -> Encoding:
    """Return the encoding of a payload that begins with `sample`.

    Args:
        sample: its first bytes.
        declared: the mapping's word, `auto` for none.
        content_type: the sender's header.

    Raises:
        RefusedError: bad_encoding, for a charset or byte-order mark that is not taken.
    """
    for mark, codec in _MARKS:
        if sample.startswith(mark):
            if codec == "utf-32":
                raise RefusedError("bad_encoding", "the payload is UTF-32; send UTF-8")
            return Encoding(codec, len(mark), f"{codec}: it begins with that byte-order mark")
    if declared != "auto":
        return Encoding(declared, 0, f"{declared}: the mapping says so")
    charset = _CHARSET.search(content_type)
    if charset:
        try:
            codec = text_codec(charset[1])
        except ValueError as error:
            raise RefusedError("bad_encoding", f"content type {content_type[:80]!r}: {error}") from error
        return Encoding(codec, 0, f"{codec}: the content type says so")
    return _evident(sample)


def text_codec(name: str) -> str:
    """Return Python's name of a text encoding.

    Raises:
        ValueError: when there is none of that name that can be read strictly.
    """
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise ValueError(f"encoding {name[:40]!r} is not known") from error
    # Codecs such as rot13, base64 and idna are in the same register and turn texts into something else.
    if not getattr(found, "_is_text_encoding", True) or found.name.replace("-", "_") in _NOT_OF_TEXTS:
        raise ValueError(f"encoding {name[:40]!r} is not one of texts")
    return "utf-8" if found.name == "utf-8-sig" else found.name


def _evident(sample: bytes) -> Encoding:
    if len(sample) >= 4 and b"\0" in sample:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = len(sample) // 2
        # Letters of the Latin script have a zero byte each; 40 % leaves room for the others of a Vietnamese text.
        if odd > 0.4 * half and even == 0:
            return Encoding("utf-16-le", 0, "utf-16-le: every other byte is zero")
        if even > 0.4 * half and odd == 0:
            return Encoding("utf-16-be", 0, "utf-16-be: every other byte is zero")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        evidence = _vietnamese_1258(sample)
        if evidence:
            return Encoding("cp1258", 0, f"windows-1258: {evidence}")
        return Encoding("utf-8", 0, "utf-8, though some of it is not: nothing else is certain; declare `encoding`")
    return Encoding("utf-8", 0, "utf-8" if not sample.isascii() else "utf-8 (plain ASCII so far)")


def _vietnamese_1258(sample: bytes) -> str:
    """Return the evidence that bytes are Vietnamese in Windows-1258, "" where there is not enough.

    Every tone mark must stand on a vowel it composes with and every letter be Vietnamese, with at least two different
    marks, three in all, and one letter that no other language has: Italian or French in Windows-1252 fails that.
    """
    try:
        text = sample.decode("cp1258")
    except UnicodeDecodeError:
        return ""
    tones = [character for character in text if character in _TONES]
    composed = unicodedata.normalize("NFC", text)
    foreign = {character for character in composed if character > "\x7f" and character not in _LETTERS
               and (character.isalpha() or unicodedata.combining(character))}  # fmt: skip
    own = _OWN_LETTERS & set(unicodedata.normalize("NFC", "".join(c for c in text if c not in _TONES)))
    if foreign or len(tones) < 3 or len(set(tones)) < 2 or not own:
        return ""
    return f"its {len(tones)} tone marks all stand on Vietnamese vowels, and {''.join(sorted(own))} occur"


class Bounded(io.RawIOBase):
    """A binary stream that refuses to be longer than it may be, with its first bytes put back.

    Args:
        file: what is read.
        head: bytes that were read from it already.
        most: bytes in all.
    """

    def __init__(self, file: BinaryIO, head: bytes, most: int) -> None:
        super().__init__()
        self._file = file
        self._head = memoryview(head)
        self._left = most

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 (Python 3.11 has no name for buffers)
        """Fill a buffer.

        Raises:
            RefusedError: too_large.
        """
        view = memoryview(buffer)
        if self._head:
            size = min(len(view), len(self._head))
            view[:size] = self._head[:size]
            self._head = self._head[size:]
        else:
            data = self._file.read(len(view))
            size = len(data)
            view[:size] = data
        self._left -= size
        if self._left < 0:
            raise too_large(MOST_STREAMED)
        return size


def too_large(most: int) -> RefusedError:
    """Return the refusal of a payload that is too large."""
    return RefusedError("too_large", f"the payload is larger than {most >> 20} MiB, the most its format may have")
