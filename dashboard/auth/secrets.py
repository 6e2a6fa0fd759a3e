"""Secrets given out: random texts of which only a keyed hash is kept.

A token, a cookie and a one-time link are 256 random bits, so a plain keyed hash is enough (Argon2 is for what people
think up). The key is `LSO_SECRET_KEY`: with another key every credential given out so far is worthless.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

LONGEST: Final = 256
"""Characters of a secret that are looked at; ours have 43."""


class Keyring:
    """Makes secrets and their hashes."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def new(self) -> str:
        """Return a fresh secret."""
        return secrets.token_urlsafe(32)

    def hash(self, secret: str) -> str:
        """Return the hash under which a secret is kept, 64 hexadecimal digits."""
        return hmac.new(self._key, secret[:LONGEST].encode("utf-8", "replace"), hashlib.sha256).hexdigest()
