"""Declaring feeds from a screen: what was sent is checked as the feeds process will check it, and said in one sentence.

Also the other way: how a feed is declared now, on the desk or in feeds.yaml, as texts that can be edited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from dashboard.api.body import BodyError, text_of
from dashboard.parts import Parts
from feeds.desk import DeclaredFeed, Pause, Playing
from feeds.errors import FeedsFileError, MappingError
from feeds.mapping import parse_mapping
from feeds.settings import FILE
from feeds.sources.declarations import Declared, gather

MAPPINGS: Final = "mappings"
LARGEST_MAPPING: Final = 64 * 1024
LARGEST_SETTINGS: Final = 16 * 1024
NAME_MAX: Final = 64


class Declaration(msgspec.Struct, frozen=True):
    """A declaration that the feeds process can use."""

    name: str
    settings_yaml: str
    mapping_yaml: str


class _OneFeed:
    """A desk with one declaration on it, to have it checked before it is kept."""

    def __init__(self, feed: DeclaredFeed) -> None:
        self._feed = feed

    def revision(self) -> int:
        return 0

    def declared(self) -> Sequence[DeclaredFeed]:
        return [self._feed]

    def paused(self) -> Mapping[str, Pause]:
        return {}

    def scenarios(self) -> Mapping[str, Playing]:
        return {}


def checked_declaration(fields: dict[str, Any], parts: Parts) -> Declaration:
    """Return what was sent, checked; reads files.

    Args:
        fields: `name`, `settings` (an entry of feeds.yaml, as YAML text or as an object), `mapping` (YAML text).
        parts: for catalogue, configuration and data directory.

    Raises:
        BodyError: 422 with the field at fault.
        MappingError: when the mapping cannot be used.
    """
    name = text_of(fields, "name", required=True, longest=NAME_MAX)
    settings_yaml = _settings_text(fields)
    mapping_yaml = text_of(fields, "mapping", longest=LARGEST_MAPPING)
    if mapping_yaml.strip():
        parse_mapping(mapping_yaml, parts.catalogue, name)
    feed = DeclaredFeed(name, settings_yaml, mapping_yaml, "", parts.clock())
    settings = parts.settings
    try:
        found = gather(settings.config_dir, settings.data_dir, parts.catalogue, _OneFeed(feed), only=name)
    except FeedsFileError as error:
        raise BodyError(422, str(error), "settings") from error
    declared = found.feeds.get(name)
    if declared is None or declared.error_en:
        sentence = declared.error_en if declared else f"the feed {name} could not be declared"
        raise BodyError(422, sentence, "name" if "expected a name" in sentence else "settings")
    return Declaration(name, settings_yaml, mapping_yaml)


def _settings_text(fields: dict[str, Any]) -> str:
    given = fields.get("settings")
    if isinstance(given, dict):
        text: str = yaml.safe_dump(given, allow_unicode=True, sort_keys=False)
        if len(text) > LARGEST_SETTINGS:
            raise BodyError(
                422, f"settings has {len(text)} characters; at most {LARGEST_SETTINGS} are taken", "settings"
            )
        return text
    return text_of(fields, "settings", required=True, longest=LARGEST_SETTINGS)


def declared_feeds(parts: Parts) -> dict[str, Declared]:
    """Return every feed that is declared now, disabled ones left out; nothing where feeds.yaml cannot be read."""
    settings = parts.settings
    try:
        return gather(settings.config_dir, settings.data_dir, parts.catalogue, parts.feed_desk).feeds
    except FeedsFileError:
        return {}


def settings_of(name: str, parts: Parts) -> dict[str, Any] | None:
    """Return how a feed is declared, as texts: name, declared (`desk` or `file`), settings_yaml, mapping, mapping_yaml.

    None when nobody declares a feed of that name. Reads files and the desk.
    """
    for feed in parts.feed_desk.declared():
        if feed.name == name:
            return _texts(name, "desk", feed.settings_yaml, f"{name} (desk)", feed.mapping_yaml, feed.who, feed.at)
    try:
        data = yaml.safe_load((parts.settings.config_dir / FILE).read_text(encoding="utf-8"))
        entry = data["feeds"][name]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError):
        return None
    if not isinstance(entry, dict):
        return None
    mapping = str(entry.get("mapping", ""))
    # The mapping goes along as text: what is declared on the desk must not change when the file does.
    kept = {key: value for key, value in entry.items() if key != "mapping"}
    settings_yaml = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False)
    return _texts(name, "file", settings_yaml, mapping, _read(parts.settings.config_dir / mapping) if mapping else "")


def _texts(
    name: str, declared: str, settings: str, mapping: str, text: str, who: str = "", at: datetime | None = None
) -> dict[str, Any]:
    return {
        "name": name, "declared": declared, "settings_yaml": settings, "mapping": mapping, "mapping_yaml": text,
        "who": who, "at": at,
    }  # fmt: skip


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")[:LARGEST_MAPPING]
    except (OSError, UnicodeDecodeError):
        return ""


def shipped_mappings(parts: Parts) -> list[dict[str, Any]]:
    """Return the mappings of the configuration directory: name, format, source, names in both languages, text."""
    found = []
    for path in sorted((parts.settings.config_dir / MAPPINGS).glob("*.yaml")):
        text = _read(path)
        try:
            mapping = parse_mapping(text, parts.catalogue, path.name)
        except MappingError:
            continue  # `mapping try` says what is wrong with a file; a choice that cannot work is none
        found.append(
            {
                "name": path.stem,
                "file": f"{MAPPINGS}/{path.name}",
                "source": mapping.source,
                "format": mapping.format,
                "name_vi": mapping.name.vi,
                "name_en": mapping.name.en,
                "text": text,
            }
        )
    return found


def mapping_of(source: str, parts: Parts) -> dict[str, Any] | None:
    """Return the mapping that makes readings of a source, with the feed it belongs to; None when none is known.

    A source that no declared feed has (a replay, a push of old) may still be that of a shipped mapping; `name` is ""
    then.
    """
    for name, feed in declared_feeds(parts).items():
        try:
            own = feed.mapping(parts.catalogue).source if feed.mapping_text else ""
        except MappingError:
            own = ""
        if source in {own, getattr(feed.settings, "source", "") or own} and own:
            return settings_of(name, parts)
    for shipped in shipped_mappings(parts):
        if source in {shipped["source"], f"replay-{shipped['source']}"}:
            return _texts("", "file", "", shipped["file"], shipped["text"])
    return None
