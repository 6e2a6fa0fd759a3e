"""The lost area's outline and the words for it, in the browser."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

SCRIPTS = ("00-lso.js", "10-dom.js", "10-format.js", "32-map-lost.js", "36-network.js")
STRETCH = {"road": "QL1", "road_name": "QL1", "gate": "huu-nghi"}
LOST = {
    "grid": [106.0, 21.2, 0.0025], "cells": [1, 1, 1], "area_km2": 322.4, "population": 118_042,
    "stretches": [
        STRETCH | {"from_km": 4.3, "to_km": 15.5, "km": 11.2, "technology": "4g"},
        STRETCH | {"from_km": 6.6, "to_km": 15.5, "km": 8.9, "technology": ""},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [1, 1, 1],
        [1, 1, 5],
        [1, 1, 2, 2, 1, 2],  # one run above another
        [1, 0, 2, 2, 1, 2],  # a step
        [1, 0, 5, 2, 0, 1, 2, 4, 1],  # a bay
        [1, 0, 5, 2, 0, 1, 2, 4, 1, 3, 0, 5],  # a hole
    ],
)
def test_the_outline_goes_around_the_cells(scripts, cells):
    """Lines lie only between a lost cell and one that is not, however the runs lie to each other."""
    page = scripts(*SCRIPTS)
    found = page.evaluate("(cells) => LSO.mapLost.edges(cells)", cells)
    inside = {(cells[i], c) for i in range(0, len(cells), 3) for c in range(cells[i + 1], cells[i + 1] + cells[i + 2])}
    drawn = set()
    for column, row, to_column, _to_row in found:
        if column == to_column:
            drawn.add(("|", row, column))
        else:
            drawn |= {("-", row, each) for each in range(column, to_column)}
    expected = {("|", r, c) for r, c in inside if (r, c - 1) not in inside}
    expected |= {("|", r, c + 1) for r, c in inside if (r, c + 1) not in inside}
    expected |= {("-", r, c) for r, c in inside if (r - 1, c) not in inside}
    expected |= {("-", r + 1, c) for r, c in inside if (r + 1, c) not in inside}
    assert drawn == expected


def test_the_worst_stretch_is_said_and_the_rest_in_the_detail(scripts):
    """No signal at all comes before no 4G; without a dead stretch the people are said, without a loss nothing."""
    page = scripts(*SCRIPTS)
    page.evaluate(
        "Object.assign(LSO.page.words, { 'network.lost': '{people} người', 'network.stretches': '{stretches}' })"
    )
    plain = "(text) => text && text.replace(/\\u2060/g, '').replace(/\\u00a0/g, ' ')"
    note = f"(lost) => ({plain})(LSO.lostCoverage.note(lost))"
    assert page.evaluate(note, LOST) == "QL1 km 6,6–15,5"
    assert page.evaluate(note, LOST | {"stretches": []}) == "118.042 người"
    assert page.evaluate(note, LOST | {"stretches": [], "population": 0}) is None
    assert page.evaluate(note, None) is None
    alert = {"metric": "road_dead_stretch_km", "place": "huu-nghi", "labels": {"topic": "network"}}
    details = "([lost, alert]) => LSO.lostCoverage.details(lost, alert)"
    assert "4,3" in page.evaluate(details, [LOST, alert])[1]
    assert len(page.evaluate(details, [LOST, alert | {"place": "chi-ma"}])) == 1
    assert page.evaluate(details, [LOST, alert | {"labels": {"topic": "queue"}}]) == []
