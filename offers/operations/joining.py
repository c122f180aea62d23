"""Offers of a product that became one with another."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from offers.models import OfferLink, Publication
from offers.operations.linking import link_offer, unlink_offer
from products.models import Product

if TYPE_CHECKING:
    from accounts.models import User


def move_links(old: Product, new: Product, actor: User | None, now: datetime) -> None:
    """Offers of ``old`` sell ``new`` from now on; one that sold both sells the pieces of both.

    The links become the person's own, so that they stay whatever the codes say.
    """
    links = OfferLink.objects.filter(organization_id=old.organization_id, product=old)
    for link in links.select_related("offer", "product").order_by("offer_id"):
        known = OfferLink.objects.filter(offer=link.offer, product=new).first()
        units = link.units_per_offer + (known.units_per_offer if known else 0)
        link_offer(offer=link.offer, product=new, units_per_offer=units, actor=actor, now=now)  # type: ignore[arg-type]
        unlink_offer(link=link, actor=actor, now=now)  # type: ignore[arg-type]


def move_publications(old: Product, new: Product, actor: User | None, now: datetime) -> None:
    """What was published from ``old`` stands with ``new``; while one is under way nothing is joined."""
    Publication.objects.filter(organization_id=old.organization_id, product=old).update(product=new)
