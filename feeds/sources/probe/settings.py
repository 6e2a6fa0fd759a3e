"""Probes as declared in feeds.yaml; every key is explained in docs/feeds.md."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

import msgspec

from feeds.sources.addresses import host_and_port, http_address
from feeds.sources.bounds import check_count, check_seconds, check_source

_WORD: Final = re.compile(r"[\w.:-]{1,64}", re.ASCII)
MAX_TARGETS: Final = 500


class _Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """What every check has.

    Attributes:
        system: short word for the system, the dim of its readings.
        name_vi: Vietnamese name for people, "" for the word.
        name_en: English name.
        place: where it belongs; the province by default.
        every_s: seconds between two checks, 0 for the feed's.
        timeout_s: a check that takes longer has failed.
    """

    system: str
    name_vi: str = ""
    name_en: str = ""
    place: str = "lang-son"
    every_s: float = 0.0
    timeout_s: float = 10.0

    def _check(self) -> None:
        if not _WORD.fullmatch(self.system):
            raise ValueError(f"system: expected a word of 1–64 letters, digits or . : _ -, got {self.system[:64]!r}")
        if self.every_s:
            check_seconds("every_s", self.every_s, least=0.1, most=86_400)
        check_seconds("timeout_s", self.timeout_s, least=0.05, most=300)


class HttpTarget(_Target, frozen=True, tag="http", kw_only=True):
    """An address that must answer with a status, and perhaps a text.

    Attributes:
        url: http or https; redirects are not followed.
        expect_status: what counts as healthy; empty: 200 to 399.
        expect_text: must stand in the first megabyte of the answer, "" for any.
        ca_file: certificates of an authority of one's own, under config/ or absolute.
    """

    url: str
    expect_status: tuple[int, ...] = ()
    expect_text: str = ""
    ca_file: str = ""

    def __post_init__(self) -> None:
        self._check()
        http_address(self.url)
        for status in self.expect_status:
            check_count("expect_status", status, least=100, most=599)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return http_address(self.url)


class TcpTarget(_Target, frozen=True, tag="tcp", kw_only=True):
    """A host and port that must take a connection, as `host:port`."""

    to: str

    def __post_init__(self) -> None:
        self._check()
        host_and_port(self.to)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return host_and_port(self.to)


class TlsTarget(_Target, frozen=True, tag="tls", kw_only=True):
    """A host and port whose certificate must be valid, as `host:port`; how many days it still is, is told.

    Attributes:
        to: host and port.
        server_name: the name the certificate must carry, "" for the host.
        ca_file: certificates of an authority of one's own, under config/ or absolute.
    """

    to: str
    server_name: str = ""
    ca_file: str = ""

    def __post_init__(self) -> None:
        self._check()
        host_and_port(self.to)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return host_and_port(self.to)


Target: TypeAlias = HttpTarget | TcpTarget | TlsTarget


class ProbeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="probe"):
    """A set of checks.

    Attributes:
        targets: what is checked; a system may be checked in several ways, and is up when all of them are good.
        enabled: False declares it without starting it.
        source: what its readings carry.
        every_s: seconds between two checks of a target that says nothing else.
    """

    targets: tuple[Target, ...]
    enabled: bool = True
    source: str = "probe"
    every_s: float = 60.0

    def __post_init__(self) -> None:
        check_count("targets", len(self.targets), most=MAX_TARGETS)
        check_source(self.source)
        if not self.source:
            raise ValueError("source: expected a word, got ''")
        check_seconds("every_s", self.every_s, least=0.1, most=86_400)

    def addresses(self) -> list[tuple[str, int]]:
        """Return host and port of everything it is declared to contact."""
        return [target.address for target in self.targets]

    @property
    def target(self) -> str:
        """What is checked, for people."""
        return ", ".join(dict.fromkeys(target.system for target in self.targets))[:200]


class SystemFacts(msgspec.Struct, frozen=True):
    """What people call a probed system, for screens and alerts.

    Attributes:
        system: the dim of its readings.
        name_vi: Vietnamese name.
        name_en: English name.
        feed: the feed that checks it.
        place: where it belongs.
        checks: what is checked: http, tcp, tls.
    """

    system: str
    name_vi: str
    name_en: str
    feed: str
    place: str
    checks: tuple[str, ...]
