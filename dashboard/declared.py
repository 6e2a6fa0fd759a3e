"""Which feeds are declared, in config/feeds.yaml or on the desk, and of which kind they are."""

from __future__ import annotations

from pathlib import Path

from feeds.desk.store import FeedDesk
from feeds.errors import FeedsFileError
from feeds.settings import kind_of, load_feeds, parse_feed

SIMULATOR = "simulator"
"""The kind that plays scenarios."""


def declared_kinds(config_dir: Path, desk: FeedDesk) -> dict[str, str]:
    """Return the kind of every declared feed by name, "" for one whose settings cannot be used.

    Raises:
        FeedsFileError: when config/feeds.yaml itself cannot be used.
    """
    file = load_feeds(config_dir)
    kinds = {
        name: "" if isinstance(settings, FeedsFileError) else kind_of(settings) for name, settings in file.feeds.items()
    }
    for declared in desk.declared():
        try:
            kinds[declared.name] = kind_of(parse_feed(declared.name, declared.settings_yaml, file.allow_hosts))
        except FeedsFileError:
            kinds[declared.name] = ""
    return kinds
