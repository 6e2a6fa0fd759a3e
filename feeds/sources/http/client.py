"""One bounded request: time, size and redirects have limits, and no host is contacted that is not allowed."""

from __future__ import annotations

import asyncio
import email.utils
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx

from feeds.errors import SourceError
from feeds.sources.addresses import http_address
from feeds.sources.context import FeedContext
from feeds.sources.credentials import auth_headers, auth_params
from feeds.sources.http.body import ACCEPT_ENCODING, read_body
from feeds.sources.http.settings import HttpSettings
from feeds.sources.tls import tls_context

LONGEST_RETRY_S: Final = 86_400.0
"""A provider may send us away for a day at most; whoever says more is asked again tomorrow."""
USER_AGENT: Final = "lang-son-operations"
_MOVED: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """One page: where it finally came from, its status, headers and unpacked body."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    body: bytes


def open_client(settings: HttpSettings, config_dir: Path) -> httpx.AsyncClient:
    """Return a client with this feed's limits; it follows nothing, and takes nothing from the environment.

    Raises:
        SourceError: when the file of certificates cannot be used.
    """
    return httpx.AsyncClient(
        verify=tls_context(settings.ca_file, config_dir),
        timeout=httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s),
        follow_redirects=False,
        trust_env=False,
        limits=httpx.Limits(max_connections=2, max_keepalive_connections=1),
    )


async def fetch(
    client: httpx.AsyncClient,
    settings: HttpSettings,
    context: FeedContext,
    *,
    url: httpx.URL | None = None,
    params: Mapping[str, str] | None = None,
    conditions: Mapping[str, str] | None = None,
) -> Answer:
    """Ask for one page.

    Args:
        client: from `open_client`.
        settings: of the feed.
        context: the feed's allow-list and secrets.
        url: a page with an address of its own, None for the declared address.
        params: query parameters beside the declared ones.
        conditions: headers that make the request conditional.

    Returns:
        An answer of status 200–299 or 304.

    Raises:
        SourceError: for everything else, in a sentence.
    """
    try:
        async with asyncio.timeout(settings.total_timeout_s):
            return await _follow(client, settings, context, url, dict(params or {}), dict(conditions or {}))
    except TimeoutError as error:
        raise SourceError(
            f"Máy chủ không trả lời xong trong {settings.total_timeout_s:g} giây.",
            f"The server did not finish its answer within {settings.total_timeout_s:g} seconds.",
        ) from error
    except httpx.TimeoutException as error:
        raise SourceError(
            "Máy chủ không trả lời kịp (quá thời gian kết nối hoặc đọc).",
            f"The server did not answer in time ({type(error).__name__}).",
        ) from error
    except httpx.HTTPError as error:
        why = _why(error)
        raise SourceError(f"Không kết nối được máy chủ: {why}.", f"The server cannot be reached: {why}.") from error
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise SourceError(
            "Địa chỉ mà máy chủ chỉ tới không hợp lệ.", "The server pointed to an address that is none."
        ) from error


async def _follow(
    client: httpx.AsyncClient,
    settings: HttpSettings,
    context: FeedContext,
    url: httpx.URL | None,
    params: dict[str, str],
    conditions: dict[str, str],
) -> Answer:
    declared = httpx.URL(settings.url)
    target = url or declared.copy_merge_params({**settings.params, **params})
    method, content = settings.method, settings.body.encode() if settings.method == "POST" else None
    for _ in range(settings.max_redirects + 1):
        host, port = _checked(target, declared, context)
        # A secret is for the host it was declared for, whoever redirects or links elsewhere.
        own = (host, port) == http_address(settings.url) and target.scheme == declared.scheme
        headers = {
            "User-Agent": USER_AGENT,
            "Accept-Encoding": ACCEPT_ENCODING,
            **settings.headers,
            **conditions,
            **(auth_headers(settings.auth, context.secrets) if own else {}),
        }
        asked = target.copy_merge_params(auth_params(settings.auth, context.secrets)) if own else target
        async with client.stream(method, asked, headers=headers, content=content) as response:
            if response.status_code not in _MOVED or "location" not in response.headers:
                body = await _body(response, settings, context)
                return Answer(target, response.status_code, response.headers, body)
            moved = target.join(response.headers["location"])
        if response.status_code == 303 or (response.status_code in {301, 302} and method == "POST"):
            method, content = "GET", None
        target = moved
    raise SourceError(
        f"Máy chủ chuyển hướng quá {settings.max_redirects} lần.",
        f"The server redirected more than {settings.max_redirects} times.",
    )


def _checked(target: httpx.URL, declared: httpx.URL, context: FeedContext) -> tuple[str, int]:
    host, port = http_address(str(target))
    context.hosts.check(host, port)
    if declared.scheme == "https" and target.scheme != "https":
        raise SourceError(
            "Máy chủ chuyển từ https sang http không mã hóa; không đi theo.",
            "The server pointed from https to plain http; it was not followed.",
        )
    return host, port


async def _body(response: httpx.Response, settings: HttpSettings, context: FeedContext) -> bytes:
    if response.status_code == 304:
        return b""
    if 200 <= response.status_code < 300:
        return await read_body(response, settings.max_bytes)
    raise _status_error(response, settings, context.clock())


def _status_error(response: httpx.Response, settings: HttpSettings, now: datetime) -> SourceError:
    status = response.status_code
    wait_s = retry_after_s(response.headers.get("retry-after", ""), now) if status in {429, 503} else None
    if status in {401, 403}:
        which = f" ({settings.auth.secret})" if settings.auth else ""
        vi, en = f"từ chối khóa truy cập{which}; kiểm tra khóa", f"refuses our access{which}; check the secret"
    elif status in {404, 410}:
        vi, en = "không có địa chỉ này; kiểm tra url", "knows no such address; check the url"
    elif status == 429:
        vi, en = "yêu cầu hỏi thưa hơn", "asks us to come less often"
    elif status >= 500:
        vi, en = "đang lỗi", "has a fault of its own"
    else:
        vi, en = "không nhận yêu cầu", "does not take our request"
    return SourceError(f"Máy chủ {vi} (HTTP {status}).", f"The server {en} (HTTP {status}).", retry_after_s=wait_s)


def retry_after_s(text: str, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for (RFC 9110, 10.2.3), None when it says nothing usable."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return min(float(text), LONGEST_RETRY_S)
    try:
        at = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(0.0, seconds.total_seconds()), LONGEST_RETRY_S)


def _why(error: httpx.HTTPError) -> str:
    # The text may quote what the server sent; the address (which may carry a secret) is in none of these.
    text = " ".join(str(error).split())[:200]
    return text or type(error).__name__
