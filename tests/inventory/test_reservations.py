from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.models import OutboxMessage
from inventory.enums import MovementKind, ReservationState
from inventory.models import Reservation, StockLevel, StockMovement, Warehouse
from inventory.operations import (
    Wanted,
    consume,
    ensure_default_warehouse,
    move_reservations,
    release,
    reserve,
    set_on_hand,
)
from inventory.queries import ledger_sums
from notifications.models import Notification
from tests.factories import ProductFactory

NOW = timezone.now


def put(product: Any, pieces: int, *, warehouse: Warehouse | None = None, key: str = "") -> None:
    place = warehouse or ensure_default_warehouse(organization_id=product.organization_id)
    set_on_hand(
        organization_id=product.organization_id,
        product_id=product.pk,
        warehouse=place,
        on_hand=pieces,
        reason="counted",
        actor=None,
        now=NOW(),
        key=key or f"put:{product.pk}:{place.pk}:{random.random()}",
    )


def take(product: Any, pieces: int, key: str) -> Reservation:
    return reserve(
        organization_id=product.organization_id,
        product_id=product.pk,
        quantity=pieces,
        key=key,
        reference="form-1",
        now=NOW(),
    )


def level(product: Any) -> StockLevel:
    return StockLevel.objects.get(product=product)


def assert_ledger_equals_levels(organization: Any) -> None:
    sums = ledger_sums(organization=organization)
    levels = {
        (one.warehouse_id, one.product_id): (one.on_hand, one.reserved)
        for one in StockLevel.objects.for_organization(organization)
        if one.on_hand or one.reserved or (one.warehouse_id, one.product_id) in sums
    }
    assert sums == levels


@pytest.fixture
def product(organization: Any) -> Any:
    return ProductFactory(organization=organization)


def test_reserving_lowers_what_is_available_and_says_so(product: Any) -> None:
    put(product, 10)
    OutboxMessage.objects.all().delete()
    reservation = take(product, 3, "a")
    assert (reservation.quantity, reservation.state) == (3, ReservationState.ACTIVE)
    assert (level(product).on_hand, level(product).reserved, level(product).available) == (10, 3, 7)
    movement = StockMovement.objects.get(kind=MovementKind.RESERVE)
    assert (movement.reserved_change, movement.on_hand_after, movement.reserved_after) == (3, 10, 3)
    message = OutboxMessage.objects.get()
    assert (message.topic, message.payload) == ("stock.changed", {"product_ids": [product.pk]})


def test_the_same_key_reserves_once(product: Any) -> None:
    put(product, 10)
    first, second = take(product, 3, "a"), take(product, 3, "a")
    assert first.pk == second.pk
    assert level(product).reserved == 3
    assert StockMovement.objects.filter(kind=MovementKind.RESERVE).count() == 1


def test_a_sale_without_stock_is_recorded_and_told(product: Any, owner: Any) -> None:
    put(product, 1)
    take(product, 3, "a")
    assert level(product).available == -2
    notice = Notification.objects.get(user=owner)
    assert product.code in notice.title
    put(product, 5)
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_consuming_takes_from_the_shelf_once(product: Any) -> None:
    put(product, 10)
    take(product, 3, "a")
    ids = {"organization_id": product.organization_id, "key": "a", "now": NOW()}
    assert consume(**ids) is True
    assert consume(**ids) is False
    assert release(reason="late", **ids) is False
    assert (level(product).on_hand, level(product).reserved) == (7, 0)
    assert Reservation.objects.get().state == ReservationState.CONSUMED


def test_dispatching_more_than_was_counted_stops_at_zero_and_says_how_much(product: Any) -> None:
    put(product, 1)
    take(product, 3, "a")
    assert consume(organization_id=product.organization_id, key="a", now=NOW())
    movement = StockMovement.objects.get(kind=MovementKind.DISPATCH)
    assert (movement.on_hand_change, movement.reserved_change) == (-1, -3)
    assert "2" in movement.reason
    assert (level(product).on_hand, level(product).reserved) == (0, 0)


def test_a_late_repetition_does_not_reserve_again_after_release(product: Any) -> None:
    put(product, 10)
    take(product, 3, "a")
    assert release(organization_id=product.organization_id, key="a", reason="cancelled", now=NOW())
    take(product, 3, "a")
    assert level(product).reserved == 0


def test_a_released_promise_can_be_made_anew_on_purpose(product: Any) -> None:
    put(product, 10)
    organization_id = product.organization_id
    take(product, 3, "a")
    for _again in range(3):
        release(organization_id=organization_id, key="a", reason="", now=NOW())
        wanted = Wanted(product.pk, 4, "a", reopen=True)
        move_reservations(organization_id=organization_id, wanted=[wanted], now=NOW())
        assert level(product).reserved == 4
    assert_ledger_equals_levels(product.organization)


def test_another_quantity_resizes_an_open_promise(product: Any) -> None:
    put(product, 10)
    take(product, 3, "a")
    take(product, 5, "a")
    assert level(product).reserved == 5
    take(product, 2, "a")
    assert level(product).reserved == 2
    assert_ledger_equals_levels(product.organization)


def test_a_claim_settles_all_its_promises(organization: Any) -> None:
    cup, lid = ProductFactory.create_batch(2, organization=organization)
    put(cup, 5)
    put(lid, 5)
    wanted = [Wanted(p.pk, 2, f"line:1:{p.pk}", claim="line:1") for p in (cup, lid)]
    move_reservations(organization_id=organization.pk, wanted=wanted, now=NOW())
    moved = move_reservations(organization_id=organization.pk, consume_claims=["line:1"], now=NOW())
    assert moved.changed == {one.key for one in wanted}
    assert [level(p).on_hand for p in (cup, lid)] == [3, 3]


def test_a_sale_goes_to_the_warehouse_that_has_enough(organization: Any, product: Any) -> None:
    ensure_default_warehouse(organization_id=organization.pk)
    far = Warehouse.objects.create(organization=organization, name="Far", code="far")
    put(product, 1)
    put(product, 9, warehouse=far)
    assert take(product, 1, "a").warehouse.is_default
    assert take(product, 4, "b").warehouse_id == far.pk


def test_a_closed_warehouse_gives_nothing(organization: Any, product: Any) -> None:
    ensure_default_warehouse(organization_id=organization.pk)
    closed = Warehouse.objects.create(organization=organization, name="C", code="c", active=False)
    put(product, 9, warehouse=closed)
    assert take(product, 1, "a").warehouse.is_default


@pytest.mark.parametrize("seed", range(8))
def test_any_interleaving_keeps_the_ledger_equal_to_the_level(organization: Any, seed: int) -> None:
    chance = random.Random(seed)
    products = ProductFactory.create_batch(2, organization=organization)
    for product in products:
        put(product, chance.randrange(6))
    organization_id = organization.pk

    def step() -> None:
        product = chance.choice(products)
        key = f"{product.pk}:{chance.randrange(4)}"
        verbs: list[Callable[[], Any]] = [
            lambda: take(product, chance.randrange(1, 5), key),
            lambda: consume(organization_id=organization_id, key=key, now=NOW()),
            lambda: release(organization_id=organization_id, key=key, reason="", now=NOW()),
            lambda: put(product, chance.randrange(8)),
        ]
        chance.choice(verbs)()

    for _step in range(40):
        step()
        assert_ledger_equals_levels(organization)
    for product in products:
        active = Reservation.objects.filter(product=product, state=ReservationState.ACTIVE)
        assert level(product).reserved == sum(active.values_list("quantity", flat=True))


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_on_real_connections_add_up(organization: Any) -> None:
    products = ProductFactory.create_batch(3, organization=organization)

    def one(number: int) -> None:
        product = products[number % 3]
        try:
            if number % 10 == 0:
                put(product, number)
            else:
                # Every key is asked for twice, and every third promise is dispatched by both.
                key = f"k{number // 2}:{product.pk}"
                take(product, 1, key)
                if number % 3 == 0:
                    consume(organization_id=organization.pk, key=key, now=NOW())
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=16) as pool:
        list(pool.map(one, range(200)))
    assert_ledger_equals_levels(organization)
    for product in products:
        active = Reservation.objects.filter(product=product, state=ReservationState.ACTIVE)
        assert level(product).reserved == sum(active.values_list("quantity", flat=True))
    assert Warehouse.objects.filter(organization=organization).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_key_from_twenty_connections_is_one_reservation(organization: Any) -> None:
    product = ProductFactory(organization=organization)

    def one(number: int) -> None:
        try:
            take(product, 2, "the one")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=20) as pool:
        list(pool.map(one, range(20)))
    assert Reservation.objects.count() == 1
    assert level(product).reserved == 2
    assert_ledger_equals_levels(organization)
