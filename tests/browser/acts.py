"""What a seller does on the pages, and what a buyer does at Allegro meanwhile."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.browser.product import Product

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIRST, SECOND, THIRD = "sklep_lipowa", "hurt_nordvik", "dom_i_ogrod_bryza"


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


def choose_file(page: Page, name: str, content: bytes) -> None:
    """Upload a file on the page for it."""
    page.get_by_label("Choose a file or drop it here").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Upload and check").click()


def import_file(page: Page, content: bytes, *, changes: bool = True) -> int:
    """Upload, look at the preview, say that stock is on hand, confirm; returns the rows read.

    With ``changes`` false the preview has to say that the catalogue stays as it is.
    """
    page.goto("/imports/")
    page.get_by_role("link", name="Upload a file").first.click()
    started = time.monotonic()
    choose_file(page, "katalog.csv", content)
    question = "Apply these changes?" if changes else "This file changes no product"
    page.get_by_role("heading", name=question).wait_for(timeout=60_000)
    preview = time.monotonic()
    rows = page.locator(".stat").filter(has_text="Rows read").locator(".stat__value").inner_text()
    if changes:
        page.get_by_role("group", name="stock:onHand").get_by_label("Pieces on hand").check()
    confirmed = time.monotonic()
    page.get_by_role("button", name="Apply", exact=True).click()
    done = "Applied" if changes else "Nothing changed"
    page.get_by_text(done, exact=True).first.wait_for(timeout=60_000)
    print(
        f"{rows} rows: preview {preview - started:.1f} s after choosing the file, "
        f"applied {time.monotonic() - confirmed:.1f} s after confirming"
    )
    return int(rows.replace(",", ""))


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
    """Pieces available of a product in all warehouses, as the stock page says."""
    page.goto(f"/stock/?q={code}")
    row = page.get_by_role("row").filter(has=page.get_by_text(code, exact=True))
    return sum(int(text) for text in row.locator("td[data-label=Available]").all_inner_texts())


def buy(product: Product, login: str, quantities: dict[str, int]) -> str:
    lines = [{"offerId": offer, "quantity": number} for offer, number in quantities.items()]
    bought = product.control("POST", "purchases", {"seller": login, "lines": lines, "pay": True})
    return str(bought["checkoutFormId"])


def is_listed(page: Page, order: str) -> bool:
    page.goto(f"/orders/?q={order}")
    return page.get_by_role("table", name="Orders").is_visible()


def wait(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.5)
