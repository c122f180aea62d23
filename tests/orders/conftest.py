from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.models import OutboxMessage
from inventory.models import StockLevel
from inventory.operations import ensure_default_warehouse, set_on_hand
from offers.enums import LinkSource, LinkState
from offers.models import Offer, OfferLink
from orders.operations import (
    Recorded,
    RecordedReturn,
    record_checkout_form,
    record_customer_return,
)
from products.models import Product
from settings_app.models import Integration
from tests.factories import IntegrationFactory, ProductFactory
from tests.integrations import connect
from tests.orders.allegro_orders import Shop
from tests.orders.checkout_forms import START

Record = Callable[..., Recorded]
Sold = Callable[..., Product]


@pytest.fixture
def integration(organization: Any) -> Integration:
    """An account connected before every order of these tests was bought."""
    made: Integration = IntegrationFactory.create(organization=organization)
    Integration.objects.filter(pk=made.pk).update(created_at=START - timedelta(days=30))
    made.refresh_from_db()
    return made


@pytest.fixture
def record(integration: Integration) -> Record:
    def do(form: dict[str, Any], **extra: Any) -> Recorded:
        values: dict[str, Any] = {"integration": integration, "now": timezone.now()} | extra
        return record_checkout_form(form=form, **values)

    return do


@pytest.fixture
def record_return(integration: Integration) -> Callable[..., RecordedReturn]:
    def do(told: dict[str, Any], **extra: Any) -> RecordedReturn:
        values: dict[str, Any] = {"integration": integration, "now": timezone.now()} | extra
        return record_customer_return(customer_return=told, **values)

    return do


@pytest.fixture
def shop(allegro: Any, organization: Any, owner: Any) -> Shop:
    """The sandbox's first seller, connected for real."""
    login = str(allegro.sellers()[0])
    account = connect(organization=organization, user=owner, sandbox=allegro, login=login)
    offers = [
        str(offer["id"])
        for offer in allegro.seller(login)["offers"]
        if offer["status"] == "ACTIVE" and offer["available"] >= 6
    ]
    return Shop(allegro, login, account, offers)


@pytest.fixture
def sold(integration: Integration) -> Sold:
    return lambda *args, **kwargs: linked_product(integration, *args, **kwargs)


def level(product: Product) -> tuple[int, int]:
    """What lies there of a product, and what of it is promised."""
    one = StockLevel.objects.get(product=product)
    return one.on_hand, one.reserved


def topics() -> list[str]:
    """What the outbox was told of orders, in order."""
    rows = OutboxMessage.objects.filter(topic__startswith="order.").order_by("pk")
    return list(rows.values_list("topic", flat=True))


def linked_product(
    integration: Integration, offer_id: str, *, on_hand: int = 10, units: int = 1, **values: Any
) -> Product:
    """A product with stock behind an offer of the account."""
    now = timezone.now()
    product: Product = ProductFactory.create(organization=integration.organization, **values)
    set_on_hand(
        organization_id=product.organization_id,
        product_id=product.pk,
        warehouse=ensure_default_warehouse(organization_id=product.organization_id),
        on_hand=on_hand,
        reason="",
        actor=None,
        now=now,
        key=f"start:{product.pk}",
    )
    link(integration, offer_id, product, units=units)
    return product


def link(integration: Integration, offer_id: str, product: Product, *, units: int = 1) -> OfferLink:
    """Put the product behind an offer of the account."""
    now = timezone.now()
    offer, _made = Offer.objects.get_or_create(
        integration=integration,
        allegro_id=offer_id,
        defaults={
            "organization": integration.organization,
            "title": product.name,
            "publication_status": "ACTIVE",
            "link_state": LinkState.LINKED,
            "first_seen_at": now,
            "remote_seen_at": now,
        },
    )
    made: OfferLink = OfferLink.objects.create(
        organization=integration.organization,
        offer=offer,
        product=product,
        units_per_offer=units,
        source=LinkSource.PERSON,
        linked_at=now,
    )
    return made
