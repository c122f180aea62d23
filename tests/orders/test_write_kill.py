"""kill -9 of a real worker between Allegro's yes and our mark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from orders.enums import WriteOutcome
from orders.models import OrderWrite
from orders.operations import request_claim
from tests.orders.allegro_orders import Shop, done, work
from tests.worker import kill, start_worker, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.django_db(transaction=True)]


def test_a_claim_whose_worker_was_killed_is_made_once(shop: Shop, owner: Any) -> None:
    order = shop.buy(1, cashOnDelivery=True)
    shop.act(order, "cancel")
    order = shop.read(order.checkout_form_id)
    # The claim is made; the worker hangs while it reads it back, and dies there.
    shop.fault("GET /order/refund-claims/{claimId}", kind="latency", latencyMs=60_000)
    write = request_claim(
        order=order, line=order.lines.get(), quantity=1, actor=owner, now=timezone.now()
    )
    worker = start_worker(shop.sandbox, queue="orders")
    try:
        wait_for(lambda: bool(shop.truth()["refundClaims"]))
    finally:
        kill(worker)
    assert (done(write).state, write.outcome) == (WorkState.RUNNING, "")
    assert write.sent_at is not None
    shop.sandbox.control("DELETE", "/faults")
    work()
    assert done(write).state == WorkState.RUNNING  # its claim holds until it runs out
    OrderWrite.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    work()
    assert (done(write).state, write.outcome) == (WorkState.DONE, WriteOutcome.WRITTEN)
    assert len(shop.truth()["refundClaims"]) == 1
