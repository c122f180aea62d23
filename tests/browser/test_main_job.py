"""The main job from sign-in to a purchase, with nothing but a browser and a buyer at Allegro."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.browser.acts import (
    FIRST,
    SECOND,
    THIRD,
    buy,
    connect_by_code,
    connect_by_consent,
    import_file,
    is_listed,
    links_of,
    stock_of,
    wait,
    wait_for_offers,
    wait_for_orders,
)
from tests.browser.files import PER_PRODUCT, bizbox, code_of
from tests.browser.product import Product
from tests.browser.windows import Windows, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
]
ROWS = 2_000
ORDER_SECONDS = 30.0


def test_from_sign_in_to_a_purchase(windows: Windows, product: Product) -> None:
    page = windows.open("/accounts/login/", signed_in=False)
    sign_in(page, product.seller)
    connect_by_consent(page, SECOND)
    connect_by_code(page, THIRD)
    for login in (FIRST, SECOND, THIRD):
        wait_for_offers(page, product, login)
        wait_for_orders(page, login)

    offers = product.offers(FIRST)
    read = import_file(page, bizbox(offers, rows=ROWS))
    assert read == ROWS
    by_code = [offer for offer in offers if offer["externalId"] and offer["status"] == "ACTIVE"]
    by_ean = next(offer for offer in offers if not offer["externalId"])
    assert links_of(page, by_code[0]["externalId"]) == {FIRST, SECOND, THIRD}
    wait(lambda: FIRST in links_of(page, code_of(by_ean)), 60, "the offer linked by EAN")

    chosen = [offer for offer in by_code if offer["available"] >= 3][:3]
    wanted = {offer["externalId"]: number for number, offer in enumerate(chosen, 1)}
    before = {code: stock_of(page, code) for code in wanted}
    assert all(0 < pieces <= PER_PRODUCT for pieces in before.values()), before
    order = buy(product, FIRST, {offer["id"]: wanted[offer["externalId"]] for offer in chosen})
    bought = time.monotonic()
    wait(lambda: is_listed(page, order), ORDER_SECONDS, f"order {order} on the page")
    print(f"purchase to order on the page: {time.monotonic() - bought:.1f} s")
    for code, quantity in wanted.items():
        wait(lambda code=code: stock_of(page, code) != before[code], 10, f"stock of {code}")
        assert stock_of(page, code) == before[code] - quantity
    assert_lines(page, order, wanted)


def assert_lines(page: Page, order: str, wanted: dict[str, int]) -> None:
    """The order's page shows every line with its quantity and what it took from stock."""
    page.goto(f"/orders/?q={order}")
    page.locator("a.cell-main__title").click()
    lines = page.get_by_role("table", name="Lines of the order")
    lines.wait_for()
    assert lines.locator("tbody tr").count() == len(wanted)
    for code, quantity in wanted.items():
        row = lines.get_by_role("row").filter(has_text=code)
        assert row.locator("td[data-label=Pieces]").inner_text() == str(quantity)
        assert f"{code} × {quantity}" in row.locator("td[data-label=Stock]").inner_text()


def test_stranger_signs_up_confirms_and_finds_the_next_step(
    windows: Windows, product: Product
) -> None:
    address = f"nowa-{time.time_ns()}@shop.example"
    page = windows.open("/", signed_in=False)
    page.get_by_role("link", name="Create an account").first.click()
    page.get_by_label("Email").fill(address)
    page.get_by_label("Name of your shop or company").fill("Kubki Ewy")
    page.get_by_label("Password", exact=True).fill("pies-je-zielone-kubki")
    page.get_by_label("Password (again)").fill("pies-je-zielone-kubki")
    page.get_by_role("button", name="Create the account").click()
    page.get_by_role("heading", level=1).filter(
        has_text=re.compile("mail", re.IGNORECASE)
    ).wait_for()

    page.goto(link_in_mail(product, address))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", level=1, name="Welcome").wait_for()
    page.get_by_role("link", name=re.compile("Start.*Connect an Allegro")).click()
    page.get_by_role("heading", level=1, name="Connect an Allegro account").wait_for()
    for path in ("/orders/", "/products/", "/offers/", "/imports/", "/syncs/", "/events/"):
        page.goto(path)
        page.locator(".empty").wait_for()


def link_in_mail(product: Product, address: str) -> str:
    wait(lambda: bool(product.mails_to(address)), 20, f"a mail to {address}")
    text = str(product.mails_to(address)[0].get_payload())
    found = re.search(r"http://\S+/confirm-email/\S+", text)
    assert found, text
    return found.group()
