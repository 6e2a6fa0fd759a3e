"""One check of one target: it answered or it did not, how long that took, and when its certificate ends."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import httpx

from feeds.sources.hosts import AllowList
from feeds.sources.probe.certificate import not_after
from feeds.sources.probe.settings import HttpTarget, Target, TcpTarget, TlsTarget
from feeds.sources.tls import tls_context

READ_BYTES: Final = 1 << 20
"""How much of an answer is searched for the expected text."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found.

    Attributes:
        up: whether the target is as it should be.
        took_ms: how long it took to answer; None when it did not.
        certificate_ends_at: when its certificate ends; None where there is none.
        why: what is wrong, "" when nothing is.
    """

    up: bool
    took_ms: float | None = None
    certificate_ends_at: datetime | None = None
    why: str = ""


async def check(target: Target, hosts: AllowList, config_dir: Path) -> Outcome:
    """Check a target once, within its time.

    Raises:
        SourceError: when the check itself cannot be made: the host is not allowed, a file of certificates is missing. A
            target that does not answer is an outcome.
    """
    hosts.check(*target.address)
    begun = time.monotonic()
    try:
        async with asyncio.timeout(target.timeout_s):
            if isinstance(target, HttpTarget):
                why = await _http(target, config_dir)
                ends_at = None
            elif isinstance(target, TlsTarget):
                ends_at, why = await _tls(target, config_dir)
            else:
                ends_at, why = None, await _tcp(target)
    except TimeoutError:
        return Outcome(False, why=f"no answer within {target.timeout_s:g} s")
    except (httpx.HTTPError, OSError, ssl.SSLError, ValueError) as error:
        return Outcome(False, why=" ".join(str(error).split())[:200] or type(error).__name__)
    took_ms = (time.monotonic() - begun) * 1000
    return Outcome(not why, took_ms, ends_at, why)


async def _http(target: HttpTarget, config_dir: Path) -> str:
    async with (
        httpx.AsyncClient(
            verify=tls_context(target.ca_file, config_dir),
            timeout=target.timeout_s,
            follow_redirects=False,
            trust_env=False,
        ) as client,
        client.stream("GET", target.url, headers={"Accept-Encoding": "identity"}) as response,
    ):
        healthy = (
            response.status_code in target.expect_status if target.expect_status else 200 <= response.status_code < 400
        )
        if not healthy:
            return f"HTTP {response.status_code}"
        if not target.expect_text:
            return ""
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) >= READ_BYTES:
                break
    found = target.expect_text in body[:READ_BYTES].decode("utf-8", errors="replace")
    return "" if found else "the expected text does not stand in the answer"


async def _tcp(target: TcpTarget) -> str:
    _, writer = await asyncio.open_connection(*target.address)
    await _close(writer)
    return ""


async def _tls(target: TlsTarget, config_dir: Path) -> tuple[datetime | None, str]:
    host, port = target.address
    name = target.server_name or host
    why = ""
    verifying = tls_context(target.ca_file, config_dir)
    try:
        _, writer = await asyncio.open_connection(host, port, ssl=verifying, server_hostname=name)
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message or "the certificate cannot be verified"
        # Once more without trust, only to read when it ends; nothing is sent over this connection.
        blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        blind.check_hostname = False
        blind.verify_mode = ssl.CERT_NONE
        _, writer = await asyncio.open_connection(host, port, ssl=blind, server_hostname=name)
    try:
        socket: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
        der = socket.getpeercert(binary_form=True) if socket else None
        return (not_after(der) if der else None), why
    finally:
        await _close(writer)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        await writer.wait_closed()
    except (OSError, ssl.SSLError):
        # It answered; how it says good-bye is its own affair.
        return
