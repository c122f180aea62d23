"""Two accounts that sell one product: a purchase on one lowers what the other shows."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.outbox import deliver_due
from offers.enums import LinkSource, LinkState
from offers.models import Offer, OfferLink, OfferPush
from orders.models import Order
from products.models import Product
from settings_app.models import Integration
from tests.integrations import connect
from tests.offers.scene import (
    active_offers,
    allow_stock,
    offer_of,
    push,
    push_of,
    put_on_shelf,
    sell,
    shown,
)
from webhooks.operations import poll_orders, process_inbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts(allegro: Any, organization: Any, owner: Any) -> list[Integration]:
    made = []
    for login in allegro.sellers()[:2]:
        account = connect(organization=organization, user=owner, sandbox=allegro, login=login)
        poll_orders(integration=account, now=timezone.now())
        made.append(allow_stock(account))
    return made


@pytest.fixture
def shared(allegro: Any, accounts: list[Integration]) -> tuple[Product, str, str]:
    """One product of ten pieces behind an offer of each account, both showing 10."""
    first, second = accounts
    ours = active_offers(allegro, first.seller_login)[0]
    theirs = active_offers(allegro, second.seller_login)[0]
    product = sell(first, ours, on_hand=10)
    also_sold_as(product, second, theirs)
    for account in accounts:
        push(account)
    assert (shown(allegro, ours)[0], shown(allegro, theirs)[0]) == (10, 10)
    return product, ours, theirs


def also_sold_as(product: Product, account: Integration, number: str) -> None:
    now = timezone.now()
    offer = Offer.objects.create(
        organization=account.organization,
        integration=account,
        allegro_id=number,
        title=product.name,
        publication_status="ACTIVE",
        link_state=LinkState.LINKED,
        first_seen_at=now,
        remote_seen_at=now,
    )
    OfferLink.objects.create(
        organization=account.organization,
        offer=offer,
        product=product,
        source=LinkSource.PERSON,
        linked_at=now,
    )
    put_on_shelf(product, 11)
    put_on_shelf(product, 10)


def pipeline(accounts: list[Integration]) -> None:
    """What the workers do: journals, inbox, outbox, pushes."""
    for account in accounts:
        account.refresh_from_db()
        poll_orders(integration=account, now=timezone.now())
    process_inbox()
    deliver_due()
    for account in accounts:
        push(account)


def test_a_purchase_on_one_account_lowers_the_other(
    allegro: Any, accounts: list[Integration], shared: tuple[Product, str, str]
) -> None:
    _product, ours, theirs = shared
    allegro.buy(accounts[0].seller_login, {ours: 3})
    began = time.monotonic()
    pipeline(accounts)
    assert (shown(allegro, ours)[0], shown(allegro, theirs)[0]) == (7, 7)
    assert time.monotonic() - began < 15
    # The account it was bought on shows it by itself: there is nothing to write.
    assert push_of(ours).reason == "EQUAL"
    assert push_of(theirs).reason == "SENT"


def test_the_last_pieces_sold_there_end_the_offer_here_and_come_back_together(
    allegro: Any, accounts: list[Integration], shared: tuple[Product, str, str]
) -> None:
    product, ours, theirs = shared
    allegro.buy(accounts[0].seller_login, {ours: 10})
    pipeline(accounts)
    assert shown(allegro, ours) == (0, "ENDED")
    assert shown(allegro, theirs) == (0, "ENDED")
    put_on_shelf(product, 16)
    for account in accounts:
        push(account)
    assert shown(allegro, ours) == (6, "ACTIVE")
    assert shown(allegro, theirs) == (6, "ACTIVE")


def test_a_purchase_not_heard_of_is_not_overwritten(
    allegro: Any, accounts: list[Integration], shared: tuple[Product, str, str]
) -> None:
    """Stock arrives in the very moment of a purchase: the journal is read before the number is sent."""
    product, ours, theirs = shared
    allegro.buy(accounts[0].seller_login, {ours: 4})
    put_on_shelf(product, 15)
    assert not Order.objects.exists()
    push(accounts[0])
    push(accounts[1])
    assert Order.objects.count() == 1
    assert (shown(allegro, ours)[0], shown(allegro, theirs)[0]) == (11, 11)


def test_a_purchase_whose_event_is_late_is_waited_for(
    allegro: Any, accounts: list[Integration], shared: tuple[Product, str, str]
) -> None:
    product, ours, _theirs = shared
    allegro.control("POST", "/settings", {"eventLagSeconds": 3600})
    allegro.buy(accounts[0].seller_login, {ours: 4})
    put_on_shelf(product, 15)
    push(accounts[0], seconds=1)
    row = push_of(ours)
    assert (row.state, row.reason) == ("PENDING", "PURCHASE")
    assert shown(allegro, ours)[0] == 6
    allegro.control("POST", "/settings", {"eventLagSeconds": 0})
    allegro.advance(3601)
    OfferPush.objects.update(next_attempt_at=timezone.now())
    push(accounts[0])
    assert shown(allegro, ours)[0] == 11
    assert offer_of(ours).stock_shown == 11


def test_a_drop_nobody_explains_is_overwritten_after_a_while(
    allegro: Any, accounts: list[Integration], shared: tuple[Product, str, str]
) -> None:
    """The seller changed the number at Allegro: while stock is ours to write, ours counts."""
    product, ours, _theirs = shared
    allegro.control("PATCH", f"/offers/{ours}", {"available": 2})
    put_on_shelf(product, 12)
    push(accounts[0], seconds=1)
    assert push_of(ours).reason == "PURCHASE"
    long_ago = timezone.now() - timedelta(minutes=2)
    OfferPush.objects.update(next_attempt_at=timezone.now(), unexplained_since=long_ago)
    push(accounts[0])
    assert shown(allegro, ours)[0] == 12


def test_stock_waits_while_the_journal_cannot_be_read(
    allegro: Any, accounts: list[Integration], shared: tuple[Product, str, str]
) -> None:
    product, ours, _theirs = shared
    allegro.control(
        "POST", "/faults", {"kind": "status", "route": "GET /order/events", "status": 503}
    )
    put_on_shelf(product, 30)
    push(accounts[0], seconds=1)
    row = push_of(ours)
    assert (row.state, row.reason, row.attempts) == ("PENDING", "JOURNAL", 0)
    assert shown(allegro, ours)[0] == 10
    allegro.control("DELETE", "/faults")
    OfferPush.objects.update(next_attempt_at=timezone.now())
    push(accounts[0])
    assert shown(allegro, ours)[0] == 30
