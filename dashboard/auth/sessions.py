"""Sessions: cookies given out, kept on the server so that they can be taken back at once.

A person's session ends 12 hours after the last request; a kiosk's lives a year after it, since nobody stands at a
wall display to sign in again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from dashboard.auth.model import Principal, Role
from dashboard.auth.tables import SESSIONS, TOKENS, USERS

PERSON_MS: Final = 12 * 3_600_000
"""A shift, hand-over included."""
KIOSK_MS: Final = 365 * 86_400_000
TOUCH_MS: Final = 300_000
"""The end of a session is moved on at most this often, so that reading costs no writes."""
KIOSK_SESSIONS: Final = 50
"""Sessions one kiosk token may hold; the oldest goes first. More displays than that get a token of their own."""


def open_session(
    connection: Connection, secret_hash: str, at_ms: int, user_id: int | None = None, token_id: int | None = None
) -> None:
    """Add a session of a person or of a kiosk, and drop those that have ended."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at_ms <= at_ms))
    lasts_ms = PERSON_MS if token_id is None else KIOSK_MS
    connection.execute(
        insert(SESSIONS).values(
            hash=secret_hash,
            user_id=user_id,
            token_id=token_id,
            created_at_ms=at_ms,
            seen_at_ms=at_ms,
            expires_at_ms=at_ms + lasts_ms,
        )
    )
    if token_id is not None:
        held = select(SESSIONS.c.hash).where(SESSIONS.c.token_id == token_id)
        newest = held.order_by(SESSIONS.c.seen_at_ms.desc(), SESSIONS.c.created_at_ms.desc())
        surplus = list(connection.execute(newest.offset(KIOSK_SESSIONS).limit(KIOSK_SESSIONS)).scalars())
        if surplus:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.hash.in_(surplus)))


def close_session(connection: Connection, secret_hash: str) -> None:
    """End a session; nothing happens when there is none."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.hash == secret_hash))


def find_session(connection: Connection, secret_hash: str, at_ms: int) -> Principal | None:
    """Return who holds a session that has not ended, moving its end on; None otherwise.

    The role is the account's or token's present one, and a disabled account or a revoked token holds no session.
    """
    query = (
        select(
            SESSIONS.c.seen_at_ms,
            SESSIONS.c.expires_at_ms,
            USERS.c.name.label("user_name"),
            USERS.c.role.label("user_role"),
            USERS.c.disabled_at_ms,
            TOKENS.c.name.label("token_name"),
            TOKENS.c.role.label("token_role"),
            TOKENS.c.expires_at_ms.label("token_expires_at_ms"),
            TOKENS.c.revoked_at_ms,
        )
        .select_from(SESSIONS)
        .outerjoin(USERS, USERS.c.id == SESSIONS.c.user_id)
        .outerjoin(TOKENS, TOKENS.c.id == SESSIONS.c.token_id)
        .where(SESSIONS.c.hash == secret_hash, SESSIONS.c.expires_at_ms > at_ms)
    )
    row = connection.execute(query).mappings().first()
    if row is None or row["disabled_at_ms"] is not None or row["revoked_at_ms"] is not None:
        return None
    token_end_ms = row["token_expires_at_ms"]
    if token_end_ms is not None and token_end_ms <= at_ms:
        return None
    is_person = row["user_name"] is not None
    ends_at_ms = int(row["expires_at_ms"])
    if at_ms - row["seen_at_ms"] >= TOUCH_MS:
        ends_at_ms = at_ms + (PERSON_MS if is_person else KIOSK_MS)
        connection.execute(
            update(SESSIONS).where(SESSIONS.c.hash == secret_hash).values(seen_at_ms=at_ms, expires_at_ms=ends_at_ms)
        )
    if token_end_ms is not None:
        ends_at_ms = min(ends_at_ms, int(token_end_ms))
    if is_person:
        return Principal(row["user_name"], Role(row["user_role"]), "cookie", "person", secret_hash, ends_at_ms)
    return Principal(row["token_name"], Role(row["token_role"]), "cookie", "kiosk", secret_hash, ends_at_ms)
