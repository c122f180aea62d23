"""Stock in plans: what is counted here goes out by its own way, and is taken only where Allegro may win."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from inventory.models import StockLevel
from offers.enums import PushReason
from offers.models import Offer, OfferPush, ValuePush
from products.models import Product
from settings_app.models import Integration
from syncs.enums import SyncKind
from syncs.models import SyncRun
from tests.offers.scene import put_on_shelf
from tests.syncs.planning import (
    account_in_step,
    change_of,
    finished,
    note,
    offers_of,
    plan_of,
    planned,
    rule,
    set_theirs,
    sides,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(organization: Any, away: None) -> Offer:
    """Seven pieces lie on the shelf, and Allegro shows seven."""
    account = account_in_step(organization, 1)
    [made] = offers_of(account)
    put_on_shelf(Product.objects.get(offer_links__offer=made), 7)
    note(account, made)
    set_theirs(made, "7", "STOCK")
    OfferPush.objects.all().delete()
    planned(account)
    assert sides(made, "STOCK") == ("7", "7", "7")
    return made


def _ended(offer: Offer, reason: PushReason, state: WorkState, target: int) -> None:
    OfferPush.objects.filter(offer=offer).update(
        state=state, reason=reason, target=target, finished_at=timezone.now()
    )


def test_a_number_changed_at_allegro_is_sent_again(offer: Offer) -> None:
    set_theirs(offer, "9", "STOCK")
    run = planned(offer.integration, SyncKind.PUSH)
    assert plan_of(run) == {("PUSH", "LEDGER_WINS", "SENT"): 1}
    assert not ValuePush.objects.exists()
    assert OfferPush.objects.get(offer=offer).cause == "RUN"
    # A sale came in between: what is sent is computed at that moment.
    _ended(offer, PushReason.SENT, WorkState.DONE, 6)
    set_theirs(offer, "6", "STOCK")
    run = finished(run)
    assert (run.state, change_of(run, offer, "STOCK").state) == ("DONE", "DONE")
    assert sides(offer, "STOCK") == ("6", "7", "6")


def test_how_an_earlier_push_ended_does_not_end_a_change(offer: Offer) -> None:
    set_theirs(offer, "9", "STOCK")
    run = planned(offer.integration, SyncKind.PUSH)
    _ended(offer, PushReason.SENT, WorkState.DONE, 7)
    OfferPush.objects.update(requested_at=timezone.now() - timedelta(hours=1))
    assert change_of(finished(run), offer, "STOCK").state == "SENT"


@pytest.mark.parametrize(
    ("reason", "state", "ended", "outcome"),
    [
        (PushReason.GONE, WorkState.DEAD, "FAILED", "GONE"),
        (PushReason.DROPPED, WorkState.DONE, "SKIPPED", "DROPPED"),
        (PushReason.ZERO_LEFT, WorkState.DONE, "SKIPPED", "NOT_OURS"),
    ],
)
def test_stock_that_was_not_sent_says_why(
    offer: Offer, reason: PushReason, state: WorkState, ended: str, outcome: str
) -> None:
    set_theirs(offer, "9", "STOCK")
    run = planned(offer.integration, SyncKind.PUSH)
    _ended(offer, reason, state, 7)
    change = change_of(finished(run), offer, "STOCK")
    assert (change.state, change.outcome) == (ended, outcome)
    assert change.message
    assert sides(offer, "STOCK")[0] == "7"


def test_allegros_number_is_taken_into_the_stock_where_the_seller_says_so(offer: Offer) -> None:
    rule(offer.integration, "STOCK", strategy="ALLEGRO_WINS")
    set_theirs(offer, "9", "STOCK")
    run = planned(offer.integration, SyncKind.PULL)
    assert plan_of(run) == {("PULL", "THEIRS_CHANGED", "DONE"): 1}
    assert StockLevel.objects.get().on_hand == 9
    assert sides(offer, "STOCK") == ("9", "9", "9")
    assert (change_of(run, offer, "STOCK").written_where or {})["place"] == "STOCK"


def test_a_number_that_cannot_be_taken_says_so_and_stops_nothing(offer: Offer) -> None:
    account = offer.integration
    rule(account, "STOCK", strategy="ALLEGRO_WINS")
    Integration.objects.update(may_write_stock=False)
    set_theirs(offer, "9", "STOCK")
    set_theirs(offer, "99.00 PLN", "PRICE")
    run = planned(account, SyncKind.PULL)
    assert change_of(run, offer, "PRICE").state == "DONE"
    change = change_of(run, offer, "STOCK")
    assert (change.state, change.outcome) == ("FAILED", "NOT_TAKABLE")
    assert change.message
    assert StockLevel.objects.get().on_hand == 7
    assert (SyncRun.objects.get(pk=run.pk).failed, run.state) == (1, "DONE")
