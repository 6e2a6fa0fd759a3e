"""The web app manifest of the tablet, in the language asked for. Pure."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from dashboard.wording import texts
from layouts.theme import LIGHT
from layouts.wording import say

START: Final = "/tablet"
"""Where the app starts, and the part of our addresses that is the app: other screens open in the browser's own frame,
which has a way back."""
ICONS: Final = (
    ("app-192", "192x192", "any"),
    ("app-512", "512x512", "any"),
    ("app-maskable-512", "512x512", "maskable"),
)
SHORTCUTS: Final = (("app_services", "#/services"), ("app_network", "#/network"), ("app_programme", "#/programme"))


def manifest(lang: str) -> dict[str, Any]:
    """Return the manifest; JSON values only.

    Source: W3C Web Application Manifest, members `id`, `scope`, `icons`, `shortcuts`.
    """
    words = texts(lang)
    return {
        "id": START,
        "start_url": START,
        "scope": START,
        "lang": lang,
        "dir": "ltr",
        "name": say(lang, "app.name"),
        "short_name": words["app_short_name"],
        "description": words["app_description"],
        "display": "standalone",
        "orientation": "any",
        "background_color": LIGHT["base"],
        "theme_color": LIGHT["base"],
        "categories": ["government", "productivity"],
        "icons": [
            {"src": f"/assets/icons/{name}.png", "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
        "shortcuts": [{"name": words[name], "url": START + at} for name, at in SHORTCUTS],
    }


def links(lang: str) -> str:
    """Return what the tablet's page says of the app in its `<head>`, as HTML."""
    return (
        f'<link rel="manifest" href="/tablet.webmanifest?lang={lang}">'
        '<link rel="apple-touch-icon" href="/assets/icons/app-180.png">'
        f'<meta name="theme-color" content="{LIGHT["base"]}">'
        '<meta name="mobile-web-app-capable" content="yes">'
        '<meta name="apple-mobile-web-app-capable" content="yes">'
        f'<meta name="apple-mobile-web-app-title" content="{escape(texts(lang)["app_short_name"])}">'
    )
