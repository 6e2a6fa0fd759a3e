"""Host and port of what an operator wrote as an address; the allow-list is asked about exactly these."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from feeds.sources.hosts import canonical_host


def http_address(text: str) -> tuple[str, int]:
    """Return host and port of an http or https address.

    Raises:
        ValueError: when it is none, or carries a user or a password.
    """
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        # What stands before an @ may be a password.
        shown = text.rpartition("@")[2][:200]
        raise ValueError(f"url: expected http://host/path or https://host/path, got {shown!r} ({error})") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError(f"url: expected http://host/path or https://host/path, got {_shown(url)!r}")
    if url.port is not None and not 1 <= url.port <= 65_535:
        raise ValueError(f"url: expected a port from 1 to 65535, got {url.port}")
    if url.userinfo:
        raise ValueError("url: carries a user or password; use auth with the name of a secret instead")
    return url.host, url.port or (443 if url.scheme == "https" else 80)


def _shown(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.host}{url.path}"[:200]


def websocket_address(text: str) -> tuple[str, int]:
    """Return host and port of a ws or wss address.

    Raises:
        ValueError: when it is none, or carries a user or a password.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"url: expected ws://host/path or wss://host/path ({error})") from error
    if "@" in parts.netloc:
        raise ValueError("url: carries a user or password; use auth with the name of a secret instead")
    if parts.scheme not in {"ws", "wss"} or not host:
        raise ValueError(f"url: expected ws://host/path or wss://host/path, got {text[:200]!r}")
    if parts.fragment or any(ord(letter) <= 32 for letter in text):
        raise ValueError("url: expected no fragment (#…) and no blanks")
    return host, port or (443 if parts.scheme == "wss" else 80)


def host_and_port(text: str) -> tuple[str, int]:
    """Return host and port of `host:port` or `[ipv6]:port`.

    Raises:
        ValueError: when it is neither.
    """
    host, colon, port = text.strip().rpartition(":")
    name = canonical_host(host)
    bare_ipv6 = ":" in host and not host.startswith("[")
    if not (colon and name and port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535) or bare_ipv6:
        raise ValueError(f"to: expected host:port, got {text[:64]!r}")
    if any(letter in name for letter in "/@ "):
        raise ValueError(f"to: expected host:port, got {text[:64]!r}")
    return name, int(port)
