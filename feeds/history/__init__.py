"""The memory: every reading, passage and refusal in SQL, with rollups for the long view.

`History` is the one thing other rooms use; `open_history` opens it and brings its tables to head. What this package
does not do: judge records (the door did) or decide when to record (the recorder does).
"""

from feeds.history.activity import Activity, Gap
from feeds.history.ledger import LedgerRow, Recorded, RefusalRow
from feeds.history.letters import KeptLetter
from feeds.history.retention import Pruned
from feeds.history.series import HistorySeries, Point
from feeds.history.store import History, open_history

__all__ = [
    "Activity",
    "Gap",
    "History",
    "HistorySeries",
    "KeptLetter",
    "LedgerRow",
    "Point",
    "Pruned",
    "Recorded",
    "RefusalRow",
    "open_history",
]
