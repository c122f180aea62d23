"""Chromium for tests marked ``browser``; loaded as a plugin by ``conftest.py``.

The distribution's browser is used (`make browser`), never a download of Playwright's own. Without
one these tests are skipped, except where CI=true: there they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# Root (a container) has no sandbox; nothing may be fetched behind our back.
OPTIONS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str:
    """Where the browser is, or nothing. HUB_CHROMIUM names another one."""
    found = (
        shutil.which(name) for name in (os.environ.get("HUB_CHROMIUM", ""), *NAMES, MAC) if name
    )
    return next((path for path in found if path), "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file.

    Not for the whole session: Playwright's synchronous interface keeps an event loop in this
    thread, and while there is one Django refuses its database and ``asyncio.run`` fails.
    """
    executable = chromium()
    if not executable:
        reason = "no Chromium; `make browser` installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=list(OPTIONS))
        yield launched
        launched.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    """A fresh window with no cookies, in English, desktop size."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
