"""The browser the other browser tests rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web_server import web_server

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.browser
def test_browser_opens_a_page_of_a_real_server(window: Page) -> None:
    with web_server("tests.bench.bare:application") as address:
        response = window.goto(address)
    assert response is not None
    assert response.status == 200
    assert window.inner_text("body").strip() == "ok"
