"""What the database refuses, whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Organization
from inventory.models import BundlePart, StockLevel, StockMovement, Transfer, Warehouse
from inventory.operations import consume, restock
from products.models import Product
from tests.factories import ProductFactory, UserFactory
from tests.inventory.test_allocation import place
from tests.inventory.test_bundles import made_of
from tests.inventory.test_holds import hold
from tests.inventory.test_reservations import put, take
from tests.inventory.test_stocktakes import begin, count
from tests.inventory.test_transfers import draft, send


@pytest.fixture
def product(organization: Any) -> Any:
    made = ProductFactory(organization=organization)
    put(made, 10)
    take(made, 3, "a")
    return made


def raw(**changes: Any) -> StockMovement:
    """A line as somebody might write it past the operations."""
    level = StockLevel.objects.get()
    values = {
        "organization_id": level.organization_id, "product_id": level.product_id,
        "warehouse_id": level.warehouse_id, "kind": "ADJUSTMENT", "on_hand_change": 1,
        "on_hand_after": 11, "reserved_after": 3, "key": "raw", "at": timezone.now(),
    } | changes  # fmt: skip
    return StockMovement(**values)


def delete_ledger() -> None:
    """With the checks that otherwise come at the end of the transaction."""
    StockMovement.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "another"},
        {"on_hand_change": 5},
        {"reserved_after": 0},
        {"at": timezone.now()},
        {"actor": None, "reason": "another"},
    ],
)
def test_a_line_is_never_changed(product: Any, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StockMovement.objects.update(**change)


def test_a_persons_name_may_go_and_no_other_may_come(product: Any, organization: Any) -> None:
    person = UserFactory()
    restock(
        organization_id=organization.pk, product_id=product.pk, quantity=1, key="r", reference="",
        reason="", warehouse_id=None, actor=person, now=timezone.now(),
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        StockMovement.objects.filter(key="r").update(actor=UserFactory())
    person.delete()
    assert StockMovement.objects.get(key="r").actor_id is None


def test_a_line_is_not_deleted_while_its_product_is_there(product: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        delete_ledger()
    assert StockMovement.objects.count() == 2


def test_an_organization_goes_with_everything_it_has(
    organization: Any, other_organization: Any, product: Any
) -> None:
    theirs = ProductFactory(organization=other_organization)
    put(theirs, 1)
    shop = place(organization, "shop")
    made_of(ProductFactory(organization=organization), (product, 2))
    consume(organization_id=organization.pk, key="a", now=timezone.now())
    hold(product, 1)
    send(draft(shop, (product, 1)))
    count(begin(organization), product, 4)
    Organization.objects.get(pk=organization.pk).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Product.objects.for_organization(organization).exists()
    for model in (StockMovement, Warehouse, Transfer, BundlePart):
        assert not model.objects.filter(organization_id=organization.pk).exists()
    assert StockMovement.objects.get().product_id == theirs.pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"on_hand_after": -1},
        {"reserved_after": -1},
        {"reserved_change": 1},
        {"kind": "RESERVE"},
        {"kind": "RESERVE", "on_hand_change": 0, "reserved_change": -1},
        {"kind": "RELEASE", "on_hand_change": 0, "reserved_change": 1},
        {"kind": "DISPATCH", "on_hand_change": 1, "reserved_change": -1},
        {"kind": "TRANSFER_OUT"},
        {"kind": "TRANSFER_IN", "on_hand_change": -1},
        {"on_hand_change": 0},
    ],
)
def test_a_line_does_what_its_kind_says(product: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        raw(**wrong).save()
    raw().save()
