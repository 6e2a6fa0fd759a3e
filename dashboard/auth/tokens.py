"""Bearer tokens of machines and kiosks: created once in clear, kept as a hash, revocable, with an end if wished."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, select, update

from dashboard.auth.accounts import write_access
from dashboard.auth.model import Role
from dashboard.auth.tables import SESSIONS, TOKENS
from dashboard.errors import ActionError

NAME: Final = re.compile(r"[\w][\w.:-]{0,63}", re.ASCII)
"""A token's name is the source of what it pushes, so it is written as sources are."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token, without its secret."""

    id: int
    name: str
    role: Role
    created_at_ms: int
    created_by: str
    expires_at_ms: int | None
    revoked_at_ms: int | None


def insert_token(
    connection: Connection,
    *,
    name: str,
    role: Role,
    secret_hash: str,
    at_ms: int,
    by: str,
    expires_at_ms: int | None,
) -> None:
    """Add a token.

    Raises:
        ActionError: when the name could not be a source.
    """
    if not NAME.fullmatch(name):
        raise ActionError(
            f"a token's name is the source of what it sends: 1 to 64 of letters, digits, `.`, `:`, `_`, `-`, "
            f"got {name[:64]!r}"
        )
    connection.execute(
        insert(TOKENS).values(
            name=name,
            role=role.value,
            hash=secret_hash,
            created_at_ms=at_ms,
            created_by=by,
            expires_at_ms=expires_at_ms,
        )
    )
    write_access(connection, at_ms, by, "token created", f"{name} as {role}")


def list_tokens(connection: Connection) -> list[Token]:
    """Return every token, newest first."""
    rows = connection.execute(select(TOKENS).order_by(TOKENS.c.id.desc())).mappings()
    return [
        Token(
            row["id"],
            row["name"],
            Role(row["role"]),
            row["created_at_ms"],
            row["created_by"],
            row["expires_at_ms"],
            row["revoked_at_ms"],
        )
        for row in rows
    ]


def revoke_token(connection: Connection, token_id: int, at_ms: int, by: str) -> None:
    """Revoke a token and end the sessions it was exchanged for; a revoked one stays revoked.

    Raises:
        ActionError: when there is no such token.
    """
    name = connection.execute(select(TOKENS.c.name).where(TOKENS.c.id == token_id)).scalar_one_or_none()
    if name is None:
        raise ActionError(f"there is no token {token_id}")
    connection.execute(
        update(TOKENS).where(TOKENS.c.id == token_id, TOKENS.c.revoked_at_ms.is_(None)).values(revoked_at_ms=at_ms)
    )
    connection.execute(SESSIONS.delete().where(SESSIONS.c.token_id == token_id))
    write_access(connection, at_ms, by, "token revoked", str(name))


def find_token(connection: Connection, secret_hash: str, at_ms: int) -> Token | None:
    """Return the token that is neither revoked nor at its end, or None."""
    row = connection.execute(select(TOKENS).where(TOKENS.c.hash == secret_hash)).mappings().first()
    if row is None or row["revoked_at_ms"] is not None:
        return None
    if row["expires_at_ms"] is not None and row["expires_at_ms"] <= at_ms:
        return None
    return Token(
        row["id"],
        row["name"],
        Role(row["role"]),
        row["created_at_ms"],
        row["created_by"],
        row["expires_at_ms"],
        None,
    )
