"""The topic programme: what counts as a target's value, where it stands, and its tiers, communes and districts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.readmodels.programme import ProgrammeModel
from feeds.model import Reading
from feeds.programme.targetfile import load_programme
from feeds.registry import SourceFacts

PROGRAMME = load_programme(Path(__file__).parents[4] / "config")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DISTRICT = "district.178"


@pytest.fixture
def model(origins, places):
    """Return the model of the shipped programme."""
    return ProgrammeModel(origins, PROGRAMME, places, NOW)


def entry(target: str, value: float | None, *, place: str = "lang-son", user: str = "lan", days: float = 90) -> Reading:
    """Return what a person entered an hour ago."""
    at = NOW - timedelta(hours=1)
    until = at + timedelta(days=days)
    quality = "manual" if value is not None else "missing"
    return Reading(
        "target_value", place, value, at, at, f"manual.{user}", {"target": target}, "manual", quality, expires_at=until
    )


def shown(model: ProgrammeModel, key: str) -> dict:
    """Return a target as the screens get it."""
    return model.snapshot()["targets"][key]


def test_every_target_is_there_before_anything_is_told(model):
    """A target without a value says that nobody told it; none is invented."""
    targets = model.snapshot()["targets"]
    assert len(targets) == len(PROGRAMME.targets)
    untold = targets["virtual_assistants"]
    assert (untold["cell"], untold["basis"], untold["state"]) == (None, "none", "unknown")
    assert untold["owner_vi"]
    assert untold["aim"]["value"] == 100


def test_a_document_speaks_while_nobody_else_does(model):
    """The ICT-Index of 2020 is shown with its year, and its aim of 2025 as missed."""
    rank = shown(model, "ict_index_rank")
    assert (rank["cell"]["v"], rank["basis"], rank["known"]["date"]) == (21, "document", "2020")
    assert [aim["year"] for aim in rank["missed"]] == [2025]
    assert rank["cell"]["sim"] is False


def test_an_entry_wins_over_the_document_and_says_who(model, registry):
    """The newest valid entry is the value, with its author and its time; withdrawn, the document speaks again."""
    changes = model.fold([entry("ict_index_rank", 12)], NOW)
    assert changes["targets/ict_index_rank/basis"] == "manual"
    rank = shown(model, "ict_index_rank")
    assert (rank["cell"]["v"], rank["entered_by"], rank["gap"]) == (12, "lan", 2)
    assert rank["entered_at"] == rank["cell"]["at"]
    gone = entry("ict_index_rank", None)
    model.fold([gone], NOW)
    assert (shown(model, "ict_index_rank")["cell"]["v"], shown(model, "ict_index_rank")["entered_by"]) == (21, "")


def test_an_entry_wins_over_a_simulated_feed_and_yields_to_a_real_one(model, reading):
    """What a person counted beats what is played, and a feed that counts beats the person."""
    model.fold([reading("population_coverage_pct", "lang-son", 71, technology="5g", area="key")], NOW)
    assert (shown(model, "key_areas_5g")["cell"]["sim"], model.simulated_count) == (True, 1)
    model.fold([entry("key_areas_5g", 64)], NOW)
    assert (shown(model, "key_areas_5g")["cell"]["v"], shown(model, "key_areas_5g")["basis"]) == (64, "manual")
    assert model.simulated_count == 0
    real = reading("population_coverage_pct", "lang-son", 66, source="viettel", technology="5g", area="key")
    model.fold([real], NOW)
    assert (shown(model, "key_areas_5g")["cell"]["v"], shown(model, "key_areas_5g")["basis"]) == (66, "feed")


def test_a_real_feed_that_is_lost_leaves_the_word_to_the_entry(model, reading):
    """By mere time: after ten cadences the feed is lost, and the tick says so."""
    real = reading("population_coverage_pct", "lang-son", 66, source="viettel", technology="5g", area="key")
    model.fold([real, entry("key_areas_5g", 64)], NOW)
    changes = model.tick(NOW + timedelta(seconds=3_001))
    assert changes["targets/key_areas_5g/cell"]["v"] == 64
    assert model.tick(NOW + timedelta(seconds=3_002)) == {}


def test_a_share_is_shown_in_percent(model, reading):
    """Online rate 0.8776 of the feed is 87.76 % of the target."""
    model.fold([reading("online_rate", "lang-son", 0.8776)], NOW)
    assert shown(model, "dossiers_online")["cell"]["v"] == 87.76


def test_the_communes_make_the_whole_when_all_have_told(model, places):
    """64 of 65 communes are no figure of the province; all of them are, as an estimate with its authors."""
    communes = [place.id for place in places.all("commune")]
    model.fold([entry("work_files_commune", 60, place=commune) for commune in communes[:-1]], NOW)
    target = shown(model, "work_files_commune")
    assert (len(target["communes"]), target["cell"]) == (64, None)
    model.fold([entry("work_files_commune", 125, place=communes[-1])], NOW)
    target = shown(model, "work_files_commune")
    assert (target["cell"]["v"], target["cell"]["by"], target["basis"]) == (61, "lan", "manual")
    model.fold([entry("work_files_commune", 63)], NOW)
    assert shown(model, "work_files_commune")["cell"]["v"] == 63


def test_rooms_on_line_are_counted_from_their_probes(model, places, reading):
    """65 rooms probed, one down: 98.46 % of the communes."""
    communes = [place.id for place in places.all("commune")]
    model.fold(
        [
            reading("system_availability", commune, number > 0, source="probe", system="video-conference")
            for number, commune in enumerate(communes)
        ],
        NOW,
    )
    target = shown(model, "video_rooms")
    assert target["cell"]["v"] == pytest.approx(98.461538)
    assert target["cell"]["q"] == "good"
    assert len(model.basis("targets/video_rooms/cell")) == 65


def test_the_tiers_stand_beside_each_other(model):
    """90, 80 and 60 were asked of the tiers; each target knows all three, the districts with their end."""
    model.fold([entry("work_files_province", 93)], NOW)
    for key in ("work_files_province", "work_files_district", "work_files_commune"):
        tiers = shown(model, key)["tiers"]
        assert set(tiers) == {"province", "district", "commune"}
        assert tiers["province"]["cell"]["v"] == 93
        assert (tiers["district"]["aim"], tiers["district"]["valid_to"]) == (80, "2025-06-30")


def test_districts_count_to_their_last_day_and_are_joined_to_their_communes(model, reading):
    """A figure of 30 June 2025 is kept with the communes that came after; one of 1 July in Hanoi is none."""
    last = datetime(2025, 6, 30, 16, 59, tzinfo=UTC)  # 23:59 in Hanoi
    told = {"source": "report", "target": "work_files_district"}
    model.fold([reading("target_value", DISTRICT, 78, at=last, **told)], NOW)
    model.fold([reading("target_value", "district.180", 70, at=last + timedelta(minutes=2), **told)], NOW)
    districts = shown(model, "work_files_commune")["districts"]
    assert set(districts) == {DISTRICT}
    joined = districts[DISTRICT]
    assert (joined["v"], joined["to"]) == (78, "2025-06-30")
    assert len(joined["communes"]) == 4
    assert all(commune.startswith("commune.") for commune in joined["communes"])
    assert shown(model, "work_files_district")["districts"] == districts


def test_another_day_moves_the_path(model):
    """At midnight in Hanoi, not before, what the path asks for is a day further on."""
    before = shown(model, "work_files_commune")["path_now"]
    assert model.tick(datetime(2026, 11, 22, 16, 59, tzinfo=UTC)) == {}
    changes = model.tick(datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    assert changes["targets/work_files_commune/path_now"] > before
    assert changes["at"] == round(datetime(2026, 11, 22, 17, 0, tzinfo=UTC).timestamp() * 1000)


def test_a_figure_leads_back_to_its_readings(model, reading):
    """Who asks where 71 % comes from gets the reading; a document's figure has none."""
    one = reading("population_coverage_pct", "lang-son", 71, technology="5g", area="key")
    model.fold([one], NOW)
    assert model.basis("targets/key_areas_5g/cell") == [one]
    assert model.basis("targets/ict_index_rank/cell") == []
    assert model.basis("targets/nonsense/cell") == []


async def test_a_source_that_turns_out_to_be_simulated_is_judged_anew(model, registry, origins, reading):
    """What the registry learns of a source reaches the figure: an exercise is marked from then on."""
    model.fold([reading("online_rate", "lang-son", 0.9, source="school")], NOW)
    assert model.simulated_count == 0
    await registry.announce(SourceFacts("school", "exercise"))
    origins.forget()
    assert model.reconsider(NOW)["targets/dossiers_online/cell"]["sim"] is True
    assert model.simulated_count == 1
