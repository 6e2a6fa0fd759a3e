"""Pages, what they are made of, and how browsers may keep it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import structlog

import layouts
from dashboard.assets import AssetFolder, LayerShelf, fingerprinted_address
from geodata.layers import LAYERS, layer

PREFIX = "/_page/wall.vi.own"
OURS = {"sec-fetch-site": "same-origin"}


async def test_a_cold_server_serves_a_whole_page_first(make_web: Any) -> None:
    """The first request after a start may be for a screen: scripts, styles and components are all in it."""
    web = make_web()
    async with web.app.router.lifespan_context(web.app), web.client:
        page = (await web.client.get("/wall", headers=web.bearer("viewer"))).text
        names = re.findall(r'(?:href|src)="(/assets/wall\.[0-9a-f]{12}\.(?:css|js)\?m=[0-9a-f]{12})"', page)
        files = [await web.client.get(name, headers=web.bearer("viewer")) for name in names]
    assert "dash_renderer.v" in page
    assert [name.rpartition(".")[2][:3] for name in names] == ["css", "js?"]
    for file, part in zip(files, ("/* 00-tokens.css */", "/* 10-store.js */"), strict=True):
        assert file.status_code == 200
        assert part in file.text
        assert file.headers["cache-control"] == "private, max-age=31536000, immutable"


async def test_the_screens_of_the_house_are_drawn_whole_by_a_cold_server(make_web: Any) -> None:
    """The shipped wall comes with the map's component library in its scripts."""
    web = make_web(layout=None, register=None)
    async with web.app.router.lifespan_context(web.app), web.client:
        page = (await web.client.get("/wall", headers=web.bearer("viewer"))).text
        desk = (await web.client.get("/mapping", headers=web.bearer("admin"))).text
        tree = (await web.client.get(f"{PREFIX}/_dash-layout", headers=web.bearer("viewer"))).json()
        start = (await web.client.get("/", headers=web.bearer("viewer"))).text
        screens = re.findall(r'<li><a href="/(\w+)"', start)
        assert screens[0] == "wall"
        for screen in screens:
            answer = await web.client.get(f"/_page/{screen}.en.light/_dash-layout", headers=web.bearer("duty"))
            assert answer.status_code == 200, screen
    # Ours is read first: it opens the live socket, which then is there when the page stands.
    assert (
        -1 < page.index('<script src="/assets/wall.') < page.index('<script src="/_dash-component-suites/dash_leaflet/')
    )
    for name in ("_dash-layout", "_dash-dependencies"):
        assert f'<link rel="preload" as="fetch" crossorigin="anonymous" href="{PREFIX}/{name}">' in page
    for part in ("dash_bootstrap_components", "/assets/mapping."):
        assert part in desk
        assert part not in page
    assert "dash_leaflet" not in desk
    assert '"data-screen": "wall"' in json.dumps(tree)
    assert "/layers/communes." in json.dumps(tree)


async def test_language_and_theme_come_from_address_cookie_or_setting(web: Any) -> None:
    """Two tabs in two languages do not mix: the renderer asks for the layout of its own page."""
    viewer = web.bearer("viewer")

    async def prefix(address: str, **cookies: str) -> str:
        header = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        page = (await web.client.get(address, headers={**viewer, **header})).text
        config = re.search(r'<script id="_dash-config" type="application/json">(.*?)</script>', page)
        assert config is not None
        asked = json.loads(config[1])
        assert "websocket" not in asked
        lang = re.search(r'<html lang="(\w+)"', page)
        assert lang is not None
        assert asked["requests_pathname_prefix"].split(".")[1] == lang[1]
        return str(asked["requests_pathname_prefix"])

    assert await prefix("/wall") == "/_page/wall.vi.own/"
    assert await prefix("/tablet?lang=en&theme=dark") == "/_page/tablet.en.dark/"
    assert await prefix("/wall", lso_lang="en", lso_theme="light") == "/_page/wall.en.light/"
    assert await prefix("/wall?lang=vi", lso_lang="en") == "/_page/wall.vi.own/"
    assert await prefix("/wall?lang=xx&theme=pink", lso_lang="../..", lso_theme="<b>") == "/_page/wall.vi.own/"
    layout = await web.client.get("/_page/duty.en.light/_dash-layout", headers=viewer)
    assert layout.json()["props"]["children"][0] == "duty.en.light"


async def test_the_title_of_a_page_is_in_its_language(web: Any) -> None:
    """A tab says which screen it is."""
    viewer = web.bearer("viewer")
    assert "<title>Trực ban – Trung tâm điều hành" in (await web.client.get("/duty", headers=viewer)).text
    assert "<title>Duty – Lạng Sơn command centre" in (await web.client.get("/duty?lang=en", headers=viewer)).text


async def test_inline_scripts_are_named_by_hash_and_no_other_host_is_allowed(web: Any) -> None:
    """A page loads nothing from elsewhere and runs no script that was slipped into it."""
    answer = await web.client.get("/wall", headers=web.bearer("viewer"))
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert "sha256-" in policy["script-src"]
    assert policy["frame-ancestors"] == "'self'"
    assert policy["connect-src"] == "'self' ws://chihuy.test"
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    for address in ("/healthz", "/sign-in", "/nope", "/api/v1/latest", "/assets/10-store.js"):
        headers = (await web.client.get(address)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "content-security-policy" in headers


async def test_plotly_is_compressed_and_kept_for_good(web: Any) -> None:
    """The largest file of all is fetched once for all screens: 4.8 MB become less than 1.6."""
    viewer = {**web.bearer("viewer"), "accept-encoding": "gzip"}
    hop = await web.client.get(f"{PREFIX}/_dash-component-suites/plotly/package_data/plotly.min.js", headers=viewer)
    assert hop.status_code == 302
    assert hop.headers["location"] == fingerprinted_address("plotly", "package_data/plotly.min.js")
    async with web.client.stream("GET", hop.headers["location"], headers=viewer) as answer:
        size = len(b"".join([chunk async for chunk in answer.aiter_raw()]))
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert size < 1_600_000
    again = await web.client.get(hop.headers["location"], headers={**viewer, "if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_browser_that_cannot_unpack_gets_files_plain(web: Any) -> None:
    """Compression is offered, not imposed."""
    viewer = web.bearer("viewer")
    plain = await web.client.get("/assets/10-store.js", headers={**viewer, "accept-encoding": "identity"})
    packed = await web.client.get("/assets/10-store.js", headers=viewer)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.content == packed.content
    assert plain.headers["cache-control"] == "private, no-cache"
    versioned = await web.client.get("/assets/10-store.js?m=1.5", headers=viewer)
    assert "immutable" in versioned.headers["cache-control"]
    font = await web.client.get("/assets/fonts/inter-latin-wght-normal.woff2")
    assert (font.status_code, font.headers["content-type"]) == (200, "font/woff2")
    assert "content-encoding" not in font.headers


async def test_map_layers_are_served_as_built_under_a_name_with_their_hash(web: Any) -> None:
    """A browser keeps a layer for good, and a rebuilt one has another address."""
    tree = LayerShelf(("province",))
    address = tree.urls["province"]
    answer = await web.client.get(address, headers=web.bearer("viewer"))
    assert answer.content == layer("province")
    assert (answer.headers["content-type"], answer.headers["content-encoding"]) == ("application/json", "gzip")
    assert "immutable" in answer.headers["cache-control"]
    rebuilt = LayerShelf(("province",), lambda _: b'{"type":"FeatureCollection","features":[]}')
    assert rebuilt.urls["province"] != address
    assert LAYERS["province"].schematic


def test_an_edited_asset_is_served_at_once(tmp_path: Any) -> None:
    """Whoever works on a style sheet sees the change without a restart; links out of the folder lead nowhere."""
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "a.css").write_text("a{}")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    assets = AssetFolder(folder)
    first = assets.read("a.css")
    assert first is not None
    assert assets.read("a.css") is first
    (folder / "a.css").write_text("a{color:red}")
    second = assets.read("a.css")
    assert second is not None
    assert second.body == b"a{color:red}"
    assert assets.read("link.txt") is None
    assert assets.read("../secret.txt") is None
    assert assets.read("") is None


async def test_a_library_that_comes_later_is_compiled_beside_the_page(web: Any) -> None:
    """Plotly held the wall up for a quarter of a second; our own scripts are left as they are."""
    headers = web.bearer("viewer")
    [plotly] = (Path(layouts.__file__).parent / "assets" / "plotly").glob("*.js")
    later = await web.client.get(f"/assets/plotly/{plotly.name}?m=1", headers=headers)
    assert later.text.partition("\n")[0] == "//# allFunctionsCalledOnLoad"
    assert later.text.partition("\n")[2] == plotly.read_text("utf-8")
    own = await web.client.get("/assets/00-lso.js", headers=headers)
    assert not own.text.startswith("//#")


async def test_answers_of_the_api_are_packed_and_not_kept(web: Any) -> None:
    """A list of a thousand readings goes over the wire small, and no cache shows an old one."""
    answer = await web.client.get("/api/v1/openapi.json", headers=web.bearer("viewer"))
    assert answer.headers["content-encoding"] == "gzip"
    latest = await web.client.get("/api/v1/latest", headers=web.bearer("viewer"))
    assert latest.headers["cache-control"] == "no-store"


def callback(value: Any) -> dict[str, Any]:
    """Return the body the renderer sends for the callback of the test app."""
    return {
        "output": "out.children",
        "outputs": {"id": "out", "property": "children"},
        "inputs": [{"id": "in", "property": "children", "value": value}],
        "changedPropIds": ["in.children"],
    }


async def test_callbacks_answer_under_the_page_they_belong_to(web: Any) -> None:
    """What a visitor does on a page reaches its callback."""
    address = f"{PREFIX}/_dash-update-component"
    answer = await web.client.post(address, json=callback("x"), headers=web.bearer("viewer"))
    assert answer.status_code == 200
    assert answer.json()["response"] == {"out": {"children": "heard x"}}
    dependencies = await web.client.get(f"{PREFIX}/_dash-dependencies", headers=web.bearer("viewer"))
    assert dependencies.json()[0]["output"] == "out.children"


async def test_a_failing_callback_is_logged_and_leaves_the_screen_alone(web: Any) -> None:
    """One broken action does not take the screen with it."""
    with structlog.testing.capture_logs() as logged:
        answer = await web.client.post(
            f"{PREFIX}/_dash-update-component", json=callback("fail"), headers=web.bearer("viewer")
        )
    assert answer.status_code in {200, 204}
    assert [one["event"] for one in logged] == ["a callback failed"]


async def test_bodies_that_fit_no_callback_are_refused_with_a_sentence(web: Any) -> None:
    """Whatever is posted at Dash's address is never a 500."""
    good = callback("x")
    bodies = [b"", b"{", b"[]", b"null", b"\xff", b'{"output": 1}', b'{"output": "nope.children"}']
    broken = ({"inputs": [1]}, {"inputs": "x"}, {"outputs": 7}, {"inputs": None}, {"changedPropIds": 1})
    bodies.extend(json.dumps({**good, **part}).encode() for part in broken)
    for body in bodies:
        headers = {**web.bearer("viewer"), "content-type": "application/json"}
        answer = await web.client.post(f"{PREFIX}/_dash-update-component", content=body, headers=headers)
        assert answer.status_code in {200, 204, 400}, body
        if answer.status_code == 400:
            assert answer.json()["error"]["message"]
    large = await web.client.post(
        f"{PREFIX}/_dash-update-component", content=b" " * 2_000_000, headers=web.bearer("viewer")
    )
    assert large.status_code == 413


async def test_a_screen_that_cannot_be_drawn_is_in_the_log(web: Any) -> None:
    """Dash swallows the fault; the operator finds it all the same."""
    with structlog.testing.capture_logs() as logged:
        answer = await web.client.get("/_page/crossings.en.light/_dash-layout", headers=web.bearer("viewer"))
    assert answer.status_code == 500
    assert [(one["event"], one["screen"]) for one in logged] == [("a screen could not be drawn", "crossings")]


async def test_the_hub_runs_as_long_as_the_app(make_web: Any) -> None:
    """The live path starts with the server and ends with it."""
    web = make_web()
    assert not web.hub.running
    async with web.app.router.lifespan_context(web.app):
        assert web.hub.running
    assert not web.hub.running
    await web.client.aclose()
