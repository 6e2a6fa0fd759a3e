"""Tables of the desk database that belong to access: users, tokens, sessions, one-time links and their journal.

Times are ms since the epoch; secrets are kept as keyed hashes only. The scripts in `dashboard/migrations` create the
same tables; a test keeps the two equal.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String, Table, Text

METADATA: Final = MetaData()

USERS: Final = Table(
    "desk_user",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("name_key", String(128), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(16), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("disabled_at_ms", BigInteger),
)
"""People. `name_key` is the name normalised and case-folded, so that `Lan` and `lan` are one."""

TOKENS: Final = Table(
    "desk_token",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("expires_at_ms", BigInteger),
    Column("revoked_at_ms", BigInteger),
)
"""Bearer tokens; the name is the default source of what they push."""

SESSIONS: Final = Table(
    "desk_session",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("user_id", Integer, ForeignKey("desk_user.id"), index=True),
    Column("token_id", Integer, ForeignKey("desk_token.id"), index=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("seen_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False, index=True),
)
"""Cookies given out: to a person (user_id) or to a kiosk (token_id), exactly one of the two."""

LINKS: Final = Table(
    "desk_link",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger),
)
"""One-time links that make the first administrator."""

ACCESS_JOURNAL: Final = Table(
    "desk_access",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at_ms", BigInteger, nullable=False, index=True),
    Column("who", String(64), nullable=False),
    Column("what", String(32), nullable=False),
    Column("detail", Text, nullable=False),
)
"""Append-only: who was added, signed in, refused, revoked, by whom and when."""
