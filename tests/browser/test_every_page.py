"""Every page, at the size of a desktop and of a phone, light and dark, by keyboard, without script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.acts import FIRST, buy, import_file, is_listed, wait
from tests.browser.product import Product
from tests.browser.rooms import allow_stock, fill_stock_rooms, find_discrepancies, open_return
from tests.browser.walk import looks, walk
from tests.browser.windows import PHONE, Windows
from tests.launcher.checkout import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
]
EXAMPLE = ROOT / "docs/seller/example-bizbox.csv"
AUDIT = Path(__file__).with_name("audit.js").read_text()
MAIN_PAGES = {
    "/home/",
    "/orders/",
    "/orders/<n>/",
    "/orders/<n>/cancel/",
    "/orders/<n>/commission/",
    "/orders/<n>/pack/",
    "/orders/<n>/refund/",
    "/orders/<n>/tracking/",
    "/orders/changes/",
    "/returns/",
    "/returns/<n>/",
    "/products/",
    "/products/<n>/",
    "/products/<n>/edit/",
    "/products/new/",
    "/stock/",
    "/stock/low/",
    "/stock/movements/",
    "/stock/products/<n>/",
    "/stock/recount/",
    "/stock/reservations/",
    "/stock/stocktakes/",
    "/stock/stocktakes/<n>/",
    "/stock/stocktakes/<n>/count/",
    "/stock/stocktakes/new/",
    "/stock/transfers/",
    "/stock/transfers/<n>/",
    "/stock/transfers/new/",
    "/stock/warehouses/",
    "/stock/warehouses/<n>/",
    "/stock/warehouses/new/",
    "/offers/",
    "/offers/<n>/",
    "/offers/accounts/<n>/preview/",
    "/offers/accounts/<n>/warehouses/",
    "/offers/stock/",
    "/offers/stock/brakes/",
    "/imports/",
    "/imports/<n>/",
    "/syncs/",
    "/syncs/<n>/",
    "/syncs/discrepancies/",
    "/syncs/discrepancies/<n>/",
    "/syncs/discrepancies/rules/",
    "/syncs/discrepancies/rules/new/",
    "/events/",
    "/events/endpoints/",
    "/events/<n>/",
    "/integrations/",
    "/integrations/connect/",
    "/integrations/<n>/",
    "/integrations/<n>/settings/",
    "/integrations/<n>/disconnect/",
    "/integrations/suppliers/",
    "/integrations/suppliers/new/",
    "/integrations/suppliers/<n>/",
    "/integrations/suppliers/<n>/remove/",
    "/integrations/preferences/",
    "/notifications/",
    "/notifications/preferences/",
    "/organization/",
    "/accounts/email/",
    "/accounts/password/change/",
}
PUBLIC_PAGES = {"/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"}


def put_something_on_every_page(page: Page, product: Product) -> None:
    """The demo's account has offers and orders; a catalogue, an event of its journal and what the other
    rooms hold come here."""
    import_file(page, EXAMPLE.read_bytes())
    offer = next(one for one in product.offers(FIRST) if one["available"] > 1)
    order = buy(product, FIRST, {offer["id"]: 1})
    wait(lambda: is_listed(page, order), 40, f"order {order} on the page")
    find_discrepancies(page)
    fill_stock_rooms(page)
    open_return(page, product, order)
    allow_stock(page)


def faults_of(page: Page, start: str) -> tuple[set[str], dict[str, list[str]]]:
    """The kinds of pages met from *start*, and what is wrong with each in which look."""
    met: set[str] = set()
    faults: dict[str, list[str]] = {}
    for kind in walk(page, start):
        met.add(kind)
        for look in looks(page):
            found = page.evaluate(AUDIT)
            if found:
                faults[f"{kind} {look}"] = found
    return met, faults


def test_every_page_of_a_seller_is_sound(windows: Windows, product: Product) -> None:
    put_something_on_every_page(windows.open(), product)
    met, faults = faults_of(windows.open(), "/home/")
    assert faults == {}
    assert met >= MAIN_PAGES


def test_every_public_page_is_sound(windows: Windows) -> None:
    met, faults = faults_of(windows.open(signed_in=False), "/")
    assert faults == {}
    assert met >= PUBLIC_PAGES


def test_missing_page_says_so_and_leads_back(windows: Windows) -> None:
    windows.expect("404")
    page = windows.open("/orders/999999999/")
    assert page.evaluate(AUDIT) == []
    page.get_by_role("link", name="To the start page").click()
    page.wait_for_url("**/home/")


def test_keyboard_reaches_the_content_and_shows_where_it_is(windows: Windows) -> None:
    page = windows.open("/orders/")
    page.keyboard.press("Tab")
    assert "Skip" in page.evaluate("document.activeElement.textContent")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto("/orders/")
    for _ in range(30):
        page.keyboard.press("Tab")
        stop = page.evaluate("""() => {
            const element = document.activeElement, style = getComputedStyle(element);
            const box = element.getBoundingClientRect();
            return [element.outerHTML.slice(0, 120),
                style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                box.bottom > 0 && box.top < innerHeight];
        }""")
        assert stop[1:] == [True, True], stop[0]


def test_menu_on_a_phone_opens_closes_and_leads_on(windows: Windows) -> None:
    page = windows.open("/home/", viewport=PHONE, has_touch=True)
    shortcuts = page.get_by_role("navigation", name="Shortcuts")
    shortcuts.get_by_role("button", name="Menu").tap()
    menu = page.get_by_role("navigation", name="Main")
    menu.get_by_role("link", name="Integrations").wait_for()
    page.get_by_role("button", name="Close the menu").tap()
    menu.wait_for(state="hidden")
    shortcuts.get_by_role("button", name="Menu").tap()
    menu.get_by_role("link", name="Imports").tap()
    page.wait_for_url("**/imports/")
