"""The feeds an operator declared: config/feeds.yaml, checked."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import msgspec
import yaml

from feeds.errors import FeedsFileError

FILE: Final = "feeds.yaml"


class SimulatorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One simulator.

    Attributes:
        kind: always `simulator`.
        enabled: False declares it without starting it.
        scenario: which of the twin's scenarios it plays.
        seed: the same seed and start give the same province.
        speed: simulated seconds in a real one, 1–3600.
    """

    kind: Literal["simulator"]
    enabled: bool = True
    scenario: str = "normal"
    seed: int = 20250701
    speed: float = 1.0


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    feeds: dict[str, SimulatorSettings]


def load_feeds(config_dir: Path) -> dict[str, SimulatorSettings]:
    """Return the declared feeds by name.

    Raises:
        FeedsFileError: when the file is missing, not YAML, or a key or value in it is not known.
    """
    path = config_dir / FILE
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FeedsFileError(f"{path}: cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FeedsFileError(f"{path}: not YAML: {error}") from error
    try:
        feeds = msgspec.convert(data, _File).feeds
    except msgspec.ValidationError as error:
        raise FeedsFileError(f"{path}: {error}") from error
    for name, feed in feeds.items():
        if not 1 <= feed.speed <= 3_600:
            raise FeedsFileError(f"{path}: feeds.{name}.speed: expected 1 to 3600, got {feed.speed:g}")
    return feeds
