"""Pages of bulk edits, rules, history, checks and suppliers, as a person walks through them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from products import operations
from products.models import BulkEdit, Category, Product, ProductChange, SupplierProduct, SyncRule
from settings_app.models import Supplier
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
EAN = "8591234567893"


def test_many_products_are_edited_and_taken_back(page: Any, staff: Any, organization: Any) -> None:
    client = page(staff)
    first = ProductFactory(
        organization=organization, name="Kubek", selling_price=10, selling_currency="PLN"
    )
    ProductFactory(organization=organization, name="Talerz")

    asked = client.post("/products/edits/new/", {"all": "1", "filter": "q=kubek"})
    assert "Every product of the list" in asked.content.decode()
    begun = client.post(
        "/products/edits/start/",
        {"all": "1", "filter": "q=kubek", "act_selling_price": "PERCENT",
         "value_selling_price": "10", "rounding_selling_price": "CENT"},
    )  # fmt: skip
    html = client.get(begun["Location"]).content.decode()
    assert "10.00" in html or "10" in html
    assert "For example" in html
    edit = BulkEdit.objects.get()
    assert edit.rows_total == 1

    client.post(f"/products/edits/{edit.pk}/confirm/")
    first.refresh_from_db()
    assert first.selling_price == 11
    assert "Take it back" in client.get(f"/products/edits/{edit.pk}/").content.decode()
    client.post(f"/products/edits/{edit.pk}/undo/")
    first.refresh_from_db()
    assert first.selling_price == 10
    assert f"/products/edits/{edit.pk}/" in client.get("/products/edits/").content.decode()


def test_nothing_chosen_goes_back_to_the_list_and_bad_values_are_shown(
    page: Any, staff: Any, organization: Any
) -> None:
    client = page(staff)
    product = ProductFactory(organization=organization)

    back = client.post("/products/edits/new/", {"filter": "q=kubek"})
    assert back["Location"] == "/products/?q=kubek"
    bad = client.post(
        "/products/edits/start/",
        {"pick": product.pk, "act_minimum_stock": "SET", "value_minimum_stock": "many"},
    )
    assert bad.status_code == 422
    assert "This is not a number." in bad.content.decode()
    assert not BulkEdit.objects.exists()


def test_viewers_look_and_do_not_write(page: Any, viewer: Any, organization: Any) -> None:
    client = page(viewer)
    product = ProductFactory(organization=organization)
    for address in ("/products/", "/products/syncing/", "/products/edits/", "/products/checks/"):
        html = client.get(address).content.decode()
        assert 'action="/products/' not in html
    for address in ("/products/edits/new/", "/products/syncing/new/",
                    f"/products/{product.pk}/remove/", "/products/checks/join/"):  # fmt: skip
        assert client.post(address, {"pick": product.pk, "keep": product.pk}).status_code == 403
    assert Product.objects.filter(pk=product.pk).exists()


def test_a_rule_is_seen_before_it_is_saved(page: Any, staff: Any, organization: Any) -> None:
    client = page(staff)
    Category.objects.create(organization=organization, path="Books")
    ProductFactory(organization=organization, brand="Zababa", code="STOPS")
    given = {"name": "no Zababa", "effect": "EXCLUDE", "brand": "Zababa"}

    preview = client.post("/products/syncing/new/", given).content.decode()
    assert "0 would start to sync, 1 would stop." in preview
    assert "STOPS" in preview
    assert not SyncRule.objects.exists()

    client.post("/products/syncing/new/", given | {"confirmed": "1"})
    operations.run_selections()
    assert "no Zababa" in client.get("/products/syncing/").content.decode()
    html = client.get("/products/?syncs=by_rule").content.decode()
    assert "STOPS" in html
    assert "Excluded by the rule" in html
    wrong = client.post(
        "/products/syncing/new/", {"name": "A", "effect": "EXCLUDE", "category": "X"}
    )
    assert wrong.status_code == 422
    rule = SyncRule.objects.get()
    client.post(f"/products/syncing/{rule.pk}/move/", {"act": "REMOVE", "confirmed": "1"})
    operations.run_selections()
    assert Product.objects.get(code="STOPS").sync_enabled


def test_history_is_filtered_and_a_change_taken_back(
    page: Any, staff: Any, organization: Any
) -> None:
    client = page(staff)
    product = ProductFactory(organization=organization, name="Kubek", brand="Stara")
    Product.objects.filter(pk=product.pk).update(name="Kubek 2", brand="Nowa")

    html = client.get(f"/products/{product.pk}/history/?field=name").content.decode()
    assert "Kubek 2" in html
    assert "Nowa" not in html
    change = ProductChange.objects.get(product=product, field="name")
    client.post(f"/products/changes/{change.pk}/undo/")
    product.refresh_from_db()
    assert (product.name, product.brand) == ("Kubek", "Nowa")
    again = client.post(f"/products/changes/{change.pk}/undo/", follow=True).content.decode()
    assert "The value was changed again since." in again


def test_duplicates_are_joined_after_a_look(page: Any, staff: Any, organization: Any) -> None:
    client = page(staff)
    keep = ProductFactory(organization=organization, code="KEEP", ean=EAN)
    old = ProductFactory(organization=organization, code="OLD", ean=EAN, brand="Zababa")

    listed = client.get("/products/checks/duplicates/?kind=EAN").content.decode()
    assert "KEEP" in listed
    key = re.search(r'name="key" value="(\d+)"', listed)
    assert key
    given = {"keep": keep.pk, "pick": [keep.pk, old.pk]}
    assert "KEEP stays." in client.post("/products/checks/join/", given).content.decode()
    old.refresh_from_db()
    assert not old.is_archived
    client.post("/products/checks/join/", given | {"confirmed": "1"})
    old.refresh_from_db()
    assert old.is_archived


def test_suppliers_prices_are_typed_and_the_cheapest_is_marked(
    page: Any, staff: Any, organization: Any
) -> None:
    client = page(staff)
    product = ProductFactory(organization=organization)
    cheap, dear = (
        Supplier.objects.create(organization=organization, name=name) for name in ("Tani", "Drogi")
    )
    for supplier, price in ((cheap, "9.50"), (dear, "12")):
        answer = client.post(
            f"/products/{product.pk}/supplier/",
            {"supplier": supplier.pk, "supplier_code": "X", "price": price, "currency": "pln",
             "stock": "3"},
        )  # fmt: skip
        assert answer.status_code == 302
    row = SupplierProduct.objects.get(supplier=cheap)
    assert (row.price, row.currency, row.stock) == (Decimal("9.5"), "PLN", 3)
    assert "cheapest" in client.get(f"/products/{product.pk}/").content.decode()
    taken = client.post(
        f"/products/{ProductFactory(organization=organization).pk}/supplier/",
        {"supplier": cheap.pk, "supplier_code": "X", "price": "1", "currency": "PLN"},
    )
    assert taken.status_code == 422
    assert product.code in client.get(f"/products/suppliers/{cheap.pk}/").content.decode()
    client.post(f"/products/suppliers/prices/{row.pk}/remove/")
    assert not SupplierProduct.objects.filter(pk=row.pk).exists()


def test_removing_says_what_it_will_do(page: Any, staff: Any, organization: Any) -> None:
    client = page(staff)
    product = ProductFactory(organization=organization)
    assert "is deleted" in client.get(f"/products/{product.pk}/remove/").content.decode()
    assert Product.objects.filter(pk=product.pk).exists()
    client.post(f"/products/{product.pk}/remove/")
    assert not Product.objects.filter(pk=product.pk).exists()


def test_an_action_of_a_higher_app_stands_above_the_list(
    page: Any, staff: Any, viewer: Any, organization: Any
) -> None:
    ProductFactory(organization=organization)
    button = 'formaction="/offers/publish/"'
    assert button in page(staff).get("/products/").content.decode()
    assert button not in page(viewer).get("/products/").content.decode()
