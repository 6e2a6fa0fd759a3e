"""What file and desk declare together, and what is refused of it with which sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.catalogue import Catalogue
from feeds.desk import DeclaredFeed, Pause, Playing
from feeds.sources.declarations import Declared, gather, stamp
from tests.integration.sources.station import MAPPING

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
CATALOGUE = Catalogue()


class Desk:
    """The feed desk as far as the keeper looks at it."""

    def __init__(self) -> None:
        self.number = 0
        self.feeds: dict[str, DeclaredFeed] = {}
        self.pauses: dict[str, Pause] = {}
        self.playing: dict[str, Playing] = {}

    def revision(self) -> int:
        return self.number

    def declared(self) -> list[DeclaredFeed]:
        return list(self.feeds.values())

    def paused(self) -> dict[str, Pause]:
        return dict(self.pauses)

    def scenarios(self) -> dict[str, Playing]:
        return dict(self.playing)

    def declare(self, name: str, settings: str, mapping: str = "") -> None:
        self.feeds[name] = DeclaredFeed(name, settings, mapping, "lan", NOW)
        self.number += 1

    def pause(self, name: str, *, paused: bool = True) -> None:
        self.pauses.pop(name, None)
        if paused:
            self.pauses[name] = Pause(name, "lan", "sends nonsense", NOW)
        self.number += 1

    def play(self, name: str, scenario: str) -> None:
        self.playing[name] = Playing(scenario, "lan", "drill", NOW)
        self.number += 1


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return a config directory with one simulator and one folder."""
    (tmp_path / "yard.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "feeds.yaml").write_text(
        "allow_hosts: [a.vn]\n"
        "feeds:\n"
        "  sim: {kind: simulator}\n"
        "  yard: {kind: folder, path: inbox, mapping: yard.yaml}\n"
        "  spare: {kind: folder, path: inbox, mapping: yard.yaml, enabled: false}\n",
        encoding="utf-8",
    )
    return tmp_path


def found(config: Path, desk: Desk | None = None, **more: str) -> dict[str, Declared]:
    """Return what is declared."""
    return gather(config, config / "var", CATALOGUE, desk, **more).feeds


def test_the_file_and_the_desk_are_taken_together(config: Path) -> None:
    """Disabled ones are left out; where both declare a name the desk wins."""
    desk = Desk()
    desk.declare("web", "{kind: http, url: 'http://a.vn/x'}", MAPPING)
    desk.declare("yard", "{kind: http, url: 'http://a.vn/y', source: yard-2}", MAPPING)
    feeds = found(config, desk)
    assert {name: (feed.kind, feed.origin) for name, feed in feeds.items()} == {
        "sim": ("simulator", "file"), "yard": ("http", "desk"), "web": ("http", "desk"),
    }  # fmt: skip
    assert feeds["yard"].mapping(CATALOGUE).source == "yard-2"
    assert [feed.error_en for feed in feeds.values()] == [""] * 3


def test_one_feed_alone_may_be_a_disabled_one(config: Path) -> None:
    """`python -m dashboard feed NAME` runs what is named, and nothing else."""
    assert list(found(config, only="spare")) == ["spare"]


@pytest.mark.parametrize(
    ("settings", "mapping", "sentence"),
    [
        ("{kind: http, url: 'http://b.vn/x'}", MAPPING, "b.vn:80 is not in allow_hosts"),
        ("{kind: http, url: 'http://a.vn/x', nonsense: 1}", MAPPING, "unknown field `nonsense`"),
        ("{kind: http, url: 'http://a.vn/x'}", "", "There is no mapping"),
        ("{kind: http, url: 'http://a.vn/x', mapping: gone.yaml}", "", "gone.yaml cannot be read: No such file"),
        ("{kind: http, url: 'http://a.vn/x'}", MAPPING.replace("queue_length_vehicles", "queue"), "queue"),
        ("{kind: http, url: 'http://a.vn/x', source: 'x'}", "source: [", "cannot be used"),
        ("{kind: folder, path: /etc, pattern: '*'}", MAPPING, "lies neither under inbox"),
        ("{kind: folder, path: inbox/../../secrets}", MAPPING, "lies neither under inbox"),
        ("{kind: simulator, scenario: nonsense}", "", "nonsense"),
        ("not a mapping", "", "expected keys with values"),
    ],
)
def test_a_broken_declaration_is_kept_with_its_sentence(
    config: Path, settings: str, mapping: str, sentence: str
) -> None:
    """It is refused in both languages, and the feeds beside it are untouched."""
    desk = Desk()
    desk.declare("x", settings, mapping)
    feeds = found(config, desk)
    assert sentence in feeds["x"].error_en
    assert feeds["x"].error_vi
    assert [feeds[name].error_en for name in ("sim", "yard")] == ["", ""]


def test_a_folder_of_the_desk_may_lie_in_the_inbox(config: Path) -> None:
    """There, and where the operator allowed it, files may be moved on a supervisor's word."""
    desk = Desk()
    desk.declare("x", "{kind: folder, path: inbox/x}", MAPPING)
    assert found(config, desk)["x"].error_en == ""


def test_scenarios_of_the_desk_win(config: Path) -> None:
    """What a supervisor chose plays; else what the start asked for; else what the file says."""
    desk = Desk()

    def played(**more: str) -> str:
        return found(config, desk, **more)["sim"].settings.scenario

    assert played() == "normal"
    assert played(scenario="china-strict") == "china-strict"
    desk.play("sim", "december-2021")
    assert played(scenario="china-strict") == "december-2021"


def test_any_change_is_noticed(config: Path) -> None:
    """The file, a mapping it names, and anything on the desk."""
    desk = Desk()
    feeds = found(config, desk)
    stamps = [stamp(config, feeds, desk)]
    assert stamp(config, feeds, desk) == stamps[0]
    (config / "feeds.yaml").write_text((config / "feeds.yaml").read_text() + "# changed\n")
    stamps.append(stamp(config, feeds, desk))
    (config / "yard.yaml").write_text(MAPPING + "# changed\n")
    stamps.append(stamp(config, feeds, desk))
    desk.pause("yard")
    stamps.append(stamp(config, feeds, desk))
    assert len(set(stamps)) == 4
