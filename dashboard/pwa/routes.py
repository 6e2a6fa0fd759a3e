"""The routes of the app: its manifest and its service worker.

Both are open: a browser fetches the manifest without cookies, and the worker again when nobody is signed in; neither
holds anything but addresses.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Final

import orjson
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard.choices import language_of
from dashboard.pwa.manifest import manifest
from dashboard.pwa.version import named_files, shell_version

WORKER: Final = Path(__file__).with_name("worker.js")
PLACE: Final = "__VERSION__"
"""What stands in the worker's text where its version belongs."""
FILES_PLACE: Final = "__FILES__"
"""What stands there where the files belong that style sheets name."""
ASK: Final = "no-cache"
"""Kept, but asked about each time: a worker that a cache holds back would hold back every new version."""


def app_routes(layer_urls: Callable[[], dict[str, str]], default_lang: str) -> APIRouter:
    """Return the routes.

    Args:
        layer_urls: tells the map layers' addresses.
        default_lang: language for those who chose none.
    """
    router = APIRouter(include_in_schema=False)

    @router.api_route("/sw.js", methods=["GET", "HEAD"])
    async def worker() -> Response:
        text = await run_in_threadpool(lambda: worker_text(frozenset(layer_urls().items())))
        return Response(text, media_type="text/javascript; charset=utf-8", headers={"Cache-Control": ASK})

    @router.api_route("/tablet.webmanifest", methods=["GET", "HEAD"])
    async def app_manifest(request: Request) -> Response:
        body = manifest(language_of(request, default_lang))
        return JSONResponse(body, media_type="application/manifest+json", headers={"Cache-Control": ASK})

    return router


@functools.lru_cache(maxsize=4)
def worker_text(layers: frozenset[tuple[str, str]]) -> str:
    """Return the service worker with its version in it; the same text while nothing of the shell changed.

    The version is found once for a set of layers: the files of a running installation do not change, and where they do
    (a developer's), the worker asks the network first anyhow.
    """
    files = orjson.dumps(named_files()).decode()
    return (
        WORKER.read_text(encoding="utf-8").replace(FILES_PLACE, files, 1).replace(PLACE, shell_version(dict(layers)), 1)
    )
