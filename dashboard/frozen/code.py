"""Codes that people read to each other: six letters and digits, none of which looks or sounds like another."""

from __future__ import annotations

import re
import secrets
from typing import Final

ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without 0 O 1 I L. 31⁶ codes are 887 million: a guess among ten thousand moments hits one in 88,000."""
LENGTH: Final = 6
_CODE: Final = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def new_code() -> str:
    """Return a code at random."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(text: str) -> str | None:
    """Return the code somebody typed, upper or lower case, with spaces or hyphens in it; None when it is none."""
    code = re.sub(r"[\s-]", "", text).upper()
    return code if _CODE.fullmatch(code) else None
