"""What is said of the feeds themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.catalogue import Catalogue
from feeds.model import DeadLetter, Passage, Reading
from feeds.quality import MOST_SOURCES, FeedQuality
from feeds.registry import SourceFacts
from feeds.validation import judge_reading
from geodata.places import Place, Places

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def quality():
    """The quality of feeds nobody has heard of yet."""
    return FeedQuality(Catalogue())


def reading(source="gate", *, at=NOW, received=None, metric="queue_length_vehicles"):
    """Return a reading, received as it was observed unless said otherwise."""
    return Reading(metric, "tan-thanh", 1.0, at, received or at, source)


def passage(source="gate", at=NOW):
    """Return a passage."""
    return Passage("v", "tan-thanh", "export", "fruit", "transport", "enter", at, at, source)


def letter(payload, reason="clock_ahead", source="gate"):
    """Return a refused record."""
    return DeadLetter("reading", reason, "", "", source, NOW, payload)


def figures(quality, now=NOW, announced=(), refused=None):
    """Return the figures by (feed, metric)."""
    told = quality.readings(now, {facts.source: facts for facts in announced}, refused or {})
    return {(one.dims["feed"], one.metric): one.value for one in told}


def test_age_and_cadences(quality):
    """A feed whose newest figure is ten minutes old and should come every minute is ten cadences old."""
    quality.saw_readings([reading(), reading(metric="stock_vehicles")])
    now = figures(quality, NOW + 600 * SECOND)
    assert now["gate", "feed_age_s"] == 600
    assert now["gate", "feed_age_cadences"] == 10


def test_announced_cadence_counts(quality):
    """A feed that said it comes hourly is judged by the hour."""
    quality.saw_readings([reading()])
    slow = SourceFacts("gate", "http", cadence_s=3_600)
    assert figures(quality, NOW + 7_200 * SECOND, [slow])["gate", "feed_age_cadences"] == 2


def test_passages_alone_have_their_own_cadence(quality):
    """A gate without vehicles for ten minutes of the night is not late."""
    quality.saw_passages([passage()])
    assert figures(quality, NOW + 600 * SECOND)["gate", "feed_age_cadences"] == 1


def test_frozen_feed_is_seen(quality):
    """A real feed that goes on sending the same old instant gets old."""
    quality.saw_readings([reading()])
    quality.saw_readings([reading(received=NOW + 600 * SECOND)])
    assert figures(quality, NOW + 600 * SECOND)["gate", "feed_age_cadences"] == 10


def test_replay_of_an_old_day_is_not_lost(quality):
    """What is replayed is old by its nature: it is lost only when it stops coming."""
    old = reading("replay-dpsu", at=NOW - timedelta(days=100), received=NOW)
    quality.saw_readings([old])
    running = SourceFacts("replay-dpsu", "replay")
    now = figures(quality, NOW + 60 * SECOND, [running])
    assert now["replay-dpsu", "feed_age_cadences"] == 1
    assert now["replay-dpsu", "feed_age_s"] == 100 * 86_400 + 60
    ended = SourceFacts("replay-dpsu", "replay", ended=True)
    assert figures(quality, NOW + 6_000 * SECOND, [ended])["replay-dpsu", "feed_age_cadences"] == 0


def test_rate_over_the_last_minute(quality):
    """The rate follows what came in the last minute."""
    figures(quality)
    quality.saw_readings([reading()] * 60)
    assert figures(quality, NOW)["gate", "feed_rate_per_s"] == 0, "no time has passed"
    quality.saw_passages([passage()] * 60)
    assert figures(quality, NOW + 15 * SECOND)["gate", "feed_rate_per_s"] == pytest.approx(60 / 15)
    for seconds in (30, 45, 60):
        figures(quality, NOW + seconds * SECOND)
    assert figures(quality, NOW + 75 * SECOND)["gate", "feed_rate_per_s"] == 0


def test_refusals_of_today(quality):
    """The refused records are those that history counted."""
    quality.saw_readings([reading()])
    assert figures(quality, refused={"gate": 7})["gate", "feed_refused_today"] == 7


def test_clock_ahead_of_accepted_readings(quality):
    """A clock that runs ahead is told with the largest lead of the last quarter of an hour, then no more."""
    quality.saw_readings([reading(at=NOW + ahead * SECOND, received=NOW) for ahead in (40, 60, 20)])
    assert figures(quality)["gate", "feed_clock_ahead_s"] == 60
    assert figures(quality, NOW + 899 * SECOND)["gate", "feed_clock_ahead_s"] == 60
    assert figures(quality, NOW + 900 * SECOND)["gate", "feed_clock_ahead_s"] == 0
    late = NOW + 1_000 * SECOND
    quality.saw_readings([reading(at=late + 5 * SECOND, received=late)])
    assert figures(quality, late)["gate", "feed_clock_ahead_s"] == 5


@pytest.mark.parametrize(
    ("payload", "ahead_s"),
    [
        ('{"observed_at":"2026-11-22T02:00:00Z","value":1}', 3_600),
        ('{"at":"2026-11-22T01:30:00Z"}', 1_800),
        ('{"observed_at":"2026-11-22T02:00:00"}', 0),
        ("{}", 0),
        ("not json", 0),
    ],
)
def test_clock_ahead_of_refused_records(quality, payload, ahead_s):
    """A clock so far ahead that its records are refused is told all the more, as far as the record says."""
    quality.saw_letters([letter(payload), letter("{}", reason="bad_value")])
    assert figures(quality)["gate", "feed_clock_ahead_s"] == ahead_s


def test_our_own_figures_are_no_feed(quality):
    """Derived figures, and these here, are not judged as if somebody sent them."""
    quality.saw_readings([reading("border:gate"), reading("recorder"), reading("services:simulator")])
    quality.saw_passages([passage("border:gate")])
    quality.saw_letters([letter("{}", source="recorder")])
    quality.remember([reading("network:simulator")])
    assert figures(quality) == {}


def test_announced_feed_that_never_sent_gets_old(quality):
    """A feed that announced itself and then sent nothing is found out."""
    promised = SourceFacts("silent", "http", cadence_s=60)
    assert figures(quality, NOW, [promised])["silent", "feed_age_cadences"] == 0
    assert figures(quality, NOW + 600 * SECOND, [promised])["silent", "feed_age_cadences"] == 10


def test_what_is_forgotten_after_a_day(quality):
    """A sender that was never announced is forgotten after a day of silence, an announced one never, ended ones too."""
    quality.remember([reading("once"), reading("feed"), reading("file")])
    facts = [SourceFacts("feed", "http"), SourceFacts("file", "replay", ended=True)]
    later = NOW + timedelta(hours=24)
    assert {feed for feed, _ in figures(quality, later, facts)} == {"once", "feed", "file"}
    assert {feed for feed, _ in figures(quality, later + SECOND, facts)} == {"feed"}


def test_made_up_sources_are_bounded(quality):
    """A sender that invents a name for each reading cannot fill the history with names."""
    quality.saw_readings(reading(f"s{number}", at=NOW + number * SECOND) for number in range(MOST_SOURCES + 50))
    feeds = {feed for feed, _ in figures(quality, NOW + timedelta(hours=1))}
    assert len(feeds) == MOST_SOURCES
    assert "s0" not in feeds


def test_every_figure_passes_the_door(quality):
    """Whatever a source is called and however old it is, what is told of it is accepted."""
    quality.saw_readings([reading("cửa khẩu số", at=datetime(2000, 1, 1, tzinfo=UTC), received=NOW), reading("x" * 64)])
    places = Places([Place("lang-son", None, "province", "Lạng Sơn", "Lang Son", None, None)])
    judged = [judge_reading(one, "recorder", NOW, Catalogue(), places) for one in quality.readings(NOW, {}, {})]
    assert len(judged) == 10
    assert {one.source for one in judged} == {"recorder"}
