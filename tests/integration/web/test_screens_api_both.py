"""Panels and their addresses, what they report, and kiosks that stay signed in until they are revoked."""

from __future__ import annotations

from typing import Any

BROWSER = {"accept": "text/html,application/xhtml+xml"}
OURS = {"sec-fetch-site": "same-origin"}
BEAT = {
    "scene": "overview",
    "code": "BBZ",
    "lock": "held",
    "width": 1920,
    "height": 1080,
    "version": "v",
    "line": "open",
}


async def kiosk(web: Any) -> dict[str, str]:
    """Return the headers of a display that has exchanged its token."""
    web.client.cookies.clear()
    return {"cookie": f"lso_session={web.users.exchange(web.tokens['viewer'])}", **OURS}


async def test_a_panel_has_an_address_and_an_unknown_one_has_none(web: Any) -> None:
    """/wall/main is the wall; a name that is not declared is answered with 404, and the way in keeps the address."""
    viewer = web.bearer("viewer")
    page = await web.client.get("/wall/main", headers={**viewer, **BROWSER})
    assert page.status_code == 200
    assert "_dash-config" in page.text
    assert (await web.client.get("/wall/nowhere", headers={**viewer, **BROWSER})).status_code == 404
    assert (await web.client.get("/wall/self-test?panel=main", headers={**viewer, **BROWSER})).status_code == 200
    away = await web.client.get("/wall/main?scene=gates", headers=BROWSER)
    assert away.headers["location"] == "/sign-in?next=/wall/main%3Fscene%3Dgates"


async def test_a_display_reports_and_is_seen(web: Any) -> None:
    """Its lines are kept once, its sign of life stands in the list of panels, and its silence is seen there too."""
    line = {"kind": "outage", "at": 1_763_780_000_000, "for_ms": 42_000, "detail": "3 attempts", "n": 1}
    body = {"screen": "wall", "panel": "main", "browser": "b1", "entries": [line], "beat": BEAT}
    headers = await kiosk(web)
    for added in (1, 0):
        answer = await web.client.post("/api/v1/screens/journal", json=body, headers=headers)
        assert (answer.status_code, answer.json()["added"]) == (200, added)
        assert len(answer.json()["version"]) == 12
    told = (await web.client.get("/api/v1/screens/journal?panel=main", headers=web.bearer("viewer"))).json()
    assert [(one["kind"], one["for_ms"], one["who"]) for one in told["entries"]] == [("outage", 42_000, "token-viewer")]
    states = []
    for seconds in (0, 30, 90):
        web.clock.forward(seconds=seconds)
        [row] = (await web.client.get("/api/v1/screens", headers=web.bearer("viewer"))).json()["screens"]
        states.append((row["panel"], row["state"], row["age_s"], row["displays"][0]["scene"]))
    assert states == [
        ("main", "beating", 0, "overview"),
        ("main", "late", 30, "overview"),
        ("main", "lost", 120, "overview"),
    ]


async def test_a_panel_that_never_reported_is_in_the_list(web: Any) -> None:
    """A display that was never switched on is as visible as one that stopped."""
    [row] = (await web.client.get("/api/v1/screens", headers=web.bearer("viewer"))).json()["screens"]
    assert (row["state"], row["beat_at"], row["displays"], row["url"]) == ("never", None, [], "/wall/main")


async def test_a_report_nobody_can_use_is_refused_with_its_reason(web: Any) -> None:
    """The field is named, and the answer is never a 500."""
    headers = {**web.bearer("viewer"), **OURS}
    cases: list[tuple[Any, int, str]] = [
        ({"screen": "wall", "panel": "nowhere"}, 422, "panel"),
        ({"screen": "cinema"}, 422, "screen"),
        ({"screen": "wall", "panel": "main", "entries": [{"kind": "joke", "at": 1}]}, 422, "kind: expected one of"),
        ({"screen": "wall", "panel": "main", "entries": "none"}, 422, "entries"),
        ([], 422, "object"),
    ]
    for body, status, said in cases:
        answer = await web.client.post("/api/v1/screens/journal", json=body, headers=headers)
        assert (answer.status_code, said in str(answer.json()["error"])) == (status, True), body
    broken = await web.client.post("/api/v1/screens/journal", content=b"{", headers=headers)
    assert broken.status_code == 400
    large = await web.client.post("/api/v1/screens/journal", content=b" " * 70_000, headers=headers)
    assert large.status_code == 413
    assert (await web.client.get("/api/v1/screens/journal?limit=0", headers=headers)).status_code == 400


async def test_a_kiosk_stays_signed_in_over_restarts_and_years(web: Any) -> None:
    """Each sign of life moves the cookie's end on, so that no browser forgets a display that hangs for years."""
    headers = await kiosk(web)
    answer = await web.client.post("/api/v1/screens/journal", json={"screen": "wall", "panel": "main"}, headers=headers)
    renewed = answer.headers["set-cookie"]
    assert headers["cookie"].partition("; ")[0] in renewed
    assert "Max-Age=31536000" in renewed
    assert "HttpOnly" in renewed
    # A year and a half later it still is somebody, because it has been seen in between.
    for _ in range(3):
        web.clock.forward(days=180)
        web.users._forget()
        assert (await web.client.get("/api/v1/me", headers=headers)).status_code == 200
    person = {**await web.cookie("viewer"), **OURS}
    plain = await web.client.post("/api/v1/screens/journal", json={"screen": "wall", "panel": "main"}, headers=person)
    assert "set-cookie" not in plain.headers


async def test_a_revoked_kiosk_is_told_with_its_next_sign_of_life(web: Any) -> None:
    """Taking the token back ends the display's access at once; the wall says so (see the wall's browser tests)."""
    headers = await kiosk(web)
    body = {"screen": "wall", "panel": "main", "beat": BEAT}
    assert (await web.client.post("/api/v1/screens/journal", json=body, headers=headers)).status_code == 200
    [token] = [one for one in web.users.tokens() if one.name == "token-viewer"]
    web.users.revoke_token(token.id)
    assert (await web.client.post("/api/v1/screens/journal", json=body, headers=headers)).status_code == 401


async def test_a_code_opens_the_view_of_a_panel(web: Any) -> None:
    """The three letters at a panel's foot give its scene and address; an unknown one is a 404."""
    viewer = web.bearer("viewer")
    found = (await web.client.get("/api/v1/views/bbz", headers=viewer)).json()
    assert found == {
        "code": "BBZ", "screen": "wall", "panel": "main", "scene": "overview", "gate": "",
        "url": "/wall/main?scene=overview",
    }  # fmt: skip
    missing = await web.client.get("/api/v1/views/QQQ", headers=viewer)
    assert (missing.status_code, "foot of the panel" in missing.text) == (404, True)
