"""JSON, lines of JSON and XML, read into plain objects within bounds of size, depth and number.

An XML element is its text, or an object of its attributes (`@name`), its children and its text (`#text`); a child
that stands several times is a list. Entities and document types are refused, not expanded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from feeds.errors import RefusedError
from feeds.mapping.encodings import MOST_STREAMED, MOST_WHOLE, Encoding, encoding_of, too_large
from feeds.mapping.paths import TEXT_KEY
from feeds.mapping.schema import Mapping

MOST_DEPTH: Final = 64
"""Levels of nesting: honest payloads have under ten."""
MOST_THINGS: Final = 1_000_000
"""Objects, lists or elements of a payload that is read whole: some 250 MB of memory."""
MOST_LINE: Final = 1 << 20
"""Bytes of one line of JSON."""
_MOST_DIGITS: Final = 300
"""A number with more digits than any float holds is kept as its text, and refused where it is used."""

_ENCODING: Final = re.compile(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]{1,40})", re.ASCII)
_decode: Final = msgspec.json.Decoder().decode


def read_whole(file: BinaryIO) -> bytes:
    """Return the payload.

    Raises:
        RefusedError: too_large, empty_payload.
    """
    data = file.read(MOST_WHOLE + 1)
    if len(data) > MOST_WHOLE:
        raise too_large(MOST_WHOLE)
    if not data.strip(b" \t\r\n\0"):
        raise RefusedError("empty_payload", "the payload is empty")
    return data


def decode_json(data: bytes, encoding: Encoding) -> Any:  # noqa: ANN401 (JSON holds anything)
    """Return JSON as plain objects; NaN, Infinity and numbers too long for a float become their text.

    Raises:
        RefusedError: bad_json with the line, bad_encoding with line and byte, too_deep, too_large.
    """
    if data.count(b"{") + data.count(b"[") > MOST_THINGS:
        raise RefusedError("too_large", f"the payload has more than {MOST_THINGS:,} objects and lists")
    data = data[encoding.mark :]
    try:
        if encoding.codec == "utf-8":
            try:
                found = _decode(data)
            except (msgspec.DecodeError, UnicodeDecodeError):
                found = _lenient(data.decode())
        else:
            found = _lenient(data.decode(encoding.codec))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RefusedError(
            "bad_encoding",
            f"line {line}: byte 0x{data[error.start]:02x} at byte {error.start + encoding.mark + 1} is not "
            f"{encoding.codec} ({error.reason})",
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise RefusedError("bad_json", f"not JSON: {error}") from error
    _judge_depth(found)
    return found


def json_lines(file: BinaryIO, encoding: str, content_type: str) -> Iterator[tuple[int, Any, RefusedError | None]]:
    """Yield each line of a stream of JSON: its number, its object, or why it is refused.

    Raises:
        RefusedError: bad_encoding, for what cannot be read line by line.
    """
    read = 0
    known: Encoding | None = None
    number = 0
    while line := file.readline(MOST_LINE + 1):
        number += 1
        read += len(line)
        if read > MOST_STREAMED:
            yield number, None, too_large(MOST_STREAMED)
            return
        if known is None:
            known = encoding_of(line, encoding, content_type)
            if known.codec.startswith("utf-16"):
                raise RefusedError("bad_encoding", "lines of JSON are read in UTF-8 or an 8-bit encoding, not UTF-16")
            line = line[known.mark :]
            known = Encoding(known.codec, 0, known.why)
        if len(line) > MOST_LINE:
            yield number, None, RefusedError("too_large", f"line {number} has more than {MOST_LINE:,} bytes")
            while line and not line.endswith(b"\n"):
                line = file.readline(MOST_LINE)
                read += len(line)
            continue
        if not line.strip():
            continue
        try:
            yield number, decode_json(line, known), None
        except RefusedError as error:
            yield number, None, RefusedError(error.reason, f"line {number}: {error.message}")


def decode_xml(data: bytes, mapping: Mapping, content_type: str) -> tuple[Any, str]:
    """Return the root element as plain objects, and in words what encoding it is in.

    Raises:
        RefusedError: bad_xml with the line, xml_entities, too_deep, too_large, bad_encoding.
    """
    declared = encoding_of(data[:4], mapping.encoding, content_type)
    told = declared.mark or mapping.encoding != "auto" or "charset" in content_type.lower()
    # What the parser calls by another name than Python; all other names it asks Python for.
    told_name = {"utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE"}.get(declared.codec, declared.codec)
    tree = _Tree({uri: prefix for prefix, uri in mapping.namespaces.items()})
    parser = DefusedXMLParser(target=tree, encoding=told_name if told else None, forbid_dtd=True)
    try:
        parser.feed(data[declared.mark :])
        root = parser.close()
    except DefusedXmlException as error:
        raise RefusedError(
            "xml_entities", "the payload declares a document type or entities; these are not read"
        ) from error
    except ParseError as error:
        line, column = error.position
        raise RefusedError("bad_xml", f"line {line}, column {column + 1}: not XML: {error}") from error
    except (LookupError, ValueError) as error:
        if isinstance(error, RefusedError):
            raise
        raise RefusedError("bad_encoding", f"the payload's encoding cannot be read: {error}") from error
    return root, declared.why if told else _declared(data)


def _declared(data: bytes) -> str:
    stated = _ENCODING.match(data[:200])
    return f"{stated[1].decode().lower()}: the XML declares it" if stated else "utf-8: the XML declares nothing else"


class _Tree:
    """Builds plain objects as the parser goes along; bounded, and without recursion."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._prefixes = prefixes
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._things = 0
        self._root: Any = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self._things += 1 + len(attributes)
        if self._things > MOST_THINGS:
            raise RefusedError("too_large", f"the payload has more than {MOST_THINGS:,} elements")
        if len(self._open) >= MOST_DEPTH:
            raise _too_deep()
        self._open.append((self._name(tag), {f"@{self._name(name)}": text for name, text in attributes.items()}, []))

    def data(self, text: str) -> None:
        """Take text in."""
        if self._open:
            self._open[-1][2].append(text)

    def end(self, _tag: str) -> None:
        """Close an element and put it into the one around it."""
        name, members, texts = self._open.pop()
        text = "".join(texts).strip()
        value: Any = members
        if not members:
            value = text
        elif text:
            members[TEXT_KEY] = text
        if not self._open:
            self._root = value
            return
        around = self._open[-1][1]
        if name not in around:
            around[name] = value
        elif isinstance(around[name], list):
            around[name].append(value)
        else:
            around[name] = [around[name], value]

    def close(self) -> Any:  # noqa: ANN401 (an element is a text or an object)
        """Return the root."""
        return self._root

    def _name(self, tag: str) -> str:
        if not tag.startswith("{"):
            return tag
        uri, _, local = tag[1:].partition("}")
        prefix = self._prefixes.get(uri)
        return f"{prefix}:{local}" if prefix else local


def _lenient(text: str) -> Any:  # noqa: ANN401
    return json.loads(text, parse_constant=str, parse_int=_whole)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _judge_depth(found: Any) -> None:  # noqa: ANN401
    level = [found]
    for _ in range(MOST_DEPTH + 1):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> RefusedError:
    return RefusedError("too_deep", f"the payload is nested deeper than {MOST_DEPTH} levels")
