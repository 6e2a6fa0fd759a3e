"""Which feeds there should be: config/feeds.yaml and the feed desk taken together, checked, with what each plays.

The desk wins over the file where both declare a name. What this module does not do: start anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import msgspec

from feeds.catalogue import Catalogue
from feeds.errors import FeedsFileError, MappingError, SourceError
from feeds.mapping import Mapping as FeedMapping
from feeds.mapping import parse_mapping
from feeds.settings import FILE, FeedSettings, MappedSettings, SimulatorSettings, kind_of, load_feeds, parse_feed
from feeds.sources.folder.settings import FolderSettings
from feeds.sources.hosts import AllowList
from feeds.sources.status import Origin
from feeds.twin.scenario import scenario_named

INBOX: Final = "inbox"
"""The folder in the data directory that feeds of the desk may always watch."""
LARGEST_MAPPING_BYTES: Final = 1 << 20

Stamp = tuple[object, ...]


class DeskDeclaration(Protocol):
    """What is needed of `feeds.desk.DeclaredFeed`."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def settings_yaml(self) -> str: ...  # noqa: D102
    @property
    def mapping_yaml(self) -> str: ...  # noqa: D102


class DeskPause(Protocol):
    """What is needed of `feeds.desk.Pause`."""

    @property
    def at(self) -> datetime: ...  # noqa: D102


class DeskPlaying(Protocol):
    """What is needed of `feeds.desk.Playing`."""

    @property
    def scenario(self) -> str: ...  # noqa: D102
    @property
    def who(self) -> str: ...  # noqa: D102
    @property
    def why(self) -> str: ...  # noqa: D102


class DeskPort(Protocol):
    """What is needed of `feeds.desk.FeedDesk`."""

    def revision(self) -> int: ...  # noqa: D102
    def declared(self) -> Sequence[DeskDeclaration]: ...  # noqa: D102
    def paused(self) -> Mapping[str, DeskPause]: ...  # noqa: D102
    def scenarios(self) -> Mapping[str, DeskPlaying]: ...  # noqa: D102


class Declared(msgspec.Struct, frozen=True):
    """One declared feed; two that are equal need no restart.

    Attributes:
        name: its name.
        origin: where it was declared.
        kind: the word of its kind, "" where even that is not known.
        settings: its settings; None where they cannot be used.
        mapping_name: how its mapping is called.
        mapping_text: its mapping; "" for a kind that needs none.
        hosts: entries of the allow-list it runs under.
        error_vi: why it cannot be used, a sentence; "" when it can.
        error_en: the same in English.
        paused: whether a person stopped it.
        played_by: who chose the scenario that a simulator plays; "" for its settings.
        played_why: why they did.
    """

    name: str
    origin: Origin
    kind: str = ""
    settings: FeedSettings | None = None
    mapping_name: str = ""
    mapping_text: str = ""
    hosts: tuple[str, ...] = ()
    error_vi: str = ""
    error_en: str = ""
    paused: bool = False
    played_by: str = ""
    played_why: str = ""

    @property
    def error(self) -> SourceError | None:
        """Why it cannot be used, None when it can."""
        return SourceError(self.error_vi, self.error_en) if self.error_en else None

    def differs_in_scenario_only(self, other: Declared) -> bool:
        """Tell whether another declaration asks for the same simulator, playing something else."""
        mine, theirs = self.settings, other.settings
        if not isinstance(mine, SimulatorSettings) or not isinstance(theirs, SimulatorSettings):
            return False
        settings = msgspec.structs.replace(theirs, scenario=mine.scenario)
        played = {"played_by": self.played_by, "played_why": self.played_why}
        return msgspec.structs.replace(other, settings=settings, **played) == self

    def mapping(self, catalogue: Catalogue) -> FeedMapping:
        """Return its mapping, its readings carrying the source that was asked for.

        Raises:
            MappingError: when it cannot be used.
        """
        mapping = parse_mapping(self.mapping_text, catalogue, self.mapping_name)
        source = getattr(self.settings, "source", "")
        return mapping.under(source) if source else mapping


class Declarations(msgspec.Struct, frozen=True):
    """Everything declared at one time: the feeds that should be there, and the allow-list."""

    feeds: dict[str, Declared]
    hosts: AllowList


def gather(
    config_dir: Path,
    data_dir: Path,
    catalogue: Catalogue,
    desk: DeskPort | None,
    *,
    scenario: str = "",
    only: str = "",
) -> Declarations:
    """Return what is declared now; disabled feeds are left out.

    Args:
        config_dir: holds feeds.yaml and the mappings.
        data_dir: relative folders begin here.
        catalogue: for checking mappings.
        desk: the feed desk, None where there is none.
        scenario: plays instead of the one each simulator declares, unless somebody chose one on the desk.
        only: the one feed wanted, enabled or not; "" for all.

    Raises:
        FeedsFileError: when config/feeds.yaml cannot be used at all.
    """
    file = load_feeds(config_dir)
    found: dict[str, Declared] = {}
    for name, entry in file.feeds.items():
        found[name] = _checked(_of_file(name, entry, file.allow_hosts, config_dir), catalogue)
    for declaration in desk.declared() if desk else ():
        folders = (data_dir / INBOX, *(data_dir / folder for folder in file.allow_folders))
        made = _of_desk(declaration, file.allow_hosts, config_dir, data_dir, folders)
        found[declaration.name] = _checked(made, catalogue)
    paused = desk.paused() if desk else {}
    playing = desk.scenarios() if desk else {}
    feeds = {}
    for name, feed in found.items():
        enabled = feed.settings is None or feed.settings.enabled
        if (only and name != only) or (not only and not enabled):
            continue
        chosen = playing.get(name)
        played = _playing(feed, chosen.scenario if chosen else scenario)
        if chosen:
            played = msgspec.structs.replace(played, played_by=chosen.who, played_why=chosen.why)
        feeds[name] = msgspec.structs.replace(played, paused=name in paused)
    return Declarations(feeds, file.allow_hosts)


def stamp(config_dir: Path, declared: Mapping[str, Declared], desk: DeskPort | None) -> Stamp:
    """Return something that changes whenever `gather` might answer differently; cheap enough for every second."""
    files = {config_dir / FILE}
    files |= {config_dir / feed.mapping_name for feed in declared.values() if feed.origin == "file"}
    return (desk.revision() if desk else None, *sorted(_state(path) for path in files))


def _state(path: Path) -> tuple[str, int, int]:
    try:
        facts = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), facts.st_mtime_ns, facts.st_size


def _of_file(name: str, entry: FeedSettings | FeedsFileError, hosts: AllowList, config_dir: Path) -> Declared:
    if isinstance(entry, FeedsFileError):
        return _refused(Declared(name, "file"), entry)
    feed = Declared(name, "file", kind_of(entry), entry, hosts=hosts.entries)
    return _with_mapping(feed, config_dir) if isinstance(entry, MappedSettings) else feed


def _of_desk(
    declaration: DeskDeclaration, hosts: AllowList, config_dir: Path, data_dir: Path, folders: Sequence[Path]
) -> Declared:
    name = declaration.name
    try:
        settings = parse_feed(name, declaration.settings_yaml, hosts)
    except FeedsFileError as error:
        return _refused(Declared(name, "desk"), error)
    feed = Declared(name, "desk", kind_of(settings), settings, hosts=hosts.entries)
    if isinstance(settings, FolderSettings):
        # A file that was read is moved: a person at a screen may not point that at any folder of the machine.
        watched = (data_dir / settings.path).resolve()
        if not any(watched.is_relative_to(folder.resolve()) for folder in folders):
            return msgspec.structs.replace(
                feed,
                error_vi=f"Thư mục {settings.path} không nằm trong {INBOX} hay allow_folders của {FILE}.",
                error_en=f"The folder {settings.path} lies neither under {INBOX} nor under allow_folders of {FILE}.",
            )
    if not isinstance(settings, MappedSettings):
        return feed
    if not declaration.mapping_yaml.strip():
        return _with_mapping(feed, config_dir)
    return msgspec.structs.replace(feed, mapping_name=f"{name} (desk)", mapping_text=declaration.mapping_yaml)


def _with_mapping(feed: Declared, config_dir: Path) -> Declared:
    named = getattr(feed.settings, "mapping", "")
    if not named:
        return msgspec.structs.replace(
            feed,
            error_vi="Chưa có ánh xạ: thêm mapping: mappings/….yaml.",
            error_en="There is no mapping: add mapping: mappings/….yaml.",
        )
    path = config_dir / named
    feed = msgspec.structs.replace(feed, mapping_name=named)
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_MAPPING_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return msgspec.structs.replace(
            feed,
            error_vi=f"Không đọc được tệp ánh xạ {named}: {why}.",
            error_en=f"The mapping {named} cannot be read: {why}.",
        )
    return msgspec.structs.replace(feed, mapping_text=text)


def _checked(feed: Declared, catalogue: Catalogue) -> Declared:
    if feed.error_en or not feed.mapping_text:
        return feed
    try:
        feed.mapping(catalogue)
    except MappingError as error:
        return _refused(feed, error)
    return feed


def _playing(feed: Declared, scenario: str) -> Declared:
    if not isinstance(feed.settings, SimulatorSettings):
        return feed
    chosen = scenario or feed.settings.scenario
    settings = msgspec.structs.replace(feed.settings, scenario=chosen)
    try:
        scenario_named(chosen)
    except ValueError as error:
        return _refused(feed, error)
    return msgspec.structs.replace(feed, settings=settings)


def _refused(feed: Declared, error: Exception) -> Declared:
    return msgspec.structs.replace(
        feed, error_vi=f"Khai báo không dùng được: {error}", error_en=f"The declaration cannot be used: {error}"
    )
