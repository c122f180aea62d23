from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.bulk import copy_rows, fresh, give_keys, update_rows
from core.packed import pack, unpack
from orders.models import Order, OrderLine, OrderRevision
from tests.factories import IntegrationFactory

HARD = "a\tb\nc\\N\\. \"quoted\" 'single' Zażółć 🎁 %s {}"


@pytest.fixture
def order(organization: Any) -> Order:
    integration = IntegrationFactory(organization=organization)
    made = fresh(
        Order,
        organization_id=organization.pk,
        integration_id=integration.pk,
        checkout_form_id="form-1",
        received_at=timezone.now(),
        read_at=timezone.now(),
        buyer_login=HARD,
        buyer_address={"street": HARD, "none": None},
        total=Decimal("10.50"),
    )
    give_keys([made])
    copy_rows([made])
    return made


def test_copied_rows_are_what_the_constructor_would_have_saved(order: Order) -> None:
    kept = Order.objects.get(pk=order.pk)
    for field in Order._meta.concrete_fields:
        if not field.name.endswith("ed_at"):
            assert getattr(kept, field.attname) == getattr(order, field.attname), field.name
    assert kept.buyer_login == HARD
    assert kept.buyer_address == {"street": HARD, "none": None}
    assert kept.created_at - timezone.now() < timedelta(minutes=1)
    blank = Order(organization_id=order.organization_id, checkout_form_id="other")
    for field in Order._meta.concrete_fields:
        light = fresh(Order, checkout_form_id="other", organization_id=order.organization_id)
        assert getattr(light, field.attname) == getattr(blank, field.attname), field.name


def test_a_copied_row_can_be_saved_like_any_other(order: Order) -> None:
    order.note = "seen"
    order.save()
    assert Order.objects.get().note == "seen"
    assert order.integration.orders.get() == order


def test_light_instances_share_no_mutable_default(order: Order) -> None:
    one, other = fresh(Order), fresh(Order)
    one.buyer_address["street"] = "Solna"
    assert other.buyer_address == {}


def test_keys_are_drawn_from_the_sequence_of_the_table(order: Order) -> None:
    following = fresh(
        OrderLine,
        organization_id=order.organization_id,
        integration_id=order.integration_id,
        order_id=order.pk,
        line_item_id="1",
        offer_allegro_id="7",
        name="Kubek",
        quantity=1,
    )
    copy_rows([following])
    made = OrderLine.objects.create(
        organization_id=order.organization_id,
        integration_id=order.integration_id,
        order=order,
        line_item_id="2",
        offer_allegro_id="7",
        name="Kubek",
        quantity=1,
    )
    assert OrderLine.objects.get(line_item_id="1").pk < made.pk


def test_a_row_that_exists_breaks_its_constraint(order: Order) -> None:
    again = fresh(Order, **{name: value for name, value in vars(order).items() if name[0] != "_"})
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_rows([again])
    assert Order.objects.count() == 1


def test_documents_are_kept_compressed_and_read_whole(order: Order) -> None:
    document = {"id": "1", "text": HARD, "many": ["x" * 500] * 10, "number": 1.5, "none": None}
    values = {
        "organization_id": order.organization_id,
        "order_id": order.pk,
        "read_at": order.read_at,
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    copy_rows([fresh(OrderRevision, payload=pack(body), sha256="a", **values)])
    OrderRevision.objects.create(payload=document, sha256="b", **values)
    assert [one.payload for one in OrderRevision.objects.all()] == [document, document]
    assert len(pack(body)) < len(body) / 4


def test_documents_from_before_compression_are_read_as_they_are() -> None:
    assert unpack(b'{"a": 1}') == {"a": 1}
    assert unpack(b"[]") == []


def test_many_rows_are_updated_and_no_other(order: Order) -> None:
    values = {name: value for name, value in vars(order).items() if name[0] != "_"}
    other = fresh(Order, **values | {"id": None, "checkout_form_id": "form-2"})
    give_keys([other])
    copy_rows([other])
    order.note, order.total, order.buyer_address = HARD, Decimal("0.30"), {"city": HARD}
    order.paid_at, order.hold_reason = order.read_at, "not written"
    before = Order.objects.get(pk=order.pk).updated_at
    names = ["note", "total", "buyer_address", "paid_at", "currency", "delivery_cost", "updated_at"]
    update_rows([order], names)
    kept = Order.objects.get(pk=order.pk)
    assert (kept.note, kept.total, kept.buyer_address) == (HARD, Decimal("0.30"), {"city": HARD})
    assert (kept.paid_at, kept.delivery_cost, kept.hold_reason) == (order.read_at, None, "")
    assert kept.updated_at > before
    assert Order.objects.get(pk=other.pk).note == ""
