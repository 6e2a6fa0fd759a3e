"""Which failure answers how: every error a request can raise, as a status and a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alerts.errors import AlertNotFoundError, AlertStateError
from dashboard.api.body import BodyError
from dashboard.choices import language_of
from dashboard.errors import AccessError, ActionError
from dashboard.errors_http import error_json, unavailable, wants_page
from dashboard.plain_page import refusal
from feeds.errors import (
    BusUnavailableError,
    FeedDeskError,
    FeedDeskMissingError,
    FeedsFileError,
    HistoryError,
    MappingError,
    RefusedError,
)

log = structlog.get_logger("web")

STATUSES: Final[dict[type[Exception], int]] = {
    ActionError: 422,
    AccessError: 403,
    AlertNotFoundError: 404,
    AlertStateError: 409,
    FeedDeskMissingError: 404,
}
"""Errors whose own sentence is the answer."""
OUTAGES: Final = (OperationalError, InterfaceError, PoolTimeoutError)


class Failures:
    """The handlers; `lang` is the language of pages for those who chose none."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def register(self, app: FastAPI) -> None:
        """Make the app answer every failure by these handlers."""
        handlers: dict[type[Exception], Callable[[Request, Any], Response]] = {
            BodyError: self.body,
            RefusedError: self.refused,
            HistoryError: self.history,
            FeedDeskError: self.feed_desk,
            MappingError: self.mapping,
            FeedsFileError: self.feeds_file,
            DataError: self.data,
            BusUnavailableError: self.bus,
            RequestValidationError: self.validation,
            HTTPException: self.http,
            **dict.fromkeys(STATUSES, self.sentence),
            **dict.fromkeys(OUTAGES, self.database),
        }
        for kind, handler in handlers.items():
            app.add_exception_handler(kind, _in_the_loop(handler))

    def body(self, _: Request, error: BodyError) -> Response:
        """Answer a body or parameter that cannot be used."""
        return error_json(error.status, str(error), error.field)

    def refused(self, _: Request, error: RefusedError) -> Response:
        """Answer a push of which nothing could be read."""
        return error_json(400, error.message, error.field, reason=error.reason)

    def history(self, _: Request, error: HistoryError) -> Response:
        """Answer a question history cannot answer."""
        return error_json(400, str(error), error.field)

    def feed_desk(self, _: Request, error: FeedDeskError) -> Response:
        """Answer what the desk of feeds cannot take."""
        return error_json(422, str(error), error.field)

    def mapping(self, _: Request, error: MappingError) -> Response:
        """Answer a mapping that cannot be used."""
        return error_json(422, str(error), "mapping")

    def feeds_file(self, _: Request, error: FeedsFileError) -> Response:
        """Answer settings of a feed that cannot be used."""
        return error_json(422, str(error), "settings")

    def sentence(self, _: Request, error: Exception) -> Response:
        """Answer with the error's own sentence."""
        return error_json(next(status for kind, status in STATUSES.items() if isinstance(error, kind)), str(error))

    def data(self, _: Request, error: DataError) -> Response:
        """Answer a value the database cannot hold; it is the caller's."""
        log.info("the database refused a value", error=str(error.orig))
        return error_json(400, "a value cannot be stored or compared by the database")

    def bus(self, request: Request, error: BusUnavailableError) -> Response:
        """Answer while the bus is down."""
        log.warning("the bus does not answer", error=str(error))
        return unavailable(request, self._lang, "the bus does not answer and nothing was taken; send again in a moment")

    def database(self, request: Request, error: Exception) -> Response:
        """Answer while a database is down."""
        log.warning("a database does not answer", error=str(error))
        return unavailable(request, self._lang, "a database does not answer; try again in a moment")

    def validation(self, _: Request, error: RequestValidationError) -> Response:
        """Answer parameters of the wrong shape."""
        first = error.errors()[0]
        field = str(first["loc"][-1]) if first["loc"] else ""
        return error_json(422, f"{field}: {first['msg']}", field)

    def http(self, request: Request, error: HTTPException) -> Response:
        """Answer what routing refuses: no such address, no such method."""
        if error.status_code == 404 and wants_page(request):
            return refusal(language_of(request, self._lang), "not_found", 404)
        return error_json(error.status_code, str(error.detail), headers=error.headers)


def _in_the_loop(handler: Callable[[Request, Any], Response]) -> Callable[[Request, Any], Any]:
    # Starlette runs plain functions in a thread; these take microseconds.
    async def handle(request: Request, error: Exception) -> Response:
        return handler(request, error)

    return handle
