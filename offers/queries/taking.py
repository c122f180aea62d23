"""Where a value of Allegro's would be written, were it taken over."""

from __future__ import annotations

from offers.enums import Field
from offers.models import Offer, OfferLink, OwnValue, PriceRule
from products.models import Product


def followed_product(*, offer: Offer, field: str) -> Product | None:
    """The product this field follows, where writing it there changes no other offer."""
    if field not in (Field.PRICE, Field.TITLE, Field.DESCRIPTION, Field.IMAGES):
        return None
    links = list(OfferLink.objects.filter(offer=offer).select_related("product")[:2])
    if len(links) != 1 or links[0].units_per_offer != 1:
        return None
    product: Product = links[0].product
    others = OfferLink.objects.filter(product=product).exclude(offer=offer)
    ruled = field == Field.PRICE and PriceRule.objects.filter(
        integration=offer.integration_id, marketplace=""
    )
    return None if others.exists() or (ruled and ruled.exists()) else product


def taken_by(*, offer: Offer, field: str) -> Product | None:
    """The product that would take a value over; None: the offer itself, as a value of its own."""
    if OwnValue.objects.filter(offer=offer, field=field).exists():
        return None
    return followed_product(offer=offer, field=field)
