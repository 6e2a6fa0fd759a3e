"""Errors of the feeds room.

FeedError
├── RefusedError          one reading or passage that cannot be trusted, with its reason
├── BusUnavailableError   the bus did not take or give entries
├── MappingError          a mapping file that cannot be used
├── FeedsFileError        config/feeds.yaml cannot be used
├── SourceError           a provider did not give what was asked; said in both languages
├── HistoryError          a question history cannot answer
├── FeedDeskError         what a person asked of the feed desk is unfit
└── FeedDeskMissingError  … or speaks of something that is not there
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


class SourceError(FeedError):
    """A provider did not give what was asked, or may not be asked; the next attempt may succeed.

    Attributes:
        vi: the sentence in Vietnamese.
        en: the sentence in English; also the text of the exception. Neither carries a secret.
        retry_after_s: how long the provider asked us to stay away, None when it did not.
    """

    def __init__(self, vi: str, en: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en
        self.retry_after_s = retry_after_s


class HistoryError(FeedError, ValueError):
    """A history query cannot be answered; the message names the parameter at fault.

    Attributes:
        field: the query parameter at fault.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class FeedDeskError(FeedError, ValueError):
    """What a person asked of the feed desk is unfit; the message says what was expected.

    Attributes:
        field: the argument at fault.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class FeedDeskMissingError(FeedError, LookupError):
    """An action of the feed desk speaks of a feed, mark or entry that is not there."""
