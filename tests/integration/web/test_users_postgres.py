"""Access on each kind of database: the same code, the paths where databases differ."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import inspect

from dashboard.auth.passwords import Passwords
from dashboard.auth.tables import METADATA
from dashboard.auth.users import MIGRATIONS, VERSION_TABLE, Users
from dashboard.errors import AccessError, ActionError
from feeds.sql import open_engine, upgrade

pytestmark = pytest.mark.service

PASSWORD = "một mật khẩu dài"


@pytest.fixture
def users(empty_database_url: str) -> Iterator[Users]:
    """Bring an empty desk to its newest version, twice, which changes nothing."""
    engine = open_engine(empty_database_url)
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    yield Users(engine, "k" * 40, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    assert engine.pool.checkedout() == 0
    engine.dispose()


def cookie(secret: str) -> dict[str, str]:
    """Return the headers of a browser with this session."""
    return {"cookie": f"lso_session={secret}"}


def test_access_is_the_same_on_both(users: Users) -> None:
    """From the first link to a revoked kiosk, with two who use the link at once and names no text can hold."""
    assert {table.name for table in METADATA.sorted_tables} <= set(inspect(users.engine).get_table_names())
    secret = str(users.first_link()).rpartition("/")[2]

    def use(name: str) -> str:
        try:
            return users.use_first_link(secret, name, PASSWORD)
        except AccessError:
            return ""

    with ThreadPoolExecutor(2) as pool:
        cookies = list(pool.map(use, ["Lan", "Mai"]))
    assert len([one for one in cookies if one]) == 1
    assert len(users.accounts()) == 1
    name = users.accounts()[0].name
    with pytest.raises(ActionError, match="there already"):
        users.add(name.upper(), PASSWORD, "duty")
    with pytest.raises(ActionError, match="last administrator"):
        users.disable(name)
    for naughty in ("a\x00b", "\x00", "x" * 500):
        with pytest.raises(AccessError):
            users.sign_in(naughty, PASSWORD)
    session = users.sign_in(name, PASSWORD)
    assert users.authenticate(cookie(session)) is not None
    kiosk = users.exchange(users.create_token("wall-1", "viewer"))
    assert users.authenticate(cookie(kiosk)) is not None
    users.revoke_token(users.tokens()[0].id)
    assert users.authenticate(cookie(kiosk)) is None
    users.sign_out(session)
    assert users.authenticate(cookie(session)) is None
