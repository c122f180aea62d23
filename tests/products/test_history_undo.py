"""Taking single changes back, and what the history forgets."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.errors import StateConflict
from products import operations
from products.models import Category, ProductChange
from products.operations.history import forget_changes
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def product(organization: Any) -> Any:
    category = Category.objects.create(organization=organization, path="Kubki")
    return ProductFactory(
        organization=organization, name="Kubek", selling_price=Decimal(10), selling_currency="PLN",
        default_category=category, minimum_stock=None, active=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Kubek 2"),
        ("selling_price", Decimal("12.5")),
        ("selling_price", None),
        ("minimum_stock", 4),
        ("default_category", None),
        ("active", False),
        ("valid_from", date(2026, 1, 2)),
        ("sync_choice", "NEVER"),
    ],
)
def test_each_kind_of_value_goes_back(
    product: Any, owner: Any, now: datetime, name: str, value: Any
) -> None:
    before = getattr(product, name)
    operations.update_product(product=product, values={name: value}, actor=owner, now=now)
    change = ProductChange.objects.get(product=product, field=name)

    operations.undo_change(change=change, actor=owner, now=now)

    product.refresh_from_db()
    assert getattr(product, name) == before
    undone = ProductChange.objects.filter(product=product, field=name).latest("pk")
    assert (undone.source, undone.reference, undone.actor) == ("UNDO", str(change.pk), owner)


def test_pictures_go_back_in_their_order(product: Any, owner: Any, now: datetime) -> None:
    operations.replace_images(product=product, urls=["/a", "/b"], actor=owner, now=now)
    operations.replace_images(product=product, urls=["/b"], actor=owner, now=now)
    change = ProductChange.objects.filter(product=product, field="images").latest("pk")

    operations.undo_change(change=change, actor=owner, now=now)

    assert list(product.images.order_by("position").values_list("url", flat=True)) == ["/a", "/b"]


def test_a_value_that_moved_on_stays(product: Any, owner: Any, now: datetime) -> None:
    for name in ("B", "C"):
        operations.update_product(product=product, values={"name": name}, actor=owner, now=now)
    first = ProductChange.objects.filter(product=product, field="name").earliest("pk")

    with pytest.raises(StateConflict):
        operations.undo_change(change=first, actor=owner, now=now)

    product.refresh_from_db()
    assert product.name == "C"


def test_archiving_is_not_undone_from_the_history(product: Any, owner: Any, now: datetime) -> None:
    operations.archive_product(product=product, actor=owner, now=now)
    change = ProductChange.objects.get(product=product, field="archived_at")

    with pytest.raises(StateConflict):
        operations.undo_change(change=change, actor=owner, now=now)

    product.refresh_from_db()
    assert product.is_archived


def test_old_changes_are_forgotten(product: Any, owner: Any, now: datetime) -> None:
    old = now - timedelta(days=800)
    operations.update_product(product=product, values={"name": "B"}, actor=owner, now=old)
    ProductChange.objects.filter(product=product, field="").update(at=old)
    operations.update_product(product=product, values={"name": "C"}, actor=owner, now=now)

    assert forget_changes() == 2

    assert ProductChange.objects.get(product=product).after == "C"
