"""Forms read again, late, in any order, by many at once: the newest counts, once."""

from __future__ import annotations

import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.models import OutboxMessage
from inventory.enums import MovementKind
from inventory.models import StockMovement
from orders.enums import DisplayStatus, StockState
from orders.models import Order, OrderLine, OrderRevision, OrderTransition
from orders.operations import record_checkout_form, record_checkout_forms
from settings_app.models import Integration
from tests.inventory.test_reservations import assert_ledger_equals_levels
from tests.orders.checkout_forms import form, fulfilled, later, line
from tests.orders.conftest import Record, Sold, level, topics


def test_the_same_form_again_changes_nothing(record: Record, sold: Sold) -> None:
    cup = sold("1")
    whole = form([line("1", quantity=2)])
    assert record(whole).created
    before = OutboxMessage.objects.count()
    again = record(json.loads(json.dumps(whole)))
    assert (again.created, again.changed) == (False, False)
    assert OutboxMessage.objects.count() == before
    assert OrderRevision.objects.count() == 1
    assert level(cup) == (10, 2)


def test_steps_are_taken_and_told_once(record: Record, sold: Sold) -> None:
    cup = sold("1")
    bought = form([line("1", quantity=2)], status="BOUGHT")
    record(bought)
    assert topics() == ["order.bought"]
    assert level(cup) == (10, 2)
    ready = later(form(bought["lineItems"], form_id=bought["id"]))
    record(ready)
    assert topics() == ["order.bought", "order.changed", "order.ready"]
    record(later(ready, minutes=5, messageToSeller="x"))
    assert topics().count("order.ready") == 1
    record(fulfilled(later(ready, minutes=9), "SENT"))
    assert level(cup) == (8, 0)
    record(fulfilled(later(ready, minutes=12), "PICKED_UP"))
    assert level(cup) == (8, 0)
    names = OrderTransition.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["bought", "ready", "sent"]
    assert OrderLine.objects.get().stock_state == StockState.CONSUMED


def test_an_older_form_never_overwrites_a_newer_one(record: Record, sold: Sold) -> None:
    cup = sold("1")
    old = form([line("1", quantity=2)], status="BOUGHT")
    new = later(form(old["lineItems"], form_id=old["id"]), status="CANCELLED")
    record(new)
    stale = record(old)
    assert (stale.created, stale.changed) == (False, False)
    order = Order.objects.get()
    assert order.display_status == DisplayStatus.CANCELLED
    assert level(cup) == (10, 0)
    assert OrderRevision.objects.count() == 2, "what was told is kept all the same"


def test_at_equal_update_time_the_later_read_counts(record: Record) -> None:
    new = form()
    sent = fulfilled(new, "SENT")
    asked = timezone.now()
    record(sent, read_at=asked)
    record(new, read_at=asked - timedelta(seconds=2))
    assert Order.objects.get().display_status == DisplayStatus.SENT
    record(new, read_at=asked + timedelta(seconds=2))
    assert Order.objects.get().display_status == DisplayStatus.READY


def test_a_poorer_form_erases_no_buyer(record: Record) -> None:
    whole = form()
    record(whole)
    bare = {"id": whole["buyer"]["id"], "login": whole["buyer"]["login"], "email": None}
    record(later(whole, buyer=bare, delivery=None, invoice=None, payment=None))
    order = Order.objects.get()
    assert order.buyer_last_name == "Kowalska"
    assert order.buyer_phone == "+48 600 700 800"
    assert order.delivery_address["street"] == "Grunwaldzka 182"
    assert order.pickup_point["id"] == "POZ08A"
    assert order.is_paid
    assert "KOWALSKA" in order.search


def test_another_way_of_delivery_drops_the_old_pickup_point(record: Record) -> None:
    whole = form()
    record(whole)
    courier = dict(whole["delivery"]) | {
        "method": {"id": "courier", "name": "Kurier"}, "pickupPoint": None,
    }  # fmt: skip
    record(later(whole, delivery=courier))
    assert Order.objects.get().pickup_point == {}


def test_a_changed_address_is_taken_whole(record: Record) -> None:
    whole = form()
    record(whole)
    moved = {"street": "Nowa 7", "city": "Gdynia", "zipCode": "81-001", "countryCode": "PL"}
    record(later(whole, delivery=dict(whole["delivery"]) | {"address": moved}))
    assert Order.objects.get().delivery_address == moved


def test_an_old_form_read_late_does_not_take_its_lines_back(record: Record, sold: Sold) -> None:
    cup = sold("1")
    old = form([line("1", quantity=2)], status="BOUGHT")
    merged = later(form(old["lineItems"]), minutes=3)
    for known_before in (False, True):
        Order.objects.all().delete()
        if known_before:
            record(old)
        record(merged)
        record(later(old, minutes=1))
        new = Order.objects.get(checkout_form_id=merged["id"])
        assert new.lines.count() == 1
        gone = Order.objects.get(checkout_form_id=old["id"])
        assert (gone.display_status, gone.superseded_by) == (DisplayStatus.SUPERSEDED, new)
    assert level(cup) == (10, 2)


def test_a_form_twice_in_one_page_is_recorded_as_its_newest(
    integration: Integration, sold: Sold
) -> None:
    sold("1")
    old = form([line("1")], status="BOUGHT")
    new = later(form(old["lineItems"], form_id=old["id"]))
    done = record_checkout_forms(integration=integration, forms=[new, old], now=timezone.now())
    assert done[0].order.pk == done[1].order.pk
    assert Order.objects.get().display_status == DisplayStatus.READY


@pytest.mark.parametrize("order_of_events", list(itertools.permutations(range(4))))
def test_any_order_of_reads_ends_in_the_same_state(
    record: Record, sold: Sold, order_of_events: tuple[int, ...]
) -> None:
    cup = sold("1")
    bought = form([line("1", quantity=2)], status="BOUGHT")
    ready = later(form(bought["lineItems"], form_id=bought["id"]), minutes=1)
    changed = later(ready, minutes=2, messageToSeller="x")
    sent = fulfilled(later(ready, minutes=3), "SENT")
    history = [bought, ready, changed, sent]
    for number in order_of_events:
        record(history[number])
        record(history[number])
    assert level(cup) == (8, 0)
    assert Order.objects.get().display_status == DisplayStatus.SENT
    assert StockMovement.objects.filter(kind=MovementKind.DISPATCH).count() == 1
    assert_ledger_equals_levels(cup.organization)


@pytest.mark.django_db(transaction=True)
def test_many_recorders_at_once_take_everything_once(integration: Integration, sold: Sold) -> None:
    products = [sold(str(n), on_hand=500) for n in range(4)]
    forms = [form([line(str(k), quantity=1 + n % 3) for k in range(1 + n % 4)]) for n in range(20)]
    work = [one for one in forms for _again in range(3)]
    random.Random(7).shuffle(work)

    def one(whole: dict[str, Any]) -> None:
        try:
            record_checkout_form(integration=integration, form=whole, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(one, work))
    assert Order.objects.count() == 20
    sold_pieces = {str(n): 0 for n in range(4)}
    for whole in forms:
        for item in whole["lineItems"]:
            sold_pieces[item["offer"]["id"]] += item["quantity"]
    assert [level(one)[1] for one in products] == list(sold_pieces.values())
    assert_ledger_equals_levels(integration.organization)
