"""Whatever is read how often, in which order and how late: the end is that of the reference.

``HUB_PROPERTY_EXAMPLES`` runs that many random examples in place of a few fixed ones.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.errors import StateConflict
from core.models import OutboxMessage
from inventory.models import StockLevel
from orders.models import CustomerReturn, Order, OrderLine, OrderTransition, ReturnLine
from orders.operations import (
    LineDecision,
    RestockUnanswered,
    decide_return,
    record_checkout_forms,
    record_customer_return,
)
from orders.operations.refreshing import mark_gone
from settings_app.models import Integration
from tests.factories import IntegrationFactory, OrganizationFactory
from tests.inventory.test_reservations import assert_ledger_equals_levels
from tests.orders.checkout_forms import START
from tests.orders.conftest import link, linked_product
from tests.orders.reference import PARCEL, Allegro, Purchase, expected

ON_HAND = 500
DEEP = int(os.environ.get("HUB_PROPERTY_EXAMPLES", "0"))
PICK = st.integers(0, 1_000)
WANTED = st.lists(st.tuples(st.sampled_from("123"), st.integers(1, 3)), min_size=1, max_size=3)


class AnyOrder(RuleBasedStateMachine):
    """Allegro goes its way; what was read of it arrives here at any time, any number of times."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        organization = OrganizationFactory.create()
        self.integration: Integration = IntegrationFactory.create(organization=organization)
        Integration.objects.filter(pk=self.integration.pk).update(
            created_at=START - timedelta(days=30)
        )
        self.integration.refresh_from_db()
        self.cup = linked_product(self.integration, "1", on_hand=ON_HAND, units=2)
        self.lid = linked_product(self.integration, "1", on_hand=ON_HAND)
        link(self.integration, "2", self.lid)
        self.allegro = Allegro()
        self.pages: list[tuple[datetime, list[dict[str, Any]]]] = []
        self.notes: list[tuple[datetime, dict[str, Any]]] = []
        self.restocked: dict[str, int] = {}

    def teardown(self) -> None:
        try:
            if not transaction.get_connection().needs_rollback:
                self.everything_is_read_and_agrees()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # What Allegro does

    @rule(wanted=WANTED)
    def buy(self, wanted: list[tuple[str, int]]) -> None:
        self.allegro.buy(wanted)

    @precondition(lambda self: self.some("is_unpaid"))
    @rule(pick=PICK, paid=st.booleans())
    def go_on_buying(self, pick: int, paid: bool) -> None:
        one = self.pick(self.some("is_unpaid"), pick)
        self.allegro.go_on(one, status="READY_FOR_PROCESSING" if paid else "FILLED_IN")

    @precondition(lambda self: self.some("may_change"))
    @rule(pick=PICK, item=PICK, quantity=st.integers(1, 5))
    def change_pieces(self, pick: int, item: int, quantity: int) -> None:
        one = self.pick(self.some("may_change"), pick)
        chosen = self.pick(one.items, item)
        if not any(back.form_id == one.id for back in self.allegro.returns.values()):
            chosen.quantity = quantity
            self.allegro.go_on(one)

    @precondition(lambda self: self.paid())
    @rule(pick=PICK, fulfilment=st.sampled_from(["PROCESSING", "SENT", "SENT", "PICKED_UP"]))
    def fulfil(self, pick: int, fulfilment: str) -> None:
        one = self.pick(self.paid(), pick)
        if not (one.is_sent and fulfilment == "PROCESSING"):
            self.allegro.fulfil(one, fulfilment)

    @precondition(lambda self: self.some("may_change"))
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        self.allegro.go_on(self.pick(self.some("may_change"), pick), status="CANCELLED")

    @precondition(lambda self: self.cancelled())
    @rule(pick=PICK)
    def come_back(self, pick: int) -> None:
        self.allegro.go_on(self.pick(self.cancelled(), pick), status="READY_FOR_PROCESSING")

    @precondition(lambda self: len(self.some("is_unpaid")) > 1)
    @rule(pick=PICK, whole=st.booleans())
    def merge(self, pick: int, whole: bool) -> None:
        unpaid = self.some("is_unpaid")
        first = self.pick(unpaid, pick)
        second = self.pick([one for one in unpaid if one is not first], pick)
        items = first.items + (second.items if whole else second.items[:1])
        self.allegro.merge([first, second], items)

    @precondition(lambda self: self.paid())
    @rule(pick=PICK, item=PICK, quantity=st.integers(1, 3))
    def send_back(self, pick: int, item: int, quantity: int) -> None:
        one = self.pick(self.paid(), pick)
        chosen = self.pick(one.items, item)
        if quantity <= self.allegro.left_to_return(one, chosen.offer):
            self.allegro.send_back(one, chosen, quantity)

    @precondition(lambda self: self.moving())
    @rule(pick=PICK)
    def move_parcel(self, pick: int) -> None:
        one = self.pick(self.moving(), pick)
        self.allegro.tick()
        one.status = PARCEL[PARCEL.index(one.status) + 1]

    # What we read, and when it arrives

    @precondition(lambda self: self.allegro.purchases)
    @rule(pick=PICK)
    def read_one(self, pick: int) -> None:
        one = self.pick(list(self.allegro.purchases.values()), pick)
        self.pages.append((self.allegro.tick(), [one.told()]))

    @precondition(lambda self: self.allegro.purchases)
    @rule()
    def read_page(self) -> None:
        told = [one.told() for one in self.allegro.purchases.values()]
        self.pages.append((self.allegro.tick(), told))

    @precondition(lambda self: self.allegro.returns)
    @rule(pick=PICK)
    def read_return(self, pick: int) -> None:
        one = self.pick(list(self.allegro.returns.values()), pick)
        self.notes.append((self.allegro.tick(), one.told()))

    @precondition(lambda self: self.pages)
    @rule(pick=PICK)
    def record_page(self, pick: int) -> None:
        self.record(*self.pick(self.pages, pick))

    @precondition(lambda self: self.pages)
    @rule()
    def record_newest_page(self) -> None:
        self.record(*self.pages[-1])

    @precondition(lambda self: self.notes)
    @rule(pick=PICK)
    def record_note(self, pick: int) -> None:
        self.record_return(*self.pick(self.notes, pick))

    @precondition(lambda self: self.allegro.vanished)
    @rule(pick=PICK)
    def ask_for_what_vanished(self, pick: int) -> None:
        form_id = self.pick(sorted(self.allegro.vanished), pick)
        mark_gone(self.integration, form_id, self.allegro.tick())

    @precondition(lambda self: self.allegro.returns)
    @rule(pick=PICK, sellable=st.integers(0, 3), damaged=st.integers(0, 2))
    def decide(self, pick: int, sellable: int, damaged: int) -> None:
        """Decide about a return as a whole; refused while stock was not, or never, taken for it."""
        one = self.pick(list(self.allegro.returns.values()), pick)
        row = CustomerReturn.objects.filter(return_id=one.id).first()
        if row is None:
            return
        left = {"sellable": sellable, "damaged": damaged}
        decisions = []
        for line in row.lines.order_by("slot"):
            some = min(left["sellable"], line.quantity)
            broken = min(left["damaged"], line.quantity - some)
            left = {"sellable": left["sellable"] - some, "damaged": left["damaged"] - broken}
            decisions.append(LineDecision(line.pk, sellable=some, damaged=broken))
        try:
            with transaction.atomic():
                decide_return(
                    customer_return=row,
                    decisions=decisions,
                    warehouse_id=None,
                    actor=None,
                    now=self.allegro.tick(),
                )
        except (StateConflict, RestockUnanswered):
            return
        self.restocked[one.id] = sellable - left["sellable"]

    # What must hold

    @invariant()
    def ledger_adds_up(self) -> None:
        assert_ledger_equals_levels(self.integration.organization)

    def everything_is_read_and_agrees(self) -> None:
        now = self.allegro.tick()
        for back in self.allegro.returns.values():
            self.record_return(now, back.told())
        for one in self.allegro.purchases.values():
            self.record(now, [one.told()])
        for form_id in self.allegro.vanished:
            mark_gone(self.integration, form_id, now)
        self.assert_agrees()
        for at, told in [*self.pages[:3], *self.pages[-2:]]:
            self.record(at, told)
        self.assert_agrees()

    def assert_agrees(self) -> None:
        truth = expected(self.allegro, start=ON_HAND, restocked=self.restocked)
        orders = Order.objects.filter(integration=self.integration)
        display = dict(orders.values_list("checkout_form_id", "display_status"))
        old = {name: display.pop(name) for name in self.allegro.vanished if name in display}
        assert display == truth.display
        assert set(old.values()) <= {"SUPERSEDED"}
        lines = OrderLine.objects.filter(integration=self.integration).select_related("order")
        assert {
            one.line_item_id: (one.order.checkout_form_id, one.quantity, one.stock_state)
            for one in lines
        } == truth.lines
        levels = {name: (truth.on_hand[name], truth.reserved[name]) for name in ("cup", "lid")}
        assert {"cup": self.level(self.cup), "lid": self.level(self.lid)} == levels
        self.assert_returns_agree()
        self.assert_told_once()

    def assert_returns_agree(self) -> None:
        for one in self.allegro.returns.values():
            row = CustomerReturn.objects.get(integration=self.integration, return_id=one.id)
            assert row.status == one.status
            assert row.order is not None
            assert row.order.checkout_form_id == one.form_id
            lines = ReturnLine.objects.filter(customer_return=row)
            assert sum(line.quantity for line in lines) == one.quantity
            assert all(line.order_line is not None for line in lines)
        claimed: Counter[int | None] = Counter()
        for line in ReturnLine.objects.filter(customer_return__integration=self.integration):
            claimed[line.order_line_id] += line.quantity
        for line_id, pieces in claimed.items():
            assert pieces <= OrderLine.objects.get(pk=line_id).quantity

    def assert_told_once(self) -> None:
        told = Counter(
            (message.topic, message.payload["order_id"])
            for message in OutboxMessage.objects.filter(
                organization_id=self.integration.organization_id, topic__startswith="order."
            )
            if message.topic != "order.changed"
        )
        assert set(told.values()) <= {1}
        steps = OrderTransition.objects.filter(order__integration=self.integration)
        for one in self.allegro.purchases.values():
            names = set(steps.filter(order__checkout_form_id=one.id).values_list("name", flat=True))
            assert "bought" in names
            assert ("cancelled" in names) >= (one.status == "CANCELLED")
            assert ("sent" in names) == one.is_sent

    # How

    def record(self, at: datetime, told: list[dict[str, Any]]) -> None:
        record_checkout_forms(
            integration=self.integration, forms=told, now=self.allegro.now, read_at=at
        )

    def record_return(self, at: datetime, told: dict[str, Any]) -> None:
        record_customer_return(
            integration=self.integration, customer_return=told, now=self.allegro.now, read_at=at
        )

    def level(self, product: Any) -> tuple[int, int]:
        one = StockLevel.objects.get(product=product)
        return one.on_hand, one.reserved

    def some(self, what: str) -> list[Purchase]:
        return [one for one in self.allegro.purchases.values() if getattr(one, what)]

    def paid(self) -> list[Purchase]:
        purchases = self.allegro.purchases.values()
        return [one for one in purchases if one.status == "READY_FOR_PROCESSING"]

    def cancelled(self) -> list[Purchase]:
        return [one for one in self.allegro.purchases.values() if one.status == "CANCELLED"]

    def moving(self) -> list[Any]:
        """Returns whose goods may move on: their order was sent."""
        return [
            one
            for one in self.allegro.returns.values()
            if one.status != PARCEL[-1] and self.allegro.purchases[one.form_id].is_sent
        ]

    @staticmethod
    def pick(choices: Any, number: int) -> Any:
        return choices[number % len(choices)]


@pytest.mark.django_db
@pytest.mark.timeout(0 if DEEP else 300)
def test_any_order_of_reads_ends_as_the_reference() -> None:
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=DEEP or 12,
            stateful_step_count=40 if DEEP else 25,
            derandomize=not DEEP,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # What fails is told as it was found: shrinking would outlast the patience of a test.
            phases=[Phase.generate],
        ),
    )
