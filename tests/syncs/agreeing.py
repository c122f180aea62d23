"""An account whose offers all have a product of their own, with as many pieces as Allegro shows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from inventory.operations import ensure_default_warehouse, set_on_hand
from offers.models import Offer
from offers.operations import link_offer
from products.models import Product
from settings_app.models import Integration
from syncs.models import Discrepancy
from tests.factories import ProductFactory


def make_products(account: Integration, actor: Any) -> None:
    """A product for each offer; drafts and ended offers get one without pieces."""
    for offer in Offer.objects.filter(integration=account).order_by("pk"):
        product = ProductFactory(
            organization=account.organization,
            code=f"own-{offer.allegro_id}",
            selling_price=offer.price,
            selling_currency=offer.currency or "PLN",
        )
        on_sale = offer.publication_status == "ACTIVE"
        set_stock(product, (offer.stock_available or 0) if on_sale else 0)
        link_offer(offer=offer, product=product, units_per_offer=1, actor=actor, now=timezone.now())


def set_stock(product: Product, pieces: int) -> None:
    """So many pieces on hand in the default warehouse."""
    set_on_hand(
        organization_id=product.organization_id,
        product_id=product.pk,
        warehouse=ensure_default_warehouse(organization_id=product.organization_id),
        on_hand=pieces,
        reason="test",
        actor=None,
        now=timezone.now(),
        key=f"test:{product.pk}:{timezone.now().isoformat()}",
    )


def product_of(offer: Offer) -> Product:
    return Product.objects.get(offer_links__offer=offer)


def on_sale(account: Integration, number: int = 0) -> Offer:
    """The n-th offer on sale that has at least three pieces."""
    offers = Offer.objects.filter(
        integration=account, publication_status="ACTIVE", stock_available__gte=3
    )
    return offers.order_by("pk")[number]


def pieces_shown(offer: Offer) -> int:
    """What Allegro was last read to show of the offer."""
    assert offer.stock_available is not None
    return offer.stock_available


def unsettled(account: Integration) -> set[tuple[str, str, str, str]]:
    """What is open: Allegro's number of the offer, cause, ours, theirs."""
    rows = Discrepancy.objects.filter(
        integration=account, status__in=["OPEN", "INVESTIGATING"]
    ).select_related("offer")
    return {(one.offer.allegro_id, one.cause, one.ours, one.theirs) for one in rows if one.offer}


def grosze(offer: Offer, plus: str) -> Decimal:
    assert offer.price is not None
    return offer.price + Decimal(plus)
