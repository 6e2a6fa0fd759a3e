"""Payloads of every format become rows: the one way from somebody else's bytes to readings and passages.

A payload that cannot be read at all is one row with a dead letter; nothing a payload holds raises. What this module
does not do: fetch it, judge its readings, or send them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

from feeds.errors import RefusedError
from feeds.mapping.encodings import encoding_of
from feeds.mapping.paths import Node, parse_path, records_at
from feeds.mapping.rows import Applier, Row, kept_record
from feeds.mapping.schema import Mapping
from feeds.mapping.scope import TableRow
from feeds.mapping.tables import Table
from feeds.mapping.trees import decode_json, decode_xml, json_lines, read_whole
from geodata.places import Place

MOST_RECORDS: Final = {"csv": 20_000_000, "ndjson": 20_000_000, "json": 200_000, "xml": 200_000}
"""Records of one payload; those read whole come at once and are worked through in some twenty seconds."""


class PayloadReader:
    """Reads one payload; made anew for each.

    Args:
        mapping: the rules.
        now: when the payload came, aware.
        origin: its name in messages, for example the file's.
        content_type: the sender's header.

    Attributes:
        encoding: in words, what the payload is written in and why; "" until it was read.
        header: the columns of a CSV.
        unreadable: whether the payload as a whole was refused.
        applier: what the rules found; see there.
    """

    def __init__(self, mapping: Mapping, now: datetime, *, origin: str, content_type: str = "") -> None:
        self.encoding = ""
        self.header: list[str] = []
        self.unreadable = False
        self.applier = Applier(mapping, now)
        self._mapping = mapping
        self._origin = origin
        self._content_type = content_type

    def rows(self, payload: bytes | BinaryIO) -> Iterator[Row]:
        """Yield what each record yields, in the payload's order; then what all of them combine into."""
        file = io.BytesIO(payload) if isinstance(payload, (bytes, bytearray, memoryview)) else payload
        read = {"csv": self._csv, "ndjson": self._ndjson}.get(self._mapping.format, self._tree)
        try:
            for row in read(file):
                yield row
                self._bound()
        except RefusedError as error:
            self.unreadable = self.applier.records == 0
            yield Row(self._origin, letter=self.applier.letter(error, self._origin, ""))
        combined = self.applier.combined(self._origin)
        if combined is not None:
            yield combined

    def _bound(self) -> None:
        most = MOST_RECORDS[self._mapping.format]
        if self.applier.records > most:
            raise RefusedError("too_many_records", f"more than {most:,} records; the rest is not read")

    def _csv(self, file: BinaryIO) -> Iterator[Row]:
        table = Table(file, self._mapping, self._content_type)
        self.encoding, self.header = table.encoding.why, table.header
        for record in table:
            origin = f"{self._origin}:{record.line}"
            if record.cells is None:
                assert record.refusal is not None
                yield self.applier.refused(record.refusal, origin, record.text)
            else:
                yield from self.applier.rows(TableRow(record.cells), origin)

    def _ndjson(self, file: BinaryIO) -> Iterator[Row]:
        for number, found, refusal in json_lines(file, self._mapping.encoding, self._content_type):
            origin = f"{self._origin}:{number}"
            if refusal is not None:
                yield self.applier.refused(refusal, origin, "")
                continue
            try:
                yield from self._records(found, f"{origin}:", alone=self._mapping.records in {"", "$"})
            except RefusedError as error:
                yield self.applier.refused(error, origin, Node(found, root=found))
        self.encoding = self.encoding or "utf-8, line by line"

    def _tree(self, file: BinaryIO) -> Iterator[Row]:
        data = read_whole(file)
        if self._mapping.format == "xml":
            found, self.encoding = decode_xml(data, self._mapping, self._content_type)
        else:
            encoding = encoding_of(data, self._mapping.encoding, self._content_type)
            self.encoding = encoding.why
            found = decode_json(data, encoding)
        yield from self._records(found, f"{self._origin}:")

    def _records(self, root: Any, prefix: str, *, alone: bool = False) -> Iterator[Row]:  # noqa: ANN401
        path = parse_path(self._mapping.records or "$")
        for node, at in records_at(root, path):
            yield from self.applier.rows(node, prefix.rstrip(":") if alone else f"{prefix}{at}")


def read_payload(
    payload: bytes | BinaryIO, mapping: Mapping, now: datetime, *, origin: str, content_type: str = ""
) -> Iterator[Row]:
    """Yield what each record of a payload yields, in the payload's order.

    Args:
        payload: its bytes, or a binary file, of which a CSV and lines of JSON are read bit by bit.
        mapping: how to read it.
        now: when it came, aware; stamps the dead letters.
        origin: its name in messages, for example `dpsu.csv`.
        content_type: the sender's header, whose charset counts.

    Nothing that a payload holds raises: what cannot be read is a row with a dead letter, of a stable reason.
    """
    return PayloadReader(mapping, now, origin=origin, content_type=content_type).rows(payload)


def read_record(record: dict[str, Any], mapping: Mapping, now: datetime, *, origin: str) -> Row:
    """Return what one record of a dead letter yields under a mapping, perhaps mended since.

    Rules with `combine` yield nothing: one record alone would replace the figure of them all.

    Args:
        record: the dead letter's payload, decoded from JSON.
        mapping: how to read it.
        now: aware.
        origin: as in the dead letter.
    """
    return Applier(mapping, now, combining=False).rows(kept_record(record, mapping), origin)[0]


def declared_places(payload: bytes | BinaryIO, mapping: Mapping) -> list[Place]:
    """Return the places a payload brings along, in order of appearance; empty when the mapping declares none."""
    if not mapping.places:
        return []
    return [place for row in read_payload(payload, mapping, datetime.now(UTC), origin="") for place in row.places]
