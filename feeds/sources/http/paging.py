"""Which page comes next: pure decisions over an answer's headers and body."""

from __future__ import annotations

import re
from typing import Any, Final

import httpx
import msgspec

from feeds.sources.http.settings import BodyPaging, LinkPaging, OffsetPaging, PagePaging, Paging

_LINK: Final = re.compile(r'<([^<>]{0,8192})>((?:\s*;\s*[\w*-]{1,64}\s*=\s*(?:"[^"]{0,1024}"|[^\s;,"]{1,256})){0,16})')
_REL: Final = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


def first_params(paging: Paging | None) -> dict[str, str]:
    """Return the query parameters that ask for the first page."""
    return _params(paging, 0)


def next_page(
    paging: Paging | None, address: httpx.URL, headers: httpx.Headers, body: bytes, number: int
) -> tuple[httpx.URL | None, dict[str, str]] | None:
    """Return how to ask for the page behind this one.

    Args:
        paging: how pages are found, None for a single page.
        address: the address this page came from.
        headers: of this answer.
        body: of this answer.
        number: how many pages were read, this one included.

    Returns:
        (address, {}) for a page with an address of its own, (None, parameters) for one that is asked for by parameters
        of the first, None when this was the last.
    """
    if isinstance(paging, BodyPaging):
        text = _at(body, paging.next)
        return _joined(address, text) if isinstance(text, str) and text else None
    if isinstance(paging, LinkPaging):
        text = _linked(headers.get("link", ""))
        return _joined(address, text) if text else None
    if isinstance(paging, PagePaging | OffsetPaging):
        return (None, _params(paging, number)) if has_records(body, paging.items) else None
    return None


def has_records(body: bytes, items: str) -> bool:
    """Tell whether a page holds any record: of JSON by its array at `items`, of anything else by more than one line."""
    text = body.strip()
    if not text:
        return False
    try:
        whole = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        # CSV repeats its header on an empty page.
        return text.count(b"\n") > 0
    found = _walk(whole, items)
    if isinstance(found, dict) and not items:
        arrays = [value for value in found.values() if isinstance(value, list)]
        return any(arrays) if arrays else bool(found)
    return bool(found)


def _params(paging: Paging | None, pages_read: int) -> dict[str, str]:
    if isinstance(paging, PagePaging):
        return {paging.param: str(paging.start + pages_read)}
    if isinstance(paging, OffsetPaging):
        size = {paging.size_param: str(paging.size)} if paging.size_param else {}
        return {paging.param: str(paging.size * pages_read), **size}
    return {}


def _joined(address: httpx.URL, text: str) -> tuple[httpx.URL, dict[str, str]] | None:
    try:
        return address.join(text), {}
    except (httpx.InvalidURL, ValueError, UnicodeError):
        return None


def _linked(header: str) -> str:
    for match in _LINK.finditer(header[:65_536]):
        rel = _REL.search(match[2])
        if rel and "next" in (rel[1] or rel[2] or "").lower().split():
            return match[1].strip()
    return ""


def _at(body: bytes, path: str) -> Any:  # noqa: ANN401 (any JSON)
    try:
        return _walk(msgspec.json.decode(body), path)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def _walk(value: Any, path: str) -> Any:  # noqa: ANN401 (any JSON)
    for name in path.removeprefix("$").strip(".").split(".") if path.strip("$.") else ():
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
