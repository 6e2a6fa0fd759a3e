"""Probes of real servers on this machine: up, down, wrong, slow, and certificates good, foreign and expired."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from feeds.bus.codec import FACTS_SYSTEMS
from tests.house import free_port
from tests.integration.sources.station import Station, until
from tests.integration.sources.web import Request, serving


def declared(station: Station, *targets: dict[str, object], hosts: tuple[str, ...] = ("127.0.0.1", "localhost")):
    """Return the declaration of these checks."""
    return station.declared({"kind": "probe", "every_s": 0.2, "targets": list(targets)}, hosts=hosts)


async def figures(station: Station) -> dict[tuple[str, str], float | None]:
    """Return the newest reading by metric and system."""
    return {(reading.metric, reading.dims["system"]): reading.value for reading in await station.readings()}


async def test_a_system_that_answers_is_up(station: Station) -> None:
    """Status and text are as expected: 1, how long it took, and what people call it."""

    async def handler(request: Request, _: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, "Đăng nhập".encode()

    async with serving(handler) as web:
        target = {
            "kind": "http", "system": "documents", "url": web.url, "expect_status": [200], "expect_text": "Đăng nhập",
            "name_vi": "Quản lý văn bản", "name_en": "Documents",
        }  # fmt: skip
        async with station.running(declared(station, target)) as status:
            await until("a reading", station.readings)
            await until("the state", lambda: status.facts.state == "running")
    found = await figures(station)
    assert found["system_availability", "documents"] == 1
    assert 0 < (found["response_time_ms", "documents"] or 0) < 10_000
    assert {(reading.method, reading.place) for reading in await station.readings()} == {("probe", "lang-son")}
    facts = msgspec.json.decode((await station.bus.facts(FACTS_SYSTEMS))["documents"])
    assert (facts["name_vi"], facts["checks"]) == ("Quản lý văn bản", ["http"])


@pytest.mark.parametrize(
    ("status", "body", "more"),
    [(503, b"", {}), (200, b"Under maintenance", {"expect_text": "Sign in"}), (204, b"", {"expect_status": [200]})],
)
async def test_a_system_that_answers_wrongly_is_down(station: Station, status: int, body: bytes, more: dict) -> None:
    """A page that says "maintenance" with status 200 is not up."""

    async def handler(*_: object) -> tuple[int, dict[str, str], bytes]:
        return status, {}, body

    async with (
        serving(handler) as web,
        station.running(declared(station, {"kind": "http", "system": "portal", "url": web.url, **more})) as told,
    ):
        await until("a reading", station.readings)
        await until("the note", lambda: "portal" in told.facts.error_en)
        assert told.facts.state == "running"
    assert (await figures(station))["system_availability", "portal"] == 0


async def test_a_port_tells_up_and_down(station: Station) -> None:
    """A port that takes connections is up; one that does not is down and has no response time."""
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    targets = (
        {"kind": "tcp", "system": "open", "to": f"127.0.0.1:{port}"},
        {"kind": "tcp", "system": "shut", "to": f"127.0.0.1:{free_port()}"},
    )
    async with station.running(declared(station, *targets)):
        await until("both", lambda: _has(station, "system_availability", "open", "shut"))
    server.close()
    found = await figures(station)
    assert (found["system_availability", "open"], found["system_availability", "shut"]) == (1, 0)
    assert ("response_time_ms", "shut") not in found


async def test_a_slow_system_is_down(station: Station) -> None:
    """Whoever takes longer than the time-out does not answer."""

    async def handler(*_: object) -> None:
        await asyncio.sleep(60)

    async with serving(handler) as web:
        target = {"kind": "http", "system": "slow", "url": web.url, "timeout_s": 0.1}
        async with station.running(declared(station, target)):
            await until("a reading", station.readings)
    assert (await figures(station))["system_availability", "slow"] == 0


async def test_a_host_that_is_not_allowed_is_never_contacted(station: Station) -> None:
    """The declaration is refused with the sentence before anything runs."""
    with pytest.raises(ValueError, match="not in allow_hosts"):
        declared(station, {"kind": "tcp", "system": "x", "to": "10.0.0.1:22"})


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a certificate for localhost of 400 days, and one that has expired."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the test's certificates, is not installed")
    folder = tmp_path_factory.mktemp("certificates")
    (folder / "ca.conf").write_text(
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nnew_certs_dir=.\nserial=serial\ndefault_md=sha256\npolicy=p\n"
        "x509_extensions=e\nrand_serial=yes\nunique_subject=no\n[p]\ncommonName=supplied\n"
        "[e]\nsubjectAltName=DNS:localhost\nbasicConstraints=CA:true\n"
    )
    (folder / "index").touch()
    ends = datetime.now(UTC) + timedelta(days=400)
    for name, begin, end in (
        ("good", "20240101000000Z", f"{ends:%Y%m%d%H%M%SZ}"),
        ("old", "20240101000000Z", "20240201000000Z"),
    ):
        make = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-subj", "/CN=localhost", "-keyout", f"{name}.key", "-out", f"{name}.csr"]  # fmt: skip
        sign = ["ca", "-config", "ca.conf", "-batch", "-selfsign", "-keyfile", f"{name}.key", "-in", f"{name}.csr",
                "-out", f"{name}.pem", "-startdate", begin, "-enddate", end, "-notext"]  # fmt: skip
        for words in (make, sign):
            subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)
    return folder


@pytest.fixture
async def secured(certificates: Path) -> AsyncIterator[dict[str, int]]:
    """Yield the ports of two TLS servers by the name of their certificate."""
    servers = {}
    for name in ("good", "old"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
        servers[name] = await asyncio.start_server(
            lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context, ssl_handshake_timeout=5
        )
    yield {name: server.sockets[0].getsockname()[1] for name, server in servers.items()}
    for server in servers.values():
        server.close()


async def test_certificates_are_judged_and_counted_down(
    station: Station, secured: dict[str, int], certificates: Path
) -> None:
    """A trusted one is up with its days left; a foreign or expired one is down, and its days are told all the same."""
    good, old = secured["good"], secured["old"]
    trusted = {"ca_file": str(certificates / "good.pem")}
    targets = (
        {"kind": "tls", "system": "good", "to": f"localhost:{good}", **trusted},
        {"kind": "tls", "system": "foreign", "to": f"localhost:{good}"},
        {"kind": "tls", "system": "misnamed", "to": f"127.0.0.1:{good}", **trusted},
        {"kind": "tls", "system": "old", "to": f"localhost:{old}", "ca_file": str(certificates / "old.pem")},
    )
    async with station.running(declared(station, *targets)):
        await until("all four", lambda: _has(station, "certificate_days_left", "good", "foreign", "misnamed", "old"))
    found = await figures(station)
    up = {system: found["system_availability", system] for system in ("good", "foreign", "misnamed", "old")}
    assert up == {"good": 1, "foreign": 0, "misnamed": 0, "old": 0}
    assert 399 < (found["certificate_days_left", "good"] or 0) <= 400
    assert (found["certificate_days_left", "old"] or 0) < -600


async def test_a_system_is_up_only_when_all_its_checks_are(station: Station) -> None:
    """One name, two checks: the port answers, the page does not."""

    async def handler(*_: object) -> tuple[int, dict[str, str], bytes]:
        return 500, {}, b""

    async with serving(handler) as web:
        targets = (
            {"kind": "tcp", "system": "portal", "to": f"127.0.0.1:{web.port}"},
            {"kind": "http", "system": "portal", "url": web.url},
        )
        async with station.running(declared(station, *targets)) as status:
            await until("several rounds", lambda: status.facts.accepted >= 8)
    last = [reading.value for reading in await station.readings() if reading.metric == "system_availability"]
    assert last[-1] == 0


async def _has(station: Station, metric: str, *systems: str) -> bool:
    found = await figures(station)
    return all((metric, system) in found for system in systems)
