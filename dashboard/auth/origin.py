"""Where a request comes from: the check that stops other sites from acting with a visitor's cookie.

Pure. The cookie is SameSite=Lax besides; this check covers what that leaves (older browsers, sibling hosts), and the
sign-in form itself, which has no cookie yet. Source: OWASP CSRF Prevention, "Verifying Origin With Standard Headers"
and "Fetch Metadata".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def is_ours(headers: Mapping[str, str], allowed_origins: Collection[str]) -> bool:
    """Tell whether a browser sent this request from a page of ours.

    Args:
        headers: lower-case names to values.
        allowed_origins: `scheme://host[:port]` besides the host that was asked for.

    An `Origin` decides where there is one. Without it, `Sec-Fetch-Site` must say `same-origin`: a browser that sends
    neither is older than both headers, and no page of ours runs in it.
    """
    origin = headers.get("origin")
    if origin is not None:
        return origin_allowed(origin, headers.get("host", ""), allowed_origins)
    return headers.get("sec-fetch-site") == "same-origin"


def origin_allowed(origin: str, host: str, allowed_origins: Collection[str]) -> bool:
    """Tell whether an `Origin` header names one of the allowed origins or the host that was asked for."""
    if origin in allowed_origins:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and parts.netloc == host


def local_path(target: str, default: str = "/") -> str:
    r"""Return a `next` target if it is a path of ours, else the default: never a way to another site.

    Browsers read `//host`, `/\host` and control characters as another host; none of these passes.
    """
    if not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return default
    if any(ord(character) < 33 or ord(character) == 127 for character in target):
        return default
    return target
