"""Polling one provider: ask, hand on, wait; never sooner than declared, and later when the provider says so."""

from __future__ import annotations

import asyncio
import hashlib
import random
from datetime import timedelta
from typing import Final

import httpx
import structlog

from feeds.errors import SourceError
from feeds.sources.context import FeedContext
from feeds.sources.http.client import Answer, fetch, open_client
from feeds.sources.http.paging import first_params, next_page
from feeds.sources.http.settings import HttpSettings
from feeds.sources.outlet import Outlet

JITTER: Final = 0.1
"""Up to so much of the period is waited in addition."""
LONGEST_BACKOFF_S: Final = 300.0
"""While a provider fails it is asked less and less often, but at least so often (or at its period, if longer)."""


class HttpSource:
    """Polls for ever; ends only when cancelled or by a programming error."""

    def __init__(self, settings: HttpSettings, context: FeedContext, outlet: Outlet) -> None:
        self._settings = settings
        self._context = context
        self._outlet = outlet
        self._log = structlog.get_logger(f"feed.{context.name}")
        self._validators: dict[str, str] = {}
        self._failures = 0

    async def run(self) -> None:
        """Poll, wait, poll again."""
        async with open_client(self._settings, self._context.config_dir) as client:
            while True:
                # Waits go by a clock that nobody sets: a wall clock put back by an hour must not silence the feed.
                begun_s = asyncio.get_running_loop().time()
                wait_s = await self.poll(client)
                # Counted from the beginning of the poll: a slow answer does not stretch the period.
                left_s = max(0.0, begun_s + wait_s - asyncio.get_running_loop().time())
                self._context.status.due(self._context.clock() + timedelta(seconds=left_s))
                await self._context.sleep(left_s)

    async def poll(self, client: httpx.AsyncClient) -> float:
        """Ask once, all pages; return how many seconds after its beginning the next poll is due."""
        status = self._context.status
        status.polled()
        try:
            note, kept = await self._pages(client)
        except SourceError as error:
            if not self._failures:
                self._log.warning("failing", error=error.en)
            self._failures += 1
            status.failed(error)
            return max(self._after_failure_s(), error.retry_after_s or 0.0)
        if self._failures:
            self._log.info("recovered")
        self._failures = 0
        if kept:
            status.good(note)
        return self._settings.every_s * random.uniform(1.0, 1.0 + JITTER)  # noqa: S311 (jitter, not a secret)

    async def _pages(self, client: httpx.AsyncClient) -> tuple[SourceError | None, bool]:
        """Fetch and hand on every page; return a remark, and whether everything was delivered and usable."""
        settings, paging = self._settings, self._settings.paging
        url: httpx.URL | None = None
        params = first_params(paging)
        seen: set[bytes] = set()
        delivered = True
        for number in range(1, (paging.max_pages if paging else 1) + 1):
            answer = await fetch(
                client, settings, self._context, url=url, params=params, conditions=self._conditions(number)
            )
            if answer.status == 304:
                return None, delivered
            mark = hashlib.sha256(answer.body).digest()
            if mark in seen:
                # A server that ignores the page parameter sends the same page for ever.
                return None, delivered
            seen.add(mark)
            delivered = await self._hand_on(answer, number) and delivered
            found = next_page(paging, answer.url, answer.headers, answer.body, number)
            if found is None:
                return None, delivered
            url, params = found
        limit = paging.max_pages if paging else 1
        return (
            SourceError(
                f"Còn trang sau trang thứ {limit} (max_pages); phần còn lại không được lấy.",
                f"There are pages behind page {limit} (max_pages); the rest was not fetched.",
            ),
            delivered,
        )

    async def _hand_on(self, answer: Answer, number: int) -> bool:
        delivered = True
        if answer.body.strip():
            origin = self._context.name if number == 1 else f"{self._context.name}:page{number}"
            delivered = await self._outlet.take(
                answer.body, origin=origin, content_type=answer.headers.get("content-type", "")[:200]
            )
        # Only now: what was never handed on must be sent again in full.
        self._remember(answer)
        return delivered

    def _conditions(self, number: int) -> dict[str, str]:
        # Later pages may change while the first does not: only a feed of one page is asked conditionally.
        return self._validators if number == 1 and self._settings.paging is None else {}

    def _remember(self, answer: Answer) -> None:
        self._validators = {}
        for header, condition in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")):
            value = answer.headers.get(header, "")
            if value and len(value) <= 1_024 and value.isprintable() and value.isascii():
                self._validators[condition] = value

    def _after_failure_s(self) -> float:
        period_s = self._settings.every_s
        bound = min(period_s * 2.0 ** min(self._failures - 1, 20), max(period_s, LONGEST_BACKOFF_S))
        return bound * random.uniform(1.0, 1.0 + JITTER)  # noqa: S311 (jitter, not a secret)
