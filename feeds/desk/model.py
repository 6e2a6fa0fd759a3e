"""What stands on the desk of feeds. Pure; every instant is aware UTC."""

from __future__ import annotations

from datetime import datetime

import msgspec


class DeclaredFeed(msgspec.Struct, frozen=True):
    """A feed that a person declared on the desk, beside those of config/feeds.yaml.

    Attributes:
        name: the feed's name, a word.
        settings_yaml: its settings, as one entry of feeds.yaml.
        mapping_yaml: its mapping; "" for a kind that needs none.
        who: who declared it last.
        at: when.
    """

    name: str
    settings_yaml: str
    mapping_yaml: str
    who: str
    at: datetime


class Pause(msgspec.Struct, frozen=True):
    """A feed that a person stopped, until it is resumed."""

    feed: str
    who: str
    why: str
    at: datetime


class Playing(msgspec.Struct, frozen=True):
    """The scenario that a person chose for a simulator; it ends by itself at `until`, unless that is None."""

    scenario: str
    who: str
    why: str
    at: datetime
    until: datetime | None = None


class ManualEntry(msgspec.Struct, frozen=True):
    """One figure that a person entered.

    Attributes:
        id: its number on the desk.
        metric: a metric of the catalogue.
        place: a canonical place id.
        dims: dimension → value.
        value: in the metric's unit.
        note: what the person added; may be "".
        who: the person.
        source: the source of the reading it became.
        observed_at: when the person saw it.
        entered_at: when they entered it.
        until: when it stops to speak.
        withdrawn_by: who took it back; "" while it stands.
        withdrawn_at: when they did.
    """

    id: int
    metric: str
    place: str
    dims: dict[str, str]
    value: float
    note: str
    who: str
    source: str
    observed_at: datetime
    entered_at: datetime
    until: datetime
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None


class FeedAction(msgspec.Struct, frozen=True):
    """One line of the journal.

    Attributes:
        at: when.
        who: the person.
        what: declared, retired, paused, resumed, played, stopped playing, marked, unmarked, entered or withdrawn.
        subject: the feed, the mark or the figure it was done to.
        why: their words; "" where none were asked for.
    """

    at: datetime
    who: str
    what: str
    subject: str
    why: str
