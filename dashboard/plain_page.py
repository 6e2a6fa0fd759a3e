"""Pages the server renders itself: sign-in, start, refusals. Small HTML that needs no script.

Everything that comes from outside is escaped here, in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Final

from starlette.responses import HTMLResponse

from dashboard.wording import texts

STYLE: Final = (Path(__file__).parent / "auth" / "sign_in.css").read_bytes()


def render(
    lang: str,
    title: str,
    body: str,
    *,
    theme: str = "dark",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return a page.

    Args:
        lang: language of the page.
        title: plain text; escaped here.
        body: HTML whose variable parts are escaped already.
        theme: `dark` or `light`.
        status: HTTP status.
        headers: more headers.
    """
    words = texts(lang)
    html = (
        f'<!DOCTYPE html><html lang="{escape(lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} – {escape(words['product'])}</title>"
        '<link rel="icon" href="/favicon.ico"><link rel="stylesheet" href="/assets/00-tokens.css">'
        '<link rel="stylesheet" href="/sign-in/style.css"></head>'
        f'<body><main class="plain" data-screen="plain" data-theme="{escape(theme)}" data-lang="{escape(lang)}">'
        f'<p class="plain-product">{escape(words["product"])}</p><h1>{escape(title)}</h1>{body}</main></body></html>'
    )
    return HTMLResponse(html, status, {"Cache-Control": "no-store", **(headers or {})})


def field(name: str, label: str, *, kind: str = "text", value: str = "", complete: str = "", hint: str = "") -> str:
    """Return a labelled input; `complete` is its autocomplete word, `hint` a sentence beneath it."""
    described = f' aria-describedby="{escape(name)}-hint"' if hint else ""
    below = f'<p class="plain-hint" id="{escape(name)}-hint">{escape(hint)}</p>' if hint else ""
    return (
        f'<div class="plain-field"><label for="{escape(name)}">{escape(label)}</label>'
        f'<input id="{escape(name)}" name="{escape(name)}" type="{escape(kind)}" value="{escape(value)}" '
        f'autocomplete="{escape(complete)}" required{described}>{below}</div>'
    )


def problem(sentence: str) -> str:
    """Return a sentence that says what went wrong, announced by screen readers; "" for none."""
    return f'<p class="plain-error" role="alert">{escape(sentence)}</p>' if sentence else ""


def refusal(lang: str, key: str, status: int, **parts: str) -> HTMLResponse:
    """Return a page that refuses: title and sentence of the wording keys `<key>_title` and `<key>`."""
    words = texts(lang)
    sentence = words[key].format(**parts)
    body = f'<p>{escape(sentence)}</p><p><a href="/">{escape(words["to_start"])}</a></p>'
    return render(lang, words[f"{key}_title"], body, status=status)
