"""What a figure on a screen was made from."""

from __future__ import annotations

import pytest

from dashboard.readmodels.gates import GatesModel
from dashboard.readmodels.services import ServicesModel
from feeds.catalogue import METRICS
from layouts.wording import catalogue, languages

QUEUE = "queue_length_vehicles"


@pytest.fixture
def gates(origins, places, now):
    """Return the topic gates without a single reading."""
    return GatesModel(origins, places, now)


def test_a_figure_names_the_one_reading_it_shows(gates, reading, now):
    """Of two sources the one that is shown is named, with its own method."""
    gates.fold([reading(QUEUE, "chi-ma", 41, queue="physical")], now)
    gates.fold([reading(QUEUE, "chi-ma", 58, source="chi-ma-office", queue="physical")], now)
    [basis] = gates.basis("gates/chi-ma/queue")
    assert (basis.source, basis.value, basis.method) == ("chi-ma-office", 58, "count")


def test_a_sum_names_all_its_parts(gates, reading, now):
    """A queue that a source tells by direction rests on both."""
    parts = [
        reading(QUEUE, "chi-ma", value, queue="physical", direction=one)
        for one, value in (("export", 9), ("import", 4))
    ]
    gates.fold(parts, now)
    assert gates.snapshot()["gates"]["chi-ma"]["queue"]["v"] == 13
    assert [(one.dims["direction"], one.value) for one in gates.basis("gates/chi-ma/queue")] == [
        ("export", 9),
        ("import", 4),
    ]


def test_a_count_of_the_day_names_every_gate(gates, reading, now):
    """The province's vehicles are the gates' together."""
    names = ("huu-nghi", "tan-thanh", "chi-ma", "coc-nam")
    gates.fold([reading("vehicles_passed_today", name, 10, direction="export") for name in names], now)
    assert {one.place for one in gates.basis("today/vehicles_export/cell")} == set(names)
    gates.fold([reading("vehicles_passed_today", "lang-son", 44, source="customs", direction="export")], now)
    assert [one.place for one in gates.basis("today/vehicles_export/cell")] == ["lang-son"]


@pytest.mark.parametrize(
    "path", ["gates/chi-ma/queue", "gates/nowhere/queue", "today/nothing/cell", "", "gates", "crossings/x/values/y"]
)
def test_where_no_figure_is_there_is_no_basis(gates, path):
    """Nothing is invented for a path that shows nothing."""
    assert gates.basis(path) == []


def test_services_name_their_reading(origins, places, reading, now):
    """A commune's figure too."""
    services = ServicesModel(origins, places)
    commune = places.all("commune")[0].id
    services.fold([reading("dossiers_overdue", commune, 3)], now)
    assert [one.place for one in services.basis(f"communes/{commune}/overdue")] == [commune]
    assert services.basis("communes/none/overdue") == []


@pytest.mark.parametrize("lang", languages())
def test_every_metric_has_its_formula_in_words(lang):
    """Whoever clicks a number is told how it comes about, in their own language."""
    words = catalogue(lang)
    assert [metric.name for metric in METRICS if len(words.get(f"formula.{metric.name}", "")) < 10] == []
