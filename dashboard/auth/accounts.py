"""Accounts of people: added, given another password or role, disabled; never deleted, since journals name them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.auth.model import PEOPLE, Role
from dashboard.auth.tables import ACCESS_JOURNAL, SESSIONS, USERS
from dashboard.errors import ActionError

NAME_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account, without its password."""

    id: int
    name: str
    role: Role
    created_at_ms: int
    disabled_at_ms: int | None


def name_key(name: str) -> str:
    """Return the form in which two names are compared: composed letters, no case, no outer blanks."""
    return unicodedata.normalize("NFKC", name.replace("\x00", "?")).strip().casefold()[: 2 * NAME_MAX]


def check_name(name: str) -> str:
    """Return the name as it is kept.

    Raises:
        ActionError: when it is empty, too long, or holds characters that no name has.
    """
    kept = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(kept) <= NAME_MAX:
        raise ActionError(f"a name must have 1 to {NAME_MAX} characters, got {len(kept)}")
    if not kept.isprintable():
        raise ActionError("a name must hold printable characters only")
    return kept


def check_role(role: str, allowed: tuple[Role, ...] = PEOPLE) -> Role:
    """Return the role.

    Raises:
        ActionError: when it is none of those allowed.
    """
    for known in allowed:
        if role == known:
            return known
    raise ActionError(f"a role must be one of {', '.join(allowed)}, got {role[:32]!r}")


def write_access(connection: Connection, at_ms: int, who: str, what: str, detail: str) -> None:
    """Append to the access journal, in the caller's transaction."""
    # PostgreSQL keeps no NUL in a text, and a refused name is whatever somebody sent.
    kept = who.replace("\x00", "?")[:NAME_MAX]
    connection.execute(insert(ACCESS_JOURNAL).values(at_ms=at_ms, who=kept, what=what, detail=detail))


def insert_account(
    connection: Connection, *, name: str, password_hash: str, role: Role, at_ms: int, by: str
) -> Account:
    """Add an account.

    Raises:
        ActionError: when the name is taken.
    """
    values = {
        "name": name,
        "name_key": name_key(name),
        "password_hash": password_hash,
        "role": role.value,
        "created_at_ms": at_ms,
    }
    try:
        key = connection.execute(insert(USERS).values(**values)).inserted_primary_key
    except IntegrityError as error:
        raise ActionError(f"a user {name!r} is there already") from error
    assert key is not None
    write_access(connection, at_ms, by, "user added", f"{name} as {role}")
    return Account(key[0], name, role, at_ms, None)


def list_accounts(connection: Connection) -> list[Account]:
    """Return every account, by name."""
    rows = connection.execute(select(USERS).order_by(USERS.c.name_key)).mappings()
    return [
        Account(row["id"], row["name"], Role(row["role"]), row["created_at_ms"], row["disabled_at_ms"]) for row in rows
    ]


def find_secret(connection: Connection, name: str) -> tuple[Account, str] | None:
    """Return an account that is not disabled, with its password hash, or None."""
    query = select(USERS).where(USERS.c.name_key == name_key(name), USERS.c.disabled_at_ms.is_(None))
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    account = Account(row["id"], row["name"], Role(row["role"]), row["created_at_ms"], None)
    return account, row["password_hash"]


def change_account(connection: Connection, name: str, *, what: str, at_ms: int, by: str, **values: object) -> int:
    """Change an account, end its sessions, and journal it; return its id.

    Raises:
        ActionError: when there is no such user, or the last administrator would be gone.
    """
    row = connection.execute(select(USERS).where(USERS.c.name_key == name_key(name))).mappings().first()
    if row is None:
        raise ActionError(f"there is no user {name[:NAME_MAX]!r}")
    connection.execute(update(USERS).where(USERS.c.id == row["id"]).values(**values))
    if row["role"] == Role.ADMIN and not count_admins(connection):
        raise ActionError(f"{row['name']!r} is the last administrator; make another one first")
    connection.execute(SESSIONS.delete().where(SESSIONS.c.user_id == row["id"]))
    write_access(connection, at_ms, by, what, str(row["name"]))
    return int(row["id"])


def count_admins(connection: Connection) -> int:
    """Return how many administrators can sign in."""
    query = select(func.count()).where(USERS.c.role == Role.ADMIN.value, USERS.c.disabled_at_ms.is_(None))
    return int(connection.execute(query.select_from(USERS)).scalar_one())


def count_accounts(connection: Connection) -> int:
    """Return how many accounts there are, disabled ones included."""
    return int(connection.execute(select(func.count()).select_from(USERS)).scalar_one())
