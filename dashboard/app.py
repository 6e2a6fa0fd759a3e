"""The app factory: FastAPI and Dash behind one gate, from parts that are given.

Nothing happens at import time and nothing is opened here; the lifespan starts and stops the hub. uvicorn runs the
app with `ws="websockets-sansio"` and permessage-deflate off.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from dash.development.base_component import Component
from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from dashboard.api.access import access_routes
from dashboard.api.alerts import alert_routes
from dashboard.api.ask import ask_routes
from dashboard.api.deciding import deciding_routes
from dashboard.api.deck import deck_routes
from dashboard.api.explain import explain_routes
from dashboard.api.exports import export_routes
from dashboard.api.feeds import feed_routes
from dashboard.api.follow import follow_routes
from dashboard.api.frozen import frozen_routes
from dashboard.api.manual import manual_routes
from dashboard.api.mapping import mapping_routes
from dashboard.api.marks import mark_routes
from dashboard.api.notes import note_routes
from dashboard.api.push import push_routes
from dashboard.api.read import read_routes
from dashboard.api.redrive import redrive_routes
from dashboard.api.reply import json_reply
from dashboard.api.scenario import scenario_routes
from dashboard.api.screens import screen_routes
from dashboard.assets import (
    FOREVER,
    AssetFolder,
    CurrentLayers,
    current_layers,
    read_bundle,
    respond,
)
from dashboard.auth.forms import Forms
from dashboard.auth.gate import Gate
from dashboard.errors_http import LastResort
from dashboard.failures import Failures
from dashboard.frozen.following import Following
from dashboard.frozen.presentations import Presentations
from dashboard.headers import SecurityHeaders
from dashboard.health import Health
from dashboard.metrics.requests import RequestCounts, RequestMeter
from dashboard.metrics.scrape import Metrics
from dashboard.pages import PageRequests, PanelPages, ScreenPage, make_layout, shipped_screens, start_page
from dashboard.parts import Parts
from dashboard.pwa.routes import app_routes
from dashboard.screen_app import Page, ScreenApp
from dashboard.screens import SCREENS, address_of
from dashboard.walls import LONE, Walls

ASSETS: Final = Path(__file__).parent.parent / "layouts" / "assets"
LARGE_BUNDLES: Final = ("plotly",)
"""Packages whose bundles are compressed before the first visitor comes."""
COMPRESS_FROM: Final = 1_000

__all__ = ["Parts", "create_app"]


def create_app(
    parts: Parts,
    *,
    live: BaseRoute | None = None,
    layout: Callable[[Page], Component] | None = None,
    register: Callable[[ScreenApp], None] | None = None,
) -> FastAPI:
    """Return the app.

    Args:
        parts: what it is made of.
        live: the route of `/live`; None leaves it out.
        layout: draws a page; None takes the screens of `layouts.screens`.
        register: adds callbacks to the Dash app before it is warmed.

    The Dash app is `app.state.dash`.
    """
    settings = parts.settings
    secure = settings.public_url.startswith("https://")
    layers = current_layers()
    draw = layout or make_layout(lambda: layers.urls, parts.walls)
    # Nothing of a layout changes while we run but what an import of boundaries brings.
    dash = ScreenApp(ASSETS, draw, None if layout else lambda: layers.stamp)
    if register is not None:
        register(dash)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(_warm, dash)
        app.state.csp_hashes = dash.csp_hashes()
        await parts.hub.start()
        try:
            yield
        finally:
            await parts.hub.stop()

    app = FastAPI(
        title="Lạng Sơn command centre",
        version="1",
        description="Readings, passages, history and alerts. The contract in words stands in docs/contract.md.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.dash = dash
    app.state.parts = parts
    app.include_router(Forms(parts.users, settings.lang, secure=secure).router())
    app.state.following = Following(Presentations(parts.frozen.engine).get)
    app.include_router(_api(parts))
    app.include_router(follow_routes(parts, app.state.following), prefix="/api/v1")
    requests = RequestCounts()
    app.include_router(_health_routes(parts, requests))
    app.include_router(_static_routes(dash, layers))
    app.include_router(app_routes(lambda: layers.urls, settings.lang))
    screens = SCREENS if layout else shipped_screens()
    app.router.routes.extend(_page_routes(dash, settings.lang, screens, secure=secure, walls=parts.walls))
    if live is not None:
        app.router.routes.append(live)
    Failures(settings.lang).register(app)
    # The last added is the outermost: headers on every answer, also on refusals of the gate and of the last resort.
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESS_FROM, compresslevel=6)
    app.add_middleware(Gate, parts.users, {settings.public_url}, settings.lang)
    app.add_middleware(LastResort, settings.lang)
    app.add_middleware(SecurityHeaders, settings.public_url)
    app.add_middleware(RequestMeter, requests)
    return app


def _warm(dash: ScreenApp) -> None:
    dash.warm()
    registered = dash.registered_paths
    for package in LARGE_BUNDLES:
        for path in registered.get(package, ()):
            read_bundle(registered, package, path)


def _api(parts: Parts) -> APIRouter:
    router = APIRouter(prefix="/api/v1")
    for routes in (
        push_routes,
        read_routes,
        alert_routes,
        ask_routes,
        access_routes,
        scenario_routes,
        feed_routes,
        deciding_routes,
        redrive_routes,
        mapping_routes,
        manual_routes,
        mark_routes,
        screen_routes,
        frozen_routes,
        deck_routes,
        export_routes,
        note_routes,
        explain_routes,
    ):
        router.include_router(routes(parts))
    return router


def _health_routes(parts: Parts, requests: RequestCounts) -> APIRouter:
    router = APIRouter(tags=["health"])
    health = Health(parts)
    scraped = Metrics(parts, health, requests)

    @router.get("/healthz", summary="Each component and its lag", responses={503: {"description": "Not all are up."}})
    async def healthz() -> Response:
        report = await health.report()
        return json_reply(report, 200 if report.state == "up" else 503)

    @router.get("/metrics", summary="What a Prometheus server reads; names and meaning in docs/monitoring.md")
    async def metrics() -> Response:
        return Response(await scraped.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def _static_routes(dash: ScreenApp, layers: CurrentLayers) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    folder = AssetFolder(ASSETS)
    nothing = HTTPException(404, "there is no such file")

    @router.api_route("/assets/{path:path}", methods=["GET", "HEAD"])
    async def asset(request: Request, path: str) -> Response:
        if "\x00" in path:
            raise nothing
        joined = await run_in_threadpool(dash.joined.read, path)
        if joined is not None:
            return respond(joined[0], request.headers, joined[1])
        file = await run_in_threadpool(folder.read, path)
        if file is None:
            raise nothing
        return respond(file, request.headers, folder.cache_control(path, request.query_params.get("m", "")))

    @router.api_route("/favicon.ico", methods=["GET", "HEAD"])
    async def favicon(request: Request) -> Response:
        for name in ("favicon.ico", "icons/favicon.svg", "icons/favicon.ico"):
            file = await run_in_threadpool(folder.read, name)
            if file is not None:
                return respond(file, request.headers, "private, max-age=86400")
        return Response(status_code=204, headers={"Cache-Control": "private, max-age=3600"})

    @router.api_route("/layers/{file_name}", methods=["GET", "HEAD"])
    async def map_layer(request: Request, file_name: str) -> Response:
        file = layers.read(file_name)
        if file is None:
            raise nothing
        return respond(file, request.headers, FOREVER)

    @router.api_route("/_dash-component-suites/{package}/{path:path}", methods=["GET", "HEAD"])
    async def bundle(request: Request, package: str, path: str) -> Response:
        found = await run_in_threadpool(read_bundle, dash.registered_paths, package, path)
        if found is None:
            raise nothing
        file, fingerprinted = found
        return respond(file, request.headers, FOREVER if fingerprinted else "private, no-cache")

    return router


def _page_routes(
    dash: ScreenApp, lang: str, screens: Sequence[str], *, secure: bool, walls: Walls = LONE
) -> list[BaseRoute]:
    async def start(request: Request) -> Response:
        return start_page(request, lang, screens, secure=secure)

    pages = [Route(address_of(name), ScreenPage(name, dash.server, lang), methods=["GET"]) for name in screens]
    if "wall" in screens:
        panels = PanelPages(walls, ScreenPage("wall", dash.server, lang), lang)
        pages.append(Route("/wall/{panel}", panels, methods=["GET"]))
    return [Route("/", start, methods=["GET"]), *pages, Mount("/_page", PageRequests(dash, lang))]
