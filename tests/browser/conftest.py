"""One running product for all browser tests, and windows that notice what goes wrong in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.product import Product, running_product
from tests.browser.windows import Windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def _product() -> Iterator[Product]:
    with running_product() as product:
        yield product


@pytest.fixture
def product(browser: Browser, _product: Product) -> Product:
    """The running product; asked for after the browser, so that nothing starts without one."""
    return _product


@pytest.fixture
def windows(browser: Browser, product: Product) -> Iterator[Windows]:
    """Opens browser windows; fails when any of them saw an error nobody expected."""
    opened = Windows(browser, product)
    yield opened
    opened.close()
    assert opened.troubles == []
