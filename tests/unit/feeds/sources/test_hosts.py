"""The allow-list: what is on it may be contacted, and nothing that only looks like it."""

from __future__ import annotations

import pytest

from feeds.errors import SourceError
from feeds.sources.addresses import host_and_port, http_address, websocket_address
from feeds.sources.hosts import AllowList


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("portal.vn", "portal.vn", 443, True),
        ("portal.vn", "PORTAL.VN.", 80, True),
        ("portal.vn", "www.portal.vn", 443, False),
        ("portal.vn", "portal.vn.evil.com", 443, False),
        ("portal.vn", "evilportal.vn", 443, False),
        ("portal.vn:8443", "portal.vn", 8443, True),
        ("portal.vn:8443", "portal.vn", 443, False),
        ("*.langson.gov.vn", "a.langson.gov.vn", 443, True),
        ("*.langson.gov.vn", "a.b.langson.gov.vn", 443, True),
        ("*.langson.gov.vn", "langson.gov.vn", 443, False),
        ("*.langson.gov.vn", "evillangson.gov.vn", 443, False),
        ("*.langson.gov.vn:80", "a.langson.gov.vn", 443, False),
        ("10.0.0.1", "10.0.0.1", 22, True),
        ("10.0.0.1", "10.0.0.10", 22, False),
        ("127.0.0.1", "2130706433", 80, False),
        ("[::1]:8080", "::1", 8080, True),
        ("[::1]:8080", "::1", 80, False),
        ("lạngsơn.vn", "xn--lngsn-0gc5j.vn", 80, "lạngsơn.vn".encode("idna") == b"xn--lngsn-0gc5j.vn"),
        ("lạngsơn.vn", "LẠNGSƠN.vn", 80, True),
    ],
)
def test_only_what_was_meant_is_allowed(entry: str, host: str, port: int, *, allowed: bool) -> None:
    """Names are compared whole, ports too where one is given."""
    assert AllowList([entry]).allows(host, port) is allowed


@pytest.mark.parametrize(
    "entry", ["", "*", "*.", "http://portal.vn", "portal.vn/path", "a b", "portal.vn:0", "a*.vn", "[::1"]
)
def test_an_entry_that_means_nothing_is_refused(entry: str) -> None:
    """Above all "everything" cannot be allowed by accident."""
    with pytest.raises(ValueError, match="allow_hosts"):
        AllowList([entry])


def test_an_empty_list_allows_nothing_and_says_what_to_do() -> None:
    """The sentence names host, port and the key to change, in both languages."""
    with pytest.raises(SourceError) as caught:
        AllowList().check("portal.vn", 443)
    assert "portal.vn:443 is not on the allow-list" in caught.value.en
    assert "allow_hosts" in caught.value.vi


@pytest.mark.parametrize(
    "text",
    ["ftp://a.vn/x", "//a.vn", "a.vn", "http://", "https://lan:secret@a.vn/", "http://a.vn:99999/", "http://[::1/", ""],
)
def test_what_is_no_web_address_is_refused_without_its_password(text: str) -> None:
    """A password that was written into an address is not repeated by the refusal."""
    with pytest.raises(ValueError, match="url: ") as caught:
        http_address(text)
    assert "secret" not in str(caught.value).replace("name of a secret", "")


def test_addresses_are_read_as_host_and_port() -> None:
    """With the port each scheme implies."""
    assert http_address("https://A.vn/x?y=1") == ("a.vn", 443)
    assert http_address("http://[::1]:8080/") == ("::1", 8080)
    assert websocket_address("wss://a.vn/live") == ("a.vn", 443)
    assert host_and_port("a.vn:22") == ("a.vn", 22)
    assert host_and_port("[::1]:22") == ("::1", 22)
    for wrong in ("a.vn", ":22", "a.vn:x", "::1:22", "a/b:22"):
        with pytest.raises(ValueError, match="to: "):
            host_and_port(wrong)
    for wrong in ("http://a.vn", "ws://", "ws://u:p@a.vn", "ws://a.vn/#x", "ws://a .vn"):
        with pytest.raises(ValueError, match="url: "):
            websocket_address(wrong)
