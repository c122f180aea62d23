from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.errors import NotYours
from core.models import AuditEntry, OutboxMessage
from inventory.allocation import choose_level
from inventory.enums import MovementKind
from inventory.models import StockLevel, StockMovement, Warehouse
from inventory.operations import (
    InvalidStock,
    Wanted,
    ensure_default_warehouse,
    move_reservations,
    restock,
)
from inventory.queries import available_by_product
from tests.factories import ProductFactory
from tests.inventory.test_reservations import assert_ledger_equals_levels, put, take


def place(organization: Any, code: str, *, active: bool = True) -> Warehouse:
    ensure_default_warehouse(organization_id=organization.pk)
    return Warehouse.objects.create(organization=organization, name=code, code=code, active=active)


@pytest.mark.parametrize(
    ("quantity", "preferred", "chosen"),
    [
        (2, (), 1),  # the default has enough
        (2, (3, 2), 3),  # the first preferred one that has enough
        (8, (3, 2), 2),
        (50, (3, 2), 2),  # none has enough: the fullest of the preferred
        (4, (3,), 3),  # others are not looked at, though they have enough
        (2, (9,), 1),  # a place the product has no level in names nothing
    ],
)
def test_the_place_a_sale_is_taken_from(
    quantity: int, preferred: tuple[int, ...], chosen: int
) -> None:
    levels = [
        StockLevel(pk=pk, warehouse_id=pk, product_id=1, on_hand=pieces)
        for pk, pieces in ((1, 5), (2, 9), (3, 3))
    ]
    found = choose_level(levels, quantity=quantity, default_warehouse_id=1, preferred=preferred)
    assert found is not None
    assert found.warehouse_id == chosen


def sell(product: Any, pieces: int, *warehouses: Warehouse, key: str = "sale") -> Any:
    wanted = Wanted(product.pk, pieces, key, warehouse_ids=tuple(one.pk for one in warehouses))
    moved = move_reservations(
        organization_id=product.organization_id, wanted=[wanted], now=timezone.now()
    )
    return moved.reservations[key]


def test_a_promise_is_taken_from_the_preferred_places(organization: Any) -> None:
    product = ProductFactory(organization=organization)
    shop, attic = place(organization, "shop"), place(organization, "attic")
    for warehouse, pieces in ((None, 50), (shop, 1), (attic, 9)):
        put(product, pieces, warehouse=warehouse)
    assert sell(product, 1, shop, attic, key="a").warehouse == shop
    assert sell(product, 3, shop, attic, key="b").warehouse == attic
    assert_ledger_equals_levels(organization)


def test_a_product_that_lies_in_no_preferred_place_gets_a_level_there(organization: Any) -> None:
    product = ProductFactory(organization=organization)
    shop, closed = place(organization, "shop"), place(organization, "closed", active=False)
    put(product, 50)
    assert sell(product, 2, closed, shop).warehouse == shop
    assert StockLevel.objects.get(warehouse=shop).available == -2
    assert sell(product, 2, closed, key="only closed").warehouse.is_default


def test_what_may_be_sold_is_counted_in_open_places(organization: Any) -> None:
    cup, lid, unknown = ProductFactory.create_batch(3, organization=organization)
    shop, closed = place(organization, "shop"), place(organization, "closed", active=False)
    put(cup, 5)
    put(cup, 7, warehouse=shop)
    put(cup, 100, warehouse=closed)
    put(lid, 1)
    take(lid, 4, "a")
    ids = [one.pk for one in (cup, lid, unknown)]

    def count(*warehouses: Warehouse) -> dict[int, int]:
        return available_by_product(
            organization_id=organization.pk,
            product_ids=ids,
            warehouse_ids=[one.pk for one in warehouses],
        )

    assert count() == {cup.pk: 12, lid.pk: -3}
    assert count(shop, closed) == {cup.pk: 7, lid.pk: 0}


def back(product: Any, quantity: int, **extra: Any) -> bool:
    values: dict[str, Any] = {"warehouse_id": None, "actor": None, "key": "return:1"} | extra
    return restock(
        organization_id=product.organization_id, product_id=product.pk, quantity=quantity,
        reference="R1", reason="as new", now=timezone.now(), **values,
    )  # fmt: skip


def test_a_return_is_put_back_once(organization: Any, staff: Any) -> None:
    product, shop = ProductFactory(organization=organization), place(organization, "shop")
    assert back(product, 2, warehouse_id=shop.pk, actor=staff) is True
    assert back(product, 2, warehouse_id=shop.pk, actor=staff) is False
    movement = StockMovement.objects.get()
    assert (movement.kind, movement.on_hand_change, movement.reference, movement.warehouse) == (
        MovementKind.RETURN, 2, "R1", shop,
    )  # fmt: skip
    assert AuditEntry.objects.filter(action="stock.restocked", actor=staff).count() == 1
    assert OutboxMessage.objects.get().payload == {"product_ids": [product.pk]}


def test_a_return_of_nothing_or_to_a_strange_place_is_refused(
    organization: Any, other_organization: Any
) -> None:
    product = ProductFactory(organization=organization)
    with pytest.raises(InvalidStock):
        back(product, 0)
    with pytest.raises(NotYours):
        back(product, 1, warehouse_id=place(other_organization, "theirs").pk)
    with pytest.raises(NotYours):
        restock(
            organization_id=other_organization.pk, product_id=product.pk, quantity=1, key="k",
            reference="", reason="", warehouse_id=None, actor=None, now=timezone.now(),
        )  # fmt: skip
    assert not StockMovement.objects.exists()
