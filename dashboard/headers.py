"""Security headers on every answer.

Scripts come from us alone: Dash's few inline scripts are named by their hashes, so no `unsafe-inline` for scripts.
Inline styles stay allowed: React, Leaflet and Plotly set them on elements, and a hash cannot name those.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIXED: Final = {
    "X-Content-Type-Options": "nosniff",
    # `same-origin` and not `no-referrer`: with the latter browsers send `Origin: null` from our own forms.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def content_policy(script_hashes: list[str], public_url: str) -> str:
    """Return the Content-Security-Policy.

    Args:
        script_hashes: `'sha256-…'` of the inline scripts of Dash's page.
        public_url: our own address; its WebSocket twin is named for browsers in which 'self' does not cover it.
    """
    socket = public_url.replace("http", "ws", 1)
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self' {socket}",
            "worker-src 'self' blob:",
            # The tablet shows a wall's panel as it is, in a frame of its own.
            "frame-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


class SecurityHeaders:
    """ASGI middleware that adds the headers to every HTTP answer."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app with headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                hashes = getattr(scope["app"].state, "csp_hashes", [])
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = content_policy(hashes, self._public_url)
                for name, value in FIXED.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, with_headers)
