"""A watched folder as declared in feeds.yaml; every key is explained in docs/feeds.md."""

from __future__ import annotations

from typing import Final

import msgspec

from feeds.sources.bounds import check_bytes, check_seconds, check_source

LARGEST_FILE_BYTES: Final = 1 << 30
"""Default bound of one file: files are read as a stream, so this guards the history, not the memory."""


class FolderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="folder"):
    """One watched folder.

    Attributes:
        path: the folder, absolute or under the data directory.
        mapping: file under config/; "" for a feed of the desk, which brings its own.
        enabled: False declares it without starting it.
        source: what its readings carry instead of the mapping's source.
        pattern: which names are taken, such as *.csv; upper and lower case are the same.
        every_s: seconds between two looks.
        settle_s: a file is taken once it has not changed for so long.
        max_bytes: a larger file is refused.
    """

    path: str
    mapping: str = ""
    enabled: bool = True
    source: str = ""
    pattern: str = "*"
    every_s: float = 5.0
    settle_s: float = 3.0
    max_bytes: int = LARGEST_FILE_BYTES

    def __post_init__(self) -> None:
        if not self.path.strip() or "\0" in self.path:
            raise ValueError("path: expected a folder")
        if not self.pattern or "/" in self.pattern or len(self.pattern) > 200:
            raise ValueError(f"pattern: expected a pattern of names such as *.csv, got {self.pattern[:64]!r}")
        check_source(self.source)
        check_seconds("every_s", self.every_s, least=0.05, most=86_400)
        check_seconds("settle_s", self.settle_s, least=0.0, most=86_400)
        check_bytes("max_bytes", self.max_bytes, most=1 << 36)

    def addresses(self) -> list[tuple[str, int]]:
        """Return nothing: a folder contacts nobody."""
        return []

    @property
    def target(self) -> str:
        """Where the data comes from, for people."""
        return f"{self.path.rstrip('/')}/{self.pattern}"
