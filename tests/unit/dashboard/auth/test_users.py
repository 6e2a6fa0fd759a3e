"""Accounts, sessions, tokens and the first link, on SQLite."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, select

from dashboard.auth.accounts import Account
from dashboard.auth.model import Role
from dashboard.auth.tables import ACCESS_JOURNAL, LINKS, METADATA, SESSIONS, TOKENS, USERS
from dashboard.auth.users import Users
from dashboard.errors import AccessError, ActionError

PASSWORD = "một mật khẩu dài"


def cookie(secret: str) -> dict[str, str]:
    """Return the headers of a browser with this session."""
    return {"cookie": f"lso_lang=vi; lso_session={secret}"}


def bearer(secret: str) -> dict[str, str]:
    """Return the headers of a machine with this token."""
    return {"authorization": f"Bearer {secret}"}


def test_the_migrations_make_the_tables_that_the_code_uses(users: Users) -> None:
    """An update of the tables that was forgotten in the scripts would break every installation."""
    found = inspect(users.engine)
    for table in METADATA.sorted_tables:
        columns = {(column["name"], column["nullable"]) for column in found.get_columns(table.name)}
        assert columns == {(column.name, bool(column.nullable)) for column in table.columns}
        # PostgreSQL lists the index of a UNIQUE constraint too.
        own = [index for index in found.get_indexes(table.name) if "duplicates_constraint" not in index]
        indexes = {tuple(index["column_names"]) for index in own}
        assert indexes == {tuple(column.name for column in index.columns) for index in table.indexes}


def test_a_person_signs_in_by_name_in_any_case_and_is_known_afterwards(users: Users) -> None:
    """Letters typed as capitals or decomposed by a keyboard are the same name."""
    users.add("Nguyễn Lan", PASSWORD, "duty")
    secret = users.sign_in("NGUYE\u0302\u0303N LAN ", PASSWORD)
    principal = users.authenticate(cookie(secret))
    assert principal is not None
    assert (principal.name, principal.role, principal.kind) == ("Nguyễn Lan", Role.DUTY, "person")


@pytest.mark.parametrize(
    ("name", "password"), [("lan", "wrong password"), ("nobody", PASSWORD), ("", ""), ("a\0", "b")]
)
def test_wrong_name_and_wrong_password_are_refused_alike(users: Users, name: str, password: str) -> None:
    """Who guesses does not learn which names exist."""
    users.add("lan", PASSWORD, "duty")
    with pytest.raises(AccessError, match="name and password do not match"):
        users.sign_in(name, password)


@pytest.mark.parametrize(
    ("name", "password", "role", "says"),
    [
        ("", PASSWORD, "duty", "1 to 64"),
        ("x" * 65, PASSWORD, "duty", "1 to 64"),
        ("a\nb", PASSWORD, "duty", "printable"),
        ("lan", "too short", "duty", "10 to 200"),
        ("lan", "x" * 201, "duty", "10 to 200"),
        ("langlanglang", "LangLangLang", "duty", "must not be the name"),
        ("lan", PASSWORD, "machine", "one of viewer"),
        ("lan", PASSWORD, "root", "one of viewer"),
    ],
)
def test_unfit_accounts_are_refused_with_the_reason(
    users: Users, name: str, password: str, role: str, says: str
) -> None:
    """An administrator reads what to change."""
    with pytest.raises(ActionError, match=says):
        users.add(name, password, role)
    assert users.accounts() == []


def test_a_name_that_is_taken_is_refused(users: Users) -> None:
    """Two people with one name would sign each other's actions."""
    users.add("Lan", PASSWORD, "duty")
    with pytest.raises(ActionError, match="there already"):
        users.add("lan", PASSWORD, "viewer")
    assert [(one.name, one.role) for one in users.accounts()] == [("Lan", Role.DUTY)]


def test_secrets_are_not_in_the_database(users: Users) -> None:
    """Who steals the file gets no way in."""
    users.add("lan", PASSWORD, "duty")
    token, session = users.create_token("gate", "machine"), users.sign_in("lan", PASSWORD)
    with users.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            text = repr(connection.execute(select(table)).all())
            assert PASSWORD not in text
            assert token not in text
            assert session not in text


def test_a_session_slides_while_it_is_used_and_ends_twelve_hours_after(users: Users, clock) -> None:
    """An officer is not thrown out in the middle of a shift, and yesterday's browser is."""
    users.add("lan", PASSWORD, "duty")
    secret = users.sign_in("lan", PASSWORD)
    for _ in range(4):
        clock.forward(hours=11)
        assert users.authenticate(cookie(secret)) is not None
    clock.forward(hours=11, minutes=59, seconds=59)
    assert users.authenticate(cookie(secret)) is not None
    clock.forward(hours=12)
    assert users.authenticate(cookie(secret)) is None


def test_the_memory_of_a_session_is_five_seconds(users: Users, clock) -> None:
    """Two hundred screens cost a few queries, and what another process revokes holds here within five seconds."""
    users.add("lan", PASSWORD, "duty")
    secret = users.sign_in("lan", PASSWORD)
    assert users.authenticate(cookie(secret)) is not None
    with users.engine.begin() as connection:
        connection.execute(SESSIONS.delete())
    clock.forward(seconds=5)
    assert users.remembered(cookie(secret))[0] is True
    assert users.authenticate(cookie(secret)) is not None
    clock.forward(seconds=0.01)
    assert users.remembered(cookie(secret)) == (False, None)
    assert users.authenticate(cookie(secret)) is None


def test_signing_out_holds_at_once(users: Users) -> None:
    """The next request with the old cookie is refused although memory knew it."""
    users.add("lan", PASSWORD, "duty")
    secret = users.sign_in("lan", PASSWORD)
    assert users.authenticate(cookie(secret)) is not None
    users.sign_out(secret)
    assert users.authenticate(cookie(secret)) is None


def test_disabling_another_password_or_role_end_the_sessions(users: Users) -> None:
    """Whoever lost an account's confidence is out at once, everywhere."""
    users.add("boss", PASSWORD, "admin")
    users.add("lan", PASSWORD, "duty")
    for change in (
        lambda: users.set_role("lan", "viewer"),
        lambda: users.set_password("lan", PASSWORD + "!"),
        lambda: users.disable("lan"),
    ):
        secret = None
        for password in (PASSWORD, PASSWORD + "!"):
            try:
                secret = users.sign_in("lan", password)
            except AccessError:
                continue
        assert secret is not None
        assert users.authenticate(cookie(secret)) is not None
        change()
        assert users.authenticate(cookie(secret)) is None
    with pytest.raises(AccessError):
        users.sign_in("lan", PASSWORD + "!")


def test_the_last_administrator_stays(users: Users) -> None:
    """Nobody locks the province out of its own system."""
    users.add("boss", PASSWORD, "admin")
    with pytest.raises(ActionError, match="last administrator"):
        users.disable("boss")
    with pytest.raises(ActionError, match="last administrator"):
        users.set_role("boss", "viewer")
    users.sign_in("boss", PASSWORD)
    users.add("second", PASSWORD, "admin")
    users.disable("boss")
    assert [one.disabled_at_ms is None for one in users.accounts()] == [False, True]


def test_changing_somebody_who_is_not_there_is_refused(users: Users) -> None:
    """A typing error does not pass for success."""
    with pytest.raises(ActionError, match="no user 'nobody'"):
        users.disable("nobody")
    with pytest.raises(ActionError, match="no token 7"):
        users.revoke_token(7)


def test_a_token_works_until_its_end_or_until_revoked(users: Users, clock) -> None:
    """A machine's access can be given for a time and taken back."""
    short, forever = users.create_token("gate", "machine", days=1), users.create_token("lab", "machine")
    found = users.authenticate(bearer(short))
    assert found is not None
    assert (found.name, found.role, found.via, found.kind) == ("gate", Role.MACHINE, "bearer", "machine")
    clock.forward(days=1)
    assert users.authenticate(bearer(short)) is None
    assert users.authenticate(bearer(forever)) is not None
    users.revoke_token(next(one.id for one in users.tokens() if one.name == "lab"))
    assert users.authenticate(bearer(forever)) is None


def test_a_token_ends_on_time_although_memory_knows_it(users: Users, clock) -> None:
    """The end of a token is not late by the memory's five seconds."""
    secret = users.create_token("gate", "machine", days=1)
    clock.forward(hours=23, minutes=59, seconds=58)
    assert users.authenticate(bearer(secret)) is not None
    clock.forward(seconds=2)
    assert users.authenticate(bearer(secret)) is None


@pytest.mark.parametrize(
    ("name", "role", "days"),
    [("cửa khẩu", "machine", None), ("", "machine", None), ("a", "root", None), ("a", "viewer", 0)],
)
def test_unfit_tokens_are_refused(users: Users, name: str, role: str, days: float | None) -> None:
    """A token's name must do as a source, its role must exist, and it must live."""
    with pytest.raises(ActionError):
        users.create_token(name, role, days)
    assert users.tokens() == []


def test_a_wrong_bearer_is_not_saved_by_a_good_cookie(users: Users) -> None:
    """A script with an old token finds out instead of acting as whoever is signed in."""
    users.add("lan", PASSWORD, "duty")
    good = cookie(users.sign_in("lan", PASSWORD))
    assert users.authenticate(good) is not None
    for header in ("Bearer wrong", "Bearer", "Bearer  ", "Basic bGFuOngK", "", "wrong"):
        assert users.authenticate({**good, "authorization": header}) is None


@pytest.mark.parametrize("header", ["", "lso_session=", "lso_session", "other=lso_session", "xlso_session=1", ";;=;"])
def test_headers_without_credential_are_nobody(users: Users, header: str) -> None:
    """Odd cookies are nobody's."""
    assert users.authenticate({"cookie": header}) is None
    assert users.authenticate({}) is None


def test_a_kiosk_exchanges_a_viewer_token_and_falls_with_it(users: Users, clock) -> None:
    """A wall display runs for months on one exchange, and stops when its token is revoked."""
    token = users.create_token("wall-1", "viewer")
    secret = users.exchange(token)
    for _ in range(3):
        clock.forward(days=300)
        principal = users.authenticate(cookie(secret))
        assert principal is not None
        assert (principal.name, principal.kind, principal.role) == ("wall-1", "kiosk", Role.VIEWER)
    users.revoke_token(users.tokens()[0].id)
    assert users.authenticate(cookie(secret)) is None


@pytest.mark.parametrize("role", ["leader", "duty", "supervisor", "admin", "machine"])
def test_a_kiosk_gets_no_more_than_a_viewer(users: Users, role: str) -> None:
    """Nobody acknowledges alerts from a display left alone in a room."""
    token = users.create_token("wall-1", role)
    with pytest.raises(AccessError, match="viewer"):
        users.exchange(token)
    with pytest.raises(AccessError):
        users.exchange("wrong")


def test_a_kiosk_that_starts_every_day_does_not_fill_the_table(users: Users, clock) -> None:
    """A display restarted daily for a year leaves fifty sessions, the newest of which works."""
    token = users.create_token("wall-1", "viewer")
    secrets = []
    for _ in range(60):
        secrets.append(users.exchange(token))
        clock.forward(days=1)
    with users.engine.connect() as connection:
        assert len(connection.execute(select(SESSIONS)).all()) == 50
    assert users.authenticate(cookie(secrets[-1])) is not None
    assert users.authenticate(cookie(secrets[0])) is None


def test_the_first_link_makes_one_administrator_once(users: Users) -> None:
    """Whoever finds the link in an old log finds it worthless."""
    path = users.first_link()
    assert path is not None
    secret = path.rpartition("/")[2]
    assert users.link_is_good(secret)
    principal = users.authenticate(cookie(users.use_first_link(secret, "Lan", PASSWORD)))
    assert principal is not None
    assert (principal.name, principal.role) == ("Lan", Role.ADMIN)
    assert not users.link_is_good(secret)
    with pytest.raises(AccessError):
        users.use_first_link(secret, "Mai", PASSWORD)
    assert users.first_link() is None
    assert [one.name for one in users.accounts()] == ["Lan"]


def test_a_first_link_is_good_for_a_day_and_only_the_newest(users: Users, clock) -> None:
    """A restart prints another link, and an old one does nothing."""
    old, new = users.first_link(), users.first_link()
    assert old is not None
    assert new is not None
    assert not users.link_is_good(old.rpartition("/")[2])
    clock.forward(hours=23, minutes=59)
    assert users.link_is_good(new.rpartition("/")[2])
    clock.forward(minutes=1)
    assert not users.link_is_good(new.rpartition("/")[2])
    with pytest.raises(AccessError):
        users.use_first_link(new.rpartition("/")[2], "Lan", PASSWORD)
    with users.engine.connect() as connection:
        assert connection.execute(select(LINKS.c.used_at_ms)).scalars().all() == [None]


def test_a_mistyped_password_leaves_the_first_link_good(users: Users) -> None:
    """Who types a short password first need not restart the system."""
    secret = str(users.first_link()).rpartition("/")[2]
    with pytest.raises(ActionError):
        users.use_first_link(secret, "Lan", "short")
    assert users.link_is_good(secret)


def test_a_link_is_void_once_somebody_was_added_otherwise(users: Users) -> None:
    """An account made at the command line closes the door the link had opened."""
    secret = str(users.first_link()).rpartition("/")[2]
    users.add("Lan", PASSWORD, "admin")
    assert not users.link_is_good(secret)
    with pytest.raises(AccessError):
        users.use_first_link(secret, "Mai", PASSWORD)


def test_every_action_is_in_the_journal_with_who_did_it(users: Users) -> None:
    """An auditor reads who let whom in."""
    users.add("boss", PASSWORD, "admin")
    users.add("lan", PASSWORD, "duty", by="boss")
    users.create_token("gate", "machine", by="boss")
    users.revoke_token(1, by="boss")
    users.set_role("lan", "leader", by="boss")
    users.disable("lan", by="boss")
    with pytest.raises(AccessError):
        users.sign_in("lan", PASSWORD, "10.0.0.7")
    with users.engine.connect() as connection:
        rows = connection.execute(select(ACCESS_JOURNAL).order_by(ACCESS_JOURNAL.c.id)).all()
    assert [(row.who, row.what, row.detail) for row in rows] == [
        ("cli", "user added", "boss as admin"),
        ("boss", "user added", "lan as duty"),
        ("boss", "token created", "gate as machine"),
        ("boss", "token revoked", "gate"),
        ("boss", "role leader", "lan"),
        ("boss", "user disabled", "lan"),
        ("lan", "sign-in refused", "10.0.0.7"),
    ]


def test_another_secret_key_makes_every_credential_worthless(users: Users, clock) -> None:
    """Changing LSO_SECRET_KEY after a leak shuts everybody out."""
    token = users.create_token("gate", "machine")
    other = Users(users.engine, "z" * 40, clock)
    assert users.authenticate(bearer(token)) is not None
    assert other.authenticate(bearer(token)) is None


def test_accounts_tell_no_password(users: Users) -> None:
    """The list an administrator sees has no hash in it."""
    users.add("lan", PASSWORD, "duty")
    [account] = users.accounts()
    assert account == Account(account.id, "lan", Role.DUTY, account.created_at_ms, None)
    with users.engine.connect() as connection:
        stored = connection.execute(select(USERS.c.password_hash)).scalar_one()
        assert connection.execute(select(TOKENS)).all() == []
    assert stored.startswith("$argon2id$")
    assert stored not in repr(account)
