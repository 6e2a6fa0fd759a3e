"""What screens report of themselves: outages, dropped frames, reloads, and that they are alive."""

from dashboard.screen_journal.model import KINDS, Beat, Entry, Line, Report
from dashboard.screen_journal.store import ScreenJournal, open_screen_journal

__all__ = ["KINDS", "Beat", "Entry", "Line", "Report", "ScreenJournal", "open_screen_journal"]
