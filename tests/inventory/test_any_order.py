"""Whatever is done to stock, in any order and however often: the ledger adds up, each cause counts once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.errors import HubError
from inventory.enums import HoldState, ReservationState, TransferState
from inventory.models import (
    Hold,
    Reservation,
    StockLevel,
    StockMovement,
    Stocktake,
    Transfer,
    TransferLine,
    Warehouse,
)
from inventory.operations import (
    cancel_transfer,
    confirm_hold,
    consume,
    count_line,
    discard_stocktake,
    draft_transfer,
    ensure_default_warehouse,
    expire_holds,
    receive_transfer,
    release,
    release_hold,
    request_post,
    reserve,
    reserve_strictly,
    restock,
    send_transfer,
    set_on_hand,
    start_stocktake,
)
from inventory.operations.posting import post_due
from inventory.queries import differences, in_transit
from tests.factories import OrganizationFactory, ProductFactory

KEYS = st.sampled_from(["a", "b", "c"])
FEW = st.integers(min_value=0, max_value=6)
SOME = st.integers(min_value=1, max_value=5)
WHICH = st.integers(min_value=0, max_value=1)


class Stock(RuleBasedStateMachine):
    """Two products, two warehouses and everything that moves them, with keys that come again."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = timezone.now()
        self.organization = OrganizationFactory()
        main = ensure_default_warehouse(organization_id=self.organization.pk)
        shop = Warehouse.objects.create(organization=self.organization, name="Shop", code="shop")
        self.places = [main, shop]
        self.products = ProductFactory.create_batch(2, organization=self.organization)
        self.by: dict[str, Any] = {"organization_id": self.organization.pk}

    @property
    def now(self) -> Any:
        self.clock += timedelta(seconds=1)
        return self.clock

    def attempt(self, do: Any, **values: Any) -> Any:
        """A refusal is an answer too, and leaves nothing behind."""
        try:
            with transaction.atomic():
                return do(**values)
        except HubError:
            return None

    @rule(which=WHICH, place=WHICH, pieces=FEW, key=KEYS)
    def count_by_hand(self, which: int, place: int, pieces: int, key: str) -> None:
        self.attempt(
            set_on_hand, **self.by, product_id=self.products[which].pk,
            warehouse=self.places[place], on_hand=pieces, reason="", actor=None, now=self.now,
            key=f"set:{key}:{which}:{place}:{pieces}",
        )  # fmt: skip

    @rule(which=WHICH, pieces=SOME, key=KEYS)
    def sell(self, which: int, pieces: int, key: str) -> None:
        self.attempt(
            reserve, **self.by, product_id=self.products[which].pk, quantity=pieces,
            key=f"{key}:{which}", reference="order", now=self.now,
        )  # fmt: skip

    @rule(which=WHICH, key=KEYS)
    def dispatch(self, which: int, key: str) -> None:
        self.attempt(consume, **self.by, key=f"{key}:{which}", now=self.now)

    @rule(which=WHICH, key=KEYS)
    def cancel_sale(self, which: int, key: str) -> None:
        self.attempt(release, **self.by, key=f"{key}:{which}", reason="", now=self.now)

    @rule(which=WHICH, pieces=SOME, key=KEYS)
    def come_back(self, which: int, pieces: int, key: str) -> None:
        self.attempt(
            restock, **self.by, product_id=self.products[which].pk, quantity=pieces,
            key=f"return:{key}:{which}", reference="", reason="", warehouse_id=None, actor=None,
            now=self.now,
        )  # fmt: skip

    @rule(which=WHICH, pieces=SOME, key=KEYS, seconds=st.sampled_from([None, 2, 50]))
    def keep(self, which: int, pieces: int, key: str, seconds: int | None) -> None:
        now = self.now
        ends = now + timedelta(seconds=seconds) if seconds else None
        before = self._free(which)
        kept = self.attempt(
            reserve_strictly, **self.by, product_id=self.products[which].pk, quantity=pieces,
            key=f"hold:{key}:{which}:{pieces}", reference="", expires_at=ends, actor=None, now=now,
        )  # fmt: skip
        if kept is not None and kept.created_at == now:
            assert self._free(which) >= 0, f"kept {pieces} of {before}"

    def _free(self, which: int) -> int:
        levels = StockLevel.objects.filter(product=self.products[which])
        return sum(level.available for level in levels)

    @rule(number=st.integers(0, 3), sold=st.booleans())
    def settle_hold(self, number: int, sold: bool) -> None:
        holds = Hold.objects.filter(organization=self.organization).order_by("pk")
        if hold := holds[number : number + 1].first():
            self.attempt(
                confirm_hold if sold else release_hold, hold=hold, actor=None, now=self.now
            )

    @rule()
    def sweep(self) -> None:
        expire_holds(now=self.now)

    @rule(which=WHICH, pieces=SOME, there=st.booleans())
    def draft(self, which: int, pieces: int, there: bool) -> None:
        source, destination = self.places if there else reversed(self.places)
        self.attempt(
            draft_transfer, **self.by, source=source, destination=destination, note="",
            actor=None, now=self.now, pieces={self.products[which].pk: pieces},
        )  # fmt: skip

    @rule(number=st.integers(0, 2), step=st.sampled_from(["send", "cancel"]))
    def move_transfer(self, number: int, step: str) -> None:
        if transfer := self._transfer(number):
            do = send_transfer if step == "send" else cancel_transfer
            self.attempt(do, transfer=transfer, actor=None, now=self.now)

    @rule(number=st.integers(0, 2), pieces=FEW, key=KEYS, finish=st.booleans())
    def arrive(self, number: int, pieces: int, key: str, finish: bool) -> None:
        if transfer := self._transfer(number):
            self.attempt(
                receive_transfer, transfer=transfer,
                arrived={transfer.lines.get().pk: pieces}, finish=finish, reason="broke",
                key=key, actor=None, now=self.now,
            )  # fmt: skip

    def _transfer(self, number: int) -> Transfer | None:
        transfers = Transfer.objects.filter(organization=self.organization).order_by("pk")
        return transfers[number : number + 1].first()

    @rule(place=WHICH)
    def begin_count(self, place: int) -> None:
        self.attempt(start_stocktake, warehouse=self.places[place], actor=None, now=self.now)

    @rule(which=WHICH, pieces=FEW, add=st.booleans(), key=KEYS)
    def count(self, which: int, pieces: int, add: bool, key: str) -> None:
        if stocktake := Stocktake.objects.filter(stage="COUNTING").order_by("pk").first():
            self.attempt(
                count_line, stocktake=stocktake, product=self.products[which], pieces=pieces,
                add=add, key=key, actor=None, now=self.now,
            )  # fmt: skip

    @rule(zero=st.booleans(), give_up=st.booleans())
    def end_count(self, zero: bool, give_up: bool) -> None:
        stocktake = Stocktake.objects.filter(stage="COUNTING").order_by("pk").first()
        if stocktake is None:
            return
        by: dict[str, Any] = {"stocktake": stocktake, "actor": None, "now": timezone.now()}
        if give_up:
            self.attempt(discard_stocktake, **by)
        elif self.attempt(request_post, uncounted_is_zero=zero, **by):
            post_due()

    @invariant()
    def levels_ledger_and_promises_agree(self) -> None:
        assert differences(organization_id=self.organization.pk) == []

    @invariant()
    def each_line_ends_where_the_next_begins(self) -> None:
        ends: dict[tuple[int, int], tuple[int, int]] = {}
        for line in StockMovement.objects.filter(organization=self.organization).order_by("pk"):
            place = (line.warehouse_id, line.product_id)
            on_hand, reserved = ends.get(place, (0, 0))
            ends[place] = (on_hand + line.on_hand_change, reserved + line.reserved_change)
            assert ends[place] == (line.on_hand_after, line.reserved_after)

    @invariant()
    def holds_hold_what_they_say(self) -> None:
        for hold in Hold.objects.filter(organization=self.organization):
            kept = Reservation.objects.filter(claim=hold.claim)
            active = kept.filter(state=ReservationState.ACTIVE)
            assert sum(kept.values_list("quantity", flat=True)) == hold.quantity
            assert active.exists() == (hold.state == HoldState.ACTIVE)

    @invariant()
    def what_left_and_did_not_arrive_is_in_transit(self) -> None:
        lines = TransferLine.objects.filter(
            organization=self.organization, transfer__state=TransferState.SENT
        )
        coming = in_transit(
            organization_id=self.organization.pk, product_ids=[one.pk for one in self.products]
        )
        assert sum(coming.values()) == sum(line.open for line in lines)


@pytest.mark.django_db
def test_stock_adds_up_after_any_order_of_events() -> None:
    class Undone(Stock):
        """Each run starts from an empty ledger and leaves nothing."""

        def __init__(self) -> None:
            self.around = transaction.atomic()
            self.around.__enter__()
            super().__init__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            # A run that fails is shown as it is: making it shorter would take minutes of database.
            phases=[Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
