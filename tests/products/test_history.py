"""Every change of a product is noted by the database, whoever writes and however."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from products import operations
from products.enums import ChangeSource
from products.models import Category, Product, ProductChange
from products.operations.checking import EDITABLE
from products.origin import BY_API, Origin, changes_by
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def noted(product: Product) -> list[tuple[str, str | None, str | None, str]]:
    rows = ProductChange.objects.filter(product=product).exclude(field="").order_by("pk")
    return list(rows.values_list("field", "before", "after", "source"))


def test_a_person_s_change_is_noted_field_by_field(owner: Any, now: datetime) -> None:
    product = ProductFactory(
        organization=owner.memberships.get().organization,
        name="Kubek",
        selling_price=None,
        selling_currency="",
    )

    operations.update_product(
        product=product,
        values={"name": "Kubek 2", "selling_price": Decimal("9.90"), "selling_currency": "PLN"},
        actor=owner,
        now=now,
    )

    assert sorted(noted(product)) == [
        ("name", "Kubek", "Kubek 2", "PERSON"),
        ("selling_currency", "", "PLN", "PERSON"),
        ("selling_price", None, "9.9000", "PERSON"),
    ]
    change = ProductChange.objects.get(product=product, field="name")
    assert (change.actor, change.at, change.organization_id) == (
        owner, now, product.organization_id,
    )  # fmt: skip


def test_creation_and_the_way_of_it_are_noted(organization: Any, owner: Any, now: datetime) -> None:
    product = operations.create_product(
        organization=organization,
        values={"code": "A", "name": "A"},
        actor=owner,
        now=now,
        origin=BY_API,
    )

    change = ProductChange.objects.get(product=product)
    assert (change.field, change.source, change.actor) == ("", "API", owner)


def test_one_statement_over_many_products_notes_only_what_differs(now: datetime) -> None:
    first, second = ProductFactory(brand="Zababa"), ProductFactory(brand="Inna")

    with transaction.atomic(), changes_by(Origin(ChangeSource.IMPORT, "12"), None, now):
        Product.objects.filter(pk__in=[first.pk, second.pk]).update(brand="Zababa")

    assert noted(first) == []
    assert noted(second) == [("brand", "Inna", "Zababa", "IMPORT")]
    assert ProductChange.objects.get(product=second, field="brand").reference == "12"


def test_what_nobody_claims_is_the_product_s_own_and_claims_end(now: datetime) -> None:
    product = ProductFactory()

    with changes_by(BY_API, None, now), changes_by(Origin(ChangeSource.BULK, "7"), None, now):
        Product.objects.filter(pk=product.pk).update(brand="A")
    Product.objects.filter(pk=product.pk).update(brand="B")

    assert [row[3] for row in noted(product)] == ["BULK", "SYSTEM"]


def test_every_editable_field_is_watched(now: datetime) -> None:
    """A new column of the product must be added to the trigger, or this fails."""
    product = ProductFactory()
    category = Category.objects.create(organization=product.organization, path="X")
    given: dict[str, Any] = {}
    for field in Product._meta.concrete_fields:
        if field.name in EDITABLE and field.name != "supplier":
            given[field.name] = _another(field, getattr(product, field.name))
    given |= {"default_category": category, "archived_at": now}

    Product.objects.filter(pk=product.pk).update(**given)

    assert {row[0] for row in noted(product)} == set(given)


def _another(field: Any, value: Any) -> Any:
    kind = field.get_internal_type()
    if kind == "BooleanField":
        return not value
    if kind == "DateField":
        return "2026-01-02"
    if kind in ("DecimalField", "PositiveIntegerField"):
        return 77
    return {"ean": "96385074", "sync_choice": "NEVER"}.get(
        field.name, "EUR" if field.max_length == 3 else "other"
    )


def test_pictures_are_noted_with_their_order(owner: Any, now: datetime) -> None:
    product = ProductFactory(organization=owner.memberships.get().organization)
    operations.replace_images(product=product, urls=["/a.jpg", "/b.jpg"], actor=owner, now=now)
    operations.replace_images(product=product, urls=["/b.jpg", "/a.jpg"], actor=owner, now=now)

    change = ProductChange.objects.filter(product=product, field="images").latest("pk")
    assert (change.before, change.after) == ("/a.jpg\n/b.jpg", "/b.jpg\n/a.jpg")
