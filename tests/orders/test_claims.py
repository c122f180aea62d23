"""Commission claims on the running sandbox: made once, not too early, followed to their end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from notifications.models import Notification
from orders.enums import WriteOutcome
from orders.models import CommissionClaim, Order, OrderLine, OrderWrite
from orders.money_back import all_that_is_left
from orders.operations import follow_claims, request_claim, request_refund, withdraw_claim
from orders.problems import ClaimNotOpen, ClaimTooEarly, ClaimTooLate, ClaimUnusable
from settings_app.connection import allegro_client
from tests.orders.allegro_orders import Shop, done, work, work_later

pytestmark = pytest.mark.django_db(transaction=True)
POST = "POST /order/refund-claims"


def first(order: Order) -> OrderLine:
    return order.lines.order_by("position")[0]


def ask(order: Order, quantity: int = 1, **more: Any) -> OrderWrite:
    return request_claim(
        order=order, line=first(order), quantity=quantity, actor=None, now=timezone.now(), **more
    )


def refunded(shop: Shop, *quantities: int) -> Order:
    order = shop.buy(*quantities)
    wish = all_that_is_left(order=order, reason="REFUND")
    request_refund(order=order, wish=wish, actor=None, now=timezone.now())
    work()
    work_later()
    return order


def claims(shop: Shop) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.truth()["refundClaims"]
    return found


def test_a_claim_is_made_once_and_followed(shop: Shop, owner: Any) -> None:
    order = refunded(shop, 3)
    write = ask(order, 2)
    work()
    assert (done(write).state, write.outcome) == (WorkState.DONE, WriteOutcome.WRITTEN)
    [truth] = claims(shop)
    assert (truth["quantity"], truth["status"]) == (2, "IN_PROGRESS")
    claim = CommissionClaim.objects.get(order=order)
    assert claim.commission == Decimal(str(truth["commission"]["amount"]))
    assert claim.next_read_at is not None
    again = ask(order, 2)
    work()
    assert done(again).outcome == WriteOutcome.ALREADY
    assert shop.calls(POST) == 1
    decide(shop, claim, "REJECTED")
    assert follow_claims(now=timezone.now()) == 0  # not due yet
    later = claim.next_read_at + timedelta(seconds=1)
    assert follow_claims(now=later) == 1
    claim.refresh_from_db()
    assert claim.status == "REJECTED"
    assert Notification.objects.filter(dedupe_key=f"claim:{claim.pk}:rejected").count() == 1
    decide(shop, claim, "GRANTED")
    assert claim.next_read_at is not None
    assert follow_claims(now=claim.next_read_at + timedelta(seconds=1)) == 1
    claim.refresh_from_db()
    assert (claim.status, claim.next_read_at) == ("GRANTED", None)
    with pytest.raises(ClaimNotOpen):
        withdraw_claim(claim=claim, actor=owner, now=timezone.now())


def test_an_account_that_cannot_be_asked_holds_up_no_other(shop: Shop, settings: Any) -> None:
    order = refunded(shop, 1)
    ask(order)
    work()
    claim = CommissionClaim.objects.get()
    assert claim.next_read_at is not None
    settings.ALLEGRO_ENVIRONMENTS = {
        name: values | {"client_id": ""} for name, values in settings.ALLEGRO_ENVIRONMENTS.items()
    }
    assert follow_claims(now=claim.next_read_at + timedelta(seconds=1)) == 0
    claim.refresh_from_db()
    assert claim.next_read_at is not None


def decide(shop: Shop, claim: CommissionClaim, status: str) -> None:
    shop.sandbox.control(
        "POST", f"/refund-claims/{claim.remote_id}", {"seller": shop.login, "status": status}
    )


def test_too_early_is_explained_or_waits_until_it_may_be(shop: Shop, owner: Any) -> None:
    order = shop.buy(1)
    with pytest.raises(ClaimTooEarly) as refused:
        ask(order)
    assert "declined for good" in refused.value.remedy
    write = ask(order, when_possible=True)
    work()
    assert (done(write).state, write.problem) == (WorkState.PENDING, "claim_too_early")
    assert claims(shop) == []
    assert not Notification.objects.exists()
    request_refund(
        order=order,
        wish=all_that_is_left(order=order, reason="REFUND"),
        actor=None,
        now=timezone.now(),
    )
    work()
    work_later()
    work_later()
    assert done(write).outcome == WriteOutcome.WRITTEN
    assert len(claims(shop)) == 1


def test_the_last_days_are_reminded_of_and_then_it_is_too_late(shop: Shop, owner: Any) -> None:
    order = shop.buy(1)
    write = ask(order, when_possible=True)
    day = timezone.now() - timedelta(days=39)
    OrderLine.objects.filter(order=order).update(bought_at=day)
    work()
    assert Notification.objects.filter(user=owner, dedupe_key=f"order-write:{write.pk}").exists()
    OrderLine.objects.filter(order=order).update(bought_at=day - timedelta(days=7))
    work_later()
    assert (done(write).state, write.problem) == (WorkState.WAITING_FOR_PERSON, "claim_too_late")
    with pytest.raises(ClaimTooLate):
        ask(order, when_possible=True)
    assert claims(shop) == []


def test_an_unpaid_order_that_is_cancelled_may_be_claimed(shop: Shop) -> None:
    order = shop.buy(1, cashOnDelivery=True)
    with pytest.raises(ClaimTooEarly):
        ask(order)
    shop.act(order, "cancel")
    order = shop.read(order.checkout_form_id)
    write = ask(order)
    work()
    assert done(write).outcome == WriteOutcome.WRITTEN


def test_claims_made_by_allegro_itself_are_not_doubled(shop: Shop) -> None:
    order = refunded(shop, 1)
    with allegro_client(integration=shop.integration) as client:
        claim_id = client.refund_claims.create(line_item_id=first(order).line_item_id, quantity=1)
    before = shop.calls(POST)
    write = ask(order)
    work()
    assert (done(write).outcome, write.remote_id) == (WriteOutcome.ALREADY, claim_id)
    assert shop.calls(POST) == before


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop", "afterEffect": True},
        {"status": 504, "afterEffect": True},
        {"kind": "garbage"},
        {"status": 503},
        {"status": 429},
    ],
)
def test_trouble_on_the_way_claims_once(shop: Shop, fault: dict[str, Any]) -> None:
    order = refunded(shop, 1)
    write = ask(order)
    shop.fault(POST, **fault)
    work()
    if fault.get("status") != 503:  # refused before it had an effect: the client repeats it at once
        assert done(write).state == WorkState.PENDING
    work_later()
    assert done(write).outcome == WriteOutcome.WRITTEN
    assert len(claims(shop)) == 1


def test_a_claim_is_withdrawn_once(shop: Shop, owner: Any) -> None:
    order = refunded(shop, 1)
    ask(order)
    work()
    claim = CommissionClaim.objects.get(order=order)
    write = withdraw_claim(claim=claim, actor=owner, now=timezone.now())
    shop.fault("DELETE /order/refund-claims/{claimId}", kind="drop", afterEffect=True, count=3)
    work()
    work_later()
    assert done(write).state == WorkState.DONE
    assert claims(shop)[0]["status"] == "CANCELLED"
    claim.refresh_from_db()
    assert (claim.status, claim.next_read_at) == ("CANCELLED", None)


def test_more_pieces_than_bought_are_refused(shop: Shop) -> None:
    order = shop.buy(2)
    for wrong in (0, 3):
        with pytest.raises(ClaimUnusable):
            ask(order, wrong, when_possible=True)
    assert not OrderWrite.objects.exists()
