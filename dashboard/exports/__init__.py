"""Slides as files: PDF, PowerPoint and pictures, from a deck whose texts are ready to be read.

`export` is all that others need. One layout (`pages`) serves all three; the libraries that write files are imported
when the first export is asked for. What this package does not do: compose decks, or format a number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from layouts.slides.model import Deck

Format = Literal["pdf", "pptx", "png"]
FORMATS: Final[tuple[Format, ...]] = ("pdf", "pptx", "png")

__all__ = ["FORMATS", "Format", "export", "extension", "media_type"]


def export(deck: Deck, format: Format, progress: Callable[[int, int], None] = lambda _done, _total: None) -> bytes:  # noqa: A002 (the word of the contract)
    """Return a deck as a file.

    Args:
        deck: with at least no slide; an empty one gives its title page.
        format: `pdf`, `pptx`, or `png` (one picture for one page, else a ZIP archive of pictures).
        progress: told (pages done, pages in all).
    """
    from dashboard.exports.pages import lay_out

    book = lay_out(deck)
    total = len(book.pages)
    progress(0, total)
    if format == "pptx":
        from dashboard.exports.pptx import write_pptx

        return write_pptx(book, progress)
    from dashboard.exports.pdf import write_pdf

    if format == "pdf":
        return write_pdf(book, progress)
    from dashboard.exports.png import archive, pictures

    files = pictures(write_pdf(book, lambda _done, _total: None), progress)
    return files[0] if len(files) == 1 else archive(files, "trang" if deck.lang == "vi" else "page")


def extension(format: Format, data: bytes) -> str:  # noqa: A002 (likewise)
    """Return the ending of a file's name: `zip` for several pictures."""
    return "zip" if format == "png" and data[:2] == b"PK" else format


def media_type(ending: str) -> str:
    """Return the media type of a file with this ending."""
    return {
        "pdf": "application/pdf",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "png": "image/png",
        "zip": "application/zip",
    }[ending]
