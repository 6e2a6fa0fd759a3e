"""Errors of the feeds room.

FeedError
├── RefusedError          one reading or passage that cannot be trusted, with its reason
├── BusUnavailableError   the bus did not take or give entries
├── MappingError          a mapping file that cannot be used
├── FeedsFileError        config/feeds.yaml cannot be used
└── HistoryError          a question history cannot answer
"""

from __future__ import annotations


class FeedError(Exception):
    """Any failure of the feeds room."""


class RefusedError(FeedError, ValueError):
    """One reading or passage was refused.

    Attributes:
        reason: a short stable word, the key under which refusals are counted.
        message: a sentence that says what was got and what was expected.
        field: the field at fault, or "" where the whole record is.
    """

    def __init__(self, reason: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.field = field


class BusUnavailableError(FeedError, ConnectionError):
    """The bus could not be reached or refused to write; nothing was accepted."""


class MappingError(FeedError, ValueError):
    """A mapping cannot be used; the message names file, key, got and expected."""


class FeedsFileError(FeedError, ValueError):
    """config/feeds.yaml cannot be used; the message names file, key, got and expected."""


class HistoryError(FeedError, ValueError):
    """A history query cannot be answered; the message names the parameter at fault.

    Attributes:
        field: the query parameter at fault.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
