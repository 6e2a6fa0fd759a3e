"""The one front door of the command line: `python -m dashboard VERB`."""

from __future__ import annotations

import sys

from dashboard.cli import app
from dashboard.errors import DashboardError
from feeds.errors import FeedError

if __name__ == "__main__":
    try:
        app()
    except (DashboardError, FeedError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
