"""The allow-list: the only hosts that a feed may contact, as the operator wrote them into feeds.yaml.

Every address is checked before it is contacted, each hop of a redirect included. What this module does not do:
resolve names; whoever controls the DNS of an allowed host is trusted like the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from feeds.errors import SourceError

_LABEL: Final = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*", re.ASCII)
_IPV6: Final = re.compile(r"[0-9a-f:.]{2,45}", re.ASCII)


class AllowList:
    """Hosts that may be contacted.

    Args:
        entries: `host` (any port), `host:port`, `*.suffix` (its sub-domains, not itself), `*.suffix:port`, `[ipv6]` and
            `[ipv6]:port`. Upper and lower case are the same; names outside ASCII are compared in their IDNA form.

    Raises:
        ValueError: on an entry that is none of these; the message names it.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self.entries = tuple(entries)
        self._exact: set[tuple[str, int | None]] = set()
        self._suffixes: set[tuple[str, int | None]] = set()
        for entry in self.entries:
            host, port = _split(entry)
            if host.startswith("*."):
                self._suffixes.add((host[1:], port))
            else:
                self._exact.add((host, port))

    def allows(self, host: str, port: int) -> bool:
        """Tell whether this host may be contacted on this port."""
        name = canonical_host(host)
        if (name, None) in self._exact or (name, port) in self._exact:
            return True
        return any(
            name.endswith(suffix) and len(name) > len(suffix) and allowed_port in {None, port}
            for suffix, allowed_port in self._suffixes
        )

    def check(self, host: str, port: int) -> None:
        """Return when this host may be contacted.

        Raises:
            SourceError: when it may not; the message says what to add, and where.
        """
        if self.allows(host, port):
            return
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        raise SourceError(
            f"Máy chủ {where} không có trong danh sách được phép; thêm vào allow_hosts trong feeds.yaml nếu tin cậy.",
            f"The host {where} is not on the allow-list; add it to allow_hosts in feeds.yaml if you trust it.",
        )


def canonical_host(host: str) -> str:
    """Return a host in the form it is compared in: lower case, IDNA, without brackets and without a final dot."""
    name = host.strip().strip("[]").rstrip(".").lower()
    try:
        name.encode("ascii")
    except UnicodeEncodeError:
        try:
            return name.encode("idna").decode("ascii")
        except UnicodeError:
            return name
    return name


def _split(entry: str) -> tuple[str, int | None]:
    text = entry.strip().lower()
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if closed and _IPV6.fullmatch(host) and (not rest or rest.startswith(":")):
            return host, _port(rest[1:], entry) if rest else None
        raise ValueError(f"allow_hosts: expected host, host:port or *.suffix, got {entry!r}")
    host, colon, rest = text.partition(":")
    wildcard, name = ("*.", host[2:]) if host.startswith("*.") else ("", host)
    host = wildcard + canonical_host(name)
    if not _NAME.fullmatch(host):
        raise ValueError(f"allow_hosts: expected host, host:port or *.suffix, got {entry!r}")
    return host, _port(rest, entry) if colon else None


def _port(text: str, entry: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise ValueError(f"allow_hosts: expected a port from 1 to 65535 in {entry!r}")
    return int(text)
