"""The tables and pure checks of access: permissions, origins, targets, attempts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.auth.attempts import PER_ADDRESS, PER_NAME, REMEMBERED, WINDOW_S, Attempts
from dashboard.auth.model import Permission, Principal, Role
from dashboard.auth.origin import is_ours, local_path, origin_allowed
from dashboard.auth.permissions import PERMISSIONS, RULES, may, rule_for

OURS = {"https://chihuy.example.vn"}


def test_every_role_has_its_permissions_and_no_others() -> None:
    """The table of authority, written down a second time."""
    readers = {"signed-in", "read", "metrics"}
    assert {role.value: {one.value for one in PERMISSIONS[role]} for role in Role} == {
        "viewer": readers,
        "leader": readers | {"present"},
        "duty": readers | {"present", "acknowledge", "enter"},
        "supervisor": readers | {"present", "acknowledge", "enter", "judge"},
        "admin": readers | {"present", "acknowledge", "enter", "judge", "administer", "push"},
        "machine": {"signed-in", "push", "metrics"},
    }


def test_may_asks_the_role() -> None:
    """A machine sends and does not read."""
    machine = Principal("gate", Role.MACHINE, "bearer", "machine", "")
    assert may(machine, Permission.PUSH)
    assert not may(machine, Permission.READ)


def test_only_health_and_the_way_in_are_open() -> None:
    """Whoever opens another route must say so here."""
    assert [rule.pattern.pattern for rule in RULES if rule.permission is None] == [
        r"/healthz",
        r"/sign-in",
        r"/sign-in/style\.css",
        r"/sign-in/once/[\w-]{1,128}",
        r"/kiosk",
        r"/favicon\.ico",
        r"/assets/00-tokens\.css",
        r"/assets/fonts/[\w.-]+\.woff2",
        r"/sw\.js",
        r"/tablet\.webmanifest",
        r"/assets/icons/app-[\w-]{1,32}\.png",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/nope",
        "/healthz/",
        "/healthz/x",
        "/sign-in/",
        "/sign-inx",
        "/assets/fonts/../secret.woff2",
        "/assets/fonts/a/b.woff2",
        "/_dash-layout",
        "/_dash-update-component",
        "/docs",
        "/openapi.json",
        "/live/x",
        "//healthz",
        "/healthz\n",
    ],
)
def test_paths_beside_the_open_ones_are_not_open(path: str) -> None:
    """A trailing slash or a climb opens nothing."""
    rule = rule_for("GET", path)
    assert rule is None or rule.permission is not None


def test_methods_are_part_of_a_rule() -> None:
    """Reading an alert list is not acknowledging; a HEAD is a GET."""
    assert rule_for("POST", "/healthz") is None
    head, got = rule_for("HEAD", "/healthz"), rule_for("GET", "/healthz")
    assert head is not None
    assert head is got
    assert rule_for("GET", "/api/v1/passages") is None


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"origin": "https://chihuy.example.vn"}, True),
        ({"origin": "http://10.1.2.3:8050", "host": "10.1.2.3:8050"}, True),
        ({"origin": "https://evil.example", "host": "10.1.2.3:8050"}, False),
        ({"origin": "http://10.1.2.3:9999", "host": "10.1.2.3:8050"}, False),
        ({"origin": "null", "host": "null"}, False),
        ({"origin": "", "host": ""}, False),
        ({"origin": "https://[", "host": "["}, False),
        ({"origin": "file://10.1.2.3:8050", "host": "10.1.2.3:8050"}, False),
        # A hostile Origin is not saved by a friendly Sec-Fetch-Site.
        ({"origin": "https://evil.example", "sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"host": "10.1.2.3:8050"}, False),
    ],
)
def test_a_write_must_come_from_a_page_of_ours(headers: dict[str, str], ours: bool) -> None:
    """Another site cannot act with a visitor's cookie."""
    assert is_ours(headers, OURS) is ours


def test_an_origin_without_host_header_is_not_ours() -> None:
    """Two empty names do not make a match."""
    assert not origin_allowed("http://", "", ())


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/wall", "/wall"),
        ("/wall?lang=en&theme=light", "/wall?lang=en&theme=light"),
        ("", "/"),
        ("wall", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("https://evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\x7f", "/"),
        ("/a b", "/"),
    ],
)
def test_sign_in_leads_to_a_page_of_ours_only(target: str, expected: str) -> None:
    """A link in an e-mail cannot use our sign-in to lead elsewhere."""
    assert local_path(target) == expected


@given(st.text())
def test_no_target_whatever_leaves_the_site(target: str) -> None:
    """Whatever is asked for, the answer is a plain path."""
    path = local_path(target)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert path.isprintable() or all(ord(character) > 32 for character in path)


def test_five_failures_of_a_name_make_it_wait_for_the_window() -> None:
    """Guessing one officer's password takes for ever; the officer at another address is not hindered."""
    attempts = Attempts()
    for second in range(PER_NAME):
        assert attempts.wait_s("lan", "10.0.0.1", second) == 0
        attempts.failed("lan", "10.0.0.1", second)
    assert attempts.wait_s("lan", "10.0.0.1", PER_NAME) == WINDOW_S - PER_NAME
    assert attempts.wait_s("lan", "10.0.0.2", PER_NAME) == 0
    assert attempts.wait_s("mai", "10.0.0.1", PER_NAME) == 0
    assert attempts.wait_s("lan", "10.0.0.1", WINDOW_S - 1) == 1
    assert attempts.wait_s("lan", "10.0.0.1", WINDOW_S) == 0


def test_an_address_that_tries_many_names_has_to_wait() -> None:
    """Trying one password on every name is slow too."""
    attempts = Attempts()
    for number in range(PER_ADDRESS):
        assert attempts.wait_s(f"user-{number}", "10.0.0.1", 0) == 0
        attempts.failed(f"user-{number}", "10.0.0.1", 0)
    assert attempts.wait_s("somebody", "10.0.0.1", 1) == WINDOW_S - 1


def test_success_forgets_the_failures_of_the_name() -> None:
    """Who mistyped four times and then got in starts anew."""
    attempts = Attempts()
    for _ in range(PER_NAME):
        attempts.failed("lan", "10.0.0.1", 0)
    attempts.succeeded("lan", "10.0.0.1")
    assert attempts.wait_s("lan", "10.0.0.1", 0) == 0


def test_the_memory_of_failures_is_bounded() -> None:
    """A flood of invented names does not eat the machine's memory."""
    attempts = Attempts()
    for number in range(REMEMBERED + 10):
        attempts.failed(f"user-{number}", f"10.0.{number}", 0)
    assert len(attempts._failures) == REMEMBERED
