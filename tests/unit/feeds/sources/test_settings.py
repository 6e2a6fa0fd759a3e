"""feeds.yaml: every example in it is valid, every wrong value is a sentence, and one broken entry harms no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from feeds.errors import FeedsFileError
from feeds.settings import kind_of, load_feeds, parse_feed
from feeds.sources.hosts import AllowList

ROOT = Path(__file__).resolve().parents[4]
HOSTS = AllowList(["a.vn", "*.langson.example", "10.20.30.1"])


def uncommented(text: str) -> str:
    """Return feeds.yaml with its examples switched on."""
    return re.sub(r"^  # (?=  |[a-z-]+:$)", "  ", text, flags=re.MULTILINE)


def write(directory: Path, text: str) -> Path:
    """Write a feeds.yaml and return its directory."""
    (directory / "feeds.yaml").write_text(text, encoding="utf-8")
    return directory


def test_every_shipped_example_is_valid(tmp_path: Path) -> None:
    """Whoever takes the comment signs away has a working declaration of every kind; its mapping exists."""
    text = uncommented((ROOT / "config" / "feeds.yaml").read_text(encoding="utf-8"))
    file = load_feeds(
        write(tmp_path, text.replace("allow_hosts: []", 'allow_hosts: ["*.langson.example", 10.20.30.1]'))
    )
    assert {kind_of(feed) for feed in file.feeds.values() if not isinstance(feed, FeedsFileError)} == {
        "simulator", "http", "websocket", "folder", "mqtt", "probe",
    }  # fmt: skip
    assert [feed for feed in file.feeds.values() if isinstance(feed, FeedsFileError)] == []


def test_one_broken_entry_harms_no_other(tmp_path: Path) -> None:
    """It is kept with its sentence; the others are declared."""
    file = load_feeds(
        write(
            tmp_path,
            "feeds:\n  a: {kind: simulator}\n  b: {kind: simulator, speed: 0}\n"
            "  c: {kind: simulator, history_days: 8}\n  ../c: {kind: x}\n  off: {kind: simulator}\n",
        )
    )
    assert not isinstance(file.feeds["a"], FeedsFileError)
    assert str(file.feeds["b"]).endswith("feeds.yaml: feeds.b.speed: expected 1 to 3600, got 0")
    assert str(file.feeds["c"]).endswith("feeds.c.history_days: expected 0.5 to 7, got 8")
    assert "expected a name" in str(file.feeds["../c"])
    assert "write it in quotes" in str(file.feeds["False"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("feeds: [", "not YAML"),
        ("- a", "expected keys with values"),
        ("feedz: {}", "unknown field `feedz`"),
        ("feeds: {a: {kind: simulator}, a: {kind: simulator}}", "'a' stands twice"),
        ("feeds: {}\nallow_hosts: ['*']", "allow_hosts: expected host"),
        ("feeds: {}\nallow_hosts: a.vn", "allow_hosts: Expected `array`"),
        ("[" * 5_000, "not YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, text: str, sentence: str) -> None:
    """The sentence names the file and what is wrong."""
    with pytest.raises(FeedsFileError, match=re.escape(sentence)) as caught:
        load_feeds(write(tmp_path, text))
    assert "feeds.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("{kind: htttp, url: 'http://a.vn'}", "f.kind: Invalid value 'htttp'"),
        ("{url: 'http://a.vn'}", "missing required field `kind`"),
        ("{kind: http}", "missing required field `url`"),
        ("{kind: http, url: 'http://a.vn', every: 5}", "unknown field `every`"),
        ("{kind: http, url: 'http://a.vn', every_s: 0}", "f.every_s: expected 0.1 to"),
        ("{kind: http, url: 'http://a.vn', every_s: soon}", "f.every_s: Expected `float`"),
        ("{kind: http, url: 'http://b.vn'}", "f: the host b.vn:80 is not in allow_hosts"),
        ("{kind: http, url: 'http://u:p@a.vn'}", "f.url: carries a user or password"),
        ("{kind: http, url: 'http://a.vn', headers: {Authorization: x}}", "f.headers.Authorization: is a secret"),
        ("{kind: http, url: 'http://a.vn', headers: {'X Y': x}}", "is no header a feed may set"),
        ("{kind: http, url: 'http://a.vn', auth: {kind: bearer, secret: KEY}}", "f.auth.secret: expected a name"),
        ("{kind: http, url: 'http://a.vn', auth: {kind: token}}", "f.auth.kind: Invalid value 'token'"),
        ("{kind: http, url: 'http://a.vn', paging: {kind: link, max_pages: 0}}", "f.paging.max_pages: expected 1"),
        ("{kind: http, url: 'http://a.vn', max_bytes: 0}", "f.max_bytes: expected 1 to"),
        ("{kind: http, url: 'http://a.vn', source: 'a b'}", "f.source: expected a word"),
        ("{kind: websocket, url: 'http://a.vn'}", "f.url: expected ws://"),
        ("{kind: websocket, url: 'ws://c.vn'}", "c.vn:80 is not in allow_hosts"),
        ("{kind: folder, path: ''}", "f.path: expected a folder"),
        ("{kind: folder, path: x, pattern: 'a/*'}", "f.pattern: expected a pattern"),
        ("{kind: mqtt, host: a.vn, topics: []}", "f.topics: expected 1 to 100"),
        ("{kind: mqtt, host: a.vn, topics: ['a#']}", "f.topics: + stands for one whole level"),
        ("{kind: mqtt, host: b.vn, topics: [a]}", "b.vn:1883 is not in allow_hosts"),
        ("{kind: mqtt, host: a.vn, topics: [a], secret: X}", "f.secret: a password needs a user"),
        ("{kind: probe, targets: []}", "f.targets: expected 1 to 500"),
        ("{kind: probe, targets: [{kind: tcp, system: 'a b', to: 'a.vn:1'}]}", "f.targets[0].system: expected a word"),
        ("{kind: probe, targets: [{kind: tcp, system: a, to: a.vn}]}", "f.targets[0].to: expected host:port"),
        ("{kind: probe, targets: [{kind: tls, system: a, to: 'b.vn:443'}]}", "b.vn:443 is not in allow_hosts"),
        ("{kind: simulator, seed: x}", "f.seed: Expected `int`"),
        ("[]", "expected keys with values"),
        ("[" * 3_000, "not YAML"),
    ],
)
def test_every_wrong_value_is_a_sentence(entry: str, sentence: str) -> None:
    """It begins with the key at fault and says what was expected."""
    with pytest.raises(FeedsFileError, match=re.escape(sentence)):
        parse_feed("f", entry, HOSTS)
