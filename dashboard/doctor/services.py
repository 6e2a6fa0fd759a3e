"""Asking the bus, the databases, our port and the certificate browsers get. Changes nothing."""

from __future__ import annotations

import json
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import redis
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from dashboard.backup.snapshot import opened, refuse_absent, short
from dashboard.doctor import judge_machine, judge_services
from dashboard.doctor.model import Finding
from dashboard.errors import BackupError, StartError
from dashboard.rooms import ROOMS, Database
from dashboard.settings import Settings
from dashboard.wiring import redis_url
from feeds.door import utc_now
from feeds.history import partitions, tables
from feeds.history.instants import DAY_US, to_us
from feeds.sql import head_of, knows, revision_of

PATIENCE_S: Final = 3.0
BYTES_A_READING: Final = 150
"""A raw row with its share of minutes and hours: 50 in SQLite, 140 in PostgreSQL, measured with 200,000 readings."""
_SETTINGS: Final = ("fsync", "full_page_writes", "synchronous_commit", "server_encoding", "max_connections")


def bus(settings: Settings) -> Iterator[Finding]:
    """Yield what there is to say about the bus."""
    embedded = not settings.redis_url
    try:
        url = redis_url(settings)
    except StartError:
        yield judge_services.judge_bus_away("nothing is started", embedded=embedded)
        return
    try:
        with redis.Redis.from_url(
            url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S, decode_responses=True
        ) as client:
            begun = time.time()
            seconds, micros = client.time()
            middle = (begun + time.time()) / 2
            info = {str(key): str(value) for key, value in client.info().items()}
            config = _bus_config(client)
    except redis.RedisError as error:
        yield judge_services.judge_bus_away(type(error).__name__, embedded=embedded)
        return
    yield judge_services.judge_bus_version(info)
    yield from judge_services.judge_bus_safety(config, info, always=settings.fsync == "always")
    yield judge_machine.judge_drift("bus", int(seconds) + int(micros) / 1_000_000 - middle)


def _bus_config(client: redis.Redis) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("appendonly", "appendfsync", "maxmemory-policy"):
        try:
            answer: Any = client.config_get(name)
        except redis.ResponseError:
            return {}  # hosted servers forbid CONFIG; INFO says most of it
        found |= {str(key): str(value) for key, value in answer.items()}
    return found


def databases(settings: Settings) -> Iterator[Finding]:
    """Yield what there is to say about the databases, and at last about the room they will need."""
    from dashboard.doctor.machine import disk

    urls: dict[Database, str] = {"history": settings.history_url, "desk": settings.desk_url}
    growth = 0.0
    seen: set[str] = set()
    for name, url in urls.items():
        check = f"database.{name}"
        try:
            refuse_absent(name, url)
            with opened(url) as engine, engine.connect() as connection:
                yield Finding(check, "ok", f"{connection.dialect.name} answers")
                if url not in seen and connection.dialect.name == "postgresql":
                    yield from _postgresql(connection)
                seen.add(url)
                yield from _revisions(connection, name)
                if name == "history":
                    growth = growth_per_day(connection)
        except BackupError as error:
            yield Finding(check, "warn", str(error), "Start the house once: it makes it.")
        except SQLAlchemyError as error:
            do = "Look whether the server runs and LSO_DATABASE_URL is right; what comes meanwhile waits on the bus."
            yield Finding(check, "fail", short(error), do)
    yield disk(settings, growth)


def _postgresql(connection: Connection) -> Iterator[Finding]:
    begun = time.time()
    theirs = float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    middle = (begun + time.time()) / 2
    found = {name: str(connection.execute(text(f"SHOW {name}")).scalar()) for name in _SETTINGS}
    version = str(connection.execute(text("SHOW server_version")).scalar())
    yield from judge_services.judge_postgresql(version, found)
    yield judge_machine.judge_drift("database", theirs - middle)


def _revisions(connection: Connection, database: Database) -> Iterator[Finding]:
    for room in ROOMS:
        if room.database == database:
            revision = revision_of(connection, room.version_table)
            known = revision is not None and knows(room.migrations, revision)
            yield judge_services.judge_revision(room.name, revision, head_of(room.migrations), known=known)
    if database == "history" and (missing := partitions.missing(connection, utc_now())):
        do = "The recorder makes them each hour: look whether it runs (/healthz)."
        yield Finding("tables.partitions", "warn", f"{missing} days around today have none", do)


def growth_per_day(connection: Connection) -> float:
    """Return how many bytes the last 24 hours' readings will have added, 0.0 before anything was recorded."""
    if revision_of(connection, tables.VERSION_TABLE) is None:
        return 0.0
    asked = select(func.coalesce(func.sum(tables.activity.c.readings), 0)).where(
        tables.activity.c.bucket >= to_us(utc_now()) - DAY_US
    )
    try:
        return float(connection.execute(asked).scalar_one()) * BYTES_A_READING
    except SQLAlchemyError:
        return 0.0  # tables of an older version; the finding about them says what to do


def port(settings: Settings) -> Finding:
    """Return who listens on our port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return judge_services.judge_port(settings.port, "ours" if _ours(settings) else "other")
    return judge_services.judge_port(settings.port, "free")


def _ours(settings: Settings) -> bool:
    host = "127.0.0.1" if settings.host in {"", "0.0.0.0", "::"} else settings.host  # noqa: S104 (compared, not bound)
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.port}/healthz", timeout=PATIENCE_S) as answer:
            return "components" in json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code == 503  # ill, and ours
    except (OSError, ValueError):
        return False


def certificate(url: str, now: datetime) -> Iterator[Finding]:
    """Yield what there is to say about the certificate of an address; nothing for one without HTTPS."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return
    ends_at, error = _certificate(parts.hostname, parts.port or 443)
    yield judge_services.judge_certificate(parts.hostname, ends_at, error, now)


def _certificate(host: str, port_number: int) -> tuple[datetime | None, str]:
    """Return when a host's certificate ends, and why it is not trusted ("" when it is)."""
    try:
        with (
            socket.create_connection((host, port_number), PATIENCE_S) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            found: Any = secure.getpeercert()
            return datetime.fromtimestamp(ssl.cert_time_to_seconds(found["notAfter"]), UTC), ""
    except ssl.SSLCertVerificationError as error:
        return _untrusted_end(host, port_number), error.verify_message
    except OSError as error:
        return None, str(error.strerror or error)


def _untrusted_end(host: str, port_number: int) -> datetime | None:
    """Return when a certificate ends that nobody here vouches for, None when it ended already."""
    context = ssl.create_default_context()
    # Only to read it; nothing is sent to whoever this is.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port_number), PATIENCE_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            body = secure.getpeercert(binary_form=True)
        if not body:
            return None
        # Python tells what is in a certificate only once it is trusted: so it is, for one more look.
        context.load_verify_locations(cadata=ssl.DER_cert_to_PEM_cert(body))
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        with (
            socket.create_connection((host, port_number), PATIENCE_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            found: Any = secure.getpeercert()
            return datetime.fromtimestamp(ssl.cert_time_to_seconds(found["notAfter"]), UTC)
    except OSError:
        return None
