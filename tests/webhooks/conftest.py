"""An account of the sandbox, connected for real, with its offers behind products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from core.outbox import deliver_due
from offers.models import Offer
from products.models import Product
from settings_app.models import Integration
from tests.integrations import connect
from tests.orders.conftest import level as stock
from tests.orders.conftest import linked_product
from webhooks.operations import poll_orders, process_inbox

__all__ = ["stock"]
CatchUp = Callable[[], int]
Shelf = dict[str, Product]


@pytest.fixture
def login(allegro: Any) -> str:
    return str(allegro.sellers()[0])


@pytest.fixture
def account(allegro: Any, organization: Any, owner: Any, login: str) -> Integration:
    """The sandbox's first seller, connected; its journal's cursor stands at the newest event."""
    made: Integration = connect(organization=organization, user=owner, sandbox=allegro, login=login)
    assert poll(made) == 0
    return made


@pytest.fixture
def shelf(account: Integration, allegro: Any, login: str) -> Shelf:
    """Products with 20 pieces each behind the seller's first offers, by offer number."""
    return {
        str(offer["id"]): linked_product(account, str(offer["id"]), on_hand=20)
        for offer in allegro.seller(login)["offers"]
        if offer["status"] == "ACTIVE" and offer["available"] >= 6
    }


def poll(integration: Integration) -> int:
    integration.refresh_from_db()
    return poll_orders(integration=integration, now=timezone.now())


@pytest.fixture
def catch_up(account: Integration) -> CatchUp:
    """Read the journal and work on what it told."""

    def do() -> int:
        stored = poll(account)
        process_inbox()
        deliver_due()
        return stored

    return do


def two_offers(shelf: Shelf) -> tuple[str, str]:
    first, second = sorted(shelf)[:2]
    assert Offer.objects.filter(allegro_id__in=[first, second]).count() == 2
    return first, second
