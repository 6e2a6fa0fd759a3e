"""The ways in and out, as a browser without JavaScript takes them."""

from __future__ import annotations

import re
from typing import Any

PASSWORD = "một mật khẩu dài"
OURS = {"origin": "http://chihuy.test"}


async def sign_in(web: Any, name: str, password: str, **more: str) -> Any:
    """Send the sign-in form."""
    return await web.client.post("/sign-in", data={"name": name, "password": password, **more}, headers=OURS)


async def test_signing_in_leads_to_the_page_that_was_asked_for(web: Any) -> None:
    """The cookie is out of reach of scripts and of other sites, and opens what the role may see."""
    answer = await sign_in(web, "Duty", PASSWORD, next="/duty?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/duty?lang=en")
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(r"lso_session=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)
    me = await web.client.get("/api/v1/me")
    assert me.json() == {
        "name": "duty",
        "role": "duty",
        "kind": "person",
        "permissions": ["acknowledge", "enter", "metrics", "present", "read", "signed-in"],
    }


async def test_behind_https_the_cookie_never_travels_in_clear(make_web: Any) -> None:
    """An installation with a https address marks its cookies Secure."""
    web = make_web("https://chihuy.example.vn")
    answer = await web.client.post(
        "/sign-in", data={"name": "duty", "password": PASSWORD}, headers={"origin": "https://chihuy.example.vn"}
    )
    assert "Secure" in answer.headers["set-cookie"]


async def test_a_wrong_password_says_so_and_keeps_the_name(web: Any) -> None:
    """Who mistyped reads a sentence and types only the password again; nothing from outside becomes HTML."""
    answer = await sign_in(web, '<b>"lan"', "wrong", next="/duty")
    assert answer.status_code == 401
    assert '<p class="plain-error" role="alert">Tên người dùng hoặc mật khẩu không đúng.</p>' in answer.text
    assert 'value="&lt;b&gt;&quot;lan&quot;"' in answer.text
    assert 'name="next" value="/duty"' in answer.text
    assert "set-cookie" not in answer.headers


async def test_the_form_does_without_script_and_speaks_both_languages(web: Any) -> None:
    """Every input has a label; English is one link away and remembered."""
    page = await web.client.get("/sign-in?next=/wall")
    assert '<html lang="vi">' in page.text
    assert "<script" not in page.text
    assert set(re.findall(r'<label for="(\w+)"', page.text)) == set(re.findall(r'<input id="(\w+)"', page.text))
    link = re.search(r'<a href="(/sign-in\?lang=en[^"]*)"', page.text)
    assert link is not None
    english = await web.client.get(link[1].replace("&amp;", "&"))
    assert "<h1>Sign in</h1>" in english.text
    assert 'name="next" value="/wall"' in english.text
    assert "<h1>Sign in</h1>" in (await web.client.get("/sign-in")).text


async def test_sign_in_leads_nowhere_else(web: Any) -> None:
    """A `next` to another site ends on our start page."""
    answer = await sign_in(web, "duty", PASSWORD, next="//evil.example/x")
    assert answer.headers["location"] == "/"


async def test_another_site_cannot_sign_a_visitor_in(web: Any) -> None:
    """A form on another site is refused even with a good password (it would act under another's name)."""
    for headers in ({}, {"origin": "https://evil.example"}):
        answer = await web.client.post("/sign-in", data={"name": "duty", "password": PASSWORD}, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    browser = {"origin": "https://evil.example", "accept": "text/html"}
    page = await web.client.post("/sign-in", data={"name": "duty", "password": PASSWORD}, headers=browser)
    assert page.status_code == 403
    assert "Yêu cầu không đến từ trang này" in page.text


async def test_the_sixth_try_in_five_minutes_has_to_wait(web: Any) -> None:
    """Guessing is slow, and the page says for how long."""
    for _ in range(5):
        assert (await sign_in(web, "duty", "wrong password")).status_code == 401
    answer = await sign_in(web, "duty", PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 300
    assert "Hãy đợi 5 phút" in answer.text
    assert (await sign_in(web, "leader", PASSWORD)).status_code == 303


async def test_naughty_forms_are_refused_and_never_break(web: Any) -> None:
    """Whatever is sent as a form, the answer is a page or a sentence."""
    bodies = [b"", b"\xff\xfe=%ff", b"name=%00&password=%00", b"&" * 100, b"name=" + b"x" * 20_000, b"{}"]
    for body in bodies:
        for path in ("/sign-in", "/sign-in/once/abc"):
            headers = {**OURS, "content-type": "application/x-www-form-urlencoded"}
            answer = await web.client.post(path, content=body, headers=headers)
            assert answer.status_code in {401, 410, 413, 422, 429}
    assert (await web.client.get("/kiosk", params={"token": "\x00", "next": "//evil"})).status_code in {401, 429}


async def test_signing_out_ends_the_session(web: Any) -> None:
    """After signing out the old cookie opens nothing, wherever it was copied to."""
    headers = {**await web.cookie("duty"), **OURS}
    answer = await web.client.post("/sign-out", headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert (await web.client.get("/api/v1/me", headers=headers)).status_code == 401


async def test_a_kiosk_starts_with_its_token_and_shows_the_wall(web: Any) -> None:
    """A display opens one address with its token; from then on its cookie does, and the token is out of the address."""
    answer = await web.client.get("/kiosk", params={"token": web.tokens["viewer"], "next": "/wall?lang=en"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/wall?lang=en")
    assert "Max-Age=31536000" in answer.headers["set-cookie"]
    assert (await web.client.get("/api/v1/me")).json()["kind"] == "kiosk"
    assert (await web.client.get(answer.headers["location"])).status_code == 200


async def test_a_kiosk_with_a_wrong_token_reads_what_to_do(web: Any) -> None:
    """A display whose token was revoked says so on its screen."""
    for token in ("wrong", web.tokens["admin"], ""):
        answer = await web.client.get("/kiosk", params={"token": token})
        assert answer.status_code == 401
        assert "Hãy xin quản trị viên cấp mã mới" in answer.text
        assert "set-cookie" not in answer.headers


async def test_the_first_administrator_comes_by_the_printed_link(make_web: Any) -> None:
    """From an empty installation to the start page in one form; the link then is worthless."""
    web = make_web(people=False)
    link = web.users.first_link()
    assert "Tạo quản trị viên đầu tiên" in (await web.client.get(link)).text
    form = {"name": "Lan", "password": PASSWORD, "password_again": PASSWORD}
    for wrong, says in (
        ({**form, "password_again": "another"}, "Hai mật khẩu không giống nhau"),
        ({**form, "password": "short", "password_again": "short"}, "từ 10 đến 200 ký tự"),
        ({**form, "name": ""}, "từ 1 đến 64 ký tự"),
    ):
        answer = await web.client.post(link, data=wrong, headers=OURS)
        assert answer.status_code == 422
        assert says in answer.text
    answer = await web.client.post(link, data=form, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await web.client.get("/api/v1/me")).json()["role"] == "admin"
    again = await web.client.get(link)
    assert again.status_code == 410
    assert "đã được dùng hoặc đã quá hạn" in again.text
    assert (await web.client.post(link, data=form, headers=OURS)).status_code == 410


async def test_the_start_page_leads_each_role_to_its_screen(web: Any) -> None:
    """The screen for one's role stands first; all are there, and so is the way out."""
    first = {"viewer": "wall", "leader": "tablet", "duty": "duty", "supervisor": "duty", "admin": "wall"}
    for role, screen in first.items():
        page = (await web.client.get("/", headers=web.bearer(role))).text
        links = re.findall(r'<li><a href="/(\w+)"', page)
        assert links[0] == screen
        own = {"entry"} if role in {"duty", "supervisor", "admin"} else set()
        own |= {"mapping"} if role in {"supervisor", "admin"} else set()
        own |= {"gallery"} if role == "admin" else set()
        assert set(links) == {"briefing", "crossings", "duty", "feeds", "tablet", "wall", *own}
        assert 'action="/sign-out"' in page
        # Search and ask, without a script: a screen that this role may open takes the question over.
        assert f'role="search" action="/{"duty" if screen == "duty" else "tablet"}"' in page
        assert "<summary>Trợ giúp</summary>" in page
