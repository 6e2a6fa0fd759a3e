"""The one table of authority: what each role may, and what each route demands.

Nothing answers without authority but what stands here as open. A route that is missing here is refused to everybody
who is not signed in, and a test fails until it is added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboard.auth.model import Permission, Principal, Role

_READERS: Final = frozenset({Permission.SIGNED_IN, Permission.READ, Permission.METRICS})
_LEADERS: Final = _READERS | {Permission.PRESENT}
"""Those who speak for the province: freeze a moment, share it, export it, write a note to the duty desk."""
_OFFICERS: Final = _LEADERS | {Permission.ACKNOWLEDGE, Permission.ENTER}
_JUDGES: Final = _OFFICERS | {Permission.JUDGE}
"""Those who answer for the feeds: pause them, change their mappings, call a stretch a fault of the instrument."""

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.VIEWER: _READERS,
    Role.LEADER: _LEADERS,
    Role.DUTY: _OFFICERS,
    Role.SUPERVISOR: _JUDGES,
    Role.ADMIN: _JUDGES | {Permission.ADMINISTER, Permission.PUSH},
    # A machine that sends needs to read nothing; one that reads gets a token of role viewer.
    Role.MACHINE: frozenset({Permission.SIGNED_IN, Permission.PUSH, Permission.METRICS}),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a family of routes demands.

    Attributes:
        pattern: matches the whole path.
        permission: what is needed; None: open to everybody.
        methods: methods it speaks of; empty: all.
    """

    pattern: re.Pattern[str]
    permission: Permission | None
    methods: frozenset[str] = frozenset()


def _rule(pattern: str, permission: Permission | None, methods: str = "") -> Rule:
    return Rule(re.compile(pattern), permission, frozenset(methods.split()))


RULES: Final[tuple[Rule, ...]] = (
    # Open: health, the way in, and what the pages of the way in need to look right.
    _rule(r"/healthz", None, "GET"),
    _rule(r"/sign-in", None, "GET POST"),
    _rule(r"/sign-in/style\.css", None, "GET"),
    _rule(r"/sign-in/once/[\w-]{1,128}", None, "GET POST"),
    _rule(r"/kiosk", None, "GET"),
    _rule(r"/favicon\.ico", None, "GET"),
    _rule(r"/assets/00-tokens\.css", None, "GET"),
    _rule(r"/assets/fonts/[\w.-]+\.woff2", None, "GET"),
    _rule(r"/sw\.js", None, "GET"),
    _rule(r"/tablet\.webmanifest", None, "GET"),
    _rule(r"/assets/icons/app-[\w-]{1,32}\.png", None, "GET"),
    # `/live` is a WebSocket: it checks Origin and credential itself, before it accepts.
    _rule(r"/live", Permission.READ),
    # Pages and what they are made of.
    _rule(r"/", Permission.READ, "GET"),
    _rule(r"/(wall|tablet|duty|briefing|crossings|feeds)", Permission.READ, "GET"),
    _rule(r"/wall/[\w-]{1,64}", Permission.READ, "GET"),
    _rule(r"/briefing/presenter", Permission.READ, "GET"),
    _rule(r"/gallery", Permission.ADMINISTER, "GET"),
    _rule(r"/_page/gallery\.[^/]+/_dash-(layout|dependencies)", Permission.ADMINISTER, "GET"),
    _rule(r"/mapping", Permission.JUDGE, "GET"),
    _rule(r"/_page/mapping\.[^/]+/_dash-(layout|dependencies)", Permission.JUDGE, "GET"),
    _rule(r"/entry", Permission.ENTER, "GET"),
    _rule(r"/_page/entry\.[^/]+/_dash-(layout|dependencies)", Permission.ENTER, "GET"),
    _rule(r"/_page/[^/]+/_dash-(layout|dependencies)", Permission.READ, "GET"),
    _rule(r"/_page/[^/]+/_dash-update-component", Permission.READ, "POST"),
    _rule(r"/_page/[^/]+/_dash-component-suites/.+", Permission.READ, "GET"),
    _rule(r"/_dash-component-suites/.+", Permission.READ, "GET"),
    _rule(r"/assets/.+", Permission.READ, "GET"),
    _rule(r"/layers/.+", Permission.READ, "GET"),
    _rule(r"/sign-out", Permission.SIGNED_IN, "POST"),
    # The API.
    _rule(r"/api/v1/(readings|passages)", Permission.PUSH, "POST"),
    _rule(r"/api/v1/alerts/[^/]+/(ack|unack|note)", Permission.ACKNOWLEDGE, "POST"),
    _rule(r"/api/v1/manual", Permission.ENTER, "POST"),
    _rule(r"/api/v1/manual/\d{1,18}", Permission.ENTER, "DELETE"),
    _rule(r"/api/v1/(manual|marks|readings)", Permission.READ, "GET"),
    _rule(r"/api/v1/marks", Permission.JUDGE, "POST"),
    _rule(r"/api/v1/marks/\d{1,18}", Permission.JUDGE, "DELETE"),
    _rule(r"/api/v1/marks/\d{1,18}/end", Permission.JUDGE, "POST"),
    _rule(r"/api/v1/frozen", Permission.PRESENT, "POST"),
    _rule(r"/api/v1/frozen(/[^/]+)?", Permission.READ, "GET"),
    _rule(r"/api/v1/(deck|decks)", Permission.READ, "GET"),
    _rule(r"/api/v1/follow(/[^/]+)?", Permission.PRESENT, "POST"),
    _rule(r"/api/v1/follow/[^/]+(/qr\.svg)?", Permission.READ, "GET"),
    _rule(r"/api/v1/me", Permission.SIGNED_IN, "GET"),
    _rule(r"/api/v1/openapi\.json", Permission.SIGNED_IN, "GET"),
    _rule(r"/api/v1/feeds/[^/]+/scenario", Permission.JUDGE, "POST"),
    _rule(r"/api/v1/scenarios", Permission.READ, "GET"),
    _rule(r"/api/v1/(latest|history|alerts|feeds|dead-letters)", Permission.READ, "GET"),
    _rule(r"/api/v1/ask", Permission.READ, "GET"),
    _rule(r"/api/v1/explain", Permission.READ, "GET"),
    _rule(r"/api/v1/feeds/(strips|declared|journal)", Permission.READ, "GET"),
    _rule(r"/api/v1/dead-letters/(\d{1,18}|counts)", Permission.READ, "GET"),
    _rule(r"/api/v1/notes", Permission.READ, "GET"),
    _rule(r"/api/v1/notes", Permission.PRESENT, "POST"),
    _rule(r"/api/v1/notes/[^/]+/(seen|answer)", Permission.ACKNOWLEDGE, "POST"),
    # The feed desk: people who answer for the feeds.
    _rule(r"/api/v1/feeds", Permission.JUDGE, "POST"),
    _rule(r"/api/v1/feeds/[^/]+", Permission.JUDGE, "DELETE"),
    _rule(r"/api/v1/feeds/[^/]+/(pause|resume)", Permission.JUDGE, "POST"),
    _rule(r"/api/v1/feeds/[^/]+/settings", Permission.JUDGE, "GET"),
    _rule(r"/api/v1/dead-letters/(redrive|try)", Permission.JUDGE, "POST"),
    _rule(r"/api/v1/mapping/try", Permission.JUDGE, "POST"),
    _rule(r"/api/v1/mapping/(shipped|of)", Permission.JUDGE, "GET"),
    _rule(r"/api/v1/(users|tokens)(/[^/]+)?", Permission.ADMINISTER),
    # What screens report of themselves, the panels there are, and their views by code.
    _rule(r"/api/v1/screens(/journal)?", Permission.READ, "GET"),
    _rule(r"/api/v1/screens/journal", Permission.READ, "POST"),
    _rule(r"/api/v1/views/[^/]{1,16}", Permission.READ, "GET"),
    # Decks as files.
    _rule(r"/api/v1/exports", Permission.PRESENT, "POST"),
    _rule(r"/api/v1/exports/[^/]+(/file)?", Permission.PRESENT, "GET"),
    _rule(r"/metrics", Permission.METRICS, "GET"),
)


def rule_for(method: str, path: str) -> Rule | None:
    """Return the first rule that speaks of this route, or None; HEAD is judged as GET."""
    wanted = "GET" if method == "HEAD" else method
    for rule in RULES:
        if (not rule.methods or wanted in rule.methods) and rule.pattern.fullmatch(path):
            return rule
    return None


def may(principal: Principal, permission: Permission) -> bool:
    """Tell whether the principal's role has the permission."""
    return permission in PERMISSIONS[principal.role]
