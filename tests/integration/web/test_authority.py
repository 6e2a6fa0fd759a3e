"""Every route times every role: who gets in, who is led to sign-in, who is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from dashboard.auth.model import Role

BROWSER = {"accept": "text/html,application/xhtml+xml"}
OPEN, READ, ACT, ADMIN, PUSH, ALL, METRICS = "open", "read", "acknowledge", "administer", "push", "all", "metrics"
JUDGE, PRESENT = "judge", "present"
PEOPLE = {"viewer", "leader", "duty", "supervisor", "admin"}
WHO: dict[str, set[str]] = {
    OPEN: {"", *PEOPLE, "machine"},
    READ: PEOPLE,
    ACT: {"duty", "supervisor", "admin"},
    ADMIN: {"admin"},
    JUDGE: {"supervisor", "admin"},
    PRESENT: {"leader", "duty", "supervisor", "admin"},
    PUSH: {"admin", "machine"},
    ALL: {*PEOPLE, "machine"},
    METRICS: {*PEOPLE, "machine"},
}
EXPECTED: list[tuple[str, str, str]] = [
    ("GET", "/healthz", OPEN),
    ("GET", "/sign-in", OPEN),
    ("POST", "/sign-in", OPEN),
    ("GET", "/sign-in/style.css", OPEN),
    ("GET", "/sign-in/once/abc", OPEN),
    ("POST", "/sign-in/once/abc", OPEN),
    ("GET", "/kiosk", OPEN),
    ("GET", "/favicon.ico", OPEN),
    ("GET", "/assets/00-tokens.css", OPEN),
    ("GET", "/assets/fonts/inter-vietnamese-wght-normal.woff2", OPEN),
    ("GET", "/sw.js", OPEN),
    ("GET", "/tablet.webmanifest", OPEN),
    ("GET", "/assets/icons/app-192.png", OPEN),
    ("GET", "/", READ),
    *(("GET", f"/{screen}", READ) for screen in ("wall", "tablet", "duty", "briefing", "crossings", "feeds")),
    ("GET", "/wall/self-test", READ),
    ("GET", "/briefing/presenter", READ),
    ("GET", "/gallery", ADMIN),
    ("GET", "/_page/gallery.vi.own/_dash-layout", ADMIN),
    ("GET", "/mapping", JUDGE),
    ("GET", "/_page/mapping.vi.own/_dash-layout", JUDGE),
    ("GET", "/_page/mapping.vi.own/_dash-dependencies", JUDGE),
    ("GET", "/_page/wall.vi.own/_dash-layout", READ),
    ("GET", "/_page/wall.vi.own/_dash-dependencies", READ),
    ("POST", "/_page/wall.vi.own/_dash-update-component", READ),
    ("GET", "/_page/wall.vi.own/_dash-component-suites/plotly/package_data/plotly.min.js", READ),
    ("GET", "/_dash-component-suites/dash/dash-renderer/build/dash_renderer.min.js", READ),
    ("GET", "/assets/10-store.js", READ),
    ("GET", "/layers/communes.000000000000.json", READ),
    ("POST", "/sign-out", ALL),
    ("POST", "/api/v1/readings", PUSH),
    ("POST", "/api/v1/passages", PUSH),
    ("GET", "/api/v1/latest", READ),
    ("GET", "/api/v1/history", READ),
    ("GET", "/api/v1/ask", READ),
    ("GET", "/api/v1/explain", READ),
    ("GET", "/api/v1/feeds", READ),
    ("GET", "/api/v1/feeds/strips", READ),
    ("GET", "/api/v1/feeds/declared", READ),
    ("GET", "/api/v1/feeds/journal", READ),
    ("POST", "/api/v1/feeds", JUDGE),
    ("DELETE", "/api/v1/feeds/nobody", JUDGE),
    ("POST", "/api/v1/feeds/nobody/pause", JUDGE),
    ("POST", "/api/v1/feeds/nobody/resume", JUDGE),
    ("GET", "/api/v1/feeds/nobody/settings", JUDGE),
    ("POST", "/api/v1/mapping/try", JUDGE),
    ("GET", "/api/v1/mapping/shipped", JUDGE),
    ("GET", "/api/v1/mapping/of", JUDGE),
    ("GET", "/api/v1/dead-letters", READ),
    ("GET", "/api/v1/dead-letters/counts", READ),
    ("GET", "/api/v1/dead-letters/999", READ),
    ("POST", "/api/v1/dead-letters/try", JUDGE),
    ("POST", "/api/v1/dead-letters/redrive", JUDGE),
    ("GET", "/api/v1/me", ALL),
    ("GET", "/api/v1/openapi.json", ALL),
    ("GET", "/api/v1/alerts", READ),
    ("POST", "/api/v1/alerts/abc/ack", ACT),
    ("POST", "/api/v1/alerts/abc/unack", ACT),
    ("POST", "/api/v1/alerts/abc/note", ACT),
    ("GET", "/api/v1/scenarios", READ),
    ("GET", "/entry", ACT),
    ("GET", "/_page/entry.vi.own/_dash-layout", ACT),
    ("GET", "/_page/entry.vi.own/_dash-dependencies", ACT),
    ("GET", "/api/v1/readings", READ),
    ("GET", "/api/v1/manual", READ),
    ("POST", "/api/v1/manual", ACT),
    ("DELETE", "/api/v1/manual/999", ACT),
    ("GET", "/api/v1/marks", READ),
    ("POST", "/api/v1/marks", JUDGE),
    ("POST", "/api/v1/marks/999/end", JUDGE),
    ("DELETE", "/api/v1/marks/999", JUDGE),
    ("POST", "/api/v1/feeds/simulator/scenario", JUDGE),
    ("GET", "/api/v1/users", ADMIN),
    ("POST", "/api/v1/users", ADMIN),
    ("DELETE", "/api/v1/users/nobody", ADMIN),
    ("GET", "/api/v1/tokens", ADMIN),
    ("POST", "/api/v1/tokens", ADMIN),
    ("DELETE", "/api/v1/tokens/999", ADMIN),
    ("GET", "/api/v1/notes", READ),
    ("POST", "/api/v1/notes", PRESENT),
    ("POST", "/api/v1/notes/0123456789abcdef/seen", ACT),
    ("POST", "/api/v1/notes/0123456789abcdef/answer", ACT),
    ("POST", "/api/v1/frozen", PRESENT),
    ("GET", "/api/v1/frozen", READ),
    ("GET", "/api/v1/frozen/AAAAAA", READ),
    ("GET", "/api/v1/deck", READ),
    ("GET", "/api/v1/decks", READ),
    ("POST", "/api/v1/follow", PRESENT),
    ("POST", "/api/v1/follow/AAAAAA", PRESENT),
    ("GET", "/api/v1/follow/AAAAAA", READ),
    ("GET", "/api/v1/follow/AAAAAA/qr.svg", READ),
    ("GET", "/api/v1/screens", READ),
    ("GET", "/api/v1/screens/journal", READ),
    ("POST", "/api/v1/screens/journal", READ),
    ("GET", "/api/v1/views/ABC", READ),
    ("POST", "/api/v1/exports", PRESENT),
    ("GET", "/api/v1/exports/nothing", PRESENT),
    ("GET", "/api/v1/exports/nothing/file", PRESENT),
    ("GET", "/metrics", METRICS),
]
ROLES = ["", *(role.value for role in Role)]


async def test_every_route_answers_exactly_the_roles_it_is_for(web: Any) -> None:
    """Whoever has no authority for a route learns nothing from it, whatever route it is."""
    wrong = []
    for method, path, rule in EXPECTED:
        for role in ROLES:
            web.client.cookies.clear()
            same_site = {"sec-fetch-site": "same-origin"}
            answer = await web.client.request(method, path, headers={**web.bearer(role), **same_site})
            got_in = answer.status_code not in {401, 403} or (rule == OPEN and answer.status_code != 403)
            if got_in is not (role in WHO[rule]):
                wrong.append((method, path, role or "nobody", answer.status_code))
            if answer.status_code >= 500 and path != "/healthz":
                wrong.append((method, path, role, answer.status_code))
            if not role and rule != OPEN:
                assert answer.status_code == 401
                assert answer.json()["error"]["message"].startswith("sign in")
    assert wrong == []


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Yield (method, path pattern) of every route, those of included routers too."""
    for route in app.routes:
        nested = getattr(route, "effective_route_contexts", None)
        for found in nested() if nested else [route]:
            for method in getattr(found, "methods", None) or {"GET"}:
                yield method, getattr(found, "path_format", None) or found.path


async def test_every_route_of_the_app_stands_in_the_list_above(web: Any) -> None:
    """A route that is added is added to the tests of authority too."""
    listed = {(method, path) for method, path, _ in EXPECTED}
    found = set(routes_of(web.app))
    assert len(found) > 40

    def is_listed(method: str, path: str) -> bool:
        pattern = re.compile(re.sub(r"{[^}]*}", ".+", path) + ("/.+" if path == "/_page" else ""))
        return any(verb == method and pattern.fullmatch(known) for verb, known in listed)

    assert [(method, path) for method, path in found if method != "HEAD" and not is_listed(method, path)] == []


UNKNOWN = [
    "/_dash-layout",
    "/_dash-dependencies",
    "/_dash-update-component",
    "/_reload-hash",
    "/_favicon.ico",
    "/_dash-ws-callback",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/nope",
    "/wall/",
    "/api/v1/nope",
    "/_page/wall.vi.own/_reload-hash",
    "/_page/wall.vi.own/",
    "/_page/none.vi.own/_dash-layout",
    "/_page/wall.xx.own/_dash-layout",
    "/_page/wall.vi.pink/_dash-layout",
    "/_page/wall.vi.own/%2e%2e/%2e%2e/healthz",
    "/assets/%2e%2e/%2e%2e/dashboard/app.py",
    "/assets/nope.js",
    "/assets/%00",
    "/layers/communes.json",
    "/layers/%2e%2e/app.py",
    "/_dash-component-suites/os/path.py",
    "/_dash-component-suites/dash/dash.py",
    "/_dash-component-suites/plotly/%2e%2e/dash/dash.py",
    "/_page/wall.vi.own/_dash-component-suites/plotly/%2e%2e/%2e%2e/x.js",
]


async def test_what_does_not_exist_says_so_to_those_signed_in_and_nothing_to_others(web: Any) -> None:
    """Unknown addresses are 404 and not Dash's index page, and strangers cannot find out which exist."""
    for path in UNKNOWN:
        assert (await web.client.get(path)).status_code == 401, path
        answer = await web.client.get(path, headers=web.bearer("admin"))
        assert answer.status_code == 404, path
        assert "react-entry-point" not in answer.text


async def test_a_browser_without_sign_in_is_led_there_and_back(web: Any) -> None:
    """Whoever opens a link to a screen gets to it after signing in."""
    answer = await web.client.get("/wall?lang=en&theme=light", headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/wall%3Flang%3Den%26theme%3Dlight"
    form = await web.client.get(answer.headers["location"], headers=BROWSER)
    assert 'name="next" value="/wall?lang=en&amp;theme=light"' in form.text


async def test_a_refused_browser_reads_a_sentence_in_its_language(web: Any) -> None:
    """A page that is not for one's role says so in words, in both languages."""
    headers = {**BROWSER, **web.bearer("machine")}
    vietnamese = await web.client.get("/wall", headers=headers)
    english = await web.client.get("/wall?lang=en", headers=headers)
    assert (vietnamese.status_code, english.status_code) == (403, 403)
    assert "Tài khoản của bạn không có quyền" in vietnamese.text
    assert "Your account may not use this page" in english.text


async def test_a_cookie_alone_writes_nothing(web: Any) -> None:
    """Another site's form or script cannot acknowledge with an officer's cookie; a page of ours and a token can."""
    path, officer = "/api/v1/alerts/abc/ack", await web.cookie("duty")
    for foreign in ({}, {"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        answer = await web.client.post(path, headers={**officer, **foreign})
        assert answer.status_code == 403
        assert "did not come from a page of ours" in answer.json()["error"]["message"]
    for ours in ({"origin": "http://chihuy.test"}, {"sec-fetch-site": "same-origin"}):
        assert (await web.client.post(path, headers={**officer, **ours})).status_code == 404
    assert (await web.client.post(path, headers=web.bearer("duty"))).status_code == 404


async def test_sockets_other_than_live_are_refused(web: Any) -> None:
    """Dash's own socket, which checks no sign-in, is out of reach; so is `/live` for those who may not read."""
    sent: list[dict[str, Any]] = []

    async def connect(path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
        sent.clear()
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "websocket", "path": path, "headers": raw, "query_string": b"", "scheme": "ws"}

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await web.app(scope, receive, send)
        return list(sent)

    for path in ("/_dash-ws-callback", "/_page/wall.vi.own/_dash-ws-callback", "/nope"):
        [closed] = await connect(path, {**web.bearer("admin"), "origin": "http://chihuy.test"})
        assert (closed["type"], closed["code"]) == ("websocket.close", 4403)
    [closed] = await connect("/live", web.bearer("machine"))
    assert (closed["type"], closed["code"]) == ("websocket.close", 4403)


async def test_while_the_desk_database_is_down_nobody_gets_in_and_everybody_is_told(web: Any, monkeypatch: Any) -> None:
    """An outage neither opens the door nor looks like a wrong password."""

    def down(*_: object) -> None:
        raise OperationalError("select", {}, Exception("connection refused"))

    monkeypatch.setattr(web.users, "_look_up", down)
    api = await web.client.get("/api/v1/latest", headers=web.bearer("admin"))
    page = await web.client.get("/wall", headers={**web.bearer("admin"), **BROWSER})
    assert (api.status_code, page.status_code) == (503, 503)
    assert api.headers["retry-after"] == page.headers["retry-after"] == "5"
    assert "the desk database does not answer" in api.json()["error"]["message"]
    assert "Cơ sở dữ liệu tạm thời không trả lời" in page.text
    assert (await web.client.get("/healthz")).status_code in {200, 503}
