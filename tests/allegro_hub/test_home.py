"""What the home page says of orders that must leave, or must not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.models import Order
from tests.factories import IntegrationFactory

pytestmark = pytest.mark.django_db


def _order(organization: Any, **values: Any) -> Order:
    account: Any = IntegrationFactory(organization=organization)
    now = timezone.now()
    usual = {"display_status": "READY", "dispatch_by": now + timedelta(days=1)}
    return Order.objects.create(
        organization=organization,
        integration=account,
        checkout_form_id=f"form-{account.pk}",
        status="READY_FOR_PROCESSING",
        received_at=now,
        read_at=now,
        **(usual | values),
    )


def test_late_and_stopped_orders_are_named(organization: Any, owner: Any, page: Any) -> None:
    _order(organization, dispatch_by=timezone.now() - timedelta(hours=1))
    _order(organization, stop_reason="RETURN_OPENED", stopped_at=timezone.now())

    text = page(owner).get("/home/").content.decode()

    assert "1 order is late" in text
    assert "1 order must not be shipped" in text
    assert "/orders/?due=late" in text
    assert "/orders/?only=stopped" in text


def test_sent_punctual_and_foreign_orders_need_nobody(
    organization: Any, other_organization: Any, owner: Any, page: Any
) -> None:
    late = timezone.now() - timedelta(hours=1)
    _order(organization)
    _order(organization, display_status="SENT", dispatch_by=late)
    _order(other_organization, dispatch_by=late)

    text = page(owner).get("/home/").content.decode()

    assert "late" not in text
    assert "must not be shipped" not in text
