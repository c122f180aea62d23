"""Small builders for the sandbox's pages. Everything from outside goes through ``esc``."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

_HEADERS = {
    # No form-action: consent forms end in a redirect to the application that asked.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def esc(value: object) -> str:
    return escape(str(value), quote=True)


def page(title: str, body: str, *, status: int = 200, narrow: bool = False) -> HTMLResponse:
    """A whole page around ``body``, which must be escaped already."""
    kind = "narrow" if narrow else "wide"
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{esc(title)} · Allegro sandbox</title>"
        f'<link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
        f'<link rel="stylesheet" href="/static/sandbox.css"></head><body>'
        f'<header><a href="/">allegro <span>sandbox</span></a>'
        f"<p>A stand-in for tests and demos. Nothing here is real.</p></header>"
        f'<main class="{kind}"><h1>{esc(title)}</h1>{body}</main></body></html>',
        status,
        _HEADERS,
    )


def hidden(values: dict[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{esc(name)}" value="{esc(value)}">'
        for name, value in values.items()
    )


def link(path: str, text: str, **query: object) -> str:
    target = f"{path}?{urlencode(query)}" if query else path
    return f'<a href="{esc(target)}">{esc(text)}</a>'


def choice(name: str, value: str, label: str, note: str, *, checked: bool) -> str:
    """One radio button with a second line of explanation."""
    mark = " checked" if checked else ""
    return (
        f'<label class="choice"><input type="radio" name="{esc(name)}" value="{esc(value)}"'
        f"{mark} required><span><strong>{esc(label)}</strong><small>{esc(note)}</small></span>"
        f"</label>"
    )
