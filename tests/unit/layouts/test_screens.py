"""Tablet, duty, briefing and crossings: what a role is offered, and what the scripts and a reader rely on."""

import importlib
import json
import re

import pytest

from feeds.catalogue import METRICS
from layouts import ids
from layouts.facts import SHARES, metric_facts
from layouts.theme import DEFAULT_THEME
from layouts.view import View

SCREENS = ("tablet", "duty", "briefing", "crossings", "feeds", "mapping")


def props(component):
    """Every element of a component with its properties, in document order."""
    found = [component.to_plotly_json()["props"]]
    children = getattr(component, "children", None)
    for child in children if isinstance(children, list) else [children]:
        if hasattr(child, "to_plotly_json"):
            found += props(child)
    return found


def draw(screen, **more):
    """The properties of a screen's elements."""
    layout = importlib.import_module(f"layouts.screens.{screen}").layout
    return props(layout(View(screen, **more)))


def page(screen, **more):
    """The data the page carries for its scripts."""
    return json.loads(next(p["children"] for p in draw(screen, **more) if p.get("id") == ids.PAGE_DATA))


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_has_its_language_and_its_own_theme(screen):
    """Light where it is read in daylight, dark where a room is dim, unless the visitor chose."""
    main = draw(screen, lang="en")[0]
    assert (main["data-screen"], main["data-lang"], main["data-theme"]) == (screen, "en", DEFAULT_THEME[screen])
    assert draw(screen, theme="dark")[0]["data-theme"] == "dark"


@pytest.mark.parametrize("screen", SCREENS)
def test_an_empty_screen_shows_no_figure(screen):
    """Before data arrives nothing looks like a value."""
    texts = [p["children"] for p in draw(screen) if isinstance(p.get("children"), str) and p.get("id") != ids.PAGE_DATA]
    assert [text for text in texts if re.fullmatch(r"[\d.,]+|NaN|None|null", text)] == []
    assert len(texts) > 4


@pytest.mark.parametrize("screen", SCREENS)
def test_simulation_and_line_have_their_places(screen):
    """Every screen can say that it is simulated and that it has lost its line."""
    parts = {p.get("data-part") for p in draw(screen)}
    assert {"sim", "notice", "notice-text"} <= parts


@pytest.mark.parametrize("screen", SCREENS)
def test_no_id_stands_twice(screen):
    """Two elements of one id break labels and scripts."""
    found = [p["id"] for p in draw(screen) if "id" in p]
    assert len(found) == len(set(found))


def test_who_may_acknowledge_gets_the_buttons():
    """Take, give back, note; and the keys are named below."""
    shown = draw("duty", can_acknowledge=True)
    assert [p["data-action"] for p in shown if "data-action" in p] == ["ack", "unack", "note"]
    assert any(p.get("data-part") == "form" for p in shown)


def test_who_may_not_acknowledge_gets_none():
    """A button that would be refused is not there; searching and help are everybody's."""
    everybodys = {"ask-button", "head-help"}
    shown = [p for p in draw("duty", can_acknowledge=False) if p.get("className") not in everybodys]
    assert not any("data-action" in p or p.get("type") in {"button", "submit"} for p in shown)


def test_the_tablet_has_every_gate_and_a_place_for_each_page():
    """Five gates, the railway among them; six places in the bar."""
    shown = draw("tablet")
    tiles = [p["data-tile"] for p in shown if "data-tile" in p]
    assert tiles == ["tan-thanh", "huu-nghi", "chi-ma", "coc-nam", "dong-dang"]
    assert [p["data-page"] for p in shown if "data-page" in p] == [
        "now", "gate", "services", "network", "programme", "alerts"
    ]  # fmt: skip
    assert [p["data-place"] for p in shown if "data-place" in p] == [
        "now", "gates", "services", "network", "programme", "ask"
    ]  # fmt: skip


@pytest.mark.parametrize(("may", "tools"), [(False, {"code"}), (True, {"code", "note", "share"})])
def test_the_tablet_offers_only_what_the_role_may(may, tools):
    """Who may not speak for the province finds no button that would be refused."""
    assert {p["data-tool"] for p in draw("tablet", can_present=may) if "data-tool" in p} == tools


def test_scripts_know_every_metric_by_name():
    """An alert about any metric of the catalogue reads in both languages."""
    facts = page("duty")["facts"]["metrics"]
    assert set(facts) == {metric.name for metric in METRICS}
    assert facts["on_time_rate"]["share"] is True
    assert all(fact["name_vi"] and fact["name_en"] for fact in facts.values())


def test_shares_are_metrics_without_a_unit():
    """A percentage is made of a plain number only; of anything else it would be wrong by a factor of 100."""
    facts = metric_facts()
    assert {facts[name]["unit"] for name in SHARES} == {""}


def test_who_answers_for_the_feeds_gets_the_means():
    """Mending and re-driving for supervisors; the others read, and find no button that would be refused."""
    judge = draw("feeds", can_judge=True)
    reader = draw("feeds", can_judge=False)
    assert {p["data-do"] for p in judge if "data-do" in p} == {"letter-redrive", "letter-save", "letter-all"}
    assert any(p.get("href") == "/mapping" for p in judge)
    assert not any("data-do" in p or "data-editor" in p or p.get("href") == "/mapping" for p in reader)


def test_tabs_can_be_reached_and_named():
    """Each tab names its pane and each pane its tab; one of them is in the order of Tab."""
    shown = draw("feeds")
    panes = {p["id"]: p for p in shown if p.get("role") == "tabpanel"}
    tabs = [p for p in shown if p.get("role") == "tab"]
    assert [panes[tab["aria-controls"]]["aria-labelledby"] for tab in tabs] == [tab["id"] for tab in tabs]
    assert [tab["tabIndex"] for tab in tabs] == ["0", "-1", "-1"]
    assert [pane["hidden"] for pane in panes.values()] == [False, True, True]


def test_the_words_of_the_desk_are_not_sent_to_the_wall():
    """The wall's first load pays only for its own sentences."""
    desk, wall = page("feeds")["words"], page("duty")["words"]
    assert "feeds.state.paused" in desk
    assert not any(key.startswith(("feeds.", "mapping.", "desk.", "page.")) for key in wall)
