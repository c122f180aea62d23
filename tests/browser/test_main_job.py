"""The main job from sign-in to a purchase, with nothing but a browser and a buyer at Allegro."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.files import PER_PRODUCT, bizbox, code_of
from tests.browser.product import Login, Product
from tests.browser.windows import Windows, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(300),
]
FIRST, SECOND, THIRD = "sklep_lipowa", "hurt_nordvik", "dom_i_ogrod_bryza"
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
    import_file(page, bizbox(offers, rows=ROWS))
    by_code = [offer for offer in offers if offer["externalId"] and offer["status"] == "ACTIVE"]
    by_ean = next(offer for offer in offers if not offer["externalId"])
    assert links_of(page, by_code[0]["externalId"]) == {FIRST, SECOND, THIRD}
    wait(lambda: FIRST in links_of(page, code_of(by_ean)), 60, "the offer linked by EAN")

    chosen = [offer for offer in by_code if offer["available"] >= 3][:3]
    wanted = {offer["externalId"]: number for number, offer in enumerate(chosen, 1)}
    before = {code: stock_of(page, code) for code in wanted}
    assert all(0 < pieces <= PER_PRODUCT for pieces in before.values())
    order = buy(product, FIRST, {offer["id"]: wanted[offer["externalId"]] for offer in chosen})
    bought = time.monotonic()
    wait(lambda: is_listed(page, order), ORDER_SECONDS, f"order {order} on the page")
    print(f"purchase to order on the page: {time.monotonic() - bought:.1f} s")
    for code, quantity in wanted.items():
        wait(lambda code=code: stock_of(page, code) != before[code], 10, f"stock of {code}")
        assert stock_of(page, code) == before[code] - quantity
    assert_lines(page, order, wanted)


def connect_by_consent(page: Page, login: str) -> None:
    page.goto("/integrations/connect/")
    page.get_by_label("Name of this connection").fill(login)
    page.get_by_role("button", name="Continue to Allegro").click()
    page.get_by_role("radio", name=login).check()
    page.get_by_role("button", name="Allow").click()
    page.get_by_role("heading", level=1, name=login).wait_for()
    page.get_by_text("Connected", exact=True).first.wait_for()


def connect_by_code(page: Page, login: str) -> None:
    """Confirm the code in a second window; the first one goes on by itself."""
    page.goto("/integrations/connect/")
    page.get_by_label("Name of this connection").fill(login)
    page.get_by_role("button", name="Use a code instead").click()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Confirm at Allegro").click()
    allegro = opened.value
    allegro.get_by_role("radio", name=login).check()
    allegro.get_by_role("button", name="Allow").click()
    allegro.get_by_text("Connected as").wait_for()
    allegro.close()
    page.get_by_text("The account is connected.").wait_for(timeout=30_000)
    page.get_by_role("link", name="Open it").click()
    page.get_by_role("heading", level=1, name=login).wait_for()


def wait_for_offers(page: Page, product: Product, login: str) -> None:
    total = len(product.offers(login))
    page.goto("/offers/")
    choose_account(page, login)
    wait(lambda: shown_total(page) == total, 60, f"{total} offers of {login}")


def wait_for_orders(page: Page, login: str) -> None:
    page.goto("/orders/")
    choose_account(page, login)
    wait(lambda: shown_total(page) > 0, 60, f"orders of {login}")


def choose_account(page: Page, login: str) -> None:
    """Filter a list by account, where it offers that: with one account there is no choice."""
    account = page.get_by_label("Account", exact=True)
    label = login if login != FIRST else account.locator("option").nth(1).inner_text()
    with page.expect_navigation():
        account.select_option(label=label)


def shown_total(page: Page) -> int:
    """How many entries the list says it has; 0 while it is empty."""
    page.reload()
    text = page.get_by_text(re.compile(r"^\s*1 to \d+ of")).all_inner_texts()
    numbers = re.findall(r"[\d,]+", text[0]) if text else ["0"]
    return int(numbers[-1].replace(",", ""))


def import_file(page: Page, content: bytes) -> None:
    page.goto("/imports/")
    page.get_by_role("link", name="Upload a file").first.click()
    started = time.monotonic()
    page.get_by_label("Choose a CSV file or drop it here").set_input_files(
        {"name": "katalog.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("heading", name="Apply these changes?").wait_for(timeout=60_000)
    preview = time.monotonic()
    assert f"{ROWS:,}" in page.get_by_text("products will be made").inner_text()
    on_hand = page.get_by_role("group", name="stock:onHand")
    on_hand.get_by_label("Pieces on hand").check()
    confirmed = time.monotonic()
    page.get_by_role("button", name="Apply", exact=True).click()
    page.get_by_text("Applied", exact=True).first.wait_for(timeout=60_000)
    print(
        f"{ROWS} rows: preview after {preview - started:.1f} s, "
        f"applied {time.monotonic() - confirmed:.1f} s after confirming"
    )


def links_of(page: Page, code: str) -> set[str]:
    """The accounts whose offers a product's page shows as linked."""
    open_product(page, code)
    table = page.get_by_role("table", name="Offers of this product")
    if not table.count():
        return set()
    known = {FIRST, SECOND, THIRD}
    accounts = table.locator("td[data-label=Account]").all_inner_texts()
    return {name if name in known else FIRST for name in accounts}


def open_product(page: Page, code: str) -> None:
    page.goto(f"/products/?q={code}")
    row = page.get_by_role("row").filter(has=page.get_by_text(code, exact=True))
    row.locator("a.cell-main__title").click()
    page.get_by_text(code, exact=True).first.wait_for()


def stock_of(page: Page, code: str) -> int:
    """Pieces available of a product, as the stock page says."""
    page.goto(f"/stock/?q={code}")
    row = page.get_by_role("row").filter(has=page.get_by_text(code, exact=True))
    return int(row.locator("td[data-label=Available]").inner_text())


def buy(product: Product, login: str, quantities: dict[str, int]) -> str:
    lines = [{"offerId": offer, "quantity": number} for offer, number in quantities.items()]
    bought = product.control("POST", "purchases", {"seller": login, "lines": lines, "pay": True})
    return str(bought["checkoutFormId"])


def is_listed(page: Page, order: str) -> bool:
    page.goto(f"/orders/?q={order}")
    return page.get_by_role("table", name="Orders").is_visible()


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


def wait(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.5)


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


def test_seller_and_stranger_have_doors_of_their_own(windows: Windows, product: Product) -> None:
    """A wrong password says so without telling whether the address is known."""
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
