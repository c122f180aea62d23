"""Products that may be behind an offer."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from accounts.models import Organization
from offers.models import Offer
from products.models import Product

CANDIDATES = 5
TRIGRAM = 3


def link_candidates(*, offer: Offer, without: Sequence[int]) -> list[Product]:
    """A few products that may be behind the offer: same EAN or code first, then by similar names."""
    products: QuerySet[Product] = (
        Product.objects.for_organization(offer.organization)
        .filter(archived_at=None)
        .exclude(pk__in=without)
    )
    same = Q()
    if offer.ean:
        same |= Q(ean=offer.ean)
    if offer.external_id:
        same |= Q(code__iexact=offer.external_id)
    found = list(products.filter(same).order_by("pk")[:CANDIDATES]) if same else []
    if without or len(found) >= CANDIDATES:
        return found
    return [*found, *_like_title(products, offer, found)][:CANDIDATES]


def _like_title(
    products: QuerySet[Product], offer: Offer, found: Sequence[Product]
) -> list[Product]:
    words = sorted((word for word in offer.title.upper().split() if len(word) > TRIGRAM), key=len)
    for taken in (3, 2):
        longest = words[-taken:]
        if len(longest) < taken:
            continue
        similar = products.exclude(pk__in=[one.pk for one in found])
        for word in longest:
            similar = similar.filter(search__contains=word)
        rows = list(similar.order_by()[:CANDIDATES])
        if rows:
            return rows
    return []


def product_by_code(*, organization: Organization, code: str) -> Product | None:
    """The product with exactly this code, or the only one with it as EAN."""
    products: QuerySet[Product] = Product.objects.for_organization(organization).filter(
        archived_at=None
    )
    exact = products.filter(code=code).first()
    if exact is not None:
        return exact
    by_ean = list(products.filter(ean=code)[:2]) if code else []
    return by_ean[0] if len(by_ean) == 1 else None
