"""Errors of notes.

DashboardError
├── NoteMissingError   no note has this id
└── TooManyNotesError  one person wrote more in an hour than anybody reads
"""

from __future__ import annotations

from dashboard.errors import DashboardError


class NoteMissingError(DashboardError, LookupError):
    """No note has this id."""


class TooManyNotesError(DashboardError, RuntimeError):
    """Somebody wrote more notes in an hour than are taken."""
