"""The desk of feeds: what people decide about feeds, and who decided it when and why.

Declared feeds, pauses, scenarios that are played, instrument marks and manual entries, kept in the desk database;
`FeedDesk` is the one thing other rooms use. What this package does not do: carry any of it out; the feeds process, the
door and the recorder look at the desk's revision and act.
"""

from feeds.desk.model import DeclaredFeed, FeedAction, ManualEntry, Pause, Playing
from feeds.desk.store import FeedDesk, open_feed_desk
from feeds.marks import Mark

__all__ = [
    "DeclaredFeed",
    "FeedAction",
    "FeedDesk",
    "ManualEntry",
    "Mark",
    "Pause",
    "Playing",
    "open_feed_desk",
]
