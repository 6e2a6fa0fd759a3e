"""Looking at the machine: versions, clocks, disk, limits. Touches one small file, which it deletes again."""

from __future__ import annotations

import ctypes
import locale
import os
import platform
import re
import resource
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dashboard.doctor import judge_machine as judge
from dashboard.doctor.model import Finding
from dashboard.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[2]
FSYNC_ROUNDS: Final = 15
_PIN: Final = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;]+)")
_TIMEX_BYTES: Final = 512
"""More than `struct timex` has on any platform; zeros ask without changing anything."""
_TIME_ERROR: Final = 5
"""adjtimex(2): the clock is not synchronised."""


def look(settings: Settings) -> Iterator[Finding]:
    """Yield what there is to say about this machine."""
    yield judge.judge_python(platform.python_version())
    yield judge.judge_sqlite(sqlite3.sqlite_version)
    pins = pinned(ROOT / "requirements.txt")
    yield judge.judge_libraries(pins, {name: _installed(name) for name in pins})
    yield judge.judge_synchronised(synchronised=clock_synchronised())
    yield judge.judge_timezone(_hanoi_offset_s())
    yield judge.judge_locale(sys.getfilesystemencoding(), locale.getpreferredencoding(False))
    folder = _nearest(settings.data_dir)
    yield judge.judge_file_system(file_system(folder, _mounts()))
    yield judge.judge_fsync(fsync_ms(settings.data_dir), always=settings.fsync == "always")
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield judge.judge_descriptors(soft if soft != resource.RLIM_INFINITY else sys.maxsize)
    yield from judge.judge_memory(_memory_bytes(), _overcommit())


def disk(settings: Settings, growth_per_day: float) -> Finding:
    """Return what there is to say about the room on the disk of the data directory."""
    return judge.judge_disk(shutil.disk_usage(_nearest(settings.data_dir)).free, growth_per_day)


def pinned(requirements: Path) -> dict[str, str]:
    """Return library → pinned version of a requirements file, {} when there is none."""
    if not requirements.is_file():
        return {}
    lines = requirements.read_text(encoding="utf-8").splitlines()
    return {found[1]: found[2] for line in lines if (found := _PIN.match(line.strip()))}


def clock_synchronised() -> bool | None:
    """Return whether the kernel takes its clock for right; None when it cannot be asked."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def fsync_ms(folder: Path) -> float | None:
    """Return the median time of writing 4 KiB and having the disk confirm it, None when that failed."""
    path = folder / f".doctor.{os.getpid()}"
    block, taken = os.urandom(4_096), []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("wb", buffering=0) as file:
            for _ in range(FSYNC_ROUNDS):
                begun = time.perf_counter()
                file.write(block)
                os.fsync(file.fileno())
                taken.append((time.perf_counter() - begun) * 1_000)
    except OSError:
        return None
    finally:
        path.unlink(missing_ok=True)
    return statistics.median(taken)


def file_system(folder: Path, mounts: list[tuple[str, str]]) -> str | None:
    """Return the kind of the file system a folder lies on; `mounts` are (mount point, kind), later ones win."""
    here, found, longest = folder.resolve(), None, -1
    for point, kind in mounts:
        inside = here == Path(point) or Path(point) in here.parents
        if inside and len(point) >= longest:
            found, longest = kind, len(point)
    return found


def _mounts() -> list[tuple[str, str]]:
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    fields = [line.split(" ") for line in lines]
    return [(one[1].replace("\\040", " "), one[2]) for one in fields if len(one) > 2]


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest above it that exists."""
    folder = folder.absolute()
    return next((one for one in (folder, *folder.parents) if one.is_dir()), Path("/"))


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _hanoi_offset_s() -> float | None:
    try:
        offset = ZoneInfo("Asia/Ho_Chi_Minh").utcoffset(datetime.now(UTC))
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return None
    return (offset or timedelta(0)).total_seconds()


def _memory_bytes() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _overcommit() -> int | None:
    try:
        return int(Path("/proc/sys/vm/overcommit_memory").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
