"""An HTTP feed as declared in feeds.yaml; every key is explained in docs/feeds.md."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import httpx
import msgspec

from feeds.sources.addresses import http_address
from feeds.sources.bounds import (
    MAX_PAYLOAD_BYTES,
    check_bytes,
    check_count,
    check_headers,
    check_seconds,
    check_source,
)
from feeds.sources.credentials import Auth
from feeds.sources.spool import MAX_BYTES

SHORTEST_S: Final = 0.1
MAX_PAGES: Final = 1_000


class _Paging(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    max_pages: int = 20

    def __post_init__(self) -> None:
        check_count("max_pages", self.max_pages, most=MAX_PAGES)


class BodyPaging(_Paging, frozen=True, tag="body"):
    """The next page's address stands in the JSON body at a dotted path."""

    next: str = "next"


class LinkPaging(_Paging, frozen=True, tag="link"):
    """The next page's address stands in the header Link, rel=next (RFC 8288)."""


class PagePaging(_Paging, frozen=True, tag="page"):
    """Pages have numbers; one without records is the end.

    Attributes:
        param: the query parameter.
        start: number of the first page.
        items: dotted path of the records in a JSON body, "" for the body itself.
    """

    param: str = "page"
    start: int = 1
    items: str = ""


class OffsetPaging(_Paging, frozen=True, tag="offset"):
    """Pages begin at an offset; one without records is the end.

    Attributes:
        param: the query parameter of the offset.
        size: records on a page.
        size_param: the query parameter of the size, "" when the provider fixes it.
        items: dotted path of the records in a JSON body, "" for the body itself.
    """

    param: str = "offset"
    size: int = 100
    size_param: str = "limit"
    items: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_count("size", self.size, most=100_000)


Paging: TypeAlias = BodyPaging | LinkPaging | PagePaging | OffsetPaging


class HttpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="http"):
    """One HTTP feed.

    Attributes:
        url: http or https; its host must be on the allow-list. Never with a user, a password or a key in it.
        mapping: file under config/, such as mappings/dpsu.yaml; "" for a feed of the desk, which brings its own.
        enabled: False declares it without starting it.
        source: what its readings carry instead of the mapping's source.
        every_s: seconds between two polls; up to a tenth more is waited, so that feeds do not poll in step.
        method: GET or POST.
        body: sent with POST.
        headers: sent along; no secrets.
        params: query parameters; no secrets.
        auth: how we prove who we are.
        paging: how further pages are found.
        connect_timeout_s: for reaching the host.
        read_timeout_s: for the next bytes to come.
        total_timeout_s: for one whole page, so that a trickle ends.
        max_bytes: of one page, unpacked.
        max_redirects: followed at most, each only to a host on the allow-list.
        ca_file: certificates of an authority of one's own (PEM), under config/ or absolute.
        spool_bytes: how much is kept on disk while the bus is away.
    """

    url: str
    mapping: str = ""
    enabled: bool = True
    source: str = ""
    every_s: float = 60.0
    method: Literal["GET", "POST"] = "GET"
    body: str = ""
    headers: dict[str, str] = {}
    params: dict[str, str] = {}
    auth: Auth | None = None
    paging: Paging | None = None
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 10.0
    total_timeout_s: float = 60.0
    max_bytes: int = MAX_PAYLOAD_BYTES
    max_redirects: int = 3
    ca_file: str = ""
    spool_bytes: int = MAX_BYTES

    def __post_init__(self) -> None:
        http_address(self.url)
        check_source(self.source)
        check_seconds("every_s", self.every_s, least=SHORTEST_S)
        for key in ("connect_timeout_s", "read_timeout_s", "total_timeout_s"):
            check_seconds(key, getattr(self, key), least=0.05, most=3_600)
        check_bytes("max_bytes", self.max_bytes)
        check_bytes("spool_bytes", self.spool_bytes, most=1 << 36)
        check_count("max_redirects", self.max_redirects, least=0, most=10)
        check_headers(self.headers)

    def addresses(self) -> list[tuple[str, int]]:
        """Return host and port of everything it is declared to contact."""
        return [http_address(self.url)]

    @property
    def target(self) -> str:
        """Where the data comes from, for people: host and path."""
        url = httpx.URL(self.url)
        return f"{url.netloc.decode('ascii', 'replace')}{url.path}"
