"""HTTP feeds against servers that behave, misbehave and attack."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from feeds.sources.http.client import retry_after_s
from tests.integration.sources.station import Station, payload, until
from tests.integration.sources.web import Request, serving


def settings(url: str, **more: object) -> dict[str, object]:
    """Return the settings of a feed that polls as fast as it may."""
    return {"kind": "http", "url": url, "every_s": 0.1, "total_timeout_s": 5, **more}


async def polled(
    station: Station, url: str, polls: int = 1, *, hosts: tuple[str, ...] = ("127.0.0.1",), **more: object
):
    """Run a feed until it has polled so often and is at rest; return its facts."""
    async with station.running(station.declared(settings(url, **more), hosts=hosts)) as status:
        await until("the polls", lambda: status.facts.polls >= polls and status.facts.next_at)
        return status.facts


async def test_an_answer_becomes_readings(station: Station) -> None:
    """What the provider says is on the bus, and the desk sees that the feed is well."""
    async with serving(lambda *_: _later(payload(7, 9))) as web:
        facts = await polled(station, web.url + "/queues")
    assert (await station.counts())[:2] == [7, 9]
    assert (facts.state, facts.error_en, facts.source) == ("running", "", "yard")
    assert facts.rows >= 2
    assert facts.target == f"127.0.0.1:{web.port}/queues"
    [announced] = station.registry.sources().values()
    assert (announced.source, announced.kind, announced.name_vi) == ("yard", "http", "Bãi xe")


async def test_an_unchanged_answer_is_not_sent_again(station: Station) -> None:
    """ETag and Last-Modified are handed back; 304 is good news without rows."""

    async def handler(request: Request, _: object) -> tuple[int, dict[str, str], bytes]:
        if request.headers.get("if-none-match") == '"v1"':
            return 304, {"ETag": '"v1"'}, b""
        return 200, {"ETag": '"v1"', "Last-Modified": "Sun, 22 Nov 2026 03:00:00 GMT"}, payload(5)

    async with serving(handler) as web:
        facts = await polled(station, web.url, polls=3)
    assert await station.counts() == [5]
    assert facts.state == "running"
    assert "if-modified-since" in web.requests[1].headers


async def test_conditions_are_only_kept_of_what_was_safe(station: Station) -> None:
    """An answer that broke off in the middle is asked for in full the next time."""

    async def handler(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "v1"\r\nContent-Length: 1000\r\n\r\n{"items": [')
        await writer.drain()

    async with serving(handler) as web:
        facts = await polled(station, web.url, polls=2)
    assert facts.state == "failing"
    assert len(web.requests) >= 2
    assert all("if-none-match" not in request.headers for request in web.requests)


@pytest.mark.parametrize(
    ("paging", "pages"),
    [
        ({"kind": "body", "next": "links.next"}, ["", "p=2", "p=3"]),
        ({"kind": "link"}, ["", "p=2", "p=3"]),
        ({"kind": "page", "items": "items"}, ["page=1", "page=2", "page=3", "page=4"]),
        ({"kind": "offset", "size": 2, "items": "items"}, ["offset=0", "offset=2", "offset=4", "offset=6"]),
    ],
)
async def test_pages_are_read_to_the_last(station: Station, paging: dict[str, object], pages: list[str]) -> None:
    """Every way of paging ends with all records, each asked for once."""

    async def handler(request: Request, _: object) -> tuple[int, dict[str, str], bytes]:
        query = request.query
        number = int(query.get("p") or query.get("page") or int(query.get("offset", "0")) // 2 + 1)
        counts = (number * 10, number * 10 + 1) if number <= 3 else ()
        more = {"links": {"next": f"?p={number + 1}"}} if number < 3 else {}
        headers = {"Link": f'</first>; rel="first", <?p={number + 1}>; rel="next last"'} if number < 3 else {}
        return 200, headers, payload(*counts, start=number * 2, **more)

    async with serving(handler) as web:
        await polled(station, web.url, paging=paging, every_s=60)
    assert await station.counts() == [10, 11, 20, 21, 30, 31]
    asked = [next(iter(f"{key}={value}" for key, value in request.query.items()), "") for request in web.requests]
    assert asked == pages


async def test_endless_pages_end(station: Station) -> None:
    """A provider that always has one more page is read to the bound, and the desk says that more is there."""

    async def handler(request: Request, _: object) -> bytes:
        number = int(request.query["page"])
        return payload(number, start=number)

    async with serving(handler) as web:
        facts = await polled(station, web.url, paging={"kind": "page", "max_pages": 4, "items": "items"}, every_s=60)
    assert await station.counts() == [1, 2, 3, 4]
    assert facts.state == "running"
    assert "behind page 4" in facts.error_en
    assert "trang thứ 4" in facts.error_vi


async def test_a_server_that_ignores_the_page_is_not_read_for_ever(station: Station) -> None:
    """The same page twice is the end."""
    async with serving(lambda *_: _later(payload(1))) as web:
        await polled(station, web.url, paging={"kind": "page", "items": "items"}, every_s=60)
    assert len(web.requests) == 2
    assert await station.counts() == [1]


@pytest.mark.parametrize(
    ("auth", "proof"),
    [
        ({"kind": "header", "name": "X-Gate-Key", "secret": "TOKEN"}, ("x-gate-key", "s3cret-value")),
        ({"kind": "bearer", "secret": "TOKEN"}, ("authorization", "Bearer s3cret-value")),
        ({"kind": "basic", "user": "lan", "secret": "TOKEN"}, ("authorization", "Basic bGFuOnMzY3JldC12YWx1ZQ==")),
        ({"kind": "query", "name": "key", "secret": "TOKEN"}, ("key", "s3cret-value")),
    ],
)
async def test_secrets_reach_the_provider_and_nobody_else(
    station: Station, auth: dict[str, str], proof: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The provider gets the key; state, dead letters, logs and other hosts do not."""
    async with serving(lambda *_: _later(payload(1))) as other:

        async def handler(request: Request, _: object) -> tuple[int, dict[str, str], bytes]:
            if request.path == "/moved":
                return 302, {"Location": other.url + "/here"}, b""
            return 401, {}, b""

        async with serving(handler) as web:
            refused = await polled(station, web.url + "/closed", auth=auth)
            async with station.running(station.declared(settings(web.url + "/moved", auth=auth))):
                await until("the redirected answer", station.counts)
    name, value = proof
    assert {**web.requests[0].headers, **web.requests[0].query}[name] == value
    assert "s3cret" not in repr(other.requests)
    assert "check the secret" in refused.error_en
    printed = capsys.readouterr()
    assert "s3cret" not in repr(refused) + repr(await station.letters()) + printed.out + printed.err


async def test_a_redirect_to_a_host_that_is_not_allowed_is_not_followed(station: Station) -> None:
    """Each hop is checked: the forbidden server is never contacted, whatever an allowed one says."""
    async with serving(lambda *_: _later(payload(666))) as forbidden:

        async def handler(*_: object) -> tuple[int, dict[str, str], bytes]:
            return 307, {"Location": forbidden.url + "/"}, b""

        async with serving(handler) as web:
            facts = await polled(station, web.url, hosts=(f"127.0.0.1:{web.port}",))
    assert forbidden.requests == []
    assert facts.state == "failing"
    assert f"127.0.0.1:{forbidden.port} is not on the allow-list" in facts.error_en
    assert "allow_hosts" in facts.error_vi


async def test_a_next_page_on_a_host_that_is_not_allowed_is_not_fetched(station: Station) -> None:
    """A page's own words may not send us anywhere either."""
    async with serving(lambda *_: _later(payload(666))) as forbidden:
        first = payload(1, next=forbidden.url + "/2")
        async with serving(lambda *_: _later(first)) as web:
            facts = await polled(station, web.url, hosts=(f"127.0.0.1:{web.port}",), paging={"kind": "body"})
    assert forbidden.requests == []
    assert "allow-list" in facts.error_en


async def test_redirects_in_a_circle_end(station: Station) -> None:
    """The bound holds, and says so."""

    async def handler(*_: object) -> tuple[int, dict[str, str], bytes]:
        return 302, {"Location": "/again"}, b""

    async with serving(handler) as web:
        facts = await polled(station, web.url, every_s=60)
    assert len(web.requests) == 4
    assert "redirected more than 3 times" in facts.error_en


async def test_a_trickle_ends(station: Station) -> None:
    """A server that sends a byte now and then cannot hold the feed for ever."""

    async def handler(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with serving(handler) as web:
        facts = await polled(station, web.url, total_timeout_s=0.3)
    assert facts.state == "failing"
    assert "within 0.3 seconds" in facts.error_en


async def test_silence_ends(station: Station) -> None:
    """A server that takes the connection and says nothing is given up."""

    async def handler(*_: object) -> None:
        await asyncio.sleep(60)

    async with serving(handler) as web:
        facts = await polled(station, web.url, read_timeout_s=0.1)
    assert "did not answer in time" in facts.error_en


async def test_an_endless_body_ends(station: Station) -> None:
    """No more than the bound is ever read."""
    sent = 0

    async def handler(_: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            sent += 65_536
            await writer.drain()

    async with serving(handler) as web:
        facts = await polled(station, web.url, max_bytes=1_000_000, every_s=60)
    assert "larger than 1,000,000 bytes" in facts.error_en
    assert sent < 20_000_000


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
async def test_a_bomb_is_not_unpacked(station: Station, packing: str) -> None:
    """A few hundred kilobytes that unpack to 64 megabytes are given up at the bound."""
    pack = zlib.compressobj(1, zlib.DEFLATED, 31 if packing == "gzip" else 15)
    bomb = b"".join(pack.compress(bytes(1 << 20)) for _ in range(64)) + pack.flush()

    async def handler(*_: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Encoding": packing}, bomb

    async with serving(handler) as web:
        facts = await polled(station, web.url, max_bytes=2_000_000, every_s=60)
    assert "larger than 2,000,000 bytes" in facts.error_en
    assert await station.counts() == []


@pytest.mark.parametrize("packing", ["gzip", "deflate", "raw deflate"])
async def test_packed_answers_are_unpacked(station: Station, packing: str) -> None:
    """Gzip and both kinds of deflate that servers send."""
    body = payload(*range(500))
    bits = {"gzip": 31, "deflate": 15, "raw deflate": -15}[packing]
    pack = zlib.compressobj(9, zlib.DEFLATED, bits)
    packed = pack.compress(body) + pack.flush()

    async def handler(*_: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Encoding": packing.rsplit(maxsplit=1)[-1]}, packed

    async with serving(handler) as web:
        await polled(station, web.url, every_s=60)
    assert await station.counts() == list(range(500))


@pytest.mark.parametrize(
    ("encoding", "body", "sentence"),
    [
        ("br", b"whatever", "packed its answer as 'br'"),
        ("gzip", gzip.compress(payload(1), mtime=0)[:-12], "ends too early"),
        ("gzip", b"no gzip at all", "damaged"),
    ],
    ids=["unknown packing", "torn", "no gzip"],
)
async def test_damaged_packing_is_said(station: Station, encoding: str, body: bytes, sentence: str) -> None:
    """Half an answer is no answer."""

    async def handler(*_: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Encoding": encoding}, body

    async with serving(handler) as web:
        facts = await polled(station, web.url, every_s=60)
    assert sentence in facts.error_en
    assert await station.counts() == []


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "check the secret"),
        (404, "check the url"),
        (429, "less often"),
        (500, "fault of its own"),
        (418, "HTTP 418"),
    ],
)
async def test_refusals_are_sentences(station: Station, status: int, sentence: str) -> None:
    """Whoever looks at the desk reads what to do, in both languages."""

    async def handler(*_: object) -> tuple[int, dict[str, str], bytes]:
        return status, {}, b"<html>secret stack trace</html>"

    async with serving(handler) as web:
        facts = await polled(station, web.url)
    assert facts.state == "failing"
    assert sentence in facts.error_en
    assert f"(HTTP {status})" in facts.error_vi
    assert "stack trace" not in facts.error_en


async def test_retry_after_is_honoured(station: Station) -> None:
    """A provider that asks for two minutes gets them."""

    async def handler(*_: object) -> tuple[int, dict[str, str], bytes]:
        return 429, {"Retry-After": "120"}, b""

    async with serving(handler) as web:
        facts = await polled(station, web.url)
    assert facts.next_at is not None
    assert facts.polled_at is not None
    assert 118_000 < facts.next_at - facts.polled_at <= 121_000


def test_retry_after_is_read_in_both_forms() -> None:
    """Seconds or a date; nonsense asks for nothing, and nobody sends us away for a year."""
    now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert retry_after_s("30", now) == 30
    assert retry_after_s(format_datetime(now + timedelta(seconds=90), usegmt=True), now) == 90
    assert retry_after_s(format_datetime(now - timedelta(days=1), usegmt=True), now) == 0
    assert retry_after_s("99999999", now) == 86_400
    assert [retry_after_s(text, now) for text in ("", "soon", "-5", "1e3", "٣")] == [None] * 5


async def test_polls_are_never_closer_than_declared(station: Station) -> None:
    """The wait is the period and up to a tenth more; a failing provider is asked less and less often."""

    async def handler(*_: object) -> tuple[int, dict[str, str], bytes]:
        return 503, {}, b""

    async with serving(handler) as web:
        await polled(station, web.url, polls=4, every_s=10)
    waits = [seconds for seconds in station.slept if seconds > 5][:3]
    assert [9.9 <= wait / factor <= 11 for wait, factor in zip(waits, (1, 2, 4), strict=True)] == [True] * 3


async def test_what_is_no_payload_at_all_is_said(station: Station) -> None:
    """A page of HTML with status 200 is refused, kept as a dead letter and shown as a failure."""
    async with serving(lambda *_: _later(b"<html>Please log in</html>")) as web:
        facts = await polled(station, web.url)
    assert facts.state == "failing"
    assert "Not one record" in facts.error_en
    [letter, *_] = await station.letters()
    assert "Please log in" in letter.payload or letter.reason


async def test_nobody_there_is_said_and_recovery_is_noticed(station: Station) -> None:
    """A server that comes back is read again by itself."""
    async with serving(lambda *_: _later(payload(1))) as web:
        port = web.port
    async with station.running(station.declared(settings(f"http://127.0.0.1:{port}/"))) as status:
        await until("the failure", lambda: status.facts.state == "failing")
        assert "cannot be reached" in status.facts.error_en
        assert "Không kết nối được" in status.facts.error_vi

        async def good(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + payload(8))
                await writer.drain()
            writer.close()

        server = await asyncio.start_server(good, "127.0.0.1", port)
        await until("the recovery", lambda: status.facts.state == "running")
        server.close()
    assert 8 in await station.counts()


async def test_while_the_bus_is_away_payloads_wait_on_disk(station: Station) -> None:
    """Nothing that was fetched is lost, and it leaves in the order it came."""
    number = 0

    async def handler(*_: object) -> bytes:
        nonlocal number
        number += 1
        return payload(number, start=number)

    async with serving(handler) as web:
        feed = station.declared(settings(web.url))
        async with station.running(feed) as status:
            await until("the first", station.counts)
            station.bus.down = True
            await until("payloads on disk", lambda: status.facts.spooled >= 3)
            assert status.facts.state == "waiting"
            assert "wait on disk" in status.facts.error_en
        # The process ends with the bus still away: what it fetched is on disk, and the next life sends it.
        fetched = number
        async with station.running(feed) as status:
            assert status.facts.spooled >= 3
            station.bus.down = False
            await until("the spool to drain", lambda: status.facts.spooled == 0 and status.facts.state == "running")
    counts = await station.counts()
    assert sorted(set(counts))[: fetched - 1] == list(range(1, fetched))
    assert counts == sorted(counts)


async def _later(body: bytes) -> bytes:
    return body
