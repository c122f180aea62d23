from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import StateConflict
from core.models import AuditEntry, OutboxMessage
from inventory.enums import MovementKind
from inventory.models import StockLevel, StockMovement, Warehouse
from inventory.operations import (
    ImportedLevel,
    InvalidStock,
    ensure_default_warehouse,
    import_levels,
    reserve,
    set_on_hand,
)
from tests.factories import ProductFactory
from tests.inventory.test_reservations import assert_ledger_equals_levels


def setting(product: Any, on_hand: int, **extra: Any) -> StockLevel:
    place = ensure_default_warehouse(organization_id=product.organization_id)
    values: dict[str, Any] = {"reason": "counted", "actor": None, "key": f"set:{on_hand}"} | extra
    return set_on_hand(
        organization_id=product.organization_id,
        product_id=product.pk,
        warehouse=place,
        on_hand=on_hand,
        now=timezone.now(),
        **values,
    )


def test_setting_writes_ledger_audit_and_message(organization: Any, owner: Any) -> None:
    product = ProductFactory(organization=organization)
    setting(product, 7, actor=owner)
    movement = StockMovement.objects.get()
    assert (movement.kind, movement.on_hand_change, movement.on_hand_after, movement.actor) == (
        MovementKind.ADJUSTMENT, 7, 7, owner,
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="stock.set")
    assert (entry.before, entry.after["on_hand"]) == ({"on_hand": 0}, 7)
    assert OutboxMessage.objects.get().topic == "stock.changed"


def test_setting_the_same_key_twice_counts_once(organization: Any) -> None:
    product = ProductFactory(organization=organization)
    setting(product, 7, key="once")
    setting(product, 3)
    assert setting(product, 7, key="once").on_hand == 3


def test_setting_what_has_moved_meanwhile_is_refused(organization: Any) -> None:
    product = ProductFactory(organization=organization)
    setting(product, 7)
    with pytest.raises(StateConflict):
        setting(product, 9, expected=6)
    assert StockLevel.objects.get().on_hand == 7
    assert StockMovement.objects.count() == 1


@pytest.mark.parametrize("wrong", [-1, 3_000_000_000])
def test_impossible_numbers_are_refused(organization: Any, wrong: int) -> None:
    product = ProductFactory(organization=organization)
    with pytest.raises(InvalidStock):
        setting(product, wrong)
    with pytest.raises(InvalidStock):
        import_levels(
            organization_id=organization.pk,
            rows=[ImportedLevel(product.pk, "", wrong)],
            reference="x",
            now=timezone.now(),
        )
    assert not StockLevel.objects.exists()


def test_the_database_itself_refuses_negative_stock(organization: Any) -> None:
    product = ProductFactory(organization=organization)
    setting(product, 1)
    for column in ("on_hand", "reserved"):
        with pytest.raises(IntegrityError), transaction.atomic():
            StockLevel.objects.update(**{column: -1})


def test_an_import_sets_levels_in_named_places_once(
    organization: Any, other_organization: Any
) -> None:
    cup, lid = ProductFactory.create_batch(2, organization=organization)
    foreign = ProductFactory(organization=other_organization)
    reserve(
        organization_id=organization.pk, product_id=cup.pk, quantity=2, key="a", reference="o",
        now=timezone.now(),
    )  # fmt: skip
    OutboxMessage.objects.all().delete()
    rows = [
        ImportedLevel(cup.pk, "", 10, 3),
        ImportedLevel(lid.pk, "krk", 5),
        ImportedLevel(lid.pk, "krk", 6),
        ImportedLevel(lid.pk, "", None, 4),
        ImportedLevel(foreign.pk, "", 99),
    ]

    def again() -> int:
        return import_levels(
            organization_id=organization.pk, rows=rows, reference="job 1", now=timezone.now()
        )

    assert again() == 2
    levels = {(one.product_id, one.warehouse.code): one for one in StockLevel.objects.all()}
    assert len(levels) == 3
    assert (levels[cup.pk, "main"].on_hand, levels[cup.pk, "main"].reserved) == (10, 2)
    assert levels[cup.pk, "main"].minimum == 3
    assert levels[lid.pk, "krk"].on_hand == 6
    assert (levels[lid.pk, "main"].on_hand, levels[lid.pk, "main"].minimum) == (0, 4)
    assert Warehouse.objects.get(code="krk").organization == organization
    assert OutboxMessage.objects.get().payload == {"product_ids": sorted([cup.pk, lid.pk])}
    assert_ledger_equals_levels(organization)
    setting(cup, 4)
    assert again() == 0
    assert StockLevel.objects.get(product=cup).on_hand == 4


def test_ten_thousand_levels_take_a_fixed_number_of_statements(
    organization: Any, django_assert_max_num_queries: Any
) -> None:
    from products.models import Product

    products = Product.objects.bulk_create(
        Product(organization=organization, code=f"P{n}", name="x") for n in range(10_000)
    )
    rows = [ImportedLevel(product.pk, "", 5) for product in products]
    with django_assert_max_num_queries(20):
        moved = import_levels(
            organization_id=organization.pk, rows=rows, reference="big", now=timezone.now()
        )
    assert moved == 10_000
    assert StockMovement.objects.count() == 10_000
