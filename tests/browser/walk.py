"""Every page a seller can click to, found by following the links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.browser.windows import DESKTOP, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Other parts with pages of their own, and what is no page.
_ELSEWHERE = re.compile(
    r"^/(admin|api|static|metrics|health)|\.(csv|xlsx|pdf)$|/(errors|download)/$"
)
_NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")
_LINKS = "links => links.filter(a => !a.hasAttribute('download')).map(a => a.href)"


def kind_of(url: str) -> str:
    """The address with its numbers left out: `/orders/17/` and `/orders/18/` are one kind of page."""
    return _NUMBER.sub("<n>", urlsplit(url).path)


def walk(page: Page, start: str) -> Iterator[str]:
    """Open one page of each kind, breadth first; yields its kind while the window shows it."""
    page.goto(start)
    host = urlsplit(page.url).netloc
    waiting, known = [page.url], {kind_of(page.url)}
    while waiting:
        page.goto(waiting.pop(0))
        yield kind_of(page.url)
        for link in page.eval_on_selector_all("a[href]", _LINKS):
            kind = kind_of(link)
            if urlsplit(link).netloc == host and kind not in known and not _ELSEWHERE.search(kind):
                known.add(kind)
                waiting.append(link)


def looks(page: Page) -> Iterator[str]:
    """Show the window's page at both sizes in both themes; yields the name of each look."""
    for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            yield f"{name} {scheme}"
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
