"""The whole web app over a bus in memory and a database, with somebody of every role.

Modules named in BOTH run on SQLite and on PostgreSQL; the others ask about pages and authority, which know no database.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from dash import Input, Output, html
from fastapi import FastAPI

from alerts.desk import Desk, open_desk
from dashboard.app import create_app
from dashboard.auth.model import Role
from dashboard.auth.passwords import Passwords
from dashboard.auth.tables import USERS
from dashboard.auth.users import Users, open_users
from dashboard.frozen.store import FrozenStore, open_frozen
from dashboard.notes import NoteDesk, open_notes
from dashboard.parts import Parts
from dashboard.screen_app import Page, ScreenApp
from dashboard.screen_journal import ScreenJournal, open_screen_journal
from dashboard.settings import load_settings
from dashboard.walls import LONE
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.desk import FeedDesk, open_feed_desk
from feeds.door import Door
from feeds.history import History, open_history
from feeds.registry import Registry
from feeds.sql import open_engine
from geodata.places import Places

CONFIG = Path(__file__).resolve().parents[3] / "config"
PASSWORD = "một mật khẩu dài"
BASE = "http://chihuy.test"
BROWSER = {"accept": "text/html,application/xhtml+xml"}


class Hub:
    """A hub that only remembers whether it runs."""

    def __init__(self) -> None:
        self.running = False
        self.at_ms = 1_763_780_645_000
        self.topics: dict[str, Any] = {}

    async def start(self) -> None:
        self.running = True

    async def stop(self) -> None:
        self.running = False

    def picture(self) -> tuple[int, dict[str, Any]]:
        return self.at_ms, self.topics

    def health(self) -> dict[str, Any]:
        return {"state": "up" if self.running else "down", "clients": 0}

    def basis(self, topic: str, path: str) -> Any:
        raise KeyError(f"{topic}/{path}")


@dataclass
class Clock:
    """A clock that stands still until told otherwise."""

    now: datetime = field(default=datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass
class Web:
    """One web process: the app, what it stands on, and ways to ask it."""

    app: FastAPI
    parts: Parts
    bus: MemoryBus
    users: Users
    history: History
    desk: Desk
    hub: Hub
    clock: Clock
    tokens: dict[str, str]
    client: httpx.AsyncClient

    def bearer(self, role: str) -> dict[str, str]:
        """Return the headers of a token of that role; "" for nobody's."""
        return {"authorization": f"Bearer {self.tokens[role]}"} if role else {}

    async def cookie(self, role: str) -> dict[str, str]:
        """Return the headers of a browser in which a person of that role has signed in."""
        self.client.cookies.clear()
        return {"cookie": f"lso_session={self.users.sign_in(role, PASSWORD)}"}


def layout(page: Page) -> Any:
    """Draw a page that says which one it is."""
    if page.theme == "light" and page.lang == "en" and page.screen == "crossings":
        raise RuntimeError("a fault in a screen")
    return html.Main([page.key, html.Div(id="in"), html.Div(id="out")], **{"data-screen": page.screen})


def register(app: ScreenApp) -> None:
    """Add a callback that fails on one input."""

    @app.callback(Output("out", "children"), Input("in", "children"), prevent_initial_call=True)
    def echo(text: Any) -> str:
        if text == "fail":
            raise RuntimeError("a fault in a callback")
        return f"heard {text}"


@pytest.fixture(scope="session")
def empty_databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with history and desk at their newest version, to be copied."""
    folder = tmp_path_factory.mktemp("web")
    desk, history = f"sqlite:///{folder / 'desk.sqlite'}", f"sqlite:///{folder / 'history.sqlite'}"
    users = open_users(desk, "k" * 40)
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    add_people(Users(users.engine, "k" * 40, passwords=passwords))
    users.close()
    open_desk(desk).close()
    open_feed_desk(desk).close()
    open_frozen(desk).close()
    open_screen_journal(desk, keep_days=90).close()
    open_notes(desk).close()
    open_history(history).close()
    for url in (desk, history):
        engine = open_engine(url)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
    return folder


BOTH = {"test_api", "test_feed_desk", "test_health", "test_manual_api", "test_sign_in"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the modules that ask databases on each kind."""
    module = metafunc.module.__name__.rpartition(".")[2]
    if "make_web" in metafunc.fixturenames and (module in BOTH or module.endswith("_both")):
        postgresql = pytest.param("postgresql", marks=pytest.mark.service)
        metafunc.parametrize("database_kind", ["sqlite", postgresql])


@pytest.fixture
def database_kind() -> str:
    """Return the kind of database of a test that is not run on both."""
    return "sqlite"


def add_people(users: Users) -> None:
    """Add somebody of every role who signs in."""
    for role in ("viewer", "leader", "duty", "supervisor", "admin"):
        users.add(role, PASSWORD, role)


@pytest.fixture
def make_web(
    tmp_path: Path, empty_databases: Path, database_kind: str, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Web]]:
    """Return a function that builds a web process; everything it opened is closed at the end."""
    opened: list[Web] = []

    def make(public_url: str = BASE, *, people: bool = True, **more: Any) -> Web:
        url = ""
        if database_kind == "postgresql":
            url = request.getfixturevalue("postgres").swept()
        else:
            shutil.copytree(empty_databases, tmp_path / "var", dirs_exist_ok=True)
        settings = load_settings(
            {
                "LSO_DATA_DIR": str(tmp_path / "var"),
                "LSO_CONFIG_DIR": str(CONFIG),
                "LSO_PUBLIC_URL": public_url,
                "LSO_SECRET_KEY": "k" * 40,
                "LSO_DATABASE_URL": url,
            }
        )
        bus, clock, hub = MemoryBus(), Clock(), Hub()
        places, catalogue = Places.load(), Catalogue()
        registry = Registry(bus, places)
        # Copies of migrated files: migrating again takes longer than most tests.
        history, desk = History(open_engine(settings.history_url)), Desk(open_engine(settings.desk_url))
        feed_desk = FeedDesk(open_engine(settings.desk_url))
        frozen = FrozenStore(open_engine(settings.desk_url))
        notes = NoteDesk(open_engine(settings.desk_url))
        passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        users = Users(open_engine(settings.desk_url), "k" * 40, clock, passwords)
        if url and people:
            add_people(users)
        if not people:
            with users.engine.begin() as connection:
                connection.execute(USERS.delete())
        tokens = {role.value: users.create_token(f"token-{role.value}", role.value) for role in Role}
        door = Door(bus, registry, catalogue, clock)
        parts = Parts(
            settings,
            bus,
            registry,
            door,
            history,
            desk,
            users,
            hub,
            places,
            catalogue,
            clock,
            feed_desk,
            frozen,
            notes,
            ScreenJournal(open_engine(settings.desk_url)),
            LONE,
        )
        app = create_app(parts, **{"layout": layout, "register": register, **more})
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE)
        web = Web(app, parts, bus, users, history, desk, hub, clock, tokens, client)
        opened.append(web)
        return web

    yield make
    for web in opened:
        for engine in (web.users.engine, web.history.engine):
            assert engine.pool.checkedout() == 0
        web.users.close()
        web.history.close()
        web.desk.close()
        web.parts.feed_desk.close()
        web.parts.frozen.close()
        web.parts.notes.close()
        web.parts.screen_journal.close()


@pytest.fixture
async def web(make_web: Callable[..., Web]) -> AsyncIterator[Web]:
    """Return a web process that has started."""
    one = make_web()
    async with one.app.router.lifespan_context(one.app), one.client:
        yield one
