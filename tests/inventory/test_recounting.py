from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.models import AuditEntry, OutboxMessage
from inventory.enums import MovementKind, ReservationState
from inventory.models import Reservation, StockLevel, StockMovement
from inventory.operations import ImportedLevel, import_levels, mend_stock
from inventory.queries import differences
from products.models import Product
from tests.factories import ProductFactory
from tests.inventory.test_reservations import assert_ledger_equals_levels, put, take


@pytest.fixture
def product(organization: Any) -> Any:
    made = ProductFactory(organization=organization)
    put(made, 10)
    take(made, 3, "a")
    return made


def recount(*arguments: str) -> str:
    out = StringIO()
    call_command("recount", *arguments, stdout=out)
    return out.getvalue()


def assert_all_agree(organization: Any) -> None:
    assert differences(organization_id=organization.pk) == []
    assert_ledger_equals_levels(organization)


def test_what_agrees_is_left_alone(product: Any, organization: Any) -> None:
    assert f"{organization.pk} Kubki i spółka: agrees" in recount()
    assert mend_stock(organization_id=organization.pk, actor=None, now=timezone.now()) == []
    assert StockMovement.objects.count() == 2


def test_differences_are_shown_and_then_mended_with_a_line_of_their_own(
    product: Any, organization: Any
) -> None:
    StockLevel.objects.update(on_hand=7, reserved=9)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("recount", stdout=out)
    row = out.getvalue().splitlines()[2].split()
    assert row == [product.code, "main", "7", "10", "9", "3", "3"]
    assert StockMovement.objects.count() == 2
    OutboxMessage.objects.all().delete()
    assert "1 mended" in recount("--mend", "--organization", str(organization.pk))
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (7, 3)
    line = StockMovement.objects.get(kind=MovementKind.RECOUNT)
    assert (line.on_hand_change, line.reserved_change) == (-3, 0)
    assert (line.on_hand_after, line.reserved_after) == (7, 3)
    entry = AuditEntry.objects.get(action="stock.recounted")
    assert (entry.before["on_hand"], entry.before["ledger_on_hand"]) == (7, 10)
    assert OutboxMessage.objects.get().payload == {"product_ids": [product.pk]}
    assert_all_agree(organization)
    assert "agrees" in recount("--mend")


def test_a_promise_that_was_lost_frees_its_pieces(product: Any, organization: Any) -> None:
    Reservation.objects.all().delete()
    mend_stock(organization_id=organization.pk, actor=None, now=timezone.now())
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (10, 0)
    assert StockMovement.objects.get(kind=MovementKind.RECOUNT).reserved_change == -3
    assert_all_agree(organization)


def test_a_level_that_was_lost_is_made_from_the_ledger(product: Any, organization: Any) -> None:
    StockLevel.objects.all().delete()
    mend_stock(organization_id=organization.pk, actor=None, now=timezone.now())
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (10, 3)
    assert_all_agree(organization)


def test_settled_promises_hold_nothing(product: Any, organization: Any) -> None:
    Reservation.objects.update(state=ReservationState.CONSUMED)
    (found,) = differences(organization_id=organization.pk)
    assert (found.reserved, found.ledger_reserved, found.promised) == (3, 3, 0)


def test_another_organizations_stock_is_neither_shown_nor_touched(
    product: Any, organization: Any, other_organization: Any
) -> None:
    StockLevel.objects.update(on_hand=7)
    assert differences(organization_id=other_organization.pk) == []
    mend_stock(organization_id=other_organization.pk, actor=None, now=timezone.now())
    assert len(differences(organization_id=organization.pk)) == 1
    with pytest.raises(CommandError):
        recount("--organization", "999999")


def test_many_levels_are_compared_in_one_statement_and_mended_in_batches(
    organization: Any, django_assert_num_queries: Any
) -> None:
    made = Product.objects.bulk_create(
        Product(organization=organization, code=f"P{number}", name="x") for number in range(2_000)
    )
    rows = [ImportedLevel(product.pk, "", 5) for product in made]
    import_levels(organization_id=organization.pk, rows=rows, reference="big", now=timezone.now())
    wrong = [product.pk for product in made[::4]]
    StockLevel.objects.filter(product_id__in=wrong).update(on_hand=6)
    with django_assert_num_queries(1):
        assert len(differences(organization_id=organization.pk)) == 500
    mend_stock(organization_id=organization.pk, actor=None, now=timezone.now())
    assert_all_agree(organization)


def test_operators_recount_from_the_admin(
    operator: Any, client: Any, product: Any, organization: Any
) -> None:
    StockLevel.objects.update(on_hand=7)
    client.force_login(operator)
    place = StockLevel.objects.get().warehouse_id
    answer = client.post(
        "/admin/inventory/warehouse/", {"action": "recount", "_selected_action": [place]}
    )
    assert answer.status_code == 302
    assert AuditEntry.objects.get(action="stock.recounted").actor == operator
    assert_all_agree(organization)
