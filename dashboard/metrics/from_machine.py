"""What this machine knows: its disk, its clock, the certificate before us, the newest backup. Blocks; for a thread."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dashboard.backup import last
from dashboard.doctor.machine import clock_synchronised
from dashboard.metrics.sheet import Sheet
from dashboard.settings import Settings
from feeds.sources.probe.certificate import not_after

PATIENCE_S: Final = 2.0
LOOK_AGAIN_S: Final = 3600.0
"""A certificate changes a few times a year; an hour later is soon enough, also after a look that failed."""


class Certificate:
    """The certificate that browsers get at our public address, looked at once an hour.

    It is read, not judged: whether browsers trust it is for them (and for a probe of kind tls) to say.
    """

    def __init__(
        self,
        public_url: str,
        fetch: Callable[[str, int], bytes] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(public_url)
        self._address = (parts.hostname, parts.port or 443) if parts.scheme == "https" and parts.hostname else None
        self._fetch = fetch or _fetch
        self._clock = clock
        self._looked_s: float | None = None
        self._end_s: float | None = None

    def end_time_s(self) -> float | None:
        """Return when it ends, Unix time; None without HTTPS and while nobody answered yet."""
        now_s = self._clock()
        if self._address is None or (self._looked_s is not None and now_s - self._looked_s < LOOK_AGAIN_S):
            return self._end_s
        self._looked_s = now_s
        with contextlib.suppress(OSError, ValueError):  # a look that failed does not make the last one untrue
            self._end_s = not_after(self._fetch(*self._address)).timestamp()
        return self._end_s


def _fetch(host: str, port: int) -> bytes:
    context = ssl.create_default_context()
    # Only to read it; nothing is sent to whoever this is.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((host, port), PATIENCE_S) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        return secure.getpeercert(binary_form=True) or b""


def write_machine(sheet: Sheet, settings: Settings, certificate: Certificate) -> None:
    """Write what this machine knows; what it does not is left out."""
    _write_disk(sheet, settings.data_dir)
    synchronised = clock_synchronised()
    sheet.set("lso_clock_synchronised", None if synchronised is None else float(synchronised))
    sheet.set("lso_certificate_end_time_seconds", certificate.end_time_s())
    newest = last.read(settings.data_dir)
    sheet.set("lso_backup_last_success_time_seconds", newest.at_s if newest else 0.0)
    sheet.set("lso_backup_last_size_bytes", newest.size_bytes if newest else None)


def _write_disk(sheet: Sheet, data_dir: Path) -> None:
    folder = data_dir.absolute()
    # Before anything was kept the folder is not there yet; the disk it will lie on is.
    there = next((one for one in (folder, *folder.parents) if one.is_dir()), None)
    if there is not None:
        usage = shutil.disk_usage(there)
        sheet.set("lso_disk_free_bytes", usage.free)
        sheet.set("lso_disk_size_bytes", usage.total)
