"""Crossings that a mapping declared: shown as they come, missing counts as missing, a replay as a replay."""

import pytest
from playwright.sync_api import expect

from tests.browser.screens.stage import cell, source

pytestmark = pytest.mark.browser


def replay(stage, **values):
    """Nine crossings of a recorded day that is played again."""
    stage.topics["feeds"]["sources"] = {
        "replay-dpsu": source(kind="replay", name_vi="Phát lại: biên giới", detail="day.csv"),
    }
    figures = {f"queue_length_vehicles|vehicle_type={kind}": value for kind, value in values.items()}
    stage.topics["gates"]["crossings"] = {
        f"c{n}": {
            "id": f"c{n}",
            "name_vi": f"Crossing {n}",
            "name_en": f"Crossing {n}",
            "lat": 50.0,
            "lon": 23.0,
            "values": {key: value | {"src": "replay-dpsu"} for key, value in figures.items()},
        }
        for n in range(1, 10)
    }


def test_a_missing_count_is_not_a_zero(stage, open_screen):
    """Missing says so; a real zero is 0."""
    replay(stage, truck=cell(None, quality="missing"), car=cell(0))
    page = open_screen("/crossings")
    expect(page.locator("article")).to_have_count(9)
    first = page.locator("article").first
    expect(first.locator(".crossing-figure").nth(0)).to_contain_text("thiếu")
    expect(first.locator(".crossing-figure").nth(1).locator("dd")).to_have_text("0")


def test_a_replay_is_called_one(stage, open_screen):
    """A recorded day is never taken for today."""
    replay(stage, truck=cell(2299))
    page = open_screen("/crossings")
    expect(page.get_by_text("PHÁT LẠI", exact=True)).to_be_visible()
    expect(page.locator(".head-sim")).to_be_visible()
    expect(page.get_by_text("Phát lại: biên giới · day.csv")).to_be_visible()


def test_the_trend_begins_when_the_page_was_opened(stage, open_screen):
    """One figure is no trend; the second draws one."""
    replay(stage, truck=cell(2299, age_s=60))
    page = open_screen("/crossings", (1024, 768))
    trend = page.locator("article .crossing-trend").first
    expect(trend).to_contain_text("chưa có biến động")
    replay(stage, truck=cell(2310))
    stage.tell("gates")
    expect(trend.locator(".line-chart-line")).to_be_visible()
    expect(page.locator("article dd").first).to_have_text("2.310")


def test_without_crossings_the_screen_says_how_they_come(stage, open_screen):
    """An empty page explains itself."""
    page = open_screen("/crossings")
    expect(page.get_by_text("Chưa có cửa khẩu nào khác")).to_be_visible()
