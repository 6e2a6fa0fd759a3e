"""The desk: the alerts people work on, what they did about them, and the journal of it all.

Two processes write here: the engine's (raised, cleared) and the web's (acknowledged, noted). Each change is one
transaction that locks the alert it changes, so that an acknowledgement and an end that meet are right in either order,
and each leaves a line in the journal and one in the outbox in that same transaction.
Synchronous: callers in asyncio use a thread.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, delete, func, insert, literal, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from alerts import lifecycle
from alerts.errors import AlertNotFoundError, AlertStateError
from alerts.model import PRIORITIES, Alert, Event, JournalEntry, from_us, to_ms, to_us
from alerts.tables import VERSION_TABLE, alerts, engine_state, journal, outbox
from feeds.sql import open_engine, upgrade

ENGINE: Final = "engine"
"""Who the engine is in the journal."""
LONGEST_NOTE: Final = 2_000
LEASE: Final = timedelta(seconds=10)
"""How long a process may take to tell what it took from the outbox before another one may."""
_OUTBOX_LOCK: Final = 0x4C534F41
"""PostgreSQL advisory lock of the outbox ("LSOA")."""
POSITION: Final = "position"
MIGRATIONS: Final = Path(__file__).parent / "migrations"

_alert = msgspec.json.Decoder(Alert)
_encode = msgspec.json.Encoder().encode


class Change(NamedTuple):
    """One decision of the engine and the alert that it makes; an end of a rule that is gone has none."""

    event: Event
    alert: Alert | None


class Message(NamedTuple):
    """One alert still to be told on the stream, as JSON."""

    seq: int
    alert_id: str
    payload: bytes


def open_desk(url: str, *, fsync_always: bool = False) -> Desk:
    """Open the desk of a database and bring its tables to their newest version."""
    engine = open_engine(url, fsync_always=fsync_always)
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    return Desk(engine)


class Desk:
    """The desk on a database whose tables are at their newest version; see `open_desk`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()

    # What is there

    def live(self) -> list[Alert]:
        """Return the live alerts: the gravest first, then the newest."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(alerts.c.body).where(alerts.c.live)).scalars()
            found = [_alert.decode(body) for body in rows]
        return sorted(found, key=lambda alert: (PRIORITIES.index(alert.priority), -alert.started_at, alert.id))

    def get(self, alert_id: str) -> Alert:
        """Return one alert, live or over.

        Raises:
            AlertNotFoundError: when there is none of that id.
        """
        with self._engine.connect() as connection:
            body = connection.execute(select(alerts.c.body).where(alerts.c.id == alert_id)).scalar()
        if body is None:
            raise _unknown(alert_id)
        return _alert.decode(body)

    def recent(self, since: datetime, limit: int = 500) -> list[Alert]:
        """Return the alerts that began since an instant, newest first, live or over."""
        asked = select(alerts.c.body).where(alerts.c.started_ms >= to_ms(since))
        with self._engine.connect() as connection:
            rows = connection.execute(asked.order_by(alerts.c.started_ms.desc(), alerts.c.id).limit(limit)).scalars()
            return [_alert.decode(body) for body in rows]

    def changed(self, since: datetime, limit: int = 500) -> list[Alert]:
        """Return the alerts of which the journal tells something since an instant, the newest change first."""
        told = (
            select(journal.c.alert_id, func.max(journal.c.seq).label("last"))
            .where(journal.c.at_us >= to_us(since))
            .group_by(journal.c.alert_id)
            .order_by(func.max(journal.c.seq).desc())
            .limit(limit)
            .subquery()
        )
        asked = select(alerts.c.body).join(told, told.c.alert_id == alerts.c.id).order_by(told.c.last.desc())
        with self._engine.connect() as connection:
            return [_alert.decode(body) for body in connection.execute(asked).scalars()]

    def journal(
        self, alert_id: str | None = None, since: datetime | None = None, limit: int = 500
    ) -> list[JournalEntry]:
        """Return lines of the journal, newest first.

        Args:
            alert_id: only those of one alert.
            since: only those of what happened at or after an instant.
            limit: at most so many.
        """
        asked = select(journal)
        if alert_id is not None:
            asked = asked.where(journal.c.alert_id == alert_id)
        if since is not None:
            asked = asked.where(journal.c.at_us >= to_us(since))
        with self._engine.connect() as connection:
            rows = connection.execute(asked.order_by(journal.c.seq.desc()).limit(limit)).all()
        return [
            JournalEntry(
                row.seq, from_us(row.at_us), row.alert_id, row.action, row.who, row.state, row.reason, row.note,
                msgspec.json.decode(row.facts),
            )
            for row in rows
        ]  # fmt: skip

    # What people do

    def acknowledge(self, alert_id: str, who: str, note: str | None, now: datetime) -> Alert:
        """Say that somebody has seen an alert; saying it twice changes nothing.

        Returns the alert: ACKED, or NORM where its condition was already over.

        Raises:
            AlertNotFoundError: when there is none of that id.
        """
        with self._writing() as connection:
            alert = _locked(connection, alert_id)
            state = lifecycle.acknowledged(alert.state)
            if state == alert.state:
                return alert
            said = _clean(note)
            alert = msgspec.structs.replace(
                alert, state=state, acked_by=_clean(who), acked_at=to_ms(now), note=said or alert.note
            )
            return _keep(connection, alert, "acknowledged", who, now, note=said)

    def unacknowledge(self, alert_id: str, who: str, note: str | None, now: datetime) -> Alert:
        """Take an acknowledgement back; on an alert that has none it changes nothing.

        Raises:
            AlertNotFoundError: when there is none of that id.
            AlertStateError: when the alert is over.
        """
        with self._writing() as connection:
            alert = _locked(connection, alert_id)
            if alert.state not in lifecycle.LIVE:
                raise AlertStateError(f"The alert {alert_id} is over; its acknowledgement can no longer be taken back.")
            state = lifecycle.unacknowledged(alert.state)
            if state == alert.state:
                return alert
            said = _clean(note)
            alert = msgspec.structs.replace(alert, state=state, acked_by=None, acked_at=None, note=said or alert.note)
            return _keep(connection, alert, "unacknowledged", who, now, note=said)

    def note(self, alert_id: str, who: str, note: str, now: datetime) -> Alert:
        """Add a note to an alert, live or over.

        Raises:
            AlertNotFoundError: when there is none of that id.
            AlertStateError: when the note is empty.
        """
        said = _clean(note)
        if not said:
            raise AlertStateError("A note needs a text.")
        with self._writing() as connection:
            alert = msgspec.structs.replace(_locked(connection, alert_id), note=said)
            return _keep(connection, alert, "noted", who, now, note=said)

    # What the engine does

    def apply(self, changes: Sequence[Change], state: Mapping[str, bytes], position: str) -> list[Alert]:
        """Keep decisions, the state after them and how far the stream was read, in one transaction.

        A decision that is already kept changes nothing, so that a repeated batch is harmless.

        Returns:
            The alerts as they stand after each decision that changed anything.
        """
        with self._writing() as connection:
            kept = [alert for change in changes for alert in _apply(connection, change)]
            for name, body in {**state, POSITION: position.encode()}.items():
                _put_state(connection, self._engine.dialect.name, name, zlib.compress(body, 1))
        return kept

    def engine_state(self) -> tuple[dict[str, bytes], str]:
        """Return the engine's state in named parts, and how far the stream was read, `0-0` at the very beginning."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(engine_state)).all()
        parts = {row.name: zlib.decompress(row.body) for row in rows}
        return parts, parts.pop(POSITION, b"0-0").decode()

    # What is still to be told

    def outbox_pending(self, owner: str, now: datetime, limit: int = 500) -> list[Message]:
        """Take what is still to be told on the stream, oldest first.

        What one process took no other gets for LEASE, and neither does it get anything later of the same alert, so
        that the stream tells the changes of an alert in their order.

        Args:
            owner: who takes; the same name gets again what it took and did not finish.
            now: the present instant.
            limit: at most so many.
        """
        with self._engine.connect() as connection:
            if connection.execute(select(outbox.c.seq).limit(1)).first() is None:
                return []
        now_us = to_us(now)
        taken = (outbox.c.claimed_until_us > now_us) & (outbox.c.claimed_by != owner)
        with self._writing() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _OUTBOX_LOCK})
            others = select(outbox.c.alert_id).where(taken)
            free = or_(outbox.c.claimed_until_us.is_(None), ~taken) & outbox.c.alert_id.not_in(others)
            rows = connection.execute(
                select(outbox.c.seq, outbox.c.alert_id, outbox.c.payload)
                .where(free)
                .order_by(outbox.c.seq)
                .limit(limit)
            ).all()
            if rows:
                claim = update(outbox).where(outbox.c.seq.in_([row.seq for row in rows]))
                connection.execute(claim.values(claimed_by=owner, claimed_until_us=to_us(now + LEASE)))
        return [Message(row.seq, row.alert_id, row.payload) for row in rows]

    def outbox_done(self, seqs: Sequence[int]) -> None:
        """Drop what was told."""
        if seqs:
            with self._writing() as connection:
                connection.execute(delete(outbox).where(outbox.c.seq.in_(list(seqs))))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            if self._engine.dialect.name == "sqlite":
                # The lock is taken before the first look, so that what was read is still true when it is written.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection


def _apply(connection: Connection, change: Change) -> list[Alert]:
    event = change.event
    if event.kind == "raised":
        assert change.alert is not None
        return _raise(connection, event, change.alert)
    try:
        alert = _locked(connection, event.alert_id)
    except AlertNotFoundError:
        return []  # an end of what was never kept says nothing
    if alert.ended_at is not None or (event.kind == "updated" and alert.updated_at >= to_ms(event.at)):
        return []
    if event.kind == "updated":
        assert change.alert is not None
        new = change.alert
        alert = msgspec.structs.replace(
            alert, value=new.value, summary_vi=new.summary_vi, summary_en=new.summary_en, source=new.source,
            simulated=new.simulated,
        )  # fmt: skip
        return [_keep(connection, alert, None, ENGINE, event.at)]
    alert = msgspec.structs.replace(
        alert, state=lifecycle.ended(alert.state), ended_at=to_ms(event.at), reason=event.reason.value
    )
    return [_keep(connection, alert, "cleared", ENGINE, event.at, reason=event.reason.value)]


def _raise(connection: Connection, event: Event, alert: Alert) -> list[Alert]:
    if connection.execute(select(alerts.c.id).where(alerts.c.id == alert.id)).first() is not None:
        return []
    fingerprint = msgspec.json.encode([event.rule, sorted(event.labels.items())]).decode()
    earlier = select(alerts.c.body).where(alerts.c.live, alerts.c.fingerprint == fingerprint).with_for_update()
    changed = []
    for body in connection.execute(earlier).scalars().all():
        # One line for one thing that is wrong: what came back unseen is now the new alert's matter.
        old = _alert.decode(body)
        ended_at = old.ended_at if old.ended_at is not None else to_ms(event.at)
        old = msgspec.structs.replace(old, state="NORM", ended_at=ended_at)
        changed.append(_keep(connection, old, "superseded", ENGINE, event.at, note=alert.id))
    connection.execute(
        insert(alerts).values(
            id=alert.id, fingerprint=fingerprint, live=True, started_ms=alert.started_at, body=_encode(alert)
        )
    )
    _write_journal(connection, alert, "raised", ENGINE, event.at, event.reason.value, None)
    connection.execute(insert(outbox).values(alert_id=alert.id, payload=_encode(alert)))
    return [*changed, alert]


def _locked(connection: Connection, alert_id: str) -> Alert:
    body = connection.execute(select(alerts.c.body).where(alerts.c.id == alert_id).with_for_update()).scalar()
    if body is None:
        raise _unknown(alert_id)
    return _alert.decode(body)


def _keep(
    connection: Connection,
    alert: Alert,
    action: str | None,
    who: str,
    at: datetime,
    *,
    reason: str = "",
    note: str | None = None,
) -> Alert:
    """Keep a changed alert, tell of it, and write it down unless only its value changed."""
    alert = msgspec.structs.replace(alert, version=alert.version + 1, updated_at=max(alert.updated_at, to_ms(at)))
    body = _encode(alert)
    live = alert.state in lifecycle.LIVE
    connection.execute(update(alerts).where(alerts.c.id == alert.id).values(live=live, body=body))
    if action is not None:
        _write_journal(connection, alert, action, who, at, reason, note)
    connection.execute(insert(outbox).values(alert_id=alert.id, payload=body))
    return alert


def _write_journal(
    connection: Connection, alert: Alert, action: str, who: str, at: datetime, reason: str, note: str | None
) -> None:
    facts: dict[str, Any] = {
        "rule": alert.rule,
        "priority": alert.priority,
        "place": alert.place,
        "value": alert.value,
        "threshold": alert.threshold,
        "unit": alert.unit,
        "summary_vi": alert.summary_vi,
        "summary_en": alert.summary_en,
        "source": alert.source,
    }
    connection.execute(
        insert(journal).values(
            at_us=to_us(at), alert_id=alert.id, action=action, who=_clean(who) or "?", state=alert.state,
            reason=reason, note=note, facts=_encode(facts),
        )
    )  # fmt: skip


def _put_state(connection: Connection, dialect: str, name: str, body: bytes) -> None:
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = build(engine_state).values(name=name, body=body)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"body": literal(body)}))


def _clean(said: str | None) -> str | None:
    """Return a text as both databases can keep it, at most LONGEST_NOTE long; None for nothing."""
    if said is None:
        return None
    # PostgreSQL keeps no NUL, and no database keeps half a surrogate pair.
    kept = said.replace("\x00", "").encode("utf-8", "replace").decode().strip()
    return kept[:LONGEST_NOTE] or None


def _unknown(alert_id: str) -> AlertNotFoundError:
    return AlertNotFoundError(f"There is no alert {alert_id[:40]!r}.")
