from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.errors import StateConflict
from core.models import AuditEntry
from inventory.models import StockLevel, Warehouse
from offers.models import OfferPush
from offers.targets import Part, pieces, targets_for
from products.models import Product
from syncs.enums import Resolution
from syncs.models import Discrepancy
from syncs.operations.discrepancies import (
    AlreadySettled,
    NoMember,
    NotPossible,
    assign,
    comment,
    resolve,
    resolve_many,
    take_back,
)
from syncs.queries.choices import choice_of, choices_of, nearest
from tests.factories import IntegrationFactory, UserFactory
from tests.syncs.agreeing import set_stock
from tests.syncs.disagreeing import of_price, of_quantity


@pytest.fixture
def integration(organization: Any) -> Any:
    return IntegrationFactory(organization=organization, may_write_stock=True)


def _settle(row: Discrepancy, resolution: Resolution, actor: Any, **more: Any) -> Discrepancy:
    return resolve(discrepancy=row, resolution=resolution, actor=actor, now=timezone.now(), **more)


def _on_hand(row: Discrepancy) -> int:
    return StockLevel.objects.get(product=row.product).on_hand


@given(st.integers(-20, 300), st.integers(0, 100), st.integers(1, 12), st.integers(0, 20))
def test_the_nearest_stock_makes_the_offer_show_what_it_shows(
    available: int, shown: int, units: int, buffer: int
) -> None:
    found = nearest(available, shown=shown, units=units, buffer=buffer)
    assert pieces([Part(found, units)], buffer=buffer) == shown
    if pieces([Part(available, units)], buffer=buffer) == shown:
        assert found == available
    closer = found + (1 if found < available else -1)
    if found != available:
        assert pieces([Part(closer, units)], buffer=buffer) != shown


def test_taking_allegros_number_sets_our_stock_and_both_agree(integration: Any, staff: Any) -> None:
    row = of_quantity(integration, ours=3, theirs=5)
    choice = choice_of(row, Resolution.ALLEGRO)
    assert "3 → 5" in choice.effects[0]
    _settle(row, Resolution.ALLEGRO, staff, seen="5", comment="counted")
    assert _on_hand(row) == 5
    assert row.offer_id is not None
    assert targets_for(integration=integration)[row.offer_id].quantity == 5
    row.refresh_from_db()
    assert (row.status, row.resolution, row.resolved_by) == ("RESOLVED", "ALLEGRO", staff)
    line = row.entries.get(kind="RESOLVED")
    assert line.before is not None
    assert line.after is not None
    assert (line.before["on_hand"], line.after["on_hand"]) == (3, 5)
    assert (line.comment, line.actor) == ("counted", staff)
    assert AuditEntry.objects.filter(action="discrepancy.resolved").count() == 1
    assert AuditEntry.objects.filter(action="stock.set", actor=staff).count() == 1


def test_zero_at_allegro_is_a_value_to_take(integration: Any, staff: Any) -> None:
    row = of_quantity(integration, ours=3, theirs=0)
    _settle(row, Resolution.ALLEGRO, staff)
    assert _on_hand(row) == 0


def test_buffer_units_and_the_preferred_warehouse_are_respected(
    integration: Any, staff: Any
) -> None:
    integration.stock_buffer = 2
    integration.save()
    row = of_quantity(integration, ours=4, theirs=1, units_per_offer=6)
    _settle(row, Resolution.ALLEGRO, staff)
    # (24 - 2) // 6 = 3; the most that shows 1 is 13.
    assert _on_hand(row) == 13
    assert row.offer_id is not None
    assert targets_for(integration=integration)[row.offer_id].quantity == 1


def test_it_can_be_taken_back_while_nobody_has_changed_the_stock(
    integration: Any, staff: Any
) -> None:
    row = of_quantity(integration, ours=3, theirs=5)
    _settle(row, Resolution.ALLEGRO, staff)
    take_back(discrepancy=row, actor=staff, now=timezone.now())
    assert _on_hand(row) == 3
    row.refresh_from_db()
    assert (row.status, row.resolution, row.resolved_at) == ("OPEN", "", None)
    _settle(row, Resolution.ALLEGRO, staff)
    assert row.product is not None
    set_stock(row.product, 9)
    with pytest.raises(StateConflict):
        take_back(discrepancy=row, actor=staff, now=timezone.now())
    assert _on_hand(row) == 9
    row.refresh_from_db()
    assert row.status == "RESOLVED"


def test_taking_allegros_price_and_taking_it_back(integration: Any, staff: Any) -> None:
    row = of_price(integration, ours="10.00", theirs="12.00")
    _settle(row, Resolution.ALLEGRO, staff)
    price = Product.objects.values_list("selling_price", flat=True)
    assert price.get(pk=row.product_id) == Decimal("12.00")
    take_back(discrepancy=row, actor=staff, now=timezone.now())
    assert price.get(pk=row.product_id) == Decimal("10.00")
    _settle(row, Resolution.ALLEGRO, staff)
    Product.objects.filter(pk=row.product_id).update(selling_price=Decimal("13.00"))
    with pytest.raises(StateConflict):
        take_back(discrepancy=row, actor=staff, now=timezone.now())
    assert price.get(pk=row.product_id) == Decimal("13.00")


def test_sending_ours_asks_for_a_push(integration: Any, staff: Any) -> None:
    row = of_quantity(integration)
    OfferPush.objects.all().delete()
    _settle(row, Resolution.OURS, staff)
    push = OfferPush.objects.get(offer=row.offer)
    assert (push.state, push.cause, push.requested_by) == ("PENDING", "DIFFERENCE", staff)
    assert _on_hand(row) == 3


def test_an_account_that_may_not_write_stock_is_not_written_to(
    integration: Any, staff: Any
) -> None:
    integration.may_write_stock = False
    integration.save()
    row = of_quantity(integration)
    OfferPush.objects.all().delete()
    choice = choice_of(row, Resolution.OURS)
    assert not choice.possible
    assert choice.remedy
    with pytest.raises(NotPossible):
        _settle(row, Resolution.OURS, staff)
    assert not OfferPush.objects.exists()
    row.refresh_from_db()
    assert row.status == "OPEN"
    assert not row.entries.exists()


def test_ignoring_writes_nothing_and_holds_until_the_day(integration: Any, staff: Any) -> None:
    row = of_quantity(integration)
    until = timezone.now() + timedelta(days=3)
    _settle(row, Resolution.IGNORE, staff, until=until, comment="stocktake on Friday")
    row.refresh_from_db()
    assert (row.status, row.ignored_until) == ("IGNORED", until)
    assert _on_hand(row) == 3
    take_back(discrepancy=row, actor=staff, now=timezone.now())
    row.refresh_from_db()
    assert (row.status, row.ignored_until) == ("OPEN", None)


def test_what_moved_since_it_was_looked_at_is_not_written(integration: Any, staff: Any) -> None:
    row = of_quantity(integration, ours=3, theirs=5)
    with pytest.raises(StateConflict):
        _settle(row, Resolution.ALLEGRO, staff, seen="7")
    assert _on_hand(row) == 3
    _settle(row, Resolution.IGNORE, staff)
    with pytest.raises(AlreadySettled):
        _settle(row, Resolution.ALLEGRO, staff)
    assert _on_hand(row) == 3


def test_a_set_of_products_cannot_take_one_number(integration: Any, staff: Any) -> None:
    from tests.factories import ProductFactory
    from tests.offers.factories import OfferLinkFactory

    row = of_quantity(integration)
    OfferLinkFactory(offer=row.offer, product=ProductFactory(organization=integration.organization))
    with pytest.raises(NotPossible):
        _settle(row, Resolution.ALLEGRO, staff)
    assert _on_hand(row) == 3


def test_pieces_are_taken_from_one_warehouse_or_not_at_all(integration: Any, staff: Any) -> None:
    row = of_quantity(integration, ours=3, theirs=0)
    level = StockLevel.objects.get(product=row.product)
    level.on_hand = 2
    level.save()
    second = Warehouse.objects.create(
        organization=integration.organization, name="Second", code="second"
    )
    StockLevel.objects.create(
        organization=integration.organization, product=row.product, warehouse=second, on_hand=1
    )
    with pytest.raises(NotPossible) as refused:
        _settle(row, Resolution.ALLEGRO, staff)
    assert "No single warehouse" in str(refused.value)
    assert sum(StockLevel.objects.values_list("on_hand", flat=True)) == 3


def test_many_at_once_one_refusal_does_not_keep_the_others(integration: Any, staff: Any) -> None:
    rows = [of_quantity(integration), of_price(integration), of_quantity(integration)]
    report = resolve_many(
        discrepancies=rows, resolution=Resolution.OURS, actor=staff, now=timezone.now()
    )
    assert report.done == [rows[0].pk, rows[2].pk]
    assert [(row.pk, error.code) for row, error in report.refused] == [
        (rows[1].pk, "resolution_not_possible")
    ]


def test_every_way_says_what_it_writes_or_why_it_cannot(integration: Any) -> None:
    for row in (of_quantity(integration), of_price(integration)):
        for choice in choices_of(row):
            assert choice.effects if choice.possible else (choice.obstacle and choice.remedy)


def test_people_assign_and_comment_and_only_members(
    integration: Any, staff: Any, owner: Any
) -> None:
    row = of_quantity(integration)
    now = timezone.now()
    assert assign(discrepancies=[row], assignee=owner, actor=staff, now=now) == 1
    assert assign(discrepancies=[row], assignee=owner, actor=staff, now=now) == 0
    comment(discrepancy=row, text="  on the shelf  ", actor=staff, now=now)
    with pytest.raises(NoMember):
        assign(discrepancies=[row], assignee=UserFactory(), actor=staff, now=now)
    row.refresh_from_db()
    assert row.assignee == owner
    assert [(one.kind, one.comment) for one in row.entries.order_by("pk")] == [
        ("ASSIGNED", ""),
        ("COMMENTED", "on the shelf"),
    ]
