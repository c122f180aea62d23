from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.errors import NotYours, StateConflict
from core.models import AuditEntry
from inventory.enums import MovementKind, TransferState
from inventory.models import StockLevel, StockMovement, Transfer, TransferLine, Warehouse
from inventory.operations import (
    BundleHasNoStock,
    InvalidTransfer,
    NotEnoughStock,
    cancel_transfer,
    draft_transfer,
    ensure_default_warehouse,
    receive_transfer,
    send_transfer,
    set_transfer_line,
)
from inventory.queries import in_transit
from tests.factories import ProductFactory
from tests.inventory.test_allocation import place
from tests.inventory.test_bundles import left, made_of
from tests.inventory.test_reservations import assert_ledger_equals_levels, put, take


@pytest.fixture
def product(organization: Any) -> Any:
    made = ProductFactory(organization=organization)
    put(made, 10)
    return made


@pytest.fixture
def shop(organization: Any) -> Warehouse:
    return place(organization, "shop")


def draft(shop: Warehouse, *pieces: tuple[Any, int], actor: Any = None) -> Transfer:
    organization_id = shop.organization_id
    return draft_transfer(
        organization_id=organization_id,
        source=ensure_default_warehouse(organization_id=organization_id),
        destination=shop,
        note="for the weekend",
        actor=actor,
        now=timezone.now(),
        pieces={product.pk: quantity for product, quantity in pieces},
    )


def send(transfer: Transfer) -> Transfer:
    return send_transfer(transfer=transfer, actor=None, now=timezone.now())


def receive(transfer: Transfer, pieces: int, key: str = "1", **extra: Any) -> Transfer:
    line = transfer.lines.get()
    values: dict[str, Any] = {"finish": False, "reason": "", "actor": None} | extra
    return receive_transfer(
        transfer=transfer, arrived={line.pk: pieces}, key=key, now=timezone.now(), **values
    )


def on_hand(product: Any) -> dict[str, int]:
    rows = StockLevel.objects.filter(product=product)
    return dict(rows.values_list("warehouse__code", "on_hand"))


def on_the_way(product: Any) -> dict[tuple[int, int], int]:
    return in_transit(organization_id=product.organization_id, product_ids=[product.pk])


def test_pieces_leave_travel_and_arrive_once(product: Any, shop: Warehouse, staff: Any) -> None:
    transfer = draft(shop, (product, 4), actor=staff)
    assert (transfer.label, on_hand(product)) == ("T-0001", {"main": 10})
    for _again in range(2):
        assert send(transfer).state == TransferState.SENT
    assert on_hand(product) == {"main": 6, "shop": 0}
    assert on_the_way(product) == {(shop.pk, product.pk): 4}
    assert left(product) == {product.pk: 6}
    for _again in range(2):
        done = receive(transfer, 4)
    assert done.state == TransferState.RECEIVED
    assert on_hand(product) == {"main": 6, "shop": 4}
    assert on_the_way(product) == {}
    kinds = StockMovement.objects.filter(reference="T-0001").values_list("kind", "on_hand_change")
    assert sorted(kinds) == [("TRANSFER_IN", 4), ("TRANSFER_OUT", -4)]
    assert AuditEntry.objects.filter(action="stock.transfer_sent").count() == 1
    assert_ledger_equals_levels(product.organization)


def test_a_transfer_arrives_in_parts(product: Any, shop: Warehouse) -> None:
    transfer = send(draft(shop, (product, 4)))
    assert receive(transfer, 1, "first").state == TransferState.SENT
    assert on_the_way(product) == {(shop.pk, product.pk): 3}
    assert receive(transfer, 3, "second").state == TransferState.RECEIVED
    assert on_hand(product) == {"main": 6, "shop": 4}


def test_what_never_arrives_is_booked_with_its_reason(product: Any, shop: Warehouse) -> None:
    transfer = send(draft(shop, (product, 4)))
    with pytest.raises(InvalidTransfer):
        receive(transfer, 3, finish=True)
    assert on_hand(product) == {"main": 6, "shop": 0}
    assert receive(transfer, 3, finish=True, reason="one broke").state == TransferState.RECEIVED
    assert on_hand(product) == {"main": 6, "shop": 3}
    lost = StockMovement.objects.get(kind=MovementKind.TRANSFER_DIFF, reference="T-0001")
    assert (lost.on_hand_change, "one broke" in lost.reason) == (-1, True)
    booked = StockMovement.objects.filter(kind=MovementKind.TRANSFER_IN)
    assert sum(booked.values_list("on_hand_change", flat=True)) == 4
    assert_ledger_equals_levels(product.organization)


def test_more_than_was_sent_is_booked_with_its_reason(product: Any, shop: Warehouse) -> None:
    transfer = send(draft(shop, (product, 4)))
    with pytest.raises(InvalidTransfer):
        receive(transfer, 5)
    assert receive(transfer, 5, reason="miscounted at the start").state == TransferState.RECEIVED
    assert on_hand(product) == {"main": 6, "shop": 5}
    more = StockMovement.objects.get(kind=MovementKind.TRANSFER_DIFF, reference="T-0001")
    assert more.on_hand_change == 1
    assert_ledger_equals_levels(product.organization)


def test_a_transfer_called_back_lies_in_the_source_again(product: Any, shop: Warehouse) -> None:
    transfer = send(draft(shop, (product, 4)))
    receive(transfer, 1)
    for _again in range(2):
        called = cancel_transfer(transfer=transfer, actor=None, now=timezone.now())
    assert called.state == TransferState.CANCELLED
    assert on_hand(product) == {"main": 9, "shop": 1}
    assert on_the_way(product) == {}
    with pytest.raises(StateConflict):
        receive(transfer, 1, "late")
    assert_ledger_equals_levels(product.organization)


def test_promised_pieces_do_not_leave(product: Any, shop: Warehouse) -> None:
    take(product, 8, "a")
    transfer = draft(shop, (product, 3))
    with pytest.raises(NotEnoughStock) as refused:
        send(transfer)
    assert refused.value.available == 2
    transfer.refresh_from_db()
    assert (transfer.state, on_hand(product)["main"]) == (TransferState.DRAFT, 10)


def test_a_draft_is_changed_and_a_sent_transfer_is_not(product: Any, shop: Warehouse) -> None:
    transfer = draft(shop)

    def line(quantity: int, **extra: Any) -> None:
        set_transfer_line(
            transfer=transfer, product_id=product.pk, quantity=quantity, actor=None,
            now=timezone.now(), **extra,
        )  # fmt: skip

    with pytest.raises(InvalidTransfer):
        send(transfer)
    line(2)
    line(3, add=True)
    assert TransferLine.objects.get().quantity == 5
    line(0)
    assert not TransferLine.objects.exists()
    line(1)
    send(transfer)
    with pytest.raises(StateConflict):
        line(2)


def test_impossible_transfers_are_refused(
    product: Any, shop: Warehouse, organization: Any, other_organization: Any
) -> None:
    closed, foreign = place(organization, "c", active=False), place(other_organization, "f")
    main = ensure_default_warehouse(organization_id=organization.pk)
    cases = ((main, InvalidTransfer), (closed, InvalidTransfer), (foreign, NotYours))
    for destination, error in cases:
        with pytest.raises(error):
            draft_transfer(
                organization_id=organization.pk, source=main, destination=destination, note="",
                actor=None, now=timezone.now(),
            )  # fmt: skip
    bundle = ProductFactory(organization=organization)
    made_of(bundle, (product, 1))
    with pytest.raises(BundleHasNoStock):
        draft(shop, (bundle, 1))
    with pytest.raises(NotYours):
        draft(shop, (ProductFactory(organization=other_organization), 1))
    assert not Transfer.objects.exists()


def test_the_database_refuses_a_transfer_to_itself(shop: Warehouse) -> None:
    transfer = draft(shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.filter(pk=transfer.pk).update(source=shop)


@pytest.mark.django_db(transaction=True)
def test_numbers_are_given_out_once_and_two_senders_send_once(organization: Any) -> None:
    product, shop = ProductFactory(organization=organization), place(organization, "shop")
    put(product, 10)
    gate = threading.Barrier(6)

    def make(_number: int) -> int:
        try:
            gate.wait(30)
            return draft(shop, (product, 1)).number
        finally:
            connection.close()

    def again(transfer: Transfer) -> None:
        try:
            gate.wait(30)
            send(transfer)
            receive(transfer, 1, "the one")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert sorted(pool.map(make, range(6))) == [1, 2, 3, 4, 5, 6]
        list(pool.map(again, [Transfer.objects.get(number=1)] * 6))
    assert on_hand(product) == {"main": 9, "shop": 1}
    assert_ledger_equals_levels(organization)
