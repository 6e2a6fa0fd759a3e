"""Looking at the installation's own files: secrets, their modes, the configuration. Changes nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from dashboard.doctor import judge_installation as judge
from dashboard.doctor.model import Finding
from dashboard.settings import Settings
from feeds.catalogue import Catalogue

PRIVATE: Final = ("secret.key", "secrets/*", "desk.sqlite", "history.sqlite", "valkey/*", "backups/*.zip")


def look(settings: Settings) -> Iterator[Finding]:
    """Yield what there is to say about the files of this installation."""
    path = settings.data_dir / "secret.key"
    given = bool(os.environ.get("LSO_SECRET_KEY", "").strip())
    mode = None if given or not path.is_file() else stat.S_IMODE(path.stat().st_mode)
    yield judge.judge_secret("LSO_SECRET_KEY" if given else str(path), settings.secret_key, mode)
    yield judge.judge_modes(list(open_files(settings.data_dir)))
    yield judge.judge_public_url(settings.public_url, settings.host)
    yield _feeds(settings)
    yield _rules(settings)
    yield _mappings(settings)


def open_files(data_dir: Path) -> Iterator[tuple[str, int]]:
    """Yield the private files that others on this machine can reach and read, with their modes."""
    if not data_dir.is_dir() or not stat.S_IMODE(data_dir.stat().st_mode) & 0o011:
        return  # nobody else gets in
    for pattern in PRIVATE:
        for path in sorted(data_dir.glob(pattern)):
            mode = stat.S_IMODE(path.stat().st_mode)
            closed = path.parent != data_dir and not stat.S_IMODE(path.parent.stat().st_mode) & 0o011
            if path.is_file() and mode & 0o044 and not closed:
                yield str(path), mode


def _errors(read: Callable[[], object]) -> list[str]:
    try:
        read()
    except Exception as error:  # noqa: BLE001 (whatever a reader says of a file is what we want to tell)
        return [" ".join(str(error).split())[:400] or type(error).__name__]
    return []


def _feeds(settings: Settings) -> Finding:
    from feeds.settings import load_feeds

    return judge.judge_config("feeds", _errors(lambda: load_feeds(settings.config_dir)), 1)


def _rules(settings: Settings) -> Finding:
    from alerts.check import load_rules

    count = len(list((settings.config_dir / "rules").glob("*.yaml")))
    return judge.judge_config("rules", _errors(lambda: load_rules(settings.config_dir / "rules")), count)


def _mappings(settings: Settings) -> Finding:
    from feeds.mapping import load_mapping

    catalogue, paths = Catalogue(), sorted((settings.config_dir / "mappings").glob("*.yaml"))
    errors = [error for path in paths for error in _errors(partial(load_mapping, path, catalogue))]
    return judge.judge_config("mappings", errors, len(paths))
