"""The feed desk over HTTP: declaring, pausing, trying a mapping, and sending refused records through the door again."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from dashboard.api.mapping import LARGEST_PAYLOAD
from feeds.bus.codec import DEAD_LETTERS, FACTS_FEEDS, READINGS, decode_dead_letters, decode_readings
from feeds.mapping import parse_mapping
from feeds.model import DeadLetter, Reading
from feeds.sources.delivery import Delivery
from feeds.validation import RawReading

MAPPING = """
source: lanes-office
name: {vi: "Làn mở", en: "Lanes open"}
time: {column: at, format: iso, zone: UTC}
place: {column: gate}
readings:
  - metric: lanes_open
    value: {column: lanes}
"""
MENDED = MAPPING.replace("{column: gate}", "{column: gate, lookup: {'Chi Ma': chi-ma}}")
PAYLOAD = (
    "at,gate,lanes\n2026-11-22T03:00:00Z,chi-ma,3\n2026-11-22T03:00:00Z,nowhere,4\n2026-11-22T03:00:00Z,tan-thanh,\n"
)
FOLDER = {"kind": "folder", "path": "inbox/lanes", "pattern": "*.csv"}
NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def row_letter(number: int, *, gate: str = "Chi Ma", at: str = "2026-11-22T03:00:00Z", lanes: str = "3") -> DeadLetter:
    """A row that named no place we know."""
    payload = json.dumps({"at": at, "gate": gate, "lanes": lanes}, ensure_ascii=False)
    return DeadLetter("row", "bad_place", "no such place", "gate", "lanes-office", NOW, payload, f"lanes.csv:{number}")


@pytest.fixture
def desk(web: Any) -> Callable[..., Any]:
    """Ask the API as a supervisor, and get status and JSON."""

    async def ask(method: str, path: str, body: Any = None, role: str = "supervisor") -> tuple[int, Any]:
        answer = await web.client.request(
            method, f"/api/v1{path}", headers=web.bearer(role), **({} if body is None else {"json": body})
        )
        return answer.status_code, answer.json() if answer.content else None

    return ask


async def keep(web: Any, *letters: DeadLetter) -> None:
    """Put letters into the history, as the recorder does."""
    web.history.record_dead_letters([("1-0", letter) for letter in letters])


async def sent(web: Any) -> list[Reading]:
    """What went through the door."""
    return [one for entry in await web.bus.tail(READINGS, 1_000) for one in decode_readings(entry.data)]


# ---------------------------------------------------------------------------------------------------- declaring


async def test_a_feed_is_declared_changed_and_taken_away_with_who_and_why(web: Any, desk: Any) -> None:
    """What was saved can be read again as text; each step stands in the journal."""
    declared = {"name": "lanes", "settings": FOLDER, "mapping": MAPPING}
    assert (await desk("POST", "/feeds", declared))[0] == 201
    assert (await desk("POST", "/feeds", {**declared, "mapping": MENDED}))[0] == 201
    _, found = await desk("GET", "/feeds/declared")
    assert [(one["name"], one["who"]) for one in found["declared"]] == [("lanes", "token-supervisor")]
    _, texts = await desk("GET", "/feeds/lanes/settings")
    assert (texts["declared"], texts["mapping_yaml"]) == ("desk", MENDED)
    assert "inbox/lanes" in texts["settings_yaml"]
    assert (await desk("DELETE", "/feeds/lanes", {"why": "bãi xe đã đóng"}))[0] == 204
    assert (await desk("GET", "/feeds/lanes/settings"))[0] == 404
    _, journal = await desk("GET", "/feeds/journal")
    assert [line["what"] for line in journal["journal"]] == ["retired", "declared", "declared"]
    assert journal["journal"][0]["why"] == "bãi xe đã đóng"


UNFIT_DECLARATIONS: list[Any] = [
    ({"name": ""}, "name", "name is required"),
    ({"name": "../etc"}, "name", "expected a name"),
    ({"name": 7}, "name", "must be text"),
    ({"settings": {"kind": "telepathy"}}, "settings", "kind"),
    ({"settings": "kind: ["}, "settings", "not YAML"),
    ({"settings": {**FOLDER, "pattern": 3}}, "settings", "pattern"),
    ({"settings": {**FOLDER, "path": "/etc"}}, "settings", "inbox"),
    ({"settings": {"kind": "http", "url": "http://elsewhere.example/"}}, "settings", "allow_hosts"),
    ({"mapping": ""}, "settings", "no mapping"),
    ({"mapping": "readings: ["}, "mapping", "line"),
    ({"mapping": MAPPING.replace("lanes_open", "lanes_opn")}, "mapping", "lanes_opn"),
    ({"mapping": "x" * 70_000}, "mapping", "at most"),
]


async def test_an_unfit_declaration_is_refused_with_its_field(desk: Any) -> None:
    """Whoever fills in the form reads which control is at fault; nothing is kept."""
    for change, field, words in UNFIT_DECLARATIONS:
        status, answer = await desk(
            "POST", "/feeds", {"name": "lanes", "settings": FOLDER, "mapping": MAPPING, **change}
        )
        assert (status, answer["error"]["field"]) == (422, field)
        assert words in answer["error"]["message"]
        assert (await desk("GET", "/feeds/declared"))[1] == {"declared": []}


async def test_a_feed_is_paused_and_resumed_with_a_reason(web: Any, desk: Any) -> None:
    """Nobody pauses without saying why, nor a feed that is not there."""
    status, answer = await desk("POST", "/feeds/simulator/pause", {})
    assert (status, answer["error"]["field"]) == (422, "why")
    assert (await desk("POST", "/feeds/simulator/pause", {"why": "đang bảo trì"}))[0] == 200
    _, feeds = await desk("GET", "/feeds")
    [pause] = feeds["paused"]
    assert (pause["feed"], pause["who"], pause["why"]) == ("simulator", "token-supervisor", "đang bảo trì")
    assert (await desk("POST", "/feeds/simulator/resume", {"why": "xong"}))[0] == 200
    assert (await desk("GET", "/feeds"))[1]["paused"] == []
    for path in ("/feeds/nobody/pause", "/feeds/nobody/resume", "/feeds/simulator/resume", "/feeds/%0a/pause"):
        assert (await desk("POST", path, {"why": "x"}))[0] == 404


async def test_a_feed_of_the_file_is_shown_with_its_mapping(web: Any, desk: Any) -> None:
    """What feeds.yaml declares can be opened, mended and saved as a declaration of the desk."""
    _, texts = await desk("GET", "/feeds/simulator/settings")
    assert texts["declared"] == "file"
    assert "kind: simulator" in texts["settings_yaml"]


async def test_what_declared_feeds_say_is_told_and_nonsense_left_out(web: Any, desk: Any) -> None:
    """The list of feeds survives a fact of another version."""
    await web.bus.put_facts(FACTS_FEEDS, {"a": b'{"name": "a", "state": "failing"}', "b": b"not json"})
    _, feeds = await desk("GET", "/feeds")
    assert [fact["name"] for fact in feeds["feeds"]] == ["a"]


# ------------------------------------------------------------------------------------------------------- strips


async def test_a_strip_tells_when_a_source_was_silent(web: Any, desk: Any) -> None:
    """Two readings an hour apart leave a gap between them; nobody had a gap before they were first heard."""
    for minutes in (150, 90):
        at = web.clock() - timedelta(minutes=minutes)
        reading = Reading("lanes_open", "chi-ma", 2, at, at, "lanes-office")
        web.history.record_entries([(f"{minutes}-0", [reading])])
    _, strips = await desk("GET", "/feeds/strips")
    found = strips["sources"]["lanes-office"]
    assert strips["to"] - strips["from"] == 24 * 3_600_000
    first, second = found["gaps"]
    assert first[0] >= found["first"] >= strips["to"] - 155 * 60_000
    assert 50 * 60_000 <= first[1] - first[0] <= 60 * 60_000
    assert second[1] == strips["to"]
    assert (await desk("GET", "/feeds/strips?hours=0"))[0] == 400
    assert (await desk("GET", "/feeds/strips?hours=721"))[0] == 400


# ------------------------------------------------------------------------------------------------------- trying


async def test_a_trial_tells_what_would_be_stored_and_stores_nothing(web: Any, desk: Any) -> None:
    """Readings with their values, a count that is missing as missing, the unknown place refused with its line."""
    status, trial = await desk("POST", "/mapping/try", {"payload": PAYLOAD, "mapping": MAPPING, "origin": "lanes.csv"})
    assert status == 200
    assert (trial["rows"], trial["accepted_readings"], trial["missing"]) == (3, 2, 1)
    assert [reading["value"] for reading in trial["readings"]] == [3.0, None]
    [refused] = trial["refused"]
    assert (refused["reason"], refused["origin"]) == ("unknown_place", "lanes.csv:3")
    assert await sent(web) == []
    assert await web.bus.tail(DEAD_LETTERS, 10) == []


async def test_a_file_is_tried_by_its_bytes(desk: Any) -> None:
    """An uploaded file keeps its encoding: UTF-16 gives the same as UTF-8."""
    coded = base64.b64encode(PAYLOAD.encode("utf-16")).decode()
    _, trial = await desk("POST", "/mapping/try", {"payload_base64": coded, "mapping": MAPPING})
    assert trial["accepted_readings"] == 2


UNFIT_TRIALS: list[Any] = [
    ({"payload": PAYLOAD}, 422, "mapping"),
    ({"mapping": MAPPING}, 422, "payload"),
    ({"mapping": MAPPING, "payload": 7}, 422, "payload"),
    ({"mapping": MAPPING, "payload_base64": "%%%"}, 422, "payload_base64"),
    ({"mapping": "readings: [", "payload": PAYLOAD}, 422, "mapping"),
    ({"mapping": ["x"], "payload": PAYLOAD}, 422, "mapping"),
    ({"mapping": MAPPING, "payload": "x" * (LARGEST_PAYLOAD + 1)}, 413, "payload"),
    ({"mapping": MAPPING, "payload": "x" * (LARGEST_PAYLOAD * 2)}, 413, ""),
    ([1, 2], 400, ""),
]


async def test_what_cannot_be_tried_is_refused_with_its_field(desk: Any) -> None:
    """Bad input is never a fault of the server's."""
    for body, status, field in UNFIT_TRIALS:
        got, answer = await desk("POST", "/mapping/try", body)
        assert (got, answer["error"]["field"]) == (status, field)


WILD: list[Any] = ["\x00\x01\x02", "{" * 5_000, "<a>" * 3_000, "﻿", "at,gate,lanes\n" + '"' * 999]


async def test_a_wild_payload_gets_reasons(desk: Any) -> None:
    """Whatever is pasted, the page shows why it cannot be read."""
    for payload in WILD:
        status, trial = await desk("POST", "/mapping/try", {"payload": payload, "mapping": MAPPING})
        assert status == 200
        assert trial["accepted_readings"] == 0


async def test_shipped_mappings_can_be_chosen_and_found_by_their_source(desk: Any) -> None:
    """The page offers them by name; the mapping of a dead letter's source is found."""
    _, shipped = await desk("GET", "/mapping/shipped")
    assert "dpsu" in [one["name"] for one in shipped["mappings"]]
    assert all(one["name_vi"] and one["name_en"] and one["text"] for one in shipped["mappings"])
    await desk("POST", "/feeds", {"name": "lanes", "settings": FOLDER, "mapping": MAPPING})
    _, found = await desk("GET", "/mapping/of?source=lanes-office")
    assert (found["mapping_of"]["name"], found["mapping_of"]["mapping_yaml"]) == ("lanes", MAPPING)
    assert (await desk("GET", "/mapping/of?source=nobody"))[1] == {"mapping_of": None}


# --------------------------------------------------------------------------------------------------- re-driving


async def test_a_letter_is_tried_and_re_driven_by_a_mended_mapping(web: Any, desk: Any) -> None:
    """The reading goes through the door as its source's; the letter says who sent it again and when, once."""
    await keep(web, row_letter(2))
    _, listed = await desk("GET", "/dead-letters?redriven=no")
    [letter] = listed["dead_letters"]
    _, trial = await desk("POST", "/dead-letters/try", {"id": letter["id"], "mapping": MENDED})
    assert [(one["place"], one["value"]) for one in trial["readings"]] == [("chi-ma", 3.0)]
    assert await sent(web) == []
    _, done = await desk("POST", "/dead-letters/redrive", {"ids": [letter["id"]], "mapping": MENDED})
    assert done == {"done": [letter["id"]], "refused": [], "next": None}
    [reading] = await sent(web)
    assert (reading.place, reading.value, reading.source) == ("chi-ma", 3.0, "lanes-office")
    _, again = await desk("POST", "/dead-letters/redrive", {"ids": [letter["id"]], "mapping": MENDED})
    assert again["done"] == []
    assert len(await sent(web)) == 1
    _, now = await desk("GET", f"/dead-letters/{letter['id']}")
    assert now["redriven_by"] == "token-supervisor"
    assert (await desk("GET", "/dead-letters?redriven=no"))[1]["dead_letters"] == []
    assert len((await desk("GET", "/dead-letters?redriven=yes"))[1]["dead_letters"]) == 1


async def test_what_would_be_refused_again_stays_and_is_not_counted_twice(web: Any, desk: Any) -> None:
    """Under the old mapping nothing is sent, no new dead letter is written, and the sentence says why."""
    await keep(web, row_letter(2))
    [letter] = web.history.dead_letters()
    _, done = await desk("POST", "/dead-letters/redrive", {"ids": [letter.id], "mapping": MAPPING})
    assert done["done"] == []
    assert (done["refused"][0]["id"], done["refused"][0]["reason"]) == (letter.id, "unknown_place")
    assert await sent(web) == []
    assert await web.bus.tail(DEAD_LETTERS, 10) == []
    assert web.history.dead_letter(letter.id).redriven_at is None


async def test_all_of_a_reason_are_re_driven_in_bounded_rounds(web: Any, desk: Any) -> None:
    """A hundred at a time until none is left; one that cannot be mended does not hold up the others."""
    letters = [row_letter(number, at=f"2026-11-22T0{number // 60}:{number % 60:02}:00Z") for number in range(130)]
    await keep(web, *letters, row_letter(999, lanes="many"))
    done, refused, before = [], [], None
    for _ in range(5):
        body = {"source": "lanes-office", "reason": "bad_place", "mapping": MENDED}
        status, answer = await desk("POST", "/dead-letters/redrive", body | ({"before": before} if before else {}))
        assert status == 200
        done += answer["done"]
        refused += answer["refused"]
        before = answer["next"]
        if before is None:
            break
    assert (len(done), len(refused), before) == (130, 1, None)
    assert len(await sent(web)) == 130


async def test_a_refused_reading_goes_in_once_its_cause_is_gone(web: Any, desk: Any) -> None:
    """A push that named an unknown metric stays refused; one whose place is known by now is taken."""
    good = msgspec.json.encode(RawReading("lanes_open", "chi-ma", NOW, 2.0, "office")).decode()
    bad = msgspec.json.encode(RawReading("nonsense", "chi-ma", NOW, 2.0, "office")).decode()
    cut = good[:20]
    await keep(
        web,
        *(DeadLetter("reading", "unknown_place", "x", "place", "office", NOW, payload) for payload in (good, bad, cut)),
    )
    ids = [letter.id for letter in web.history.dead_letters()]
    _, answer = await desk("POST", "/dead-letters/redrive", {"ids": ids})
    assert len(answer["done"]) == 1
    assert {one["reason"] for one in answer["refused"]} == {"unknown_metric", "unreadable"}


async def test_a_reading_refused_at_the_door_can_be_read_again_from_its_row(web: Any, desk: Any) -> None:
    """A place the mapping did not know is mended in the mapping; a row with two refused readings is sent once."""
    twice = MAPPING + "  - metric: lanes_max\n    value: {column: lanes}\n"
    mapping = parse_mapping(twice, web.parts.catalogue)
    delivery = Delivery(web.parts.door, web.parts.registry, web.parts.catalogue, mapping)
    await delivery.send(b"at,gate,lanes\n2026-11-22T03:00:00Z,Chi Ma,3\n", NOW, origin="lanes.csv")
    [entry] = await web.bus.tail(DEAD_LETTERS, 10)
    await keep(web, *decode_dead_letters(entry.data))
    ids = [letter.id for letter in web.history.dead_letters()]
    mended = twice.replace("{column: gate}", "{column: gate, lookup: {'Chi Ma': chi-ma}}")
    _, trial = await desk("POST", "/dead-letters/try", {"id": ids[0], "mapping": mended})
    assert trial["accepted_readings"] == 2
    _, answer = await desk("POST", "/dead-letters/redrive", {"ids": ids, "mapping": mended})
    assert sorted(answer["done"]) == sorted(ids)
    assert [(one.metric, one.place, one.value) for one in await sent(web)] == [
        ("lanes_open", "chi-ma", 3.0), ("lanes_max", "chi-ma", 3.0),
    ]  # fmt: skip


UNFIT_REDRIVES: list[Any] = [
    ({}, 422),
    ({"ids": []}, 422),
    ({"ids": "1"}, 422),
    ({"ids": [999_999]}, 404),
    ({"ids": [None]}, 422),
    ({"ids": [True]}, 422),
    ({"ids": [10**30]}, 422),
    ({"ids": list(range(201))}, 422),
    ({"source": "x"}, 422),
    ({"source": "x", "reason": "y", "before": "z"}, 422),
    ({"source": "x", "reason": "y"}, 200),
    ({"source": "x", "reason": "y", "mapping": "["}, 422),
]


async def test_an_unfit_re_drive_is_refused(desk: Any) -> None:
    """Bad numbers and missing words are said, never a fault of the server's."""
    for body, status in UNFIT_REDRIVES:
        assert (await desk("POST", "/dead-letters/redrive", body))[0] == status


async def test_refusals_are_counted_by_source_and_reason(web: Any, desk: Any) -> None:
    """The filters of the page offer what there is."""
    await keep(web, row_letter(1), row_letter(2))
    _, counts = await desk("GET", "/dead-letters/counts")
    assert counts["counts"] == [{"source": "lanes-office", "reason": "bad_place", "refused": 2}]


async def test_a_declared_name_of_the_file_runs_as_the_desk_says(web: Any, desk: Any, tmp_path: Any) -> None:
    """Mending a feed of feeds.yaml declares it on the desk under its own name; retiring gives the file's back."""
    config = tmp_path / "config"
    shutil.copytree(web.parts.settings.config_dir, config)
    _, texts = await desk("GET", "/feeds/simulator/settings")
    settings = texts["settings_yaml"].replace("speed: 1", "speed: 2")
    assert (await desk("POST", "/feeds", {"name": "simulator", "settings": settings, "mapping": ""}))[0] == 201
    assert "speed: 2" in (await desk("GET", "/feeds/simulator/settings"))[1]["settings_yaml"]
    assert (await desk("DELETE", "/feeds/simulator", {"why": "thử xong"}))[0] == 204
    assert "speed: 1" in (await desk("GET", "/feeds/simulator/settings"))[1]["settings_yaml"]
