"""Discrepancies about real offers, products and stock, without asking Allegro."""

from __future__ import annotations

from typing import Any

from syncs.models import Discrepancy
from tests.factories import ProductFactory
from tests.offers.factories import OfferFactory, OfferLinkFactory
from tests.syncs.agreeing import set_stock
from tests.syncs.factories import DiscrepancyFactory


def of_quantity(integration: Any, *, ours: int = 3, theirs: int = 5, **more: Any) -> Discrepancy:
    """An offer on sale with ``ours`` pieces here and ``theirs`` at Allegro, just read there."""
    units = more.pop("units_per_offer", 1)
    offer = OfferFactory(
        integration=integration, stock_available=theirs, publication_status="ACTIVE"
    )
    product = ProductFactory(organization=integration.organization)
    OfferLinkFactory(offer=offer, product=product, units_per_offer=units)
    type(offer).objects.filter(pk=offer.pk).update(link_state="LINKED")
    set_stock(product, ours * units)
    return DiscrepancyFactory.create(
        integration=integration,
        offer=offer,
        product=product,
        fingerprint=f"QUANTITY:offer:{offer.pk}",
        ours=str(ours),
        theirs=str(theirs),
        difference=theirs - ours,
        size=abs(theirs - ours),
        **more,
    )


def of_price(integration: Any, *, ours: str = "10.00", theirs: str = "12.00") -> Discrepancy:
    """An offer whose product costs ``ours`` here."""
    row = of_quantity(integration, ours=3, theirs=3)
    type(row.product).objects.filter(pk=row.product_id).update(selling_price=ours)
    Discrepancy.objects.filter(pk=row.pk).update(
        kind="PRICE", ours=ours, theirs=theirs, currency="PLN", fingerprint=f"PRICE:{row.pk}"
    )
    return Discrepancy.objects.get(pk=row.pk)
