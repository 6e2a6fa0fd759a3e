"""Notes of leaders to the duty desk: what was asked, who saw it when, and what was answered."""

from dashboard.notes.model import Note, Step
from dashboard.notes.store import NoteDesk, open_notes

__all__ = ["Note", "NoteDesk", "Step", "open_notes"]
