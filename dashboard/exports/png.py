"""A book as pictures: its PDF drawn at twice its size, one file a page; several pages come in a ZIP archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Final

from dashboard.exports.pdf import Progress

SCALE: Final = 2.0
"""2560×1440: sharp on the largest screens of a conference."""
DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest a ZIP archive knows: the same pages give the same bytes."""


def pictures(pdf: bytes, progress: Progress) -> list[bytes]:
    """Return each page of a PDF as a PNG."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for at in range(len(document)):
            page = document[at]
            bitmap = page.render(scale=SCALE)
            out = io.BytesIO()
            bitmap.to_pil().save(out, "PNG", compress_level=6)
            found.append(out.getvalue())
            bitmap.close()
            page.close()
            progress(at + 1, len(document))
        return found
    finally:
        document.close()


def archive(files: Sequence[bytes], stem: str) -> bytes:
    """Return pictures as one ZIP archive, numbered from 1."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for at, data in enumerate(files):
            packed.writestr(zipfile.ZipInfo(f"{stem}-{at + 1:02d}.png", DATE), data)
    return out.getvalue()
