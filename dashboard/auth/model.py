"""A principal: who asks, by which credential, with which permissions.

Pure. What this module does not do: find out who asks (see `users`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Via = Literal["cookie", "bearer"]
Kind = Literal["person", "machine", "kiosk"]

SESSION_COOKIE: Final = "lso_session"


class Permission(StrEnum):
    """What a route may demand."""

    READ = "read"
    ACKNOWLEDGE = "acknowledge"
    ENTER = "enter"
    JUDGE = "judge"
    PRESENT = "present"
    ADMINISTER = "administer"
    PUSH = "push"
    METRICS = "metrics"
    SIGNED_IN = "signed-in"


class Role(StrEnum):
    """What an account or a token is; the permissions of each stand in `permissions`."""

    VIEWER = "viewer"
    LEADER = "leader"
    DUTY = "duty"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    MACHINE = "machine"


PEOPLE: Final = (Role.VIEWER, Role.LEADER, Role.DUTY, Role.SUPERVISOR, Role.ADMIN)
"""Roles an account of a person may have; `machine` is for tokens only."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        name: the account's or the token's name; goes into journals.
        role: decides the permissions.
        via: a cookie comes along by itself (so writes need an Origin check), a bearer token does not.
        kind: a person, a machine, or a kiosk (a display that exchanged a token for a cookie).
        credential: hash under which the session or token is stored; never the secret itself.
        expires_at_ms: when the credential ends, ms since the epoch; None: never by itself.
    """

    name: str
    role: Role
    via: Via
    kind: Kind
    credential: str
    expires_at_ms: int | None = None
