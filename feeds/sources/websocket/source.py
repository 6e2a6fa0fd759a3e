"""Listening to one provider: connect, subscribe, hand every message on, and connect again whenever it breaks."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, InvalidURI, WebSocketException
from websockets.typing import Subprotocol

from feeds.errors import SourceError
from feeds.sources.addresses import websocket_address
from feeds.sources.context import FeedContext
from feeds.sources.credentials import QueryAuth, auth_headers, auth_params
from feeds.sources.line import Line
from feeds.sources.outlet import Outlet
from feeds.sources.tls import tls_context
from feeds.sources.websocket.settings import WebSocketSettings

CLOSE_S: Final = 2.0
"""How long a provider may take to close with manners before the line is cut."""
HELD_MESSAGES: Final = 4
"""Messages the library holds unread before it stops reading from the socket."""
_MOVED: Final = frozenset({301, 302, 303, 307, 308})


class _Connect(connect):
    """A connection that follows no redirect by itself: each hop is checked by the source."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class WebSocketSource:
    """Listens for ever; ends only when cancelled or by a programming error."""

    def __init__(self, settings: WebSocketSettings, context: FeedContext, outlet: Outlet) -> None:
        self._settings = settings
        self._context = context
        self._outlet = outlet
        self._line = Line(context)

    async def run(self) -> None:
        """Connect, listen, connect again; the pauses grow to a minute and begin anew with each message."""
        await self._line.keep(self._session)

    async def _session(self) -> None:
        """Connect once and listen until it breaks.

        Raises:
            SourceError: always, saying how it broke.
        """
        connection = await self._open()
        try:
            for text in self._settings.subscribe:
                await connection.send(text)
            await self._listen(connection)
        except ConnectionClosed as error:
            raise _closed(error) from error
        except (OSError, WebSocketException) as error:
            raise _broken(error) from error
        finally:
            await connection.close()

    async def _listen(self, connection: ClientConnection) -> None:
        while True:
            try:
                async with asyncio.timeout(self._settings.idle_s or None):
                    message = await connection.recv()
            except TimeoutError as error:
                raise SourceError(
                    f"Không có tin nào trong {self._settings.idle_s:g} giây; mở lại kết nối.",
                    f"No message came for {self._settings.idle_s:g} seconds; connecting anew.",
                ) from error
            self._line.works()
            status = self._context.status
            status.polled()
            payload = message.encode() if isinstance(message, str) else message
            if not payload.strip() or await self._outlet.take(payload, origin=self._context.name):
                status.good()

    async def _open(self) -> ClientConnection:
        settings, declared = self._settings, websocket_address(self._settings.url)
        target = settings.url
        tls = tls_context(settings.ca_file, self._context.config_dir)
        for _ in range(settings.max_redirects + 1):
            address = websocket_address(target)
            self._context.hosts.check(*address)
            secure = urlsplit(target).scheme == "wss"
            if urlsplit(settings.url).scheme == "wss" and not secure:
                raise SourceError(
                    "Máy chủ chuyển sang kết nối không mã hóa; không đi theo.",
                    "The server pointed to an unencrypted connection; it was not followed.",
                )
            # A secret is for the host it was declared for, wherever that sends us.
            own = address == declared
            try:
                return await _Connect(
                    self._with_key(target) if own else target,
                    additional_headers={
                        **settings.headers,
                        **(auth_headers(settings.auth, self._context.secrets) if own else {}),
                    },
                    subprotocols=[Subprotocol(name) for name in settings.subprotocols] or None,
                    open_timeout=settings.open_timeout_s,
                    ping_interval=settings.ping_s,
                    ping_timeout=settings.ping_s,
                    close_timeout=CLOSE_S,
                    max_size=settings.max_bytes,
                    max_queue=HELD_MESSAGES,
                    proxy=None,
                    ssl=tls if secure else None,
                )
            except InvalidStatus as error:
                target = _moved_to(error, target)
            except TimeoutError as error:
                raise SourceError(
                    f"Máy chủ không trả lời trong {settings.open_timeout_s:g} giây.",
                    f"The server did not answer within {settings.open_timeout_s:g} seconds.",
                ) from error
            except (OSError, WebSocketException, ValueError) as error:
                raise _broken(error) from error
        raise SourceError(
            f"Máy chủ chuyển hướng quá {settings.max_redirects} lần.",
            f"The server redirected more than {settings.max_redirects} times.",
        )

    def _with_key(self, url: str) -> str:
        if not isinstance(self._settings.auth, QueryAuth):
            return url
        parts = urlsplit(url)
        key = urlencode(auth_params(self._settings.auth, self._context.secrets))
        return urlunsplit(parts._replace(query=f"{parts.query}&{key}" if parts.query else key))


def _moved_to(error: InvalidStatus, address: str) -> str:
    response = error.response
    location = response.headers.get("Location", "")
    if response.status_code in _MOVED and location:
        moved = urljoin(address, location)
        scheme = {"http": "ws", "https": "wss"}.get(urlsplit(moved).scheme, urlsplit(moved).scheme)
        try:
            moved = urlunsplit(urlsplit(moved)._replace(scheme=scheme))
            websocket_address(moved)
        except ValueError as wrong:
            raise SourceError(
                "Địa chỉ mà máy chủ chỉ tới không hợp lệ.", "The server pointed to an address that is none."
            ) from wrong
        return moved
    status = response.status_code
    hint_vi, hint_en = ("; kiểm tra khóa", "; check the secret") if status in {401, 403} else ("", "")
    raise SourceError(
        f"Máy chủ từ chối kết nối WebSocket (HTTP {status}){hint_vi}.",
        f"The server refuses the WebSocket (HTTP {status}){hint_en}.",
    ) from error


def _closed(error: ConnectionClosed) -> SourceError:
    if error.sent is not None and error.sent.code == 1009:
        return SourceError(
            "Một tin lớn hơn max_bytes; đã đóng kết nối.", "A message was larger than max_bytes; the line was closed."
        )
    received = error.rcvd
    code = f" ({received.code})" if received else ""
    return SourceError(f"Kết nối bị ngắt{code}.", f"The connection was closed{code}.")


def _broken(error: Exception) -> SourceError:
    if isinstance(error, InvalidURI):
        return SourceError("Địa chỉ không hợp lệ.", "The address is not valid.")
    why: Any = " ".join(str(error).split())[:200] or type(error).__name__
    return SourceError(f"Không kết nối được máy chủ: {why}.", f"The server cannot be reached: {why}.")
