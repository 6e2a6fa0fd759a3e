"""What the facts of a machine mean. Pure; every boundary is tested on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard.doctor.model import Finding, version_of

PYTHON: Final = (3, 11)
SQLITE: Final = (3, 35)
"""The first with RETURNING, which dead letters are stored with."""
GIB: Final = 1 << 30
FREE_FAIL: Final = GIB
FREE_WARN: Final = 5 * GIB
DAYS_FAIL: Final = 3.0
DAYS_WARN: Final = 30.0
"""Raw readings are kept for 30 days: by then growth has become slow, and who has that long has time to act."""
FSYNC_SLOW_MS: Final = 50.0
"""A commit waits for one or two; at `LSO_FSYNC=always` every entry of the bus waits for one."""
FSYNC_LIES_MS: Final = 0.02
"""No disk confirms a write in 20 µs; memory does, and so does a controller that only promises."""
DRIFT_WARN_S: Final = 0.5
DRIFT_FAIL_S: Final = 5.0
"""Readings from more than this ahead would begin to be marked as of a wrong clock."""
FILES_WARN: Final = 4_096
FILES_FAIL: Final = 1_024
"""A web process holds a descriptor a screen and some for its databases; 200 screens are expected."""
MEMORY_WARN: Final = 2 * GIB
NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "glusterfs", "ceph"}
)
VOLATILE_FILE_SYSTEMS: Final = frozenset({"tmpfs", "ramfs"})


def judge_python(version: str) -> Finding:
    """Judge the interpreter."""
    if version_of(version) < PYTHON:
        return Finding("python", "fail", version, "Install Python 3.11 or newer and make the environment anew.")
    return Finding("python", "ok", version)


def judge_sqlite(version: str) -> Finding:
    """Judge the SQLite that Python was built with."""
    if version_of(version) < SQLITE:
        wanted = ".".join(map(str, SQLITE))
        return Finding("sqlite", "fail", version, f"SQLite {wanted} or newer is needed: use a newer Python or system.")
    return Finding("sqlite", "ok", version)


def judge_libraries(pinned: Mapping[str, str], installed: Mapping[str, str | None]) -> Finding:
    """Judge the installed libraries against the pins of requirements.txt."""
    if not pinned:
        return Finding("libraries", "warn", "requirements.txt was not found", "Run from the project's folder.")
    missing = sorted(name for name in pinned if installed.get(name) is None)
    if missing:
        return Finding("libraries", "fail", f"missing: {', '.join(missing)}", "Run `make setup`.")
    other = sorted(f"{name} {installed[name]} (pinned {pin})" for name, pin in pinned.items() if installed[name] != pin)
    if other:
        return Finding("libraries", "warn", "; ".join(other), "Run `make setup`: only the pinned set was tested.")
    return Finding("libraries", "ok", f"{len(pinned)} equal their pins")


def judge_synchronised(*, synchronised: bool | None) -> Finding:
    """Judge whether the machine's clock is kept right; None: the machine does not say."""
    if synchronised is None:
        return Finding("clock.ntp", "ok", "this machine does not tell", "Make sure that its host keeps time by NTP.")
    if not synchronised:
        do = "Switch time synchronisation on (`timedatectl set-ntp true`, or chrony with a server on the site)."
        return Finding("clock.ntp", "warn", "the kernel says that the clock is not synchronised", do)
    return Finding("clock.ntp", "ok", "synchronised")


def judge_drift(other: str, drift_s: float) -> Finding:
    """Judge how far another machine's clock is from ours; positive: it is ahead."""
    found = f"{other} is {abs(drift_s):.2f} s {'ahead of' if drift_s >= 0 else 'behind'} this machine"
    do = "Let both keep time by the same NTP server: ages and alert clocks are counted across them."
    state = abs(drift_s)
    if state > DRIFT_FAIL_S:
        return Finding(f"clock.{other}", "fail", found, do)
    if state > DRIFT_WARN_S:
        return Finding(f"clock.{other}", "warn", found, do)
    return Finding(f"clock.{other}", "ok", found)


def judge_timezone(offset_s: float | None) -> Finding:
    """Judge Asia/Ho_Chi_Minh as Python knows it: its offset from UTC, None when it is not there."""
    if offset_s is None:
        return Finding("timezone", "fail", "Asia/Ho_Chi_Minh is unknown", "Install the package tzdata.")
    if offset_s != 7 * 3_600:
        found = f"Asia/Ho_Chi_Minh is UTC{offset_s / 3_600:+.1f}"
        return Finding("timezone", "fail", found, "The time zone data is wrong: install tzdata anew.")
    return Finding("timezone", "ok", "Asia/Ho_Chi_Minh is UTC+7")


def judge_locale(filesystem: str, preferred: str) -> Finding:
    """Judge the encodings of file names and of text."""
    names = {filesystem.lower().replace("_", "-"), preferred.lower().replace("_", "-")}
    if names <= {"utf-8", "utf8"}:
        return Finding("locale", "ok", "UTF-8")
    do = "Set LANG=C.UTF-8 (or vi_VN.UTF-8) for the service: names of places would be written wrong."
    return Finding("locale", "warn", f"file names {filesystem}, text {preferred}", do)


def judge_disk(free_bytes: int, growth_per_day: float) -> Finding:
    """Judge free space where data is kept, against what a day adds now (bytes; 0 when nothing was recorded)."""
    found = f"{free_bytes / GIB:.1f} GiB free"
    days = free_bytes / growth_per_day if growth_per_day > 0 else None
    if days is not None:
        found += f", {growth_per_day / GIB:.2f} GiB a day: " + (f"{days:.0f} days" if days < 3_650 else "years")
    do = "Make room: delete old backups, or move DATA_DIR to a larger disk. When it is full nothing can be recorded."
    if free_bytes < FREE_FAIL or (days is not None and days < DAYS_FAIL):
        return Finding("disk.free", "fail", found, do)
    if free_bytes < FREE_WARN or (days is not None and days < DAYS_WARN):
        return Finding("disk.free", "warn", found, do)
    return Finding("disk.free", "ok", found)


def judge_file_system(kind: str | None) -> Finding:
    """Judge the file system of the data directory; None when it is not known."""
    if kind in NETWORK_FILE_SYSTEMS:
        do = "Keep DATA_DIR on a local disk: SQLite and the bus's log are not safe on a network file system."
        return Finding("disk.kind", "fail", str(kind), do)
    if kind in VOLATILE_FILE_SYSTEMS:
        return Finding("disk.kind", "fail", f"{kind}: lost at the next start", "Keep DATA_DIR on a disk.")
    return Finding("disk.kind", "ok", kind or "not known here")


def judge_fsync(median_ms: float | None, *, always: bool) -> Finding:
    """Judge how long a write takes until the disk has it; None when nothing could be written."""
    if median_ms is None:
        do = "DATA_DIR must be a folder that this user may write to, on a disk that is not full."
        return Finding("disk.fsync", "fail", "a file could not be written and synchronised", do)
    found = f"{median_ms:.2f} ms (median)"
    if median_ms > FSYNC_SLOW_MS:
        more = "; with LSO_FSYNC=always every push waits for it" if always else ""
        return Finding("disk.fsync", "warn", f"{found}: slow{more}", "Use an SSD, or a controller with a battery.")
    if median_ms < FSYNC_LIES_MS:
        do = "Look for a write cache without a battery: after a power cut what was acknowledged may be gone."
        return Finding("disk.fsync", "warn", f"{found}: faster than a disk can be", do)
    return Finding("disk.fsync", "ok", found)


def judge_descriptors(limit: int) -> Finding:
    """Judge how many files and sockets a process may have open."""
    do = "Raise it: LimitNOFILE=65536 in the service, or `ulimit -n 65536`. Each screen needs one."
    if limit < FILES_FAIL:
        return Finding("limits.files", "fail", str(limit), do)
    if limit < FILES_WARN:
        return Finding("limits.files", "warn", str(limit), do)
    return Finding("limits.files", "ok", str(limit))


def judge_memory(total: int | None, overcommit: int | None) -> list[Finding]:
    """Judge the memory (bytes) and the kernel's overcommit policy; None where the machine does not tell."""
    found = []
    if total is not None:
        short = total < MEMORY_WARN
        do = "The house and its bus want 2 GiB; with less, keep PostgreSQL and browsers elsewhere." if short else ""
        found.append(Finding("memory.total", "warn" if short else "ok", f"{total / GIB:.1f} GiB", do))
    if overcommit is not None:
        strict = overcommit == 2
        do = "Set vm.overcommit_memory=1: the bus cannot rewrite its log when a copy of itself is refused."
        words = {0: "0 (heuristic)", 1: "1 (always)", 2: "2 (never)"}.get(overcommit, str(overcommit))
        found.append(Finding("memory.overcommit", "warn" if strict else "ok", words, do if strict else ""))
    return found
