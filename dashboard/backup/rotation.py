"""Names of archives, and which of them a timer may delete."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"lang-son-\d{8}T\d{6}Z\.zip")


def archive_name(now: datetime) -> str:
    """Return the file name of an archive; names sort by time."""
    return f"lang-son-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"


def forget_old(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest archives of a folder and return those that were deleted.

    Only files with a name of ours are looked at; one an operator named otherwise stays for good.

    Args:
        folder: where they lie.
        keep: how many stay; 0 deletes nothing.
    """
    if keep <= 0:
        return []
    ours = sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True)
    old = ours[keep:]
    for path in old:
        path.unlink(missing_ok=True)
    return old
