"""What a visitor chose to see: language and theme, from the address, else a cookie, else a default."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from dashboard.wording import languages

LANG_COOKIE: Final = "lso_lang"
THEME_COOKIE: Final = "lso_theme"
THEMES: Final = ("dark", "light")
YEAR_S: Final = 365 * 86_400


def language_of(request: Request, default: str) -> str:
    """Return the language to answer in: `?lang=`, else the cookie, else the default."""
    known = languages()
    for wish in (request.query_params.get("lang"), request.cookies.get(LANG_COOKIE)):
        if wish in known:
            return wish
    return default


def theme_of(request: Request, default: str) -> str:
    """Return the theme to show: `?theme=`, else the cookie, else the default."""
    for wish in (request.query_params.get("theme"), request.cookies.get(THEME_COOKIE)):
        if wish in THEMES:
            return wish
    return default


def remember(request: Request, response: Response, *, secure: bool) -> None:
    """Keep what the address asked for as the visitor's choice; only pages where one chooses call this."""
    for name, cookie, allowed in (("lang", LANG_COOKIE, languages()), ("theme", THEME_COOKIE, THEMES)):
        wish = request.query_params.get(name)
        if wish in allowed:
            response.set_cookie(cookie, wish, max_age=YEAR_S, httponly=True, samesite="lax", secure=secure)
