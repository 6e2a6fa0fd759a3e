"""The browser writes figures exactly as Python does: a number on the wall equals the one in an export."""

import random
import re
from datetime import UTC, datetime, timedelta

import pytest

from feeds import freshness
from layouts import formats
from layouts.wording import catalogue, languages, say

pytestmark = pytest.mark.browser

NUMBERS = [
    0,
    -0.0,
    0.5,
    1.5,
    2.5,
    -2.5,
    0.125,
    0.005,
    1.005,
    999.5,
    999.95,
    1604,
    -18,
    999_999.5,
    1e9,
    999_499_999,
    999_500_000,
    1e6,
]
SECONDS = [
    -1,
    0,
    29.9,
    59.99,
    60,
    89.999,
    90,
    119,
    3569,
    3570,
    3599,
    3600,
    86399,
    86400,
    172799,
    172800,
    359969,
    359970,
    1e7,
]


def drawn(seed, low, high, count):
    """Repeatable values over several sizes."""
    source = random.Random(seed)
    return [source.uniform(low, high) * 10 ** source.randint(-3, 3) for _ in range(count)]


@pytest.mark.parametrize("lang", languages())
def test_figures_agree(scripts, lang):
    """Every format, over ties, boundaries and a few hundred drawn values."""
    numbers = NUMBERS + drawn(1, -1e5, 1e7, 150)
    seconds = SECONDS + drawn(2, 0, 1e5, 100)
    page = scripts("10-format.js", lang=lang)
    seen = page.evaluate(
        """([lang, numbers, seconds]) => { const F = LSO.format; return [
          [0, 1, 2].map((d) => numbers.map((v) => F.number(v, lang, d))), numbers.map((v) => F.signed(v, lang)),
          numbers.map((v) => F.percent(v, lang)), numbers.map((v) => F.money(v, lang)),
          numbers.map((v) => F.distance(Math.abs(v), lang)), seconds.map((v) => F.duration(v, lang)),
          seconds.map((v) => F.age(v, lang)), seconds.map((v) => F.ago(v, lang))]; }""",
        [lang, numbers, seconds],
    )
    expected = [
        [[formats.number(v, lang, d) for v in numbers] for d in (0, 1, 2)],
        [formats.signed(v, lang) for v in numbers],
        [formats.percent(v, lang) for v in numbers],
        [formats.money(v, lang) for v in numbers],
        [formats.distance(abs(v), lang) for v in numbers],
        [formats.duration(v, lang) for v in seconds],
        [formats.age(v, lang) for v in seconds],
        [formats.ago(v, lang) for v in seconds],
    ]
    assert seen == expected


@pytest.mark.parametrize("lang", languages())
def test_times_agree(scripts, lang):
    """Clock and calendar on both sides of midnight, of Hanoi, of Beijing and of the year."""
    moments = [datetime(2026, 11, 22, hour, 59, 59, tzinfo=UTC) for hour in (0, 15, 16, 17, 23)] + [
        datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC),
        datetime(2028, 2, 28, 18, 30, 0, tzinfo=UTC),
    ]
    page = scripts("10-format.js", lang=lang)
    seen = page.evaluate(
        """(all) => all.map((ms) => { const F = LSO.format;
          return [F.clock(ms, "hanoi", true), F.clock(ms, "beijing"), F.day(ms)]; })""",
        [at.timestamp() * 1000 for at in moments],
    )
    assert seen == [
        [
            formats.clock(at, seconds=True),
            formats.clock(at, zone=formats.BEIJING),
            formats.day(at, lang),
        ]
        for at in moments
    ]


def test_freshness_agrees(scripts):
    """A figure turns late, stale and lost at the same instant in the browser and in a rule."""
    ages = [0, 89.999, 90, 90.001, 179.999, 180, 180.001, 599.999, 600, 600.001, 1e6]
    page = scripts("10-freshness.js")
    seen = page.evaluate("(ages) => ages.map((age) => LSO.freshness.stateOf(age, 60))", ages)
    assert seen == [freshness.freshness_of(age, 60).value for age in ages]
    entered = page.evaluate("[-1, 0, 1].map((ms) => LSO.freshness.ofCell({ at: 0, cad: 60, until: 1000 }, 1000 + ms))")
    end = datetime.fromtimestamp(1, UTC)
    assert entered == [freshness.freshness_until(end, end + timedelta(milliseconds=ms)).value for ms in (-1, 0, 1)]
    limits = page.evaluate("[LSO.freshness.LATE_FROM, LSO.freshness.STALE_FROM, LSO.freshness.LOST_FROM]")
    assert limits == [freshness.LATE_FROM, freshness.STALE_FROM, freshness.LOST_FROM]


def test_words_follow_their_number_alike(scripts):
    """A count on the wall and the same count in an export are worded alike, in every sentence that has two forms."""
    counted = {key: text for key, text in catalogue("en").items() if "[" in text}
    assert len(counted) > 50
    names = set(re.findall(r"\{(\w+)\}|\[(\w+):", " ".join(counted.values())))
    for count in ("1", "2", "0", "1.5"):
        values = {one or two: count for one, two in names}
        page = scripts("00-lso.js", lang="en")
        seen = page.evaluate(
            "([words, put]) => { LSO.page.words = words; return Object.keys(words).map((key) => LSO.t(key, put)); }",
            [counted, values],
        )
        assert seen == [say("en", key, **values) for key in counted]
