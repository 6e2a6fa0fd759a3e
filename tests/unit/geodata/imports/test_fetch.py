"""Fetching: only what may be fetched, within bounds, and only what was meant."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from geodata.errors import ImportRefusedError
from geodata.imports import archive, fetch
from geodata.imports.fetch import fetched

BODY = b'{"type":"Point","coordinates":[106.7,21.8]}'


class Provider(BaseHTTPRequestHandler):
    """A provider with a file, redirects good and bad, and errors."""

    def do_GET(self) -> None:
        """Answer."""
        redirects = {
            "/moved": "/communes.geojson", "/loop": "/loop", "/down": "http://example.org/a.geojson",
            "/odd": "ftp://localhost/a",
        }  # fmt: skip
        if self.path in redirects:
            self.send_response(302)
            self.send_header("Location", redirects[self.path])
            self.end_headers()
        elif self.path == "/gone":
            self.send_error(404)
        elif self.path == "/huge":
            self.send_response(200)
            self.send_header("Content-Length", str(10**12))
            self.end_headers()
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Serve on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_fetched_checked_and_cleared_away(provider: str) -> None:
    """A redirect on the way is followed, the checksum holds, and nothing is left afterwards."""
    digest = hashlib.sha256(BODY).hexdigest()
    with fetched(f"{provider}/moved", digest.upper()) as path:
        assert (path.name, path.read_bytes()) == ("communes.geojson", BODY)
    assert not path.exists()


@pytest.mark.parametrize(
    ("path", "checksum", "reason"),
    [
        ("/a.geojson", "0" * 64, "has the checksum"), ("/a.geojson", "abc", "no SHA-256"),
        ("/loop", "", "more than 5 times"), ("/down", "", "not encrypted"), ("/odd", "", "no web address"),
        ("/gone", "", "answered 404"), ("/huge", "", "at most"),
    ],
)  # fmt: skip
def test_what_is_not_what_was_meant_is_refused(provider: str, path: str, checksum: str, reason: str) -> None:
    """A wrong file, an endless redirect, one to plain HTTP, an error and a flood end in a sentence."""
    with pytest.raises(ImportRefusedError, match=reason), fetched(provider + path, checksum):
        raise AssertionError


@pytest.mark.parametrize(
    "url", ["http://example.org/a", "file:///etc/passwd", "https://", "x", "http://[::1", "http://u:p@example.org/"]
)
def test_only_web_addresses_may_be_fetched(url: str) -> None:
    """Neither files of this machine nor plain HTTP across a network; a password in it is not repeated."""
    with pytest.raises(ImportRefusedError) as caught, fetched(url):
        raise AssertionError
    assert "u:p" not in str(caught.value)


def test_a_flood_and_a_crawl_are_cut_off(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted is what comes, against the bound and the clock."""
    monkeypatch.setattr(fetch, "LARGEST_UNPACKED_BYTES", 10)
    with pytest.raises(ImportRefusedError, match="more than 10 bytes"), fetched(f"{provider}/a.geojson"):
        raise AssertionError
    monkeypatch.setattr(fetch, "LARGEST_UNPACKED_BYTES", archive.LARGEST_UNPACKED_BYTES)
    with pytest.raises(ImportRefusedError, match="too slow"), fetched(f"{provider}/a.geojson", longest_s=-1.0):
        raise AssertionError
