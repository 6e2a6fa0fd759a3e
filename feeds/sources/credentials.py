"""How a feed proves who it is to a provider: by header, query, user and password, or bearer token, from secrets."""

from __future__ import annotations

import base64
from typing import TypeAlias

import msgspec

from feeds.errors import SourceError
from feeds.sources.bounds import check_header_name
from feeds.sources.secrets import Secrets, check_secret_name


class HeaderAuth(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="header"):
    """The secret as the value of a header."""

    secret: str
    name: str = "X-API-Key"

    def __post_init__(self) -> None:
        check_secret_name(self.secret)
        check_header_name("name", self.name)


class QueryAuth(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="query"):
    """The secret as a parameter of the address; never shown, and never sent to another host."""

    secret: str
    name: str = "key"

    def __post_init__(self) -> None:
        check_secret_name(self.secret)
        if not self.name or len(self.name) > 128:
            raise ValueError("name: expected the name of a query parameter")


class BasicAuth(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="basic"):
    """A user with the secret as password (RFC 7617)."""

    user: str
    secret: str

    def __post_init__(self) -> None:
        check_secret_name(self.secret)
        if not self.user or ":" in self.user or not self.user.isprintable():
            raise ValueError(f"user: expected a user name without a colon, got {self.user[:64]!r}")


class BearerAuth(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="bearer"):
    """The secret as a bearer token (RFC 6750)."""

    secret: str

    def __post_init__(self) -> None:
        check_secret_name(self.secret)


Auth: TypeAlias = HeaderAuth | QueryAuth | BasicAuth | BearerAuth


def auth_headers(auth: Auth | None, secrets: Secrets) -> dict[str, str]:
    """Return the headers that prove who we are; empty without auth, or where it goes by query.

    Raises:
        SourceError: when the secret is not there, or cannot stand in a header.
    """
    if auth is None or isinstance(auth, QueryAuth):
        return {}
    value = secrets.value(auth.secret)
    if isinstance(auth, BasicAuth):
        return {"Authorization": "Basic " + base64.b64encode(f"{auth.user}:{value}".encode()).decode("ascii")}
    if not value.isascii():
        raise SourceError(
            f"Khóa {auth.secret} có ký tự ngoài ASCII, không gửi được trong tiêu đề.",
            f"The secret {auth.secret} holds characters outside ASCII and cannot be sent in a header.",
        )
    return {"Authorization": f"Bearer {value}"} if isinstance(auth, BearerAuth) else {auth.name: value}


def auth_params(auth: Auth | None, secrets: Secrets) -> dict[str, str]:
    """Return the query parameters that prove who we are; errors as `auth_headers`."""
    return {auth.name: secrets.value(auth.secret)} if isinstance(auth, QueryAuth) else {}
