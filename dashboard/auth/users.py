"""Users: the one service for accounts, tokens, sessions and the first link, over the desk database.

Every method blocks on SQL (and Argon2); callers in asyncio use a thread. `authenticate` answers from memory for up to
CACHE_S, so that hundreds of screens cost a few queries; what this process revokes, it forgets at once, another process
within CACHE_S.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, select, update

from dashboard.auth import accounts, sessions, tokens
from dashboard.auth.accounts import Account
from dashboard.auth.model import SESSION_COOKIE, Principal, Role
from dashboard.auth.passwords import Passwords
from dashboard.auth.secrets import Keyring
from dashboard.auth.tables import LINKS
from dashboard.auth.tokens import Token
from dashboard.errors import AccessError, ActionError
from feeds.door import utc_now
from feeds.sql import open_engine, upgrade

CACHE_S: Final = 5.0
CACHE_SIZE: Final = 10_000
LINK_MS: Final = 24 * 3_600_000
DAY_MS: Final = 86_400_000
MIGRATIONS: Final = Path(__file__).parent.parent / "migrations"
VERSION_TABLE: Final = "desk_version"


class Users:
    """Accounts, tokens and sessions.

    Args:
        engine: the desk database, at its newest version (see `open_users`).
        secret_key: the key of every hash of a secret.
        clock: aware UTC.
        passwords: replaceable for tests.
        monotonic: seconds, for the cache.
    """

    def __init__(
        self,
        engine: Engine,
        secret_key: str,
        clock: Callable[[], datetime] = utc_now,
        passwords: Passwords | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engine = engine
        self._keyring = Keyring(secret_key)
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._monotonic = monotonic
        self._cache: dict[tuple[str, str], tuple[Principal | None, float]] = {}
        self._lock = threading.Lock()

    # Accounts

    def add(self, name: str, password: str, role: str, by: str = "cli") -> Account:
        """Add a person.

        Raises:
            ActionError: when the name is taken or unfit, the password unfit, or the role unknown.
        """
        kept, known = accounts.check_name(name), accounts.check_role(role)
        password_hash = self._passwords.hash(password, kept)
        with self.engine.begin() as connection:
            return accounts.insert_account(
                connection, name=kept, password_hash=password_hash, role=known, at_ms=self._now_ms(), by=by
            )

    def accounts(self) -> list[Account]:
        """Return every account, by name."""
        with self.engine.connect() as connection:
            return accounts.list_accounts(connection)

    def set_password(self, name: str, password: str, by: str = "cli") -> None:
        """Give a person another password and end their sessions.

        Raises:
            ActionError: when there is no such user or the password is unfit.
        """
        password_hash = self._passwords.hash(password, name)
        self._change(name, "password set", by, password_hash=password_hash)

    def set_role(self, name: str, role: str, by: str = "cli") -> None:
        """Give a person another role and end their sessions.

        Raises:
            ActionError: when there is no such user or role, or no administrator would be left.
        """
        known = accounts.check_role(role)
        self._change(name, f"role {known}", by, role=known.value)

    def disable(self, name: str, by: str = "cli") -> None:
        """Take a person's access away and end their sessions; their name stays in the journals.

        Raises:
            ActionError: when there is no such user, or no administrator would be left.
        """
        self._change(name, "user disabled", by, disabled_at_ms=self._now_ms())

    def _change(self, name: str, what: str, by: str, **values: object) -> None:
        with self.engine.begin() as connection:
            accounts.change_account(connection, name, what=what, at_ms=self._now_ms(), by=by, **values)
        self._forget()

    # Tokens

    def create_token(self, name: str, role: str, days: float | None = None, by: str = "cli") -> str:
        """Create a bearer token and return it; it cannot be shown again.

        Args:
            name: default source of what it pushes; words like `border-gate-platform`.
            role: any role; `machine` for senders, `viewer` for kiosks and readers.
            days: how long it lives; None: until revoked.
            by: who creates it.

        Raises:
            ActionError: when the name, role or lifetime is unfit.
        """
        known = accounts.check_role(role, tuple(Role))
        if days is not None and not 0 < days <= 3_660:
            raise ActionError(f"a token lives more than 0 and at most 3660 days, got {days}")
        secret, now_ms = self._keyring.new(), self._now_ms()
        expires_at_ms = None if days is None else now_ms + round(days * DAY_MS)
        with self.engine.begin() as connection:
            tokens.insert_token(
                connection,
                name=name,
                role=known,
                secret_hash=self._keyring.hash(secret),
                at_ms=now_ms,
                by=by,
                expires_at_ms=expires_at_ms,
            )
        return secret

    def tokens(self) -> list[Token]:
        """Return every token without its secret, newest first."""
        with self.engine.connect() as connection:
            return tokens.list_tokens(connection)

    def revoke_token(self, token_id: int, by: str = "cli") -> None:
        """Revoke a token and whatever it was exchanged for.

        Raises:
            ActionError: when there is no such token.
        """
        with self.engine.begin() as connection:
            tokens.revoke_token(connection, token_id, self._now_ms(), by)
        self._forget()

    # Ways in

    def sign_in(self, name: str, password: str, address: str = "") -> str:
        """Return the cookie of a new session.

        Raises:
            AccessError: when name and password do not match an account; it does not say which was wrong.
        """
        with self.engine.connect() as connection:
            found = accounts.find_secret(connection, name)
        matches = self._passwords.verify(found[1] if found else None, password)
        with self.engine.begin() as connection:
            if not (found and matches):
                accounts.write_access(connection, self._now_ms(), name, "sign-in refused", address)
            else:
                secret = self._keyring.new()
                sessions.open_session(connection, self._keyring.hash(secret), self._now_ms(), user_id=found[0].id)
                accounts.write_access(connection, self._now_ms(), found[0].name, "signed in", address)
                return secret
        raise AccessError("name and password do not match")

    def exchange(self, token: str, address: str = "") -> str:
        """Return the cookie of a new kiosk session for a token of role viewer.

        Raises:
            AccessError: when the token is unknown, at its end, revoked, or of another role: a display left alone in a
                room must not be able to do more than show.
        """
        secret = self._keyring.new()
        with self.engine.begin() as connection:
            now_ms = self._now_ms()
            found = tokens.find_token(connection, self._keyring.hash(token), now_ms)
            if found is None or found.role is not Role.VIEWER:
                raise AccessError("a kiosk needs a valid token of role viewer")
            sessions.open_session(connection, self._keyring.hash(secret), now_ms, token_id=found.id)
            accounts.write_access(connection, now_ms, found.name, "kiosk started", address)
        return secret

    def sign_out(self, cookie: str) -> None:
        """End a session; nothing happens when there is none."""
        with self.engine.begin() as connection:
            sessions.close_session(connection, self._keyring.hash(cookie))
        self._forget()

    def first_link(self) -> str | None:
        """Return the path of a new one-time link that makes the first administrator, None once anybody has an account.

        A new link makes older ones void; it lives for 24 hours.
        """
        secret, now_ms = self._keyring.new(), self._now_ms()
        with self.engine.begin() as connection:
            if accounts.count_accounts(connection):
                return None
            connection.execute(LINKS.delete().where(LINKS.c.used_at_ms.is_(None)))
            values = {"hash": self._keyring.hash(secret), "created_at_ms": now_ms, "expires_at_ms": now_ms + LINK_MS}
            connection.execute(LINKS.insert().values(**values))
        return f"/sign-in/once/{secret}"

    def link_is_good(self, secret: str) -> bool:
        """Tell whether a one-time link can still be used."""
        with self.engine.connect() as connection:
            unused = LINKS.c.used_at_ms.is_(None) & (LINKS.c.expires_at_ms > self._now_ms())
            query = select(LINKS.c.hash).where(LINKS.c.hash == self._keyring.hash(secret), unused)
            return connection.execute(query).first() is not None and not accounts.count_accounts(connection)

    def use_first_link(self, secret: str, name: str, password: str) -> str:
        """Make the first administrator and return the cookie of a session.

        Raises:
            AccessError: when the link is unknown, used, too old, or somebody has an account by now.
            ActionError: when name or password is unfit; the link stays good.
        """
        kept = accounts.check_name(name)
        password_hash = self._passwords.hash(password, kept)
        cookie = self._keyring.new()
        with self.engine.begin() as connection:
            now_ms = self._now_ms()
            unused = LINKS.c.used_at_ms.is_(None) & (LINKS.c.expires_at_ms > now_ms)
            # The update decides: of two that use the link at once, one changes the row and the other finds none left.
            used = connection.execute(
                update(LINKS).where(LINKS.c.hash == self._keyring.hash(secret), unused).values(used_at_ms=now_ms)
            )
            if used.rowcount != 1 or accounts.count_accounts(connection):
                raise AccessError("this link has been used or is too old")
            account = accounts.insert_account(
                connection, name=kept, password_hash=password_hash, role=Role.ADMIN, at_ms=now_ms, by="first link"
            )
            sessions.open_session(connection, self._keyring.hash(cookie), now_ms, user_id=account.id)
        return cookie

    # Who asks

    def authenticate(self, headers: Mapping[str, str]) -> Principal | None:
        """Return who sends these headers, or None.

        A bearer token decides where there is one: a wrong one is not saved by a good cookie.

        Args:
            headers: lower-case names to values; `authorization` and `cookie` are looked at.
        """
        known, principal = self.remembered(headers)
        credential = credential_of(headers)
        if known or credential is None:
            return principal
        key = (credential[0], self._keyring.hash(credential[1]))
        principal = self._look_up(*key)
        with self._lock:
            if len(self._cache) >= CACHE_SIZE:
                self._cache.clear()
            self._cache[key] = (principal, self._monotonic())
        return principal

    def remembered(self, headers: Mapping[str, str]) -> tuple[bool, Principal | None]:
        """Return (True, who) if memory knows who sends these headers, (False, None) if SQL must be asked.

        Never blocks, so that asyncio may call it without a thread.
        """
        credential = credential_of(headers)
        if credential is None:
            return True, None
        found = self._cache.get((credential[0], self._keyring.hash(credential[1])))
        if found is None or self._monotonic() - found[1] > CACHE_S:
            return False, None
        principal = found[0]
        if principal and principal.expires_at_ms is not None and principal.expires_at_ms <= self._now_ms():
            return True, None
        return True, principal

    def _look_up(self, kind: str, secret_hash: str) -> Principal | None:
        with self.engine.begin() as connection:
            if kind == "cookie":
                return sessions.find_session(connection, secret_hash, self._now_ms())
            token = tokens.find_token(connection, secret_hash, self._now_ms())
        if token is None:
            return None
        return Principal(token.name, token.role, "bearer", "machine", secret_hash, token.expires_at_ms)

    def _forget(self) -> None:
        with self._lock:
            self._cache.clear()

    def _now_ms(self) -> int:
        return round(self._clock().timestamp() * 1000)

    def ping(self) -> None:
        """Return when the desk database answers."""
        with self.engine.connect() as connection:
            connection.execute(select(1))

    def close(self) -> None:
        """Close the database."""
        self.engine.dispose()


def credential_of(headers: Mapping[str, str]) -> tuple[str, str] | None:
    """Return ("bearer" or "cookie", secret) of a request, or None."""
    authorization = headers.get("authorization")
    if authorization is not None:
        scheme, _, secret = authorization.partition(" ")
        return ("bearer", secret.strip()) if scheme.lower() == "bearer" and secret.strip() else None
    cookie = session_cookie(headers.get("cookie", ""))
    return ("cookie", cookie) if cookie else None


def session_cookie(header: str) -> str:
    """Return the session cookie of a `Cookie` header, "" where there is none."""
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == SESSION_COOKIE:
            return value
    return ""


def open_users(url: str, secret_key: str, clock: Callable[[], datetime] = utc_now) -> Users:
    """Open the desk database, bring its access tables to the newest version, and return the service."""
    engine = open_engine(url)
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    return Users(engine, secret_key, clock)
