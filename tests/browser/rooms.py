"""Something in every room of stock, returns and discrepancies, put there the way a seller does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.acts import FIRST, wait
from tests.browser.product import Product

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A product of the example file, and the warehouse that the file names.
CODE, WAREHOUSE = "SKU-000001", "magazyn"


def fill_stock_rooms(page: Page) -> None:
    """A second warehouse, a transfer on its way there and a stocktake with one line counted."""
    page.goto("/stock/warehouses/new/")
    page.get_by_label("Name", exact=True).fill("Sklep przy Lipowej")
    page.get_by_label("Code", exact=True).fill("lipowa")
    page.get_by_role("button", name="Add", exact=True).click()
    page.goto("/stock/transfers/new/")
    page.get_by_label("From", exact=True).select_option(label=WAREHOUSE)
    page.get_by_label("To", exact=True).select_option(label="Sklep przy Lipowej")
    page.get_by_role("button", name="Start the draft").click()
    _add_pieces(page, 2)
    page.get_by_role("link", name="Send", exact=True).click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.goto("/stock/stocktakes/new/")
    page.get_by_label("Warehouse", exact=True).select_option(label=WAREHOUSE)
    page.get_by_role("button", name="Start counting").click()
    _add_pieces(page, 7)


def _add_pieces(page: Page, pieces: int) -> None:
    page.get_by_label("Code or EAN").fill(CODE)
    page.get_by_label("Pieces", exact=True).fill(str(pieces))
    page.get_by_label("Pieces", exact=True).press("Enter")
    page.get_by_text(CODE).first.wait_for()


def open_return(page: Page, product: Product, order: str) -> None:
    """The buyer sends the order back; its return is on the page before the journal's next look."""
    product.control("POST", f"orders/{order}/return", {})
    wait(lambda: _shows_return(page), 60, "the return on the page")


def _shows_return(page: Page) -> bool:
    page.goto("/returns/?stage=ALL")
    return page.locator("table tbody tr").count() > 0


def find_discrepancies(page: Page) -> None:
    """The file's stock is not what the account shows, so a check has something to find."""
    page.goto("/syncs/discrepancies/")
    page.get_by_role("button", name="Check now").click()
    wait(lambda: _shows_discrepancies(page), 60, "discrepancies on the page")


def _shows_discrepancies(page: Page) -> bool:
    page.goto("/syncs/discrepancies/")
    return page.locator("table tbody tr").count() > 0


def allow_stock(page: Page) -> None:
    """The seller lets the account write stock, so that pushes begin."""
    page.goto("/integrations/")
    page.get_by_role("link", name=FIRST).first.click()
    page.locator('a[href$="/settings/"]').first.click()
    page.get_by_label("May write stock").check()
    page.get_by_role("button", name="Save").click()
