"""People hear of new orders and of later changes, counted into notices that grow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from notifications.models import Notification, Tally
from notifications.operations import count_tallies
from orders.models import Order
from orders.operations import Recorded, record_checkout_forms
from settings_app.models import Integration
from tests.orders.checkout_forms import START, form, fulfilled, later, line

Record = Callable[..., Recorded]


def told() -> dict[str, int]:
    count_tallies(now=timezone.now())
    return dict(Notification.objects.values_list("event", "count"))


def test_two_hundred_new_orders_are_one_notice(integration: Integration, owner: User) -> None:
    forms = [form([line(f"l{n}")], form_id=f"f{n}") for n in range(200)]
    record_checkout_forms(integration=integration, forms=forms, now=timezone.now())
    assert Tally.objects.count() == 1
    assert told() == {"order.created": 200}
    assert Notification.objects.get().title == "200 new orders"


def test_the_usual_way_of_an_order_is_no_news_and_a_later_change_is(
    record: Record, owner: User
) -> None:
    first = form([line("1")], status="BOUGHT")
    record(first)
    ready = later(first, status="READY_FOR_PROCESSING")
    record(ready)
    record(ready)
    assert told() == {"order.created": 1}
    moved: dict[str, Any] = later(ready, minutes=10, messageToSeller="Please hurry")
    record(moved)
    assert told() == {"order.created": 1, "order.updated": 1}
    record(later(moved, minutes=10, status="CANCELLED"))
    assert told() == {"order.created": 1, "order.updated": 2, "order.stop": 1}
    assert Order.objects.count() == 1


def test_what_was_over_before_the_account_was_connected_is_told_to_nobody(
    record: Record, owner: User
) -> None:
    long_ago = START - timedelta(days=90)
    old = form([line("1", bought_at=long_ago)], updated_at=long_ago)
    record(fulfilled(old, "SENT"))
    assert told() == {}
