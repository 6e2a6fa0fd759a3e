"""Passwords: what is long enough, and Argon2id hashes.

Source of the parameters: RFC 9106 §4, second recommended option (64 MiB, 3 passes), argon2-cffi's default profile.
"""

from __future__ import annotations

import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.errors import ActionError

SHORTEST: Final = 10
LONGEST: Final = 200
AT_ONCE: Final = 2
"""Hashes computed at the same time: each takes 64 MiB and a core, and sign-ins must not starve the screens."""


class Passwords:
    """Hashes and verifies passwords; every method blocks for some tens of milliseconds."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = threading.Semaphore(AT_ONCE)
        self._nobody = ""

    def hash(self, password: str, name: str = "") -> str:
        """Return the hash of a password.

        Raises:
            ActionError: when it is too short, too long, or the name itself.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise ActionError(f"the password must have {SHORTEST} to {LONGEST} characters, got {len(password)}")
        if password.casefold() == name.casefold():
            raise ActionError("the password must not be the name")
        with self._slots:
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Tell whether a password matches; None (no such user) takes as long as a wrong password."""
        with self._slots:
            if stored is None:
                self._nobody = self._nobody or self._hasher.hash("nobody has this password")
            try:
                self._hasher.verify(stored or self._nobody, password[: LONGEST + 1])
            except (VerificationError, InvalidHashError):
                return False
            return stored is not None
