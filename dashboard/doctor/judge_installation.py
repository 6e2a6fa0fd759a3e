"""What the facts of an installation's files mean. Pure; every boundary is tested on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from dashboard.doctor.model import Finding
from dashboard.settings import PLACEHOLDERS

LONG_ENOUGH: Final = 32
LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def judge_secret(where: str, secret: str, mode: int | None) -> Finding:
    """Judge the signing key: where it stands, itself, and its file's mode (None when it is no file)."""
    do = "Delete the file (or set LSO_SECRET_KEY to 48 random characters); everybody signs in again then."
    if secret.lower() in PLACEHOLDERS or len(set(secret)) < 8:
        return Finding("secrets.key", "fail", f"{where}: a placeholder", do)
    if len(secret) < LONG_ENOUGH:
        return Finding("secrets.key", "fail", f"{where}: {len(secret)} characters, {LONG_ENOUGH} are needed", do)
    if mode is not None and mode & 0o077:
        return Finding("secrets.key", "fail", f"{where}: mode {mode:03o}", f"chmod 600 {where}: others may read it.")
    return Finding("secrets.key", "ok", f"{where}: {len(secret)} characters")


def judge_modes(open_files: Sequence[tuple[str, int]]) -> Finding:
    """Judge the modes of files others must not read: those that others may, as (path, mode)."""
    if not open_files:
        return Finding("secrets.files", "ok", "nobody else may read them")
    names = ", ".join(f"{path} ({mode:03o})" for path, mode in open_files[:4])
    more = f" and {len(open_files) - 4} more" if len(open_files) > 4 else ""
    do = "chmod -R go-rwx DATA_DIR: passwords' hashes, journals and keys are in there."
    return Finding("secrets.files", "warn", f"others on this machine may read {names}{more}", do)


def judge_config(name: str, errors: Sequence[str], count: int) -> Finding:
    """Judge a part of the configuration by the errors its own reader found."""
    check = f"config.{name}"
    if not errors:
        return Finding(check, "ok", f"{count} read without an error")
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Finding(check, "fail", f"{errors[0]}{more}", "Mend the file; the message says what was expected.")


def judge_public_url(url: str, host: str) -> Finding:
    """Judge how browsers reach us."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return Finding("public-url", "ok", url)
    if parts.hostname in LOCAL:
        if host in LOCAL:
            return Finding("public-url", "ok", f"{url}: this machine only")
        do = "Set LSO_PUBLIC_URL to the address people use: a page's live data is refused from any other."
        return Finding("public-url", "warn", f"{url}, and LSO_HOST={host} listens for others", do)
    do = "Put the reverse proxy with HTTPS before it: installing the app and keeping a display awake need it."
    return Finding("public-url", "warn", f"{url}: passwords cross the network in the clear", do)
