"""What the databases know: the books, the alerts that stand, and how large they are. Blocks; for a thread."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from alerts.desk import Desk
from alerts.lifecycle import STATES
from alerts.model import PRIORITIES, Alert
from dashboard.metrics.sheet import Names, Sheet
from feeds.history import History
from feeds.history.ledger import LedgerRow, RefusalRow
from geodata.gates import HANOI

UNACKNOWLEDGED: Final = frozenset({"UNACK", "RTNUN"})
LISTED: Final = tuple(state for state in STATES if state != "NORM")
"""States in which an alert stands on the list."""


def write_history(sheet: Sheet, history: History, names: Names, now: datetime) -> None:
    """Write the books and the size of the history.

    Raises:
        SQLAlchemyError: when it does not answer.
    """
    write_books(sheet, history.ledger(), history.refusals(now.astimezone(HANOI).date()), names)
    sheet.set("lso_database_size_bytes", size_bytes(history.engine), _database(history.engine, "history"))


def write_books(sheet: Sheet, ledger: Iterable[LedgerRow], refusals: Iterable[RefusalRow], names: Names) -> None:
    """Write what became of what each source sent; names beyond the limit share one label."""
    for row in ledger:
        label = names.label(row.source)
        sheet.add("lso_records_stored_total", row.stored, label, row.kind)
        sheet.add("lso_records_duplicate_total", row.duplicates, label, row.kind)
        sheet.add("lso_records_corrected_total", row.corrections, label, row.kind)
        sheet.add("lso_records_refused_total", row.refused, label, row.kind)
    for refusal in refusals:
        sheet.add("lso_records_refused_today", refusal.refused, names.label(refusal.source), refusal.reason)


def write_desk(sheet: Sheet, desk: Desk, engine: Engine, history_engine: Engine, now: datetime) -> None:
    """Write the alerts that stand, and the size of the desk where it is a database of its own.

    Raises:
        SQLAlchemyError: when it does not answer.
    """
    write_alerts(sheet, desk.live(), now)
    if engine.url != history_engine.url:
        sheet.set("lso_database_size_bytes", size_bytes(engine), _database(engine, "desk"))


def write_alerts(sheet: Sheet, alerts: Iterable[Alert], now: datetime) -> None:
    """Write how many alerts stand, by priority and state, and how long the oldest has been waiting for anybody."""
    for priority in PRIORITIES:
        for state in LISTED:
            sheet.set("lso_alerts_live", 0, priority, state)
    waiting = dict.fromkeys(PRIORITIES, 0.0)
    for alert in alerts:
        sheet.add("lso_alerts_live", 1, alert.priority, alert.state)
        if alert.state in UNACKNOWLEDGED:
            age_s = now.timestamp() - alert.started_at / 1000
            waiting[alert.priority] = max(waiting.get(alert.priority, 0.0), age_s)
    for priority, age_s in waiting.items():
        sheet.set("lso_alerts_oldest_unacknowledged_seconds", age_s, priority)


def size_bytes(engine: Engine) -> float | None:
    """Return the size of a database: the files with their log, or what the server says; None where neither is told."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        return float(size)
    path = Path(engine.url.database or "")
    sizes = [one.stat().st_size for one in (path, Path(f"{path}-wal")) if one.is_file()]
    return float(sum(sizes)) if sizes else None


def _database(engine: Engine, name: str) -> str:
    return "postgresql" if engine.dialect.name == "postgresql" else name
