"""EANs that need a look, and products that may be the same thing."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.errors import NotYours, StateConflict
from inventory.operations import ImportedLevel, import_levels
from offers.models import OfferLink
from products import operations
from products.ean import check_digit, finding
from products.enums import Likeness
from products.models import Product, SupplierProduct
from products.operations import CannotJoin
from products.queries.duplicates import count_groups, ean_findings, groups_page
from settings_app.models import Supplier
from tests.factories import ProductFactory
from tests.products.test_pages import _offer

pytestmark = pytest.mark.django_db
EAN = "8591234567893"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def _with_digit(body: str) -> str:
    return body + check_digit(body)


@pytest.mark.parametrize(
    ("ean", "expected"),
    [
        ("", ""),
        (EAN, ""),
        ("8591234567890", "CHECK"),
        ("85912345", "CHECK"),
        ("96385074", ""),
        ("12345", "LENGTH"),
        ("85912345678x3", "DIGITS"),
        (_with_digit("200000000001"), "INTERNAL"),
        (_with_digit("291234567890"), "INTERNAL"),
        (_with_digit("040000000001"), "INTERNAL"),
        (_with_digit("2000001"), "INTERNAL"),
        (_with_digit("0000001"), "INTERNAL"),
        (_with_digit("981234567890"), "INTERNAL"),
        (_with_digit("978123456789"), ""),
        (_with_digit("01234567890"), ""),
        (_with_digit("41234567890"), "INTERNAL"),
        (_with_digit("1859123456789"), ""),
        ("0000000000000", "INTERNAL"),
    ],
)
def test_the_database_and_the_product_find_the_same(ean: str, expected: str) -> None:
    product = ProductFactory(ean=ean)
    product.refresh_from_db()
    assert (product.ean_finding, finding(ean)) == (expected, expected)


def _codes(organization: Any, kind: Likeness) -> list[set[str]]:
    page = groups_page(organization=organization, kind=kind)
    assert page.total == len(page.items)
    return [{product.code for product in group.products} for group in page.items]


def test_each_likeness_finds_its_groups(organization: Any) -> None:
    upc = _with_digit("12345678901")
    for code, values in {
        "A": {"ean": EAN}, "B": {"ean": EAN}, "C": {"ean": EAN, "archived_at": timezone.now()},
        "U1": {"ean": upc}, "U2": {"ean": f"0{upc}"},
        "Kub-1": {}, "KUB -1": {},
        "N1": {"name": "Kubek  zielony".replace("  ", " "), "brand": "Zababa"},
        "N2": {"name": "KUBEK ZIELONY ", "brand": "zababa"},
        "N3": {"name": "Kubek zielony", "brand": "Inna"},
    }.items():  # fmt: skip
        ProductFactory(organization=organization, code=code, **values)
    ProductFactory(code="FOREIGN", ean=EAN)

    assert _codes(organization, Likeness.EAN) == [{"U1", "U2"}, {"A", "B"}]
    assert _codes(organization, Likeness.CODE) == [{"Kub-1", "KUB -1"}]
    assert _codes(organization, Likeness.NAME) == [{"N1", "N2"}]
    assert ean_findings(organization=organization) == []


def test_what_is_called_different_is_told_of_again_when_another_joins(
    organization: Any, owner: Any, now: datetime
) -> None:
    for code in ("A", "B"):
        ProductFactory(organization=organization, code=code, ean=EAN)
    key = groups_page(organization=organization, kind=Likeness.EAN).items[0].key

    operations.dismiss_likeness(
        organization=organization, kind=Likeness.EAN, key=key, actor=owner, now=now
    )
    assert count_groups(organization=organization, kind=Likeness.EAN) == 0
    ProductFactory(organization=organization, code="C", ean=EAN)
    assert count_groups(organization=organization, kind=Likeness.EAN) == 1
    with pytest.raises(NotYours):
        operations.dismiss_likeness(
            organization=organization, kind=Likeness.EAN, key="nothing", actor=owner, now=now
        )


def test_joining_keeps_what_is_there_and_takes_what_is_lacking(
    organization: Any, owner: Any, now: datetime
) -> None:
    keep: Product = ProductFactory.create(
        organization=organization, code="KEEP", name="Kubek", brand="", ean="",
        selling_price=Decimal(10), selling_currency="PLN",
    )  # fmt: skip
    old: Product = ProductFactory.create(
        organization=organization, code="OLD", name="Kubek stary", brand="Zababa", ean=EAN,
        selling_price=Decimal(20), selling_currency="EUR",
    )  # fmt: skip
    offer = _offer(old)
    supplier = Supplier.objects.create(organization=organization, name="Hurt")
    SupplierProduct.objects.create(
        organization=organization, supplier=supplier, product=old, supplier_code="S1"
    )

    operations.join_products(keep=keep, others=[old], actor=owner, now=now)

    keep.refresh_from_db()
    old.refresh_from_db()
    assert (keep.code, keep.name, keep.brand, keep.ean, keep.selling_price, keep.selling_currency) == (
        "KEEP", "Kubek", "Zababa", EAN, 10, "PLN",
    )  # fmt: skip
    assert old.is_archived
    link = OfferLink.objects.get(offer=offer)
    assert (link.product_id, link.units_per_offer) == (keep.pk, 1)
    assert SupplierProduct.objects.get().product_id == keep.pk


def test_a_product_with_stock_is_not_joined_away(
    organization: Any, owner: Any, now: datetime
) -> None:
    keep, old = (ProductFactory.create(organization=organization, brand=b) for b in ("", "Zababa"))
    import_levels(
        organization_id=organization.pk, rows=[ImportedLevel(old.pk, "main", 5, None)],
        reference="t", now=now,
    )  # fmt: skip

    with pytest.raises(CannotJoin):
        operations.join_products(keep=keep, others=[old], actor=owner, now=now)
    with pytest.raises(StateConflict):
        operations.join_products(keep=keep, others=[ProductFactory.create()], actor=owner, now=now)

    old.refresh_from_db()
    keep.refresh_from_db()
    assert (old.is_archived, keep.brand) == (False, "")
    assert Product.objects.filter(archived_at=None, organization=organization).count() == 2
