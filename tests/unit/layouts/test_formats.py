"""Figures and times as people read them."""

from datetime import UTC, datetime

import pytest

from layouts import formats

N = "\u00a0"


@pytest.mark.parametrize(
    ("value", "lang", "decimals", "text"),
    [
        (1604, "vi", 0, "1.604"),
        (1604, "en", 0, "1,604"),
        (999, "vi", 0, "999"),
        (1234567.891, "vi", 1, "1.234.567,9"),
        (1234567.891, "en", 2, "1,234,567.89"),
        (-18, "vi", 0, "−18"),
        (-0.4, "vi", 0, "0"),
        (2.5, "vi", 0, "3"),
        (0, "en", 2, "0.00"),
    ],
)
def test_numbers_are_grouped_as_the_language_groups_them(value, lang, decimals, text):
    """1.604 must not be read as one and a half."""
    assert formats.number(value, lang, decimals) == text


def test_a_difference_carries_its_sign():
    """More and less are told apart without a colour; no change has no sign."""
    assert [formats.signed(v) for v in (1140, -18, 0, 0.2)] == ["+1.140", "−18", "0", "0"]


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (-5, f"<1{N}ph", f"<1{N}min"),
        (59, f"<1{N}ph", f"<1{N}min"),
        (60, f"1{N}ph", f"1{N}min"),
        (89.9, f"1{N}ph", f"1{N}min"),
        (90, f"2{N}ph", f"2{N}min"),
        (3569, f"59{N}ph", f"59{N}min"),
        (3570, f"1g{N}00", f"1h{N}00"),
        (34800, f"9g{N}40", f"9h{N}40"),
        (259200, f"72g{N}00", f"72h{N}00"),
        (359969, f"99g{N}59", f"99h{N}59"),
        (359970, "100g", "100h"),
    ],
)
def test_lengths_of_time(seconds, vi, en):
    """9g 40, not 580 phút: a leader does not divide by sixty."""
    assert (formats.duration(seconds, "vi"), formats.duration(seconds, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, f"0{N}giây"),
        (59.9, f"59{N}giây"),
        (60, f"1{N}ph"),
        (3599, f"59{N}ph"),
        (3600, f"1g{N}00"),
        (172799, f"47g{N}59"),
        (172800, f"2{N}ngày"),
    ],
)
def test_ages_are_never_rounded_up(seconds, text):
    """An age says at least how old something is, in both sides of every boundary."""
    assert formats.age(seconds) == text


def test_ago_is_a_phrase():
    """The age in the head of every screen."""
    assert formats.ago(2) == f"2{N}giây trước"
    assert formats.ago(840, "en") == f"14{N}min ago"


def test_money_is_written_in_its_size():
    """Fees of a day are billions, of a vehicle a hundred thousand."""
    assert formats.money(1_400_000_000) == f"1,40{N}tỷ{N}₫"
    assert formats.money(640_000_000, "en") == f"640{N}m{N}₫"
    assert formats.money(100_000) == f"100.000{N}₫"


def test_distances_and_shares():
    """8,2 km and 87,8 %, with the signs of each language."""
    assert (formats.distance(8200), formats.distance(644), formats.distance(8200, "en")) == (
        f"8,2{N}km",
        f"640{N}m",
        f"8.2{N}km",
    )
    assert (formats.percent(87.76), formats.percent(87.76, "en")) == (f"87,8{N}%", "87.8%")


def test_both_sides_of_the_border_have_their_time():
    """Beijing is an hour ahead of Hanoi, and 17:30 UTC is tomorrow in both."""
    at = datetime(2026, 11, 21, 17, 30, 5, tzinfo=UTC)
    assert formats.clock(at, seconds=True) == "00:30:05"
    assert formats.clock(at, zone=formats.BEIJING) == "01:30"
    assert (formats.day(at), formats.day(at, "en")) == ("CN 22/11/2026", "Sun 22 Nov 2026")


def test_live_frames_carry_milliseconds():
    """The instant of a frame is aware and in UTC."""
    assert formats.from_ms(0) == datetime(1970, 1, 1, tzinfo=UTC)


def test_an_unknown_language_writes_vietnamese_figures():
    """Sentences and figures of a page are of one language."""
    assert formats.number(1604, "xx") == "1.604"
