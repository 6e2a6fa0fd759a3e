"""The feeds an operator declared: config/feeds.yaml, checked entry by entry.

A file that cannot be read at all is an error; an entry that cannot be used is kept with its sentence, so that it stands
in nobody else's way. The same check is made of what people declare on the feed desk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec
import yaml

from feeds.errors import FeedsFileError
from feeds.sources.folder.settings import FolderSettings
from feeds.sources.hosts import AllowList
from feeds.sources.http.settings import HttpSettings
from feeds.sources.mqtt.settings import MqttSettings
from feeds.sources.probe.settings import ProbeSettings
from feeds.sources.websocket.settings import WebSocketSettings

FILE: Final = "feeds.yaml"
LONGEST_TEXT: Final = 262_144
"""Characters of one declaration of the desk at most; the longest honest one has a few thousand."""
DEEPEST: Final = 20
"""Levels of a declaration at most; the deepest honest one has five."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}", re.ASCII)
_AT: Final = re.compile(r" - at `(key in )?\$(?P<path>[^`]*)`$")
_KEYED: Final = re.compile(r"[a-z][\w.]*: ")


class SimulatorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="simulator"):
    """One simulator.

    Attributes:
        enabled: False declares it without starting it.
        scenario: which of the twin's scenarios it plays, until a supervisor chooses another.
        seed: the same seed and start give the same province.
        speed: simulated seconds in a real one, 1–3600.
        history_days: how much of the past a first start fills in, 0.5–7 days.
    """

    enabled: bool = True
    scenario: str = "normal"
    seed: int = 20250701
    speed: float = 1.0
    history_days: float = 7.0

    def __post_init__(self) -> None:
        if not 1 <= self.speed <= 3_600:
            raise ValueError(f"speed: expected 1 to 3600, got {self.speed:g}")
        # Not below half a day: the present queues are made of the vehicles that arrived since the morning.
        if not 0.5 <= self.history_days <= 7:
            raise ValueError(f"history_days: expected 0.5 to 7, got {self.history_days:g}")


MappedSettings: TypeAlias = HttpSettings | WebSocketSettings | FolderSettings | MqttSettings
"""Kinds whose payloads a mapping turns into readings."""
FeedSettings: TypeAlias = SimulatorSettings | MappedSettings | ProbeSettings


class FeedsFile(msgspec.Struct, frozen=True):
    """What config/feeds.yaml says.

    Attributes:
        allow_hosts: the only hosts a feed may contact.
        allow_folders: folders that a feed of the desk may watch, beside `inbox` in the data directory.
        feeds: by name the settings, or why they cannot be used.
    """

    allow_hosts: AllowList
    allow_folders: tuple[str, ...]
    feeds: dict[str, FeedSettings | FeedsFileError]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    feeds: dict[Any, Any]
    allow_hosts: tuple[str, ...] = ()
    allow_folders: tuple[str, ...] = ()


def kind_of(settings: FeedSettings) -> str:
    """Return the word feeds.yaml uses for a kind of feed."""
    return str(settings.__struct_config__.tag)


def load_feeds(config_dir: Path) -> FeedsFile:
    """Return the declared feeds by name, each checked by itself.

    Raises:
        FeedsFileError: when the file is missing, not YAML, or has other keys than feeds, allow_hosts, allow_folders.
    """
    path = config_dir / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FeedsFileError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise FeedsFileError(f"{path}: not YAML: {error}") from error
    data = _yaml(text, str(path))
    try:
        whole = msgspec.convert(data, _File)
        hosts = AllowList(whole.allow_hosts)
    except (msgspec.ValidationError, ValueError) as error:
        raise FeedsFileError(f"{path}: {_said(str(error), '')}") from error
    feeds: dict[str, FeedSettings | FeedsFileError] = {}
    for name, entry in whole.feeds.items():
        if not isinstance(name, str):
            # YAML reads on, off, yes, no and 12 as something else than names.
            feeds[str(name)] = FeedsFileError(f"{FILE}: feeds: {name!r} is no name; write it in quotes")
            continue
        try:
            # Whoever looks at a screen reads this: the file by its name, not where it lies.
            feeds[name] = _settings(name, entry, hosts, f"{FILE}: feeds.{name}")
        except FeedsFileError as error:
            feeds[name] = error
    return FeedsFile(hosts, whole.allow_folders, feeds)


def parse_feed(name: str, text: str, hosts: AllowList) -> FeedSettings:
    """Return the settings of one feed as declared on the desk: one entry of feeds.yaml, without its name.

    Args:
        name: the feed's name.
        text: YAML, or JSON, which is YAML.
        hosts: the allow-list of feeds.yaml.

    Raises:
        FeedsFileError: when it cannot be used; the message names the key, what was got and what was expected.
    """
    if len(text) > LONGEST_TEXT:
        raise FeedsFileError(f"{name}: expected at most {LONGEST_TEXT} characters, got {len(text)}")
    return _settings(name, _yaml(text, name), hosts, name)


def _settings(name: str, entry: object, hosts: AllowList, where: str) -> FeedSettings:
    if not _NAME.fullmatch(name):
        raise FeedsFileError(f"{where}: expected a name of 1–63 letters, digits, _ and -, got {name[:64]!r}")
    try:
        settings: FeedSettings = msgspec.convert(entry, FeedSettings)
    except (msgspec.ValidationError, ValueError, RecursionError) as error:
        raise FeedsFileError(_said(str(error), where)) from error
    for host, port in settings.addresses() if not isinstance(settings, SimulatorSettings) else ():
        if not hosts.allows(host, port):
            raise FeedsFileError(f"{where}: the host {host}:{port} is not in allow_hosts of {FILE}; add it there")
    return settings


def _said(text: str, where: str) -> str:
    """Return msgspec's sentence with the key first, as everywhere else."""
    found = _AT.search(text)
    path = found["path"].strip(".") if found else ""
    text = text[: found.start()] if found else text
    begin = ".".join(part for part in (where, path) if part)
    if not begin:
        return text
    return f"{begin}.{text}" if _KEYED.match(text) else f"{begin}: {text}"


class _Loader(yaml.SafeLoader):
    """A loader that refuses a key written twice, of which YAML would keep the last in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        seen = set()
        for key in keys:
            if isinstance(key, str) and key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
            seen.add(str(key))
        return super().construct_mapping(node, deep)


def _refuse_depth(text: str) -> None:
    """Raise YAMLError for a text nested deeper than any declaration, before anything is built of it."""
    depth = 0
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise yaml.YAMLError(f"nested more than {DEEPEST} levels deep")


def _yaml(text: str, where: str) -> Any:  # noqa: ANN401 (any YAML)
    try:
        _refuse_depth(text)
        data = yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise FeedsFileError(f"{where}: not YAML: {' '.join(str(error).split())[:300]}") from error
    if not isinstance(data, Mapping):
        raise FeedsFileError(f"{where}: expected keys with values, got {type(data).__name__}")
    return data
