from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from core.errors import NotYours, StateConflict
from core.models import AuditEntry, OutboxMessage
from inventory.enums import HoldState, MovementKind, ReservationState
from inventory.models import Hold, Reservation, StockLevel, StockMovement
from inventory.operations import (
    HoldIsOver,
    NotEnoughStock,
    confirm_hold,
    expire_holds,
    release_hold,
    reserve_strictly,
)
from inventory.tasks import expire_holds as expire_holds_task
from tests.factories import ProductFactory
from tests.inventory.test_allocation import place
from tests.inventory.test_bundles import left, made_of
from tests.inventory.test_reservations import assert_ledger_equals_levels, put, take


def hold(product: Any, quantity: int, key: str = "k", **extra: Any) -> Hold:
    values: dict[str, Any] = {"expires_at": None, "actor": None, "now": timezone.now()} | extra
    return reserve_strictly(
        organization_id=product.organization_id, product_id=product.pk, quantity=quantity, key=key,
        reference="basket 7", **values,
    )  # fmt: skip


@pytest.fixture
def product(organization: Any) -> Any:
    made = ProductFactory(organization=organization)
    put(made, 5)
    return made


def test_pieces_are_kept_once_a_key_and_never_beyond_what_is_free(product: Any, staff: Any) -> None:
    OutboxMessage.objects.all().delete()
    first = hold(product, 3, actor=staff)
    assert hold(product, 3, actor=staff) == first
    assert left(product) == {product.pk: 2}
    with pytest.raises(NotEnoughStock) as refused:
        hold(product, 3, "other")
    assert refused.value.fields == {"available": 2}
    assert "2" in refused.value.detail
    assert Hold.objects.count() == 1
    assert AuditEntry.objects.filter(action="stock.held", actor=staff).count() == 1
    assert OutboxMessage.objects.count() == 1
    movement = StockMovement.objects.get(kind=MovementKind.RESERVE)
    assert (movement.reserved_change, movement.reference, movement.actor) == (3, "basket 7", staff)


def test_a_key_that_was_used_for_something_else_is_refused(product: Any) -> None:
    hold(product, 3)
    with pytest.raises(StateConflict):
        hold(product, 1)
    assert left(product) == {product.pk: 2}


def test_a_hold_sold_leaves_the_shelf_once(product: Any) -> None:
    kept = hold(product, 3)
    for _again in range(2):
        assert confirm_hold(hold=kept, actor=None, now=timezone.now()).state == HoldState.CONFIRMED
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (2, 0)
    with pytest.raises(HoldIsOver):
        release_hold(hold=kept, actor=None, now=timezone.now())
    assert_ledger_equals_levels(product.organization)


def test_a_hold_given_back_is_free_again_once(product: Any) -> None:
    kept = hold(product, 3)
    for _again in range(2):
        assert release_hold(hold=kept, actor=None, now=timezone.now()).state == HoldState.RELEASED
    assert left(product) == {product.pk: 5}
    with pytest.raises(HoldIsOver):
        confirm_hold(hold=kept, actor=None, now=timezone.now())
    assert_ledger_equals_levels(product.organization)


def test_a_hold_whose_time_is_over_is_let_go_and_cannot_be_sold(product: Any) -> None:
    past = timezone.now() - timedelta(seconds=1)
    kept, other = hold(product, 3, expires_at=past), hold(product, 1, "stays")
    with pytest.raises(HoldIsOver):
        confirm_hold(hold=kept, actor=None, now=timezone.now())
    expire_holds_task()
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.state, other.state) == (HoldState.EXPIRED, HoldState.ACTIVE)
    assert left(product) == {product.pk: 4}
    assert expire_holds(now=timezone.now()) == 0
    assert Reservation.objects.filter(state=ReservationState.ACTIVE).count() == 1
    assert_ledger_equals_levels(product.organization)


def test_what_should_have_expired_is_free_for_the_next_one_at_once(product: Any) -> None:
    hold(product, 5, expires_at=timezone.now() - timedelta(seconds=1))
    assert hold(product, 5, "next").is_active
    assert left(product) == {product.pk: 0}


def test_pieces_come_from_one_place_if_it_has_them_all_else_from_several(
    organization: Any, product: Any
) -> None:
    shop, closed = place(organization, "shop"), place(organization, "c", active=False)
    put(product, 7, warehouse=shop)
    put(product, 100, warehouse=closed)

    def places_of(kept: Hold) -> dict[int, int]:
        rows = Reservation.objects.filter(claim=kept.claim)
        return dict(rows.values_list("warehouse_id", "quantity"))

    assert places_of(hold(product, 6, "a")) == {shop.pk: 6}
    assert len(places_of(hold(product, 6, "b"))) == 2
    with pytest.raises(NotEnoughStock):
        hold(product, 1, "c")
    assert_ledger_equals_levels(organization)


def test_a_place_gives_no_more_than_is_free_over_all(organization: Any, product: Any) -> None:
    take(product, 8, "oversold")  # 3 short in the default place
    shop = place(organization, "shop")
    put(product, 7, warehouse=shop)
    with pytest.raises(NotEnoughStock) as refused:
        hold(product, 5, warehouse_id=shop.pk)
    assert refused.value.available == 4
    assert hold(product, 4, warehouse_id=shop.pk).is_active


def test_a_bundle_keeps_its_parts(organization: Any) -> None:
    bundle, pot, cup = ProductFactory.create_batch(3, organization=organization)
    made_of(bundle, (pot, 1), (cup, 2))
    put(pot, 9)
    put(cup, 7)
    with pytest.raises(NotEnoughStock) as refused:
        hold(bundle, 4)
    assert refused.value.available == 3
    kept = hold(bundle, 3)
    assert left(pot, cup, bundle) == {pot.pk: 6, cup.pk: 1, bundle.pk: 0}
    release_hold(hold=kept, actor=None, now=timezone.now())
    assert left(bundle) == {bundle.pk: 3}


def test_a_product_without_stock_kept_is_never_scarce(organization: Any) -> None:
    service = ProductFactory(organization=organization, track_inventory=False)
    assert hold(service, 1000).is_active
    assert not Reservation.objects.exists()


def test_what_is_somebody_elses_does_not_exist(
    product: Any, organization: Any, other_organization: Any
) -> None:
    with pytest.raises(NotYours):
        hold(product, 1, warehouse_id=place(other_organization, "theirs").pk)
    foreign = ProductFactory(organization=other_organization)
    with pytest.raises(NotYours):
        reserve_strictly(
            organization_id=organization.pk, product_id=foreign.pk, quantity=1, key="k",
            reference="", expires_at=None, actor=None, now=timezone.now(),
        )  # fmt: skip
    assert not Hold.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_for_the_last_twenty_pieces(organization: Any) -> None:
    """Each on a connection of its own, all let go at one moment: exactly twenty get a piece."""
    product = ProductFactory(organization=organization)
    put(product, 20)
    gate = threading.Barrier(40)

    def one(number: int) -> bool:
        if number < 40:
            gate.wait(60)
        try:
            return hold(product, 1, f"key {number}").is_active
        except NotEnoughStock:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=40) as pool:
        served = list(pool.map(one, range(200)))
    level = StockLevel.objects.get(product=product)
    active = Reservation.objects.filter(state=ReservationState.ACTIVE)
    assert sum(served) == 20
    assert (level.on_hand, level.reserved) == (20, 20)
    assert active.aggregate(all=Sum("quantity"))["all"] == 20
    assert Hold.objects.count() == 20
    assert_ledger_equals_levels(organization)


@pytest.mark.django_db(transaction=True)
def test_a_hold_sold_and_swept_at_once_is_one_or_the_other(organization: Any) -> None:
    product = ProductFactory(organization=organization)
    put(product, 1)
    ends = timezone.now() + timedelta(hours=1)
    kept, outcome = hold(product, 1, expires_at=ends), []

    def sweep() -> None:
        try:
            # As if its time were over on the sweeper's clock and not yet on the shop's.
            outcome.append(expire_holds(now=ends + timedelta(seconds=1)))
        finally:
            connection.close()

    with transaction.atomic():
        confirm_hold(hold=kept, actor=None, now=timezone.now())
        thread = threading.Thread(target=sweep)
        thread.start()
        thread.join(20)
    assert outcome == [0]
    kept.refresh_from_db()
    assert kept.state == HoldState.CONFIRMED
    assert_ledger_equals_levels(organization)


def test_the_api_reserves_once_and_says_how_many_are_free(
    api: Any, staff: Any, viewer: Any, product: Any
) -> None:
    url, asked = "/api/v1/reservations", {"productCode": product.code, "quantity": 3}
    assert api(viewer).post(url, asked).status_code == 403
    answers = [
        api(staff).post(url, asked, format="json", headers={"Idempotency-Key": "one"})
        for _again in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    first = answers[0].json()
    assert first == answers[1].json()
    assert (first["state"], first["productId"], first["quantity"]) == ("ACTIVE", product.pk, 3)
    assert first["expiresAt"] is not None
    refused = api(staff).post(url, {"productId": product.pk, "quantity": 3}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_stock")
    assert refused.json()["errors"] == {"available": 2}
    assert Hold.objects.count() == 1


def test_the_api_confirms_releases_and_lists(api: Any, staff: Any, product: Any) -> None:
    client, url = api(staff), "/api/v1/reservations"
    ids = [
        client.post(
            url, {"productId": product.pk, "quantity": 1, "expiresInSeconds": None}, format="json"
        ).json()["id"]
        for _number in range(2)
    ]
    assert client.post(f"{url}/{ids[0]}/confirm").json()["state"] == "CONFIRMED"
    assert client.post(f"{url}/{ids[1]}/release").json()["state"] == "RELEASED"
    assert client.post(f"{url}/{ids[0]}/release").status_code == 409
    assert client.get(f"{url}/{ids[1]}").json()["expiresAt"] is None
    assert [row["id"] for row in client.get(f"{url}?state=CONFIRMED").json()["items"]] == ids[:1]
    assert client.post(url, {"quantity": 1}, format="json").status_code == 400
    late = client.post(
        url, {"productId": product.pk, "quantity": 1, "warehouseCode": "nowhere"}, format="json"
    )
    assert late.status_code == 404
    assert StockLevel.objects.get().available == 4


def test_operators_release_what_a_script_forgot(operator: Any, client: Any, product: Any) -> None:
    kept = hold(product, 3)
    client.force_login(operator)
    answer = client.post(
        "/admin/inventory/hold/", {"action": "release_holds", "_selected_action": [kept.pk]}
    )
    assert answer.status_code == 302
    kept.refresh_from_db()
    assert kept.state == HoldState.RELEASED
    assert left(product) == {product.pk: 5}
