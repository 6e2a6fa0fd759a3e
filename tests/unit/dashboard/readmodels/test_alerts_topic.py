"""The topic alerts: the live list and its counts, whatever order versions come in."""

from __future__ import annotations

from dashboard.readmodels.alerts import AlertsModel


def alert(name="A", version=1, state="UNACK", priority="high", simulated=True):
    """Return a version of an alert in one line."""
    return {
        "id": name,
        "version": version,
        "updated_at": version,
        "state": state,
        "priority": priority,
        "simulated": simulated,
    }


def test_a_raised_alert_is_listed_and_counted():
    """One alert, not acknowledged."""
    changes = AlertsModel().fold([alert()])
    assert changes == {"items/A": alert(), "counts/high": {"total": 1, "unack": 1}}


def test_an_acknowledged_alert_stays_and_no_longer_waits():
    """Acknowledging changes the count of those that wait, not the total."""
    model = AlertsModel()
    model.fold([alert()])
    assert model.fold([alert(version=2, state="ACKED")])["counts/high"] == {"total": 1, "unack": 0}


def test_one_that_returned_unseen_still_waits():
    """Returned to normal but not acknowledged is not done."""
    model = AlertsModel()
    model.fold([alert(state="RTNUN")])
    assert model.snapshot()["counts"]["high"] == {"total": 1, "unack": 1}


def test_an_alert_that_is_over_leaves():
    """NORM removes it, and an older version that arrives afterwards does not bring it back."""
    model = AlertsModel()
    model.fold([alert()])
    assert model.fold([alert(version=3, state="NORM")]) == {"items/A": None, "counts/high": {"total": 0, "unack": 0}}
    assert model.fold([alert(version=2, state="ACKED")]) == {}


def test_the_same_version_twice_changes_nothing():
    """The list and the stream both bring it."""
    model = AlertsModel()
    model.fold([alert()])
    assert model.fold([alert()]) == {}


def test_raised_and_over_in_one_batch_is_nothing():
    """An alert that came and went unseen leaves no trace in the counts."""
    model = AlertsModel()
    changes = model.fold([alert(), alert(version=2, state="NORM")])
    assert (model.live, changes) == ([], {"items/A": None})


def test_the_desk_s_list_mends_the_screens():
    """What the desk does not list any more is over, except what was raised while it was being read."""
    model = AlertsModel()
    model.fold([alert("A"), alert("B"), alert("C")])
    changes = model.replace([alert("A"), alert("D", simulated=False)], keep=["C"])
    assert changes["items/B"] is None
    assert sorted(item["id"] for item in model.live) == ["A", "C", "D"]
    assert changes["counts/high"] == {"total": 3, "unack": 3}


def test_an_unknown_priority_is_listed_but_not_counted():
    """A newer alert engine does not break an older screen."""
    model = AlertsModel()
    assert set(model.fold([alert(priority="urgent")])) == {"items/A"}


def test_simulated_alerts_are_known_as_such():
    """The mark stays on while an alert rests on a simulated figure."""
    model = AlertsModel()
    model.fold([alert("A"), alert("B", simulated=False)])
    assert model.simulated_count == 1
