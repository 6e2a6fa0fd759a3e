"""Tables of the desk database that belong to notes. Times are ms since the epoch.

`desk_note_step` only grows: who saw and who answered is a record. A test keeps the scripts in `migrations` equal.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

VERSION_TABLE: Final = "notes_version"

metadata: Final = MetaData()

# SQLite numbers rows by itself only in a column of type INTEGER.
_SEQUENCE: Final = BigInteger().with_variant(Integer, "sqlite")

notes: Final = Table(
    "desk_note",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("place", String(128)),
    Column("alert", String(26)),
    Column("path", Text, nullable=False),
    Index("desk_note_at", "at_ms"),
)
"""`key` is the sender's own name for a note, so that sending again after a lost answer adds no second one."""

steps: Final = Table(
    "desk_note_step",
    metadata,
    Column("seq", _SEQUENCE, primary_key=True, autoincrement=True),
    Column("note_id", String(16), ForeignKey("desk_note.id"), nullable=False),
    Column("what", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Index("desk_note_step_note", "note_id", "seq"),
)
