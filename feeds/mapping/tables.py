"""CSV, line by line: whatever its size, only one record of it is held at a time.

A quote that is never closed would swallow the lines that follow. Therefore a record that goes over several lines must
end within bounds with the right number of cells; where it does not, only the line it begins in is refused and reading
goes on with the next one.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from feeds.errors import RefusedError
from feeds.mapping.encodings import MOST_STREAMED, SAMPLE_BYTES, Bounded, Encoding, encoding_of
from feeds.mapping.schema import Mapping

MOST_LINE: Final = 131_072
"""Characters of one line or record: the csv module's own bound for a field."""
MOST_LINES: Final = 60
"""Lines of one record: notes have some paragraphs."""
MOST_COLUMNS: Final = 4_096
_NOT_OF_IT: Final = re.compile("[\udc80-\udcff]")
"""What `surrogateescape` makes of bytes that are not of the encoding."""


@dataclass(frozen=True, slots=True)
class TableRecord:
    """One record: the line it ends in, and its cells by column or why there are none.

    Attributes:
        line: 1 is the first line of the file.
        cells: by column; None where it is refused.
        refusal: why, else None.
        text: the line as it came, for the dead letter of a refused one.
    """

    line: int
    cells: dict[str, str | None] | None
    refusal: RefusedError | None = None
    text: str = ""


class Table:
    """A CSV that is being read.

    Args:
        file: its bytes.
        mapping: delimiter, encoding, header.
        content_type: the sender's header.

    Attributes:
        header: its columns in NFC.
        encoding: what it is written in, and why.

    Raises:
        RefusedError: on construction, when there is no header or encoding; reasons empty_payload, bad_encoding,
            bad_csv, missing_column, duplicate_column, too_large.
    """

    def __init__(self, file: BinaryIO, mapping: Mapping, content_type: str) -> None:
        sample = file.read(SAMPLE_BYTES)
        self.encoding: Encoding = encoding_of(sample, mapping.encoding, content_type)
        # Bytes that are not of the encoding become half surrogates and give away the line they stand in.
        errors = "strict" if self.encoding.codec.startswith("utf-16") else "surrogateescape"
        stream = io.BufferedReader(Bounded(file, sample[self.encoding.mark :], MOST_STREAMED))
        self._text = io.TextIOWrapper(stream, self.encoding.codec, errors=errors, newline="")
        self._delimiter = mapping.delimiter
        self._ahead: deque[str] = deque()
        self._broken: BrokenError | None = None
        self._line = 0
        self.header: list[str] = []
        self.header = self._head(mapping)
        _check(self.header, mapping)

    def __iter__(self) -> Iterator[TableRecord]:
        """Yield each record; blank lines are none."""
        while True:
            try:
                line = self._next()
            except BrokenError as error:
                yield TableRecord(self._line, None, error)
                return
            if not line:
                return
            if not line.strip():
                continue
            try:
                cells = self._cells(line)
                record = TableRecord(self._line, self._named(cells))
            except RefusedError as error:
                record = TableRecord(self._line, None, error, line[:4_000])
            yield record

    def _head(self, mapping: Mapping) -> list[str]:
        if mapping.columns:
            return [_nfc(name) for name in mapping.columns]
        for _ in range(mapping.header_line - 1):
            self._next()
        line = self._next()
        while line and not line.strip():
            line = self._next()
        if not line:
            raise RefusedError("empty_payload", "the payload is empty; expected a line of column names")
        names = [_nfc(name) for name in self._cells(line)]
        if len(names) > MOST_COLUMNS:
            raise RefusedError("bad_csv", f"line {self._line}: {len(names):,} columns; at most {MOST_COLUMNS:,}")
        return names

    def _named(self, cells: list[str]) -> dict[str, str | None]:
        got, expected = len(cells), len(self.header)
        if got < expected:
            raise RefusedError("short_row", f"line {self._line} has {got} cells where the header has {expected}")
        if got > expected and any(cell.strip() for cell in cells[expected:]):
            raise RefusedError("long_row", f"line {self._line} has {got} cells where the header has {expected}")
        return dict(zip(self.header, cells, strict=False))

    def _cells(self, line: str) -> list[str]:
        self._judge(line)
        if '"' not in line:
            return line.rstrip("\r\n").split(self._delimiter)
        begun, lines = self._line, [line]
        try:
            # The reader asks for another line only while a quote is open.
            cells = next(csv.reader(self._lines_from(lines), delimiter=self._delimiter, strict=True))
            if len(lines) == 1 or not self.header or len(cells) == len(self.header):
                for later in lines[1:]:
                    self._judge(later)
                return cells
            torn, why = True, f"its record ends in line {self._line} with {len(cells)} cells"
        except csv.Error as error:
            torn, why = len(lines) > 1 or "unexpected end" in str(error), str(error)
        # What was read ahead is read again, as lines of their own.
        self._ahead.extendleft(reversed(lines[1:]))
        self._line = begun
        if torn:
            raise RefusedError("torn_quote", f"line {begun}: a quote is opened and not closed ({why})")
        raise RefusedError("bad_csv", f"line {begun}: a quote stands where none may ({why})")

    def _lines_from(self, lines: list[str]) -> Iterator[str]:
        yield lines[0]
        size = len(lines[0])
        while len(lines) < MOST_LINES and size < MOST_LINE:
            try:
                line = self._next()
            except BrokenError as error:
                self._broken = error  # told once what was read before it is done with
                return
            if not line:
                return
            lines.append(line)
            size += len(line)
            yield line

    def _next(self) -> str:
        """Return the next line with its end, "" after the last.

        Raises:
            RefusedError: too_large or bad_encoding: then nothing after it can be read.
        """
        self._line += 1
        if self._ahead:
            return self._ahead.popleft()
        if self._broken is not None:
            raise self._broken
        try:
            line = self._text.readline(MOST_LINE + 1)
        except UnicodeDecodeError as error:
            raise BrokenError(
                "bad_encoding",
                f"line {self._line}: byte 0x{error.object[error.start]:02x} is not {self.encoding.codec}"
                f" ({error.reason}); nothing after it can be read",
            ) from error
        except UnicodeError as error:
            raise BrokenError("bad_encoding", f"line {self._line}: not {self.encoding.codec} ({error})") from error
        except RefusedError as error:
            raise BrokenError(error.reason, error.message) from error
        if len(line) > MOST_LINE:
            raise BrokenError("too_large", f"line {self._line} has more than {MOST_LINE:,} characters")
        return line

    def _judge(self, line: str) -> None:
        if line.isascii():
            return
        wrong = _NOT_OF_IT.search(line)
        if wrong is not None:
            byte, at = ord(wrong[0]) - 0xDC00, wrong.start()
            raise RefusedError(
                "bad_encoding",
                f"line {self._line}: byte 0x{byte:02x} at character {at + 1} is not {self.encoding.codec}; "
                "declare the encoding the file is written in",
            )


class BrokenError(RefusedError):
    """The rest of a payload cannot be read."""


def _check(header: list[str], mapping: Mapping) -> None:
    have = Counter(header)
    needed: list[str] = []
    for _, pick in mapping.picks():
        found = next((name for name in pick.keys if name in have), None)
        if found is None and not pick.optional:
            shown = ", ".join(header[:40])
            raise RefusedError("missing_column", f"{pick.label} is not in the header; it has {shown}", pick.keys[0])
        if found is not None:
            needed.append(found)
    twice = next((name for name in needed if have[name] > 1), None)
    if twice is not None:
        raise RefusedError("duplicate_column", f"column {twice!r} stands {have[twice]} times in the header", twice)


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().removeprefix("\ufeff")
