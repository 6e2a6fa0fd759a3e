"""What a process says of itself: memory, processor time, descriptors. For its heartbeat and for `/metrics`."""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def own_figures() -> dict[str, float]:
    """Return this process's figures by metric name; what the system does not tell is left out."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    figures = {"lso_process_cpu_seconds_total": usage.ru_utime + usage.ru_stime}
    resident = _resident_bytes()
    if resident is not None:
        figures["lso_process_resident_memory_bytes"] = resident
    open_fds = _open_fds()
    if open_fds is not None:
        figures["lso_process_open_fds"] = open_fds
    with contextlib.suppress(OSError, ValueError):
        soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY:
            figures["lso_process_max_fds"] = soft
    return figures


def _resident_bytes() -> float | None:
    try:
        return float(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return None


def _open_fds() -> float | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        # One less: the listing itself holds one open.
        return float(len(os.listdir("/proc/self/fd")) - 1)  # noqa: PTH208 (a name each, no paths)
    except OSError:
        return None
