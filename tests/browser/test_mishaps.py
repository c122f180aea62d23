"""What goes wrong in a seller's day: each mishap says what happened and what to do, and harms nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.browser.acts import (
    FIRST,
    SECOND,
    buy,
    choose_file,
    import_file,
    is_listed,
    wait,
)
from tests.browser.product import Login, Product
from tests.browser.windows import Windows

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
]


def test_wrong_password_tells_nothing_about_the_address(windows: Windows, product: Product) -> None:
    page = windows.open("/accounts/login/", signed_in=False)
    said = set()
    for login in (Login(product.seller.email, "wrong"), Login("nobody@shop.example", "wrong")):
        page.get_by_label("Email").fill(login.email)
        page.get_by_label("Password", exact=True).fill(login.password)
        page.get_by_role("button", name="Sign in").click()
        said.add(page.get_by_role("alert").inner_text())
    assert len(said) == 1
    page.goto("/orders/")
    assert "/accounts/login/" in page.url


def test_file_that_is_none_is_refused_with_a_way_out(windows: Windows) -> None:
    page = windows.open("/imports/new/")
    choose_file(page, "plik.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    page.get_by_text("This is a picture, not a CSV file.").wait_for()
    page.get_by_role("link", name="Upload another file").click()
    page.get_by_role("heading", level=1, name="Upload a file").wait_for()


def test_unknown_columns_are_asked_for_and_read_as_said(windows: Windows) -> None:
    page = windows.open("/imports/new/")
    choose_file(page, "cennik.csv", "Indeks;Nazwa;Netto\nZ-77;Kubek żółty;12,50\n".encode())
    page.get_by_role("link", name="Choose").click()
    page.get_by_label("Indeks").select_option("code")
    page.get_by_label("Nazwa").select_option("name")
    page.get_by_label("Netto").select_option("selling_price_net")
    page.get_by_role("button", name="Keep and read the file").click()
    page.get_by_role("heading", name="Apply these changes?").wait_for()
    page.get_by_text("Kubek żółty").first.wait_for()


def test_empty_file_is_refused_at_once(windows: Windows) -> None:
    windows.expect("422")
    page = windows.open("/imports/new/")
    choose_file(page, "pusty.csv", b"")
    page.get_by_text("The file is empty").wait_for()


def test_wrong_rows_are_named_and_left_out(windows: Windows) -> None:
    page = windows.open("/imports/new/")
    rows = "code;name:cs;ean;purchasePrice\nZ-1;Dobrý;;12,50\nZ-2;Špatný;123;12,50\n;Bez kódu;;1\n"
    choose_file(page, "chyby.csv", rows.encode())
    page.locator(".tabs").get_by_role("link", name="Wrong").click()
    wrong = page.get_by_role("table", name="Rows of the file").locator("tbody tr")
    assert wrong.count() == 2
    assert "123" in wrong.first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Wrong rows as CSV").click()
    assert "Špatný" in download.value.path().read_text("utf-8-sig")
    page.get_by_role("button", name="Cancel this import").click()
    page.get_by_text("This import was stopped").wait_for()


def test_pressing_twice_and_going_back_applies_once(windows: Windows) -> None:
    code = f"RAZ-{time.time_ns()}"
    page = windows.open("/imports/new/")
    choose_file(page, "raz.csv", f"code;name:cs\n{code};Jednou\n{code}-B;Jednou\n".encode())
    page.get_by_role("heading", name="Apply these changes?").wait_for()
    page.get_by_role("button", name="Apply", exact=True).dblclick()
    page.get_by_text("2 products").first.wait_for()
    page.go_back()
    page.reload()
    assert not page.get_by_role("button", name="Apply", exact=True).is_visible()
    assert import_file(page, f"code;name:cs\n{code};Jednou\n".encode(), changes=False) == 1


def test_denied_consent_changes_nothing(windows: Windows) -> None:
    page = windows.open("/integrations/")
    cards = page.locator("article.card").count()
    page.goto("/integrations/connect/")
    page.get_by_role("button", name="Continue to Allegro").click()
    page.get_by_role("button", name="Deny").click()
    page.get_by_text("You did not allow the connection at Allegro.").wait_for()
    assert page.locator("article.card").count() == cards


def test_lost_permission_asks_for_the_right_account_and_loses_no_order(
    windows: Windows, product: Product
) -> None:
    product.control("POST", "tokens/revoke", {"seller": FIRST})
    page = windows.open("/home/")
    wait(lambda: needs_sign_in(page), 60, "the lost permission on the home page")
    offer = next(one for one in product.offers(FIRST) if one["available"] > 1)
    order = buy(product, FIRST, {offer["id"]: 1})

    page.goto("/home/")
    page.get_by_role("link", name="Sign in again").click()
    connect_again(page, SECOND)
    said = page.get_by_role("status").filter(has_text=f"as {SECOND}")
    said.filter(has_text=f"belongs to {FIRST}").wait_for()
    page.goto("/home/")
    page.get_by_role("link", name="Sign in again").click()
    connect_again(page, FIRST)
    page.get_by_text("Connected", exact=True).first.wait_for()
    wait(lambda: is_listed(page, order), 40, "the order bought in between")


def needs_sign_in(page: Page) -> bool:
    page.reload()
    return page.locator(".attention").get_by_text("needs a new sign-in at Allegro").is_visible()


def connect_again(page: Page, login: str) -> None:
    page.get_by_role("button", name="Connect again").click()
    page.get_by_role("radio", name=login).check()
    page.get_by_role("button", name="Allow").click()
