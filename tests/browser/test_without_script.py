"""The main forms in a browser whose scripts are switched off."""

from __future__ import annotations

import pytest

from tests.browser.acts import choose_file
from tests.browser.product import Product
from tests.browser.windows import Windows, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
]


def test_sign_in_upload_confirm_and_sync(windows: Windows, product: Product) -> None:
    page = windows.open("/accounts/login/", signed_in=False, java_script_enabled=False)
    sign_in(page, product.seller)

    page.goto("/imports/new/")
    choose_file(page, "bez-skryptu.csv", b"code;name:cs\nNOJS-1;Bez skriptu\n")
    page.get_by_role("heading", name="Apply these changes?").wait_for(timeout=30_000)
    page.get_by_role("button", name="Apply", exact=True).click()
    page.get_by_text("Applied", exact=True).first.wait_for(timeout=30_000)

    page.goto("/products/")
    page.get_by_role("searchbox").fill("NOJS-1")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Bez skriptu").wait_for()

    page.goto("/syncs/")
    page.get_by_role("button", name="Sync now").first.click()
    page.goto("/syncs/")
    page.get_by_text("nothing changed").first.wait_for(timeout=30_000)
